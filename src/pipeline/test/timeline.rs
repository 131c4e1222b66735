//! When everything of a made-up run happened: each time that is not given follows from those that are.

use jiff::Timestamp;

use crate::evidence::snapshot::Phase;
use crate::recipe::cases::{MadeAttempt, MadeNode, MadeRun, MadeWorkflow};
use crate::units::Seconds;

/// When every made-up root began: 2026-03-02T06:00:00Z, a Monday. No clock is asked, so that a case means the same every day.
const BEGAN: i64 = 1_772_431_200;

/// How long what ran lasted, where nothing is said.
const HOUR: u64 = 3600;

/// How long people wait between a workflow's end and its retry.
const PAUSE: i64 = 24 * 3600;

/// A moment, in seconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Moment(i64);

impl Moment {
    /// So much later.
    pub(super) fn after(self, length: Seconds) -> Self {
        Self(self.0.saturating_add(i64::try_from(length.0).unwrap_or(i64::MAX)))
    }

    /// A day earlier.
    pub(super) fn a_day_before(self) -> Self {
        Self(self.0 - 24 * 3600)
    }

    /// As a time of the evidence; the latest time there is, where a case gives a length past all time.
    pub(super) fn time(self) -> Timestamp {
        Timestamp::from_second(self.0).unwrap_or(Timestamp::MAX)
    }

    /// As Kubernetes writes it.
    pub(super) fn written(self) -> String {
        self.time().to_string()
    }
}

/// The beginning and the end of a workflow.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    /// When it began.
    pub(super) began: Moment,
    /// When it ended, or when the snapshot was taken.
    pub(super) ended: Moment,
}

/// The spans of all workflows, one after the other.
pub(super) fn spans(made: &MadeRun) -> Vec<Span> {
    let mut began = Moment(BEGAN);
    let mut spans = Vec::new();
    for (position, workflow) in made.workflows.iter().enumerate() {
        let nodes = made.nodes.iter().filter(|node| node.position == position);
        let ended = began.after(length(workflow, nodes));
        spans.push(Span { began, ended });
        began = Moment(ended.0.saturating_add(PAUSE));
    }
    spans
}

/// How long a workflow ran: as it says, else to the end of its last node.
fn length<'a>(workflow: &MadeWorkflow, nodes: impl Iterator<Item = &'a MadeNode>) -> Seconds {
    let last = nodes.filter_map(|node| attempts(node, Seconds(0)).last().map(|(_, to)| *to)).max();
    workflow.ran.or(last.filter(|last| last.0 > 0)).unwrap_or(Seconds(HOUR))
}

/// From when to when each attempt of a node lasted, counted from the beginning of its workflow. What never started and of which no time is
/// given was made only to be ended with the workflow, at `end`.
pub(super) fn attempts(node: &MadeNode, end: Seconds) -> Vec<(Seconds, Seconds)> {
    let mut free = Seconds(0);
    let span = |attempt: &MadeAttempt| {
        let is_late = attempt.host.is_none() && attempt.after.is_none() && attempt.ran.is_none();
        let (from, ran) = if is_late && !is_open(&attempt.phase) {
            (Seconds(end.0.max(free.0)), Seconds(0))
        } else {
            (attempt.after.unwrap_or(free), attempt.ran.unwrap_or(Seconds(HOUR)))
        };
        free = from.and(ran);
        (from, free)
    };
    node.attempts.iter().map(span).collect()
}

/// Whether something with this phase has not ended.
pub(super) fn is_open(phase: &Phase) -> bool {
    matches!(phase, Phase::Running | Phase::Pending)
}

impl Span {
    /// How long it is.
    pub(super) fn length(self) -> Seconds {
        Seconds(u64::try_from(self.ended.0 - self.began.0).unwrap_or(0))
    }
}
