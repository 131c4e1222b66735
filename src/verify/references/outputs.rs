//! Outputs say where they come from, in the way that the kind of template allows (rules 42 and 44).

use serde_json::Value;

use super::body::Body;
use super::place::{child, finding, has, is_templated, list, text};
use super::template::is_leaf;
use crate::error::Code;
use crate::units::name::is_parameter_name;
use crate::verify::Finding;

/// The sources of an output parameter that exclude one another.
const SOURCES: &[&str] = &["path", "jqFilter", "jsonPath", "parameter", "expression", "supplied"];

/// Checks the outputs of a template.
pub(super) fn check(body: &Body<'_, '_>, out: &mut Vec<Finding>) {
    for (parameter, pointer) in list(body.template, &body.base, "/outputs/parameters") {
        global_name(parameter, &pointer, out);
        if let Err((message, help)) = source(body.template, parameter) {
            out.push(finding(Code::VerifyArgument, pointer, message, help));
        }
    }
    for (artifact, pointer) in list(body.template, &body.base, "/outputs/artifacts") {
        global_name(artifact, &pointer, out);
        artifact_path(body.template, artifact, &pointer, out);
    }
}

/// Where a container reads or leaves an artifact: a path in templates that run one, none in others, and no way out of a
/// directory by `..` (`artifact.go`, `Artifact.CleanPath`: `did not specify a path`, `attempted to path traverse`).
pub(super) fn artifact_path(template: &Value, artifact: &Value, pointer: &str, out: &mut Vec<Finding>) {
    let (name, path) = (text(artifact, "/name"), text(artifact, "/path"));
    let (message, help) = match (is_leaf(template), path.is_empty()) {
        (true, true) => {
            (format!("the artifact `{name}` has no path"), "give it the path of a file or directory")
        }
        (false, false) => (
            format!("the artifact `{name}` has a path in a template that runs no container"),
            "take the path out; only a container or script reads or writes it",
        ),
        (true, false) if path.split('/').skip(1).any(|part| part == "..") => {
            (format!("the path of the artifact `{name}` goes up by `..`"), "write where it leads to")
        }
        _ => return,
    };
    let at = if path.is_empty() { pointer.to_owned() } else { child(pointer, "path") };
    out.push(finding(Code::VerifyArgument, at, message, help));
}

fn global_name(output: &Value, pointer: &str, out: &mut Vec<Finding>) {
    let name = text(output, "/globalName");
    if !name.is_empty() && !is_templated(name) && !is_parameter_name(name) {
        let message = format!("`{name}` is no name of an output");
        out.push(finding(
            Code::VerifyName,
            child(pointer, "globalName"),
            message,
            "use letters, digits, `-` and `_`",
        ));
    }
}

/// One source, and one that this kind of template has.
fn source(template: &Value, parameter: &Value) -> Result<(), (String, String)> {
    let name = text(parameter, "/name");
    let Some(from) = parameter.get("valueFrom").filter(|from| !from.is_null()) else {
        return if has(parameter, "value") {
            Ok(())
        } else {
            Err((format!("the output `{name}` comes from nowhere"), "give it valueFrom or value".to_owned()))
        };
    };
    if has(parameter, "value") {
        return Err((
            format!("the output `{name}` has both value and valueFrom"),
            "keep one of the two".to_owned(),
        ));
    }
    let used: Vec<&str> =
        SOURCES.iter().copied().filter(|key| has(from, key) && from[*key].as_str() != Some("")).collect();
    let allowed: &[&str] = if ["container", "containerSet", "script"].iter().any(|key| has(template, key)) {
        &["path"]
    } else if has(template, "resource") {
        &["jqFilter", "jsonPath"]
    } else if has(template, "dag") || has(template, "steps") {
        &["parameter", "expression"]
    } else {
        SOURCES
    };
    if used.len() == 1 && allowed.contains(&used[0]) {
        return Ok(());
    }
    let message = if used.is_empty() {
        format!("the valueFrom of the output `{name}` names no source")
    } else {
        format!("the output `{name}` cannot come from {}", used.join(" and "))
    };
    Err((message, format!("it comes from one of {} here", allowed.join(", "))))
}
