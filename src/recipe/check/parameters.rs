//! `[parameters]`.

use super::against;
use super::lineage_parameters::keys;
use super::value::{PARAMETER, name};
use crate::error::{Code, Fault, Faults};
use crate::recipe::Parameters;
use crate::recipe::raw::{self, Entries, Key};
use crate::source::{At, Place};

/// The changes, each parameter changed in one way. What a copy is taken of may be renamed or set as well, because copies are made
/// first.
pub(super) fn parameters(
    raw: Option<&At<raw::Parameters>>,
    lineage: Option<&At<raw::LineageParameters>>,
    faults: &mut Faults,
) -> Parameters {
    let Some(raw) = raw.map(|at| &at.value) else { return Parameters::default() };
    let entries = |key: &Key<Entries>| key.given().map_or(Vec::new(), |entries| entries.value.0.clone());
    let (copy, rename, set) = (entries(&raw.copy), entries(&raw.rename), entries(&raw.set));
    let drop = raw.drop.given().map_or(Vec::new(), |list| list.value.clone());
    let mut used: Vec<(At<String>, &str)> = Vec::new();
    used.extend(copy.iter().map(|(new, _)| (new.clone(), "a copy of another")));
    used.extend(set.iter().map(|(name, _)| (name.clone(), "set")));
    for (old, new) in &rename {
        used.push((old.clone(), "renamed"));
        used.push((new.clone(), "the new name of another"));
    }
    used.extend(drop.iter().map(|name| (name.clone(), "dropped")));
    for (at, (parameter, how)) in used.iter().enumerate() {
        name(Some(parameter), &PARAMETER, faults);
        if let Some((first, before)) = used[..at].iter().find(|(first, _)| first.value == parameter.value) {
            faults.push(twice(parameter, how, first, before));
        }
        if let Some(place) = lineage.and_then(|lineage| given_by(lineage, &parameter.value)) {
            faults.push(of_the_lineage(parameter, how, &place));
        }
    }
    for (new, old) in &copy {
        name(Some(old), &PARAMETER, faults);
        if let Some(dropped) = drop.iter().find(|dropped| dropped.value == old.value) {
            faults.push(moved(new, old, dropped));
        }
    }
    Parameters { copy, rename, drop, set }
}

fn twice(second: &At<String>, how: &str, first: &At<String>, before: &str) -> Fault {
    let message = format!("the parameter `{}` is changed in two ways", second.value);
    let help =
        "keep one of the two; to give a new name and a new value, `drop` the old name and `set` the new one";
    against(Fault::new(Code::RecipeDuplicateName, message, help).at(&second.place, how), &first.place, before)
}

/// Where `[lineage-parameters]` gives a parameter of that name.
fn given_by(lineage: &At<raw::LineageParameters>, parameter: &str) -> Option<Place> {
    let keys = keys(&lineage.value);
    let (key, _) = keys.iter().find(|(key, default)| key.or((*default).to_owned()) == parameter)?;
    Some(key.place().unwrap_or(&lineage.place).clone())
}

fn of_the_lineage(parameter: &At<String>, how: &str, given: &Place) -> Fault {
    let message = format!("the parameter `{}` gets its value from `[lineage-parameters]`", parameter.value);
    let help = "leave it to `[lineage-parameters]`, or let its keys name other parameters";
    against(
        Fault::new(Code::RecipeDuplicateName, message, help).at(&parameter.place, how),
        given,
        "given here",
    )
}

/// A copy of what goes: a renaming after which references would lead nowhere.
fn moved(new: &At<String>, old: &At<String>, dropped: &At<String>) -> Fault {
    let message = format!("the parameter `{}` is copied and dropped", old.value);
    let help = format!(
        "rename it, so that what refers to it follows: `rename = {{ {} = \"{}\" }}`",
        old.value, new.value
    );
    let fault = Fault::new(Code::RecipeDuplicateName, message, help).at(&old.place, "copied");
    against(fault, &dropped.place, "dropped")
}
