//! The page as text: a column of headings, and behind each what it has to say.

use std::fmt::Write as _;

use super::super::open::HOW;
use super::super::plain;
use super::{
    AttemptSaid, BudgetSaid, CauseSaid, Explanation, Lines, ManifestSaid, OutputsSaid, RetrySaid, RuleAsked,
    RunSaid, TierSaid,
};
use crate::diagnose::rows;
use crate::units::Seconds;

/// More lines of a manifest than this are not shown: the rest is where the file and its lines say.
const SHOWN_AT_MOST: usize = 16;

/// The page.
pub fn page(explanation: &Explanation) -> String {
    let mut title = format!("{} {}: {}", explanation.noun, explanation.item, explanation.decision);
    title.extend(explanation.retry.iter().map(|retry| format!(" at {}", retry.to.tier)));
    title.extend(explanation.reason.iter().map(|reason| format!(" — {reason}")));
    let mut page = Page(String::new());
    plain::push(&mut page.0, "", &title);
    page.0.push('\n');
    match &explanation.outputs {
        Some(outputs) => page.section("outputs", &said_by_outputs(outputs)),
        None => page.section("outputs", explanation.no_outputs.as_slice()),
    }
    for run in &explanation.runs {
        page.section("run", &said_by(run));
    }
    if explanation.runs.is_empty() {
        page.section("run", &["no workflow of the lineage has a node of it".to_owned()]);
    }
    if let Some(cause) = &explanation.cause {
        page.section("cause", &said_of(cause));
        page.section("not", &refused(cause));
    }
    page.section("rules", &asked(explanation));
    if let Some(retry) = &explanation.retry {
        page.section("tier", &tiers(retry));
        page.section("variant", retry.variant.as_slice());
        page.section("budget", &[budget(explanation, retry)]);
        page.section("may take", &allowance(retry));
    }
    if let Some(stands) = &explanation.stands {
        let had = stands.had_memory.iter();
        let had =
            had.map(|had| format!("a template with {had} of memory, more than the tier it is counted in:"));
        page.section("tier", &had.chain([tier(&stands.tier)]).collect::<Vec<_>>());
        let spent = |budget: &BudgetSaid| spent(budget.used, budget.max_retries, &budget.by);
        page.section("budget", &stands.budget.iter().map(spent).collect::<Vec<_>>());
    }
    if let Some(manifest) = &explanation.manifest {
        page.section("manifest", &written(manifest));
    }
    if let Some(why) = &explanation.not_written {
        page.section("manifest", &[format!("nothing is written: {why}")]);
    }
    if let Some(block) = &explanation.to_decide {
        page.open(block);
    }
    page.0
}

/// Sections under each other.
struct Page(String);

impl Page {
    /// A heading with its lines; nothing where there are none.
    fn section(&mut self, heading: &str, lines: &[String]) {
        for (position, line) in lines.iter().enumerate() {
            let heading = if position == 0 { heading } else { "" };
            plain::push(&mut self.0, &format!("{heading:<10}"), line);
        }
    }

    /// The file for a person to fill in.
    fn open(&mut self, block: &str) {
        self.0.push_str(&format!("\n{HOW}\n\n"));
        for line in block.lines() {
            plain::push(&mut self.0, "    ", line);
        }
    }
}

fn said_by_outputs(outputs: &OutputsSaid) -> Vec<String> {
    let directory = outputs.directory.as_deref().unwrap_or("no directory");
    let what = outputs.unreadable.as_deref().unwrap_or(directory);
    let mut lines = vec![format!("{}: {what}", outputs.state)];
    // What lies in a directory that could not be read is not known, so nothing is said to be missing.
    if outputs.unreadable.is_none() && !(outputs.present.is_empty() && outputs.missing.is_empty()) {
        let list = |parts: &[String]| if parts.is_empty() { "none".to_owned() } else { parts.join(", ") };
        lines.push(format!("parts there: {}; missing: {}", list(&outputs.present), list(&outputs.missing)));
    }
    if !outputs.markers.is_empty() {
        lines.push(outputs.markers.join("; "));
    }
    lines.extend(outputs.others.iter().map(|other| format!("also {other}")));
    lines
}

fn said_by(run: &RunSaid) -> Vec<String> {
    let sent = run.sent.as_ref().map_or(String::new(), |sent| format!(", sent by {sent}"));
    let mut lines = vec![format!("{}, generation {}{sent}", run.workflow, run.generation)];
    match (&run.node, &run.phase) {
        (Some(node), Some(phase)) => {
            let ran = run.ran.as_ref().map_or(String::new(), |ran| format!(", ran {ran}"));
            lines.push(format!("node {node}: {phase}{ran}"));
        }
        _ => lines.push("it has no node of it".to_owned()),
    }
    for (position, attempt) in run.attempts.iter().enumerate() {
        lines.push(format!("attempt {}: {}", position + 1, when_and_where(attempt)));
        lines.push(format!("           {}", how(attempt)));
    }
    lines.extend(run.stopped_trying.iter().map(|why| format!("Argo stopped trying: {why}")));
    lines.extend(run.cause.iter().map(|cause| format!("so it was {cause}, and ran again")));
    lines
}

/// `2026-01-05T21:42:27Z to 2026-01-06T00:39:34Z, 2 h 57 min on node11`.
fn when_and_where(attempt: &AttemptSaid) -> String {
    let time = |time: &Option<String>| time.clone().unwrap_or_else(|| "?".to_owned());
    let mut words = format!("{} to {}", time(&attempt.started), time(&attempt.finished));
    if let Some(seconds) = attempt.seconds {
        let _ = write!(words, ", {}", Seconds(seconds));
    }
    match &attempt.host {
        Some(host) => words = words + " on " + host,
        None => words.push_str(", never scheduled"),
    }
    if let Some(peak) = &attempt.peak {
        let _ = write!(words, "; peak memory {peak}");
    }
    words
}

/// `Failed, exit code 137: main: Error (exit code 137)`.
fn how(attempt: &AttemptSaid) -> String {
    let mut words = attempt.phase.clone();
    if let Some(code) = attempt.exit_code {
        let signal = attempt.signal.as_ref().map_or(String::new(), |signal| format!(" ({signal})"));
        let _ = write!(words, ", exit code {code}{signal}");
    }
    if let Some(message) = &attempt.message {
        let _ = write!(words, ": {message}");
    }
    words
}

fn said_of(cause: &CauseSaid) -> Vec<String> {
    let row = &cause.row;
    // `row A4` is a row of the catalogue; other grounds (`no node`) speak for themselves.
    let listed = rows().any(|known| known.id == row);
    let row = if listed { format!("row {row}") } else { row.clone() };
    let head = format!("{}, {} ({row}): {}", cause.cause, cause.confidence, cause.meaning);
    std::iter::once(head).chain(cause.because.iter().cloned()).collect()
}

fn refused(cause: &CauseSaid) -> Vec<String> {
    let width = cause.refused.iter().map(|other| other.cause.len()).max().unwrap_or_default();
    cause.refused.iter().map(|other| format!("{:<width$}  {}", other.cause, other.because)).collect()
}

/// Every rule that was asked, and who decided in the end.
fn asked(explanation: &Explanation) -> Vec<String> {
    let Some(decided) = &explanation.decided else { return Vec::new() };
    let place = |rule: &RuleAsked| format!("{}:{}", rule.at.file, rule.at.line);
    let names = explanation.rules.iter().map(|rule| rule.rule.len()).max().unwrap_or_default();
    let places = explanation.rules.iter().map(|rule| place(rule).len()).max().unwrap_or_default();
    let mut lines = Vec::new();
    for (position, rule) in explanation.rules.iter().enumerate() {
        if rule.as_oom && (position == 0 || !explanation.rules[position - 1].as_oom) {
            lines.push("none matches; policy.oom-probable says to treat it as oom:".to_owned());
        }
        let said = match &rule.failed_on {
            Some(failed) => format!("{}: wants {}; has {}", failed.word, failed.wanted, failed.found),
            None => rule.log.iter().fold("matches".to_owned(), |said, line| format!("{said}: {line}")),
        };
        lines.push(format!("{:<names$}  {:<places$}  {said}", rule.rule, place(rule)));
    }
    let matched = explanation.rules.last().is_some_and(|rule| rule.failed_on.is_none());
    match (&decided.at, &decided.reason) {
        (Some(at), Some(reason)) => {
            lines.push(format!("none is asked; decided at {}:{}: {reason}", at.file, at.line));
        }
        _ if matched => {}
        _ if explanation.rules.is_empty() => lines.push(format!("none is asked; decided by {}", decided.by)),
        _ => lines.push(format!("none matches; decided by {}", decided.by)),
    }
    lines
}

fn tiers(retry: &RetrySaid) -> Vec<String> {
    let least =
        retry.at_least.as_ref().map_or(String::new(), |least| format!(", at least {least} by --min-tier"));
    let lines = if let Some(had) = &retry.had_memory {
        vec![format!("a template with {had} of memory →"), format!("{}{least}", tier(&retry.to))]
    } else if retry.from.tier == retry.to.tier {
        vec![format!("stays at {}{least}", tier(&retry.to))]
    } else {
        vec![format!("{} →", tier(&retry.from)), format!("{}{least}", tier(&retry.to))]
    };
    lines.into_iter().chain(retry.sizing.clone()).collect()
}

/// `highmem: 96Gi memory (limit 104Gi), 16 cpu, gapit3-gwas-single-trait-highmem`.
fn tier(tier: &TierSaid) -> String {
    let limit = tier.memory_limit.as_ref().map_or(String::new(), |limit| format!(" (limit {limit})"));
    let memory = tier.memory.as_ref().map(|memory| format!("{memory} memory{limit}"));
    let cpu = tier.cpu.as_ref().map(|cpu| format!("{cpu} cpu"));
    let known: Vec<String> = memory.into_iter().chain(cpu).chain([tier.template.clone()]).collect();
    format!("{}: {}", tier.tier, known.join(", "))
}

fn budget(explanation: &Explanation, retry: &RetrySaid) -> String {
    let by = explanation.decided.as_ref().map_or("", |decided| decided.by.as_str());
    match retry.max_retries {
        Some(most) => spent(retry.used, most, by),
        None => {
            let retries = if retry.used == 1 { "retry" } else { "retries" };
            format!("{} {retries} by {by} before this one; a decision has no budget", retry.used)
        }
    }
}

fn spent(used: u32, most: u32, by: &str) -> String {
    format!("{used} of {most} retries by {by} are spent")
}

fn allowance(retry: &RetrySaid) -> Vec<String> {
    let known = retry.allowance_seconds.zip(retry.allowance_from.as_ref());
    known.into_iter().map(|(seconds, from)| format!("{} ({from})", Seconds(seconds))).collect()
}

fn written(manifest: &ManifestSaid) -> Vec<String> {
    let mut lines = vec![place(&manifest.lines)];
    if let Some(text) = &manifest.lines.text {
        lines.extend(text.lines().take(SHOWN_AT_MOST).map(|line| format!("  {line}")));
        let more = text.lines().count().saturating_sub(SHOWN_AT_MOST);
        lines.extend((more > 0).then(|| format!("  … {more} more lines")));
    }
    lines.extend(manifest.task.iter().map(|task| format!("{}, the task that runs it", place(task))));
    lines.extend(manifest.before.iter().map(|step| format!("{}, its recovery step", place(step))));
    lines.extend(
        manifest.template.iter().map(|template| format!("{}, the template it runs", place(template))),
    );
    lines
}

/// `FILE:12-30`.
fn place(lines: &Lines) -> String {
    if lines.first == lines.last {
        format!("{}:{}", lines.file, lines.first)
    } else {
        format!("{}:{}-{}", lines.file, lines.first, lines.last)
    }
}
