//! The memory that an item had against that of the tier it goes to: an item that fails for want of memory is never given less, and any
//! other not in silence.

use std::collections::BTreeMap;

use super::{Decision, Fate, Ladder};
use crate::diagnose::ItemDiagnosis;
use crate::recipe::{Cause, Recipe};
use crate::units::{Index, Memory, named};

/// An item that goes to a tier with less memory than it had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Less {
    /// What it had: the largest limit of any pod of it, by the template that its run resolved.
    pub had: Memory,
    /// The limit of the tier.
    pub gets: Memory,
}

/// The most memory that a pod of an item could use, or would have, had it begun; `None` where no template tells.
pub(super) fn had<'a>(ladder: &'a Ladder, item: &'a ItemDiagnosis) -> Option<&'a Memory> {
    let past = item.history.iter().filter_map(|past| past.node.as_ref());
    let ran = past.chain(&item.node).filter(|node| node.unrecovered.is_none());
    match item.judged() {
        Some(_) => ran.filter_map(|node| node.memory_limit.as_ref().ok()).max(),
        None => ladder.planned(),
    }
}

/// What an item gives up in a tier; `None` where the tier has as much, or where that is not known.
pub(super) fn less(ladder: &Ladder, item: &ItemDiagnosis, to: usize) -> Option<Box<Less>> {
    let (had, gets) = (had(ladder, item)?, ladder.resources(to).limit_memory.as_ref()?);
    (gets < had).then(|| Box::new(Less { had: had.clone(), gets: gets.clone() }))
}

/// Whether an item that ended so fails again with less memory.
pub(super) fn is_wanting(cause: Cause) -> bool {
    matches!(cause, Cause::Oom | Cause::OomProbable | Cause::Evicted)
}

/// The tier above `from` that has more memory than an item had; one whose memory is not known may have.
pub(super) fn larger(ladder: &Ladder, tiers: usize, item: &ItemDiagnosis, from: usize) -> Option<usize> {
    let own = ladder.resources(from).limit_memory.as_ref();
    let had = own.max(had(ladder, item));
    let is_larger = |tier: &usize| match (&ladder.resources(*tier).limit_memory, had) {
        (Some(limit), Some(had)) => limit > had,
        _ => true,
    };
    (from + 1..tiers).find(is_larger)
}

/// A warning for each tier in which items run again with less than they had.
pub(super) fn told(recipe: &Recipe, decisions: &[Decision]) -> Vec<String> {
    let mut told: BTreeMap<(usize, &Memory), (&Less, Vec<&Index>)> = BTreeMap::new();
    for decision in decisions {
        let Fate::Retry(retried) = &decision.fate else { continue };
        if let Some(less) = retried.less.as_deref() {
            let entry = told.entry((retried.to, &less.had)).or_insert((less, Vec::new()));
            entry.1.push(&decision.index);
        }
    }
    let line = |((to, _), (less, items)): ((usize, &Memory), (&Less, Vec<&Index>))| {
        let run = if items.len() == 1 { "runs" } else { "run" };
        format!(
            "{} had {} of memory and {run} again in {} with {}: a tier with {} would keep it",
            named(&recipe.items.noun, items),
            less.had,
            recipe.tiers[to].name.value,
            less.gets,
            less.had
        )
    };
    told.into_iter().map(line).collect()
}
