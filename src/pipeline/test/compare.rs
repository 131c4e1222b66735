//! What a case expects against what was decided.

use super::Ran;
use crate::diagnose::{ItemDiagnosis, Judgement, Verdict};
use crate::error::{Code, Faults};
use crate::plan::{Fate, Unmet, decision_about, trace};
use crate::recipe::cases::{Case, Expected, Word, outside_range};
use crate::source::Place;
use crate::units::{Index, Seconds};

/// Items that are not as one expectation has them, all in the same way.
#[derive(Debug, Clone, PartialEq)]
pub struct Failure {
    /// The items.
    pub items: Vec<Index>,
    /// The expectation.
    pub place: Place,
    /// Each thing that is expected and does not hold.
    pub missed: Vec<Missed>,
    /// What was decided.
    pub got: Got,
    /// Why the rule that is expected did not match, where it was asked.
    pub unmatched: Option<Unmatched>,
}

/// One thing that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missed {
    /// Its key in the expectation.
    pub key: &'static str,
    /// What is expected.
    pub expected: String,
    /// What came of it.
    pub got: String,
}

/// What was decided of an item, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Got {
    /// What becomes of it.
    pub decision: Word,
    /// The tier that it goes to.
    pub tier: Option<String>,
    /// Who decided: a rule, a key of the policy, `decision` or `scan`; absent where nobody had to.
    pub by: Option<String>,
    /// Where that is written, of a rule and of a decision.
    pub at: Option<Place>,
    /// Why, in words.
    pub reason: Option<String>,
    /// Why it ended, how sure that is, and what shows it.
    pub judgement: Option<Judgement>,
}

/// A rule that was expected to decide and did not match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmatched {
    /// Its name.
    pub rule: String,
    /// Where it is written.
    pub place: Place,
    /// The first of its words that does not hold; absent: another rule matched before it was asked.
    pub failed_on: Option<Unmet>,
}

/// A plan that is refused otherwise than expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The code that is expected; `None`: the plan may run.
    pub expected: Option<Code>,
    /// Each reason why it is refused, with its code; empty: the plan may run.
    pub got: Vec<(Code, String)>,
}

/// Every item that is not as expected, items of one kind together.
///
/// # Errors
/// [`Code::TestUnknownItem`] where the run has no such item.
pub(super) fn items(ran: &Ran<'_>, case: &Case) -> Result<Vec<Failure>, Faults> {
    let mut faults = Faults::new();
    let mut failures: Vec<Failure> = Vec::new();
    let diagnosed = &ran.run.diagnosis.items;
    for expected in &case.expected {
        let mut outside = Vec::new();
        for index in &expected.items.value {
            let Some(position) = diagnosed.iter().position(|item| item.index == *index) else {
                outside.push(index);
                continue;
            };
            let Some(failure) = item(ran, expected, position) else { continue };
            let alike = failures
                .iter_mut()
                .find(|other| Failure { items: failure.items.clone(), ..(*other).clone() } == failure);
            match alike {
                Some(other) => other.items.push(index.clone()),
                None => failures.push(failure),
            }
        }
        if !outside.is_empty() {
            let range = diagnosed.iter().map(|item| &item.index);
            faults.push(outside_range(&outside, range, &expected.items.place));
        }
    }
    faults.or(failures)
}

/// What of one item is not as expected.
fn item(ran: &Ran<'_>, expected: &Expected, position: usize) -> Option<Failure> {
    let (item, fate) = (&ran.run.diagnosis.items[position], &ran.run.plan.decisions[position].fate);
    let got = got(ran, item, fate);
    let mut missed = Vec::new();
    let mut ask = |key, expected: Option<String>, got: Option<String>| {
        if let Some(expected) = expected.filter(|expected| Some(expected) != got.as_ref()) {
            missed.push(Missed { key, expected, got: got.unwrap_or_else(|| "none".to_owned()) });
        }
    };
    let tier = |position: usize| ran.recipe.tiers[position].name.value.clone();
    ask("decision", Some(expected.decision.as_str().to_owned()), Some(got.decision.as_str().to_owned()));
    ask("tier", expected.tier.map(tier), got.tier.clone());
    ask("rule", expected.rule.clone(), got.by.clone());
    let cause = got.judgement.as_ref().map(|judgement| judgement.cause.to_string());
    ask("cause", expected.cause.map(|cause| cause.to_string()), cause);
    ask("may-take", expected.may_take.map(shown), allowance(fate).map(shown));
    let missing = item.outputs.as_ref().map_or("no scan".to_owned(), |outputs| listed(&outputs.missing));
    ask("missing", expected.missing.as_deref().map(listed), Some(missing));
    if missed.is_empty() {
        return None;
    }
    let unmatched = unmatched(ran, item, expected, &got);
    Some(Failure { items: vec![item.index.clone()], place: expected.place.clone(), missed, got, unmatched })
}

/// What was decided of an item.
fn got(ran: &Ran<'_>, item: &ItemDiagnosis, fate: &Fate) -> Got {
    let (decision, by, reason) = match fate {
        Fate::Done => (Word::Done, None, None),
        Fate::Active => (Word::Active, None, None),
        Fate::Deferred => (Word::Deferred, None, Some("left out by --only".to_owned())),
        Fate::Retry(retried) => (Word::Retry, Some(&retried.by), None),
        Fate::Settled(because) => (Word::Done, Some(&because.by), Some(because.reason.clone())),
        Fate::Skip(because) => (Word::Skip, Some(&because.by), Some(because.reason.clone())),
        Fate::Hold(because) => (Word::Hold, Some(&because.by), Some(because.reason.clone())),
        Fate::Exhausted(because) => (Word::Exhausted, Some(&because.by), Some(because.reason.clone())),
    };
    let tier = if let Fate::Retry(retried) = fate { Some(retried.to) } else { None };
    let entry = decision_about(ran.evidence, &ran.run.diagnosis, item).filter(|_| by.is_some());
    let rule =
        by.and_then(|by| ran.recipe.rules.iter().find(|rule| entry.is_none() && rule.name.value == *by));
    let judgement = match &item.verdict {
        Verdict::Failed(judgement) => Some(judgement.clone()),
        Verdict::Done { despite, .. } => despite.clone(),
        Verdict::Active => None,
    };
    Got {
        decision,
        tier: tier.map(|tier| ran.recipe.tiers[tier].name.value.clone()),
        by: by.cloned(),
        at: entry.map(|entry| entry.place.clone()).or_else(|| rule.map(|rule| rule.place.clone())),
        reason,
        judgement,
    }
}

fn allowance(fate: &Fate) -> Option<Seconds> {
    let Fate::Retry(retried) = fate else { return None };
    retried.allowance.map(|allowance| allowance.length)
}

/// To the second: lengths that people read as the same can differ.
fn shown(length: Seconds) -> String {
    format!("{} s ({length})", length.0)
}

fn listed(parts: &[String]) -> String {
    if parts.is_empty() { "none".to_owned() } else { parts.join(", ") }
}

/// Why the rule that is expected did not decide.
fn unmatched(ran: &Ran<'_>, item: &ItemDiagnosis, expected: &Expected, got: &Got) -> Option<Unmatched> {
    let wanted = expected.rule.as_ref().filter(|wanted| Some(*wanted) != got.by.as_ref())?;
    let position = ran.recipe.rules.iter().position(|rule| rule.name.value == *wanted)?;
    let asked = trace(ran.recipe, ran.evidence, &ran.run.diagnosis, &ran.run.ladder, ran.options, item);
    let last = asked.tried.last()?.rule;
    let tried = asked.tried.iter().chain(&asked.as_oom).rfind(|tried| tried.rule == position);
    let failed_on = tried.and_then(|tried| tried.failed_on.clone());
    // A rule that matched and yet is not named by the fate cannot be: only one behind the decider was never asked.
    (failed_on.is_some() || position > last).then(|| {
        let rule = &ran.recipe.rules[position];
        Unmatched { rule: rule.name.value.clone(), place: rule.place.clone(), failed_on }
    })
}

/// Whether the plan is refused as expected.
pub(super) fn refusal(ran: &Ran<'_>, case: &Case) -> Option<Refusal> {
    let expected = case.forbidden.as_ref()?.value.code();
    let forbidden = &ran.run.plan.forbidden;
    let holds = match expected {
        None => forbidden.is_empty(),
        Some(code) => forbidden.iter().any(|fault| fault.code == code),
    };
    let got = || forbidden.iter().map(|fault| (fault.code, fault.message.clone())).collect();
    (!holds).then(|| Refusal { expected, got: got() })
}
