//! `[[tiers]]`: each tier by itself; how they stand to each other is the ladder's matter.

use super::value::{
    LABEL_KEY, LABEL_VALUE, OBJECT, OWN, VARIABLE, at_least_one, cpu, duration, memory, name, wait_factor,
};
use super::{against, ladder, transposed};
use crate::error::{Code, Fault, Faults};
use crate::recipe::raw::{self, Key};
use crate::recipe::{Backoff, Caps, Resources, RetryStrategy, Tier, TierForm};
use crate::source::{At, Place};

/// Words that `retry.tier` reads as something else.
const RESERVED: [&str; 2] = ["same", "next"];

/// All tiers. What is broken in one does not hide the others.
pub(super) fn tiers(
    raw: &Key<Vec<At<raw::Tier>>>,
    caps: &Caps,
    ladder_is_known: bool,
    faults: &mut Faults,
) -> Option<Vec<Tier>> {
    let written = raw.given()?;
    if written.value.is_empty() {
        let fault = Fault::new(
            Code::RecipeTierForm,
            "there is no tier",
            "add a `[[tiers]]` with the template that the items ran",
        );
        faults.push(fault.at(&written.place, "empty"));
    }
    let checked: Vec<Option<Tier>> = written.value.iter().map(|raw| tier(raw, faults)).collect();
    ladder::within_caps(&written.value, &checked, caps, faults);
    if ladder_is_known {
        ladder::grows(&written.value, &checked, faults);
    }
    checked.into_iter().collect()
}

fn tier(written: &At<raw::Tier>, faults: &mut Faults) -> Option<Tier> {
    let raw = &written.value;
    let tier_name = name(raw.name.given(), &OWN, faults);
    if let Some(reserved) = tier_name.as_ref().filter(|name| RESERVED.contains(&name.value.as_str())) {
        let message = format!("a tier cannot be named `{}`", reserved.value);
        let help = "`retry.tier` reads `same` and `next` as the tier it was in and the one above";
        faults.push(
            Fault::new(Code::RecipeBadName, message, help).at(&reserved.place, "has a meaning already"),
        );
    }
    let way_out = "leave `parallelism` out to take the parent workflow's";
    let parallelism = at_least_one(&raw.parallelism, "parallelism", way_out, faults);
    let form = form(written, faults);
    Some(Tier { name: tier_name?, form: form?, parallelism })
}

/// Either a template that exists or differences, never both and never neither.
fn form(written: &At<raw::Tier>, faults: &mut Faults) -> Option<TierForm> {
    let raw = &written.value;
    let resources = resources(raw, faults);
    let shown =
        raw.name.given().map_or_else(|| "this tier".to_owned(), |name| format!("the tier `{}`", name.value));
    let help = "give the `template` of a tier that exists on the cluster, or the differences of one that is to be made";
    match (raw.template.place(), difference(raw)) {
        (Some(template), Some((key, place))) => {
            let message = format!("{shown} names a template that exists and gives `{key}` too");
            let fault = Fault::new(Code::RecipeTierForm, message, help);
            // The text that wrote the tier last can mend it; the other may be a shipped one.
            let is_inherited = template.source() != written.place.source();
            faults.push(if is_inherited {
                against(fault.at(place, "a difference"), template, "exists as it is")
            } else {
                against(fault.at(template, "exists as it is"), place, "a difference")
            });
            None
        }
        (None, None) => {
            let message = format!("{shown} has neither a template nor a difference");
            faults.push(Fault::new(Code::RecipeTierForm, message, help).at(&written.place, "says nothing"));
            None
        }
        (Some(_), None) => name(raw.template.given(), &OBJECT, faults).map(TierForm::Existing),
        (None, Some(_)) => resources.map(|resources| TierForm::Derived(Box::new(resources))),
    }
}

/// The first key of a tier that is a difference from the base.
fn difference(raw: &raw::Tier) -> Option<(&'static str, &Place)> {
    [
        ("requests", raw.requests.place()),
        ("limits", raw.limits.place()),
        ("threads-env", raw.threads_env.place()),
        ("labels", raw.labels.place()),
        ("retry-strategy", raw.retry_strategy.place()),
    ]
    .into_iter()
    .find_map(|(key, place)| Some((key, place?)))
}

fn resources(raw: &raw::Tier, faults: &mut Faults) -> Option<Resources> {
    let (requests, limits) =
        (raw.requests.given().map(|at| &at.value), raw.limits.given().map(|at| &at.value));
    let labels = raw.labels.given().map_or(Vec::new(), |entries| entries.value.0.clone());
    for (key, value) in &labels {
        name(Some(key), &LABEL_KEY, faults);
        // Argo fills in the labels of a pod, so a value with a tag is only known when it runs.
        if !value.value.contains("{{") {
            name(Some(value), &LABEL_VALUE, faults);
        }
    }
    let threads_env = raw.threads_env.given().map_or(Vec::new(), |list| list.value.clone());
    for variable in &threads_env {
        name(Some(variable), &VARIABLE, faults);
    }
    let retry_strategy = raw.retry_strategy.given().map(|at| retry_strategy(&at.value, faults));
    let resources = Resources {
        request_memory: requests.and_then(|r| memory(&r.memory, faults)),
        request_cpu: requests.and_then(|r| cpu(&r.cpu, faults)),
        limit_memory: limits.and_then(|r| memory(&r.memory, faults)),
        limit_cpu: limits.and_then(|r| cpu(&r.cpu, faults)),
        threads_env,
        labels,
        retry_strategy: transposed(retry_strategy)?,
    };
    ladder::requests_fit(&resources, faults);
    Some(resources)
}

fn retry_strategy(raw: &raw::RetryStrategy, faults: &mut Faults) -> Option<RetryStrategy> {
    let backoff = raw.backoff.given().map(|at| backoff(&at.value, faults));
    Some(RetryStrategy {
        limit: raw.limit.given().map(|at| at.value),
        policy: raw.policy.given().map(|at| at.value),
        not_on: raw.not_on.given().map_or(Vec::new(), |list| list.value.iter().map(|at| at.value).collect()),
        backoff: transposed(backoff)?,
    })
}

fn backoff(raw: &raw::Backoff, faults: &mut Faults) -> Option<Backoff> {
    let first = duration(&raw.duration, faults);
    let factor = wait_factor(&raw.factor, faults);
    let (cap, window) = (duration(&raw.cap, faults), duration(&raw.window, faults));
    Some(Backoff {
        duration: first?.value,
        factor,
        cap: cap.map(|at| at.value),
        window: window.map(|at| at.value),
    })
}
