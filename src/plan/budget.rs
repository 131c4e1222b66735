//! How many generations a rule has spent on an item (design, section 6).

use crate::diagnose::ItemDiagnosis;

/// Generations after the root in which the item has a node.
///
/// A lineage here is its root alone (`snapshot::lineage` refuses others), so a node belongs to generation 1 and nothing is spent.
pub(super) fn used(item: &ItemDiagnosis) -> u32 {
    let generation = item.node.as_ref().map_or(1, |node| node.generation);
    u32::try_from(generation.saturating_sub(1)).unwrap_or(u32::MAX)
}
