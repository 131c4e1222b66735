//! `[[tiers]]`: those that the run was in, and a next one with twice the memory.

use crate::init::Shown;
use crate::init::ladder::{Asked, next_name};
use crate::init::page::Page;
use crate::recipe::Cause;
use crate::recipe::toml_text::string;
use crate::units::Memory;

pub(super) fn write(page: &mut Page, shown: &Shown<'_>) {
    page.heading("Tiers: a ladder of resources, smallest first");
    let run = shown.lineage.parent();
    let parallelism =
        run.spec.get("parallelism").and_then(serde_json::Value::as_u64).filter(|count| *count > 0);
    if shown.rungs.existing.is_empty() {
        inline(page, shown, parallelism);
    }
    for (at, rung) in shown.rungs.existing.iter().enumerate() {
        if at > 0 {
            page.blank();
        }
        page.line("[[tiers]]");
        page.line(&format!("name        = {}", string(&rung.tier)));
        let code = format!("template    = {}", string(&rung.template));
        let memory =
            rung.memory.as_ref().map_or(String::new(), |memory| format!(", with {memory} of memory"));
        page.noted(&code, &format!("is on the cluster{memory}"));
        if let Some(count) = parallelism {
            page.noted(&format!("parallelism = {count}"), "pods at once, as in the run");
        }
    }
    next(page, shown);
}

/// Whether the recipe has a tier above those that the run was in.
pub(super) fn has_next(shown: &Shown<'_>) -> bool {
    let ran_out = shown.endings.count(Cause::Oom) + shown.endings.count(Cause::OomProbable) > 0;
    ran_out && doubled(shown).is_some()
}

/// Twice the memory limit of the largest tier, where that is known and can be given to a container.
fn doubled(shown: &Shown<'_>) -> Option<Memory> {
    let limit = shown.rungs.top.limit_memory.as_ref().filter(|_| shown.rungs.has_container)?;
    limit.bytes().checked_mul(2).map(Memory::from_bytes)
}

/// The tier of a template that stands in the workflow: a WorkflowTemplate is made of it.
fn inline(page: &mut Page, shown: &Shown<'_>, parallelism: Option<u64>) {
    let asked = &shown.rungs.top;
    page.says("The template stands in the workflow itself, so a WorkflowTemplate is made of it for every tier. The first asks for what the run asked for.");
    page.line("[[tiers]]");
    page.line("name           = \"standard\"");
    let before = page_lines(asked, asked.request_memory.clone(), asked.limit_memory.clone());
    if before.is_empty() && asked.retry.is_none() {
        page.decide(
            "what does one pod need? The template does not say, and what says nothing is put on any node.",
        );
        page.noted(
            "labels         = { tier = \"standard\" }",
            "of the pod; a tier has at least one difference",
        );
    }
    before.iter().for_each(|line| page.line(line));
    retry(page, asked);
    if let Some(count) = parallelism {
        page.noted(&format!("parallelism    = {count}"), "pods at once, as in the run");
    }
}

fn next(page: &mut Page, shown: &Shown<'_>) {
    let asked = &shown.rungs.top;
    let ran_out = shown.endings.count(Cause::Oom) + shown.endings.count(Cause::OomProbable);
    page.blank();
    let Some(limit) = doubled(shown) else {
        if shown.rungs.has_container {
            page.decide("what is more memory? The run does not show a memory limit, so no larger tier can be made of it:");
            page.off("[[tiers]]", "");
            page.off(&format!("name   = \"{}\"", next_name(&shown.rungs)), "");
            page.off("limits = { memory = \"…\" }", "");
        } else {
            page.decide("what is more memory? An item has no container of its own here, so a larger tier is a WorkflowTemplate that exists:");
            page.off("[[tiers]]", "");
            page.off(&format!("name     = \"{}\"", next_name(&shown.rungs)), "");
            page.off("template = \"…\"", "");
        }
        return;
    };
    let noun = shown.items.noun();
    let why = match ran_out {
        0 => format!(
            "would a {noun} ever need more memory? None ran out of it in this run. Twice as much would be"
        ),
        1 => format!(
            "is twice the memory right, and has a node that much? One {noun} was out of memory or killed with 137 in this run."
        ),
        many => format!(
            "is twice the memory right, and has a node that much? {many} {noun}s were out of memory or killed with 137 in this run."
        ),
    };
    page.decide(&why);
    let twice = |memory: &Memory| memory.bytes().checked_mul(2).map(Memory::from_bytes);
    let mut lines = vec!["[[tiers]]".to_owned(), format!("name           = \"{}\"", next_name(&shown.rungs))];
    lines.extend(page_lines(asked, asked.request_memory.as_ref().and_then(twice), Some(limit)));
    if ran_out > 0 {
        lines.iter().for_each(|line| page.line(line));
        retry(page, asked);
        page.off(
            "parallelism  = 4",
            "to decide: are such nodes few? Without it as many pods at once as in the run",
        );
    } else {
        lines.iter().for_each(|line| page.off(line, ""));
    }
}

/// The lines of the resources.
fn page_lines(asked: &Asked, request: Option<Memory>, limit: Option<Memory>) -> Vec<String> {
    let pair = |memory: Option<Memory>, cpu: Option<String>| {
        let memory = memory.map(|memory| format!("memory = {}", string(&memory.to_string())));
        let cpu = cpu.map(|cpu| format!("cpu = {}", string(&cpu)));
        let both: Vec<String> = [memory, cpu].into_iter().flatten().collect();
        (!both.is_empty()).then(|| format!("{{ {} }}", both.join(", ")))
    };
    let requests = pair(request, asked.request_cpu.as_ref().map(ToString::to_string));
    let limits = pair(limit, asked.limit_cpu.as_ref().map(ToString::to_string));
    let threads: Vec<String> = asked.threads.iter().map(|name| string(name)).collect();
    [
        requests.map(|text| format!("requests       = {text}")),
        limits.map(|text| format!("limits         = {text}")),
        (!threads.is_empty()).then(|| format!("threads-env    = [{}]", threads.join(", "))),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What Argo itself repeats: as in the template, without what would fail again.
fn retry(page: &mut Page, asked: &Asked) {
    let Some(strategy) = &asked.retry else { return };
    page.says("As in the template, but what was out of memory is not repeated in the same tier: it would fail again.");
    if let Some(window) = &asked.window {
        page.says(&format!(
            "Its `maxDuration` of {} is left out: it runs from the first attempt's start, and cuts good attempts after it.",
            super::clipped(window)
        ));
    }
    page.line(&format!("retry-strategy = {strategy}"));
}
