//! A first recipe from a workflow: what the run shows is filled in, and what only a person can tell is a comment that says so.
//!
//! The text is compiled against the very evidence it was made of before it is given away; what still stands in its way is told at
//! its head.

mod collector;
mod endings;
mod items;
mod ladder;
mod page;
mod sections;

use collector::Collector;
use endings::{Alone, Endings};
use items::Items;
use ladder::Rungs;

use crate::error::Faults;
use crate::evidence::Evidence;
use crate::evidence::ledger::Flags;
use crate::evidence::snapshot::Lineage;
use crate::pipeline::{Inputs, compile};
use crate::recipe;
use crate::source::Source;
use crate::units::Factor;

/// What the run shows, for the sections of the recipe.
struct Shown<'a> {
    lineage: &'a Lineage,
    files: &'a [String],
    items: Items,
    rungs: Rungs,
    endings: Endings,
    collectors: Vec<Collector>,
}

/// The text of a recipe for the pipeline of a lineage; `files` are the paths of its snapshots as the recipe is to name them.
///
/// # Errors
/// [`crate::error::Code::SnapshotNoFanOut`] where the root has no fan-out to write a recipe about.
pub fn first_recipe(lineage: Lineage, files: &[String]) -> Result<String, Faults> {
    let evidence = Evidence::from(lineage);
    let lineage = &evidence.lineage;
    let items = items::find(lineage)?;
    let shown = Shown {
        lineage,
        files,
        rungs: ladder::find(lineage, &items),
        endings: Endings::of(&items, &evidence),
        collectors: collector::find(lineage.root(), &items),
        items,
    };
    let text = sections::write(&shown, &Faults::new());
    Ok(match compiles(&text, &evidence) {
        Ok(()) => text,
        Err(open) => sections::write(&shown, &open),
    })
}

/// Whether the recipe compiles as it stands. A plan that is forbidden is no fault of the recipe; the stop-loss is left out, so that it
/// does not hide what the manifests would lack.
fn compiles(text: &str, evidence: &Evidence) -> Result<(), Faults> {
    let mut recipe = recipe::load(&Source::new("recipe.toml", text), &Alone)?;
    recipe.policy.max_failed_fraction = Factor::ONE;
    let inputs =
        Inputs { recipe, evidence: Some(evidence.clone()), templates: Vec::new(), flags: Flags::default() };
    compile(&inputs).map(|_| ())
}

#[cfg(test)]
mod tests;
