//! `when` of a rule: every word by itself, and words that cannot hold at once.

use std::collections::BTreeSet;
use std::num::{NonZeroU8, NonZeroU32};

use super::parts;
use super::pattern::regex;
use super::rules::Ladder;
use super::value::{duration, not_empty};
use crate::error::{Code, Fault, Faults};
use crate::recipe::raw::{self, Key};
use crate::recipe::{Cause, When};
use crate::source::{At, Place};
use crate::units::{Index, Interval, parse_ranges};

/// What a rule looks for; `None` where something is wrong with it.
pub(super) fn when(
    written: &At<raw::When>,
    outputs: &Key<raw::Outputs>,
    ladder: &Ladder<'_>,
    faults: &mut Faults,
) -> Option<When> {
    let raw = &written.value;
    let before = faults.len();
    let words = words(raw);
    let is_broken = raw.any.is_broken() || words.iter().any(|(_, _, is_broken)| *is_broken);
    if words.iter().all(|(_, place, _)| place.is_none()) && raw.any.place().is_none() {
        asks_for_nothing(written, faults);
        return None;
    }
    stands_alone(&raw.any, &words, faults);
    if let Some(causes) = raw.causes.given() {
        not_empty(causes, "causes", "name a cause, or leave `causes` out for any", faults);
    }
    let exit_codes = codes(&raw.exit_codes, "exit-codes", faults);
    let exit_codes_not_in = codes(&raw.exit_codes_not_in, "exit-codes-not-in", faults);
    let message = raw.message.given().and_then(|message| regex(message, faults));
    let log = raw.log.given().and_then(|log| regex(log, faults));
    parts::check(raw, outputs, faults);
    let ran_longer_than = duration(&raw.ran_longer_than, faults).map(|at| at.value);
    let tiers = tiers(&raw.tiers, ladder, faults);
    let items = items(&raw.items, faults);
    let generation = generations(&raw.generation, faults);
    if faults.len() > before || is_broken {
        return None;
    }
    let when = When {
        causes: raw.causes.given().map_or(Vec::new(), |list| list.value.iter().map(|at| at.value).collect()),
        exit_codes,
        exit_codes_not_in,
        message,
        log,
        missing_parts: parts::names(&raw.missing_parts),
        present_parts: parts::names(&raw.present_parts),
        started: raw.started.given().map(|at| at.value),
        ran_longer_than,
        tiers,
        items,
        generation,
    };
    never_matches(raw, &when, faults);
    (faults.len() == before).then_some(when)
}

/// Every word but `any`: its key, where it is written, and whether its value is broken.
fn words(raw: &raw::When) -> [(&'static str, Option<&Place>, bool); 12] {
    fn word<'a, T>(key: &'static str, value: &'a Key<T>) -> (&'static str, Option<&'a Place>, bool) {
        (key, value.place(), value.is_broken())
    }
    [
        word("causes", &raw.causes),
        word("exit-codes", &raw.exit_codes),
        word("exit-codes-not-in", &raw.exit_codes_not_in),
        word("message", &raw.message),
        word("log", &raw.log),
        word("missing-parts", &raw.missing_parts),
        word("present-parts", &raw.present_parts),
        word("started", &raw.started),
        word("ran-longer-than", &raw.ran_longer_than),
        word("tiers", &raw.tiers),
        word("items", &raw.items),
        word("generation", &raw.generation),
    ]
}

/// Refuses a `when` without a word, unless a misspelt one may have stood there: that has been told.
fn asks_for_nothing(written: &At<raw::When>, faults: &mut Faults) {
    let source = written.place.source();
    let mut misspelt = faults.iter().filter(|fault| fault.code == Code::RecipeUnknownKey);
    if misspelt.any(|fault| fault.labels.iter().any(|label| label.place.source() == source)) {
        return;
    }
    let help = "for every item that is not done, write `when = { any = true }`";
    let fault = Fault::new(Code::RecipeWrongType, "`when` asks for nothing", help);
    faults.push(fault.at(&written.place, "no word"));
}

/// Refuses `any` beside another word.
fn stands_alone(any: &Key<raw::Any>, words: &[(&str, Option<&Place>, bool)], faults: &mut Faults) {
    let other = words.iter().find_map(|(key, place, _)| Some((*key, (*place)?)));
    let (Some(any), Some((key, place))) = (any.given(), other) else { return };
    let message = format!("`any` takes every item, and `{key}` beside it only some");
    let help = format!("keep one of the two: `any = true` stands alone, or `{key}` without it");
    let fault = Fault::new(Code::RecipeOneOf, message, help);
    faults.push(fault.at(&any.place, "every item").at(place, "only some"));
}

/// Exit codes that an attempt which failed can have.
fn codes(
    list: &Key<Vec<At<raw::Interval<255>>>>,
    key: &str,
    faults: &mut Faults,
) -> Vec<Interval<NonZeroU8>> {
    let Some(list) = list.given() else { return Vec::new() };
    not_empty(list, key, &format!("write a code, or leave `{key}` out for any"), faults);
    let code = |number: i64, at: &Place, faults: &mut Faults| {
        let code = u8::try_from(number).ok().and_then(NonZeroU8::new);
        if code.is_none() {
            faults.push(if number == 0 { code_zero(key, at) } else { no_code(number, at) });
        }
        code
    };
    let interval = |at: &At<raw::Interval<255>>| interval(at, code, faults);
    list.value.iter().filter_map(interval).collect()
}

fn code_zero(key: &str, at: &Place) -> Fault {
    let message = "an attempt that ended with exit code 0 did not fail";
    let help = match key {
        "exit-codes" => {
            "remove the 0; an item that succeeded without its outputs has the cause output-missing"
        }
        _ => "remove the 0; it is never among the codes that `exit-codes-not-in` takes",
    };
    Fault::new(Code::RecipeExitCodeZero, message, help).at(at, "success")
}

fn no_code(number: i64, at: &Place) -> Fault {
    let message = format!("{number} is not an exit code");
    let help = "exit codes are from 1 to 255; killed by signal N is 128 + N";
    Fault::new(Code::RecipeBadQuantity, message, help).at(at, "out of range")
}

/// Generations, of which the first is 1.
fn generations(
    list: &Key<Vec<At<raw::Interval<{ u32::MAX }>>>>,
    faults: &mut Faults,
) -> Vec<Interval<NonZeroU32>> {
    let Some(list) = list.given() else { return Vec::new() };
    not_empty(list, "generation", "write a number, or leave `generation` out for any", faults);
    let generation = |number: i64, at: &Place, faults: &mut Faults| {
        let generation = u32::try_from(number).ok().and_then(NonZeroU32::new);
        if generation.is_none() {
            let message = format!("{number} is not a generation");
            let help = "the root of a lineage is generation 1, its first retry 2";
            faults.push(Fault::new(Code::RecipeBadQuantity, message, help).at(at, "out of range"));
        }
        generation
    };
    let interval = |at: &At<raw::Interval<{ u32::MAX }>>| interval(at, generation, faults);
    list.value.iter().filter_map(interval).collect()
}

/// An entry with both its ends; `end` reads one of them.
fn interval<T: Copy + Ord, const MOST: u32>(
    at: &At<raw::Interval<MOST>>,
    end: impl Fn(i64, &Place, &mut Faults) -> Option<T>,
    faults: &mut Faults,
) -> Option<Interval<T>> {
    let raw::Interval { first, last } = at.value;
    let ends = (end(first, &at.place, faults), end(last, &at.place, faults));
    let interval = Interval::new(ends.0?, ends.1?);
    if interval.is_none() {
        let message = format!("the range {first}..{last} runs backwards");
        let help = format!("swap its ends: \"{last}..{first}\"");
        faults.push(Fault::new(Code::RecipeBadQuantity, message, help).at(&at.place, "backwards"));
    }
    interval
}

fn tiers(list: &Key<Vec<At<String>>>, ladder: &Ladder<'_>, faults: &mut Faults) -> Vec<String> {
    let Some(list) = list.given() else { return Vec::new() };
    not_empty(list, "tiers", "name a tier, or leave `tiers` out for any", faults);
    list.value.iter().for_each(|name| ladder.check(name, faults));
    list.value.iter().map(|name| name.value.clone()).collect()
}

fn items(list: &Key<Vec<At<Index>>>, faults: &mut Faults) -> BTreeSet<Index> {
    let Some(list) = list.given() else { return BTreeSet::new() };
    not_empty(list, "items", "name an item, or leave `items` out for all", faults);
    let mut items = BTreeSet::new();
    for written in &list.value {
        match parse_ranges(written.value.as_str()) {
            Ok(named) => items.extend(named),
            Err(why) => {
                let message = format!("\"{}\" names no items: {why}", written.value);
                let help = "write items and ranges: `items = [5, \"28-31\"]`";
                faults.push(Fault::new(Code::RecipeBadQuantity, message, help).at(&written.place, why));
            }
        }
    }
    items
}

/// Causes of an attempt whose container never ran to an end: it waited for time, for a place, or for its pod to be made.
const WITHOUT_A_CODE: &[Cause] = &[Cause::Starved, Cause::Quota];

/// Causes that an exit code is read to. Others look back at earlier attempts, or come before a program begins as well.
const OF_A_RUN: &[Cause] = &[Cause::Exit, Cause::OomProbable];

/// Refuses words that cannot hold at once, and a cause that no rule is asked about.
fn never_matches(raw: &raw::When, when: &When, faults: &mut Faults) {
    let mut refuse = |message: &str, help: &str, words: &[(Option<&Place>, &str)]| {
        let fault = Fault::new(Code::RecipeUnreachableRule, message, help);
        let written = words.iter().filter_map(|(place, text)| Some(((*place)?, *text)));
        faults.push(written.fold(fault, |fault, (place, text)| fault.at(place, text)));
    };
    let codes = (raw.exit_codes.place(), raw.exit_codes_not_in.place());
    let mut all = (1..=u8::MAX).map(NonZeroU8::new);
    if !all.any(|code| when.takes_code(code) && when.leaves_code(code)) {
        refuse(
            "this never matches: no exit code is left",
            "leave a code that `exit-codes-not-in` does not take away",
            &[(codes.1, "takes them all away"), (codes.0, "these")],
        );
    }
    let of_a_run = codes.0.or(codes.1).map(|place| (place, "only of an attempt that began"));
    let of_a_run =
        of_a_run.or(raw.ran_longer_than.place().map(|place| (place, "only of an attempt that began")));
    if let (Some(false), Some((place, text))) = (when.started, of_a_run) {
        refuse(
            "this never matches: an attempt that never began has no exit code and no run time",
            "ask for `started = false` without it, or leave `started` out",
            &[(raw.started.place(), "never began"), (Some(place), text)],
        );
    }
    let causes = when.causes.iter().map(|cause| cause.as_str()).collect::<Vec<_>>().join(" or ");
    let all_causes =
        |known: &[Cause]| !causes.is_empty() && when.causes.iter().all(|cause| known.contains(cause));
    if let (true, Some(place)) = (all_causes(WITHOUT_A_CODE), codes.0.or(codes.1)) {
        refuse(
            &format!("this never matches: an item with the cause {causes} has no exit code"),
            "leave one of the two out",
            &[(raw.causes.place(), "no container of it ended"), (Some(place), "only of one that ended")],
        );
    }
    if all_causes(OF_A_RUN) && when.started == Some(false) {
        refuse(
            &format!("this never matches: an item with the cause {causes} began"),
            "leave one of the two out",
            &[(raw.causes.place(), "only of an attempt that began"), (raw.started.place(), "never began")],
        );
    }
    if all_causes(&[Cause::Upstream]) {
        refuse(
            "this never matches: an item with the cause upstream is held before any rule is asked",
            "remove the rule: what failed above the items is mended there",
            &[(raw.causes.place(), "no rule is asked")],
        );
    }
}
