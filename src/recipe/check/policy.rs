//! `[policy]`.

use crate::error::{Code, Fault, Faults};
use crate::recipe::{OnCap, OomProbable, OpenDecisions, Policy, Unmatched, WhenActive, raw};
use crate::source::At;
use crate::units::Factor;

/// What happens to the rest, with its defaults.
pub(super) fn policy(raw: Option<&At<raw::Policy>>, faults: &mut Faults) -> Policy {
    let mut policy = Policy {
        unmatched: Unmatched::Skip,
        oom_probable: OomProbable::Hold,
        open_decisions: OpenDecisions::Allow,
        active: WhenActive::Block,
        max_failed_fraction: Factor::THREE_TENTHS,
        on_cap: OnCap::Hold,
    };
    let Some(raw) = raw.map(|at| &at.value) else { return policy };
    if let Some(fraction) = raw.max_failed_fraction.given() {
        check_fraction(fraction, faults);
    }
    policy.unmatched = raw.unmatched.or(policy.unmatched);
    policy.oom_probable = raw.oom_probable.or(policy.oom_probable);
    policy.open_decisions = raw.open_decisions.or(policy.open_decisions);
    policy.active = raw.active.or(policy.active);
    policy.max_failed_fraction = raw.max_failed_fraction.or(policy.max_failed_fraction);
    policy.on_cap = raw.on_cap.or(policy.on_cap);
    policy
}

fn check_fraction(fraction: &At<Factor>, faults: &mut Faults) {
    if !fraction.value.is_at_most(1) {
        let message = format!("`max-failed-fraction` is {}, and a fraction is from 0 to 1", fraction.value);
        let help = "write 0.3 for three items in ten; 1 switches the stop-loss off";
        faults.push(Fault::new(Code::RecipeBadQuantity, message, help).at(&fraction.place, "not a fraction"));
    }
}
