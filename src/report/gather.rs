//! From the stages' results to the report.

use super::{
    Counts, DeadlineReport, FaultReport, FileReport, ItemReport, QueueReport, Report, StopLossReport,
    TierReport, VariantReport, WorkflowReport, open, resubmit, statistics,
};
use crate::diagnose::{ItemDiagnosis, Judgement, OutputState, Verdict};
use crate::pipeline::{Compilation, Inputs, Run};
use crate::plan::{AllowanceSource, Decision, Fate, Plan, TierPlan, Variant, Variation, line_in_log};
use crate::recipe::Recipe;

/// Gathers the report; `files` says what becomes of each file.
pub fn gather(inputs: &Inputs, compilation: &Compilation, files: Vec<FileReport>) -> Report {
    let recipe = &inputs.recipe;
    let run = compilation.run.as_ref();
    let items: Vec<ItemReport> = run.map(|run| items(recipe, run)).unwrap_or_default();
    Report {
        report: 1,
        pipeline: recipe.pipeline.value.clone(),
        noun: recipe.items.noun.clone(),
        workflow: inputs.evidence.as_ref().map(|evidence| {
            let parent = evidence.lineage.parent();
            WorkflowReport {
                name: parent.name.clone(),
                phase: parent.phase.to_string(),
                root: evidence.lineage.root().name.clone(),
                next_generation: evidence.lineage.next_generation(),
                namespace: parent.namespace.clone(),
            }
        }),
        counts: counts(&items),
        resubmit: resubmit::resubmit(inputs, &items),
        statistics: run.map(|run| statistics::statistics(&run.diagnosis, &items)),
        items,
        tiers: run.map(|run| tiers(recipe, run)).unwrap_or_default(),
        deadline: run.map(|run| DeadlineReport {
            base_seconds: run.plan.deadline.base.map(|length| length.0),
            parent_seconds: run.plan.deadline.parent.map(|length| length.0),
            value_seconds: run.plan.deadline.value.map(|length| length.0),
            capped_from_seconds: run.plan.deadline.capped_from.map(|length| length.0),
            queue: run.plan.deadline.queue.map(|queue| QueueReport {
                items: queue.items,
                limit: queue.limit,
                wait_seconds: queue.wait.0,
            }),
        }),
        stop_loss: run.map(|run| StopLossReport {
            counted: run.plan.stop_loss.counted,
            range: run.plan.stop_loss.range,
            limit: run.plan.stop_loss.limit.nearest(),
            exceeded: run.plan.stop_loss.is_exceeded(),
        }),
        to_decide: run
            .zip(inputs.evidence.as_ref())
            .and_then(|(run, evidence)| open::of_run(recipe, evidence, run)),
        forbidden: run
            .map(|run| run.plan.forbidden.iter().map(FaultReport::from).collect())
            .unwrap_or_default(),
        warnings: compilation.warnings.clone(),
        files,
    }
}

fn counts(items: &[ItemReport]) -> Counts {
    let count = |word: &str| items.iter().filter(|item| item.decision == word).count();
    Counts {
        done: count("done"),
        retry: count("retry"),
        skip: count("skip"),
        hold: count("hold"),
        deferred: count("deferred"),
        exhausted: count("exhausted"),
        active: count("active"),
    }
}

fn items(recipe: &Recipe, run: &Run) -> Vec<ItemReport> {
    run.diagnosis
        .items
        .iter()
        .zip(&run.plan.decisions)
        .map(|(item, decision)| report_item(recipe, &run.plan, item, decision))
        .collect()
}

/// The word of a fate.
pub(super) fn word(fate: &Fate) -> &'static str {
    match fate {
        Fate::Done | Fate::Settled(_) => "done",
        Fate::Retry(_) => "retry",
        Fate::Deferred => "deferred",
        Fate::Skip(_) => "skip",
        Fate::Hold(_) => "hold",
        Fate::Exhausted(_) => "exhausted",
        Fate::Active => "active",
    }
}

/// The judgement of an item, also where it is done despite it.
pub(super) fn judgement(item: &ItemDiagnosis) -> Option<&Judgement> {
    match &item.verdict {
        Verdict::Failed(judgement) => Some(judgement),
        Verdict::Done { despite, .. } => despite.as_ref(),
        Verdict::Active => None,
    }
}

/// The word of an output state.
pub(super) fn state(state: &OutputState) -> &'static str {
    match state {
        OutputState::Missing => "missing",
        OutputState::Unreadable(_) => "unreadable",
        OutputState::Stale => "stale",
        OutputState::Partial => "partial",
        OutputState::Complete => "complete",
    }
}

/// Where an allowance comes from, in words.
pub(super) fn allowance_source(source: AllowanceSource) -> String {
    match source {
        AllowanceSource::Factor { factor, cut } => format!("{factor} × {cut}, the deadline that cut it"),
        AllowanceSource::Template => "the deadline of its template".to_owned(),
        AllowanceSource::Longest(longest) => {
            format!("1.5 × {longest}, the longest attempt that ended by itself")
        }
        AllowanceSource::Cap(wanted) => format!("caps.deadline; without it {wanted}"),
    }
}

fn report_item(recipe: &Recipe, plan: &Plan, item: &ItemDiagnosis, decision: &Decision) -> ItemReport {
    let judged = judgement(item);
    let retried = if let Fate::Retry(retried) = &decision.fate { Some(retried) } else { None };
    let because = match &decision.fate {
        Fate::Settled(because) | Fate::Skip(because) | Fate::Hold(because) | Fate::Exhausted(because) => {
            Some(because)
        }
        Fate::Done | Fate::Retry(_) | Fate::Deferred | Fate::Active => None,
    };
    let done_reason = if let Verdict::Done { reason, .. } = &item.verdict { reason.clone() } else { None };
    let tier = |position: usize| recipe.tiers[position].name.value.clone();
    let allowance = retried.and_then(|retried| retried.allowance);
    let by = retried.map(|retried| &retried.by).or(because.map(|because| &because.by));
    let rule = recipe.rules.iter().find(|rule| by.is_some_and(|by| rule.name.value == *by));
    let outside = plan.outside.get(&item.index);
    ItemReport {
        index: item.index.to_string(),
        decision: word(&decision.fate).to_owned(),
        cause: judged.map(|judgement| judgement.cause.to_string()),
        confidence: judged.map(|judgement| judgement.confidence.to_string()),
        because: judged.map(|judgement| judgement.because.clone()).unwrap_or_default(),
        by: by.map(|by| by.to_string()),
        reason: because.map(|because| because.reason.clone()).or(done_reason),
        log: rule.and_then(|rule| line_in_log(&rule.when, item)).map(|line| line.to_string()),
        from: retried.map(|retried| tier(retried.from)),
        to: retried.map(|retried| tier(retried.to)),
        sizing: retried.and_then(|retried| retried.sizing.as_deref()).map(str::to_owned),
        had_memory: outside.map(|outside| outside.had.to_string()),
        gets_memory: outside.map(|outside| outside.gets.to_string()),
        variant: retried.and_then(|retried| plan.variant(retried)).map(|variant| variant.name.clone()),
        allowance_seconds: allowance.map(|allowance| allowance.length.0),
        allowance_from: allowance.map(|allowance| allowance_source(allowance.source)),
        outputs: item.outputs.as_ref().map(|outputs| state(&outputs.state).to_owned()),
        directory: item.outputs.as_ref().and_then(|outputs| outputs.directory.clone()),
        missing: item.outputs.as_ref().map(|outputs| outputs.missing.clone()).unwrap_or_default(),
        node: item.node.as_ref().map(|node| node.id.clone()),
        attempts: item.node.as_ref().map_or(0, |node| node.attempts.len()),
    }
}

fn tiers(recipe: &Recipe, run: &Run) -> Vec<TierReport> {
    let used = run.plan.tiers.iter().filter(|tier| !tier.items.is_empty());
    used.map(|tier| report_tier(recipe, run, tier)).collect()
}

fn report_tier(recipe: &Recipe, run: &Run, tier: &TierPlan) -> TierReport {
    let pods = tier.pods_at_once();
    let variants = run.plan.variants.iter().filter(|variant| variant.tier == tier.tier);
    TierReport {
        name: recipe.tiers[tier.tier].name.value.clone(),
        template: run.ladder.template(tier.tier).to_owned(),
        variants: variants.map(report_variant).collect(),
        items: tier.items.len(),
        pods,
        lowered_from: tier.lowered_from,
        memory_bytes: tier.pod.memory_bytes.map(|one| one.saturating_mul(pods)),
        cpu_milli: tier.pod.cpu_milli.map(|one| one.saturating_mul(pods)),
        waves: tier.waves,
        allowance_seconds: tier.allowance.map(|allowance| allowance.length.0),
        allowance_from: tier.allowance.map(|allowance| allowance_source(allowance.source)),
        need_seconds: tier.need.map(|length| length.0),
        worst_case_seconds: tier.worst_case.map(|length| length.0),
    }
}

fn report_variant(variant: &Variant) -> VariantReport {
    VariantReport {
        template: variant.name.clone(),
        rule: variant.rule.clone(),
        items: variant.items.len(),
        deadline_seconds: variant.variation.deadline.map(|length| length.0),
        changes: changes(&variant.variation),
    }
}

/// `deadline 3 h; waits 30 s, times 2, at most 5 min, 3 retries`.
pub(super) fn changes(variation: &Variation) -> String {
    let deadline = variation.deadline.map(|length| format!("deadline {length}"));
    let waits = variation.backoff.map(|backoff| {
        let factor = backoff.factor.map(|factor| format!(", times {factor}"));
        let cap = backoff.cap.map(|cap| format!(", at most {cap}"));
        let limit =
            backoff.limit.map(|limit| format!(", {limit} {}", if limit == 1 { "retry" } else { "retries" }));
        let rest: String = [factor, cap, limit].into_iter().flatten().collect();
        format!("waits {}{rest}", backoff.duration)
    });
    deadline.into_iter().chain(waits).collect::<Vec<_>>().join("; ")
}
