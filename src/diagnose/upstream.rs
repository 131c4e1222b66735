//! A task above the fan-out that failed, so that no item ever began.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::evidence::snapshot::{self, FanOut, Lineage, Node, Phase, Workflow};
use crate::recipe::Recipe;

/// The task that failed, and what Argo says about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upstream {
    /// The task's name.
    pub task: String,
    /// Its node.
    pub node: String,
    /// Its phase.
    pub phase: Phase,
    /// The message of the attempt that decided.
    pub message: String,
}

/// The failed task above the fan-out of the parent, where there is one.
pub(super) fn find(recipe: &Recipe, lineage: &Lineage) -> Option<Upstream> {
    let workflow = lineage.parent();
    snapshot::fan_outs(workflow, &recipe.items.template.value).iter().find_map(|fan_out| above(workflow, fan_out))
}

fn above(workflow: &Workflow, fan_out: &FanOut<'_>) -> Option<Upstream> {
    let tasks: Vec<&Value> = fan_out.siblings.iter().collect();
    let mut waiting: Vec<&str> = requirements(&Value::Object(fan_out.task.clone()), &tasks);
    let mut seen = BTreeSet::new();
    while let Some(name) = waiting.pop() {
        if !seen.insert(name) {
            continue;
        }
        if let Some(found) = failed(workflow, fan_out, name) {
            return Some(found);
        }
        waiting.extend(tasks.iter().filter(|task| named(task) == Some(name)).flat_map(|task| requirements(task, &tasks)));
    }
    None
}

fn named(task: &Value) -> Option<&str> {
    task.get("name").and_then(Value::as_str)
}

/// The tasks that a task waits for: `dependencies`, and every task that its `depends` names.
fn requirements<'a>(task: &Value, tasks: &[&'a Value]) -> Vec<&'a str> {
    let listed: Vec<&str> =
        task.get("dependencies").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    let expression = task.get("depends").and_then(Value::as_str).unwrap_or_default();
    let words: BTreeSet<&str> = expression
        .split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '.')))
        .map(|word| word.split('.').next().unwrap_or(word))
        .collect();
    let mut required: Vec<&str> =
        tasks.iter().filter_map(|task| named(task)).filter(|name| listed.contains(name) || words.contains(name)).collect();
    required.sort_unstable();
    // The stack is popped from its end: the first in the alphabet is looked at first.
    required.reverse();
    required
}

/// The node of a task in the fan-out's own DAG, if it failed.
fn failed(workflow: &Workflow, fan_out: &FanOut<'_>, task: &str) -> Option<Upstream> {
    let ending = format!(".{task}");
    let is_it = |node: &&Node| {
        node.name.strip_suffix(&ending).is_some_and(|boundary| {
            boundary_template(workflow, node) == Some(fan_out.template) || boundary == workflow.name
        }) && matches!(node.phase, Phase::Failed | Phase::Error)
    };
    let node = workflow.nodes.0.values().find(is_it)?;
    let deciding = node
        .children
        .iter()
        .filter_map(|id| workflow.nodes.0.get(id))
        .rfind(|child| child.retried && !child.message.is_empty())
        .unwrap_or(node);
    Some(Upstream { task: task.to_owned(), node: node.id.clone(), phase: node.phase.clone(), message: deciding.message.trim().to_owned() })
}

/// The template of the DAG that encloses a node.
fn boundary_template<'a>(workflow: &'a Workflow, node: &Node) -> Option<&'a str> {
    workflow.nodes.0.get(node.boundary.as_ref()?)?.template()
}
