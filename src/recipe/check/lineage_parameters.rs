//! `[lineage-parameters]`.

use super::against;
use super::value::{PARAMETER, name};
use crate::error::{Code, Fault, Faults};
use crate::recipe::raw::Key;
use crate::recipe::{LineageParameters, raw};
use crate::source::At;

/// The names of the three parameters, no two of them equal.
pub(super) fn names(raw: &raw::LineageParameters, faults: &mut Faults) -> LineageParameters {
    let mut taken: Vec<(String, Option<At<String>>)> = Vec::new();
    let [run_id, retry_run_id, retry_indicator] = keys(raw).map(|(key, default)| {
        name(key.given(), &PARAMETER, faults);
        let here = key.or(default.to_owned());
        if let Some((_, first)) = taken.iter().find(|(other, _)| *other == here) {
            faults.push(twice(&here, key.given(), first.as_ref()));
        }
        taken.push((here.clone(), key.given().cloned()));
        here
    });
    LineageParameters { run_id, retry_run_id, retry_indicator }
}

/// The keys with their defaults.
pub(super) fn keys(raw: &raw::LineageParameters) -> [(&Key<String>, &'static str); 3] {
    [(&raw.run_id, "run_id"), (&raw.retry_run_id, "retry_run_id"), (&raw.retry_indicator, "retry_indicator")]
}

fn twice(name: &str, second: Option<&At<String>>, first: Option<&At<String>>) -> Fault {
    let message = format!("two of the lineage's parameters are named `{name}`");
    let fault = Fault::new(Code::RecipeDuplicateName, message, "give each of the three a name of its own");
    match (second, first) {
        (Some(second), Some(first)) => against(fault.at(&second.place, "again"), &first.place, "the first"),
        (Some(one), None) | (None, Some(one)) => fault.at(&one.place, "the default of another"),
        (None, None) => fault,
    }
}
