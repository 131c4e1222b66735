//! The parts of an item's output: which the run was asked for, and which are there.

use std::collections::BTreeSet;

use globset::GlobMatcher;

use super::{filled, glob};
use crate::error::Fault;
use crate::evidence::snapshot::Workflow;
use crate::recipe::{Outputs, Recipe};
use crate::units::Index;
use crate::units::name::meant;

/// The parts that the root was asked for, in its order.
pub fn of_root(outputs: &Outputs, root: &Workflow) -> Vec<String> {
    let Some(parts) = &outputs.parts else { return Vec::new() };
    let parameters = root.parameters();
    let text = parts.from_parameter.iter().find_map(|name| {
        parameters
            .iter()
            .find(|parameter| parameter.name == name.value)
            .and_then(|parameter| parameter.value.clone())
    });
    let mut seen = BTreeSet::new();
    text.unwrap_or_default()
        .split(parts.split.as_str())
        .map(str::trim)
        .filter(|part| !part.is_empty() && seen.insert((*part).to_owned()))
        .map(str::to_owned)
        .collect()
}

/// Of the run's parts those that are there and those that are not; `is_there` looks for the file of one.
///
/// # Errors
/// A pattern that is no glob once an index and a part are put in.
pub(super) fn in_files(
    outputs: &Outputs,
    of_run: &[String],
    index: &Index,
    is_there: &dyn Fn(&GlobMatcher) -> bool,
) -> Result<(Vec<String>, Vec<String>), Fault> {
    let (mut present, mut missing) = (Vec::new(), Vec::new());
    let Some(parts) = &outputs.parts else { return Ok((present, missing)) };
    for part in of_run {
        let text = filled(&parts.file, index, Some(part))?;
        let pattern = glob(&text, &parts.file.written().place)?.compile_matcher();
        if is_there(&pattern) { &mut present } else { &mut missing }.push(part.clone());
    }
    Ok((present, missing))
}

/// Rules that ask for a part which this run was never asked for: only here is it known which parts there are.
pub(super) fn unknown(recipe: &Recipe, root: &Workflow) -> Vec<String> {
    let Some(outputs) = recipe.outputs.as_ref().filter(|outputs| outputs.parts.is_some()) else {
        return Vec::new();
    };
    let known = of_root(outputs, root);
    let mut told = Vec::new();
    for rule in &recipe.rules {
        for part in rule.when.missing_parts.iter().chain(&rule.when.present_parts) {
            if !known.contains(part) {
                let list = if known.is_empty() { "no parts".to_owned() } else { known.join(", ") };
                let meant = meant(part, known.iter().map(String::as_str));
                told.push(format!(
                    "the rule {} asks for the part {part}, and the run has {list}: {meant}it never matches by that part",
                    rule.name.value
                ));
            }
        }
    }
    told
}
