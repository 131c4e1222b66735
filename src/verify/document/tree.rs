//! A document as it was written: what an alias stands for is shared, not copied.

use std::ops::Range;
use std::rc::Rc;

use serde_json::{Map, Value};

/// A value and where its text stands.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) span: Range<usize>,
    pub(super) content: Content,
    /// How many values it holds at any depth, itself included, with every alias followed.
    pub(super) size: usize,
    /// How many collections are nested in it, with every alias followed.
    pub(super) depth: usize,
}

#[derive(Debug)]
pub(super) enum Content {
    Scalar(Value),
    List(Vec<Child>),
    Map(Vec<Entry>),
}

/// A node at its place in another one.
#[derive(Debug, Clone)]
pub(super) struct Child {
    pub(super) node: Rc<Node>,
    /// The alias that brings it here.
    pub(super) alias: Option<Range<usize>>,
}

/// A member of a map.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) key_span: Range<usize>,
    pub(super) value: Child,
    /// The merge (`<<: *alias`) that brings it here.
    pub(super) merged: Option<Range<usize>>,
}

impl Node {
    pub(super) fn scalar(value: Value, span: Range<usize>) -> Self {
        Self { span, content: Content::Scalar(value), size: 1, depth: 0 }
    }

    pub(super) fn list(children: Vec<Child>, span: Range<usize>) -> Self {
        let (size, depth) = measure(&children);
        Self { span, content: Content::List(children), size, depth }
    }

    pub(super) fn map(entries: Vec<Entry>, span: Range<usize>) -> Self {
        let (size, depth) = measure(entries.iter().map(|entry| &entry.value));
        Self { span, content: Content::Map(entries), size, depth }
    }

    /// What it means. Of equal keys the last one counts.
    pub(super) fn value(&self) -> Value {
        match &self.content {
            Content::Scalar(value) => value.clone(),
            Content::List(children) => children.iter().map(|child| child.node.value()).collect(),
            Content::Map(entries) => Value::Object(
                entries
                    .iter()
                    .map(|entry| (entry.key.clone(), entry.value.node.value()))
                    .collect::<Map<_, _>>(),
            ),
        }
    }
}

fn measure<'a>(children: impl IntoIterator<Item = &'a Child>) -> (usize, usize) {
    let (mut size, mut depth) = (1_usize, 1);
    for child in children {
        size = size.saturating_add(child.node.size);
        depth = depth.max(child.node.depth + 1);
    }
    (size, depth)
}
