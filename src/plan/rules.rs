//! The rules: the first that matches decides; the policy speaks for the rest.

use super::deadline::{Allowance, Source};
use super::words::{self, Facts, Tried};
use super::{Because, Fate, Ladder, Options, Retried, budget, deadline, decided, judgement};
use crate::diagnose::{
    Diagnosis, ItemDiagnosis, ItemOutputs, Judgement, Limit, NodeFacts, OutputState, Verdict,
};
use crate::error::Fault;
use crate::evidence::Evidence;
use crate::evidence::decisions::{Choice, Entry};
use crate::recipe::{Cause, OnCap, OomProbable, Recipe, Retry, RetryTier, Rule, Treatment, Unmatched};

/// What decides an item: a rule, or the policy in its place.
struct Ruling<'a> {
    by: String,
    treatment: &'a Treatment,
}

/// Where an item stands: its last tier, its highest, what its rule has spent on it, and the tier it may not go below.
struct Standing {
    from: usize,
    highest: usize,
    used: u32,
    /// How often it may be spent; `None`: a person's word is not counted off.
    most: Option<u32>,
    least: Option<usize>,
}

/// The policy's retry: the same tier, once.
const ONCE: Treatment =
    Treatment::Retry(Retry { tier: RetryTier::Same, deadline_factor: None, max_retries: 1 });

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
        let from = ladder.tier_of(recipe, evidence, item)?;
        let used = budget::used(recipe, evidence, item, &by);
        let highest = ladder.highest(recipe, evidence, item).max(from);
        let place = Standing { from, highest, used, most, least: options.min_tier };
        Ok(send(recipe, diagnosis, ladder, failed, by, retry, &place))
    };
    let fate = if let Some(entry) = decided {
        by_decision(recipe, entry, go)?
    } else if let Some(held) = unplannable(item, failed) {
        return Ok(held);
    } else {
        match rule_for(recipe, options, failed.cause, item.judged(), item.outputs.as_ref()) {
            Err(fate) => fate,
            Ok(Ruling { by, treatment }) => match treatment {
                Treatment::Skip(reason) => Fate::Skip(Because { by, reason: reason.clone() }),
                Treatment::Hold(reason) => Fate::Hold(Because { by, reason: reason.clone() }),
                Treatment::Retry(retry) => go(by, retry, Some(retry.max_retries))?,
            },
        }
    };
    Ok(match fate {
        Fate::Retry(_) if options.only.as_ref().is_some_and(|only| !only.contains(&item.index)) => {
            Fate::Deferred
        }
        fate => fate,
    })
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
            go(because().by, &Retry { tier, deadline_factor: None, max_retries: 1 }, None)
        }
    }
}

/// Items that no rule is asked about: nothing above them ran, or their outputs could not be read.
fn unplannable(item: &ItemDiagnosis, failed: &Judgement) -> Option<Fate> {
    if failed.cause == Cause::Upstream {
        let reason = "a task above it failed, which is mended there and not retried here".to_owned();
        return Some(Fate::Hold(Because { by: "upstream".to_owned(), reason }));
    }
    let outputs = item.outputs.as_ref()?;
    let OutputState::Unreadable(what) = &outputs.state else { return None };
    let reason = format!("its outputs could not be read ({what}): make them readable and scan again");
    Some(Fate::Hold(Because { by: "scan".to_owned(), reason }))
}

/// The first rule that matches, else what the policy says; a policy that only holds or skips is a fate already.
fn rule_for<'a>(
    recipe: &'a Recipe,
    options: &Options,
    cause: Cause,
    node: Option<&NodeFacts>,
    outputs: Option<&ItemOutputs>,
) -> Result<Ruling<'a>, Fate> {
    let ruling = |rule: usize| {
        let rule: &'a Rule = &recipe.rules[rule];
        Ruling { by: rule.name.value.clone(), treatment: &rule.treatment }
    };
    if let Some(rule) = words::matched(&words::ask(recipe, &Facts::of(cause, node, outputs))) {
        return Ok(ruling(rule));
    }
    let because = |by: &str, reason: &str| Because { by: by.to_owned(), reason: reason.to_owned() };
    if cause == Cause::OomProbable && !options.retry_unknown {
        let by = "policy.oom-probable";
        return match recipe.policy.oom_probable {
            OomProbable::Oom => {
                match words::matched(&words::ask(recipe, &Facts::of(Cause::Oom, node, outputs))) {
                    Some(rule) => Ok(ruling(rule)),
                    None => Err(Fate::Hold(because(by, "to be treated as oom, but no rule matches oom"))),
                }
            }
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

/// The name of what decides an item of that cause: a rule, or the policy's key.
pub(super) fn decider(
    recipe: &Recipe,
    cause: Cause,
    node: Option<&NodeFacts>,
    outputs: Option<&ItemOutputs>,
) -> String {
    match rule_for(recipe, &Options::default(), cause, node, outputs) {
        Ok(ruling) => ruling.by,
        Err(Fate::Hold(because) | Fate::Skip(because) | Fate::Exhausted(because)) => because.by,
        Err(_) => String::new(),
    }
}

/// A rule's retry for one item: where it goes, for how long, and whether there is anything left to try.
fn send(
    recipe: &Recipe,
    diagnosis: &Diagnosis,
    ladder: &Ladder,
    failed: &Judgement,
    by: String,
    retry: &Retry,
    place: &Standing,
) -> Fate {
    let Standing { from, highest, used, most, least } = *place;
    if let Some(most) = most.filter(|most| used >= *most) {
        let reason = format!("{used} of {most} retries by this rule are spent");
        return Fate::Exhausted(Because { by, reason });
    }
    let Some(to) = target(recipe, retry.tier, highest, failed.cause) else {
        let reason = format!("out of memory in {}, and no tier is larger", recipe.tiers[highest].name.value);
        return Fate::Exhausted(Because { by, reason });
    };
    // Only after the rule was heard: an item that has nowhere larger to go is not saved by a floor.
    let to = least.map_or(to, |least| to.max(least));
    if let (Some(factor), Some(cut)) = (retry.deadline_factor, failed.cut_by)
        && cut.limit == Limit::Template
    {
        let reason = format!(
            "its own template allows {} and cut it: raise that to {} in the template, which this version does not do by itself",
            cut.length,
            cut.length.times(factor)
        );
        return Fate::Hold(Because { by, reason });
    }
    let mut allowance = deadline::allowance(diagnosis, ladder, retry, failed, to);
    if let (Some(wanted), Some(cap)) = (&mut allowance, &recipe.caps.deadline)
        && wanted.length > cap.value
    {
        let reason = format!("it may take {}, and caps.deadline is {}", wanted.length, cap.value);
        match recipe.policy.on_cap {
            OnCap::Hold => return Fate::Hold(Because { by, reason }),
            OnCap::Skip => return Fate::Skip(Because { by, reason }),
            OnCap::Clamp => {
                *wanted = Allowance { length: cap.value, source: Source::Cap(wanted.length) };
            }
        }
    }
    Fate::Retry(Retried { by, from, to, allowance, used, max_retries: most })
}

/// The tier to go to, counted from the highest on record: an item never goes down. `None` where one that was out of memory has
/// nowhere larger to go.
fn target(recipe: &Recipe, tier: RetryTier, from: usize, cause: Cause) -> Option<usize> {
    let last = recipe.tiers.len() - 1;
    match tier {
        RetryTier::Same => Some(from),
        RetryTier::Named(named) => Some(named.max(from)),
        RetryTier::Next if from < last => Some(from + 1),
        RetryTier::Next if matches!(cause, Cause::Oom | Cause::OomProbable) => None,
        RetryTier::Next => Some(last),
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
    let (node, outputs) = (item.judged(), item.outputs.as_ref());
    let tried = words::ask(recipe, &Facts::of(failed.cause, node, outputs));
    let again = words::matched(&tried).is_none()
        && failed.cause == Cause::OomProbable
        && recipe.policy.oom_probable == OomProbable::Oom
        && !options.retry_unknown;
    let as_oom = if again { words::ask(recipe, &Facts::of(Cause::Oom, node, outputs)) } else { Vec::new() };
    Trace { tried, as_oom }
}

/// The cause of an item, for the stop-loss and the report.
pub(super) fn cause(item: &ItemDiagnosis) -> Option<Cause> {
    judgement(item).map(|judgement| judgement.cause)
}
