//! A first recipe from a workflow: what the run shows is filled in, and what only a person can tell is a comment that says so.
//!
//! The text is compiled against the very evidence it was made of before it is given away; what still stands in its way, and in the way
//! of a plan, is told at its head.

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

use crate::error::{Code, Faults};
use crate::evidence::Evidence;
use crate::evidence::ledger::Flags;
use crate::evidence::snapshot::Lineage;
use crate::pipeline::{Compilation, Inputs, compile};
use crate::recipe::{self, WhenActive};
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
    let text = sections::write(&shown, &Standing::default());
    let standing = Standing::of(&text, &evidence);
    Ok(if standing.compiles() { text } else { sections::write(&shown, &standing) })
}

/// What a compile with the recipe comes to.
#[derive(Debug, Default)]
struct Standing {
    /// Why there are no manifests: faults of the recipe, or of what the run does not show.
    open: Faults,
    /// Why nothing is planned of this run, however right the recipe is.
    forbidden: Faults,
}

impl Standing {
    fn compiles(&self) -> bool {
        self.open.is_empty() && self.forbidden.is_empty()
    }

    /// Compiles the text against the run that it was made of.
    fn of(text: &str, evidence: &Evidence) -> Self {
        let recipe = match recipe::load(&Source::new("recipe.toml", text), &Alone) {
            Ok(recipe) => recipe,
            Err(open) => return Self { open, forbidden: Faults::new() },
        };
        let mut inputs = Inputs {
            recipe,
            evidence: Some(evidence.clone()),
            templates: Vec::new(),
            flags: Flags::default(),
        };
        let mut forbidden = match compile(&inputs) {
            Ok(compilation) => forbidden(compilation),
            Err(open) => return Self { open, forbidden: Faults::new() },
        };
        if forbidden.is_empty() {
            return Self::default();
        }
        // A plan that is forbidden has no manifests, and would hide what these lack.
        inputs.recipe.policy.max_failed_fraction = Factor::ONE;
        inputs.recipe.policy.active = WhenActive::Allow;
        match compile(&inputs) {
            Err(open) => Self { open, forbidden },
            Ok(compilation) => {
                // Raising the fraction would be no help where nothing runs again.
                if forbidden.iter().any(|fault| fault.code == Code::PlanStopLoss) {
                    forbidden.extend(self::forbidden(compilation));
                }
                Self { open: Faults::new(), forbidden }
            }
        }
    }
}

/// Why the plan may not run.
fn forbidden(compilation: Compilation) -> Faults {
    compilation.run.map(|run| run.plan.forbidden).unwrap_or_default()
}

#[cfg(test)]
mod tests;
