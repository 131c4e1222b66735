//! `[outputs]`.

use super::pattern::{glob, glob_template};
use super::value::{PARAMETER, name, not_empty};
use crate::error::{Code, Fault, Faults};
use crate::recipe::{Outputs, Parts, Since, raw, scope};
use crate::source::At;

/// When an item's outputs are complete.
pub(super) fn outputs(raw: &raw::Outputs, faults: &mut Faults) -> Option<Outputs> {
    let directory = raw.directory.given().and_then(|text| glob_template(text, scope::DIRECTORY, faults));
    if let Some(directory) = &directory {
        differs_by_item(directory.written(), faults);
    }
    let complete_when = raw.complete_when.given();
    if let Some(list) = complete_when {
        not_empty(
            list,
            "complete-when",
            "name at least one file that is there only when an item is complete",
            faults,
        );
        for file in &list.value {
            glob(&file.value, &file.place, faults);
        }
    }
    let parts = raw.parts.given().map(|written| parts(&written.value, faults));
    Some(Outputs {
        directory: directory?,
        complete_when: complete_when?.value.clone(),
        min_bytes: raw.min_bytes.or(1),
        since: raw.since.or(Since::Root),
        parts: super::transposed(parts)?,
    })
}

/// A directory without the index is the same one for every item, and one complete item would make all of them done.
fn differs_by_item(directory: &At<String>, faults: &mut Faults) {
    if !directory.value.contains("index") {
        let message = "every item has this same directory";
        let help = "put the index in, such as \"trait_<< index | pad(3) >>_*\"";
        faults.push(
            Fault::new(Code::RecipeBadTemplate, message, help).at(&directory.place, "no `<< index >>`"),
        );
    }
}

fn parts(raw: &raw::Parts, faults: &mut Faults) -> Option<Parts> {
    let from = raw.from_parameter.given();
    if let Some(list) = from {
        not_empty(list, "from-parameter", "name the workflow parameter that holds the list of parts", faults);
        for parameter in &list.value {
            name(Some(parameter), &PARAMETER, faults);
        }
    }
    if let Some(split) = raw.split.given().filter(|split| split.value.is_empty()) {
        let fault = Fault::new(
            Code::RecipeWrongType,
            "`split` is empty",
            "write what stands between two parts, such as \",\"",
        );
        faults.push(fault.at(&split.place, "at least one character"));
    }
    let file = raw.file.given().and_then(|text| glob_template(text, scope::PART, faults));
    Some(Parts { from_parameter: from?.value.clone(), split: raw.split.or(",".to_owned()), file: file? })
}
