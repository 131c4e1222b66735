//! The report for people: counts first, then what runs again, what needs a person, and what the plan takes.

use std::fmt::Write as _;

use super::open::HOW;
use super::{DeadlineReport, ItemReport, Report, TierReport, plain};
use crate::units::{Cpu, Index, Memory, Seconds, name, ranges};

/// How much to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// A line a group.
    Groups,
    /// A line an item that is not done, too.
    Items,
}

/// The whole report as text.
pub fn render(report: &Report, detail: Detail) -> String {
    let mut text = String::new();
    headline(report, &mut text);
    despite(report, &mut text);
    again(report, &mut text);
    left(report, "hold", "needs a person", &mut text);
    left(report, "exhausted", "exhausted", &mut text);
    left(report, "skip", "left alone", &mut text);
    plain(report, "active", "still running", &mut text);
    plain(report, "deferred", "deferred by --only", &mut text);
    if detail == Detail::Items {
        every_item(report, &mut text);
        numbers(report, &mut text);
    }
    takes(report, &mut text);
    deadline(report, &mut text);
    resubmit(report, &mut text);
    for warning in &report.warnings {
        line(&mut text, &format!("warning: {warning}"));
    }
    to_decide(report, &mut text);
    text
}

/// What a person has to decide, as a file that lacks only the choice and the reason.
fn to_decide(report: &Report, text: &mut String) {
    let Some(block) = &report.to_decide else { return };
    line(text, HOW);
    text.push('\n');
    block.lines().for_each(|content| line(text, &format!("    {content}")));
    text.push('\n');
}

/// Argo's own way, with its traps.
fn resubmit(report: &Report, text: &mut String) {
    let Some(resubmit) = &report.resubmit else { return };
    match &resubmit.command {
        Some(command) => line(text, &format!("argo's own way, without this plan: {command}")),
        None => line(text, "argo's own way, argo resubmit --memoized, is closed"),
    }
    resubmit.traps.iter().for_each(|trap| line(text, &format!("  {trap}")));
}

fn line(text: &mut String, content: &str) {
    plain::push(text, "", content);
}

/// `gapit3-gwas-parallel-8nj24 Failed; of 186 traits 181 done, 5 retry, 0 skip, 0 hold`.
fn headline(report: &Report, text: &mut String) {
    let Some(workflow) = &report.workflow else {
        line(
            text,
            &format!(
                "{}: no workflow given; only the tiers' WorkflowTemplates are compiled",
                report.pipeline
            ),
        );
        return;
    };
    let counts = &report.counts;
    let mut parts = vec![
        format!("{} done", counts.done),
        format!("{} retry", counts.retry),
        format!("{} skip", counts.skip),
        format!("{} hold", counts.hold),
    ];
    for (count, word) in
        [(counts.deferred, "deferred"), (counts.exhausted, "exhausted"), (counts.active, "active")]
    {
        if count > 0 {
            parts.push(format!("{count} {word}"));
        }
    }
    let total = report.items.len();
    line(
        text,
        &format!("{} {}: of {total} {}s {}", workflow.name, workflow.phase, report.noun, parts.join(", ")),
    );
}

/// Items of one decision in groups that share what `key` says, in order of their first item.
fn groups<'a, K: PartialEq>(
    report: &'a Report,
    decision: &str,
    key: impl Fn(&'a ItemReport) -> K,
) -> Vec<(K, Vec<&'a ItemReport>)> {
    let mut groups: Vec<(K, Vec<&ItemReport>)> = Vec::new();
    for item in report.items.iter().filter(|item| item.decision == decision) {
        let key = key(item);
        match groups.iter_mut().find(|(known, _)| *known == key) {
            Some((_, members)) => members.push(item),
            None => groups.push((key, vec![item])),
        }
    }
    groups
}

fn indexes(items: &[&ItemReport]) -> String {
    let indexes: Vec<Index> = items.iter().map(|item| Index::new(item.index.as_str())).collect();
    ranges(&indexes)
}

/// Items whose outputs are complete although their node failed.
fn despite(report: &Report, text: &mut String) {
    for ((cause, outputs, reason), items) in
        groups(report, "done", |item| item.by.as_ref().map(|_| (&item.cause, &item.outputs, &item.reason)))
            .into_iter()
            .filter_map(|(key, items)| Some((key?, items)))
    {
        let words = [cause.as_deref(), outputs.as_deref().map(|_| "outputs"), outputs.as_deref()];
        let against: Vec<&str> = words.into_iter().flatten().collect();
        let reason = reason.as_deref().unwrap_or_default();
        line(
            text,
            &format!("  done by decision: {} — {reason} (against {})", indexes(&items), against.join(" ")),
        );
    }
    let of_itself = |item: &ItemReport| item.by.is_none();
    let failed = groups(report, "done", |item| item.cause.clone().filter(|_| of_itself(item)));
    for (cause, items) in failed.iter().filter_map(|(cause, items)| Some((cause.as_ref()?, items))) {
        line(text, &format!("  done despite {cause}: {} (the outputs are complete)", indexes(items)));
    }
    for (reason, items) in groups(report, "done", |item| item.reason.clone().filter(|_| of_itself(item))) {
        if let Some(reason) = reason {
            line(text, &format!("  done: {} ({reason})", indexes(&items)));
        }
    }
}

fn again(report: &Report, text: &mut String) {
    let groups = groups(report, "retry", |item| {
        let memory = item.had_memory.as_ref().zip(item.gets_memory.as_ref());
        (&item.from, &item.to, memory, &item.by, &item.cause, &item.sizing)
    });
    if groups.is_empty() {
        return;
    }
    line(text, "runs again");
    for ((from, to, memory, by, cause, sizing), items) in groups {
        let (from, to) = (from.as_deref().unwrap_or_default(), to.as_deref().unwrap_or_default());
        let place = match memory {
            Some((had, gets)) => format!("had {had} → {to} ({gets})"),
            None if from == to => format!("stays at {to}"),
            None => format!("{from} → {to}"),
        };
        let cause = cause.as_deref().unwrap_or_default();
        line(
            text,
            &format!("  {place}: {} — {cause}{}{}", indexes(&items), died(&items), decided(by.as_deref())),
        );
        if let Some(evidence) = items[0].because.first() {
            line(text, &format!("    {evidence}"));
        }
        if let Some(found) = &items[0].log {
            line(text, &format!("    {found}"));
        }
        if let Some(sizing) = sizing {
            line(text, &format!("    {sizing}"));
        }
    }
}

/// ` (rule oom)`; a policy's key and a flag speak for themselves.
fn decided(by: Option<&str>) -> String {
    match by {
        Some(by) if by.starts_with("policy.") || by.starts_with("--") => format!(" ({by})"),
        Some("scan") => " (scan)".to_owned(),
        Some("upstream") => String::new(),
        Some("decision") => " (by decision)".to_owned(),
        Some(by) => format!(" (rule {by})"),
        None => String::new(),
    }
}

/// `, in MLM` where every item of a group misses the same part first.
fn died(items: &[&ItemReport]) -> String {
    let first = items[0].missing.first();
    match first {
        Some(part)
            if items.iter().all(|item| {
                item.missing.first() == Some(part) && item.outputs.as_deref() == Some("partial")
            }) =>
        {
            format!(", in {part}")
        }
        _ => String::new(),
    }
}

/// Items that do not run, by who decided and why.
fn left<'a>(report: &'a Report, decision: &str, title: &str, text: &mut String) {
    // Who waits for a task that failed is told which: mending it is the whole decision.
    let task = |item: &'a ItemReport| item.because.first().filter(|_| item.by.as_deref() == Some("upstream"));
    let groups = groups(report, decision, |item| (&item.by, &item.reason, &item.cause, task(item)));
    if groups.is_empty() {
        return;
    }
    line(text, title);
    for ((by, reason, cause, task), items) in groups {
        let (cause, reason) = (cause.as_deref().unwrap_or_default(), reason.as_deref().unwrap_or_default());
        line(text, &format!("  {}: {cause} — {reason}{}", indexes(&items), decided(by.as_deref())));
        if let Some(task) = task {
            line(text, &format!("    {task}"));
        }
        if let Some(found) = &items[0].log {
            line(text, &format!("    {found}"));
        }
    }
}

fn plain(report: &Report, decision: &str, title: &str, text: &mut String) {
    let items: Vec<&ItemReport> = report.items.iter().filter(|item| item.decision == decision).collect();
    if !items.is_empty() {
        line(text, &format!("{title}: {}", indexes(&items)));
    }
}

fn every_item(report: &Report, text: &mut String) {
    line(text, &format!("every {} that is not done", report.noun));
    for item in report.items.iter().filter(|item| item.decision != "done") {
        let goes = item.to.as_ref().map_or(String::new(), |to| format!(" at {to}"));
        // Of an item that still runs nobody knows yet why it will end.
        let why: Vec<&str> = item.cause.iter().chain(item.because.first()).map(String::as_str).collect();
        let why = if why.is_empty() { String::new() } else { format!(": {}", why.join(", ")) };
        line(text, &format!("  {:<5} {}{goes}{why}", item.index, item.decision));
    }
}

/// The items in numbers, and how to ask the cluster what of the batch is active.
fn numbers(report: &Report, text: &mut String) {
    let Some(statistics) = &report.statistics else { return };
    text.push_str(&statistics.lines(&report.noun));
    if let Some(workflow) = report.workflow.as_ref().filter(|_| !report.tiers.is_empty()) {
        let root = name::short(&workflow.root, name::OBJECT_MAX);
        let namespace = workflow.namespace.as_ref().map_or(String::new(), |name| format!("-n {name} "));
        line(text, &format!("pods of this batch: kubectl get pods {namespace}-l gapit-compile/root={root}"));
    }
}

fn takes(report: &Report, text: &mut String) {
    if report.tiers.is_empty() {
        return;
    }
    line(text, "takes at once");
    let width = report.tiers.iter().map(|tier| tier.name.len()).max().unwrap_or_default();
    for tier in &report.tiers {
        line(text, &format!("  {:<width$}  {}", tier.name, tier_line(report, tier)));
        if let Some(arithmetic) = arithmetic(tier) {
            line(text, &format!("  {:<width$}  {arithmetic}", ""));
        }
        for variant in &tier.variants {
            let (items, template, changes) = (variant.items, &variant.template, &variant.changes);
            line(text, &format!("  {:<width$}  {items} of them by {template}: {changes}", ""));
        }
    }
}

/// What a tier takes while it runs.
fn tier_line(report: &Report, tier: &TierReport) -> String {
    let memory = tier.memory_bytes.map_or("?".to_owned(), |bytes| Memory::from_bytes(bytes).to_string());
    let cpu = tier.cpu_milli.map_or("?".to_owned(), |milli| Cpu::from_milli(milli).to_string());
    let mut words =
        format!("{} {}{}, {} pod{}", tier.items, report.noun, s(tier.items as u64), tier.pods, s(tier.pods));
    if let Some(before) = tier.lowered_from {
        let _ = write!(words, " ({before} without caps.total)");
    }
    let _ = write!(words, ", {memory} memory, {cpu} cpu");
    if let Some(worst) = tier.worst_case_seconds {
        let hours = worst.div_ceil(3600);
        let _ = write!(words, "; at worst {hours} node-hour{}", s(hours));
    }
    words
}

/// How long a tier may take, with the arithmetic; `None` where nothing bounds it.
fn arithmetic(tier: &TierReport) -> Option<String> {
    let (one, need) = (Seconds(tier.allowance_seconds?), Seconds(tier.need_seconds?));
    let source = tier.allowance_from.as_deref()?;
    Some(format!("{} wave{} × {one} = {need}; {one} is {source}", tier.waves, s(tier.waves)))
}

fn s(count: u64) -> &'static str {
    if count == 1 { "" } else { "s" }
}

fn deadline(report: &Report, text: &mut String) {
    let Some(deadline) = report.deadline.as_ref().filter(|_| !report.tiers.is_empty()) else { return };
    if let Some(queue) = &deadline.queue {
        let waves = queue.items.div_ceil(u64::from(queue.limit));
        line(
            text,
            &format!(
                "  of all {} {}{}, {} at once by the semaphore: {waves} wave{} more, {}",
                queue.items,
                report.noun,
                s(queue.items),
                queue.limit,
                s(waves),
                Seconds(queue.wait_seconds)
            ),
        );
    }
    line(text, &said_of(deadline));
}

/// The Workflow's deadline, and what made it so.
fn said_of(deadline: &DeadlineReport) -> String {
    let (Some(value), Some(base)) = (deadline.value_seconds, deadline.base_seconds) else {
        return "deadline: none, as before".to_owned();
    };
    let before = match deadline.parent_seconds {
        Some(parent) if parent == value => "as before".to_owned(),
        Some(parent) => format!("before it was {}", Seconds(parent)),
        None => "before there was none".to_owned(),
    };
    let floor = Seconds(base).up_to_hour();
    let because = match deadline.capped_from_seconds {
        Some(wanted) => format!("caps.deadline; without it {}; {before}", Seconds(wanted)),
        None if value > floor.0 && deadline.parent_seconds == Some(base) => {
            format!("without the plan's need it would be {floor}")
        }
        None if value > floor.0 => format!("without the plan's need it would be {floor}; {before}"),
        None if deadline.parent_seconds == Some(value) => before,
        None if deadline.parent_seconds == Some(base) => format!("in whole hours; {before}"),
        None => format!("as deadline.workflow says; {before}"),
    };
    let joint = if because.starts_with("as ") { "," } else { ";" };
    format!("deadline {value} s ({}){joint} {because}", Seconds(value))
}
