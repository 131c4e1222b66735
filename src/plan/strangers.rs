//! Items that rules name and this run does not have: only with a run is the range known.

use std::collections::BTreeSet;

use crate::diagnose::Diagnosis;
use crate::recipe::Recipe;
use crate::units::{Index, named, ranges};

/// A warning for each rule that names an item outside the range: it never matches by that item.
pub(super) fn told(recipe: &Recipe, diagnosis: &Diagnosis) -> Vec<String> {
    let range: BTreeSet<&Index> = diagnosis.items.iter().map(|item| &item.index).collect();
    let mut told = Vec::new();
    for rule in &recipe.rules {
        let strange: Vec<&Index> = rule.when.items.iter().filter(|item| !range.contains(item)).collect();
        if !strange.is_empty() {
            let (is, them) = if strange.len() == 1 { ("is", "it") } else { ("are", "them") };
            told.push(format!(
                "the rule {} asks for {}, which {is} not in the range {}: it never matches by {them}",
                rule.name.value,
                named(&recipe.items.noun, strange),
                ranges(range.iter().copied())
            ));
        }
    }
    told
}
