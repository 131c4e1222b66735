//! `[inputs]`, and how a path is resolved.

use crate::error::{Code, Fault, Faults};
use crate::recipe::raw::{self, Key};
use crate::recipe::{Inputs, path};
use crate::source::At;

/// The paths, as they are to be opened.
pub(super) fn inputs(raw: Option<&At<raw::Inputs>>, faults: &mut Faults) -> Inputs {
    let Some(raw) = raw else { return Inputs::default() };
    let mut paths = |list: &Key<Vec<At<String>>>| -> Vec<At<String>> {
        let written = list.given().into_iter().flat_map(|list| &list.value);
        written.filter_map(|path| resolved(path, faults)).collect()
    };
    let (workflow, scan, templates) =
        (paths(&raw.value.workflow), paths(&raw.value.scan), paths(&raw.value.templates));
    let mut path = |key: &Key<String>| key.given().and_then(|path| resolved(path, faults));
    let (usage, logs) = (path(&raw.value.usage), path(&raw.value.logs));
    Inputs { workflow, scan, templates, usage, logs, decisions: path(&raw.value.decisions) }
}

/// A path as seen from where the program runs: relative to the file that it was written in, be that the recipe or one it extends.
pub(in crate::recipe) fn resolved(written: &At<String>, faults: &mut Faults) -> Option<At<String>> {
    if written.value.is_empty() {
        let help = "write a path relative to this file; `.` is the folder of this file";
        faults.push(Fault::new(Code::RecipeBadName, "this path is empty", help).at(&written.place, "empty"));
        return None;
    }
    let file = written.place.source().name().to_owned();
    Some(written.clone().map(|text| path::beside(&file, &text)))
}
