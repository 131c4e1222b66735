//! The rules: the first that matches decides; the policy speaks for the rest.

use super::deadline::{Allowance, Source};
use super::{Because, Fate, Ladder, Options, Retried, budget, deadline, judgement};
use crate::diagnose::{
    Diagnosis, ItemDiagnosis, ItemOutputs, Judgement, Limit, NodeFacts, OutputState, Verdict,
};
use crate::error::Fault;
use crate::evidence::Evidence;
use crate::recipe::{Cause, OnCap, OomProbable, Recipe, Retry, RetryTier, Rule, Treatment, Unmatched, When};

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
    item: &ItemDiagnosis,
) -> Result<Fate, Fault> {
    let failed = match &item.verdict {
        Verdict::Done { .. } => return Ok(Fate::Done),
        Verdict::Active => return Ok(Fate::Active),
        Verdict::Failed(judgement) => judgement,
    };
    if let Some(held) = unplannable(item, failed) {
        return Ok(held);
    }
    let fate = match rule_for(recipe, options, failed.cause, item.node.as_ref(), item.outputs.as_ref()) {
        Err(fate) => fate,
        Ok(Ruling { by, treatment }) => match treatment {
            Treatment::Skip(reason) => Fate::Skip(Because { by, reason: reason.clone() }),
            Treatment::Hold(reason) => Fate::Hold(Because { by, reason: reason.clone() }),
            Treatment::Retry(retry) => {
                let from = ladder.tier_of(recipe, evidence, item)?;
                let used = budget::used(recipe, evidence, item, &by);
                let highest = ladder.highest(recipe, evidence, item).max(from);
                let place = Standing { from, highest, used, least: options.min_tier };
                send(recipe, diagnosis, ladder, failed, by, retry, &place)
            }
        },
    };
    Ok(match fate {
        Fate::Retry(_) if options.only.as_ref().is_some_and(|only| !only.contains(&item.index)) => {
            Fate::Deferred
        }
        fate => fate,
    })
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
    let ruling = |rule: &'a Rule| Ruling { by: rule.name.value.clone(), treatment: &rule.treatment };
    if let Some(rule) = recipe.rules.iter().find(|rule| matches(&rule.when, cause, node, outputs)) {
        return Ok(ruling(rule));
    }
    let because = |by: &str, reason: &str| Because { by: by.to_owned(), reason: reason.to_owned() };
    if cause == Cause::OomProbable && !options.retry_unknown {
        let by = "policy.oom-probable";
        return match recipe.policy.oom_probable {
            OomProbable::Oom => {
                match recipe.rules.iter().find(|rule| matches(&rule.when, Cause::Oom, node, outputs)) {
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

/// Whether every word of a `when` holds; of a list, one is enough. What is not known (parts without a scan) holds for no word.
fn matches(when: &When, cause: Cause, node: Option<&NodeFacts>, outputs: Option<&ItemOutputs>) -> bool {
    let last = node.map(NodeFacts::last);
    let code = last.as_ref().and_then(|attempt| attempt.exit_code);
    let message = last.as_ref().map_or("", |attempt| attempt.message.as_str());
    let log = last.as_ref().and_then(|attempt| attempt.log.as_deref());
    let missing = outputs.map_or(&[][..], |outputs| &outputs.missing);
    let present = outputs.map_or(&[][..], |outputs| &outputs.present);
    let one_of = |wanted: &[String], found: &[String]| {
        wanted.is_empty() || wanted.iter().any(|part| found.contains(part))
    };
    (when.causes.is_empty() || when.causes.contains(&cause))
        && (when.exit_codes.is_empty() || code.is_some_and(|code| when.exit_codes.contains(&code)))
        && when.message.as_ref().is_none_or(|pattern| pattern.is_match(message))
        && when.log.as_ref().is_none_or(|pattern| log.is_some_and(|log| pattern.is_match(log)))
        && one_of(&when.missing_parts, missing)
        && one_of(&when.present_parts, present)
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
    let Standing { from, highest, used, least } = *place;
    if used >= retry.max_retries {
        let reason = format!("{used} of {} retries by this rule are spent", retry.max_retries);
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
    Fate::Retry(Retried { by, from, to, allowance, used, max_retries: retry.max_retries })
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

/// The cause of an item, for the stop-loss and the report.
pub(super) fn cause(item: &ItemDiagnosis) -> Option<Cause> {
    judgement(item).map(|judgement| judgement.cause)
}
