//! `[outputs]`.

use super::naming::differs;
use super::pattern::{glob, glob_template};
use super::value::{PARAMETER, name, not_empty};
use crate::error::{Code, Fault, Faults};
use crate::recipe::{Outputs, Parts, Since, raw, scope};
use crate::source::At;

/// When an item's outputs are complete.
pub(super) fn outputs(raw: &raw::Outputs, faults: &mut Faults) -> Option<Outputs> {
    let directory = raw.directory.given().and_then(|text| glob_template(text, scope::DIRECTORY, faults));
    // In one directory for all, one complete item would make every item done.
    let example = "trait_<< index | pad(3) >>_*";
    if let Some(directory) = &directory {
        differs(directory, "index", "every item has this same directory", example, faults);
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
            marker(file, faults);
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

/// A file that says that an item is complete. It is found below the item's own directory, so nothing is put in.
fn marker(file: &At<String>, faults: &mut Faults) {
    if file.value.contains("<<") {
        let message = "nothing is put into the patterns of `complete-when`";
        let help = "they are looked for below `directory`, where the index is; write `*` for what differs";
        faults.push(Fault::new(Code::RecipeBadPattern, message, help).at(&file.place, "taken as it is"));
        return;
    }
    glob(&file.value, &file.place, faults);
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
    if let Some(file) = &file {
        differs(file, "part", "every part has this same file", "results.<< part >>.*", faults);
    }
    Some(Parts { from_parameter: from?.value.clone(), split: raw.split.or(",".to_owned()), file: file? })
}
