//! The deadline arithmetic: what each item may take, what each tier needs, what the Workflow gets (design, section 6).

use super::{Decision, Fate, Ladder, Retried, TierPlan};
use crate::diagnose::{Diagnosis, Judgement};
use crate::evidence::Evidence;
use crate::recipe::{Recipe, Retry};
use crate::units::{Factor, Seconds};

/// How long one item may take, and where the number comes from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Allowance {
    /// The length.
    pub length: Seconds,
    /// Its origin.
    pub source: Source,
}

impl Allowance {
    /// Where it is the template's, the longer deadline of a variant of that template.
    pub(super) fn at_least(self, longer: Option<Seconds>) -> Self {
        match (self.source, longer) {
            (Source::Template, Some(longer)) => Self { length: self.length.max(longer), ..self },
            _ => self,
        }
    }
}

/// Where an allowance comes from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Source {
    /// The rule's factor times the deadline that cut it.
    Factor {
        /// `deadline-factor`.
        factor: Factor,
        /// The deadline that cut it.
        cut: Seconds,
    },
    /// The deadline of the tier's template.
    Template,
    /// 1.5 times the longest attempt of the lineage that ended by itself.
    Longest(Seconds),
    /// `caps.deadline`, which is less than the item would otherwise get.
    Cap(Seconds),
}

/// What a retry may take longer than the longest attempt that ended by itself.
const MARGIN: Factor = Factor::ONE_AND_A_HALF;

/// The Workflow's deadline.
#[derive(Debug, Clone)]
pub struct DeadlinePlan {
    /// `[deadline] workflow`, else the parent's; `None`: neither has one, and neither has the retry.
    pub base: Option<Seconds>,
    /// What goes into `activeDeadlineSeconds`.
    pub value: Option<Seconds>,
    /// What it would be without `[caps] deadline`, where that cuts it.
    pub capped_from: Option<Seconds>,
}

/// An item's allowance in the tier it goes to; `None` where nothing bounds it.
pub(super) fn allowance(
    diagnosis: &Diagnosis,
    ladder: &Ladder,
    retry: &Retry,
    failed: &Judgement,
    to: usize,
) -> Option<Allowance> {
    if let (Some(factor), Some(cut)) = (retry.deadline_factor, failed.cut_by) {
        let source = Source::Factor { factor, cut: cut.length };
        return Some(Allowance { length: cut.length.times(factor), source });
    }
    if let Some(length) = ladder.resources(to).deadline {
        return Some(Allowance { length, source: Source::Template });
    }
    let longest = diagnosis.longest_by_itself?;
    Some(Allowance { length: longest.times(MARGIN), source: Source::Longest(longest) })
}

/// What each tier of the recipe runs.
pub(super) fn tiers(recipe: &Recipe, evidence: &Evidence, decisions: &[Decision]) -> Vec<TierPlan> {
    let inherited = inherited_parallelism(evidence);
    let plan = |(tier, declared): (usize, &crate::recipe::Tier)| {
        let here: Vec<(&Decision, &Retried)> = decisions
            .iter()
            .filter_map(|decision| match &decision.fate {
                Fate::Retry(retried) if retried.to == tier => Some((decision, retried)),
                _ => None,
            })
            .collect();
        let lengths = || here.iter().map(|(_, retried)| retried.allowance.map(|allowance| allowance.length));
        let allowances = here.iter().filter_map(|(_, retried)| retried.allowance);
        let allowance = allowances.max_by_key(|allowance| allowance.length);
        let parallelism = declared.parallelism.or(inherited);
        let items = here.len() as u64;
        let waves = parallelism.map_or(items.min(1), |limit| items.div_ceil(u64::from(limit)));
        TierPlan {
            tier,
            items: here.iter().map(|(decision, _)| decision.index.clone()).collect(),
            parallelism,
            allowance,
            waves,
            need: allowance.map(|allowance| allowance.length.repeated(waves)),
            worst_case: lengths().reduce(|sum, length| Some(sum?.and(length?))).flatten(),
        }
    };
    recipe.tiers.iter().enumerate().map(plan).collect()
}

/// The parent's `parallelism`. A retry that we emitted has it on its tiers and not on its spec, so the newest generation that has
/// one says it.
fn inherited_parallelism(evidence: &Evidence) -> Option<u32> {
    let generations = evidence.lineage.generations().iter().rev();
    let said = generations.filter_map(|workflow| workflow.spec.get("parallelism")?.as_u64());
    said.filter_map(|limit| u32::try_from(limit).ok()).find(|limit| *limit > 0)
}

/// max(base, every tier's need), up to the hour, at most the cap.
pub(super) fn deadline(
    recipe: &Recipe,
    evidence: &Evidence,
    tiers: &[TierPlan],
    warnings: &mut Vec<String>,
) -> DeadlinePlan {
    let parent = evidence.lineage.parent();
    let base = recipe.deadline.as_ref().map(|floor| floor.value).or_else(|| parent.active_deadline());
    let Some(base) = base else { return DeadlinePlan { base: None, value: None, capped_from: None } };
    let wanted = tiers.iter().filter_map(|tier| tier.need).fold(base, Seconds::max).up_to_hour();
    match recipe.caps.deadline.as_ref().map(|cap| cap.value).filter(|cap| wanted > *cap) {
        Some(cap) => {
            warnings
                .push(format!("the plan needs {wanted}, but caps.deadline is {cap}: some of it may be cut"));
            DeadlinePlan { base: Some(base), value: Some(cap), capped_from: Some(wanted) }
        }
        None => DeadlinePlan { base: Some(base), value: Some(wanted), capped_from: None },
    }
}
