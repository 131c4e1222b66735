//! From an item's node to its cause: the last attempt decides, and an earlier one speaks where the last was only cut.

use super::context::Context;
use super::{Confidence, Judgement, Meaning, Row, recognise};
use crate::diagnose::attempts::{Attempt, NodeFacts};
use crate::diagnose::moments::Moments;
use crate::evidence::snapshot::{NodeType, Phase};
use crate::recipe::Cause;

/// Judges the last attempt of an item, and looks back at the earlier ones where the last says little.
pub(in crate::diagnose) fn judge(node: &NodeFacts, moments: &Moments) -> Judgement {
    let last = node.last();
    let judgement = judge_attempt(node, &last, moments);
    if was_cut(judgement.cause) { or_earlier_oom(node, judgement, moments) } else { judgement }
}

/// Whether an end came from outside, or was a bare 137.
pub(super) fn was_cut(cause: Cause) -> bool {
    matches!(
        cause,
        Cause::RetryWindow
            | Cause::Deadline
            | Cause::Starved
            | Cause::Stopped
            | Cause::Preempted
            | Cause::Evicted
            | Cause::OomProbable
    )
}

/// Judges one attempt by itself.
pub(in crate::diagnose) fn judge_attempt(
    node: &NodeFacts,
    attempt: &Attempt,
    moments: &Moments,
) -> Judgement {
    let Some(row) = recognise(&attempt.message, &attempt.phase).map(|(row, _)| row) else {
        return unrecognised(attempt);
    };
    match row.meaning {
        Meaning::Is(cause, confidence) => by_row(row, cause, confidence, shown(attempt)),
        Meaning::Depends { judge, .. } => judge(&Context { row, node, attempt, moments }),
        Meaning::Succeeded | Meaning::LeftOut => unrecognised(attempt),
    }
}

fn by_row(row: &'static Row, cause: Cause, confidence: Confidence, because: String) -> Judgement {
    Judgement { explanation: row.explanation, ..Judgement::new(cause, confidence, row.id, because) }
}

fn unrecognised(attempt: &Attempt) -> Judgement {
    let message = if attempt.message.is_empty() {
        "no message".to_owned()
    } else {
        format!("message {:?}", attempt.message)
    };
    let because = format!("phase {}, {message}: no row of the catalogue fits", attempt.phase);
    Judgement::new(Cause::Unknown, Confidence::Weak, "none", because)
}

/// An attempt's message as a person reads it: without the blanks that Argo leaves at its end.
pub(super) fn shown(attempt: &Attempt) -> String {
    attempt.message.trim().to_owned()
}

/// Where an earlier attempt of the same generation was out of memory, that is the cause of an item whose last attempt was cut, and
/// both are shown.
fn or_earlier_oom(node: &NodeFacts, last: Judgement, moments: &Moments) -> Judgement {
    let Some((ordinal, oom)) = earlier_oom(node, moments) else { return last };
    let of = format!("attempt {} of {}", ordinal + 1, node.attempts.len());
    let first = oom.because.iter().map(|fact| format!("{of}: {fact}"));
    // Where what encloses the item began again, its last run may have been stopped before it made an attempt.
    let whose = if node.last_made().is_some() { "the last attempt" } else { "its next run" };
    let then = last.because.into_iter().map(|fact| format!("{whose}: {fact}"));
    Judgement {
        confidence: Confidence::Likely,
        because: first.chain(then).collect(),
        refused: last.refused.into_iter().filter(|refused| refused.cause != Cause::Oom).collect(),
        cut_by: last.cut_by,
        ..oom
    }
}

/// The latest attempt before the one that decides that was out of memory, and its position.
fn earlier_oom(node: &NodeFacts, moments: &Moments) -> Option<(usize, Judgement)> {
    let mut judged = node
        .earlier()
        .iter()
        .enumerate()
        .map(|(ordinal, attempt)| (ordinal, judge_attempt(node, attempt, moments)));
    judged.rfind(|(_, judged)| judged.cause == Cause::Oom)
}

/// Whether an attempt before the last was out of memory.
pub(in crate::diagnose) fn ran_out_of_memory(node: &NodeFacts, moments: &Moments) -> bool {
    earlier_oom(node, moments).is_some()
}

/// Whether an attempt never began: Argo gave it no host.
pub(super) fn never_ran(attempt: &Attempt) -> bool {
    !attempt.has_run()
}

/// What a node that is still open waits for, where its message says so (rows E).
pub fn waiting(node: &NodeFacts) -> Option<Judgement> {
    let open = node.last();
    if open.phase.is_over() {
        return None;
    }
    let (row, _) = recognise(&open.message, &open.phase)?;
    match row.meaning {
        Meaning::Is(cause, confidence) => Some(by_row(row, cause, confidence, shown(&open))),
        _ => None,
    }
}

/// A node that is still open although its workflow ended: the end came from outside, whatever it waited for.
pub(in crate::diagnose) fn never_ended(node: &NodeFacts, moments: &Moments, ended: &str) -> Judgement {
    let open = node.last();
    let kind = if matches!(node.kind, NodeType::Retry) { "attempt" } else { "node" };
    let still = format!("its {kind} is still {}, but the workflow {ended}", open.phase);
    let judgement = if let Some(mut waiting) = waiting(node) {
        waiting.because.push(still);
        waiting
    } else if never_ran(&open) && open.phase == Phase::Pending {
        Judgement::new(Cause::Starved, Confidence::Likely, "pending at the end", still)
    } else {
        Judgement::new(Cause::Orphaned, Confidence::Likely, "open at the end", still)
    };
    or_earlier_oom(node, judgement, moments)
}

/// What it means that Argo passed a node over.
pub(in crate::diagnose) enum PassedOver {
    /// It holds the success of an earlier run.
    Succeeded,
    /// On purpose: there is nothing to do.
    LeftOut,
    /// It should have run.
    Failed(Judgement),
}

/// Reads a node of phase Skipped or Omitted. What is omitted lacked something (row D11), whatever its message says.
pub(in crate::diagnose) fn passed_over(node: &NodeFacts) -> PassedOver {
    match recognise(&node.message, &node.phase).map(|(row, _)| (row, &row.meaning)) {
        Some((_, Meaning::Succeeded)) => PassedOver::Succeeded,
        Some((row, Meaning::Is(cause, confidence))) => {
            let because = format!("{}: something it depends on did not end as it should", node.message);
            PassedOver::Failed(by_row(row, *cause, *confidence, because))
        }
        _ if node.phase == Phase::Omitted => {
            let because = format!("omitted, with the message {:?}", node.message);
            PassedOver::Failed(Judgement::new(Cause::Upstream, Confidence::Weak, "none", because))
        }
        _ => PassedOver::LeftOut,
    }
}
