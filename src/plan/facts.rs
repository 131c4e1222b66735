//! What rules look at in one item, in the generation at hand or in an earlier one.

use std::num::{NonZeroU8, NonZeroU32};

use super::Ladder;
use crate::diagnose::{Attempt, ItemDiagnosis, ItemOutputs, NodeFacts, Past};
use crate::evidence::Evidence;
use crate::recipe::{Cause, Recipe};
use crate::units::{Index, Seconds};

/// The facts of one item.
#[derive(Clone)]
pub(super) struct Facts<'a> {
    /// Why it is not done.
    pub(super) cause: Cause,
    /// Its last attempt; `None`: it has no node.
    pub(super) last: Option<Attempt>,
    /// What lies in its directories; `None`: there is no scan.
    pub(super) outputs: Option<&'a ItemOutputs>,
    /// Which item.
    pub(super) index: &'a Index,
    /// The name of the tier it was in; `None`: that cannot be told.
    pub(super) tier: Option<&'a str>,
    /// The generation that its node ran in; the root is 1.
    pub(super) generation: Option<NonZeroU32>,
}

impl<'a> Facts<'a> {
    /// The facts of an item that failed for this cause.
    pub(super) fn now(
        recipe: &'a Recipe,
        evidence: &Evidence,
        ladder: &Ladder,
        item: &'a ItemDiagnosis,
        cause: Cause,
    ) -> Self {
        Self::at(recipe, evidence, ladder, item, item.judged(), cause)
    }

    /// What an earlier generation saw of the item. What lay in its directories then is not known; what lies there now comes nearest.
    pub(super) fn then(
        recipe: &'a Recipe,
        evidence: &Evidence,
        ladder: &Ladder,
        item: &'a ItemDiagnosis,
        past: &Past,
    ) -> Self {
        Self::at(recipe, evidence, ladder, item, past.node.as_ref(), past.judgement.cause)
    }

    fn at(
        recipe: &'a Recipe,
        evidence: &Evidence,
        ladder: &Ladder,
        item: &'a ItemDiagnosis,
        node: Option<&NodeFacts>,
        cause: Cause,
    ) -> Self {
        let tier = ladder.tier_at(recipe, evidence, &item.index, node).ok();
        let ran = node.map(|node| evidence.lineage.generations()[node.position].generation());
        let generation = ran.and_then(|generation| u32::try_from(generation).ok());
        Self {
            cause,
            last: node.map(NodeFacts::last),
            outputs: item.outputs.as_ref(),
            index: &item.index,
            tier: tier.map(|tier| recipe.tiers[tier].name.value.as_str()),
            generation: generation.and_then(NonZeroU32::new),
        }
    }

    /// The same facts, as if the cause were another.
    pub(super) fn as_if(&self, cause: Cause) -> Self {
        Self { cause, ..self.clone() }
    }

    /// The exit code of the last attempt.
    pub(super) fn code(&self) -> Option<i32> {
        self.last.as_ref().and_then(|attempt| attempt.exit_code)
    }

    /// Its exit code, if that is one of a program that failed.
    pub(super) fn failing_code(&self) -> Option<NonZeroU8> {
        self.code().and_then(|code| u8::try_from(code).ok()).and_then(NonZeroU8::new)
    }

    /// Whether the last attempt began.
    pub(super) fn has_run(&self) -> bool {
        self.last.as_ref().is_some_and(Attempt::has_run)
    }

    /// How long the last attempt lasted, if it began.
    pub(super) fn length(&self) -> Option<Seconds> {
        self.last.as_ref().filter(|last| last.has_run()).and_then(Attempt::length)
    }
}
