//! A task above the fan-out that failed, so that no item ever began.

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
    let fan_outs = snapshot::fan_outs(workflow, &recipe.items.template.value);
    fan_outs
        .iter()
        .find_map(|fan_out| fan_out.above().into_iter().find_map(|task| failed(workflow, fan_out, task)))
}

/// The node of a task in the fan-out's own DAG, if it failed.
fn failed(workflow: &Workflow, fan_out: &FanOut<'_>, task: &str) -> Option<Upstream> {
    let nodes = &workflow.nodes.0;
    let node = nodes.values().find(|node| is_task(workflow, fan_out, node, task) && has_failed(node))?;
    let attempts: Vec<&Node> =
        node.children.iter().filter_map(|id| nodes.get(id)).filter(|child| child.retried).collect();
    let speaks = |attempt: &&&Node| has_failed(attempt) && !attempt.message.is_empty();
    let deciding = attempts.iter().rev().find(speaks).copied().unwrap_or(node);
    Some(Upstream {
        task: task.to_owned(),
        node: node.id.clone(),
        phase: node.phase.clone(),
        message: deciding.message.trim().to_owned(),
    })
}

fn has_failed(node: &Node) -> bool {
    matches!(node.phase, Phase::Failed | Phase::Error)
}

/// Whether a node stands for a task of the template that encloses the fan-out: `<boundary>.<task>` (F 1.4).
fn is_task(workflow: &Workflow, fan_out: &FanOut<'_>, node: &Node, task: &str) -> bool {
    let named = node.name.strip_suffix(task).is_some_and(|rest| rest.ends_with('.'));
    let boundary = node.boundary.as_ref().and_then(|id| workflow.nodes.0.get(id));
    named && boundary.is_some_and(|boundary| boundary.template() == Some(fan_out.enclosing))
}
