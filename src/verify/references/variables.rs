//! Every `{{tag}}` that Argo checks can be resolved where it stands (rules 51, 60, 62, 66).

use std::collections::BTreeMap;

use serde_json::Value;

use super::body::Body;
use super::depends::ancestors;
use super::library::Resolution;
use super::place::{child, finding, has, known_names, text};
use super::scope::{Scope, is_checked};
use super::template::{Call, calls, hooks};
use crate::error::Code;
use crate::verify::Finding;

/// Calls `see` with every tag below `value` and the pointer to the text that holds it; `{{=…}}` expressions are no tags.
pub(crate) fn tags(value: &Value, pointer: &str, see: &mut dyn FnMut(&str, &str)) {
    match value {
        Value::String(text) => {
            let mut rest = text.as_str();
            while let Some((_, after)) = rest.split_once("{{") {
                let Some((tag, tail)) = after.split_once("}}") else { return };
                if !tag.trim_start().starts_with('=') {
                    see(pointer, tag.trim());
                }
                rest = tail;
            }
        }
        Value::Array(elements) => {
            for (index, element) in elements.iter().enumerate() {
                tags(element, &child(pointer, index), see);
            }
        }
        Value::Object(map) => {
            for (key, member) in map {
                tags(member, &child(pointer, key), see);
            }
        }
        _ => {}
    }
}

/// The tags of a template that nothing resolves.
pub(super) fn check(body: &Body<'_, '_>, out: &mut Vec<Finding>) {
    let scope = Scope::of(body.template, body.globals, body.by_entry);
    if has(body.template, "dag") {
        dag(body, scope, out);
    } else if has(body.template, "steps") {
        steps(body, scope, out);
    } else {
        // What the caller passes stands in place of an input's own value.
        let own = format!("{}/inputs/parameters/", body.base);
        let mut found = Vec::new();
        unresolved(body.template, &body.base, &scope, &mut found);
        found.retain(|one| !(one.pointer.starts_with(&own) && one.pointer.ends_with("/value")));
        out.extend(found);
    }
}

/// What a call calls, if that is known.
fn callee<'a>(body: &Body<'a, '_>, call: &Call<'a>) -> Option<&'a Value> {
    match body.library.resolve(call.value, body.home, body.namespace) {
        Resolution::Found { template, .. } => Some(template),
        Resolution::Dynamic | Resolution::Missing { .. } => None,
    }
}

/// Steps see the outputs of the steps before them. Argo also leaves a loop's items in scope for the steps after it.
fn steps(body: &Body<'_, '_>, mut scope: Scope<'_>, out: &mut Vec<Finding>) {
    for call in calls(body.template, &body.base) {
        let template = callee(body, &call);
        scope.add(format!("steps.{}.status", call.name));
        scope.items(&call);
        if hooks(call.value, "").iter().any(|hook| hook.name == "exit") {
            scope.outputs(&call, template, false);
        }
        one(&call, scope.clone(), out);
        scope.outputs(&call, template, call.collects());
    }
    outputs(body, &scope, out);
}

/// Tasks see the outputs of every task of the DAG, but the status of those alone on which they depend.
fn dag(body: &Body<'_, '_>, mut scope: Scope<'_>, out: &mut Vec<Finding>) {
    let tasks = calls(body.template, &body.base);
    for call in &tasks {
        scope.outputs(call, callee(body, call), call.collects());
        if has(call.value, "hooks") {
            scope.add(format!("tasks.{}.status", call.name));
        }
    }
    let target = body.template.pointer("/dag/target").unwrap_or(&Value::Null);
    unresolved(target, &format!("{}/dag/target", body.base), &scope, out);
    let above = ancestors(&tasks);
    for call in &tasks {
        let mut inner = scope.clone();
        let before = above.get(call.name).into_iter().flatten();
        before.clone().for_each(|name| inner.add(format!("tasks.{name}.status")));
        inner.items(call);
        one(call, inner, out);
        depended_on(call, &above, out);
    }
    outputs(body, &scope, out);
}

fn outputs(body: &Body<'_, '_>, scope: &Scope<'_>, out: &mut Vec<Finding>) {
    if let Some(outputs) = body.template.get("outputs") {
        unresolved(outputs, &child(&body.base, "outputs"), scope, out);
    }
}

/// One task or step; its inline template's inputs are in scope too.
fn one(call: &Call<'_>, mut scope: Scope<'_>, out: &mut Vec<Finding>) {
    if let Some(inline) = call.value.get("inline") {
        scope.inputs(inline);
    }
    unresolved(call.value, &call.pointer, &scope, out);
}

const LOOPLESS: &str = "give it withItems, withParam or withSequence, or write the value itself";

/// An argument that begins with `{{tasks.X.` needs a dependency on X (rule 62), or X might not have run yet.
fn depended_on(call: &Call<'_>, above: &BTreeMap<&str, Vec<&str>>, out: &mut Vec<Finding>) {
    let before = above.get(call.name).map_or(&[][..], Vec::as_slice);
    for (list, member) in [("parameters", "value"), ("artifacts", "from")] {
        for (argument, pointer) in
            super::place::list(call.value, &call.pointer, &format!("/arguments/{list}"))
        {
            let value = text(argument, &format!("/{member}"));
            let Some(task) = value.strip_prefix("{{tasks.").and_then(|rest| rest.split('.').next()) else {
                continue;
            };
            if !before.contains(&task) && above.contains_key(task) {
                out.push(finding(
                    Code::VerifyVariable,
                    child(&pointer, member),
                    format!("task `{}` uses `{task}` without depending on it", call.name),
                    format!("add `{task}` to the task's depends or dependencies"),
                ));
            }
        }
    }
}

/// The tags below `value` that are checked and not in scope.
fn unresolved(value: &Value, pointer: &str, scope: &Scope<'_>, out: &mut Vec<Finding>) {
    unclosed(value, pointer, out);
    tags(value, pointer, &mut |pointer, tag| {
        if is_checked(tag) && !scope.holds(tag) {
            let (message, help) = explain(tag, scope);
            out.push(finding(Code::VerifyVariable, pointer, message, help));
        }
    });
}

/// A variable that its text does not close: Argo reads on to the next `}}` that stands anywhere in the template.
fn unclosed(value: &Value, pointer: &str, out: &mut Vec<Finding>) {
    match value {
        Value::String(text) => {
            let mut rest = text.as_str();
            while let Some((_, after)) = rest.split_once("{{") {
                if let Some((_, tail)) = after.split_once("}}") {
                    rest = tail;
                    continue;
                }
                if after.starts_with("item") || after.starts_with('=') || is_checked(after.trim_start()) {
                    let start: String = after.split_whitespace().next().unwrap_or_default().to_owned();
                    let message = format!("`{{{{{start}` is not closed");
                    out.push(finding(Code::VerifyVariable, pointer, message, "write `}}` after the name"));
                }
                return;
            }
        }
        Value::Array(elements) => {
            elements
                .iter()
                .enumerate()
                .for_each(|(index, element)| unclosed(element, &child(pointer, index), out));
        }
        Value::Object(map) => {
            map.iter().for_each(|(key, member)| unclosed(member, &child(pointer, key), out));
        }
        _ => {}
    }
}

/// Why a tag cannot be resolved, and the way out.
fn explain(tag: &str, scope: &Scope<'_>) -> (String, String) {
    if let Some(name) = tag.strip_prefix("workflow.parameters.") {
        let help = format!(
            "declare it in the Workflow's spec.arguments.parameters (a templateRef does not bring its own); {}",
            known_names(name, "parameters", &scope.workflow_parameters())
        );
        return (format!("workflow parameter `{name}` is not declared"), help);
    }
    if let Some(name) = tag.strip_prefix("inputs.parameters.") {
        let help = known_names(name, "inputs", &scope.under("inputs.parameters."));
        return (format!("the template has no input parameter `{name}`"), help);
    }
    if let Some(key) = tag.strip_prefix("item.") {
        let known = scope.under("item.");
        if known.is_empty() {
            return (format!("`{{{{{tag}}}}}` is used outside a loop over maps"), LOOPLESS.to_owned());
        }
        return (format!("not every item of the loop has `{key}`"), known_names(key, "keys", &known));
    }
    let family = tag.split('.').next().unwrap_or(tag);
    if let ("tasks" | "steps", Some(name)) = (family, tag.split('.').nth(1)) {
        let known = scope.under(&format!("{family}.{name}."));
        let (noun, order) = if family == "tasks" {
            ("task", "one it depends on (status) or any of the same DAG (outputs)")
        } else {
            ("step", "an earlier one of the same template")
        };
        if known.is_empty() {
            let names: std::collections::BTreeSet<&str> = scope
                .under(&format!("{family}."))
                .into_iter()
                .filter_map(|rest| rest.split('.').next())
                .collect();
            let names: Vec<&str> = names.into_iter().collect();
            let help = format!("it can name {order}; {}", known_names(name, &format!("{noun}s"), &names));
            return (format!("`{{{{{tag}}}}}` names no {noun} that is known here"), help);
        }
        let rest = tag.strip_prefix(&format!("{family}.{name}.")).unwrap_or_default();
        return (
            format!("{noun} `{name}` offers no `{rest}` here"),
            format!("status needs a dependency on it; {}", known_names(rest, "variables", &known)),
        );
    }
    if tag == "workflow.failures" {
        let help = "it is known when all has ended: use it in the template that `onExit` names";
        return (format!("`{{{{{tag}}}}}` is known to an exit handler alone"), help.to_owned());
    }
    let known =
        if family == "workflow" { scope.workflow_variables() } else { scope.under(&format!("{family}.")) };
    (format!("`{{{{{tag}}}}}` cannot be resolved"), known_names(tag, "variables", &known))
}

/// What a template of another document asks of the Workflow that calls it: the `workflow.` variables that this one does not
/// have, each once. The rest of such a template is checked where it stands.
pub(super) fn asked_of_caller(body: &Body<'_, '_>, out: &mut Vec<Finding>) {
    let globals = Scope::of(&Value::Null, body.globals, body.by_entry);
    let mut asked: Vec<(String, String)> = Vec::new();
    tags(body.template, "", &mut |_, tag| {
        if tag.starts_with("workflow.") && !globals.holds(tag) {
            let told = explain(tag, &globals);
            asked.extend((!asked.contains(&told)).then_some(told));
        }
    });
    // Argo reads all of a leaf but only the calls and the outputs of a DAG, so what `check` passes is not asked.
    let mut found = Vec::new();
    check(body, &mut found);
    asked.retain(|(message, _)| found.iter().any(|one| one.message == *message));
    out.extend(
        asked.into_iter().map(|(message, help)| finding(Code::VerifyVariable, &body.base, message, help)),
    );
}
