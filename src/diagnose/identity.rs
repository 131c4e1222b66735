//! What a person should know of how items were told apart, and of what the range and the spec say differently.

use std::collections::BTreeSet;

use super::range;
use crate::evidence::snapshot::{self, FanOut, Lineage, Workflow};
use crate::recipe::Recipe;
use crate::units::{Index, ranges};

/// Doubts about which item a node was, in the order of the generations. What cannot be read at all is a fault elsewhere.
pub(super) fn doubts(recipe: &Recipe, lineage: &Lineage) -> Vec<String> {
    let (template, index) = (&recipe.items.template.value, &recipe.items.index_parameter.value);
    let of = |workflow: &Workflow| {
        let items = snapshot::items(workflow, template, index).unwrap_or_default();
        let mut told = shared(workflow, template, index);
        told.extend(items.into_iter().flat_map(|item| item.doubts));
        told
    };
    lineage.generations().iter().flat_map(of).collect()
}

/// Tasks of the spec that run the same items with other arguments: where only one of them has begun, its nodes do not show it.
fn shared(workflow: &Workflow, template: &str, index_parameter: &str) -> Vec<String> {
    let fan_outs = snapshot::fan_outs(workflow, template);
    // Of alternatives, `when` lets one run.
    let plain = fan_outs.iter().filter(|fan_out| !fan_out.task.contains_key("when"));
    let expanded: Vec<(&FanOut, BTreeSet<Index>)> = plain
        .filter_map(|fan_out| Some((fan_out, snapshot::expected(fan_out, workflow, index_parameter)?)))
        .map(|(fan_out, items)| (fan_out, items.into_iter().collect()))
        .collect();
    let mut told = Vec::new();
    for (position, (second, items)) in expanded.iter().enumerate() {
        let same = |first: &FanOut| first.parameters == second.parameters;
        for (first, others) in expanded[..position].iter().filter(|(first, _)| !same(first)) {
            let common: Vec<&Index> = items.intersection(others).collect();
            if !common.is_empty() {
                told.push(format!(
                    "in {}, the tasks {} and {} both run {} with other arguments: each of these counts as one item",
                    workflow.name,
                    first.name,
                    second.name,
                    ranges(common)
                ));
            }
        }
    }
    told
}

/// Where the recipe's range is another than what the root's spec was to run. `expected` is what the spec says.
pub(super) fn differences(
    recipe: &Recipe,
    lineage: &Lineage,
    range: &[Index],
    expected: &BTreeSet<Index>,
) -> Vec<String> {
    if recipe.items.range.is_none() {
        return Vec::new();
    }
    let root = &lineage.root().name;
    let mut told = Vec::new();
    let given: BTreeSet<&Index> = range.iter().collect();
    let beyond: Vec<&Index> = range.iter().filter(|index| !expected.contains(index)).collect();
    // Where a task's list comes from another task, what it was to run is not known as a whole.
    if !beyond.is_empty() && range::is_told(recipe, lineage) {
        told.push(format!("the recipe's range has {}, which no task of {root} was to run", ranges(beyond)));
    }
    let left_out: Vec<&Index> = expected.iter().filter(|index| !given.contains(index)).collect();
    if !left_out.is_empty() {
        told.push(format!(
            "{root} was to run {} too, which the recipe's range leaves out: left alone",
            ranges(left_out)
        ));
    }
    told
}
