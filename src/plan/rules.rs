//! The rules: the first that matches decides; the policy speaks for the rest.

use super::deadline::{Allowance, Source};
use super::facts::Facts;
use super::memory::Outside;
use super::variant::{self, Unfit, Variation};
use super::words::{self, Tried};
use super::{Because, Fate, Ladder, Options, Retried, budget, deadline, decided, judgement, memory, sizing};
use crate::diagnose::{Diagnosis, ItemDiagnosis, Judgement, OutputState, Verdict};
use crate::error::Fault;
use crate::evidence::Evidence;
use crate::evidence::decisions::{Choice, Entry};
use crate::recipe::{Cause, OnCap, OomProbable, Recipe, Retry, RetryTier, Rule, Treatment, Unmatched};

/// What decides an item: a rule, or the policy in its place.
pub(super) struct Ruling<'a> {
    pub(super) by: String,
    pub(super) treatment: &'a Treatment,
}

/// Where an item stands: its last tier, its highest, what its rule has spent on it, and the tier it may not go below.
pub(super) struct Standing<'a> {
    pub(super) item: &'a ItemDiagnosis,
    pub(super) from: usize,
    pub(super) highest: usize,
    used: u32,
    /// How often it may be spent; `None`: a person's word is not counted off.
    most: Option<u32>,
    least: Option<usize>,
}

impl<'a> Standing<'a> {
    /// Nothing is counted off, and no floor is set.
    fn of(
        recipe: &Recipe,
        evidence: &Evidence,
        ladder: &Ladder,
        item: &'a ItemDiagnosis,
    ) -> Result<Self, Fault> {
        let from = ladder.tier_of(recipe, evidence, item)?;
        let highest = ladder.highest(recipe, evidence, item).max(from);
        Ok(Self { item, from, highest, used: 0, most: None, least: None })
    }
}

/// The policy's retry: the same tier, once.
static ONCE: Treatment = Treatment::Retry(Retry::once(RetryTier::Same));

/// Decides one item.
///
/// # Errors
/// Where the tier it was in cannot be told.
pub(super) fn decide(
    recipe: &Recipe,
    evidence: &Evidence,
    diagnosis: &Diagnosis,
    ladder: &Ladder,
    options: &Options,
    decided: Option<&Entry>,
    item: &ItemDiagnosis,
) -> Result<Fate, Fault> {
    let failed = match &item.verdict {
        Verdict::Done { .. } => return Ok(Fate::Done),
        Verdict::Active => return Ok(Fate::Active),
        Verdict::Failed(judgement) => judgement,
    };
    let go = |by: String, retry: &Retry, most: Option<u32>| -> Result<Fate, Fault> {
        let used = budget::used(recipe, evidence, ladder, item, &by);
        let place = Standing::of(recipe, evidence, ladder, item)?;
        let place = Standing { used, most, least: options.min_tier, ..place };
        Ok(send(recipe, (evidence, diagnosis), ladder, failed, by, retry, &place))
    };
    if let Some(entry) = decided {
        return by_decision(recipe, entry, go);
    }
    if let Some(held) = unplannable(item, failed) {
        return Ok(held);
    }
    match rule_for(recipe, options, &Facts::now(recipe, evidence, ladder, item, failed.cause)) {
        Err(fate) => Ok(fate),
        Ok(Ruling { by, treatment }) => match treatment {
            Treatment::Skip(reason) => Ok(Fate::Skip(Because { by, reason: reason.clone() })),
            Treatment::Hold(reason) => Ok(Fate::Hold(Because { by, reason: reason.clone() })),
            Treatment::Retry(retry) => go(by, retry, Some(retry.max_retries)),
        },
    }
}

/// What a person decided; no rule is asked, and no rule's budget binds it.
fn by_decision(
    recipe: &Recipe,
    entry: &Entry,
    go: impl FnOnce(String, &Retry, Option<u32>) -> Result<Fate, Fault>,
) -> Result<Fate, Fault> {
    let because = || Because { by: decided::BY.to_owned(), reason: entry.reason.clone() };
    match &entry.choice.value {
        Choice::Skip => Ok(Fate::Skip(because())),
        Choice::Done => Ok(Fate::Settled(because())),
        Choice::Retry(tier) => {
            let tier = decided::tier(recipe, &tier.value).unwrap_or(RetryTier::Same);
            go(because().by, &Retry::once(tier), None)
        }
    }
}

/// The tiers that a decision can send an item to, as it would name them: those of which the item does run again, and there.
/// None where no tier can take it.
pub fn choices(
    recipe: &Recipe,
    evidence: &Evidence,
    diagnosis: &Diagnosis,
    ladder: &Ladder,
    item: &ItemDiagnosis,
) -> Vec<String> {
    let (Some(failed), Ok(place)) = (judgement(item), Standing::of(recipe, evidence, ladder, item)) else {
        return Vec::new();
    };
    let runs = |word: &&str| {
        let Some(tier) = decided::tier(recipe, word) else { return false };
        let by = decided::BY.to_owned();
        match send(recipe, (evidence, diagnosis), ladder, failed, by, &Retry::once(tier), &place) {
            Fate::Retry(retried) => !matches!(tier, RetryTier::Named(named) if named != retried.to),
            _ => false,
        }
    };
    let tiers = recipe.tiers.iter().map(|tier| tier.name.value.as_str());
    ["next", "same"].into_iter().chain(tiers).filter(runs).map(str::to_owned).collect()
}

/// Items that no rule is asked about: nothing above them ran, or their outputs could not be read.
pub(super) fn unplannable(item: &ItemDiagnosis, failed: &Judgement) -> Option<Fate> {
    if let Some(held) = below_a_failed_task(failed, "upstream") {
        return Some(held);
    }
    let outputs = item.outputs.as_ref()?;
    let OutputState::Unreadable(what) = &outputs.state else { return None };
    let reason = format!("its outputs could not be read ({what}): make them readable and scan again");
    Some(Fate::Hold(Because { by: "scan".to_owned(), reason }))
}

fn below_a_failed_task(failed: &Judgement, by: &str) -> Option<Fate> {
    let reason = "a task above it failed, which is mended there and not retried here".to_owned();
    (failed.cause == Cause::Upstream).then(|| Fate::Hold(Because { by: by.to_owned(), reason }))
}

/// The first rule that matches, else what the policy says; a policy that only holds or skips is a fate already.
pub(super) fn rule_for<'a>(
    recipe: &'a Recipe,
    options: &Options,
    facts: &Facts<'_>,
) -> Result<Ruling<'a>, Fate> {
    let ruling = |rule: usize| {
        let rule: &'a Rule = &recipe.rules[rule];
        Ruling { by: rule.name.value.clone(), treatment: &rule.treatment }
    };
    if let Some(rule) = words::matched(&words::ask(recipe, facts)) {
        return Ok(ruling(rule));
    }
    let because = |by: &str, reason: &str| Because { by: by.to_owned(), reason: reason.to_owned() };
    if facts.cause == Cause::OomProbable && !options.retry_unknown {
        let by = "policy.oom-probable";
        return match recipe.policy.oom_probable {
            OomProbable::Oom => match words::matched(&words::ask(recipe, &facts.as_if(Cause::Oom))) {
                Some(rule) => Ok(ruling(rule)),
                None => Err(Fate::Hold(because(by, "to be treated as oom, but no rule matches oom"))),
            },
            OomProbable::Hold => Err(Fate::Hold(because(
                by,
                "killed with 137, and nothing says by whom: out of memory, or not?",
            ))),
            OomProbable::Skip => Err(Fate::Skip(because(by, "killed with 137, and nothing says by whom"))),
        };
    }
    let by = "policy.unmatched";
    match recipe.policy.unmatched {
        _ if options.retry_unknown => Ok(Ruling { by: by.to_owned(), treatment: &ONCE }),
        Unmatched::Retry => Ok(Ruling { by: by.to_owned(), treatment: &ONCE }),
        Unmatched::Hold => Err(Fate::Hold(because(by, "no rule matches it"))),
        Unmatched::Skip => Err(Fate::Skip(because(by, "no rule matches it"))),
    }
}

/// The name of what decides an item that looks so: a rule, or the policy's key.
pub(super) fn decider(recipe: &Recipe, facts: &Facts<'_>) -> String {
    match rule_for(recipe, &Options::default(), facts) {
        Ok(ruling) => ruling.by,
        Err(Fate::Hold(because) | Fate::Skip(because) | Fate::Exhausted(because)) => because.by,
        Err(_) => String::new(),
    }
}

/// A rule's retry for one item: where it goes, for how long, and whether there is anything left to try.
fn send(
    recipe: &Recipe,
    (evidence, diagnosis): (&Evidence, &Diagnosis),
    ladder: &Ladder,
    failed: &Judgement,
    by: String,
    retry: &Retry,
    place: &Standing<'_>,
) -> Fate {
    let Standing { item, from, used, most, least, .. } = *place;
    // What it needs from the task above is not there, whoever says that it is to run.
    if let Some(held) = below_a_failed_task(failed, &by) {
        return held;
    }
    if let Some(most) = most.filter(|most| used >= *most) {
        let reason = format!("{used} of {most} retries by this rule are spent");
        return Fate::Exhausted(Because { by, reason });
    }
    let (to, sizing) = match target(recipe, ladder, retry.tier, place, failed.cause, &by) {
        Ok(target) => target,
        Err(fate) => return fate,
    };
    // Only after the rule was heard: an item that has nowhere larger to go is not saved by a floor.
    let to = least.map_or(to, |least| to.max(least));
    let less = memory::outside(ladder, item, place.highest, to).filter(Outside::shrinks);
    if let Some(less) = less.filter(|_| memory::is_wanting(failed.cause)) {
        let tier = &recipe.tiers[to].name.value;
        let reason = format!("it had {} of memory, and {tier} has {}", less.had, less.gets);
        return Fate::Hold(Because { by, reason });
    }
    let allowance = match within_cap(recipe, deadline::allowance(diagnosis, ladder, retry, failed, to), &by) {
        Ok(allowance) => allowance,
        Err(fate) => return fate,
    };
    let longer = retry.deadline_factor.and(allowance);
    let longer =
        longer.map_or(Ok(None), |wanted| variant::longer(recipe, evidence, ladder, item, failed, to, wanted));
    let longer = match longer {
        Ok(longer) => longer.max(variant::kept(recipe, ladder, item, to, &by)),
        Err(Unfit::Unknown(reason)) => return Fate::Hold(Because { by, reason }),
        Err(Unfit::NoGain(reason)) => return Fate::Exhausted(Because { by, reason }),
    };
    let allowance = allowance.map(|allowance| allowance.at_least(longer));
    let variation = Variation::of(retry.backoff, longer);
    Fate::Retry(Retried { by, from, to, sizing, variation, allowance, used, max_retries: most })
}

/// The tier to go to, counted from the highest on record, because an item never goes down; and how it was found by its memory.
///
/// # Errors
/// The fate of an item that no tier is right for.
fn target(
    recipe: &Recipe,
    ladder: &Ladder,
    tier: RetryTier,
    place: &Standing<'_>,
    cause: Cause,
    by: &str,
) -> Result<(usize, Option<Box<str>>), Fate> {
    let (last, from) = (recipe.tiers.len() - 1, place.highest);
    let to = match tier {
        RetryTier::Sized(sizing) => {
            return sizing::target(recipe, ladder, &sizing, place, by)
                .map(|(to, words)| (to, Some(words.into())));
        }
        RetryTier::Same => from,
        RetryTier::Named(named) => named.max(from),
        RetryTier::Next if matches!(cause, Cause::Oom | Cause::OomProbable) => {
            return memory::larger(ladder, recipe.tiers.len(), place.item, from)
                .map(|to| (to, None))
                .ok_or_else(|| nowhere_larger(recipe, ladder, place.item, from, by));
        }
        RetryTier::Next => last.min(from + 1),
    };
    Ok((to, None))
}

/// The fate of an item that was out of memory and for which no tier is larger: it has tried all there is, unless it ran outside the ladder
/// with more than any tier has, which a person can put right.
fn nowhere_larger(recipe: &Recipe, ladder: &Ladder, item: &ItemDiagnosis, from: usize, by: &str) -> Fate {
    let (by, tier) = (by.to_owned(), &recipe.tiers[from].name.value);
    match memory::outside(ladder, item, from, from) {
        Some(less) => {
            let reason =
                format!("it had {} of memory, and no tier has more: {tier} has {}", less.had, less.gets);
            Fate::Hold(Because { by, reason })
        }
        None => {
            let reason = format!("out of memory in {tier}, and no tier is larger");
            Fate::Exhausted(Because { by, reason })
        }
    }
}

/// An allowance as `caps.deadline` and `policy.on-cap` leave it.
fn within_cap(recipe: &Recipe, wanted: Option<Allowance>, by: &str) -> Result<Option<Allowance>, Fate> {
    let (Some(allowance), Some(cap)) = (wanted, &recipe.caps.deadline) else { return Ok(wanted) };
    if allowance.length <= cap.value {
        return Ok(wanted);
    }
    let reason = format!("it may take {}, and caps.deadline is {}", allowance.length, cap.value);
    let because = Because { by: by.to_owned(), reason };
    match recipe.policy.on_cap {
        OnCap::Hold => Err(Fate::Hold(because)),
        OnCap::Skip => Err(Fate::Skip(because)),
        OnCap::Clamp => Ok(Some(Allowance { length: cap.value, source: Source::Cap(allowance.length) })),
    }
}

/// Which rules were asked about an item, and on which word each failed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trace {
    /// The rules in their order, up to the one that matched.
    pub tried: Vec<Tried>,
    /// Asked a second time, as if the cause were `oom`, because `policy.oom-probable` says so.
    pub as_oom: Vec<Tried>,
}

/// The rules that were asked about an item; none where something else decides it before them.
pub(super) fn trace(
    recipe: &Recipe,
    evidence: &Evidence,
    ladder: &Ladder,
    options: &Options,
    decided: Option<&Entry>,
    item: &ItemDiagnosis,
) -> Trace {
    if decided.is_some() {
        return Trace::default();
    }
    let Some(failed) = judgement(item).filter(|failed| unplannable(item, failed).is_none()) else {
        return Trace::default();
    };
    let facts = Facts::now(recipe, evidence, ladder, item, failed.cause);
    let tried = words::ask(recipe, &facts);
    let again = words::matched(&tried).is_none()
        && failed.cause == Cause::OomProbable
        && recipe.policy.oom_probable == OomProbable::Oom
        && !options.retry_unknown;
    let as_oom = if again { words::ask(recipe, &facts.as_if(Cause::Oom)) } else { Vec::new() };
    Trace { tried, as_oom }
}

/// The cause of an item, for the stop-loss and the report.
pub(super) fn cause(item: &ItemDiagnosis) -> Option<Cause> {
    judgement(item).map(|judgement| judgement.cause)
}
