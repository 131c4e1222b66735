//! Where an item stands that does not run again: the tier it was in, and what its rule has spent on it.

use super::facts::Facts;
use super::rules::{self, Ruling};
use super::{Ladder, Options, budget, decision_about, judgement, memory};
use crate::diagnose::{Diagnosis, ItemDiagnosis};
use crate::evidence::Evidence;
use crate::recipe::{Recipe, Treatment};
use crate::units::Memory;

/// Where an item stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stand {
    /// The tier it was in, as a position in the recipe.
    pub tier: usize,
    /// The memory that it had, where that is more than the tier has.
    pub had: Option<Memory>,
    /// What the rule that matched has spent on it; `None`: none matched, or it is one that does not retry.
    pub budget: Option<Spent>,
}

/// What a rule has spent on an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spent {
    /// The rule's name, or the policy's key.
    pub by: String,
    /// Generations that it has spent.
    pub used: u32,
    /// Generations that it may spend.
    pub max_retries: u32,
}

/// Where an item stands that failed; `None` for any other, and where its tier cannot be told.
pub fn stand(
    recipe: &Recipe,
    evidence: &Evidence,
    diagnosis: &Diagnosis,
    ladder: &Ladder,
    options: &Options,
    item: &ItemDiagnosis,
) -> Option<Stand> {
    let failed = judgement(item)?;
    let tier = ladder.tier_of(recipe, evidence, item).ok()?;
    // What a person decided is not counted off, and of some items no rule is asked.
    let asked =
        decision_about(evidence, diagnosis, item).is_none() && rules::unplannable(item, failed).is_none();
    let ruling = asked.then(|| {
        rules::rule_for(recipe, options, &Facts::now(recipe, evidence, ladder, item, failed.cause)).ok()
    });
    let budget = ruling.flatten().and_then(|Ruling { by, treatment }| match treatment {
        Treatment::Retry(retry) => {
            let used = budget::used(recipe, evidence, ladder, item, &by);
            Some(Spent { by, used, max_retries: retry.max_retries })
        }
        Treatment::Skip(_) | Treatment::Hold(_) => None,
    });
    let highest = ladder.highest(recipe, evidence, item).max(tier);
    let had = memory::outside(ladder, item, highest, highest).map(|outside| outside.had);
    Some(Stand { tier, had, budget })
}
