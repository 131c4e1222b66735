//! The whole derivation for one item: every witness, every attempt, every rule that was asked.

use std::fmt::Write as _;

use super::gather::{allowance_source, judgement, state, word};
use crate::diagnose::{Attempt, ItemDiagnosis, ItemOutputs, OutputState, Verdict};
use crate::pipeline::{Inputs, Run};
use crate::plan::{Decision, Fate};
use crate::recipe::Recipe;
use crate::units::Index;

/// The derivation as text; `None` where the range has no such item.
pub fn explain(inputs: &Inputs, run: &Run, index: &Index) -> Option<String> {
    let position = run.diagnosis.items.iter().position(|item| item.index == *index)?;
    let (item, decision) = (&run.diagnosis.items[position], &run.plan.decisions[position]);
    let recipe = &inputs.recipe;
    let mut text = format!("{} {index}: {}\n", recipe.items.noun, word(&decision.fate));
    outputs(item.outputs.as_ref(), &mut text);
    attempts(item, &mut text);
    verdict(item, &mut text);
    rule(recipe, decision, &mut text);
    fate(inputs, run, decision, &mut text);
    Some(text)
}

fn outputs(outputs: Option<&ItemOutputs>, text: &mut String) {
    let Some(outputs) = outputs else {
        text.push_str("outputs: no scan was given\n");
        return;
    };
    let directory = outputs.directory.as_deref().unwrap_or("no directory");
    let unreadable = if let OutputState::Unreadable(what) = &outputs.state { Some(what) } else { None };
    let _ = writeln!(
        text,
        "outputs: {} ({})",
        state(&outputs.state),
        unreadable.map_or(directory, String::as_str)
    );
    // What lies in a directory that could not be read is not known, so nothing is said to be missing.
    if unreadable.is_none() && !(outputs.present.is_empty() && outputs.missing.is_empty()) {
        let list = |parts: &[String]| if parts.is_empty() { "none".to_owned() } else { parts.join(", ") };
        let _ =
            writeln!(text, "  parts there: {}; missing: {}", list(&outputs.present), list(&outputs.missing));
    }
    for (other, other_state) in &outputs.others {
        let _ = writeln!(text, "  also {other}: {}", state(other_state));
    }
}

fn attempts(item: &ItemDiagnosis, text: &mut String) {
    let Some(node) = &item.node else {
        text.push_str("node: none\n");
        return;
    };
    let ran = node.template_ref.as_ref().map_or_else(
        || node.template_name.clone().unwrap_or_default(),
        |reference| format!("{}/{}", reference.name, reference.template),
    );
    let _ = writeln!(text, "node: {} of {} ran {ran}", node.id, node.workflow);
    for (number, attempt) in node.attempts.iter().enumerate() {
        let _ = writeln!(text, "  attempt {}: {}", number + 1, shown(attempt));
    }
    // Where Argo stopped at once, the Retry's message is the last attempt's, told above.
    if !node.message.is_empty() && node.attempts.iter().all(|a| a.id != node.id && a.message != node.message)
    {
        let _ = writeln!(text, "  Argo stopped trying: {}", node.message.trim());
    }
}

fn shown(attempt: &Attempt) -> String {
    let time = |time: Option<jiff::Timestamp>| time.map_or("?".to_owned(), |time| time.to_string());
    let mut words = format!("{:?}, {} to {}", attempt.phase, time(attempt.started), time(attempt.finished));
    if let Some(length) = attempt.length() {
        let _ = write!(words, " ({length})");
    }
    let _ = write!(
        words,
        ", {}",
        attempt.host.as_deref().map_or("never scheduled".to_owned(), |host| format!("on {host}"))
    );
    if let Some(code) = attempt.exit_code {
        let _ = write!(words, ", exit code {code}");
    }
    if !attempt.message.is_empty() {
        let _ = write!(words, ": {}", attempt.message.trim());
    }
    words
}

fn verdict(item: &ItemDiagnosis, text: &mut String) {
    match (&item.verdict, judgement(item)) {
        (Verdict::Active, _) => text.push_str("verdict: still running\n"),
        (Verdict::Done { reason, .. }, None) => {
            let _ = writeln!(
                text,
                "verdict: done{}",
                reason.as_ref().map_or(String::new(), |reason| format!(": {reason}"))
            );
        }
        (verdict, Some(judged)) => {
            let done = if matches!(verdict, Verdict::Done { .. }) {
                "done, because its outputs are complete, despite "
            } else {
                ""
            };
            let row = shown_row(judged.row);
            let _ = writeln!(text, "verdict: {done}{} ({}, {row})", judged.cause, judged.confidence);
            for fact in &judged.because {
                let _ = writeln!(text, "  {fact}");
            }
        }
        (Verdict::Failed(_), None) => {}
    }
}

/// `row A4` for a row of the catalogue; other grounds (`no node`) speak for themselves.
fn shown_row(row: &str) -> String {
    if row.contains(|c: char| c.is_ascii_digit()) { format!("row {row}") } else { row.to_owned() }
}

/// The rules in the order in which they were asked, up to the one that decided.
fn rule(recipe: &Recipe, decision: &Decision, text: &mut String) {
    let by = match &decision.fate {
        Fate::Retry(retried) => &retried.by,
        Fate::Skip(because) | Fate::Hold(because) | Fate::Exhausted(because) => &because.by,
        Fate::Done | Fate::Deferred | Fate::Active => return,
    };
    // Where nothing above the item ran or its outputs could not be read, no rule is asked.
    let unasked = matches!(by.as_str(), "scan" | "upstream");
    let rules = recipe.rules.iter().map(|rule| rule.name.value.as_str()).filter(|_| !unasked);
    let asked: Vec<&str> = rules.take_while(|name| name != by).collect();
    let passed = if asked.is_empty() {
        String::new()
    } else {
        format!("; asked before, and not matching: {}", asked.join(", "))
    };
    let _ = writeln!(text, "decided by: {by}{passed}");
}

fn fate(inputs: &Inputs, run: &Run, decision: &Decision, text: &mut String) {
    let recipe = &inputs.recipe;
    match &decision.fate {
        Fate::Retry(retried) => {
            let tier = |position: usize| &recipe.tiers[position].name.value;
            let least = &inputs.flags.min_tier;
            let _ = writeln!(
                text,
                "tier: {} → {} ({}{})",
                tier(retried.from),
                tier(retried.to),
                run.ladder.template(retried.to),
                least.as_ref().map_or(String::new(), |least| format!("; at least {least} by --min-tier"))
            );
            let _ = writeln!(
                text,
                "budget: {} of {} retries by this rule are spent",
                retried.used, retried.max_retries
            );
            if let Some(allowance) = retried.allowance {
                let _ =
                    writeln!(text, "may take: {} ({})", allowance.length, allowance_source(allowance.source));
            }
        }
        Fate::Skip(because) | Fate::Hold(because) | Fate::Exhausted(because) => {
            let _ = writeln!(text, "reason: {}", because.reason);
        }
        Fate::Deferred => text.push_str("reason: left out by --only\n"),
        Fate::Done | Fate::Active => {}
    }
}
