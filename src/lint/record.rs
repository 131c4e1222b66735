//! The attempts on record: how long the pods of a template ran in a snapshot.

use super::survey::Subject;
use crate::evidence::snapshot::{Lineage, Node, NodeType, Phase, Workflow};
use crate::units::Seconds;

/// One pod that ran.
#[derive(Debug, Clone, Copy)]
pub(super) struct Attempt<'a> {
    pub(super) node: &'a Node,
    /// From the node's making to its end: that is what a retry window counts.
    pub(super) ran: Seconds,
}

/// The pods of a template of an object that got a host and ended, in the order of their nodes.
///
/// A template of a WorkflowTemplate is found by the reference of the node, or, where the run was of the whole object, by the key
/// under which the run stored it; one of a Workflow by its name alone.
pub(super) fn attempts<'a>(run: &'a Lineage, subject: &Subject<'_>, name: &str) -> Vec<Attempt<'a>> {
    let of = |workflow: &'a Workflow| {
        let stored = format!(
            "{}/{}/{name}",
            if subject.object.is_cluster() { "cluster" } else { "namespaced" },
            subject.object.name
        );
        let whole = subject.object.runs() || workflow.stored_templates.contains_key(&stored);
        let is_of_template = move |node: &Node| match &node.template_ref {
            Some(reference) => {
                reference.name == subject.object.name
                    && reference.template == name
                    && reference.cluster_scope == subject.object.is_cluster()
                    && !subject.object.runs()
            }
            None => whole && node.template_name.as_deref() == Some(name),
        };
        workflow.nodes.0.values().filter(move |node| node.kind == NodeType::Pod && is_of_template(node))
    };
    run.generations().iter().flat_map(of).filter_map(attempt).collect()
}

fn attempt(node: &Node) -> Option<Attempt<'_>> {
    let (Some(started), Some(finished), Some(_)) = (node.started, node.finished, &node.host) else {
        return None;
    };
    let ran = u64::try_from(finished.duration_since(started).as_secs()).ok()?;
    Some(Attempt { node, ran: Seconds(ran) })
}

/// The longest one; of two alike the one whose node comes first.
pub(super) fn longest<'a>(attempts: &[Attempt<'a>]) -> Option<Attempt<'a>> {
    attempts.iter().copied().reduce(|longest, one| if one.ran > longest.ran { one } else { longest })
}

/// Those that ended well.
pub(super) fn succeeded<'a>(attempts: &[Attempt<'a>]) -> Vec<Attempt<'a>> {
    attempts.iter().copied().filter(|one| one.node.phase == Phase::Succeeded).collect()
}
