//! `missing-parts` and `present-parts` of a rule: which parts there are is only known with a run, that there are none is known before.

use super::value::not_empty;
use crate::error::{Code, Fault, Faults};
use crate::recipe::raw::{self, Key};
use crate::source::At;

/// The names, as they are asked for.
pub(super) fn names(list: &Key<Vec<At<String>>>) -> Vec<String> {
    list.given().into_iter().flat_map(|list| &list.value).map(|part| part.value.clone()).collect()
}

/// Refuses lists that say nothing, and rules that can match no item of any run.
pub(super) fn check(when: &raw::When, outputs: &Key<raw::Outputs>, faults: &mut Faults) {
    for (key, list) in [("missing-parts", &when.missing_parts), ("present-parts", &when.present_parts)] {
        let Some(list) = list.given() else { continue };
        not_empty(list, key, &format!("name a part, or leave `{key}` out for any"), faults);
        for part in list.value.iter().filter(|part| part.value.trim() != part.value || part.value.is_empty())
        {
            let message = format!("no part is called \"{}\"", part.value);
            let help = "write the part as the run's parameter has it, without blanks around it";
            faults.push(Fault::new(Code::RecipeBadName, message, help).at(&part.place, "not a part"));
        }
        if has_no_parts(outputs) {
            let message =
                format!("`{key}` never matches: the recipe has no `outputs.parts`, so no part is known");
            let help = "add `parts = { from-parameter = [\"…\"], file = \"… << part >> …\" }` to `[outputs]`, or remove this";
            faults.push(
                Fault::new(Code::RecipeUnreachableRule, message, help).at(&list.place, "never matches"),
            );
        }
    }
    // Of two lists one entry each is enough, so only the same single part in both contradicts itself.
    if let (Some(missing), Some(present)) = (when.missing_parts.given(), when.present_parts.given())
        && let (Some(one), Some(other)) = (missing.value.first(), present.value.first())
        && missing.value.iter().chain(&present.value).all(|part| part.value == one.value)
    {
        let message =
            format!("the part {} cannot be missing and there at once, so this never matches", one.value);
        let help = "ask for different parts, or remove one of the two keys";
        let fault = Fault::new(Code::RecipeUnreachableRule, message, help);
        faults.push(fault.at(&one.place, "missing").at(&other.place, "and there"));
    }
}

/// Whether the recipe certainly names no parts: a table that is broken might.
fn has_no_parts(outputs: &Key<raw::Outputs>) -> bool {
    match outputs {
        Key::Absent => true,
        Key::Broken(_) => false,
        Key::Given(outputs) => matches!(outputs.value.parts, Key::Absent),
    }
}
