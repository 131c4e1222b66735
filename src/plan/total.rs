//! `caps.total`: what the pods of one retry Workflow request at once, and which tiers run fewer pods at once so that it is no more.
//!
//! The rule: while the tiers together request more, the one that requests most of it runs one pod fewer at once; of two that request
//! the same, the higher one; and none ever runs fewer than one. Memory first, then CPU. So the tiers that take most are levelled down
//! towards each other, and those that take little keep what they have.

use std::fmt::Display;

use super::{Ladder, PodRequest, TierPlan};
use crate::error::{Code, Fault};
use crate::recipe::Recipe;
use crate::source::At;
use crate::units::{Cpu, Memory};

/// Lowers the tiers' parallelism in place until everything that runs at once fits; what cannot be counted is told.
///
/// # Errors
/// [`Code::PlanAboveTotal`] where one pod of each tier is too much already.
pub(super) fn lower(
    recipe: &Recipe,
    ladder: &Ladder,
    tiers: &mut [TierPlan],
    warnings: &mut Vec<String>,
) -> Result<(), Fault> {
    let total = &recipe.caps.total;
    let before: Vec<u64> = tiers.iter().map(TierPlan::pods_at_once).collect();
    let mut outcome = Ok(());
    if let Some(cap) = &total.memory {
        let bound = Bound {
            key: "memory",
            cap,
            amount: Memory::bytes,
            shown: |bytes| Memory::from_bytes(bytes).to_string(),
        };
        outcome = bound.lower(recipe, ladder, |pod| pod.memory_bytes, tiers, warnings);
    }
    if let (Some(cap), Ok(())) = (&total.cpu, &outcome) {
        let bound =
            Bound { key: "cpu", cap, amount: Cpu::milli, shown: |milli| Cpu::from_milli(milli).in_words() };
        outcome = bound.lower(recipe, ladder, |pod| pod.cpu_milli, tiers, warnings);
    }
    for (tier, before) in tiers.iter_mut().zip(before) {
        let pods = tier.pods_at_once();
        if pods < before {
            tier.lowered_from = Some(before);
        }
    }
    outcome
}

/// One resource and its cap.
struct Bound<'a, T> {
    /// Its key in `caps.total`.
    key: &'static str,
    cap: &'a At<T>,
    /// The amount as a number: bytes, or thousandths of a core.
    amount: fn(&T) -> u64,
    /// Such a number as people write it.
    shown: fn(u64) -> String,
}

impl<T: Display> Bound<'_, T> {
    fn lower(
        &self,
        recipe: &Recipe,
        ladder: &Ladder,
        requested: fn(&PodRequest) -> Option<u64>,
        tiers: &mut [TierPlan],
        warnings: &mut Vec<String>,
    ) -> Result<(), Fault> {
        let one = |tier: &TierPlan| requested(&tier.pod);
        let used = || tiers.iter().filter(|tier| !tier.items.is_empty());
        for tier in used().filter(|tier| one(tier).is_none()) {
            warnings.push(format!(
                "caps.total.{0} does not count the pods of {1}: {2} neither requests nor limits {0}, as far as is known",
                self.key,
                recipe.tiers[tier.tier].name.value,
                ladder.template(tier.tier)
            ));
        }
        let ones: Vec<u64> = tiers.iter().map(|tier| one(tier).unwrap_or_default()).collect();
        let pods: Vec<u64> = tiers.iter().map(TierPlan::pods_at_once).collect();
        let fewer = fit(&ones, pods, (self.amount)(&self.cap.value));
        for (tier, pods) in tiers.iter_mut().zip(fewer.iter().copied()) {
            if pods < tier.pods_at_once() {
                tier.parallelism = u32::try_from(pods).ok();
            }
        }
        if taken(&ones, &fewer) <= u128::from((self.amount)(&self.cap.value)) {
            Ok(())
        } else {
            Err(self.too_much(recipe, &ones, tiers))
        }
    }

    fn too_much(&self, recipe: &Recipe, ones: &[u64], tiers: &[TierPlan]) -> Fault {
        let used: Vec<(&str, u64)> = tiers
            .iter()
            .zip(ones)
            .filter(|(tier, one)| !tier.items.is_empty() && **one > 0)
            .map(|(tier, one)| (recipe.tiers[tier.tier].name.value.as_str(), *one))
            .collect();
        let parts: Vec<String> =
            used.iter().map(|(name, one)| format!("{name} {}", (self.shown)(*one))).collect();
        let sum = (self.shown)(used.iter().fold(0, |sum, (_, one)| sum.saturating_add(*one)));
        let what = if self.key == "cpu" { "of CPU" } else { "of memory" };
        let message = match &parts[..] {
            [one] => {
                format!("one pod requests {sum} {what} ({one}), more than the total of {}", self.cap.value)
            }
            parts => format!(
                "one pod of each tier requests {sum} {what} ({}), more than the total of {}",
                parts.join(" + "),
                self.cap.value
            ),
        };
        let apart = if used.len() > 1 {
            ", or plan the tiers one after the other: `--only` takes a list of items"
        } else {
            ""
        };
        Fault::new(Code::PlanAboveTotal, message, format!("raise `caps.total.{}`{apart}", self.key))
            .at(&self.cap.place, "the total")
    }
}

/// What all pods take together.
fn taken(ones: &[u64], pods: &[u64]) -> u128 {
    ones.iter().zip(pods).map(|(one, pods)| u128::from(*one) * u128::from(*pods)).sum()
}

/// The pods of each tier, lowered until they fit or nothing is left to lower.
fn fit(ones: &[u64], mut pods: Vec<u64>, cap: u64) -> Vec<u64> {
    let mut sum = taken(ones, &pods);
    while sum > u128::from(cap) {
        let can = (0..pods.len()).filter(|at| pods[*at] > 1 && ones[*at] > 0);
        // Of two that take the same, `max_by_key` gives the later, which is the higher.
        let Some(most) = can.max_by_key(|at| u128::from(ones[*at]) * u128::from(pods[*at])) else { break };
        pods[most] -= 1;
        sum -= u128::from(ones[most]);
    }
    pods
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tier_that_takes_most_gives_up_pods_until_all_fit() {
        for (ones, pods, cap, expected) in [
            // 640 + 960 + 800 is 352 too much: highmem comes down to 768, then the next gives one pod of 160.
            (&[64, 96, 160][..], &[10, 10, 5][..], 2048, &[10, 8, 4][..]),
            (&[64, 96, 160], &[10, 10, 5], 2400, &[10, 10, 5]),
            (&[64, 96], &[2, 1], 160, &[1, 1]),
            (&[64, 64], &[3, 3], 320, &[3, 2]),
            (&[64, 0, 96], &[1, 9, 4], 100, &[1, 9, 1]),
            (&[], &[], 1, &[]),
        ] {
            assert_eq!(fit(ones, pods.to_vec(), cap), expected, "{ones:?} {pods:?} {cap}");
        }
    }

    #[test]
    fn what_fits_is_as_much_as_the_rule_allows() {
        for cap in 1..3000 {
            let (ones, before) = ([64, 96, 160], vec![10, 10, 5]);
            let after = fit(&ones, before.clone(), cap);
            assert!(after.iter().zip(&before).all(|(after, before)| after <= before && *after >= 1));
            assert_eq!(taken(&ones, &after) <= u128::from(cap), cap >= 320, "{cap}");
            let room = u128::from(cap).saturating_sub(taken(&ones, &after));
            assert!(after == before || room < 160, "{cap}: {after:?} leaves {room}");
        }
    }
}
