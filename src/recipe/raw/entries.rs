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
        let read = |name: &At<String>, node: &Node, faults: &mut Faults| {
            Some(At::new(String::decode(node, &name.value, faults)?, node.place.clone()))
        };
        members(Self::SHAPE, node, key, faults, read).map(Self)
    }
}

/// Every key of a table with what its value is read as; nothing where one of them cannot be read, and all that are wrong are told.
fn members<T>(
    shape: Shape,
    node: &Node,
    key: &str,
    faults: &mut Faults,
    read: impl Fn(&At<String>, &Node, &mut Faults) -> Option<T>,
) -> Option<Vec<(At<String>, T)>> {
    let Value::Table(table) = &node.value else {
        faults.push(shape.fault(node, key));
        return None;
    };
    let entries = table.entries.iter();
    let all: Vec<Option<_>> =
        entries.map(|(name, node)| Some((name.clone(), read(name, node, faults)?))).collect();
    all.into_iter().collect()
}

/// Parts by item, in the order written.
#[derive(Debug, Clone)]
pub(in crate::recipe) struct PartsByItem(pub(in crate::recipe) Vec<(At<String>, Vec<At<String>>)>);

impl Decode for PartsByItem {
    const SHAPE: Shape = Shape::Table;

    fn decode(node: &Node, key: &str, faults: &mut Faults) -> Option<Self> {
        let read =
            |item: &At<String>, node: &Node, faults: &mut Faults| Vec::decode(node, &item.value, faults);
        members(Self::SHAPE, node, key, faults, read).map(Self)
    }
}
