//! The deadline arithmetic: what each item may take, what each tier needs, what the Workflow gets.

use super::{Decision, Fate, Ladder, PodRequest, Retried, TierPlan};
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
    /// The parent's own; `None`: it has none.
    pub parent: Option<Seconds>,
    /// What it would be without `[caps] deadline`, where that cuts it.
    pub capped_from: Option<Seconds>,
    /// What the tiers wait for each other; it comes on top of the largest need.
    pub queue: Option<Queue>,
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

/// What each tier of the recipe runs; what it needs is told once its pods at once are settled ([`needs`]).
pub(super) fn tiers(recipe: &Recipe, evidence: &Evidence, decisions: &[Decision]) -> Vec<TierPlan> {
    let inherited = inherited_parallelism(evidence);
    let semaphore = recipe.semaphore.as_ref().map(|semaphore| semaphore.limit);
    let plan = |(tier, declared): (usize, &crate::recipe::Tier)| TierPlan {
        tier,
        items: of_tier(decisions, tier).map(|(decision, _)| decision.index.clone()).collect(),
        pod: PodRequest::default(),
        parallelism: declared.parallelism.or(inherited),
        lowered_from: None,
        semaphore,
        allowance: None,
        waves: 0,
        need: None,
        worst_case: None,
    };
    recipe.tiers.iter().enumerate().map(plan).collect()
}

/// The items that go to a tier.
fn of_tier(decisions: &[Decision], tier: usize) -> impl Iterator<Item = (&Decision, &Retried)> {
    decisions.iter().filter_map(move |decision| match &decision.fate {
        Fate::Retry(retried) if retried.to == tier => Some((decision, retried)),
        _ => None,
    })
}

/// How long each tier may take with the pods that it runs at once.
pub(super) fn needs(tiers: &mut [TierPlan], decisions: &[Decision]) {
    for tier in tiers {
        let retried = || of_tier(decisions, tier.tier).map(|(_, retried)| retried);
        let lengths = retried().map(|retried| retried.allowance.map(|allowance| allowance.length));
        tier.worst_case = lengths.reduce(|sum, length| Some(sum?.and(length?))).flatten();
        tier.allowance =
            retried().filter_map(|retried| retried.allowance).max_by_key(|allowance| allowance.length);
        tier.waves = (tier.items.len() as u64).div_ceil(tier.pods_at_once().max(1));
        tier.need = tier.allowance.map(|allowance| allowance.length.repeated(tier.waves));
    }
}

/// The wait of tiers for each other, where the semaphore lets fewer items run than they have pods.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Queue {
    /// The items of all tiers.
    pub items: u64,
    /// How many of them hold the semaphore at once.
    pub limit: u32,
    /// ⌈items ÷ limit⌉ × the largest allowance: no item waits longer for the others.
    pub wait: Seconds,
}

/// `None` where each tier can run its pods whatever the others do.
fn queue(tiers: &[TierPlan]) -> Option<Queue> {
    let limit = tiers.iter().find_map(|tier| tier.semaphore)?;
    let pods: u64 = tiers.iter().map(TierPlan::pods_at_once).sum();
    let items: u64 = tiers.iter().map(|tier| tier.items.len() as u64).sum();
    let longest = tiers.iter().filter_map(|tier| tier.allowance).map(|allowance| allowance.length).max()?;
    let wait = longest.repeated(items.div_ceil(u64::from(limit)));
    (pods > u64::from(limit)).then_some(Queue { items, limit, wait })
}

/// The parent's `parallelism`. A retry that we emitted has it on its tiers and not on its spec, so the newest generation that has
/// one says it.
fn inherited_parallelism(evidence: &Evidence) -> Option<u32> {
    let generations = evidence.lineage.generations().iter().rev();
    let said = generations.filter_map(|workflow| workflow.spec.get("parallelism")?.as_u64());
    said.filter_map(|limit| u32::try_from(limit).ok()).find(|limit| *limit > 0)
}

/// max(base, every tier's need and the wait for the semaphore), up to the hour, at most the cap.
///
/// The wait is a bound: while an item waits, either all that the semaphore allows run, which lasts ⌈items ÷ limit⌉ allowances at
/// most, or its tier's pods all run, which is the tier's own need.
pub(super) fn deadline(
    recipe: &Recipe,
    evidence: &Evidence,
    tiers: &[TierPlan],
    warnings: &mut Vec<String>,
) -> DeadlinePlan {
    let parent = evidence.lineage.parent();
    let (floor, own) = (recipe.deadline.as_ref().map(|floor| floor.value), parent.active_deadline());
    let queue = queue(tiers);
    let none = DeadlinePlan { base: floor.or(own), parent: own, value: None, capped_from: None, queue };
    let Some(base) = none.base else { return none };
    let wait = |need: Seconds| queue.map_or(need, |queue| need.and(queue.wait));
    let need = tiers.iter().filter_map(|tier| tier.need).max().map(wait);
    let wanted = need.map_or(base, |need| need.max(base)).up_to_hour();
    let Some(cap) = recipe.caps.deadline.as_ref().map(|cap| cap.value).filter(|cap| wanted > *cap) else {
        return DeadlinePlan { value: Some(wanted), ..none };
    };
    let whose = if floor.is_some() { "deadline.workflow" } else { "the parent's deadline" };
    warnings.push(match need.map(Seconds::up_to_hour) {
        Some(need) if need > cap => {
            format!("the plan needs {need}, but caps.deadline is {cap}: some of it may be cut")
        }
        Some(need) => {
            format!("{whose} is {base}, but caps.deadline is {cap}: enough for the plan, which needs {need}")
        }
        None => format!("{whose} is {base}, but caps.deadline is {cap}: what takes longer is cut"),
    });
    DeadlinePlan { value: Some(cap), capped_from: Some(wanted), ..none }
}
