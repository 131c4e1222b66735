//! The items of a run: the nodes that ran the item's template, each with its index and its attempts.

use std::collections::{BTreeMap, BTreeSet};

use super::attempts::Containment;
use super::fan_out::fan_outs;
use super::node_name::{is_aside, without_attempts};
use super::nodes::{Node, NodeType, Phase};
use super::spoken::Names;
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
    /// The pod runs of the same node in earlier attempts of what encloses it, one list an attempt: a retryStrategy of the whole workflow
    /// runs its DAG again, and every item with it.
    pub earlier_runs: Vec<Vec<&'a Node>>,
    /// What was chosen between where the snapshot speaks twice: an index that the node's name gives otherwise, another node of the
    /// same index. Sentences for people.
    pub doubts: Vec<String>,
}

impl<'a> Item<'a> {
    /// The node that shows how the item ended: its last attempt, else its top node.
    pub fn last(&self) -> &'a Node {
        self.attempts.last().copied().unwrap_or(self.node)
    }
}

/// The items of `template`, in the order of their indexes; none where the workflow ended before its fan-out.
///
/// The index is the value of the input `index_parameter`. A node without inputs has the one that its name gives; where both speak
/// and differ, the input counts and the doubt is told. Groups, attempts, hooks, what lies inside another item and loops that were never
/// expanded are not items.
///
/// Two nodes can have one index: runs of one node in two attempts of what encloses it, alternatives of which one was skipped, an
/// item that was run again by hand. Of those the one that succeeded counts, else the one that was not skipped, else the later started; the
/// attempts of earlier runs of one node are kept beside it.
///
/// # Errors
/// [`Code::SnapshotOtherPipeline`] where no node ran the template and no task names it; [`Code::SnapshotNoIndex`];
/// [`Code::SnapshotIndexClash`] where two nodes of one index were given different inputs, so that they did different work.
pub fn items<'a>(
    workflow: &'a Workflow,
    template: &str,
    index_parameter: &str,
) -> Result<Vec<Item<'a>>, Faults> {
    let containment = Containment::new(workflow);
    let fan_outs = fan_outs(workflow, template);
    let names = Names::new(workflow, &fan_outs, index_parameter);
    let tops: Vec<&Node> = workflow
        .nodes
        .0
        .values()
        .filter(|node| node.template() == Some(template) && !is_group(node) && !containment.is_attempt(node))
        .filter(|node| !node.hooked && !is_aside(&workflow.name, &node.name))
        .filter(|node| !names.is_unexpanded(node) && !containment.lies_inside(node, template))
        .collect();
    if tops.is_empty() && fan_outs.is_empty() {
        return Err(other_pipeline(workflow, template).into());
    }
    let mut found: BTreeMap<Index, Vec<Item>> = BTreeMap::new();
    let mut without = Vec::new();
    for node in tops {
        let attempts = containment.attempts(node);
        let held = [node].into_iter().chain(attempts.iter().copied());
        let own = held.filter_map(|node| node.parameter(index_parameter)).map(Index::new).next();
        let spoken = own.as_ref().and_then(|own| names.contradiction(node, own));
        let Some(index) = own.or_else(|| names.index(node)) else {
            without.push(node);
            continue;
        };
        let doubts = spoken.map(|spoken| contradicted(workflow, node, index_parameter, &index, &spoken));
        let doubts = doubts.into_iter().collect();
        let item = Item { index: index.clone(), node, attempts, earlier_runs: Vec::new(), doubts };
        found.entry(index).or_default().push(item);
    }
    // Ids are hashes: what is said of several nodes names them in the order of their names.
    found.values_mut().for_each(|items| items.sort_by_key(|item| item.node.name.as_str()));
    let mut faults = Faults::new();
    if !without.is_empty() {
        faults.push(no_index(workflow, &without, template, index_parameter));
    }
    let clashing: Vec<&Vec<Item>> = found.values().filter(|items| differ(items).is_some()).collect();
    if !clashing.is_empty() {
        faults.push(index_clash(workflow, &clashing, index_parameter));
    }
    faults.or(())?;
    Ok(found.into_values().filter_map(|items| the_one(workflow, items)).collect())
}

fn contradicted(workflow: &Workflow, node: &Node, parameter: &str, held: &Index, spoken: &Index) -> String {
    let (wf, name) = (&workflow.name, &node.name);
    format!(
        "in {wf}, the node {name} holds {parameter} = {held}, and its name says {spoken}: the parameter counts"
    )
}

/// Of the nodes of one index the one that counts.
fn the_one<'a>(workflow: &Workflow, mut items: Vec<Item<'a>>) -> Option<Item<'a>> {
    items.sort_by_key(|item| {
        let node = item.node;
        (succeeded(node), !was_left_out(node), node.started, node.name.as_str())
    });
    let mut chosen = items.pop()?;
    let same = without_attempts(&chosen.node.name);
    let (mut doubts, mut earlier_runs) = (Vec::new(), Vec::new());
    // What comes after a success takes nothing back. Of two numbers without a time the longer is the greater.
    let order = |node: &'a Node| (node.started, node.name.len(), node.name.as_str());
    let before = |node| order(node) < order(chosen.node);
    let again: Vec<&str> = items
        .iter()
        .filter(|item| !was_left_out(item.node) && without_attempts(&item.node.name) != same)
        .map(|item| item.node.name.as_str())
        .collect();
    if let Some(first) = again.first() {
        let why = if succeeded(chosen.node) { "succeeded" } else { "began last" };
        let more =
            if again.len() > 1 { format!(" and {} more nodes", again.len() - 1) } else { String::new() };
        chosen.doubts.push(format!(
            "in {}, {} was run by {first}{more} and by {}: the last one, which {why}, counts",
            workflow.name, chosen.index, chosen.node.name
        ));
    }
    for item in items {
        if !was_left_out(item.node) && without_attempts(&item.node.name) == same && before(item.node) {
            earlier_runs.push(item.attempts);
        }
        doubts.extend(item.doubts);
    }
    chosen.earlier_runs = earlier_runs;
    chosen.doubts.splice(0..0, doubts);
    Some(chosen)
}

/// Also a node that a memoized resubmit copied from an earlier success (`FormulateResubmitWorkflow` in Argo's
/// `workflow/util/util.go`).
fn succeeded(node: &Node) -> bool {
    node.phase == Phase::Succeeded
        || node.kind == NodeType::Skipped && node.message.starts_with("original pod: ")
}

/// Whether its own `when` or what it depends on left a node out: it did no work.
fn was_left_out(node: &Node) -> bool {
    node.kind == NodeType::Skipped
        && matches!(node.phase, Phase::Skipped | Phase::Omitted)
        && !succeeded(node)
}

/// Two nodes of one index that did different work, with the first input that tells them apart.
fn differ<'n>(items: &[Item<'n>]) -> Option<(&'n Node, &'n Node, &'n str)> {
    let worked: Vec<&Node> = items
        .iter()
        .map(|item| item.node)
        .filter(|node| !was_left_out(node) && !node.parameters.is_empty())
        .collect();
    let (first, others) = worked.split_first()?;
    let apart = |other: &&'n Node| {
        let names = first.parameters.iter().chain(&other.parameters).map(|parameter| parameter.name.as_str());
        let one_node = without_attempts(&first.name) == without_attempts(&other.name);
        let name = names.filter(|_| !one_node).find(|name| first.parameter(name) != other.parameter(name))?;
        Some((*first, *other, name))
    };
    others.iter().find_map(apart)
}

fn is_group(node: &Node) -> bool {
    matches!(node.kind, NodeType::TaskGroup | NodeType::StepGroup)
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

fn index_clash(workflow: &Workflow, clashing: &[&Vec<Item>], index_parameter: &str) -> Fault {
    let first = clashing.first().and_then(|items| Some((items.first()?, differ(items)?)));
    let example = first.map_or(String::new(), |(item, (one, other, input))| {
        let index = &item.index;
        format!("`{}` and `{}` both run {index}, with another `{input}`", one.name, other.name)
    });
    let many = match clashing.len() {
        1 => String::new(),
        many => format!(", and so it is with {} more", many - 1),
    };
    let apart: BTreeSet<&str> =
        clashing.iter().filter_map(|items| differ(items)).map(|(.., input)| input).collect();
    let apart = apart.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    Fault::new(
        Code::SnapshotIndexClash,
        format!(
            "in {}, `{index_parameter}` does not tell all items apart: {example}{many}",
            workflow.source.name()
        ),
        format!(
            "one recipe is about one kind of item: name a template in `items.template` that only one of the two tasks runs, \
             or an input in `items.index-parameter` that no two of them share (these differ in {apart})"
        ),
    )
}

#[cfg(test)]
mod tests;
