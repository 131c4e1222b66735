//! Names, labels and annotations that Argo and Kubernetes take (rules 1 to 10).

use serde_json::Value;

use super::body::Body;
use super::expression::filled;
use super::object::{Kind, Object};
use super::place::{child, finding, has, is_templated, list, members, text};
use super::template::{calls, is_pod};
use crate::error::Code;
use crate::units::name::{
    OBJECT_MAX, TASK_MAX, is_label_key, is_label_value, is_object_name, is_parameter_name, is_task_name,
};
use crate::verify::Finding;

/// The longest name of a CronWorkflow: its Workflows append a time (`validate.go`, `maxCharsInCronWorkflowName`).
const CRON_MAX: usize = 52;

/// The form that names of one sort have (rule 9).
struct Form {
    is_right: fn(&str) -> bool,
    letters: &'static str,
    most: usize,
}

/// Templates, tasks and steps.
const NAME: Form =
    Form { is_right: is_task_name, letters: "letters, digits and `-`, not `-` first", most: TASK_MAX };

/// Parameters and artifacts, whose length nothing bounds.
const PARAMETER: Form =
    Form { is_right: is_parameter_name, letters: "letters, digits, `-` and `_`", most: usize::MAX };

/// Artifacts that a caller passes or that come out, whose names might be filled in (the full CRDs take `{{…}}` in them).
const ARTIFACT: Form = Form {
    is_right: |name| filled(name, "x").is_some_and(|filled| is_parameter_name(&filled)),
    letters: PARAMETER.letters,
    most: usize::MAX,
};

const OBJECT_NAME: &str = "lower-case letters, digits, `-` and `.`, a letter or digit first and last";

/// The names of the object and of its templates, and its metadata.
pub(super) fn of_object(object: &Object<'_>, out: &mut Vec<Finding>) {
    object_name(object, out);
    metadata(object.document, "/metadata", false, out);
    for key in ["podMetadata", "workflowMetadata"] {
        if let Some(inner) = object.spec.get(key) {
            labels(inner, &object.at(&format!("/{key}")), true, out);
        }
    }
    distinct(object.templates(), "templates", &NAME, out);
    arguments(object.spec, object.base, out);
}

fn object_name(object: &Object<'_>, out: &mut Vec<Finding>) {
    let generated = text(object.document, "/metadata/generateName");
    let (path, name, max) = match (object.name.is_empty(), generated.is_empty(), object.kind) {
        (true, true, _) => {
            let help =
                "every object needs metadata.name (or, where each apply makes a new one, generateName)";
            out.push(finding(Code::VerifyName, "/metadata", "the object has no name", help));
            return;
        }
        (true, false, _) => ("/metadata/generateName", generated, usize::MAX),
        (false, _, Kind::CronWorkflow) => ("/metadata/name", object.name, CRON_MAX),
        (false, ..) => ("/metadata/name", object.name, OBJECT_MAX),
    };
    // Kubernetes cuts a long generateName and adds letters and digits, so that the prefix itself might end in `-`.
    let whole = if path.ends_with("generateName") { format!("{name}x") } else { name.to_owned() };
    if !is_object_name(&whole) {
        let message = format!("`{name}` is no name that Kubernetes takes");
        out.push(finding(Code::VerifyName, path, message, format!("use {OBJECT_NAME}")));
    } else if name.len() > max {
        let message = format!("the name has {} characters, more than {max}", name.len());
        let help = "shorten it: the name also becomes a label value";
        out.push(finding(Code::VerifyName, path, message, help));
    }
}

/// Names, labels and annotations in one template.
pub(super) fn check(body: &Body<'_, '_>, out: &mut Vec<Finding>) {
    metadata(body.template, &format!("{}/metadata", body.base), true, out);
    pod_name(body, out);
    for path in ["/inputs/parameters", "/inputs/artifacts", "/outputs/parameters", "/outputs/artifacts"] {
        let form = if path == "/outputs/artifacts" { &ARTIFACT } else { &PARAMETER };
        distinct(list(body.template, &body.base, path), &path[1..].replace('/', "."), form, out);
    }
    let calls = calls(body.template, &body.base);
    distinct(calls.iter().map(|call| (call.value, call.pointer.clone())), "tasks or steps", &NAME, out);
    for call in &calls {
        arguments(call.value, &call.pointer, out);
    }
}

fn arguments(holder: &Value, base: &str, out: &mut Vec<Finding>) {
    for (path, form) in [("/arguments/parameters", &PARAMETER), ("/arguments/artifacts", &ARTIFACT)] {
        distinct(list(holder, base, path), &path[1..].replace('/', "."), form, out);
    }
}

/// A pod's name holds the template's name as it is, so that upper case is refused when the pod is made: `a lowercase RFC
/// 1123 subdomain must consist of …` (`workflow/util/pod_name.go`).
fn pod_name(body: &Body<'_, '_>, out: &mut Vec<Finding>) {
    let name = text(body.template, "/name");
    if is_pod(body.template) && name.chars().any(|c| c.is_ascii_uppercase()) {
        out.push(finding(
            Code::VerifyName,
            child(&body.base, "name"),
            format!("template `{name}` runs a pod, and its name has upper case letters"),
            format!("call it `{}`: the name becomes part of the pod's name", name.to_lowercase()),
        ));
    }
}

/// Every element has a name of the right form, and none has that of another.
fn distinct<'a>(
    elements: impl Iterator<Item = (&'a Value, String)>,
    what: &str,
    form: &Form,
    out: &mut Vec<Finding>,
) {
    let mut seen: Vec<&str> = Vec::new();
    for (element, pointer) in elements {
        let name = text(element, "/name");
        let at = child(&pointer, "name");
        if name.is_empty() {
            let help = "names tell one from another";
            out.push(finding(Code::VerifyName, pointer, format!("one of the {what} has no name"), help));
        } else if !(form.is_right)(name) {
            let message = format!("`{name}` is no name that Argo takes for {what}");
            out.push(finding(Code::VerifyName, at, message, format!("use {}", form.letters)));
        } else if name.len() > form.most {
            let message = format!("the name has {} characters, more than {}", name.len(), form.most);
            out.push(finding(Code::VerifyName, at, message, "shorten it"));
        } else if seen.contains(&name) {
            let message = format!("`{name}` stands twice among the {what}");
            out.push(finding(Code::VerifyName, at, message, "give one of them another name, or take it out"));
        }
        seen.push(name);
    }
}

/// The labels and annotations below `metadata`; a templated value is known at run time only.
fn metadata(holder: &Value, base: &str, templated: bool, out: &mut Vec<Finding>) {
    if let Some(metadata) = holder.get("metadata").filter(|_| has(holder, "metadata")) {
        labels(metadata, base, templated, out);
    }
}

/// Argo's validator passes any label; the API server refuses the object's, and the pod's when it is made.
fn labels(metadata: &Value, base: &str, templated: bool, out: &mut Vec<Finding>) {
    for (kind, path) in [("label", "/labels"), ("annotation", "/annotations")] {
        for (key, value, pointer) in members(metadata, base, path) {
            let value = value.as_str().unwrap_or_default();
            let open = |text: &str| templated && is_templated(text);
            if !is_label_key(key) && !open(key) {
                let message = format!("`{key}` is no {kind} key");
                let help = "a key is a name of at most 63 letters, digits, `-`, `_` and `.`, with or without `domain/` before it";
                out.push(finding(Code::VerifyName, pointer, message, help).at_key());
            } else if kind == "label" && !is_label_value(value) && !open(value) {
                let message = if value.len() > OBJECT_MAX {
                    format!("the label value has {} characters, more than {OBJECT_MAX}", value.len())
                } else {
                    format!("`{value}` is no label value")
                };
                let help = "a label value has at most 63 letters, digits, `-`, `_` and `.`, a letter or digit first and last";
                out.push(finding(Code::VerifyName, pointer, message, help));
            }
        }
    }
}
