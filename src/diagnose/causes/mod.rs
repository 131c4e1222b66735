//! The catalogue of endings: one file a family of causes, one row for each row of F 2.3 that it covers.
//!
//! A row knows its message by a pattern; what it means can depend on the moments of the workflow (a 143 at the deadline is the
//! deadline's). The order of [`FAMILIES`] is the order in which rows are tried: the first that fits decides.

mod containers;
mod controller;
mod deadlines;
mod disruptions;
mod executor;
mod exits;
mod memory;
mod refused;
mod shutdown;
mod signals;

use std::fmt;
use std::sync::OnceLock;

use regex::Regex;

pub use refused::Refused;

use super::attempts::{Attempt, NodeFacts};
use super::moments::{Moment, Moments};
use crate::evidence::snapshot::{NodeType, Phase};
use crate::recipe::Cause;
use crate::units::Seconds;

/// How sure a judgement is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// Something fits, but other readings are as good.
    Weak,
    /// Two facts agree.
    Likely,
    /// Argo or the kubelet says so.
    Certain,
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Weak => "weak",
            Self::Likely => "likely",
            Self::Certain => "certain",
        })
    }
}

/// Why an item's last attempt ended, and what shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// The cause.
    pub cause: Cause,
    /// How sure.
    pub confidence: Confidence,
    /// The row of F 2.3, or the rule of the design, that decided.
    pub row: &'static str,
    /// What the row means, in one sentence for people.
    pub explanation: &'static str,
    /// The facts in words, the deciding one first.
    pub because: Vec<String>,
    /// The neighbouring causes that were asked and refused: of an end by a signal or at a pod's deadline.
    pub refused: Vec<Refused>,
    /// The deadline that cut it, where one did.
    pub cut_by: Option<CutBy>,
}

impl Judgement {
    /// A judgement on one fact.
    pub(super) fn new(cause: Cause, confidence: Confidence, row: &'static str, because: String) -> Self {
        let explanation = cause.meaning();
        Self {
            cause,
            confidence,
            row,
            explanation,
            because: vec![because],
            refused: Vec::new(),
            cut_by: None,
        }
    }
}

/// A deadline that cut an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CutBy {
    /// Whose.
    pub limit: Limit,
    /// How long it was.
    pub length: Seconds,
}

/// Whose deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// `spec.activeDeadlineSeconds` of the workflow.
    Workflow,
    /// `activeDeadlineSeconds` or `timeout` of the template.
    Template,
}

/// One row of the catalogue.
#[derive(Debug)]
pub struct Row {
    /// The row of F 2.3.
    pub id: &'static str,
    /// The message, anchored.
    pub pattern: &'static str,
    /// The phase it needs; `None`: any.
    pub phase: Option<Phase>,
    /// A message that this row, and no earlier one, fits.
    pub example: &'static str,
    /// What it means.
    meaning: Meaning,
}

/// What a row means.
#[derive(Debug)]
enum Meaning {
    /// Always this cause.
    Is(Cause, Confidence),
    /// It depends on the item and the moments.
    Depends(fn(&Context<'_>) -> Judgement),
}

/// What a row may look at.
struct Context<'a> {
    row: &'static str,
    node: &'a NodeFacts,
    attempt: &'a Attempt,
    /// Position of the attempt; the first is 0.
    ordinal: usize,
    moments: &'a Moments,
}

impl Context<'_> {
    fn judge(&self, cause: Cause, confidence: Confidence, because: impl Into<String>) -> Judgement {
        Judgement::new(cause, confidence, self.row, because.into())
    }

    fn cut(&self, limit: Limit, length: Seconds, because: impl Into<String>) -> Judgement {
        let cut_by = Some(CutBy { limit, length });
        Judgement { cut_by, ..self.judge(Cause::Deadline, Confidence::Certain, because) }
    }

    /// The deadline of the template for this attempt: the smaller of `activeDeadlineSeconds` and `timeout` (F 4).
    fn template_deadline(&self) -> Option<Seconds> {
        let fields = [["activeDeadlineSeconds"], ["timeout"]];
        fields.iter().filter_map(|path| self.node.template_seconds(path)).min()
    }

    /// Whether the attempt lasted about as long as its template allows.
    fn at_template_deadline(&self) -> Option<Seconds> {
        let length = self.template_deadline()?;
        Moment::after(self.attempt.started?, length)?.explains(self.attempt.finished).then_some(length)
    }

    /// How long the retry window is, if there is one.
    fn window_length(&self) -> Option<Seconds> {
        self.node.template_seconds(&["retryStrategy", "backoff", "maxDuration"])
    }

    /// The end of the retry window, which bounds every attempt after the first (F 3.1, step 6).
    fn window(&self) -> Option<Moment> {
        let length = self.window_length()?;
        let first = self.node.attempts.first()?.started?;
        Moment::after(first, length).filter(|_| self.ordinal > 0)
    }
}

/// The families in the order in which their rows are tried.
const FAMILIES: &[&[Row]] = &[
    memory::ROWS,
    shutdown::ROWS,
    deadlines::ROWS,
    disruptions::ROWS,
    containers::ROWS,
    executor::ROWS,
    controller::ROWS,
    signals::ROWS,
    exits::ROWS,
];

/// Every row, in the order in which it is tried.
pub fn rows() -> impl Iterator<Item = &'static Row> {
    FAMILIES.iter().copied().flatten()
}

fn patterns() -> &'static [(Regex, &'static Row)] {
    static PATTERNS: OnceLock<Vec<(Regex, &'static Row)>> = OnceLock::new();
    PATTERNS.get_or_init(|| {
        rows().map(|row| (Regex::new(row.pattern).expect("a test compiles every pattern"), row)).collect()
    })
}

/// The row that a message and a phase fit.
fn row_of(message: &str, phase: &Phase) -> Option<&'static Row> {
    let fits = |row: &Row| row.phase.as_ref().is_none_or(|wanted| wanted == phase);
    patterns().iter().find(|(pattern, row)| fits(row) && pattern.is_match(message)).map(|(_, row)| *row)
}

/// Judges the last attempt of an item, and looks back at the earlier ones where the last says little.
pub(super) fn judge(node: &NodeFacts, moments: &Moments) -> Judgement {
    let last = node.last();
    let ordinal = node.attempts.len().saturating_sub(1);
    let judgement = judge_attempt(node, &last, ordinal, moments);
    match earlier_oom(node, &judgement) {
        Some((attempt, number)) => Judgement {
            cause: Cause::Oom,
            confidence: Confidence::Likely,
            row: "A1",
            because: std::iter::once(format!(
                "attempt {number} of {}: {}",
                node.attempts.len(),
                attempt.message
            ))
            .chain(judgement.because.into_iter().map(|fact| format!("the last attempt: {fact}")))
            .collect(),
            ..judgement
        },
        None => judgement,
    }
}

pub(super) fn judge_attempt(
    node: &NodeFacts,
    attempt: &Attempt,
    ordinal: usize,
    moments: &Moments,
) -> Judgement {
    let Some(row) = row_of(&attempt.message, &attempt.phase) else {
        let message = if attempt.message.is_empty() {
            "no message".to_owned()
        } else {
            format!("message {:?}", attempt.message)
        };
        let because = format!("phase {:?}, {message}: no row of the catalogue fits", attempt.phase);
        return Judgement::new(Cause::Unknown, Confidence::Weak, "none", because);
    };
    match row.meaning {
        Meaning::Is(cause, confidence) => Judgement::new(cause, confidence, row.id, shown(attempt)),
        Meaning::Depends(judge) => judge(&Context { row: row.id, node, attempt, ordinal, moments }),
    }
}

/// An attempt's message as a person reads it: without the blanks that Argo leaves at its end.
fn shown(attempt: &Attempt) -> String {
    attempt.message.trim().to_owned()
}

/// An earlier attempt that was out of memory, where the last was cut from outside or ended in a bare 137 (design, section 5).
fn earlier_oom<'a>(node: &'a NodeFacts, last: &Judgement) -> Option<(&'a Attempt, usize)> {
    let cut_from_outside = matches!(
        last.cause,
        Cause::RetryWindow
            | Cause::Deadline
            | Cause::Starved
            | Cause::Stopped
            | Cause::Preempted
            | Cause::Evicted
            | Cause::OomProbable
    );
    let (_, earlier) = node.attempts.split_last().filter(|_| cut_from_outside)?;
    let position = earlier
        .iter()
        .rposition(|attempt| row_of(&attempt.message, &attempt.phase).is_some_and(|row| row.id == "A1"))?;
    Some((&earlier[position], position + 1))
}

/// Whether an attempt never began: Argo gave it no host (F 1.2).
fn never_ran(attempt: &Attempt) -> bool {
    attempt.host.is_none() && attempt.exit_code.is_none()
}

/// A node that is still open although its workflow ended.
pub(super) fn orphaned(node: &NodeFacts, ended: &str) -> Judgement {
    let open = node.last();
    let kind = if matches!(node.kind, NodeType::Retry) { "attempt" } else { "node" };
    let (cause, row) = if never_ran(&open) && open.phase == Phase::Pending {
        (Cause::Starved, "pending at the end")
    } else {
        (Cause::Orphaned, "open at the end")
    };
    let because = format!("its {kind} is still {:?}, but the workflow {ended}", open.phase);
    Judgement::new(cause, Confidence::Likely, row, because)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_row_is_the_first_to_fit_its_own_example() {
        for row in rows() {
            Regex::new(row.pattern).unwrap_or_else(|error| panic!("{}: {error}", row.id));
            let phase = row.phase.clone().unwrap_or(Phase::Failed);
            let first = row_of(row.example, &phase).map(|row| row.id);
            assert_eq!(first, Some(row.id), "{:?}", row.example);
        }
    }

    #[test]
    fn row_ids_are_unique() {
        let mut seen = BTreeSet::new();
        for row in rows() {
            assert!(seen.insert(row.id), "{} stands twice", row.id);
        }
    }
}
