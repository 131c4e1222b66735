//! Rules that never decide, because the rules before them take every item that they match.

use std::collections::BTreeSet;

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
    when.causes.is_empty() && when.exit_codes.is_empty() && when.message.is_none()
}

/// One way in which a rule matches: a cause, a code and a pattern, each `None` where the rule takes any.
type Case<'a> = (Option<Cause>, Option<i32>, Option<&'a str>);

/// Every way in which a rule matches. A rule is dead once each of them is taken, if by different rules.
fn cases(when: &When) -> impl Iterator<Item = Case<'_>> {
    let message = when.message.as_ref().map(regex::Regex::as_str);
    any_or_each(&when.causes)
        .flat_map(move |cause| any_or_each(&when.exit_codes).map(move |code| (cause, code, message)))
}

fn any_or_each<T: Copy>(list: &[T]) -> impl Iterator<Item = Option<T>> {
    list.is_empty().then_some(None).into_iter().chain(list.iter().copied().map(Some))
}

/// Whether a rule matches all of a case. Two patterns are only known to match the same where they are the same text.
fn takes(when: &When, (cause, code, message): Case<'_>) -> bool {
    let holds = when.message.as_ref().is_none_or(|own| message == Some(own.as_str()));
    (when.causes.is_empty() || cause.is_some_and(|cause| when.causes.contains(&cause)))
        && (when.exit_codes.is_empty() || code.is_some_and(|code| when.exit_codes.contains(&code)))
        && holds
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
