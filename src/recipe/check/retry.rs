//! `retry` of a rule, but for the name of its tier.

use super::value::{at_least_one, bytes, duration, wait_factor};
use super::{against, transposed};
use crate::error::{Code, Fault, Faults};
use crate::recipe::raw;
use crate::recipe::{Retry, RetryTier, RuleBackoff, SizedFrom, Sizing};
use crate::source::At;
use crate::units::Factor;

/// No factor is larger: a digit too many is a common slip.
const FACTOR_AT_MOST: u64 = 100;

/// What `min-step` is where it is not written: a quantity that people can read, and finer than the tiers of any ladder.
const STEP: u64 = 1 << 30;

/// The whole table; `tier` looks a name of a tier up.
pub(super) fn retry(
    raw: &raw::Retry,
    tier: impl FnOnce(&At<String>, &mut Faults) -> Option<RetryTier>,
    faults: &mut Faults,
) -> Option<Retry> {
    let tier = match raw.tier.given() {
        Some(At { value: raw::TierChoice::Word(word), place }) => {
            tier(&At::new(word.clone(), place.clone()), faults)
        }
        Some(At { value: raw::TierChoice::Sized(sized), .. }) => sizing(sized, faults).map(RetryTier::Sized),
        None => Some(RetryTier::Same),
    };
    let deadline_factor = raw.deadline_factor.given();
    if let Some(factor) = deadline_factor.filter(|at| at.value.is_below(1) || is_too_large(at.value)) {
        let message = format!(
            "`deadline-factor` is {}, and a longer deadline needs a factor from 1 to {FACTOR_AT_MOST}",
            factor.value
        );
        let help = "write 1.5 for half as long again";
        faults.push(Fault::new(Code::RecipeBadQuantity, message, help).at(&factor.place, "out of range"));
    }
    let backoff = raw.backoff.given().map(|at| backoff(&at.value, faults));
    let way_out = "to leave such items, write `skip = \"why\"` in the place of `retry`";
    let max_retries = at_least_one(&raw.max_retries, "max-retries", way_out, faults).unwrap_or(1);
    Some(Retry {
        tier: tier?,
        deadline_factor: deadline_factor.map(|at| at.value),
        backoff: transposed(backoff)?,
        max_retries,
    })
}

fn is_too_large(factor: Factor) -> bool {
    !factor.is_at_most(FACTOR_AT_MOST)
}

fn sizing(raw: &raw::Sizing, faults: &mut Faults) -> Option<Sizing> {
    let factor = raw.memory_factor.given();
    if let Some(factor) = factor.filter(|at| at.value.is_at_most(1) || is_too_large(at.value)) {
        let message = format!(
            "`memory-factor` is {}, and more memory needs a factor above 1, up to {FACTOR_AT_MOST}",
            factor.value
        );
        let help = "write 1.5 for half as much again";
        faults.push(Fault::new(Code::RecipeBadQuantity, message, help).at(&factor.place, "out of range"));
    }
    let step = match raw.min_step.given() {
        Some(_) => bytes(&raw.min_step, faults),
        None => Some(STEP),
    };
    Some(Sizing { factor: factor?.value, from: raw.from.or(SizedFrom::Peak), step: step? })
}

fn backoff(raw: &raw::RuleBackoff, faults: &mut Faults) -> Option<RuleBackoff> {
    let (first, cap) = (duration(&raw.duration, faults), duration(&raw.cap, faults));
    if let (Some(first), Some(cap)) = (&first, &cap)
        && cap.value < first.value
    {
        let message =
            format!("the longest wait, {}, is shorter than the first one, {}", cap.value, first.value);
        let fault = Fault::new(Code::RecipeBadQuantity, message, "raise `cap`, or leave it out");
        faults.push(against(fault.at(&cap.place, "the longest"), &first.place, "the first"));
    }
    let factor = wait_factor(&raw.factor, faults);
    let limit = at_least_one(&raw.limit, "limit", "without a retry there is nothing to wait for", faults);
    Some(RuleBackoff { duration: first?.value, factor, cap: cap.map(|at| at.value), limit })
}
