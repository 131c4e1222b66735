//! The tasks behind the fan-out: what collects the results.

use serde_json::{Map, Value};

use super::items::Items;
use crate::evidence::snapshot::{self, FanOut, Runs, Workflow};
use crate::units::name;

/// A task that waits for the items.
#[derive(Debug)]
pub(super) struct Collector {
    /// The task.
    pub(super) task: String,
    /// The WorkflowTemplate and the template that it runs; `None`: a template of the workflow itself.
    pub(super) reference: Option<(String, String)>,
    /// What it hands over, as written.
    pub(super) arguments: Vec<(String, String)>,
    /// Why a retry cannot run it as it stands.
    pub(super) unfit: Option<&'static str>,
}

/// The tasks that wait directly for a fan-out of the items, each once, in the order of the spec.
pub(super) fn find(root: &Workflow, items: &Items) -> Vec<Collector> {
    let fan_outs = snapshot::fan_outs(root, &items.kind.template);
    let mut found: Vec<Collector> = Vec::new();
    for fan_out in &fan_outs {
        let behind = fan_out.tasks.iter().filter(|task| task.needs.contains(&fan_out.name));
        let others = behind.filter(|task| fan_outs.iter().all(|other| other.name != task.name));
        for task in others {
            let call = task_of(root, fan_out.enclosing, task.name);
            if let Some(call) = call.filter(|_| found.iter().all(|known| known.task != task.name)) {
                found.push(collector(&call));
            }
        }
    }
    found
}

/// A task beside the fan-out.
fn task_of<'a>(root: &'a Workflow, enclosing: &str, task: &str) -> Option<FanOut<'a>> {
    let runs = body_of(root, enclosing, task)?;
    let referenced = runs.get("templateRef").and_then(|reference| reference.get("template"));
    let template = referenced.or_else(|| runs.get("template"))?.as_str()?;
    snapshot::fan_outs(root, template)
        .into_iter()
        .find(|call| call.name == task && call.enclosing == enclosing)
}

fn body_of<'a>(root: &'a Workflow, enclosing: &str, task: &str) -> Option<&'a Map<String, Value>> {
    let own = root.spec.get("templates").and_then(Value::as_array).into_iter().flatten();
    let named = |value: &&Value, name: &str| value.get("name").and_then(Value::as_str) == Some(name);
    let templates = own.chain(root.stored_templates.values()).filter(|body| named(body, enclosing));
    let lists =
        templates.filter_map(|body| body.pointer("/dag/tasks").or_else(|| body.get("steps"))?.as_array());
    let entries = lists.flatten().flat_map(|entry| match entry {
        Value::Array(group) => group.iter().collect::<Vec<_>>(),
        single => vec![single],
    });
    entries.into_iter().find(|entry| named(entry, task))?.as_object()
}

fn collector(call: &FanOut<'_>) -> Collector {
    let arguments = &call.parameters;
    let reference = match &call.runs {
        Runs::Reference(reference) => Some((reference.name.clone(), reference.template.clone())),
        Runs::Local(_) => None,
    };
    // Tags of the workflow hold in a retry too; those of other tasks and of what encloses it do not.
    let foreign =
        |value: &str| !snapshot::replace_tags(value, |tag| tag.starts_with("workflow.").then(String::new)).1;
    let unfit = if reference.is_none() {
        Some(
            "it runs a template of the workflow itself, which a retry does not carry: move that into a WorkflowTemplate",
        )
    } else if !call.artifacts.is_empty() {
        Some("it is handed artifacts, and the aggregation takes parameters only")
    } else if arguments.iter().any(|given| given.value.as_deref().is_none_or(foreign)) {
        Some("it is handed what only other tasks of the run know")
    } else if arguments.iter().any(|given| !name::is_parameter_name(&given.name)) {
        Some("its arguments have names that Argo refuses")
    } else {
        None
    };
    let arguments =
        arguments.iter().map(|given| (given.name.clone(), given.value.clone().unwrap_or_default())).collect();
    Collector { task: call.name.to_owned(), reference, arguments, unfit }
}
