//! Stage 4: the plan. One decision an item, what each tier runs, how long it may take, and whether it may run at all.

mod base;
pub(crate) mod budget;
mod deadline;
mod decided;
mod facts;
mod growth;
mod ladder;
mod memory;
mod options;
mod pod;
mod rules;
mod sizing;
mod stand;
mod stop_loss;
mod strangers;
mod total;
mod variant;
mod words;

pub use base::{Base, Origin};
pub use deadline::{Allowance, DeadlinePlan, Queue, Source as AllowanceSource};
pub use ladder::{Ladder, TierResources};
pub use memory::Outside;
pub use options::Options;
pub use pod::PodRequest;
pub use rules::{Trace, choices};
pub use stand::{Spent, Stand, stand};
pub use stop_loss::StopLoss;
pub use variant::{DEADLINES, Variant, Variation, bound};
pub use words::{Tried, Unmet, line_in_log};

use std::collections::BTreeMap;

use crate::diagnose::{Diagnosis, ItemDiagnosis, Verdict};
use crate::error::{Code, Fault, Faults};
use crate::evidence::Evidence;
use crate::evidence::decisions::Entry;
use crate::evidence::snapshot::Workflow;
use crate::recipe::{OpenDecisions, Recipe, WhenActive};
use crate::units::{Index, Seconds, named, ranges};

/// What will run, and why.
#[derive(Debug, Clone)]
pub struct Plan {
    /// One decision for each item of the range, in natural order.
    pub decisions: Vec<Decision>,
    /// One entry for each tier of the recipe, in ladder order, also where it has nothing to run.
    pub tiers: Vec<TierPlan>,
    /// Items that run again and had more memory than any tier that they are known to have been in.
    pub outside: BTreeMap<Index, Outside>,
    /// Templates of tiers that differ for the items of one rule; only those that an item runs.
    pub variants: Vec<Variant>,
    /// The Workflow's deadline and how it came about.
    pub deadline: DeadlinePlan,
    /// The stop-loss and what it counted.
    pub stop_loss: StopLoss,
    /// Why nothing may be written (exit 4); empty where the plan may run.
    pub forbidden: Faults,
    /// What a person should know about the plan.
    pub warnings: Vec<String>,
}

/// One item's fate.
#[derive(Debug, Clone)]
pub struct Decision {
    /// Which item.
    pub index: Index,
    /// What happens to it.
    pub fate: Fate,
}

/// What happens to an item.
#[derive(Debug, Clone, PartialEq)]
pub enum Fate {
    /// Nothing is left to do.
    Done,
    /// Nothing is left to do, because a person says so and whatever the evidence says.
    Settled(Because),
    /// It runs again.
    Retry(Retried),
    /// It would run again or wait for a person, but `--only` leaves it out.
    Deferred,
    /// It is left, for this reason.
    Skip(Because),
    /// A person must decide.
    Hold(Because),
    /// Its rule has nothing left to try.
    Exhausted(Because),
    /// Its workflow is still at it.
    Active,
}

impl Fate {
    /// Whether nothing is left to do.
    pub fn is_done(&self) -> bool {
        matches!(self, Self::Done | Self::Settled(_))
    }

    /// What becomes of it where `--only` leaves it out: nothing is done about it now, and nobody is asked.
    fn left_out(self) -> Self {
        match self {
            Self::Retry(_) | Self::Hold(_) => Self::Deferred,
            fate => fate,
        }
    }
}

/// Who decided, and the reason that was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Because {
    /// The rule's name, the policy's key, or `decision`.
    pub by: String,
    /// The reason in words.
    pub reason: String,
}

/// An item that runs again.
#[derive(Debug, Clone, PartialEq)]
pub struct Retried {
    /// The rule's name, the policy's key, or `decision`.
    pub by: String,
    /// The tier it was in, as a position in the recipe.
    pub from: usize,
    /// The tier it goes to.
    pub to: usize,
    /// How that tier was found, where its rule asked for a multiple of the memory that it had.
    pub sizing: Option<Box<str>>,
    /// What it needs that the tier's template does not give.
    pub variation: Option<Box<Variation>>,
    /// How long it may take.
    pub allowance: Option<Allowance>,
    /// Generations that this rule has spent on it, this one not counted.
    pub used: u32,
    /// Generations that the rule may spend; `None`: a person decided, and nothing is counted off.
    pub max_retries: Option<u32>,
}

/// What one tier runs.
#[derive(Debug, Clone)]
pub struct TierPlan {
    /// The tier, as a position in the recipe.
    pub tier: usize,
    /// The items, in natural order.
    pub items: Vec<Index>,
    /// What one of its pods requests.
    pub pod: PodRequest,
    /// Pods at once; `None`: no limit is written anywhere.
    pub parallelism: Option<u32>,
    /// Pods that would run at once without `caps.total`, where that lowers them.
    pub lowered_from: Option<u64>,
    /// How many items of the whole batch hold `concurrency.semaphore` at once.
    pub semaphore: Option<u32>,
    /// The largest allowance of its items.
    pub allowance: Option<Allowance>,
    /// ⌈items ÷ pods at once⌉.
    pub waves: u64,
    /// Waves × allowance.
    pub need: Option<Seconds>,
    /// The sum of the items' allowances.
    pub worst_case: Option<Seconds>,
}

impl TierPlan {
    /// Pods that can run at once.
    pub fn pods_at_once(&self) -> u64 {
        let limits = self.parallelism.into_iter().chain(self.semaphore);
        limits.map(u64::from).fold(self.items.len() as u64, u64::min)
    }
}

impl Plan {
    /// The variant of its tier's template that an item runs; `None`: it runs the tier's own.
    pub fn variant(&self, retried: &Retried) -> Option<&Variant> {
        retried.variation.as_ref()?;
        self.variants.iter().find(|variant| variant.tier == retried.to && variant.rule == retried.by)
    }
}

/// Decides every item and adds up what that takes.
///
/// # Errors
/// An item outside the range in `--only`, or an item whose tier cannot be told.
pub fn plan(
    recipe: &Recipe,
    evidence: &Evidence,
    diagnosis: &Diagnosis,
    ladder: &Ladder,
    options: &Options,
) -> Result<Plan, Faults> {
    let mut faults = Faults::new();
    let only = faults.take(options.only(recipe, diagnosis)).flatten();
    budget::check_record(recipe, evidence, &mut faults);
    let mut warnings = strangers::told(recipe, diagnosis);
    let decided = faults.take(decided::check(recipe, evidence, diagnosis, &mut warnings)).unwrap_or_default();
    let mut decisions = Vec::new();
    for item in &diagnosis.items {
        let by_person = decided.about(&item.index);
        match rules::decide(recipe, evidence, diagnosis, ladder, options, by_person, item) {
            Ok(fate) => {
                let is_left_out = only.as_ref().is_some_and(|only| !only.contains(&item.index));
                let fate = if is_left_out { fate.left_out() } else { fate };
                decisions.push(Decision { index: item.index.clone(), fate });
            }
            Err(fault) => faults.push(fault),
        }
    }
    faults.or(())?;
    let mut tiers = deadline::tiers(recipe, evidence, &decisions);
    pod::fill(recipe, evidence, ladder, &decisions, &mut tiers);
    let fits = total::lower(recipe, ladder, &mut tiers, &mut warnings);
    deadline::needs(&mut tiers, &decisions);
    warnings.extend(decided::told(recipe, &decided, &decisions));
    let outside = memory::of_all(recipe, evidence, ladder, diagnosis, &decisions);
    warnings.extend(memory::told(recipe, &outside, &decisions));
    let deadline = deadline::deadline(recipe, evidence, &tiers, &mut warnings);
    let stop_loss = stop_loss::count(recipe, diagnosis, ladder, evidence, &decisions);
    let mut forbidden = forbidden(recipe, evidence, diagnosis, &decisions, &stop_loss);
    if let (true, Err(fault)) = (forbidden.is_empty(), fits) {
        forbidden.push(fault);
    }
    let variants = variant::variants(ladder, &decisions);
    Ok(Plan { decisions, tiers, outside, variants, deadline, stop_loss, forbidden, warnings })
}

/// Which rules were asked about an item, and on which word each failed.
pub fn trace(
    recipe: &Recipe,
    evidence: &Evidence,
    diagnosis: &Diagnosis,
    ladder: &Ladder,
    options: &Options,
    item: &ItemDiagnosis,
) -> Trace {
    rules::trace(recipe, evidence, ladder, options, decision_about(evidence, diagnosis, item), item)
}

/// The decision of a person that speaks for an item; an item that is done needs none.
pub fn decision_about<'a>(
    evidence: &'a Evidence,
    diagnosis: &Diagnosis,
    item: &ItemDiagnosis,
) -> Option<&'a Entry> {
    let failed = matches!(item.verdict, Verdict::Failed(_));
    let decisions = evidence.decisions.as_ref().filter(|_| failed)?;
    decisions.about(&item.index, &diagnosis.range(), evidence.lineage.parent())
}

/// What forbids the plan, the first reason first; a reason that only follows from another is not told.
fn forbidden(
    recipe: &Recipe,
    evidence: &Evidence,
    diagnosis: &Diagnosis,
    decisions: &[Decision],
    stop_loss: &StopLoss,
) -> Faults {
    let parent = evidence.lineage.parent();
    let complete = decisions.iter().all(|decision| decision.fate.is_done());
    if complete {
        return Faults::new();
    }
    if !diagnosis.upstream.is_empty() {
        return upstream_faults(diagnosis);
    }
    let active: Vec<&Workflow> = evidence.lineage.active().collect();
    if !active.is_empty() && recipe.policy.active == WhenActive::Block {
        let still =
            active.iter().map(|workflow| format!("workflow {} is still {}", workflow.name, workflow.phase));
        return Fault::new(
            Code::PlanActive,
            still.collect::<Vec<_>>().join(", "),
            "wait for the end and take a new snapshot, or allow retries of finished items beside it: `[policy] active = \"allow\"`",
        )
        .into();
    }
    let lineage = &evidence.lineage;
    if let Some(later) = evidence.ledger.past(&lineage.root().name, lineage.next_generation()) {
        return budget::past(parent, later).into();
    }
    if stop_loss.is_exceeded() {
        return stop_loss.fault(recipe).into();
    }
    let held: Vec<&Index> = of(decisions, |fate| matches!(fate, Fate::Hold(_)));
    if !held.is_empty() && recipe.policy.open_decisions == OpenDecisions::Block {
        return Fault::new(
            Code::PlanOpenDecisions,
            format!("open decisions block the plan: {}", named(&recipe.items.noun, held)),
            "the report ends with a decisions.toml to fill in; or write a rule that decides it, or plan the rest without it: `[policy] open-decisions = \"allow\"`",
        )
        .into();
    }
    if of(decisions, |fate| matches!(fate, Fate::Retry(_))).is_empty() {
        return nothing_retryable(&recipe.items.noun, decisions).into();
    }
    Faults::new()
}

/// One fault for each task above the fan-outs that failed, where what is left to do waits for nothing else.
pub(crate) fn upstream_faults(diagnosis: &Diagnosis) -> Faults {
    let none_began = !diagnosis.items.iter().any(|item| matches!(item.verdict, Verdict::Done { .. }));
    let why = if none_began { "no item began" } else { "what is left never began" };
    let mut faults = Faults::new();
    for task in &diagnosis.upstream {
        faults.push(Fault::new(
            Code::PlanUpstream,
            format!("task {} of {} ended {} before the fan-out: {}", task.task, task.workflow, task.phase, task.message),
            format!("mend what that task complains of and run the pipeline again; {why}, so there is nothing to retry"),
        ));
    }
    faults
}

/// Why nothing runs although something is open. What `--only` leaves out is nobody's fault.
fn nothing_retryable(noun: &str, decisions: &[Decision]) -> Fault {
    let open: Vec<&Index> = of(decisions, |fate| !fate.is_done());
    let deferred: Vec<&Index> = of(decisions, |fate| matches!(fate, Fate::Deferred));
    let (are, any) = if open.len() == 1 { ("is", "it") } else { ("are", "any of them") };
    let open_items = named(noun, open.iter().copied());
    let (why, help) = match deferred.len() {
        0 => (
            format!("nothing retries {any}"),
            "the report says why for each; mend that, or write a rule that retries what should run again",
        ),
        all if all == open.len() => (
            format!("--only leaves {} out", if all == 1 { "it" } else { "them all" }),
            "name one of them in --only, or compile without it",
        ),
        _ => (
            format!("--only leaves out {}, and nothing retries the rest", ranges(deferred)),
            "compile without --only, or name others; the report says of the rest why nothing retries it",
        ),
    };
    Fault::new(Code::PlanNothingRetryable, format!("{open_items} {are} incomplete, and {why}"), help)
}

/// The items whose fate is such.
fn of(decisions: &[Decision], such: impl Fn(&Fate) -> bool) -> Vec<&Index> {
    decisions.iter().filter(|decision| such(&decision.fate)).map(|decision| &decision.index).collect()
}

/// The judgement of an item that failed.
fn judgement(item: &ItemDiagnosis) -> Option<&crate::diagnose::Judgement> {
    match &item.verdict {
        Verdict::Failed(judgement) => Some(judgement),
        Verdict::Done { .. } | Verdict::Active => None,
    }
}
