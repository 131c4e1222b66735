//! The ladder once the templates of its tiers are known: no tier takes an item to less memory, and none is above the cap.
//!
//! What a recipe writes is checked with the recipe; this is about what only the cluster's templates say.

use super::Ladder;
use crate::error::{Code, Fault, Faults};
use crate::recipe::{Recipe, Tier, TierForm, against};
use crate::source::{At, Place};
use crate::units::Memory;

/// A tier whose memory is known: its limit, or its request where it has no limit.
#[derive(Clone, Copy)]
struct Size<'a> {
    tier: &'a Tier,
    memory: &'a Memory,
    /// Where the tier itself writes that; `None`: its template has it.
    written: Option<&'a At<Memory>>,
    /// Whose it is where the tier does not write it: `gapit3-gwas-single-trait, as the run stored it`.
    template: &'a str,
}

impl Size<'_> {
    fn place(&self) -> &Place {
        match (self.written, &self.tier.form) {
            (Some(written), _) => &written.place,
            (None, TierForm::Existing(name)) => &name.place,
            (None, TierForm::Derived(_)) => &self.tier.name.place,
        }
    }

    /// ` (gapit3-gwas-single-trait, as the run stored it)`; nothing where the recipe has the number itself.
    fn source(&self) -> String {
        if self.written.is_some() { String::new() } else { format!(" ({})", self.template) }
    }
}

/// Checks every tier whose memory is known against the largest below it, and against the cap.
pub(super) fn check(recipe: &Recipe, ladder: &Ladder, faults: &mut Faults) {
    let mut below: Option<Size<'_>> = None;
    for (position, tier) in recipe.tiers.iter().enumerate() {
        let Some(own) = size(ladder, position, tier) else { continue };
        if let Some(lower) = below.filter(|lower| !grows(own, *lower)) {
            faults.push(does_not_grow(own, lower));
        }
        if own.written.is_none() {
            above_cap(recipe, ladder, position, own, faults);
        }
        below = below.filter(|lower| lower.memory >= own.memory).or(Some(own));
    }
}

fn size<'a>(ladder: &'a Ladder, position: usize, tier: &'a Tier) -> Option<Size<'a>> {
    let resources = ladder.resources(position);
    let memory = resources.limit_memory.as_ref().or(resources.request_memory.as_ref())?;
    let written = match &tier.form {
        TierForm::Existing(_) => None,
        TierForm::Derived(changes) if resources.limit_memory.is_some() => changes.limit_memory.as_ref(),
        TierForm::Derived(changes) => changes.request_memory.as_ref(),
    };
    Some(Size { tier, memory, written, template: ladder.origin(position) })
}

/// A tier that writes its memory writes it to be larger. One that does not differs in something else, and must not be smaller.
fn grows(own: Size<'_>, lower: Size<'_>) -> bool {
    own.memory > lower.memory || own.memory == lower.memory && own.written.is_none()
}

fn does_not_grow(own: Size<'_>, lower: Size<'_>) -> Fault {
    let (name, below) = (&own.tier.name.value, &lower.tier.name.value);
    let is = if own.memory == lower.memory { "no more" } else { "less" };
    let message = format!(
        "the tier `{name}` has {} of memory{}, {is} than `{below}` below it with {}{}",
        own.memory,
        own.source(),
        lower.memory,
        lower.source()
    );
    let help = format!(
        "tiers stand in the order of their memory, smallest first: give `{name}` more than {}, move it, or remove it",
        lower.memory
    );
    let fault = Fault::new(Code::RecipeTierDoesNotGrow, message, help).at(own.place(), "does not grow");
    against(fault, lower.place(), "the tier below")
}

fn above_cap(recipe: &Recipe, ladder: &Ladder, position: usize, own: Size<'_>, faults: &mut Faults) {
    let Some(cap) = &recipe.caps.memory else { return };
    let resources = ladder.resources(position);
    let largest = [&resources.limit_memory, &resources.request_memory].into_iter().flatten().max();
    let Some(largest) = largest.filter(|largest| **largest > cap.value) else { return };
    let message = format!(
        "the tier `{}` has {largest}{}, above the cap of {}",
        own.tier.name.value,
        own.source(),
        cap.value
    );
    let help = "raise `caps.memory`, or name a template with less memory";
    let fault = Fault::new(Code::RecipeAboveCap, message, help).at(own.place(), "above the cap");
    faults.push(against(fault, &cap.place, "the cap"));
}
