//! Which rules decided some item of the cases, and to which tiers one was sent.

use std::collections::BTreeSet;

use super::Ran;
use crate::plan::{Fate, Trace, trace};
use crate::recipe::Recipe;
use crate::source::{At, Place};

/// What the cases came to.
#[derive(Debug, Clone)]
pub struct Coverage {
    /// Every rule, in the order in which they are asked.
    pub rules: Vec<Covered>,
    /// Every tier, in ladder order.
    pub tiers: Vec<Covered>,
}

/// A rule or a tier, and how many items of all cases came to it.
#[derive(Debug, Clone)]
pub struct Covered {
    /// Its name.
    pub name: String,
    /// Where it is written.
    pub place: Place,
    /// How many items it decided, or took.
    pub items: usize,
}

impl Covered {
    fn new(name: &At<String>, place: &Place) -> Self {
        Self { name: name.value.clone(), place: place.clone(), items: 0 }
    }
}

impl Coverage {
    /// Nothing yet.
    pub(super) fn of(recipe: &Recipe) -> Self {
        let rules = recipe.rules.iter().map(|rule| Covered::new(&rule.name, &rule.place));
        let tiers = recipe.tiers.iter().map(|tier| Covered::new(&tier.name, &tier.name.place));
        Self { rules: rules.collect(), tiers: tiers.collect() }
    }

    /// Whether every rule and every tier had an item.
    pub fn is_full(&self) -> bool {
        self.rules.iter().chain(&self.tiers).all(|covered| covered.items > 0)
    }

    /// Counts what the items of a case came to.
    pub(super) fn add(&mut self, ran: &Ran<'_>) {
        for (item, decision) in ran.run.diagnosis.items.iter().zip(&ran.run.plan.decisions) {
            let asked =
                trace(ran.recipe, ran.evidence, &ran.run.diagnosis, &ran.run.ladder, ran.options, item);
            if let Some(rule) = matched(&asked) {
                self.rules[rule].items += 1;
            }
            if let Fate::Retry(retried) = &decision.fate {
                self.tiers[retried.to].items += 1;
            }
        }
    }
}

/// The rule that decided, if one did.
pub(super) fn matched(asked: &Trace) -> Option<usize> {
    let lists: BTreeSet<usize> = [&asked.tried, &asked.as_oom]
        .into_iter()
        .filter_map(|tried| tried.last().filter(|last| last.failed_on.is_none()).map(|last| last.rule))
        .collect();
    lists.into_iter().next()
}
