//! Something above the fan-out that failed, so that no item ever began.

use std::collections::BTreeSet;

use serde_json::Value;

use super::moments::Moments;
use crate::evidence::snapshot::{self, FanOut, Lineage, Node, NodeType, Phase, Workflow};
use crate::recipe::Recipe;

/// The task that failed, and what Argo says about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upstream {
    /// The task's name; the entrypoint's where the workflow itself could not begin.
    pub task: String,
    /// Its node.
    pub node: String,
    /// Its phase.
    pub phase: Phase,
    /// The message of the attempt that decided.
    pub message: String,
}

/// What failed above the fan-out of the parent, where something did.
pub(super) fn find(recipe: &Recipe, lineage: &Lineage) -> Option<Upstream> {
    let workflow = lineage.parent();
    above(workflow, &recipe.items.template.value).or_else(|| never_begun(workflow))
}

/// The failed task that is nearest to the fan-out: before it in its own DAG, the fan-out itself where it could not be expanded, or
/// the same of the DAG that encloses it.
fn above(workflow: &Workflow, template: &str) -> Option<Upstream> {
    let mut seen = BTreeSet::new();
    let mut level = vec![template];
    while !level.is_empty() {
        let fan_outs: Vec<FanOut<'_>> = level
            .into_iter()
            .filter(|name| seen.insert((*name).to_owned()))
            .flat_map(|name| snapshot::fan_outs(workflow, name))
            .collect();
        for fan_out in &fan_outs {
            let before = || fan_out.above().into_iter().find_map(|task| failed(workflow, fan_out, task));
            // A group that only ended with its workflow says nothing; one that could not be expanded says why.
            let itself = || failed(workflow, fan_out, fan_out.name).filter(|found| !found.message.is_empty());
            if let Some(found) = before().or_else(itself) {
                return Some(found);
            }
        }
        level = fan_outs.iter().map(|fan_out| fan_out.enclosing).collect();
    }
    None
}

/// The node of a task in the fan-out's own DAG, if it failed.
fn failed(workflow: &Workflow, fan_out: &FanOut<'_>, task: &str) -> Option<Upstream> {
    let nodes = &workflow.nodes.0;
    let node = nodes.values().find(|node| is_task(workflow, fan_out, node, task) && has_failed(node))?;
    let children = node.children.iter().filter_map(|id| nodes.get(id));
    let attempts: Vec<&Node> = children.filter(|child| is_attempt(node, child)).collect();
    let speaks = |attempt: &&&Node| has_failed(attempt) && !attempt.message.is_empty();
    let deciding = attempts.iter().rev().find(speaks).copied().unwrap_or(node);
    Some(Upstream {
        task: task.to_owned(),
        node: node.id.clone(),
        phase: node.phase.clone(),
        message: deciding.message.trim().to_owned(),
    })
}

/// Argo says which children are attempts from 3.5.1 on; before, only their names do.
fn is_attempt(node: &Node, child: &Node) -> bool {
    let named = child.name.strip_prefix(&node.name).is_some_and(|rest| rest.starts_with('('));
    child.retried || node.kind == NodeType::Retry && named
}

/// The workflow itself, where the controller gave it up: a failed DAG says nothing, so a message is the controller's own.
fn never_begun(workflow: &Workflow) -> Option<Upstream> {
    let root = workflow.nodes.0.get(&workflow.name);
    let told = [Some(workflow.message.as_str()), root.map(|root| root.message.as_str())];
    let message = told.into_iter().flatten().map(str::trim).find(|message| !message.is_empty())?;
    let moments = Moments::of(workflow);
    let cut = moments.strategy.is_some() || moments.deadline.is_some();
    if cut || !matches!(workflow.phase, Phase::Failed | Phase::Error) {
        return None;
    }
    let entrypoint = workflow.spec.get("entrypoint").and_then(Value::as_str);
    Some(Upstream {
        task: entrypoint.unwrap_or(&workflow.name).to_owned(),
        node: workflow.name.clone(),
        phase: workflow.phase.clone(),
        message: message.to_owned(),
    })
}

fn has_failed(node: &Node) -> bool {
    matches!(node.phase, Phase::Failed | Phase::Error)
}

/// Whether a node stands for a task of the template that encloses the fan-out: `<boundary>.<task>` (`taskNodeName` in
/// Argo's `workflow/controller/dag.go`).
fn is_task(workflow: &Workflow, fan_out: &FanOut<'_>, node: &Node, task: &str) -> bool {
    let named = node.name.strip_suffix(task).is_some_and(|rest| rest.ends_with('.'));
    let boundary = node.boundary.as_ref().and_then(|id| workflow.nodes.0.get(id));
    named && boundary.is_some_and(|boundary| boundary.template() == Some(fan_out.enclosing))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::snapshot::read;

    /// `main` checks the input, then runs `inner`; `inner` prepares, then fans out over `run`.
    const SPEC: &str = r#""entrypoint": "main", "templates": [
        {"name": "main", "dag": {"tasks": [{"name": "check", "template": "c"},
            {"name": "all", "template": "inner", "dependencies": ["check"]}]}},
        {"name": "inner", "dag": {"tasks": [{"name": "prepare", "template": "p"},
            {"name": "each", "template": "run", "withParam": "x", "dependencies": ["prepare"]}]}}]"#;

    fn found(status: &str, nodes: &str) -> Option<(String, String)> {
        let text = format!(
            r#"{{"metadata": {{"name": "w"}}, "spec": {{{SPEC}}}, "status": {{{status}, "nodes": {{{nodes}}}}}}}"#
        );
        let lineage = snapshot::lineage(vec![read("w.json", text.as_bytes()).unwrap()]).unwrap();
        let workflow = lineage.parent();
        let upstream = above(workflow, "run").or_else(|| never_begun(workflow))?;
        Some((upstream.task, upstream.message))
    }

    #[test]
    fn the_nearest_failed_task_above_the_fan_out_is_named_with_its_last_word() {
        let root = r#""w": {"name": "w", "type": "DAG", "phase": "Failed", "templateName": "main"}"#;
        let inner = r#""i": {"name": "w.all", "type": "DAG", "phase": "Failed", "templateName": "inner", "boundaryID": "w"}"#;
        for (nodes, task, message) in [
            (
                // Of 3.4, whose attempts only their names tell.
                r#""c": {"name": "w.check", "type": "Retry", "phase": "Failed", "boundaryID": "w", "message": "No more retries left", "children": ["d"]},
                   "d": {"name": "w.check(0)", "type": "Pod", "phase": "Failed", "boundaryID": "w", "message": "Error (exit code 2)"}"#,
                "check",
                "Error (exit code 2)",
            ),
            (
                r#""p": {"name": "w.all.prepare", "type": "Pod", "phase": "Error", "boundaryID": "i", "message": "pod deleted"}"#,
                "prepare",
                "pod deleted",
            ),
            (
                r#""e": {"name": "w.all.each", "type": "Skipped", "phase": "Error", "boundaryID": "i", "message": "withParam value could not be parsed as a JSON list: x"}"#,
                "each",
                "withParam value could not be parsed as a JSON list: x",
            ),
        ] {
            let said = found(r#""phase": "Failed""#, &format!("{root}, {inner}, {nodes}"));
            assert_eq!(said, Some((task.to_owned(), message.to_owned())));
        }
    }

    #[test]
    fn a_workflow_that_could_not_begin_says_so_itself_and_one_that_was_cut_does_not() {
        let root = r#""w": {"name": "w", "type": "DAG", "phase": "Error", "templateName": "main"}"#;
        let said = |status: &str| found(status, root);
        let message = "failed to set global parameters: configmap is missing";
        let status = format!(r#""phase": "Error", "message": "{message}""#);
        assert_eq!(said(&status), Some(("main".to_owned(), message.to_owned())));
        assert_eq!(said(r#""phase": "Failed", "message": "Stopped with strategy 'Stop'""#), None);
        assert_eq!(said(r#""phase": "Failed""#), None, "a failed DAG says nothing");
        assert_eq!(said(&status.replace("Error", "Running")), None);
    }
}
