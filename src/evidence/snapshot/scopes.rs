//! With which inputs a template runs: a fan-out in a nested DAG or Steps takes its index or its list from the inputs of what encloses it.

use serde_json::Value;

use super::expected::{MOST, values};
use super::fan_out::{FanOut, Loop, fan_outs};
use super::tags::{Inputs, fill, tags};
use super::workflow::{Workflow, any_string};
use crate::units::Index;

/// The inputs of every run of the template that encloses a fan-out, in the order in which Argo makes them; one empty set where the
/// fan-out asks for none. `None` where the spec does not tell.
pub(super) fn around(fan_out: &FanOut, workflow: &Workflow, index_parameter: &str) -> Option<Vec<Inputs>> {
    let argument = fan_out.argument(index_parameter).unwrap_or_default();
    if wanted(fan_out, argument) { of(fan_out.enclosing, workflow, &[]) } else { Some(vec![Inputs::new()]) }
}

/// Whether a fan-out's loop or its argument refers to inputs.
fn wanted(fan_out: &FanOut, argument: &str) -> bool {
    let asks = |text: &str| tags(text).iter().any(|tag| tag.starts_with("inputs."));
    asks(argument)
        || match &fan_out.repeat {
            Loop::Param(text) => asks(text),
            Loop::Sequence(sequence) => sequence.values().filter_map(any_string).any(|text| asks(&text)),
            Loop::Once | Loop::Items(_) => false,
        }
}

/// The inputs of every run of a template. A template that runs itself, by way of those in `below`, tells nothing.
fn of(template: &str, workflow: &Workflow, below: &[&str]) -> Option<Vec<Inputs>> {
    (!below.contains(&template)).then_some(())?;
    let below = &[below, &[template]].concat();
    let body = body(workflow, template)?;
    let declared = || declared(body);
    let defaults = defaults(body);
    if workflow.spec.get("entrypoint").and_then(Value::as_str) == Some(template) {
        // The entrypoint takes the workflow's own arguments of the same names.
        let given = workflow.parameters().into_iter().filter_map(|given| Some((given.name, given.value?)));
        let asked: Vec<&str> = declared().filter_map(|input| input.get("name")?.as_str()).collect();
        let mut inputs = defaults;
        inputs.extend(given.filter(|(name, _)| asked.contains(&name.as_str())));
        return Some(vec![inputs]);
    }
    let mut found = Vec::new();
    for caller in fan_outs(workflow, template) {
        let asks = caller.parameters.iter().filter_map(|given| given.value.as_deref());
        let outer = if asks.clone().chain([""]).any(|text| wanted(&caller, text)) {
            of(caller.enclosing, workflow, below)?
        } else {
            vec![Inputs::new()]
        };
        for inputs in outer {
            for item in values(&caller, workflow, &inputs)? {
                found.push(handed_over(&caller, workflow, &inputs, &item, defaults.clone()));
                (found.len() as u64 <= MOST).then_some(())?;
            }
        }
    }
    Some(found).filter(|found| !found.is_empty())
}

/// The inputs of what `caller` runs for one value of its loop, in a run of its own template with these inputs.
fn handed_over(
    caller: &FanOut,
    workflow: &Workflow,
    inputs: &Inputs,
    item: &Value,
    defaults: Inputs,
) -> Inputs {
    let mut inner = defaults;
    inner.extend(caller.parameters.iter().filter_map(|given| {
        let looped = Some(item).filter(|_| caller.repeat != Loop::Once);
        let value = fill(given.value.as_deref()?, workflow, inputs, looped)?;
        Some((given.name.clone(), value))
    }));
    inner
}

/// The items that `task` was to make in one run of the template that encloses it, directly or by way of templates below; `way` holds
/// every task on the way to the items' template. `None` where the spec and the inputs do not tell, as where templates run each other in a
/// circle, which `depth` ends.
pub(super) fn items_below(
    task: &FanOut,
    way: &[FanOut],
    workflow: &Workflow,
    (template, index_parameter): (&str, &str),
    inputs: &Inputs,
    depth: usize,
) -> Option<Vec<Index>> {
    let depth = depth.checked_sub(1)?;
    let ends = task.template() == template;
    let body = body(workflow, task.template());
    let mut found = Vec::new();
    for item in values(task, workflow, inputs)? {
        if ends {
            let looped = Some(&item).filter(|_| task.repeat != Loop::Once);
            found.push(Index::new(fill(task.argument(index_parameter)?, workflow, inputs, looped)?));
        } else {
            let inner = handed_over(task, workflow, inputs, &item, body.map(defaults).unwrap_or_default());
            for next in way.iter().filter(|next| next.enclosing == task.template()) {
                found.extend(items_below(next, way, workflow, (template, index_parameter), &inner, depth)?);
            }
        }
        (found.len() as u64 <= MOST).then_some(())?;
    }
    Some(found)
}

fn declared(body: &Value) -> impl Iterator<Item = &Value> {
    body.pointer("/inputs/parameters").and_then(Value::as_array).into_iter().flatten()
}

fn defaults(body: &Value) -> Inputs {
    declared(body).filter_map(|input| own_value(input, &["value", "default"])).collect()
}

/// The body of a template of the effective spec, else as the run took it from a WorkflowTemplate.
fn body<'a>(workflow: &'a Workflow, template: &str) -> Option<&'a Value> {
    let own = workflow.spec.get("templates").and_then(Value::as_array).into_iter().flatten();
    own.chain(workflow.stored_templates.values())
        .find(|body| body.get("name").and_then(Value::as_str) == Some(template))
}

/// The name of a parameter and the first of its fields that is there.
fn own_value(parameter: &Value, fields: &[&str]) -> Option<(String, String)> {
    let value = fields.iter().find_map(|field| parameter.get(field)).and_then(any_string)?;
    Some((parameter.get("name")?.as_str()?.to_owned(), value))
}
