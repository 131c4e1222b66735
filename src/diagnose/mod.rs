//! Stage 3: judgement. Two witnesses say of every item whether it is done, and of every other one why it is not.
//!
//! The scan says whether the outputs are complete, the snapshot says what happened, and fresh outputs win.

mod attempts;
mod causes;
mod identity;
mod logs;
mod moments;
mod output_files;
mod outputs;
mod peaks;
mod place;
mod range;
mod reconcile;
mod recovery;
mod stop_reason;
mod upstream;

pub use attempts::{Attempt, NodeFacts};
pub use causes::{
    Confidence, CutBy, Judgement, Limit, LookAlike, Minor, Outcome, Reading, Refused, Row, Spelling, ToldBy,
    Versions, recognise, rows, waiting,
};
pub use output_files::{OutputFiles, output_files};
pub use outputs::{
    ItemOutputs, MarkerTrouble, OutputState, Trouble, parts_of_root, unknown as outputs_unknown,
};
pub use peaks::{NoLimit, Peak, PeakSource};
pub use place::{Inside, Place};
pub use recovery::{BEFORE, FailedStep};
pub use stop_reason::{StopReason, StopRow, stop_reason, stop_rows};
pub use upstream::Upstream;

use std::collections::BTreeSet;

use crate::error::Faults;
use crate::evidence::Evidence;
use crate::recipe::{Cause, Recipe};
use crate::units::{Index, Seconds};
use moments::Moments;
use reconcile::Witnesses;

/// What became of every item of the root's range.
#[derive(Debug, Clone)]
pub struct Diagnosis {
    /// Every item of the range, in natural order.
    pub items: Vec<ItemDiagnosis>,
    /// The tasks above the fan-outs that failed, each once, where nothing but what waits for them is left to do.
    pub upstream: Vec<Upstream>,
    /// The longest attempt of the lineage that ended by itself: no deadline, stop or disruption cut it.
    pub longest_by_itself: Option<Seconds>,
    /// What a person should know about the evidence itself.
    pub warnings: Vec<String>,
}

impl Diagnosis {
    /// The items that there are.
    pub fn range(&self) -> BTreeSet<&Index> {
        self.items.iter().map(|item| &item.index).collect()
    }
}

/// What became of one item.
#[derive(Debug, Clone)]
pub struct ItemDiagnosis {
    /// Which item.
    pub index: Index,
    /// What is concluded.
    pub verdict: Verdict,
    /// Its node in the latest generation that has one.
    pub node: Option<NodeFacts>,
    /// What the generations before that one saw of it, the earliest first.
    pub history: Vec<Past>,
    /// What lies in its output directories; `None` where no scan was given.
    pub outputs: Option<ItemOutputs>,
}

/// What an earlier generation saw of an item: why it ran again after it.
#[derive(Debug, Clone)]
pub struct Past {
    /// The position of the generation's workflow in the lineage.
    pub position: usize,
    /// Its node there; `None`: the root never made one.
    pub node: Option<NodeFacts>,
    /// Why it was not done then.
    pub judgement: Judgement,
}

impl ItemDiagnosis {
    /// The node that its cause is about: the latest one, but not of a generation whose recovery step failed, where it never ran.
    pub fn judged(&self) -> Option<&NodeFacts> {
        let past = self.history.iter().filter_map(|past| past.node.as_ref());
        past.chain(&self.node).rfind(|node| node.unrecovered.is_none())
    }

    /// How many pods of it ran, over all generations: those that got as far as a host.
    pub fn pods(&self) -> usize {
        let past = self.history.iter().filter_map(|past| past.node.as_ref());
        past.chain(&self.node).flat_map(|node| &node.attempts).filter(|attempt| attempt.has_run()).count()
    }
}

/// Done, failed or still running.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// Nothing is left to do.
    Done {
        /// The node failed all the same: why.
        despite: Option<Judgement>,
        /// Why it counts as done, where that is not plain.
        reason: Option<String>,
    },
    /// It is not done, for this cause.
    Failed(Judgement),
    /// Its workflow is still at it.
    Active,
}

/// Judges every item of the root's range.
///
/// # Errors
/// Where the range cannot be told, an item has no index, or two items claim one output directory.
pub fn diagnose(recipe: &Recipe, evidence: &Evidence) -> Result<Diagnosis, Faults> {
    let mut faults = Faults::new();
    let range = faults.take(range::of(recipe, &evidence.lineage));
    let nodes = faults.take(attempts::by_item(recipe, &evidence.lineage));
    let (Some(range), Some(mut nodes)) = (range, nodes) else { return Err(faults) };
    let mut warnings = Vec::new();
    peaks::join(evidence, &range, &mut nodes, &mut warnings);
    logs::join(recipe, evidence, &range, &mut nodes, &mut warnings);
    let outputs = faults.take(outputs::judge(recipe, evidence, &range, &mut warnings));
    let Some(outputs) = outputs else { return Err(faults) };
    let moments: Vec<Moments> = evidence.lineage.generations().iter().map(Moments::of).collect();
    retried_in_place(evidence, &mut warnings);
    let expected = range::expected(recipe, &evidence.lineage);
    warnings.extend(identity::differences(recipe, &evidence.lineage, &range, &expected[0]));
    warnings.extend(identity::doubts(recipe, &evidence.lineage));
    let above = reconcile::began(&evidence.lineage, &nodes);
    let above = evidence.lineage.generations().iter().zip(above);
    let above = above.map(|(workflow, began)| upstream::find(recipe, workflow, began)).collect();
    let lacked = lacked(evidence);
    let witnesses = Witnesses { range, nodes, expected, lacked, outputs, above };
    let mut diagnosis = reconcile::reconcile(&evidence.lineage, witnesses, &moments, warnings);
    outputs::note(recipe, evidence, &diagnosis.items, &mut diagnosis.warnings);
    Ok(diagnosis)
}

/// What each generation ran because outputs were missing: there somebody had looked, and its success before was none.
fn lacked(evidence: &Evidence) -> Vec<BTreeSet<Index>> {
    let planned = |workflow| {
        let items = evidence.ledger.of(workflow).into_iter().flat_map(|entry| &entry.items);
        let missing = items.filter(|(_, planned)| planned.cause == Cause::OutputMissing.as_str());
        missing.map(|(index, _)| index.clone()).collect()
    };
    evidence.lineage.generations().iter().map(planned).collect()
}

/// `argo retry` edits a workflow in place: what failed before it is not in the snapshot any more (`FormulateRetryWorkflow` in Argo's
/// `workflow/util/util.go`).
fn retried_in_place(evidence: &Evidence, warnings: &mut Vec<String>) {
    for workflow in evidence.lineage.generations().iter().filter(|workflow| workflow.was_retried_in_place()) {
        let when = workflow.started.map_or(String::new(), |time| format!(" at {time}"));
        warnings.push(format!(
            "{} was retried in place (argo retry){when}: what failed in it before that is erased, and does not count",
            workflow.name
        ));
    }
}
