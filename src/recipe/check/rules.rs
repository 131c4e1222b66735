//! `[[rules]]`: each rule by itself; whether a rule can be reached is `reach`'s matter.

use super::retry::retry;
use super::value::{OWN, name};
use super::when::when;
use super::{before, reach, transposed};
use crate::error::{Code, Fault, Faults};
use crate::recipe::extend::Tree;
use crate::recipe::named::{Removed, unknown_tier};
use crate::recipe::raw::{self, Key};
use crate::recipe::scripts::Scripts;
use crate::recipe::{Range, RetryTier, Rule, Treatment, When};
use crate::source::{At, Place, Source};

/// All rules, in the order in which they are asked.
pub(super) fn rules(
    raw: &raw::Recipe,
    range: Option<&Range>,
    tree: &Tree,
    scripts: &Scripts,
    own: &Source,
    faults: &mut Faults,
) -> Option<Vec<Rule>> {
    let ladder = Ladder::of(&raw.tiers, &tree.removed);
    let written = raw.rules.given().map_or(&[][..], |list| &list.value);
    let whens: Vec<Option<When>> =
        written.iter().map(|rule| when(rule.value.when.given()?, &raw.outputs, &ladder, faults)).collect();
    reach::check(written, &whens, range, own, faults);
    let rules = written.iter().zip(whens).map(|(written, when)| {
        let rule_name = name(written.value.name.given(), &OWN, faults);
        if let Some(name) = &rule_name {
            not_reserved(name, faults);
        }
        let treatment = treatment(written, &ladder, faults);
        let before = transposed(before::before(written, scripts, faults));
        let place = written.place.clone();
        Some(Rule { place, name: rule_name?, when: when?, treatment: treatment?, before: before? })
    });
    let rules: Vec<Option<Rule>> = rules.collect();
    rules.into_iter().collect()
}

/// What decides where no rule does, as the report and the ledger name it. The policy's names have a dot, which no rule's has.
const RESERVED: &[(&str, &str)] = &[
    ("decision", "what a person decided"),
    ("scan", "what holds an item whose outputs could not be read"),
    ("upstream", "what holds an item below a task that failed"),
];

fn not_reserved(name: &At<String>, faults: &mut Faults) {
    if let Some((_, what)) = RESERVED.iter().find(|(reserved, _)| *reserved == name.value) {
        let message = format!("no rule can be named `{}`", name.value);
        let help = format!("give it another name: the report and the ledger call {what} so");
        faults.push(Fault::new(Code::RecipeBadName, message, help).at(&name.place, "taken"));
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
        let tier = |name: &At<String>, faults: &mut Faults| ladder.find(name, faults);
        return retry(&given.value, tier, faults).map(Treatment::Retry);
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

/// The names that `retry.tier` and `when.tiers` can use, as they are written: a tier that is broken otherwise is still known by its name.
pub(super) struct Ladder<'a> {
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
            let words = ["same", "next"];
            faults.push(self.unknown(written, &words, "a rule retries in"));
        }
        found.map(RetryTier::Named)
    }

    /// Refuses a name that no tier has.
    pub(super) fn check(&self, written: &At<String>, faults: &mut Faults) {
        if self.is_whole && !self.names.contains(&Some(written.value.as_str())) {
            faults.push(self.unknown(written, &[], "an item was in"));
        }
    }

    /// A name that no tier has; `words` can stand in its place.
    fn unknown(&self, written: &At<String>, words: &[&str], who: &str) -> Fault {
        let known = words.iter().copied().chain(self.names.iter().copied().flatten());
        let known: Vec<String> = known.map(str::to_owned).collect();
        let gone =
            self.removed.iter().rev().find(|gone| gone.noun == "tier" && gone.name.value == written.value);
        unknown_tier(written, &known, gone, who)
    }
}
