//! Rules that never decide, because the rules before them take every item that they match.

use std::collections::BTreeSet;

use regex::Regex;

use super::against;
use crate::error::{Code, Fault, Faults};
use crate::recipe::raw;
use crate::recipe::{Cause, When};
use crate::source::{At, Place, Source};

/// Refuses rules that cannot be reached. Rules whose `when` is broken (`None`) are stepped over.
///
/// An inherited rule that a rule of another text covers is fine: new rules stand before inherited ones in order to cover them.
pub(super) fn check(rules: &[At<raw::Rule>], whens: &[Option<When>], own: &Source, faults: &mut Faults) {
    let rules: Vec<(&At<raw::Rule>, &When)> =
        rules.iter().zip(whens).filter_map(|(rule, when)| Some((rule, when.as_ref()?))).collect();
    for (at, (rule, when)) in rules.iter().enumerate() {
        let earlier = &rules[..at];
        // Everything behind a catch-all is dead; saying so once is enough.
        if let Some((winner, _)) = earlier.iter().find(|(_, when)| is_catch_all(when)) {
            faults.push(behind_catch_all(rule, winner, rules.len() - at));
            return;
        }
        let Some(winners) = winners(when, earlier) else { continue };
        let is_inherited = place(rule).source() != own;
        let is_covered = winners.iter().any(|winner| place(winner).source() != place(rule).source());
        if !(is_inherited && is_covered) {
            faults.push(always_beaten(rule, &winners));
        }
    }
}

/// The earlier rules that take every case of a rule between them; `None` if some case is left to it.
fn winners<'a>(when: &When, earlier: &[(&'a At<raw::Rule>, &When)]) -> Option<Vec<&'a At<raw::Rule>>> {
    let taken: Option<BTreeSet<usize>> =
        cases(when).map(|case| earlier.iter().position(|(_, when)| takes(when, case))).collect();
    Some(taken?.into_iter().map(|at| earlier[at].0).collect())
}

fn is_catch_all(when: &When) -> bool {
    let patterns = [&when.message, &when.log];
    let parts = [&when.missing_parts, &when.present_parts];
    when.causes.is_empty()
        && when.exit_codes.is_empty()
        && patterns.iter().all(|pattern| pattern.is_none())
        && parts.iter().all(|parts| parts.is_empty())
}

/// One way in which a rule matches: one of each list and its patterns, each `None` where the rule takes any.
#[derive(Clone, Copy)]
struct Case<'a> {
    cause: Option<Cause>,
    code: Option<i32>,
    message: Option<&'a str>,
    log: Option<&'a str>,
    missing: Option<&'a str>,
    present: Option<&'a str>,
}

/// Every way in which a rule matches. A rule is dead once each of them is taken, if by different rules.
fn cases(when: &When) -> impl Iterator<Item = Case<'_>> {
    let (message, log) = (when.message.as_ref().map(Regex::as_str), when.log.as_ref().map(Regex::as_str));
    let any = Case { cause: None, code: None, message, log, missing: None, present: None };
    any_or_each(&when.causes)
        .map(move |cause| Case { cause: cause.copied(), ..any })
        .flat_map(|case| any_or_each(&when.exit_codes).map(move |code| Case { code: code.copied(), ..case }))
        .flat_map(|case| {
            any_or_each(&when.missing_parts)
                .map(move |part| Case { missing: part.map(String::as_str), ..case })
        })
        .flat_map(|case| {
            any_or_each(&when.present_parts)
                .map(move |part| Case { present: part.map(String::as_str), ..case })
        })
}

fn any_or_each<T>(list: &[T]) -> impl Iterator<Item = Option<&T>> {
    list.is_empty().then_some(None).into_iter().chain(list.iter().map(Some))
}

/// Whether a rule matches all of a case. Two patterns are only known to match the same where they are the same text.
fn takes(when: &When, case: Case<'_>) -> bool {
    let pattern =
        |own: &Option<Regex>, other: Option<&str>| own.as_ref().is_none_or(|own| other == Some(own.as_str()));
    let part = |list: &[String], one: Option<&str>| {
        list.is_empty() || one.is_some_and(|one| list.iter().any(|part| part == one))
    };
    (when.causes.is_empty() || case.cause.is_some_and(|cause| when.causes.contains(&cause)))
        && (when.exit_codes.is_empty() || case.code.is_some_and(|code| when.exit_codes.contains(&code)))
        && pattern(&when.message, case.message)
        && pattern(&when.log, case.log)
        && part(&when.missing_parts, case.missing)
        && part(&when.present_parts, case.present)
}

fn always_beaten(rule: &At<raw::Rule>, winners: &[&At<raw::Rule>]) -> Fault {
    let names: Vec<String> = winners.iter().map(|winner| shown(winner)).collect();
    let message =
        format!("the rule {} never decides: {} before it always does", shown(rule), names.join(" and "));
    let help = "put the narrower rule first, or remove it";
    let fault = Fault::new(Code::RecipeUnreachableRule, message, help).at(place(rule), "never decides");
    winners.iter().fold(fault, |fault, winner| against(fault, place(winner), "decides before"))
}

fn behind_catch_all(rule: &At<raw::Rule>, winner: &At<raw::Rule>, dead: usize) -> Fault {
    let others =
        if dead > 1 { format!(" and {} more never decide", dead - 1) } else { " never decides".to_owned() };
    let message = format!("the rule {}{others}: {} before takes every item", shown(rule), shown(winner));
    let help =
        "put the rule that takes every item last; what becomes of unmatched items is `policy.unmatched`";
    let fault = Fault::new(Code::RecipeUnreachableRule, message, help).at(place(rule), "never decides");
    against(fault, place(winner), "takes every item")
}

/// A rule as messages call it.
fn shown(rule: &At<raw::Rule>) -> String {
    rule.value.name.given().map_or_else(|| "without a name".to_owned(), |name| format!("`{}`", name.value))
}

/// Where a rule is told apart from others: at its name.
fn place(rule: &At<raw::Rule>) -> &Place {
    rule.value.name.place().unwrap_or(&rule.place)
}
