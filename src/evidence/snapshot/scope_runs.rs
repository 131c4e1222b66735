//! The runs of a DAG or Steps that encloses a fan-out: each makes its own items, and each can fail before it does.

use std::collections::BTreeMap;

use super::fan_out::{FanOut, fan_outs};
use super::node_name::without_attempts;
use super::nodes::{Node, NodeType};
use super::scopes;
use super::tags::Inputs;
use super::workflow::Workflow;
use crate::units::Index;

/// Templates can call each other that deep (Argo 4.0.7, workflow/controller/controller.go, `maxAllowedStackDepth`).
const DEEPEST: usize = 100;

/// One run of a template that encloses a task.
#[derive(Debug, Clone, Copy)]
pub struct ScopeRun<'a> {
    workflow: &'a Workflow,
    /// Its DAG or Steps node.
    pub node: &'a Node,
}

/// Every task that leads to `template`, the tasks that run it first, then those that run the templates that these stand in, and so on.
pub fn way_to<'a>(workflow: &'a Workflow, template: &str) -> Vec<FanOut<'a>> {
    let mut way: Vec<FanOut> = fan_outs(workflow, template);
    let mut at = 0;
    while let Some(enclosing) = way.get(at).map(|task| task.enclosing) {
        at += 1;
        if enclosing != template && !way.iter().any(|task| task.template() == enclosing) {
            way.extend(fan_outs(workflow, enclosing));
        }
    }
    way
}

/// The runs of a template in a workflow, in the order of their names. Of the attempts of a retried one only the last, for it began anew.
pub fn runs_of<'a>(workflow: &'a Workflow, template: &str) -> Vec<ScopeRun<'a>> {
    let runs = workflow.nodes.0.values().filter(|node| {
        matches!(node.kind, NodeType::Dag | NodeType::Steps) && node.template() == Some(template)
    });
    let mut last: BTreeMap<String, &Node> = BTreeMap::new();
    for node in runs {
        let kept = last.entry(without_attempts(&node.name)).or_insert(node);
        // Of two numbers without a time the longer is the greater.
        let order = |node: &Node| (node.started, node.name.len(), node.name.clone());
        if order(node) > order(kept) {
            *kept = node;
        }
    }
    last.into_values().map(|node| ScopeRun { workflow, node }).collect()
}

impl<'a> ScopeRun<'a> {
    /// The nodes of a task in this run, each with what follows the task's name in its own: nothing, or `(3:5)` of a loop.
    pub fn nodes(&self, task: &str) -> impl Iterator<Item = (&'a Node, &'a str)> {
        let (run, workflow) = (self.node, self.workflow);
        let task = task.to_owned();
        let inside = workflow.nodes.0.values().filter(move |node| node.boundary.as_ref() == Some(&run.id));
        inside.filter_map(move |node| {
            let rest = node.name.strip_prefix(&run.name)?;
            // The number of a step's group.
            let rest =
                rest.strip_prefix('[').and_then(|open| open.split_once(']')).map_or(rest, |(_, rest)| rest);
            let rest = rest.strip_prefix('.')?.strip_prefix(&task)?;
            (rest.is_empty() || rest.starts_with('(')).then_some((node, rest))
        })
    }

    /// The items that a task was to make in this run, directly or by way of templates below: `way` is [`way_to`] their template. `None`
    /// where neither the spec nor the inputs of the run tell.
    pub fn items(
        &self,
        task: &FanOut,
        way: &[FanOut],
        template: &str,
        index_parameter: &str,
    ) -> Option<Vec<Index>> {
        let given = self.node.parameters.iter();
        let inputs: Inputs =
            given.filter_map(|input| Some((input.name.clone(), input.value.clone()?))).collect();
        scopes::items_below(task, way, self.workflow, (template, index_parameter), &inputs, DEEPEST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::snapshot::read;

    /// `main` runs `each` for two chromosomes, and that runs two items of each.
    const SPEC: &str = r#""entrypoint": "main", "templates": [
        {"name": "main", "dag": {"tasks": [{"name": "chr", "template": "each", "withItems": ["1", "2"],
            "arguments": {"parameters": [{"name": "c", "value": "{{item}}"}]}}]}},
        {"name": "each", "inputs": {"parameters": [{"name": "c"}, {"name": "d", "default": "x"}]}, "steps": [[
            {"name": "run-all", "template": "run", "withItems": ["a", "b"],
             "arguments": {"parameters": [{"name": "i", "value": "{{inputs.parameters.c}}{{item}}{{inputs.parameters.d}}"}]}}]]}]"#;

    fn workflow(nodes: &str) -> Workflow {
        let text = format!(
            r#"{{"metadata": {{"name": "w"}}, "spec": {{{SPEC}}}, "status": {{"nodes": {{
                "w": {{"name": "w", "type": "DAG", "templateName": "main"}}, {nodes}}}}}}}"#
        );
        read("w.json", text.as_bytes()).unwrap()
    }

    fn items(workflow: &Workflow, task: usize, run: usize) -> Option<String> {
        let way = way_to(workflow, "run");
        let runs = runs_of(workflow, way[task].enclosing);
        let items = runs[run].items(&way[task], &way, "run", "i")?;
        Some(items.iter().map(Index::as_str).collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn each_run_makes_the_items_of_its_own_inputs_and_the_outermost_all() {
        let run = |id: &str, inputs: &str| {
            format!(
                r#""{id}": {{"name": "w.chr({id})", "type": "Steps", "templateName": "each", "boundaryID": "w"{inputs}}}"#
            )
        };
        let given =
            r#", "inputs": {"parameters": [{"name": "c", "value": "1"}, {"name": "d", "value": "y"}]}"#;
        let workflow = workflow(&format!("{}, {}", run("0:1", given), run("1:2", "")));
        assert_eq!(
            way_to(&workflow, "run").iter().map(|task| task.name).collect::<Vec<_>>(),
            ["run-all", "chr"]
        );
        assert_eq!(items(&workflow, 0, 0).as_deref(), Some("1ay 1by"));
        assert_eq!(items(&workflow, 0, 1), None, "it holds no inputs");
        assert_eq!(items(&workflow, 1, 0).as_deref(), Some("1ax 1bx 2ax 2bx"));
    }

    #[test]
    fn of_the_attempts_of_a_run_the_last_counts_and_its_nodes_are_known_by_their_names() {
        let workflow = workflow(
            r#""r9": {"name": "w.chr(0:1)(9)", "type": "Steps", "templateName": "each", "boundaryID": "w"},
               "r10": {"name": "w.chr(0:1)(10)", "type": "Steps", "templateName": "each", "boundaryID": "w"},
               "g": {"name": "w.chr(0:1)(10)[0]", "type": "StepGroup", "boundaryID": "r10"},
               "o": {"name": "w.chr(0:1)(10)[0].run-all-2", "type": "Pod", "boundaryID": "r10"},
               "t": {"name": "w.chr(0:1)(10)[0].run-all", "type": "Skipped", "boundaryID": "r10"},
               "i": {"name": "w.chr(0:1)(10)[0].run-all(1:b)", "type": "Pod", "boundaryID": "r10"}"#,
        );
        let runs = runs_of(&workflow, "each");
        assert_eq!(runs.iter().map(|run| run.node.id.as_str()).collect::<Vec<_>>(), ["r10"]);
        let nodes: Vec<(&str, &str)> =
            runs[0].nodes("run-all").map(|(node, rest)| (node.id.as_str(), rest)).collect();
        assert_eq!(nodes, [("i", "(1:b)"), ("t", "")]);
    }
}
