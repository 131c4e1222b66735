//! The pod runs of one item: the attempts of its Retry node, or the pods inside it.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::node_name::{attempt_number, is_aside};
use super::nodes::{Node, NodeType, Phase};
use super::workflow::Workflow;

/// The attempts of every Retry node in order, each with its number, the first being 0.
pub fn attempts(workflow: &Workflow) -> Vec<Vec<(usize, &Node)>> {
    let retries = workflow.nodes.0.values().filter(|node| node.kind == NodeType::Retry);
    retries.map(|retry| of_retry(workflow, retry)).collect()
}

/// How the nodes of a workflow lie in each other.
pub(super) struct Containment<'a> {
    workflow: &'a Workflow,
    /// Nodes by the id of what encloses them.
    inside: BTreeMap<&'a str, Vec<&'a Node>>,
    /// The Retry node of every attempt, by the attempt's id.
    retry_of: BTreeMap<&'a str, &'a Node>,
}

impl<'a> Containment<'a> {
    pub(super) fn new(workflow: &'a Workflow) -> Self {
        let mut made = Self { workflow, inside: BTreeMap::new(), retry_of: BTreeMap::new() };
        for node in workflow.nodes.0.values() {
            if let Some(boundary) = &node.boundary {
                made.inside.entry(boundary).or_default().push(node);
            }
            if node.kind == NodeType::Retry {
                let attempts = of_retry(workflow, node);
                made.retry_of.extend(attempts.into_iter().map(|(_, attempt)| (attempt.id.as_str(), node)));
            }
        }
        made
    }

    /// Whether a node is an attempt of a Retry node.
    pub(super) fn is_attempt(&self, node: &Node) -> bool {
        self.retry_of.contains_key(node.id.as_str())
    }

    /// Whether a node is a part of another node that ran `template`: a container of a ContainerSet's pod, which Argo gives the pod's
    /// template (4.1.2 `executeContainerSet`), or a template that runs itself.
    pub(super) fn lies_inside(&self, node: &Node, template: &str) -> bool {
        let around = |node: &Node| self.workflow.nodes.0.get(node.boundary.as_ref()?);
        let mut outer = around(node);
        // Argo gives up at this depth (`operator.go`; row D19); boundaries that run in a circle have no end.
        for _ in 0..100 {
            let Some(found) = outer else { break };
            if found.template() == Some(template) {
                return true;
            }
            outer = around(found);
        }
        false
    }

    /// The attempts of an item, the one to judge last; the item's own node where there is nothing below it.
    ///
    /// An item whose template is a DAG or Steps has no pod of its own: its attempts are the pods below it, run by run. Of one run
    /// that did not succeed, the pods that failed for good stand last, the latest of them at the very end; a failed attempt whose
    /// Retry then succeeded did not decide anything and stands before. Of a run that succeeded, a pod that did stands last, and so does
    /// that run among others: what comes after it takes nothing back.
    pub(super) fn attempts(&self, top: &'a Node) -> Vec<&'a Node> {
        let mut runs = if top.kind == NodeType::Retry { self.runs(top) } else { vec![top] };
        runs.sort_by_key(|run| run.phase == Phase::Succeeded);
        runs.into_iter().flat_map(|run| self.pods(run)).collect()
    }

    fn runs(&self, retry: &Node) -> Vec<&'a Node> {
        of_retry(self.workflow, retry).into_iter().map(|(_, run)| run).collect()
    }

    fn pods(&self, run: &'a Node) -> Vec<&'a Node> {
        let mut pods = Vec::new();
        self.collect(run, &mut pods, 100);
        pods.sort_by_key(|pod| (self.decides(run, pod), order(pod)));
        if pods.is_empty() { vec![run] } else { pods }
    }

    /// The pods below a DAG or Steps node, at most so deep (row D19). What Argo failed before it made a pod hides under the type
    /// Skipped (`initializeNodeOrMarkError` in `workflow/controller/operator.go`), and a Retry that ended before its first
    /// attempt speaks for itself.
    fn collect(&self, node: &'a Node, pods: &mut Vec<&'a Node>, depth: usize) {
        let Some(depth) = depth.checked_sub(1) else { return };
        for inner in self.inside.get(node.id.as_str()).into_iter().flatten().copied() {
            match inner.kind {
                _ if !is_composite(node) || inner.hooked || is_aside(&self.workflow.name, &inner.name) => {}
                NodeType::Dag | NodeType::Steps => self.collect(inner, pods, depth),
                NodeType::TaskGroup | NodeType::StepGroup => {}
                NodeType::Retry if inner.phase == Phase::Succeeded || !self.runs(inner).is_empty() => {}
                NodeType::Skipped if inner.phase != Phase::Error => {}
                _ => pods.push(inner),
            }
        }
    }

    /// Whether a pod shows why its run ended as it did.
    fn decides(&self, run: &Node, pod: &Node) -> bool {
        if run.phase == Phase::Succeeded {
            return pod.phase == Phase::Succeeded;
        }
        let made_good =
            self.retry_of.get(pod.id.as_str()).is_some_and(|retry| retry.phase == Phase::Succeeded);
        matches!(pod.phase, Phase::Failed | Phase::Error) && !made_good
    }
}

/// The attempts of a Retry node in order: children that say so (3.5.1 and later), or by name; downstream tasks and hooks hang there too
/// (`getOutboundNodes` in `workflow/controller/operator.go`). Where a name does not tell the number, the place does.
fn of_retry<'a>(workflow: &'a Workflow, retry: &Node) -> Vec<(usize, &'a Node)> {
    let mut attempts: Vec<(Option<u64>, &Node)> = retry
        .children
        .iter()
        .filter_map(|id| workflow.nodes.0.get(id))
        .map(|child| (attempt_number(&retry.name, &child.name), child))
        .filter(|(number, child)| {
            number.is_some() || child.retried && !child.hooked && child.name.starts_with(&retry.name)
        })
        .collect();
    attempts.sort_by_key(|(number, child)| (*number, order(child)));
    let numbered = attempts.into_iter().enumerate().map(|(place, (number, child))| {
        (number.and_then(|number| usize::try_from(number).ok()).unwrap_or(place), child)
    });
    numbered.collect()
}

fn is_composite(node: &Node) -> bool {
    matches!(node.kind, NodeType::Dag | NodeType::Steps)
}

/// The order in which nodes were made; the name tells nodes of one second apart.
fn order(node: &Node) -> (Option<Timestamp>, &str) {
    (node.started, &node.name)
}
