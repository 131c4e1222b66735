//! The items of a run: the nodes that ran the item's template, each with its index and its attempts.

use std::collections::{BTreeMap, BTreeSet};

use super::attempts::Containment;
use super::fan_out::{FanOut, Loop, fan_outs};
use super::node_name::{is_aside, item_value, spelled};
use super::nodes::{Node, NodeType};
use super::tags::{replace_tags, workflow_tag};
use super::workflow::Workflow;
use crate::error::{Code, Fault, Faults};
use crate::units::{Index, name};

/// One item as the workflow's nodes show it.
#[derive(Debug, Clone)]
pub struct Item<'a> {
    /// What tells it from the others.
    pub index: Index,
    /// Its top node: Retry, Pod, Skipped, DAG, Steps and so on.
    pub node: &'a Node,
    /// Its pod runs in order, the one to judge last: the attempts of the Retry node; where there is none, the top node itself. A
    /// Retry without attempts (a memoized success, a stop before the first) has none. Of an item that is a DAG or Steps these are
    /// the pods below it, the one that failed last standing last.
    pub attempts: Vec<&'a Node>,
}

impl<'a> Item<'a> {
    /// The node that shows how the item ended: its last attempt, else its top node.
    pub fn last(&self) -> &'a Node {
        self.attempts.last().copied().unwrap_or(self.node)
    }
}

/// The items of `template`, in the order of their indexes; none where the workflow ended before its fan-out.
///
/// Groups, attempts, hooks and loops that were never expanded are not items. Where two top nodes have one index, the later started counts: `argo retry`
/// and hand-made tasks can run an item again under another name.
///
/// # Errors
/// [`Code::SnapshotOtherPipeline`] where no node ran the template and no task names it; [`Code::SnapshotNoIndex`].
pub fn items<'a>(
    workflow: &'a Workflow,
    template: &str,
    index_parameter: &str,
) -> Result<Vec<Item<'a>>, Faults> {
    let containment = Containment::new(workflow);
    let fan_outs = fan_outs(workflow, template);
    let tops: Vec<&Node> = workflow
        .nodes
        .0
        .values()
        .filter(|node| node.template() == Some(template) && !is_group(node) && !containment.is_attempt(node))
        .filter(|node| !node.hooked && !is_aside(&workflow.name, &node.name))
        .filter(|node| !is_unexpanded(&fan_outs, node))
        .collect();
    if tops.is_empty() && fan_outs.is_empty() {
        return Err(other_pipeline(workflow, template).into());
    }
    let mut found: BTreeMap<Index, Item> = BTreeMap::new();
    let mut without = Vec::new();
    for node in tops {
        let attempts = containment.attempts(node);
        let held = [node].into_iter().chain(attempts.iter().copied());
        let own = held.filter_map(|node| node.parameter(index_parameter)).map(Index::new).next();
        let Some(index) = own.or_else(|| from_name(workflow, &fan_outs, node, index_parameter)) else {
            without.push(node);
            continue;
        };
        let later = found
            .get(&index)
            .is_none_or(|other| (other.node.started, &other.node.name) < (node.started, &node.name));
        if later {
            found.insert(index.clone(), Item { index, node, attempts });
        }
    }
    if without.is_empty() {
        Ok(found.into_values().collect())
    } else {
        Err(no_index(workflow, &without, template, index_parameter).into())
    }
}

/// Whether a node stands for a whole loop that was never expanded. Argo makes one where the task is omitted, skipped or in error
/// before it has items (F 1.3): it is none of the items.
fn is_unexpanded(fan_outs: &[FanOut], node: &Node) -> bool {
    let spelled = spelled(&node.name);
    let loops = |fan_out: &FanOut| fan_out.name == spelled.task && fan_out.repeat != Loop::Once;
    node.kind == NodeType::Skipped && spelled.item.is_none() && fan_outs.iter().any(loops)
}

fn is_group(node: &Node) -> bool {
    matches!(node.kind, NodeType::TaskGroup | NodeType::StepGroup)
}

/// The index of a node that has no inputs (Skipped ones have none, F 1.2): its task's index argument, filled in from its name.
fn from_name(workflow: &Workflow, fan_outs: &[FanOut], node: &Node, index_parameter: &str) -> Option<Index> {
    let spelled = spelled(&node.name);
    let boundary = node.boundary.as_ref().and_then(|id| workflow.nodes.0.get(id)).and_then(Node::template);
    let mut candidates = fan_outs.iter().filter(|fan_out| fan_out.name == spelled.task);
    // Two templates can have a task of one name, as the tiers of a retry can.
    let fan_out = candidates
        .clone()
        .find(|fan_out| boundary == Some(fan_out.enclosing))
        .or_else(|| candidates.next())?;
    let (index, complete) = replace_tags(fan_out.argument(index_parameter)?, |tag| {
        let item = spelled.item.and_then(|item| item_value(item, tag)).map(str::to_owned);
        item.or_else(|| workflow_tag(workflow, tag))
    });
    complete.then(|| Index::new(index))
}

fn other_pipeline(workflow: &Workflow, template: &str) -> Fault {
    let ran: BTreeSet<&str> = workflow.nodes.0.values().filter_map(Node::template).collect();
    let near = name::nearest(template, ran.iter().copied());
    let near = near.map_or(String::new(), |near| format!("`items.template` might be `{near}`; "));
    let list = ran.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let list = if list.is_empty() { "no template at all".to_owned() } else { list };
    let (wf, file) = (&workflow.name, workflow.source.name());
    Fault::new(
        Code::SnapshotOtherPipeline,
        format!("the workflow `{wf}` in {file} has no node and no task that runs the template `{template}`"),
        format!("{near}it ran {list}; another pipeline's workflow has another recipe"),
    )
}

fn no_index(workflow: &Workflow, without: &[&Node], template: &str, index_parameter: &str) -> Fault {
    let known: BTreeSet<&str> = workflow
        .nodes
        .0
        .values()
        .filter(|node| node.template() == Some(template))
        .flat_map(|node| node.parameters.iter().map(|parameter| parameter.name.as_str()))
        .collect();
    let near = name::nearest(index_parameter, known.iter().copied().filter(|name| *name != index_parameter));
    let near = near.map_or(String::new(), |near| format!("`items.index-parameter` might be `{near}`; "));
    let list = known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let list = if list.is_empty() {
        "none of these nodes holds an input".to_owned()
    } else {
        format!("the inputs of `{template}` are {list}")
    };
    let first = without.first().map_or("", |node| node.name.as_str());
    let nodes = match without.len() {
        1 => format!("the node `{first}` has"),
        many => format!("{many} nodes (the first is `{first}`) have"),
    };
    Fault::new(
        Code::SnapshotNoIndex,
        format!("in {}, {nodes} no value for `{index_parameter}`", workflow.source.name()),
        format!("{near}{list}; the index must be an input of the template and an argument of its task"),
    )
}

#[cfg(test)]
mod tests;
