//! Recovery steps (`before` of a rule): an item whose step failed was left out, and is as it was in the generation before.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::causes::Judgement;
use super::{ItemDiagnosis, Verdict};
use crate::evidence::snapshot::{Node, Phase, Workflow};
use crate::units::{Index, ranges};

/// What the name of a recovery step's task begins with; the name of the item's own task follows.
pub const BEFORE: &str = "before-";

/// A recovery step that did not succeed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedStep {
    /// Its task.
    pub task: String,
    /// Its node.
    pub node: String,
    /// How it ended.
    pub phase: Phase,
    /// What Argo says of it.
    pub message: String,
}

/// The recovery steps of a workflow.
pub(super) struct Steps<'a> {
    workflow: &'a Workflow,
    /// By name and boundary.
    nodes: BTreeMap<(&'a str, Option<&'a str>), &'a Node>,
}

impl<'a> Steps<'a> {
    pub(super) fn new(workflow: &'a Workflow) -> Self {
        let is_step =
            |node: &&Node| node.name.rsplit_once('.').is_some_and(|(_, task)| task.starts_with(BEFORE));
        let mut nodes = BTreeMap::new();
        for node in workflow.nodes.0.values().filter(is_step) {
            if let Entry::Vacant(free) = nodes.entry((node.name.as_str(), node.boundary.as_deref())) {
                free.insert(node);
            }
        }
        Self { workflow, nodes }
    }

    /// The recovery step that an item was left out for: the item is Omitted, and the task beside it that is named after its own did
    /// not succeed.
    pub(super) fn failed_for(&self, node: &Node) -> Option<FailedStep> {
        if node.phase != Phase::Omitted {
            return None;
        }
        let (around, task) = node.name.rsplit_once('.')?;
        let (task, name) = (format!("{BEFORE}{task}"), format!("{around}.{BEFORE}{task}"));
        let step = *self.nodes.get(&(name.as_str(), node.boundary.as_deref()))?;
        if step.phase == Phase::Succeeded {
            return None;
        }
        // A template that retries by itself says only that no retries are left; its last attempt says why.
        let mut children = step.children.iter().filter_map(|id| self.workflow.nodes.0.get(id));
        let last = children.rfind(|child| child.retried && !child.message.is_empty());
        let message = last.unwrap_or(step).message.trim().to_owned();
        Some(FailedStep { task, node: step.id.clone(), phase: step.phase.clone(), message })
    }
}

impl FailedStep {
    /// How it ended, in its own words where it has some.
    fn said(&self) -> String {
        if self.message.is_empty() { self.phase.to_string() } else { self.message.clone() }
    }
}

/// The judgement of the generation before, which still stands, and why nothing came of the one after it.
pub(super) fn still(before: Judgement, workflow: &Workflow, step: &FailedStep) -> Judgement {
    let mut judgement = before;
    judgement.because.push(format!(
        "in {} its recovery step {} did not succeed, so it did not run: {}",
        workflow.name,
        step.task,
        step.said()
    ));
    judgement
}

/// Items that are not done because their recovery step failed last, for whoever mends the step.
pub(super) fn told(items: &[ItemDiagnosis]) -> Vec<String> {
    let mut failed: BTreeMap<(&str, String), Vec<&Index>> = BTreeMap::new();
    for item in items.iter().filter(|item| matches!(item.verdict, Verdict::Failed(_))) {
        let node = item.node.as_ref();
        if let Some((node, step)) = node.and_then(|node| Some((node, node.unrecovered.as_ref()?))) {
            failed.entry((&node.workflow, step.said())).or_default().push(&item.index);
        }
    }
    let told = failed.into_iter().map(|((workflow, said), items)| {
        format!(
            "in {workflow}, {} did not run, because the recovery step did not succeed: {said}",
            ranges(items)
        )
    });
    told.collect()
}
