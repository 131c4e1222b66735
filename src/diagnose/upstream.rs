//! What failed above a fan-out, so that its items never began: each fan-out, and each run of a DAG that encloses one, for itself.

use std::collections::BTreeSet;

use serde_json::Value;

use super::moments::Moments;
use crate::evidence::snapshot::{self, FanOut, Node, NodeType, Phase, ScopeRun, Workflow};
use crate::recipe::Recipe;
use crate::units::Index;

/// The task that failed, and what Argo says about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upstream {
    /// The workflow.
    pub workflow: String,
    /// The task's name; the entrypoint's where the workflow itself could not begin.
    pub task: String,
    /// Its node.
    pub node: String,
    /// Its phase.
    pub phase: Phase,
    /// The message of the attempt that decided.
    pub message: String,
}

impl Upstream {
    /// The same in words, to follow a name or a colon.
    pub(super) fn told(&self) -> String {
        format!("task {} ended {} before the fan-out: {}", self.task, self.phase, self.message)
    }
}

/// What failed above the fan-outs of one workflow.
#[derive(Debug, Default)]
pub(super) struct Above {
    /// The task that is nearest to a fan-out, and the items that wait for it; `None`: the spec does not tell which these are.
    failed: Vec<(Upstream, Option<BTreeSet<Index>>)>,
    /// Items of fan-outs that nothing kept from beginning.
    reached: BTreeSet<Index>,
    /// No item of the workflow began at all.
    pub nothing_began: bool,
    /// The workflow itself ended before anything began.
    pub dead: Option<Upstream>,
}

impl Above {
    /// What kept an item from beginning.
    pub(super) fn of(&self, index: &Index) -> Option<&Upstream> {
        let known =
            |items: &Option<BTreeSet<Index>>| items.as_ref().is_some_and(|items| items.contains(index));
        let known = self.failed.iter().find(|(_, items)| known(items));
        // A fan-out whose items are not known can be any other's.
        let rest = || {
            let unknown = |items: &Option<BTreeSet<Index>>| items.is_none() || self.nothing_began;
            self.failed.iter().find(|(_, items)| unknown(items)).filter(|_| !self.reached.contains(index))
        };
        known.or_else(rest).map(|(upstream, _)| upstream).or(self.dead.as_ref())
    }
}

/// What failed above the fan-outs of a workflow; `began` says whether any item of it did.
pub(super) fn find(recipe: &Recipe, workflow: &Workflow, began: bool) -> Above {
    above(workflow, &recipe.items.template.value, &recipe.items.index_parameter.value, began)
}

fn above(workflow: &Workflow, template: &str, index_parameter: &str, began: bool) -> Above {
    let mut found = Above { nothing_began: !began, ..Above::default() };
    let moments = Moments::of(workflow);
    let cut = moments.strategy.is_some() || moments.deadline.is_some();
    let way = snapshot::way_to(workflow, template);
    for task in &way {
        for run in snapshot::runs_of(workflow, task.enclosing) {
            let items = || {
                let items = run.items(task, &way, template, index_parameter);
                items.map(|items| items.into_iter().collect::<BTreeSet<Index>>())
            };
            match blocked(workflow, task, &run, cut) {
                Some(upstream) => found.failed.push((upstream, items())),
                None if task.template() == template => found.reached.extend(items().unwrap_or_default()),
                None => {}
            }
        }
    }
    if !began && found.failed.is_empty() && !cut {
        found.dead = never_begun(workflow);
    }
    found
}

/// What kept a task from beginning in one run of what encloses it: a task before it, or the task itself where it could not be expanded.
fn blocked(workflow: &Workflow, task: &FanOut<'_>, run: &ScopeRun<'_>, cut: bool) -> Option<Upstream> {
    let own: Vec<(&Node, &str)> = run.nodes(task.name).collect();
    let before = || task.above().into_iter().find_map(|name| failed(workflow, run, name));
    match own[..] {
        // A DAG that still goes makes a node for whatever its dependencies leave out. One that was cut made no more.
        [] if cut && run.node.kind == NodeType::Dag => None,
        [] => before(),
        [(node, "")] if node.phase == Phase::Omitted => before(),
        // A group that only ended with its workflow says nothing; one that could not be expanded says why.
        [(node, "")] if node.kind == NodeType::Skipped => failed(workflow, run, task.name),
        [(node, "")] if node.kind == NodeType::TaskGroup && node.children.is_empty() => {
            failed(workflow, run, task.name).filter(|found| !found.message.is_empty())
        }
        _ => None,
    }
}

/// The node of a task in a run, if it failed.
fn failed(workflow: &Workflow, run: &ScopeRun<'_>, task: &str) -> Option<Upstream> {
    let (node, _) = run.nodes(task).find(|(node, rest)| rest.is_empty() && has_failed(node))?;
    let message = said(workflow, node, 8).unwrap_or_else(|| node.message.trim().to_owned());
    Some(Upstream {
        workflow: workflow.name.clone(),
        task: task.to_owned(),
        node: node.id.clone(),
        phase: node.phase.clone(),
        message,
    })
}

/// The last word of what failed below a node that has none of its own: the attempts of a Retry, the items of a loop, the pods of a DAG.
fn said(workflow: &Workflow, node: &Node, depth: usize) -> Option<String> {
    let depth = depth.checked_sub(1)?;
    let nodes = &workflow.nodes.0;
    let children = || node.children.iter().filter_map(|id| nodes.get(id));
    let below: Vec<&Node> = match node.kind {
        NodeType::TaskGroup => children().filter(|child| child.name.starts_with(&node.name)).collect(),
        NodeType::Dag | NodeType::Steps => {
            let inside = nodes.values().filter(|inner| inner.boundary.as_ref() == Some(&node.id));
            let mut inside: Vec<&Node> = inside.filter(|inner| !is_around_others(inner)).collect();
            inside.sort_by_key(|inner| (inner.started, inner.name.as_str()));
            inside
        }
        _ => children().filter(|child| is_attempt(node, child)).collect(),
    };
    let word = |inner: &Node| {
        said(workflow, inner, depth)
            .or_else(|| Some(inner.message.trim().to_owned()).filter(|own| !own.is_empty()))
    };
    below.into_iter().rev().filter(|inner| has_failed(inner)).find_map(word)
}

/// Whether a node only stands around others, which say more.
fn is_around_others(node: &Node) -> bool {
    matches!(node.kind, NodeType::Retry | NodeType::TaskGroup | NodeType::StepGroup)
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
    if !has_ended_badly(&workflow.phase) {
        return None;
    }
    let entrypoint = workflow.spec.get("entrypoint").and_then(Value::as_str);
    Some(Upstream {
        workflow: workflow.name.clone(),
        task: entrypoint.unwrap_or(&workflow.name).to_owned(),
        node: workflow.name.clone(),
        phase: workflow.phase.clone(),
        message: message.to_owned(),
    })
}

fn has_failed(node: &Node) -> bool {
    has_ended_badly(&node.phase)
}

fn has_ended_badly(phase: &Phase) -> bool {
    matches!(phase, Phase::Failed | Phase::Error)
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
        let workflow = read("w.json", text.as_bytes()).unwrap();
        let above = above(&workflow, "run", "i", false);
        let upstream = above.of(&Index::new("5"))?;
        Some((upstream.task.clone(), upstream.message.clone()))
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
            let inner = if task == "check" { String::new() } else { format!(", {inner}") };
            let said = found(r#""phase": "Failed""#, &format!("{root}{inner}, {nodes}"));
            assert_eq!(said, Some((task.to_owned(), message.to_owned())));
        }
    }

    /// What keeps each of these items, by the name of the task.
    fn kept(spec: &str, nodes: &str, items: &[&str], began: bool) -> Vec<String> {
        let text = format!(
            r#"{{"metadata": {{"name": "w"}}, "spec": {{"entrypoint": "main", {spec}}}, "status": {{"phase": "Failed", "nodes": {{{nodes}}}}}}}"#
        );
        let workflow = read("w.json", text.as_bytes()).unwrap();
        let above = above(&workflow, "run", "i", began);
        let task =
            |item: &&str| above.of(&Index::new(*item)).map_or("-".to_owned(), |found| found.task.clone());
        items.iter().map(task).collect()
    }

    const TWO: &str = r#""templates": [{"name": "main", "dag": {"tasks": [
        {"name": "a", "template": "p"}, {"name": "b", "template": "p"}, {"name": "c", "template": "p"},
        {"name": "run-a", "template": "run", "dependencies": ["a"], "withItems": ["1", "2"],
         "arguments": {"parameters": [{"name": "i", "value": "{{item}}"}]}},
        {"name": "run-b", "template": "run", "dependencies": ["b"], "withItems": ["3"],
         "arguments": {"parameters": [{"name": "i", "value": "{{item}}"}]}},
        {"name": "run-c", "template": "run", "dependencies": ["c"], "withParam": "{{tasks.c.outputs.result}}",
         "arguments": {"parameters": [{"name": "i", "value": "{{item}}"}]}}]}}]"#;

    #[test]
    fn each_fan_out_waits_for_its_own_tasks() {
        let node = |name: &str, kind: &str, phase: &str| {
            format!(
                r#"{{"name": "w.{name}", "type": "{kind}", "phase": "{phase}", "boundaryID": "w", "message": "{name}"}}"#
            )
        };
        let root = r#""w": {"name": "w", "type": "DAG", "phase": "Failed", "templateName": "main"}"#;
        let failed = |task: &str| format!(r#", "{task}": {}"#, node(task, "Pod", "Failed"));
        let omitted =
            |task: &str| format!(r#", "o{task}": {}"#, node(&format!("run-{task}"), "Skipped", "Omitted"));
        let began = format!(r#", "r": {}"#, node("run-a(0:1)", "Pod", "Failed"));
        let told = |nodes: String, began| kept(TWO, &format!("{root}{nodes}"), &["1", "2", "3", "9"], began);
        assert_eq!(told(began.clone() + &failed("b") + &omitted("b"), true), ["-", "-", "b", "-"]);
        // What b and c would have run is not the same: b's items are known, and c's are whatever nobody else has.
        let both = began.clone() + &failed("b") + &omitted("b") + &failed("c") + &omitted("c");
        assert_eq!(told(both, true), ["-", "-", "b", "c"]);
        // A task that began although one before it failed was allowed to.
        assert_eq!(told(began + &failed("a"), true), ["-", "-", "-", "-"]);
        // Where nothing began, the range may hold items that no task was to run.
        assert_eq!(told(failed("b"), false), ["-", "-", "b", "b"]);
    }

    #[test]
    fn each_run_of_a_nested_dag_waits_for_its_own_tasks_and_the_last_attempt_of_it_counts() {
        let spec = r#""templates": [{"name": "main", "dag": {"tasks": [{"name": "chr", "template": "each", "withItems": ["1", "2"],
            "arguments": {"parameters": [{"name": "c", "value": "{{item}}"}]}}]}},
          {"name": "each", "inputs": {"parameters": [{"name": "c"}]}, "dag": {"tasks": [{"name": "prepare", "template": "p"},
            {"name": "all", "template": "run", "dependencies": ["prepare"], "withItems": ["a", "b"],
             "arguments": {"parameters": [{"name": "i", "value": "{{inputs.parameters.c}}{{item}}"}]}}]}}]"#;
        let run = |id: &str, name: &str, c: &str| {
            format!(
                r#", "{id}": {{"name": "{name}", "type": "DAG", "phase": "Failed", "templateName": "each", "boundaryID": "w",
                "inputs": {{"parameters": [{{"name": "c", "value": "{c}"}}]}}}}"#
            )
        };
        let prepare = |run: &str, name: &str| {
            format!(
                r#", "{run}p": {{"name": "{name}.prepare", "type": "DAG", "phase": "Failed", "boundaryID": "{run}"}},
                 "{run}q": {{"name": "{name}.prepare.x", "type": "Pod", "phase": "Failed", "boundaryID": "{run}p", "message": "said"}}"#
            )
        };
        let root = r#""w": {"name": "w", "type": "DAG", "phase": "Failed", "templateName": "main"}"#;
        let items = ["1a", "2a", "2b"];
        let nodes = format!(
            "{root}{}{}{}",
            run("x", "w.chr(0:1)", "1"),
            run("y", "w.chr(1:2)", "2"),
            prepare("y", "w.chr(1:2)")
        );
        assert_eq!(kept(spec, &nodes, &items, true), ["-", "prepare", "prepare"]);
        let first = run("y", "w.chr(1:2)(0)", "2") + &prepare("y", "w.chr(1:2)(0)");
        let nodes = format!("{root}{first}{}", run("z", "w.chr(1:2)(1)", "2"));
        assert_eq!(kept(spec, &nodes, &items, true), ["-", "-", "-"]);
    }

    #[test]
    fn a_task_that_says_nothing_is_told_by_what_failed_below_it() {
        let nodes = r#""w": {"name": "w", "type": "DAG", "phase": "Failed", "templateName": "main"},
            "g": {"name": "w.a", "type": "TaskGroup", "phase": "Failed", "boundaryID": "w", "children": ["i", "j"]},
            "i": {"name": "w.a(0:x)", "type": "Retry", "phase": "Failed", "boundaryID": "w", "message": "No more retries left", "children": ["k"]},
            "k": {"name": "w.a(0:x)(0)", "type": "Pod", "phase": "Failed", "boundaryID": "w", "message": "main: Error (exit code 4)"},
            "j": {"name": "w.a(1:y)", "type": "Pod", "phase": "Succeeded", "boundaryID": "w", "message": "well"}"#;
        let text = format!(
            r#"{{"metadata": {{"name": "w"}}, "spec": {{{TWO}}}, "status": {{"phase": "Failed", "nodes": {{{nodes}}}}}}}"#
        );
        let workflow = read("w.json", text.as_bytes()).unwrap();
        let above = above(&workflow, "run", "i", false);
        let found = above.of(&Index::new("1")).unwrap();
        assert_eq!(found.told(), "task a ended Failed before the fan-out: main: Error (exit code 4)");
    }

    #[test]
    fn a_dag_that_was_cut_before_it_went_on_says_nothing_of_tasks_without_a_node() {
        let nodes = r#""w": {"name": "w", "type": "DAG", "phase": "Failed", "templateName": "main"},
            "b": {"name": "w.b", "type": "Pod", "phase": "Failed", "boundaryID": "w"}"#;
        let stopped = TWO.to_owned() + r#", "shutdown": "Stop""#;
        assert_eq!(kept(&stopped, nodes, &["3"], true), ["-"]);
        let omitted = nodes.to_owned()
            + r#", "o": {"name": "w.run-b", "type": "Skipped", "phase": "Omitted", "boundaryID": "w"}"#;
        assert_eq!(kept(&stopped, &omitted, &["3"], true), ["b"]);
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
