//! The memory that an item had against that of the tier it goes to: an item that fails for want of memory is never given less, and any
//! other not in silence.

use std::collections::BTreeMap;

use super::{Decision, Fate, Ladder};
use crate::diagnose::{Diagnosis, ItemDiagnosis};
use crate::evidence::Evidence;
use crate::recipe::{Cause, Recipe};
use crate::units::{Index, Memory, named};

/// An item that had more memory than the tier it is counted in: it ran outside the ladder, or that tier had more then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outside {
    /// What it had: the largest limit of any pod of it, by the template that its run resolved.
    pub had: Memory,
    /// The limit of the tier it goes to.
    pub gets: Memory,
}

impl Outside {
    /// Whether it goes to less than it had.
    pub fn shrinks(&self) -> bool {
        self.gets < self.had
    }
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

/// What an item had and what it gets; `None` where it had no more than the highest tier on record for it has, or where that is not known.
pub(super) fn outside(ladder: &Ladder, item: &ItemDiagnosis, highest: usize, to: usize) -> Option<Outside> {
    let limit = |tier: usize| ladder.resources(tier).limit_memory.as_ref();
    let (had, gets) = (had(ladder, item)?, limit(to)?);
    let is_more = limit(highest).is_some_and(|own| own < had) || gets < had;
    is_more.then(|| Outside { had: had.clone(), gets: gets.clone() })
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

/// What each item that runs again had and gets, where it had more than any tier that it is known to have been in.
pub(super) fn of_all(
    recipe: &Recipe,
    evidence: &Evidence,
    ladder: &Ladder,
    diagnosis: &Diagnosis,
    decisions: &[Decision],
) -> BTreeMap<Index, Outside> {
    let of_one = |(item, decision): (&ItemDiagnosis, &Decision)| {
        let Fate::Retry(retried) = &decision.fate else { return None };
        let highest = ladder.highest(recipe, evidence, item).max(retried.from);
        Some((item.index.clone(), outside(ladder, item, highest, retried.to)?))
    };
    diagnosis.items.iter().zip(decisions).filter_map(of_one).collect()
}

/// A warning for each tier in which items run again with less than they had.
pub(super) fn told(
    recipe: &Recipe,
    outside: &BTreeMap<Index, Outside>,
    decisions: &[Decision],
) -> Vec<String> {
    let mut told: BTreeMap<(usize, &Memory, &Memory), Vec<&Index>> = BTreeMap::new();
    for decision in decisions {
        let Fate::Retry(retried) = &decision.fate else { continue };
        if let Some(less) = outside.get(&decision.index).filter(|outside| outside.shrinks()) {
            told.entry((retried.to, &less.had, &less.gets)).or_default().push(&decision.index);
        }
    }
    let line = |((to, had, gets), items): ((usize, &Memory, &Memory), Vec<&Index>)| {
        let (run, them) = if items.len() == 1 { ("runs", "it") } else { ("run", "them") };
        format!(
            "{} had {had} of memory and {run} again in {} with {gets}: a tier with {had} would give {them} as much",
            named(&recipe.items.noun, items),
            recipe.tiers[to].name.value,
        )
    };
    told.into_iter().map(line).collect()
}
