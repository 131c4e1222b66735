//! What a case expects of its items.

use super::items::of_table;
use super::{Expected, nodes};
use crate::error::{Code, Fault, Faults};
use crate::recipe::Recipe;
use crate::recipe::check::value::duration;
use crate::recipe::raw::Expectation;
use crate::source::At;
use crate::units::name;

/// Who can decide besides rules.
const OTHERS: [&str; 4] = ["policy.unmatched", "policy.oom-probable", "decision", "scan"];

/// All expectations that are sound.
pub(super) fn expected(written: &[At<Expectation>], recipe: &Recipe, faults: &mut Faults) -> Vec<Expected> {
    written.iter().filter_map(|expectation| one(expectation, recipe, faults)).collect()
}

fn one(written: &At<Expectation>, recipe: &Recipe, faults: &mut Faults) -> Option<Expected> {
    let raw = &written.value;
    let items = of_table(&raw.item, &raw.items, "this expectation", &written.place, faults);
    let tier = raw.tier.given().and_then(|tier| nodes::tier(tier, recipe, faults));
    let rule = raw.rule.given().and_then(|rule| self::rule(rule, recipe, faults));
    let may_take = duration(&raw.may_take, faults).map(|at| at.value);
    let missing = raw.missing.given().map(|list| list.value.iter().map(|part| part.value.clone()).collect());
    Some(Expected {
        place: written.place.clone(),
        items: items?,
        decision: raw.decision.given()?.value,
        tier,
        cause: raw.cause.given().map(|at| at.value),
        rule,
        may_take,
        missing,
    })
}

/// A name of what can decide.
fn rule(written: &At<String>, recipe: &Recipe, faults: &mut Faults) -> Option<String> {
    let rules = recipe.rules.iter().map(|rule| rule.name.value.as_str());
    let known: Vec<&str> = rules.chain(OTHERS).collect();
    if known.contains(&written.value.as_str()) {
        return Some(written.value.clone());
    }
    let meant = name::meant(&written.value, known.iter().copied());
    let message = format!("there is no rule `{}` in {}", written.value, recipe.source.name());
    let help = format!("{meant}an item is decided by one of {}", known.join(", "));
    faults.push(Fault::new(Code::TestUnknownRule, message, help).at(&written.place, "unknown rule"));
    None
}
