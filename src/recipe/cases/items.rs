//! How a test file names items: one by itself, or several with ranges.

use crate::error::{Code, Fault, Faults};
use crate::recipe::raw::Key;
use crate::source::{At, Place};
use crate::units::{Index, parse_ranges};

/// The items of a list such as `["2-4", 7]`, in the order written, each once.
pub(super) fn listed(list: &At<Vec<At<Index>>>, key: &str, faults: &mut Faults) -> Vec<Index> {
    let mut found: Vec<Index> = Vec::new();
    for written in &list.value {
        match parse_ranges(written.value.as_str()) {
            Ok(items) => found.extend(items),
            Err(why) => {
                let message = format!("`{key}` is no list of items: {why}");
                let help = format!("write items and ranges: `{key} = [5, \"28-31\"]`");
                faults.push(Fault::new(Code::RecipeWrongType, message, help).at(&written.place, why));
            }
        }
    }
    found.sort();
    found.dedup();
    found
}

/// The items that a table is about: exactly one of `item` and `items`.
pub(super) fn of_table(
    item: &Key<Index>,
    items: &Key<Vec<At<Index>>>,
    owner: &str,
    place: &Place,
    faults: &mut Faults,
) -> Option<At<Vec<Index>>> {
    match (item, items) {
        (Key::Given(item), Key::Absent) => Some(At::new(vec![item.value.clone()], item.place.clone())),
        (Key::Absent, Key::Given(items)) => {
            if items.value.is_empty() {
                let fault = Fault::new(Code::RecipeWrongType, "`items` is empty", "name at least one item");
                faults.push(fault.at(&items.place, "at least one"));
            }
            Some(At::new(listed(items, "items", faults), items.place.clone()))
        }
        (Key::Absent, Key::Absent) => {
            let message = format!("{owner} does not say of which item");
            faults.push(Fault::new(Code::RecipeOneOf, message, HELP).at(place, "no item, no items"));
            None
        }
        (one, other) => {
            // What is broken has been told.
            if let (Some(one), Some(other)) = (one.place(), other.place()) {
                let message = format!("{owner} says `item` and `items`");
                let fault = Fault::new(Code::RecipeOneOf, message, HELP);
                faults.push(fault.at(one, "one item").at(other, "several"));
            }
            None
        }
    }
}

const HELP: &str = "give one of `item = 5` and `items = [5, \"28-31\"]`";
