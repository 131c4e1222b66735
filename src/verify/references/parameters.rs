//! Parameters and artifacts are passed where they are required, loops are well formed (rules 25, 42 to 48, 63 to 65).

use serde_json::Value;

use super::body::Body;
use super::library::{Library, Resolution};
use super::object::Object;
use super::outputs::artifact_path;
use super::place::{child, finding, has, known_names, list, text};
use super::reach::referred;
use super::template::{Call, calls};
use super::variables::tags;
use crate::error::Code;
use crate::evidence::snapshot::any_string;
use crate::verify::Finding;

/// Where an artifact can lie: the keys of `ArtifactLocation`.
const LOCATIONS: &[&str] =
    &["s3", "git", "http", "artifactory", "hdfs", "raw", "oss", "gcs", "azure", "plugin"];

/// What says where an artifact of each kind lies. `raw` says it by being there, and `hdfs` by addresses too.
const LOCATED_BY: &[&str] = &[
    "/s3/key",
    "/git/repo",
    "/http/url",
    "/artifactory/url",
    "/hdfs/path",
    "/oss/key",
    "/gcs/key",
    "/azure/blob",
    "/plugin/key",
];

/// The arguments of the workflow itself, and the inputs of its entrypoint and exit handler, which they fill.
pub(super) fn of_spec<'a>(index: usize, object: &Object<'a>, library: &Library<'a>, out: &mut Vec<Finding>) {
    arguments(object.spec, object.base, false, out);
    let home = match referred(object, library) {
        None => library.home_of(index),
        Some(Ok(home)) => home,
        Some(Err(_)) => return,
    };
    if !object.runs() {
        return;
    }
    let outer = library.home(home).spec;
    let given: Vec<(&Value, String)> = list(object.spec, "", "/arguments/parameters")
        .chain(list(outer, "", "/arguments/parameters"))
        .filter(|(one, _)| has(one, "value") || has(one, "valueFrom"))
        .collect();
    let artifacts: Vec<(&Value, String)> = list(object.spec, "", "/arguments/artifacts")
        .chain(list(outer, "", "/arguments/artifacts"))
        .collect();
    for path in ["/entrypoint", "/onExit"] {
        let mine = text(object.spec, path);
        let name = if mine.is_empty() { text(outer, path) } else { mine };
        if let Ok(template) = library.local(home, name) {
            let at = if has(object.spec, &path[1..]) { object.at(path) } else { object.base.to_owned() };
            supplied(template, name, &given, &artifacts, "spec.arguments", &at, out);
        }
    }
}

/// The calls of a template: loops, arguments, and what the called template requires.
pub(super) fn check(body: &Body<'_, '_>, out: &mut Vec<Finding>) {
    for call in calls(body.template, &body.base) {
        loops(&call, out);
        arguments(call.value, &call.pointer, true, out);
        let found = body.library.resolve(call.value, body.home, body.namespace);
        if let Resolution::Found { template, name, .. } = found {
            let parameters: Vec<_> = list(call.value, "", "/arguments/parameters").collect();
            let artifacts: Vec<_> = list(call.value, "", "/arguments/artifacts").collect();
            let place = if has(call.value, "arguments") {
                child(&call.pointer, "arguments")
            } else {
                call.pointer.clone()
            };
            let name = name.unwrap_or("inline");
            supplied(template, name, &parameters, &artifacts, "the arguments", &place, out);
        }
    }
}

/// At most one kind of loop, and items to loop over.
fn loops(call: &Call<'_>, out: &mut Vec<Finding>) {
    let kinds: Vec<&str> = ["withItems", "withParam", "withSequence"]
        .into_iter()
        .filter(|key| has(call.value, key) && call.value[*key].as_str() != Some(""))
        .collect();
    if kinds.len() > 1 {
        let message = format!("{} stand together", kinds.join(" and "));
        out.push(finding(Code::VerifyLoop, &call.pointer, message, "a task or step has one loop"));
    }
    // Go drops the empty list, so Argo sees no loop: `{{item.x}}` then fails: `invalid spec: … failed to resolve`.
    if call.has_no_items() && uses_item(call.value) {
        out.push(finding(
            Code::VerifyLoop,
            child(&call.pointer, "withItems"),
            "withItems is empty, so that nothing fills in `{{item}}`",
            "leave the whole task out: Argo reads an empty list as no loop at all",
        ));
    }
    if call.value.pointer("/withSequence/count").is_some()
        && call.value.pointer("/withSequence/end").is_some()
    {
        let at = child(&call.pointer, "withSequence");
        out.push(finding(Code::VerifyLoop, at, "count and end stand together", "give one of the two"));
    }
}

/// Whether a task or step uses a member of its loop's item. A bare `{{item}}` is let through (`lint::item-without-loop`).
fn uses_item(value: &Value) -> bool {
    let mut used = false;
    tags(value, "", &mut |_, tag| used |= tag.starts_with("item."));
    used
}

/// Arguments have values, and a value is one of its enum.
///
/// `complete` is for calls: the arguments of a spec might get their values when it is submitted (`lint::unset-argument` has
/// more on that).
fn arguments(holder: &Value, base: &str, complete: bool, out: &mut Vec<Finding>) {
    for (parameter, pointer) in list(holder, base, "/arguments/parameters") {
        let name = text(parameter, "/name");
        if parameter.get("enum").and_then(Value::as_array).is_some_and(Vec::is_empty) {
            let at = child(&pointer, "enum");
            out.push(finding(
                Code::VerifyArgument,
                at,
                "the enum is empty",
                "list the values, or take it out",
            ));
            continue;
        }
        if !has(parameter, "value") && !has(parameter, "valueFrom") {
            if complete {
                let message = format!("the parameter `{name}` has no value");
                let help = "give it a value or a valueFrom; Argo does not read a default here";
                out.push(finding(Code::VerifyArgument, pointer, message, help));
            }
            continue;
        }
        value_from(parameter, &pointer, out);
        enumerated(parameter, &pointer, out);
    }
    for (artifact, pointer) in list(holder, base, "/arguments/artifacts") {
        let name = text(artifact, "/name");
        if text(artifact, "/from").is_empty() && !has_location(artifact) {
            let message = format!("the artifact `{name}` comes from nowhere");
            let help = format!("give it `from`, `key` or a location: {}", LOCATIONS.join(", "));
            out.push(finding(Code::VerifyArgument, pointer, message, help));
        } else if !text(artifact, "/from").is_empty() && !text(artifact, "/fromExpression").is_empty() {
            let message = format!("the artifact `{name}` has both from and fromExpression");
            out.push(finding(Code::VerifyArgument, pointer, message, "keep one of the two"));
        }
    }
}

/// Whether an artifact says where it lies (`HasLocationOrKey` in `workflow_types.go`): by the key of its kind, or by what that
/// kind has instead of one.
fn has_location(artifact: &Value) -> bool {
    has(artifact, "raw")
        || LOCATED_BY.iter().any(|path| !text(artifact, path).is_empty())
        || list(artifact, "", "/hdfs/addresses").next().is_some()
}

fn value_from(parameter: &Value, pointer: &str, out: &mut Vec<Finding>) {
    let Some(from) = parameter.get("valueFrom").filter(|from| !from.is_null()) else { return };
    let allowed = has(from, "configMapKeyRef") || has(from, "supplied") || !text(from, "/event").is_empty();
    let foreign = ["path", "jsonPath", "parameter", "expression"].into_iter().find(|key| has(from, key));
    if !allowed || foreign.is_some() {
        out.push(finding(
            Code::VerifyArgument,
            child(pointer, "valueFrom"),
            "the valueFrom of an argument names no source that it can have",
            "an argument's valueFrom is configMapKeyRef or supplied, with or without a default",
        ));
    }
}

fn enumerated(parameter: &Value, pointer: &str, out: &mut Vec<Finding>) {
    let Some(allowed) = parameter.get("enum").and_then(Value::as_array) else { return };
    let allowed: Vec<String> = allowed.iter().filter_map(any_string).collect();
    let Some(value) = parameter.get("value").and_then(any_string) else { return };
    if !allowed.contains(&value) {
        let names: Vec<&str> = allowed.iter().map(String::as_str).collect();
        out.push(finding(
            Code::VerifyArgument,
            child(pointer, "value"),
            format!("`{value}` is not in the parameter's enum"),
            known_names(&value, "values", &names),
        ));
    }
}

/// Every input of a template that has no value of its own is passed. More than it asks for may be passed (rule 25).
fn supplied(
    template: &Value,
    name: &str,
    parameters: &[(&Value, String)],
    artifacts: &[(&Value, String)],
    by: &str,
    at: &str,
    out: &mut Vec<Finding>,
) {
    let passed =
        |list: &[(&Value, String)], wanted: &str| list.iter().any(|(one, _)| text(one, "/name") == wanted);
    let mut lacking: Vec<String> = Vec::new();
    for (input, _) in list(template, "", "/inputs/parameters") {
        let wanted = text(input, "/name");
        let own = ["value", "default", "valueFrom"].into_iter().any(|key| has(input, key));
        if !own && !passed(parameters, wanted) {
            lacking.push(format!("inputs.parameters.{wanted}"));
        }
    }
    for (input, _) in list(template, "", "/inputs/artifacts") {
        let wanted = text(input, "/name");
        let optional = input.get("optional").and_then(Value::as_bool) == Some(true);
        // A git without a repo is told where it stands.
        let located = has_location(input) || has(input, "git");
        if !optional && !located && !passed(artifacts, wanted) {
            lacking.push(format!("inputs.artifacts.{wanted}"));
        }
    }
    for wanted in lacking {
        out.push(finding(
            Code::VerifyArgument,
            at,
            format!("{wanted} of template `{name}` was not supplied"),
            format!("pass it in {by}, or give the input a default"),
        ));
    }
}

/// What a template says of its own inputs: Argo takes no `from` there, and a path only where a container reads it.
pub(super) fn inputs(body: &Body<'_, '_>, out: &mut Vec<Finding>) {
    for (artifact, pointer) in list(body.template, &body.base, "/inputs/artifacts") {
        if !text(artifact, "/from").is_empty() {
            let help = "the caller passes `from` in its arguments";
            out.push(finding(
                Code::VerifyArgument,
                child(&pointer, "from"),
                "an input artifact has no `from`",
                help,
            ));
        }
        artifact_path(body.template, artifact, &pointer, out);
        location(artifact, &pointer, out);
    }
    if let Some(location) = body.template.get("archiveLocation") {
        self::location(location, &child(&body.base, "archiveLocation"), out);
    }
}

/// Where an artifact lies, as far as Argo looks (`validateArtifactLocation`; `workflow/artifacts/hdfs/hdfs.go`).
fn location(holder: &Value, pointer: &str, out: &mut Vec<Finding>) {
    if has(holder, "git") && text(holder, "/git/repo").is_empty() {
        let at = child(pointer, "git");
        out.push(finding(Code::VerifyArgument, at, "git has no repo", "name the repository to clone"));
    }
    let Some(hdfs) = holder.get("hdfs").filter(|hdfs| hdfs.is_object()) else { return };
    let lacks = |keys: &[&'static str]| {
        keys.iter().copied().find(|key| !has(hdfs, key) || hdfs[*key].as_str() == Some(""))
    };
    let at = child(pointer, "hdfs");
    let wrong = if list(hdfs, "", "/addresses").next().is_none() {
        Some("hdfs has no addresses".to_owned())
    } else if !text(hdfs, "/path").starts_with('/') {
        Some("hdfs has no absolute path".to_owned())
    } else if has(hdfs, "krbKeytabSecret") {
        lacks(&["krbServicePrincipalName", "krbConfigConfigMap", "krbUsername", "krbRealm"])
            .map(|key| format!("hdfs has krbKeytabSecret but no {key}"))
    } else if has(hdfs, "krbCCacheSecret") {
        lacks(&["krbServicePrincipalName", "krbConfigConfigMap"])
            .map(|key| format!("hdfs has krbCCacheSecret but no {key}"))
    } else {
        lacks(&["hdfsUser"]).map(|_| "hdfs has no hdfsUser, krbCCacheSecret or krbKeytabSecret".to_owned())
    };
    if let Some(message) = wrong {
        out.push(finding(Code::VerifyArgument, at, message, "say where it lies and who reads it"));
    }
}
