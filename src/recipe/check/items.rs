//! `[items]`.

use super::value::{PARAMETER, TEMPLATE, name, not_empty};
use super::{against, transposed};
use crate::error::{Code, Fault, Faults};
use crate::recipe::raw::{self, Key};
use crate::recipe::{Items, Range};
use crate::source::{At, Place};
use crate::units::Index;

/// What an item is.
pub(super) fn items(raw: Option<&At<raw::Items>>, faults: &mut Faults) -> Option<Items> {
    let raw = &raw?.value;
    let template = name(raw.template.given(), &TEMPLATE, faults);
    let index_parameter = name(raw.index_parameter.given(), &PARAMETER, faults);
    let name_parameter = raw.name_parameter.given().map(|written| name(Some(written), &PARAMETER, faults));
    let range = raw.range.given().and_then(|written| range(written, faults));
    if let Some(noun) = raw.noun.given().filter(|noun| noun.value.trim().is_empty()) {
        let help = "write what messages call one item, such as \"trait\"";
        faults.push(Fault::new(Code::RecipeBadName, "`noun` is empty", help).at(&noun.place, "no word"));
    }
    let noun = raw.noun.or("item".to_owned());
    Some(Items {
        noun,
        template: template?,
        index_parameter: index_parameter?,
        name_parameter: transposed(name_parameter)?,
        attempt_env: raw.attempt_env.or(false),
        range,
    })
}

/// The range, in the one form that is written.
fn range(written: &At<raw::Range>, faults: &mut Faults) -> Option<Range> {
    let raw = &written.value;
    let parameters = raw.from_parameter.place().or(raw.to_parameter.place());
    let numbers = raw.from.place().or(raw.to.place());
    let forms: Vec<&Place> = [parameters, numbers, raw.list.place()].into_iter().flatten().collect();
    if forms.len() != 1 {
        faults.push(not_one_form(&written.place, &forms));
        return None;
    }
    if parameters.is_some() {
        let ends = both(
            &raw.from_parameter,
            &raw.to_parameter,
            ["from-parameter", "to-parameter"],
            &written.place,
            faults,
        );
        let (from, to) = ends?;
        let (from, to) = (name(Some(from), &PARAMETER, faults), name(Some(to), &PARAMETER, faults));
        Some(Range::Parameters { from: from?, to: to? })
    } else if numbers.is_some() {
        let (from, to) = both(&raw.from, &raw.to, ["from", "to"], &written.place, faults)?;
        numbers_in_order(from, to, faults)
    } else {
        list(raw.list.given()?, faults)
    }
}

fn not_one_form(range: &Place, forms: &[&Place]) -> Fault {
    let message = match forms.len() {
        0 => "the range says nothing".to_owned(),
        many => format!("the range is given in {many} forms"),
    };
    let help = "keep one of { from-parameter, to-parameter }, { from, to } and { list }; without `range` it is the root's own";
    let fault = Fault::new(Code::RecipeOneOf, message, help);
    match forms {
        [] => fault.at(range, "no form"),
        _ => forms.iter().fold(fault, |fault, place| fault.at(place, "one form")),
    }
}

/// Both ends of a form; a fault if one is not written.
fn both<'a, T>(
    from: &'a Key<T>,
    to: &'a Key<T>,
    keys: [&str; 2],
    range: &Place,
    faults: &mut Faults,
) -> Option<(&'a At<T>, &'a At<T>)> {
    for (end, key) in [from, to].into_iter().zip(keys) {
        if end.place().is_none() {
            let message = format!("the range has no `{key}`");
            let help = format!("`{}` and `{}` go together; both ends belong to the range", keys[0], keys[1]);
            faults.push(
                Fault::new(Code::RecipeMissingKey, message, help).at(range, format!("`{key}` is missing")),
            );
        }
    }
    Some((from.given()?, to.given()?))
}

fn numbers_in_order(from: &At<u64>, to: &At<u64>, faults: &mut Faults) -> Option<Range> {
    if from.value > to.value {
        let message = format!("the range ends at {}, before it begins at {}", to.value, from.value);
        let fault =
            Fault::new(Code::RecipeBadQuantity, message, "swap `from` and `to`; both belong to the range");
        faults.push(against(fault.at(&to.place, "the end"), &from.place, "the beginning"));
        return None;
    }
    if to.value - from.value >= Range::MOST {
        let message = format!("the range has more than {} items, and no workflow runs so many", Range::MOST);
        let fault = Fault::new(
            Code::RecipeBadQuantity,
            message,
            "check both ends; a digit too many is a common slip",
        );
        faults.push(against(fault.at(&to.place, "the end"), &from.place, "the beginning"));
        return None;
    }
    Some(Range::Numbers { from: from.value, to: to.value })
}

fn list(written: &At<Vec<At<Index>>>, faults: &mut Faults) -> Option<Range> {
    not_empty(written, "list", "write every index, such as `list = [\"5\", \"28\"]`", faults);
    for (at, index) in written.value.iter().enumerate() {
        if let Some(first) = written.value[..at].iter().find(|first| first.value == index.value) {
            let message = format!("the list holds {} twice", index.value);
            let fault = Fault::new(Code::RecipeDuplicateName, message, "remove one of the two");
            faults.push(fault.at(&index.place, "the second").at(&first.place, "the first"));
        }
    }
    Some(Range::List(written.value.iter().map(|index| index.value.clone()).collect()))
}
