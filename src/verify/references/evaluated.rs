//! Every text that Argo evaluates can be read by what will evaluate it.
//!
//! Sources: Argo 4.0.7, `workflow/controller/`: `hooks.go`, `exit_handler.go`, `scope.go`, `operator.go`, `steps.go`;
//! `workflow/cron/operator.go`; `util/template/expression_template.go`, where an expression in `{{=…}}` that does not parse
//! ends the node: `failed to evaluate expression`.

use serde_json::Value;

use super::body::Body;
use super::expression::{self, condition};
use super::object::{Kind, Object};
use super::place::{child, finding, list, members, text};
use super::template::{calls, hooks};
use crate::error::Code;
use crate::verify::Finding;

const EXPRESSION: &str =
    "close every quote and bracket, write `==`, `&&` and `||`, and `[(]` or `\\\\(` instead of `\\(`";

const CONDITION: &str = "put texts in quotes, and compare with ==, !=, <, >, =~ or in; join with && and ||";

/// What an object evaluates outside its templates.
pub(super) fn of_object(object: &Object<'_>, out: &mut Vec<Finding>) {
    for hook in hooks(object.spec, object.base) {
        one(hook.value, "expression", &hook.pointer, out);
    }
    for (_, label, pointer) in members(object.spec, object.base, "/workflowMetadata/labelsFrom") {
        one(label, "expression", &pointer, out);
    }
    for (metric, pointer) in list(object.spec, object.base, "/metrics/prometheus") {
        when(metric, &pointer, out);
    }
    if object.kind == Kind::CronWorkflow {
        when(&object.document["spec"], "/spec", out);
        one(&object.document["spec"]["stopStrategy"], "expression", "/spec/stopStrategy", out);
    }
}

/// What a template evaluates.
pub(super) fn check(body: &Body<'_, '_>, out: &mut Vec<Finding>) {
    for call in calls(body.template, &body.base) {
        when(call.value, &call.pointer, out);
        for hook in hooks(call.value, &call.pointer) {
            one(hook.value, "expression", &hook.pointer, out);
        }
        for (artifact, pointer) in list(call.value, &call.pointer, "/arguments/artifacts") {
            one(artifact, "fromExpression", &pointer, out);
        }
    }
    for (metric, pointer) in list(body.template, &body.base, "/metrics/prometheus") {
        when(metric, &pointer, out);
    }
    for (output, pointer) in list(body.template, &body.base, "/outputs/parameters") {
        let Some(from) = output.get("valueFrom") else { continue };
        one(from, "expression", &child(&pointer, "valueFrom"), out);
    }
    for (output, pointer) in list(body.template, &body.base, "/outputs/artifacts") {
        one(output, "fromExpression", &pointer, out);
    }
    for (step, pointer) in list(body.template, &body.base, "/data/transformation") {
        one(step, "expression", &pointer, out);
    }
    if let Some(http) = body.template.get("http") {
        one(http, "successCondition", &child(&body.base, "http"), out);
    }
    expressions(body.template, &body.base, &mut |pointer, written| {
        if let Err(message) = expression::check(written) {
            let message = format!("the expression in `{{{{=…}}}}` cannot be read: {message}");
            out.push(finding(Code::VerifyExpression, pointer, message, EXPRESSION));
        }
    });
}

/// Calls `see` with the inside of each `{{=…}}` below `value` and the pointer to the text that holds it. One that holds another
/// variable is not known before that is filled in.
pub(crate) fn expressions(value: &Value, pointer: &str, see: &mut dyn FnMut(&str, &str)) {
    match value {
        Value::String(text) => {
            let mut rest = text.as_str();
            while let Some((_, after)) = rest.split_once("{{") {
                let Some((tag, tail)) = after.split_once("}}") else { return };
                if let Some(written) = tag.strip_prefix('=').filter(|written| !written.contains("{{")) {
                    see(pointer, written);
                }
                rest = tail;
            }
        }
        Value::Array(elements) => {
            for (index, element) in elements.iter().enumerate() {
                expressions(element, &child(pointer, index), see);
            }
        }
        Value::Object(map) => {
            map.iter().for_each(|(key, member)| expressions(member, &child(pointer, key), see))
        }
        _ => {}
    }
}

fn one(holder: &Value, key: &str, pointer: &str, out: &mut Vec<Finding>) {
    let written = holder.get(key).and_then(Value::as_str).unwrap_or_default();
    if !written.is_empty()
        && let Err(message) = expression::check_filled(written)
    {
        let message = format!("the {key} cannot be read: {message}");
        out.push(finding(Code::VerifyExpression, child(pointer, key), message, EXPRESSION));
    }
}

fn when(holder: &Value, pointer: &str, out: &mut Vec<Finding>) {
    if let Err(message) = condition::check(text(holder, "/when")) {
        let message = format!("the condition cannot be read: {message}");
        out.push(finding(Code::VerifyExpression, child(pointer, "when"), message, CONDITION));
    }
}
