//! Rules that never decide, because the rules before them take every item that they match.

use super::against;
use super::regions::Regions;
use crate::error::{Code, Fault, Faults};
use crate::recipe::raw;
use crate::recipe::{Range, When};
use crate::source::{At, Place, Source};

/// Refuses rules that cannot be reached. Rules whose `when` is broken (`None`) are stepped over. `range` is the whole range of items
/// where the recipe itself says it.
///
/// An inherited rule that a rule of another text covers is fine: new rules stand before inherited ones in order to cover them. So is
/// one for items that another text has left out of the range.
pub(super) fn check(
    rules: &[At<raw::Rule>],
    whens: &[Option<When>],
    range: Option<&Range>,
    own: &Source,
    faults: &mut Faults,
) {
    let (rules, whens): (Vec<&At<raw::Rule>>, Vec<&When>) =
        rules.iter().zip(whens).filter_map(|(rule, when)| Some((rule, when.as_ref()?))).unzip();
    let regions = Regions::of(&whens, range);
    for (at, rule) in rules.iter().enumerate() {
        // Everything behind a catch-all is dead; saying so once is enough.
        if let Some(catch_all) = whens[..at].iter().position(|when| when.is_any()) {
            faults.push(behind_catch_all(rule, rules[catch_all], rules.len() - at));
            return;
        }
        let is_inherited = place(rule).source() != own;
        if regions.is_nowhere(at) {
            if !is_inherited && !whens[at].items.is_empty() {
                faults.push(outside_range(rule));
            }
            continue;
        }
        let Some(winners) = regions.winners(at) else { continue };
        let is_covered = winners.iter().any(|winner| place(rules[*winner]).source() != place(rule).source());
        if !(is_inherited && is_covered) {
            let fewest = regions.fewest(at, &winners).into_iter().map(|winner| rules[winner]);
            faults.push(always_beaten(rule, &fewest.collect::<Vec<_>>()));
        }
    }
}

fn outside_range(rule: &At<raw::Rule>) -> Fault {
    let message = format!("the rule {} never decides: `items.range` has none of its items", shown(rule));
    let items = rule.value.when.given().and_then(|when| when.value.items.place());
    let help = "name items of the range, or remove the rule";
    Fault::new(Code::RecipeUnreachableRule, message, help)
        .at(items.unwrap_or(place(rule)), "not in the range")
}

fn always_beaten(rule: &At<raw::Rule>, winners: &[&At<raw::Rule>]) -> Fault {
    let names: Vec<String> = winners.iter().map(|winner| shown(winner)).collect();
    let who = match names.split_last() {
        Some((last, [])) => format!("{last} before it always does"),
        Some((last, others)) => format!("{} and {last} before it always do", others.join(", ")),
        None => String::new(),
    };
    let message = format!("the rule {} never decides: {who}", shown(rule));
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
