//! The tiers as a ladder: each one larger than the one before, none above the cap, no request above its limit.

use std::fmt::Display;

use super::against;
use crate::error::{Code, Fault, Faults};
use crate::recipe::raw::{self, Key};
use crate::recipe::{Caps, Resources, Tier, TierForm};
use crate::source::{At, Place};
use crate::units::Memory;

/// Kubernetes refuses a pod whose request is above its limit.
pub(super) fn requests_fit(resources: &Resources, faults: &mut Faults) {
    fits("memory", resources.request_memory.as_ref(), resources.limit_memory.as_ref(), faults);
    fits("cpu", resources.request_cpu.as_ref(), resources.limit_cpu.as_ref(), faults);
}

fn fits<T: Ord + Display>(what: &str, request: Option<&At<T>>, limit: Option<&At<T>>, faults: &mut Faults) {
    let (Some(request), Some(limit)) = (request, limit) else { return };
    if request.value > limit.value {
        let message =
            format!("the request of {what}, {}, is above its limit, {}", request.value, limit.value);
        let fault = Fault::new(Code::RecipeBadQuantity, message, "raise the limit or lower the request");
        faults.push(against(fault.at(&request.place, "asks for more"), &limit.place, "the limit"));
    }
}

/// The tiers that are made here, in ladder order. Those whose memory is broken are stepped over.
fn derived<'a>(
    written: &'a [At<raw::Tier>],
    tiers: &'a [Option<Tier>],
) -> impl Iterator<Item = (&'a Tier, &'a Resources)> {
    written.iter().zip(tiers).filter_map(|(raw, tier)| match tier {
        Some(tier) => match &tier.form {
            TierForm::Derived(resources) if !is_broken(&raw.value, resources) => Some((tier, &**resources)),
            // What an existing template asks for is only known once the cluster's templates are read.
            TierForm::Derived(_) | TierForm::Existing(_) => None,
        },
        None => None,
    })
}

/// Checks each tier against the cap.
pub(super) fn within_caps(
    written: &[At<raw::Tier>],
    tiers: &[Option<Tier>],
    caps: &Caps,
    faults: &mut Faults,
) {
    for (tier, resources) in derived(written, tiers) {
        within_cap(tier, resources, caps, faults);
        within_total(tier, resources, caps, faults);
    }
}

/// Checks each tier against the one below.
pub(super) fn grows(written: &[At<raw::Tier>], tiers: &[Option<Tier>], faults: &mut Faults) {
    let mut below: Option<(&Tier, &At<Memory>)> = None;
    for (tier, resources) in derived(written, tiers) {
        let own = resources.limit_memory.as_ref().or(resources.request_memory.as_ref());
        match (below, own) {
            (Some((lower, memory)), Some(own)) if own.value <= memory.value => {
                faults.push(does_not_grow(tier, own, lower, memory));
            }
            (Some((lower, memory)), None) => faults.push(says_no_memory(tier, lower, memory)),
            _ => {}
        }
        below = own.map(|memory| (tier, memory)).or(below);
    }
}

/// Whether a fault has been pushed about the memory of a tier: it is written, and there is no value of it.
fn is_broken(raw: &raw::Tier, resources: &Resources) -> bool {
    let lost = |table: &Key<raw::Resources>, checked: bool| match table {
        Key::Absent => false,
        Key::Broken(_) => true,
        Key::Given(at) => at.value.memory.place().is_some() && !checked,
    };
    lost(&raw.requests, resources.request_memory.is_some())
        || lost(&raw.limits, resources.limit_memory.is_some())
}

fn within_cap(tier: &Tier, resources: &Resources, caps: &Caps, faults: &mut Faults) {
    let largest =
        [&resources.limit_memory, &resources.request_memory].into_iter().flatten().max_by_key(|at| &at.value);
    let (Some(own), Some(cap)) = (largest, &caps.memory) else { return };
    if own.value > cap.value {
        let message =
            format!("the tier `{}` has {}, above the cap of {}", tier.name.value, own.value, cap.value);
        let fault =
            Fault::new(Code::RecipeAboveCap, message, "lower the tier's memory or raise `caps.memory`");
        faults.push(against(fault.at(&own.place, "above the cap"), &cap.place, "the cap"));
    }
}

/// One pod of a tier alone does not pass what all pods together may request: no plan could ever run it.
fn within_total(tier: &Tier, resources: &Resources, caps: &Caps, faults: &mut Faults) {
    let name = &tier.name.value;
    let mut above = |resource: &str, own: (String, &Place), cap: (String, &Place)| {
        let message = format!("a pod of the tier `{name}` requests {}, above the total of {}", own.0, cap.0);
        let help = format!("lower what the tier requests or raise `caps.total.{resource}`");
        let fault = Fault::new(Code::RecipeAboveCap, message, help).at(own.1, "above the total");
        faults.push(against(fault, cap.1, "the total"));
    };
    if let (Some(own), Some(cap)) = (&resources.request_memory, &caps.total.memory)
        && own.value > cap.value
    {
        above("memory", (own.value.to_string(), &own.place), (cap.value.to_string(), &cap.place));
    }
    if let (Some(own), Some(cap)) = (&resources.request_cpu, &caps.total.cpu)
        && own.value > cap.value
    {
        above("cpu", (own.value.in_words(), &own.place), (cap.value.in_words(), &cap.place));
    }
}

fn does_not_grow(tier: &Tier, own: &At<Memory>, lower: &Tier, memory: &At<Memory>) -> Fault {
    let (name, below) = (&tier.name.value, &lower.name.value);
    let message = format!(
        "the tier `{name}` has {} of memory, no more than `{below}` below it with {}",
        own.value, memory.value
    );
    let help = "tiers stand in the order of their memory, smallest first: `next` climbs them";
    let fault = Fault::new(Code::RecipeTierDoesNotGrow, message, help).at(&own.place, "does not grow");
    against(fault, &memory.place, "the tier below")
}

fn says_no_memory(tier: &Tier, lower: &Tier, memory: &At<Memory>) -> Fault {
    let (name, below) = (&tier.name.value, &lower.name.value);
    let message = format!(
        "the tier `{name}` says no memory, so it has the base's, while `{below}` below it has {}",
        memory.value
    );
    let help = format!("give it `limits.memory` above {}, or move it below `{below}`", memory.value);
    let fault =
        Fault::new(Code::RecipeTierDoesNotGrow, message, help).at(&tier.name.place, "has the base's memory");
    against(fault, &memory.place, "the tier below")
}
