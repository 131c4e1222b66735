//! The two witnesses: what the outputs say and what the nodes say make one verdict an item.

use std::collections::{BTreeMap, BTreeSet};

use super::causes::{self, Confidence, Judgement, PassedOver};
use super::moments::Moments;
use super::upstream::Above;
use super::{
    Diagnosis, ItemDiagnosis, ItemOutputs, MarkerTrouble, NodeFacts, OutputState, Past, Upstream, Verdict,
    attempts, recovery,
};
use crate::evidence::snapshot::{Lineage, Phase, Workflow};
use crate::recipe::Cause;
use crate::units::{Index, ranges};

/// What the nodes of an item say, before the outputs are asked.
enum Testimony {
    Succeeded,
    /// Left out on purpose, for this reason.
    Excused(String),
    Failed(Judgement),
    Active,
}

/// What is judged together.
pub(super) struct Witnesses {
    /// The whole range.
    pub range: Vec<Index>,
    /// Every node of every item, the earliest generation first.
    pub nodes: BTreeMap<Index, Vec<NodeFacts>>,
    /// What each generation's spec was to run.
    pub expected: Vec<BTreeSet<Index>>,
    /// What each generation ran because its outputs were missing although its node had succeeded, by the ledger.
    pub lacked: Vec<BTreeSet<Index>>,
    /// What lies in the output directories.
    pub outputs: Option<BTreeMap<Index, ItemOutputs>>,
    /// What failed above the fan-outs of each generation.
    pub above: Vec<Above>,
}

/// For each generation, whether an item of it began.
pub(super) fn began(lineage: &Lineage, nodes: &BTreeMap<Index, Vec<NodeFacts>>) -> Vec<bool> {
    let begun: BTreeSet<usize> = nodes
        .values()
        .flatten()
        .filter(|node| node.phase != Phase::Omitted)
        .map(|node| node.position)
        .collect();
    (0..lineage.generations().len()).map(|position| begun.contains(&position)).collect()
}

/// Makes one verdict an item.
pub(super) fn reconcile(
    lineage: &Lineage,
    witnesses: Witnesses,
    moments: &[Moments],
    mut warnings: Vec<String>,
) -> Diagnosis {
    let Witnesses { range, mut nodes, expected, lacked, mut outputs, above } = witnesses;
    let longest_by_itself = attempts::longest_by_itself(&nodes, moments);
    let mut items = Vec::new();
    let mut waits = Vec::new();
    for index in range {
        let mut history = nodes.remove(&index).unwrap_or_default();
        let node = history.pop();
        let blocked = |position: usize| above[position].of(&index);
        let judge = |node: &NodeFacts| {
            let position = node.position;
            testify(node, &lineage.generations()[position], &moments[position], blocked(position))
        };
        let home = expected.iter().rposition(|generation| generation.contains(&index)).unwrap_or(0);
        // A plan that ran it again because its outputs were missing had looked at them: that success was none.
        let refuted =
            |past: &NodeFacts| lacked.iter().skip(past.position + 1).any(|items| items.contains(&index));
        let succeeded =
            history.iter().rfind(|past| matches!(judge(past), Testimony::Succeeded) && !refuted(past));
        let succeeded = succeeded.map(|past| past.workflow.clone());
        let never = || absent(lineage.root(), &moments[0], blocked(0));
        let first = history.first().or(node.as_ref()).is_some_and(|node| node.position > 0);
        let before = first.then(|| Past { position: 0, node: None, judgement: past(never()) });
        let history = passed(lineage, before, history, judge);
        let testimony = match &node {
            Some(node) => left_out(lineage, node, &history).unwrap_or_else(|| judge(node)),
            None => absent(&lineage.generations()[home], &moments[home], blocked(home)),
        };
        let outputs = outputs.as_mut().and_then(|outputs| outputs.remove(&index));
        let verdict = verdict(testimony, outputs.as_ref(), succeeded);
        waits.push(blocked(node.as_ref().map_or(home, |node| node.position)));
        items.push(ItemDiagnosis { verdict, index, node, history, outputs });
    }
    // What the root's spec has beyond the range was told when the two were compared.
    nodes.retain(|index, _| !expected[0].contains(index));
    if !nodes.is_empty() {
        warnings.push(format!("{} ran, but outside the range: left alone", ranges(nodes.keys())));
    }
    barely_enough(&items, moments, &mut warnings);
    warnings.extend(recovery::told(&items));
    warnings.extend(above.last().and_then(|above| retry_that_died(lineage, above)));
    let upstream = nothing_else_is_left(&items, &waits);
    Diagnosis { items, upstream, longest_by_itself, warnings }
}

/// The tasks that every item waits for that is not done; none where one of them has something else to wait for.
fn nothing_else_is_left(items: &[ItemDiagnosis], waits: &[Option<&Upstream>]) -> Vec<Upstream> {
    let mut tasks: Vec<Upstream> = Vec::new();
    for (item, task) in items.iter().zip(waits) {
        match (&item.verdict, task) {
            (Verdict::Done { .. }, _) => {}
            (Verdict::Failed(judgement), Some(task)) if judgement.cause == Cause::Upstream => {
                if !tasks.contains(task) {
                    tasks.push((*task).clone());
                }
            }
            _ => return Vec::new(),
        }
    }
    tasks
}

/// A retry of which nothing began leaves every item as it was: that it died would show nowhere.
fn retry_that_died(lineage: &Lineage, above: &Above) -> Option<String> {
    let dead = above.dead.as_ref().filter(|_| lineage.generations().len() > 1)?;
    Some(format!("nothing of {} began, so it tells nothing of any item: {}", dead.workflow, dead.message))
}

/// Whoever succeeded after an attempt that was out of memory will not always be so lucky.
fn barely_enough(items: &[ItemDiagnosis], moments: &[Moments], warnings: &mut Vec<String>) {
    let lucky = |item: &&ItemDiagnosis| {
        let done = matches!(item.verdict, Verdict::Done { despite: None, .. });
        let node = item.node.as_ref().filter(|node| done && node.last().phase == Phase::Succeeded);
        node.is_some_and(|node| causes::ran_out_of_memory(node, &moments[node.position]))
    };
    let lucky: Vec<&Index> = items.iter().filter(lucky).map(|item| &item.index).collect();
    if !lucky.is_empty() {
        warnings.push(format!("{} succeeded only after an attempt that was out of memory", ranges(lucky)));
    }
}

/// What the generations before the last one that has the item saw of it.
fn passed(
    lineage: &Lineage,
    before: Option<Past>,
    nodes: Vec<NodeFacts>,
    judge: impl Fn(&NodeFacts) -> Testimony,
) -> Vec<Past> {
    let mut history: Vec<Past> = before.into_iter().collect();
    for node in nodes {
        let testimony = left_out(lineage, &node, &history).unwrap_or_else(|| judge(&node));
        history.push(Past { position: node.position, judgement: past(testimony), node: Some(node) });
    }
    history
}

/// An item that its failed recovery step kept from running is as it was before: the same rule, and so the same step, is for it again.
fn left_out(lineage: &Lineage, node: &NodeFacts, history: &[Past]) -> Option<Testimony> {
    let (step, before) = (node.unrecovered.as_ref()?, history.last()?);
    let workflow = &lineage.generations()[node.position];
    Some(Testimony::Failed(recovery::still(before.judgement.clone(), workflow, step)))
}

/// Why an item ran again after a generation: a node that succeeded can only have lacked its outputs.
fn past(testimony: Testimony) -> Judgement {
    match testimony {
        Testimony::Failed(judgement) => judgement,
        Testimony::Succeeded | Testimony::Excused(_) | Testimony::Active => output_missing(None),
    }
}

/// What an item's own node says: the last attempt decides.
fn testify(
    node: &NodeFacts,
    workflow: &Workflow,
    moments: &Moments,
    upstream: Option<&Upstream>,
) -> Testimony {
    if node.phase == Phase::Succeeded {
        return Testimony::Succeeded;
    }
    if matches!(node.phase, Phase::Skipped | Phase::Omitted) {
        return match causes::passed_over(node) {
            PassedOver::Succeeded => Testimony::Succeeded,
            PassedOver::LeftOut => {
                let why = match node.message.trim() {
                    "" => ", which gives no reason".to_owned(),
                    said => format!(": {said}"),
                };
                Testimony::Excused(format!("skipped by the workflow itself{why}"))
            }
            PassedOver::Failed(judgement) => Testimony::Failed(named(judgement, node, upstream)),
        };
    }
    if !node.phase.is_over() && workflow.is_active() {
        return Testimony::Active;
    }
    let last = node.last();
    match last.phase {
        Phase::Succeeded => Testimony::Succeeded,
        Phase::Failed | Phase::Error => Testimony::Failed(causes::judge(node, moments)),
        _ => Testimony::Failed(causes::never_ended(node, moments, &ended(workflow, moments))),
    }
}

/// An item that was omitted, with the task that it was omitted for where that is known.
fn named(omitted: Judgement, node: &NodeFacts, upstream: Option<&Upstream>) -> Judgement {
    let Some(upstream) = upstream.filter(|_| omitted.cause == Cause::Upstream) else { return omitted };
    let because = vec![format!("{}: {}", node.message.trim(), upstream.told())];
    Judgement { because, ..omitted }
}

/// What it means that an item of the range has no node.
fn absent(parent: &Workflow, moments: &Moments, upstream: Option<&Upstream>) -> Testimony {
    if let Some(upstream) = upstream {
        let because = format!("no node: {}", upstream.told());
        return Testimony::Failed(Judgement::new(Cause::Upstream, Confidence::Certain, "no node", because));
    }
    if parent.is_active() {
        return Testimony::Active;
    }
    let (cause, confidence) = match (&moments.stop, &moments.deadline) {
        (Some(_), _) => (Cause::Stopped, Confidence::Certain),
        (None, Some(_)) => (Cause::Starved, Confidence::Certain),
        (None, None) => (Cause::Starved, Confidence::Weak),
    };
    Testimony::Failed(Judgement::new(
        cause,
        confidence,
        "no node",
        format!("no node: the workflow {} before it was made", ended(parent, moments)),
    ))
}

/// How a workflow ended, in words that fit behind its name.
fn ended(workflow: &Workflow, moments: &Moments) -> String {
    match (&moments.strategy, &moments.deadline) {
        (Some(strategy), _) => format!("was told to {strategy}"),
        (None, Some(deadline)) => format!("reached its deadline of {}", deadline.interval),
        (None, None) => format!("ended {}", workflow.phase),
    }
}

/// The table itself: fresh outputs win. Where nobody looked at them, what came after a success takes nothing back; `before` is the
/// workflow of an earlier generation in which the item succeeded.
fn verdict(testimony: Testimony, outputs: Option<&ItemOutputs>, before: Option<String>) -> Verdict {
    let complete = outputs.is_some_and(|outputs| outputs.state == OutputState::Complete);
    let unknown = outputs.is_none_or(|outputs| matches!(outputs.state, OutputState::Unreadable(_)));
    match testimony {
        Testimony::Succeeded if complete || unknown => Verdict::Done { despite: None, reason: None },
        Testimony::Succeeded => Verdict::Failed(output_missing(outputs)),
        Testimony::Excused(reason) => Verdict::Done { despite: None, reason: Some(reason) },
        Testimony::Failed(judgement) if complete => Verdict::Done { despite: Some(judgement), reason: None },
        Testimony::Failed(_) | Testimony::Active if unknown && before.is_some() => Verdict::Done {
            despite: None,
            reason: before.map(|workflow| format!("it succeeded in {workflow}, before it ran again")),
        },
        Testimony::Failed(judgement) => Verdict::Failed(judgement),
        Testimony::Active if complete => Verdict::Done {
            despite: None,
            reason: Some("still running, but its outputs are complete".to_owned()),
        },
        Testimony::Active => Verdict::Active,
    }
}

/// The node succeeded, and the files say otherwise.
fn output_missing(outputs: Option<&ItemOutputs>) -> Judgement {
    let Some((outputs, directory)) =
        outputs.and_then(|outputs| Some((outputs, outputs.directory.as_deref()?)))
    else {
        let because = "the node succeeded, but it has no output directory".to_owned();
        return Judgement::new(Cause::OutputMissing, Confidence::Likely, "outputs", because);
    };
    let mut troubles = outputs.markers.iter().map(ToString::to_string);
    let because = match (outputs.died_in(), &outputs.state) {
        (Some(part), _) => {
            format!("the node succeeded, but {directory} is not complete: {part} is the first part missing")
        }
        (None, OutputState::Missing) => format!("the node succeeded, but {directory} is empty"),
        (None, OutputState::Stale) if outputs.markers.iter().all(MarkerTrouble::is_absent) => {
            format!("the node succeeded, but {directory} holds nothing that this run wrote")
        }
        (None, _) => {
            let trouble = troubles.next().unwrap_or_default();
            format!("the node succeeded, but in {directory} {trouble}")
        }
    };
    let mut judgement = Judgement::new(Cause::OutputMissing, Confidence::Likely, "outputs", because);
    judgement.because.extend(troubles);
    judgement
}
