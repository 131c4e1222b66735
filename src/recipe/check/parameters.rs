//! `[parameters]`.

use super::against;
use super::value::{PARAMETER, name};
use crate::error::{Code, Fault, Faults};
use crate::recipe::Parameters;
use crate::recipe::raw::{self, Entries, Key};
use crate::source::At;

/// The changes, each parameter changed in one way.
pub(super) fn parameters(raw: Option<&At<raw::Parameters>>, faults: &mut Faults) -> Parameters {
    let Some(raw) = raw.map(|at| &at.value) else { return Parameters::default() };
    let entries = |key: &Key<Entries>| key.given().map_or(Vec::new(), |entries| entries.value.0.clone());
    let (set, rename) = (entries(&raw.set), entries(&raw.rename));
    let drop = raw.drop.given().map_or(Vec::new(), |list| list.value.clone());
    let mut used: Vec<(At<String>, &str)> = Vec::new();
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
    }
    Parameters { set, rename, drop }
}

fn twice(second: &At<String>, how: &str, first: &At<String>, before: &str) -> Fault {
    let message = format!("the parameter `{}` is changed in two ways", second.value);
    let help =
        "keep one of the two; to give a new name and a new value, `drop` the old name and `set` the new one";
    against(Fault::new(Code::RecipeDuplicateName, message, help).at(&second.place, how), &first.place, before)
}
