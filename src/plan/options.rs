//! Flags that change the plan, and what they mean for this recipe and run.

use std::collections::BTreeSet;

use crate::diagnose::Diagnosis;
use crate::error::{Code, Fault, Faults};
use crate::evidence::ledger::Flags;
use crate::recipe::Recipe;
use crate::units::{Index, Selection, name, named, ranges};

/// Flags that change the plan.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// `--only`: plan these items, defer the others.
    pub only: Option<Selection>,
    /// `--retry-unknown`: items that no rule matched run once more in their tier.
    pub retry_unknown: bool,
    /// `--min-tier`: what is retried goes at least to this tier, a position in the recipe.
    pub min_tier: Option<usize>,
}

impl Options {
    /// The options that flags mean.
    ///
    /// # Errors
    /// [`Code::CliUnknownName`] where `--min-tier` is no tier.
    pub fn of(recipe: &Recipe, flags: &Flags) -> Result<Self, Fault> {
        let only = flags.only.as_ref().map(|text| Selection::new([text]));
        let min_tier = flags.min_tier.as_ref().map(|wanted| tier(recipe, wanted)).transpose()?;
        Ok(Self { only, retry_unknown: flags.retry_unknown, min_tier })
    }

    /// The items that `--only` names, if it was typed.
    ///
    /// # Errors
    /// [`Code::CliOnlyOutsideRange`] where it is no list of items, or names one that the range does not have.
    pub(super) fn only(
        &self,
        recipe: &Recipe,
        diagnosis: &Diagnosis,
    ) -> Result<Option<BTreeSet<Index>>, Faults> {
        let Some(written) = &self.only else { return Ok(None) };
        let range = diagnosis.range();
        let only = written.among(&range).map_err(|why| {
            let text = written.texts().join(",");
            Fault::new(
                Code::CliOnlyOutsideRange,
                format!("--only {text}: {why}"),
                "write items and ranges: 5,28-31",
            )
        })?;
        let outside: Vec<&Index> = only.iter().filter(|index| !range.contains(index)).collect();
        if !outside.is_empty() {
            let is = if outside.len() == 1 { "is" } else { "are" };
            return Err(Fault::new(
                Code::CliOnlyOutsideRange,
                format!("--only names {}, which {is} not in the range", named(&recipe.items.noun, outside)),
                format!("the range is {}", ranges(range)),
            )
            .into());
        }
        Ok(Some(only))
    }
}

/// The position of the tier that `--min-tier` names.
fn tier(recipe: &Recipe, wanted: &str) -> Result<usize, Fault> {
    let names: Vec<&str> = recipe.tiers.iter().map(|tier| tier.name.value.as_str()).collect();
    names.iter().position(|name| *name == wanted).ok_or_else(|| {
        let meant = name::nearest(wanted, names.iter().copied());
        let meant = meant.map_or(String::new(), |near| format!("write `--min-tier {near}`; "));
        Fault::new(
            Code::CliUnknownName,
            format!("--min-tier names {wanted}, which is no tier of {}", recipe.source.name()),
            format!("{meant}the tiers are {}", names.join(", ")),
        )
    })
}
