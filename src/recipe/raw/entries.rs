//! Tables whose keys are the user's own: labels, parameters, arguments.

use super::value::{Decode, Shape};
use crate::error::Faults;
use crate::recipe::parse::{Node, Value};
use crate::source::At;

/// Texts by name, in the order written.
#[derive(Debug, Clone)]
pub(in crate::recipe) struct Entries(pub(in crate::recipe) Vec<(At<String>, At<String>)>);

impl Decode for Entries {
    const SHAPE: Shape = Shape::Table;

    fn decode(node: &Node, key: &str, faults: &mut Faults) -> Option<Self> {
        let Value::Table(table) = &node.value else {
            faults.push(Self::SHAPE.fault(node, key));
            return None;
        };
        let read: Vec<Option<_>> = table
            .entries
            .iter()
            .map(|(name, node)| {
                let value = String::decode(node, &name.value, faults)?;
                Some((name.clone(), At::new(value, node.place.clone())))
            })
            .collect();
        read.into_iter().collect::<Option<_>>().map(Self)
    }
}

/// Parts by item, in the order written.
#[derive(Debug, Clone)]
pub(in crate::recipe) struct PartsByItem(pub(in crate::recipe) Vec<(At<String>, Vec<At<String>>)>);

impl Decode for PartsByItem {
    const SHAPE: Shape = Shape::Table;

    fn decode(node: &Node, key: &str, faults: &mut Faults) -> Option<Self> {
        let Value::Table(table) = &node.value else {
            faults.push(Self::SHAPE.fault(node, key));
            return None;
        };
        let read: Vec<Option<_>> = table
            .entries
            .iter()
            .map(|(item, node)| Some((item.clone(), Vec::decode(node, &item.value, faults)?)))
            .collect();
        read.into_iter().collect::<Option<_>>().map(Self)
    }
}
