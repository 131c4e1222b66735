//! From the stages' results to the page.

use super::super::gather::{allowance_source, changes, judgement, state, word};
use super::super::open;
use super::manifest::written;
use super::{
    AttemptSaid, BudgetSaid, CauseSaid, Decider, Explanation, FailedOn, OutputsSaid, RefusedSaid, RetrySaid,
    RuleAsked, RunSaid, Spot, StandSaid, TierSaid,
};
use crate::diagnose::{
    self, Attempt, Diagnosis, ItemDiagnosis, ItemOutputs, Judgement, NodeFacts, OutputState, Verdict,
    stop_reason,
};
use crate::error::Faults;
use crate::evidence::Evidence;
use crate::evidence::snapshot::NodeType;
use crate::pipeline::{Inputs, Run};
use crate::plan::{Fate, Ladder, Options, Retried, Tried, decision_about, line_in_log, stand, trace};
use crate::recipe::Recipe;
use crate::source::Place;
use crate::units::Index;
use crate::verify::Manifest;

/// Gathers the page; `compiled` is what is written for the run, or why nothing can be. `None` where the range has no such item.
///
/// # Errors
/// Where the flags mean no plan.
pub fn explain(
    inputs: &Inputs,
    evidence: &Evidence,
    run: &Run,
    compiled: Result<&[Manifest], &Faults>,
    index: &Index,
) -> Result<Option<Explanation>, Faults> {
    let Some(position) = run.diagnosis.items.iter().position(|item| item.index == *index) else {
        return Ok(None);
    };
    let (item, fate) = (&run.diagnosis.items[position], &run.plan.decisions[position].fate);
    let recipe = &inputs.recipe;
    let options = Options::of(recipe, &inputs.flags)?;
    let asked = trace(recipe, evidence, &run.diagnosis, &run.ladder, &options, item);
    let rules = |tried: &[Tried], as_oom: bool| -> Vec<RuleAsked> {
        tried.iter().map(|tried| rule_asked(recipe, item, tried, as_oom)).collect()
    };
    let retried = if let Fate::Retry(retried) = fate { Some(retried) } else { None };
    let not_written = retried.and_then(|_| not_written(run, compiled));
    let manifests = compiled.ok().filter(|_| retried.is_some());
    Ok(Some(Explanation {
        explanation: 1,
        noun: recipe.items.noun.clone(),
        item: index.to_string(),
        decision: word(fate).to_owned(),
        reason: reason(item, fate),
        outputs: item.outputs.as_ref().map(outputs),
        no_outputs: diagnose::outputs_unknown(recipe, evidence).map(str::to_owned),
        runs: runs(evidence, item),
        cause: judgement(item).map(cause),
        rules: [rules(&asked.tried, false), rules(&asked.as_oom, true)].concat(),
        decided: decider(recipe, (evidence, &run.diagnosis), item, fate),
        retry: retried.map(|retried| retry(inputs, run, index, retried)),
        stands: stands(recipe, evidence, run, &options, item, fate),
        manifest: manifests.and_then(|manifests| written(recipe, manifests, index)),
        not_written,
        to_decide: open::of_item(recipe, evidence, run, item, fate),
    }))
}

fn reason(item: &ItemDiagnosis, fate: &Fate) -> Option<String> {
    match (fate, &item.verdict) {
        (
            Fate::Settled(because) | Fate::Skip(because) | Fate::Hold(because) | Fate::Exhausted(because),
            _,
        ) => Some(because.reason.clone()),
        (Fate::Deferred, _) => Some("left out by --only".to_owned()),
        (_, Verdict::Done { reason: Some(reason), .. }) => Some(reason.clone()),
        (_, Verdict::Done { despite: Some(_), .. }) => {
            Some("its outputs are complete, whatever became of its node".to_owned())
        }
        (Fate::Active, _) => Some("its workflow is still at it".to_owned()),
        (Fate::Done | Fate::Retry(_), _) => None,
    }
}

fn outputs(found: &ItemOutputs) -> OutputsSaid {
    let unreadable = if let OutputState::Unreadable(what) = &found.state { Some(what.clone()) } else { None };
    let others = found.others.iter();
    OutputsSaid {
        state: state(&found.state).to_owned(),
        directory: found.directory.clone(),
        unreadable,
        present: found.present.clone(),
        missing: found.missing.clone(),
        markers: found.markers.iter().map(ToString::to_string).collect(),
        others: others.map(|(directory, other)| format!("{directory}: {}", state(other))).collect(),
    }
}

/// Every generation that saw it, and the one that should have.
fn runs(evidence: &Evidence, item: &ItemDiagnosis) -> Vec<RunSaid> {
    let past = item.history.iter().map(|past| {
        run_said(evidence, &item.index, past.position, past.node.as_ref(), Some(&past.judgement))
    });
    let last = item.node.iter().map(|node| run_said(evidence, &item.index, node.position, Some(node), None));
    past.chain(last).collect()
}

fn run_said(
    evidence: &Evidence,
    index: &Index,
    position: usize,
    node: Option<&NodeFacts>,
    after: Option<&Judgement>,
) -> RunSaid {
    let workflow = &evidence.lineage.generations()[position];
    let planned = evidence.ledger.of(workflow).and_then(|entry| entry.items.get(index));
    RunSaid {
        workflow: workflow.name.clone(),
        generation: workflow.generation(),
        sent: planned.map(|planned| format!("{} to {}", planned.rule, planned.tier)),
        node: node.map(|node| node.id.clone()),
        phase: node.map(|node| node.phase.to_string()),
        ran: node.and_then(ran),
        attempts: node.map_or(Vec::new(), |node| node.attempts.iter().map(attempt).collect()),
        stopped_trying: node.and_then(stopped_trying),
        cause: after.map(|judged| judged.cause.to_string()),
    }
}

fn ran(node: &NodeFacts) -> Option<String> {
    let reference = node.template_ref.as_ref();
    reference
        .map(|reference| {
            let kind = if reference.cluster_scope { "ClusterWorkflowTemplate " } else { "" };
            format!("{kind}{}/{}", reference.name, reference.template)
        })
        .or_else(|| node.template_name.clone())
}

/// The Retry's message, unless it is only the last attempt's again, and what it means.
fn stopped_trying(node: &NodeFacts) -> Option<String> {
    let own = node.kind == NodeType::Retry
        && !node.message.is_empty()
        && node.attempts.iter().all(|attempt| attempt.id != node.id && attempt.message != node.message);
    let message = own.then(|| node.message.trim().to_owned());
    let meaning = stop_reason(node).map(|row| row.explanation.to_owned());
    let said: Vec<String> = message.into_iter().chain(meaning).collect();
    (!said.is_empty()).then(|| said.join(". "))
}

fn attempt(attempt: &Attempt) -> AttemptSaid {
    let message = attempt.message.trim();
    AttemptSaid {
        node: attempt.id.clone(),
        phase: attempt.phase.to_string(),
        started: attempt.started.map(|time| time.to_string()),
        finished: attempt.finished.map(|time| time.to_string()),
        seconds: attempt.length().map(|length| length.0),
        host: attempt.host.clone(),
        exit_code: attempt.exit_code,
        signal: attempt.exit_code.and_then(signal).map(str::to_owned),
        peak: attempt.peak.as_ref().map(|peak| format!("{}, {}", peak.memory.about(), peak.source)),
        message: (!message.is_empty()).then(|| message.to_owned()),
    }
}

/// A shell's code of a program that a signal ended is 128 and the signal's number (POSIX, `kill`).
fn signal(code: i32) -> Option<&'static str> {
    let signals = [(129, "SIGHUP"), (130, "SIGINT"), (131, "SIGQUIT"), (132, "SIGILL"), (134, "SIGABRT")];
    let faults = [(135, "SIGBUS"), (136, "SIGFPE"), (137, "SIGKILL"), (139, "SIGSEGV"), (143, "SIGTERM")];
    signals.iter().chain(&faults).find(|(known, _)| *known == code).map(|(_, name)| *name)
}

fn cause(judged: &Judgement) -> CauseSaid {
    let refused = judged.refused.iter();
    CauseSaid {
        cause: judged.cause.to_string(),
        confidence: judged.confidence.to_string(),
        row: judged.row.to_owned(),
        meaning: judged.explanation.to_owned(),
        because: judged.because.clone(),
        refused: refused
            .map(|other| RefusedSaid { cause: other.cause.to_string(), because: other.because.clone() })
            .collect(),
    }
}

fn rule_asked(recipe: &Recipe, item: &ItemDiagnosis, tried: &Tried, as_oom: bool) -> RuleAsked {
    let rule = &recipe.rules[tried.rule];
    let failed_on = tried.failed_on.as_ref().map(|unmet| FailedOn {
        word: unmet.word.to_owned(),
        wanted: unmet.wanted.clone(),
        found: unmet.found.clone(),
    });
    let log = line_in_log(&rule.when, item).filter(|_| failed_on.is_none());
    let log = log.map(|line| line.to_string());
    RuleAsked { rule: rule.name.value.clone(), at: spot(&rule.place), as_oom, failed_on, log }
}

fn spot(place: &Place) -> Spot {
    Spot { file: place.source().name().to_owned(), line: place.line_column().0 }
}

fn decider(
    recipe: &Recipe,
    (evidence, diagnosis): (&Evidence, &Diagnosis),
    item: &ItemDiagnosis,
    fate: &Fate,
) -> Option<Decider> {
    let by = match fate {
        Fate::Done | Fate::Active => return None,
        Fate::Deferred => "--only",
        Fate::Retry(retried) => &retried.by,
        Fate::Settled(because) | Fate::Skip(because) | Fate::Hold(because) | Fate::Exhausted(because) => {
            &because.by
        }
    };
    let entry = decision_about(evidence, diagnosis, item);
    let rule = recipe.rules.iter().find(|rule| entry.is_none() && rule.name.value == *by);
    Some(Decider {
        by: by.to_owned(),
        at: entry.map(|entry| spot(&entry.place)).or_else(|| rule.map(|rule| spot(&rule.place))),
        reason: entry.map(|entry| entry.reason.clone()),
    })
}

fn retry(inputs: &Inputs, run: &Run, index: &Index, retried: &Retried) -> RetrySaid {
    let mut to = tier(&inputs.recipe, &run.ladder, retried.to);
    let variant = run.plan.variant(retried).map(|variant| {
        let own = std::mem::replace(&mut to.template, variant.name.clone());
        format!("{own} with {}", changes(&variant.variation))
    });
    RetrySaid {
        from: tier(&inputs.recipe, &run.ladder, retried.from),
        to,
        sizing: retried.sizing.as_deref().map(str::to_owned),
        had_memory: run.plan.outside.get(index).map(|outside| outside.had.to_string()),
        variant,
        at_least: inputs.flags.min_tier.clone(),
        used: retried.used,
        max_retries: retried.max_retries,
        allowance_seconds: retried.allowance.map(|allowance| allowance.length.0),
        allowance_from: retried.allowance.map(|allowance| allowance_source(allowance.source)),
    }
}

/// The tier and the budget of an item that waits, is left or has nothing more to try.
fn stands(
    recipe: &Recipe,
    evidence: &Evidence,
    run: &Run,
    options: &Options,
    item: &ItemDiagnosis,
    fate: &Fate,
) -> Option<StandSaid> {
    if !matches!(fate, Fate::Deferred | Fate::Skip(_) | Fate::Hold(_) | Fate::Exhausted(_)) {
        return None;
    }
    let found = stand(recipe, evidence, &run.diagnosis, &run.ladder, options, item)?;
    let budget = found.budget.map(|spent| BudgetSaid {
        by: spent.by,
        used: spent.used,
        max_retries: spent.max_retries,
    });
    let had_memory = found.had.map(|had| had.to_string());
    Some(StandSaid { tier: tier(recipe, &run.ladder, found.tier), had_memory, budget })
}

fn tier(recipe: &Recipe, ladder: &Ladder, position: usize) -> TierSaid {
    let resources = ladder.resources(position);
    TierSaid {
        tier: recipe.tiers[position].name.value.clone(),
        template: ladder.template(position).to_owned(),
        memory: resources.request_memory.as_ref().map(ToString::to_string),
        memory_limit: resources.limit_memory.as_ref().map(ToString::to_string),
        cpu: resources.request_cpu.as_ref().map(ToString::to_string),
    }
}

/// Why nothing is written although an item runs again: the first reason is the one to mend first.
fn not_written(run: &Run, compiled: Result<&[Manifest], &Faults>) -> Option<String> {
    let first = match compiled {
        Err(faults) => faults.iter().next(),
        Ok(_) => run.plan.forbidden.iter().next(),
    }?;
    Some(format!("{} ({})", first.message, first.code))
}
