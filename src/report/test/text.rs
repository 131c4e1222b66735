//! The report for people: a line a case, what is not as expected, and what the cases came to.

use std::fmt::Write as _;

use super::{CaseReport, CoveredReport, FailureReport, TestReport};
use crate::report::explain::Spot;

/// How much is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// Every case, and the coverage.
    All,
    /// Only the cases that do not hold.
    Failed,
}

/// The report as text.
pub fn render(report: &TestReport, told: Told) -> String {
    let mut text = String::new();
    let mut file = "";
    for case in report.cases.iter().filter(|case| told == Told::All || !case.ok) {
        if case.at.file != file {
            file = &case.at.file;
            let _ = writeln!(text, "{file}");
        }
        self::case(&mut text, &report.noun, case);
    }
    if told == Told::All {
        summary(&mut text, report);
    }
    text
}

fn case(text: &mut String, noun: &str, case: &CaseReport) {
    if case.ok {
        let _ = writeln!(text, "  ok      {}", case.name);
        return;
    }
    let _ = writeln!(text, "  FAILED  {} ({})", case.name, shown(&case.at));
    for failure in &case.failures {
        let s = if failure.count == 1 { "" } else { "s" };
        let _ = writeln!(text, "          {noun}{s} {} (line {})", failure.items, failure.at.line);
        self::failure(text, failure);
    }
    if let Some(refusal) = &case.refusal {
        let _ = writeln!(text, "          the plan");
        line(text, "forbidden", &format!("expected {}, got {}", refusal.expected, refusal.got));
        refusal.reason.iter().for_each(|reason| line(text, "because", reason));
    }
}

fn failure(text: &mut String, failure: &FailureReport) {
    for missed in &failure.missed {
        line(text, &missed.key, &format!("expected {}, got {}", missed.expected, missed.got));
    }
    line(text, "decided", &decided(failure));
    if let Some(cause) = &failure.cause {
        let because = cause.because.join("; ");
        line(text, "because", &format!("{}, {}: {because}", cause.cause, cause.confidence));
    }
    if let Some(unmatched) = &failure.unmatched {
        let rule = format!("{} ({})", unmatched.rule, shown(&unmatched.at));
        let why = unmatched.failed_on.as_ref().map_or_else(
            || {
                format!(
                    "was not asked: {} stands above it and matches",
                    failure.by.as_deref().unwrap_or("another rule")
                )
            },
            |failed| format!("does not match: {} wants {}; has {}", failed.word, failed.wanted, failed.found),
        );
        line(text, "expected", &format!("{rule} {why}"));
    }
}

/// `retry at highmem by oom (recipe.toml:40)`.
fn decided(failure: &FailureReport) -> String {
    let mut words = failure.decision.clone();
    failure.tier.iter().for_each(|tier| words.push_str(&format!(" at {tier}")));
    failure.by.iter().for_each(|by| words.push_str(&format!(" by {by}")));
    failure.decided_at.iter().for_each(|at| words.push_str(&format!(" ({})", shown(at))));
    failure.reason.iter().for_each(|reason| words.push_str(&format!(": {reason}")));
    words
}

fn line(text: &mut String, heading: &str, words: &str) {
    let _ = writeln!(text, "            {heading:<10}{words}");
}

fn shown(spot: &Spot) -> String {
    format!("{}:{}", spot.file, spot.line)
}

fn summary(text: &mut String, report: &TestReport) {
    let failed = report.cases.iter().filter(|case| !case.ok).count();
    let all = report.cases.len() + report.not_run;
    let s = if all == 1 { "" } else { "s" };
    let _ = write!(text, "{all} case{s}: {} ok, {failed} failed", report.cases.len() - failed);
    text.push_str(&if report.not_run > 0 {
        format!(", {} could not be run\n", report.not_run)
    } else {
        "\n".to_owned()
    });
    let (rules, tiers) = (&report.coverage.rules, &report.coverage.tiers);
    covered(text, "rules", rules, &format!("decided some {}", report.noun));
    covered(text, "tiers", tiers, &format!("took some {}", report.noun));
}

/// `rules: 9 of 10 decided some trait (never: mount-failure at recipe.toml:120)`.
fn covered(text: &mut String, heading: &str, list: &[CoveredReport], did: &str) {
    let never: Vec<String> = list
        .iter()
        .filter(|covered| covered.items == 0)
        .map(|covered| format!("{} at {}", covered.name, shown(&covered.at)))
        .collect();
    let reached = list.len() - never.len();
    let never = if never.is_empty() { String::new() } else { format!(" (never: {})", never.join(", ")) };
    let _ = writeln!(text, "{heading}: {reached} of {} {did}{never}", list.len());
}
