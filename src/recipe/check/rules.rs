//! `[[rules]]`: each rule by itself; whether a rule can be reached is `reach`'s matter.

use super::pattern::regex;
use super::value::{OWN, at_least_one, name, not_empty};
use super::{before, parts, reach, transposed};
use crate::error::{Code, Fault, Faults};
use crate::recipe::extend::Tree;
use crate::recipe::named::{Removed, unknown_tier};
use crate::recipe::raw::{self, Key};
use crate::recipe::scripts::Scripts;
use crate::recipe::{Retry, RetryTier, Rule, Treatment, When};
use crate::source::{At, Place, Source};

/// All rules, in the order in which they are asked.
pub(super) fn rules(
    raw: &Key<Vec<At<raw::Rule>>>,
    tiers: &Key<Vec<At<raw::Tier>>>,
    outputs: &Key<raw::Outputs>,
    tree: &Tree,
    scripts: &Scripts,
    own: &Source,
    faults: &mut Faults,
) -> Option<Vec<Rule>> {
    let ladder = Ladder::of(tiers, &tree.removed);
    let written = raw.given().map_or(&[][..], |list| &list.value);
    let whens: Vec<Option<When>> =
        written.iter().map(|rule| when(rule.value.when.given()?, outputs, faults)).collect();
    reach::check(written, &whens, own, faults);
    let rules = written.iter().zip(whens).map(|(written, when)| {
        let rule_name = name(written.value.name.given(), &OWN, faults);
        let treatment = treatment(written, &ladder, faults);
        let before = transposed(before::before(written, scripts, faults));
        let place = written.place.clone();
        Some(Rule { place, name: rule_name?, when: when?, treatment: treatment?, before: before? })
    });
    let rules: Vec<Option<Rule>> = rules.collect();
    rules.into_iter().collect()
}

/// What a rule looks for.
fn when(written: &At<raw::When>, outputs: &Key<raw::Outputs>, faults: &mut Faults) -> Option<When> {
    let raw = &written.value;
    let before = faults.len();
    if let Some(causes) = raw.causes.given() {
        not_empty(causes, "causes", "name a cause, or leave `causes` out for any", faults);
    }
    if let Some(codes) = raw.exit_codes.given() {
        not_empty(codes, "exit-codes", "write a code, or leave `exit-codes` out for any", faults);
        codes.value.iter().for_each(|code| exit_code(code, faults));
    }
    let message = raw.message.given().and_then(|message| regex(message, faults));
    let log = raw.log.given().and_then(|log| regex(log, faults));
    parts::check(raw, outputs, faults);
    let broken = [
        raw.causes.is_broken(),
        raw.exit_codes.is_broken(),
        raw.message.is_broken(),
        raw.log.is_broken(),
        raw.missing_parts.is_broken(),
        raw.present_parts.is_broken(),
    ];
    if faults.len() > before || broken.contains(&true) {
        return None;
    }
    let causes = raw.causes.given().map_or(Vec::new(), |list| list.value.iter().map(|at| at.value).collect());
    let codes =
        raw.exit_codes.given().map_or(Vec::new(), |list| list.value.iter().map(|at| at.value).collect());
    let exit_codes = codes.into_iter().filter_map(|code| i32::try_from(code).ok()).collect();
    let (missing_parts, present_parts) = (parts::names(&raw.missing_parts), parts::names(&raw.present_parts));
    Some(When { causes, exit_codes, message, log, missing_parts, present_parts })
}

fn exit_code(code: &At<i64>, faults: &mut Faults) {
    match code.value {
        1..=255 => {}
        0 => {
            let message = "an attempt that ended with exit code 0 did not fail";
            let help =
                "remove the 0; an item that succeeded without its outputs has the cause output-missing";
            faults.push(Fault::new(Code::RecipeExitCodeZero, message, help).at(&code.place, "success"));
        }
        other => {
            let message = format!("{other} is not an exit code");
            let help = "exit codes are from 1 to 255; killed by signal N is 128 + N";
            faults.push(Fault::new(Code::RecipeBadQuantity, message, help).at(&code.place, "out of range"));
        }
    }
}

/// The one thing that a rule does.
fn treatment(written: &At<raw::Rule>, ladder: &Ladder<'_>, faults: &mut Faults) -> Option<Treatment> {
    let raw = &written.value;
    let places: Vec<&Place> =
        [raw.retry.place(), raw.skip.place(), raw.hold.place()].into_iter().flatten().collect();
    if places.len() != 1 {
        faults.push(not_one_treatment(written, &places));
        return None;
    }
    if let Some(given) = raw.retry.given() {
        return retry(&given.value, ladder, faults).map(Treatment::Retry);
    }
    for (key, reason) in [("skip", raw.skip.given()), ("hold", raw.hold.given())] {
        if let Some(reason) = reason.filter(|reason| reason.value.trim().is_empty()) {
            let message = format!("`{key}` gives no reason");
            let help = "say why, for whoever reads the report";
            faults.push(Fault::new(Code::RecipeWrongType, message, help).at(&reason.place, "empty"));
        }
    }
    let skip = raw.skip.given().map(|reason| Treatment::Skip(reason.value.clone()));
    skip.or_else(|| raw.hold.given().map(|reason| Treatment::Hold(reason.value.clone())))
}

fn not_one_treatment(written: &At<raw::Rule>, places: &[&Place]) -> Fault {
    let rule = written
        .value
        .name
        .given()
        .map_or_else(|| "this rule".to_owned(), |name| format!("the rule `{}`", name.value));
    let help = "give exactly one of `retry = { … }`, `skip = \"why\"` and `hold = \"why\"`";
    match places {
        [] => Fault::new(Code::RecipeOneOf, format!("{rule} does not say what to do"), help)
            .at(&written.place, "no retry, skip or hold"),
        _ => places.iter().fold(
            Fault::new(Code::RecipeOneOf, format!("{rule} says {} things to do", places.len()), help),
            |fault, place| fault.at(place, "one of them"),
        ),
    }
}

fn retry(raw: &raw::Retry, ladder: &Ladder<'_>, faults: &mut Faults) -> Option<Retry> {
    let tier = match raw.tier.given() {
        Some(tier) => ladder.find(tier, faults),
        None => Some(RetryTier::Same),
    };
    // Written so that `nan` is refused too.
    if let Some(factor) = raw.deadline_factor.given().filter(|factor| !(1.0..=100.0).contains(&factor.value))
    {
        let message = format!(
            "`deadline-factor` is {}, and a longer deadline needs a factor from 1 to 100",
            factor.value
        );
        let help = "write 1.5 for half as long again";
        faults.push(Fault::new(Code::RecipeBadQuantity, message, help).at(&factor.place, "out of range"));
    }
    let way_out = "to leave such items, write `skip = \"why\"` in the place of `retry`";
    let max_retries = at_least_one(&raw.max_retries, "max-retries", way_out, faults).unwrap_or(1);
    Some(Retry { tier: tier?, deadline_factor: raw.deadline_factor.given().map(|at| at.value), max_retries })
}

/// The names that `retry.tier` can use, as they are written: a tier that is broken otherwise is still known by its name.
struct Ladder<'a> {
    /// In ladder order; `None` where a name is broken or missing.
    names: Vec<Option<&'a str>>,
    /// Whether every name is known, so that another one is certainly wrong.
    is_whole: bool,
    /// What is taken away.
    removed: &'a [Removed],
}

impl<'a> Ladder<'a> {
    fn of(tiers: &'a Key<Vec<At<raw::Tier>>>, removed: &'a [Removed]) -> Self {
        let names: Vec<Option<&str>> = tiers.given().map_or(Vec::new(), |list| {
            list.value.iter().map(|tier| tier.value.name.given().map(|name| name.value.as_str())).collect()
        });
        let is_whole = tiers.given().is_some() && names.iter().all(Option::is_some);
        Self { names, is_whole, removed }
    }

    fn find(&self, written: &At<String>, faults: &mut Faults) -> Option<RetryTier> {
        match written.value.as_str() {
            "same" => return Some(RetryTier::Same),
            "next" => return Some(RetryTier::Next),
            _ => {}
        }
        let found = self.names.iter().position(|name| *name == Some(written.value.as_str()));
        if found.is_none() && self.is_whole {
            faults.push(self.unknown(written));
        }
        found.map(RetryTier::Named)
    }

    fn unknown(&self, written: &At<String>) -> Fault {
        let known = ["same", "next"].into_iter().chain(self.names.iter().copied().flatten());
        let known: Vec<String> = known.map(str::to_owned).collect();
        let gone =
            self.removed.iter().rev().find(|gone| gone.noun == "tier" && gone.name.value == written.value);
        unknown_tier(written, &known, gone, "a rule retries in")
    }
}
