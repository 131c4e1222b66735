//! The index that a node's name speaks of: for nodes that hold no inputs, and as a second witness for those that do.

use serde_json::Value;

use super::expected::values;
use super::fan_out::{FanOut, Loop};
use super::node_name::{Spelled, item_text, item_value, spelled};
use super::nodes::Node;
use super::tags::{Inputs, fill, input_tag, replace_tags, tags, workflow_tag};
use super::workflow::Workflow;
use crate::units::Index;

/// What the names of the nodes of one workflow are read by.
pub(super) struct Names<'a> {
    workflow: &'a Workflow,
    index_parameter: &'a str,
    /// The tasks that run the template, each with the values of its loop where the spec tells them.
    tasks: Vec<(&'a FanOut<'a>, Option<Vec<Value>>)>,
}

impl<'a> Names<'a> {
    pub(super) fn new(workflow: &'a Workflow, fan_outs: &'a [FanOut<'a>], index_parameter: &'a str) -> Self {
        let told = |fan_out: &FanOut| values(fan_out, workflow, &Inputs::new());
        let tasks = fan_outs.iter().map(|fan_out| (fan_out, told(fan_out))).collect();
        Self { workflow, index_parameter, tasks }
    }

    /// The index of a node that has no inputs (Skipped ones have none): its task's index argument, filled in from its name.
    pub(super) fn index(&self, node: &Node) -> Option<Index> {
        let spelled = spelled(&node.name);
        let (fan_out, values) = self.task(node, &spelled)?;
        let argument = fan_out.argument(self.index_parameter)?;
        let boundary = self.boundary(node);
        let inputs: Inputs = boundary
            .into_iter()
            .flat_map(|boundary| &boundary.parameters)
            .filter_map(|input| Some((input.name.clone(), input.value.clone()?)))
            .collect();
        if let Some(value) = listed(&spelled, values.as_deref()) {
            return fill(argument, self.workflow, &inputs, Some(value)).map(Index::new);
        }
        let (index, complete) = replace_tags(argument, |tag| {
            let item = spelled.item.and_then(|item| item_value(item, tag)).map(str::to_owned);
            item.or_else(|| input_tag(&inputs, tag)).or_else(|| workflow_tag(self.workflow, tag))
        });
        complete.then(|| Index::new(index))
    }

    /// The index that the name of a node gives, if it is another than `held`, which an input of it holds. Argo makes both from one
    /// value of the loop, so nobody has to choose between them but where a snapshot was edited or put together.
    ///
    /// Only a task whose argument is made of the loop's value alone is asked: `argo retry -p` changes what the workflow's parameters say
    /// without changing nodes that exist.
    pub(super) fn contradiction(&self, node: &Node, held: &Index) -> Option<Index> {
        let spelled = spelled(&node.name);
        let (fan_out, values) = self.task(node, &spelled)?;
        let asked = tags(fan_out.argument(self.index_parameter)?);
        let of_loop = |tag: &&str| *tag == "item" || tag.starts_with("item.");
        if spelled.item.is_none() || asked.is_empty() || !asked.iter().all(of_loop) {
            return None;
        }
        // From the text alone, a value of a map with a comma in it, a list and a map cannot be read back.
        let plain = |text: &str| !text.contains(',') && !text.starts_with(['[', '{']);
        if listed(&spelled, values.as_deref()).is_none() && !plain(held.as_str()) {
            return None;
        }
        let bare = |index: &Index| index.as_str().replace(['(', ')'], "");
        self.index(node).filter(|spoken| bare(spoken) != bare(held))
    }

    /// The task that a node was made by. Two templates can have a task of one name, as the tiers of a retry can.
    fn task(&self, node: &Node, spelled: &Spelled) -> Option<&(&'a FanOut<'a>, Option<Vec<Value>>)> {
        let boundary = self.boundary(node).and_then(Node::template);
        let mut named = self.tasks.iter().filter(|(fan_out, _)| fan_out.name == spelled.task);
        named.clone().find(|(fan_out, _)| boundary == Some(fan_out.enclosing)).or_else(|| named.next())
    }

    fn boundary(&self, node: &Node) -> Option<&'a Node> {
        self.workflow.nodes.0.get(node.boundary.as_ref()?)
    }

    /// Whether a node stands for a whole loop that was never expanded. Argo makes one where the task is omitted, skipped or in error
    /// before it has items (`executeDAGTask` in `workflow/controller/dag.go`): it is none of the items.
    pub(super) fn is_unexpanded(&self, node: &Node) -> bool {
        let spelled = spelled(&node.name);
        let loops = self.task(node, &spelled).is_some_and(|(fan_out, _)| fan_out.repeat != Loop::Once);
        node.kind == super::NodeType::Skipped && spelled.item.is_none() && loops
    }
}

/// The value at the name's place in its loop, where the name shows that value: of a list or a map the spec knows more than the text.
fn listed<'v>(spelled: &Spelled, values: Option<&'v [Value]>) -> Option<&'v Value> {
    values?.get(spelled.position?).filter(|value| Some(item_text(value).as_str()) == spelled.item)
}
