//! The stop-loss: when too much of the workload itself fails, retrying burns a cluster for nothing.

use std::collections::BTreeMap;

use super::{Decision, Ladder, rules};
use crate::diagnose::Diagnosis;
use crate::error::{Code, Fault};
use crate::evidence::Evidence;
use crate::recipe::{Cause, Recipe};
use crate::units::Factor;

/// What was counted.
#[derive(Debug, Clone)]
pub struct StopLoss {
    /// Items that are not done, for a cause of the workload.
    pub counted: usize,
    /// Items that are not done, for whatever cause.
    pub incomplete: usize,
    /// The root's whole range.
    pub range: usize,
    /// `policy.max-failed-fraction`.
    pub limit: Factor,
    /// The counted items by the tier they were in (`?` where it cannot be told) and their cause.
    pub by_tier_and_cause: BTreeMap<(String, Cause), usize>,
}

impl StopLoss {
    /// Whether it forbids the plan.
    pub fn is_exceeded(&self) -> bool {
        self.limit.is_exceeded_by(self.counted as u64, self.range as u64)
    }

    /// The counts in words: `74 oom at highmem, 1 exit at highmem`.
    pub fn counts(&self) -> String {
        let mut counts: Vec<_> = self.by_tier_and_cause.iter().collect();
        counts.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        counts
            .iter()
            .map(|((tier, cause), count)| format!("{count} {cause} at {tier}"))
            .collect::<Vec<_>>()
            .join(", ")
    }

    pub(super) fn fault(&self, recipe: &Recipe) -> Fault {
        Fault::new(
            Code::PlanStopLoss,
            format!(
                "{} of {} {}s failed by themselves, more than policy.max-failed-fraction = {} allows: {}",
                self.counted,
                self.range,
                recipe.items.noun,
                self.limit,
                self.counts()
            ),
            "look for one reason behind them before they all run again; then raise `[policy] max-failed-fraction`",
        )
    }
}

/// Counts over the root's whole range; what a person calls done is done.
pub(super) fn count(
    recipe: &Recipe,
    diagnosis: &Diagnosis,
    ladder: &Ladder,
    evidence: &Evidence,
    decisions: &[Decision],
) -> StopLoss {
    let mut by_tier_and_cause = BTreeMap::new();
    let mut incomplete = 0;
    let open = diagnosis.items.iter().zip(decisions).filter(|(_, decision)| !decision.fate.is_done());
    for (item, _) in open {
        let Some(cause) = rules::cause(item) else { continue };
        incomplete += 1;
        if cause.is_of_the_workload() {
            let tier = ladder
                .tier_of(recipe, evidence, item)
                .map_or("?", |tier| recipe.tiers[tier].name.value.as_str());
            *by_tier_and_cause.entry((tier.to_owned(), cause)).or_insert(0) += 1;
        }
    }
    StopLoss {
        counted: by_tier_and_cause.values().sum(),
        incomplete,
        range: diagnosis.items.len(),
        limit: recipe.policy.max_failed_fraction,
        by_tier_and_cause,
    }
}
