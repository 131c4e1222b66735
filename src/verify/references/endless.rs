//! A `{{` after which no `}}` comes before the end of what Argo reads in one piece: `Cannot find end tag`.
//!
//! Source: Argo 4.0.7, `workflow/validate/validate.go`: a task or step, and a whole template, are read as the JSON that Go writes
//! of them, so that the braces of the JSON itself close what a text leaves open.

use serde_json::Value;

use super::place::{child, finding, has, text};
use super::template::Call;
use crate::error::Code;
use crate::verify::Finding;

/// The members of a task or step in the order in which Go writes them (`workflow_types.go`, `DAGTask` and `WorkflowStep`).
const MEMBERS: &[&str] = &[
    "name",
    "template",
    "inline",
    "arguments",
    "templateRef",
    "withItems",
    "withParam",
    "withSequence",
    "when",
    "continueOn",
    "dependencies",
    "onExit",
    "hooks",
    "depends",
];

/// What stands behind a template's podSpecPatch and closes an object.
const BEHIND_PATCH: &[&str] = &["metrics", "synchronization", "memoize", "annotations"];

const HELP: &str = "write `}}` after the name, or take the `{{` out";

/// A task or step.
pub(super) fn call(call: &Call<'_>, out: &mut Vec<Finding>) {
    let mut at = None;
    open(call.value, &call.pointer, &mut at);
    let Some(at) = at else { return };
    let written: Vec<String> = MEMBERS
        .iter()
        .filter_map(|member| match call.value.get(member) {
            // Go writes empty arguments where there are none.
            None if *member == "arguments" => Some("{}".to_owned()),
            value => value.map(Value::to_string),
        })
        .collect();
    if is_open(&format!("{}}}", written.join(","))) {
        let message = format!("a `{{{{` is not closed, and no `}}}}` follows in the {}", call.noun());
        out.push(finding(Code::VerifyVariable, at, message, HELP));
    }
}

/// The patch of a template, which stands near its end.
pub(super) fn patch(template: &Value, base: &str, out: &mut Vec<Finding>) {
    if is_open(text(template, "/podSpecPatch")) && !BEHIND_PATCH.iter().any(|key| has(template, key)) {
        let message = "a `{{` is not closed, and no `}}` follows in the template";
        out.push(finding(Code::VerifyVariable, child(base, "podSpecPatch"), message, HELP));
    }
}

/// Whether the last `{{` has no `}}` behind it.
fn is_open(text: &str) -> bool {
    text.rfind("{{") > text.rfind("}}")
}

/// The pointer to the first text that leaves a `{{` open.
fn open(value: &Value, pointer: &str, found: &mut Option<String>) {
    if found.is_some() {
        return;
    }
    match value {
        Value::String(text) if is_open(text) => *found = Some(pointer.to_owned()),
        Value::Array(elements) => {
            elements.iter().enumerate().for_each(|(index, one)| open(one, &child(pointer, index), found));
        }
        Value::Object(map) => map.iter().for_each(|(key, one)| open(one, &child(pointer, key), found)),
        _ => {}
    }
}
