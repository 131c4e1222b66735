//! The moments of a workflow that explain an end: its deadline and its stop.

use jiff::{SignedDuration, Timestamp};

use crate::evidence::snapshot::Workflow;
use crate::units::Seconds;

/// A moment, and the interval that it closes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Moment {
    /// When.
    pub at: Timestamp,
    /// The time from the interval's beginning to the moment.
    pub interval: Seconds,
}

impl Moment {
    /// A moment `length` after `start`.
    pub(super) fn after(start: Timestamp, length: Seconds) -> Option<Self> {
        let duration = SignedDuration::from_secs(i64::try_from(length.0).ok()?);
        Some(Self { at: start.checked_add(duration).ok()?, interval: length })
    }

    /// Whether it explains an end: at most 5 s before it, and at most max(120 s, 1 % of the interval) after it (design, section 5).
    pub(super) fn explains(self, end: Option<Timestamp>) -> bool {
        let Some(end) = end else { return false };
        let late = end.duration_since(self.at);
        let interval = SignedDuration::from_secs(i64::try_from(self.interval.0).unwrap_or(i64::MAX));
        let slack = (interval / 100).max(SignedDuration::from_secs(120));
        (SignedDuration::from_secs(-5)..=slack).contains(&late)
    }
}

/// How a workflow was ended from outside, if it was.
#[derive(Debug, Clone, Default)]
pub(super) struct Moments {
    /// Its own deadline, whether or not it lived to see it.
    pub due: Option<Moment>,
    /// The same, where it was reached.
    pub deadline: Option<Moment>,
    /// The moment somebody stopped it.
    pub stop: Option<Moment>,
    /// `Stop` or `Terminate`.
    pub strategy: Option<String>,
}

impl Moments {
    /// Reads them off a workflow. A deadline that lies behind the workflow's end was never reached.
    pub(super) fn of(workflow: &Workflow) -> Self {
        let length = workflow.active_deadline();
        let due = length.zip(workflow.started).and_then(|(length, start)| Moment::after(start, length));
        let deadline = due.filter(|moment| workflow.finished.is_none_or(|end| end >= moment.at));
        let strategy = workflow.shutdown.clone().or_else(|| stop_message(&workflow.message));
        let stop = strategy.as_ref().and_then(|_| stop_moment(workflow));
        Self { due, deadline, stop, strategy }
    }
}

/// `Stopped with strategy 'Stop'` (F 2.3, D5).
fn stop_message(message: &str) -> Option<String> {
    let rest = message.strip_prefix("Stopped with strategy '")?;
    rest.strip_suffix('\'').map(str::to_owned)
}

/// The earliest end of a node that the stop ended (D3, D4), else the workflow's end.
fn stop_moment(workflow: &Workflow) -> Option<Moment> {
    let at = workflow
        .nodes
        .0
        .values()
        .filter(|node| node.message.starts_with("workflow shutdown with strategy:"))
        .filter_map(|node| node.finished)
        .min()
        .or(workflow.finished)?;
    let interval = workflow.started.map_or(0, |start| at.duration_since(start).as_secs());
    Some(Moment { at, interval: Seconds(u64::try_from(interval).unwrap_or(0)) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_explains_ends_just_before_and_a_while_after_it() {
        let start: Timestamp = "2025-11-12T20:00:00Z".parse().unwrap();
        let week = Moment::after(start, Seconds(604_800)).unwrap();
        for (end, explained) in [
            ("2025-11-19T19:59:55Z", true),
            ("2025-11-19T19:59:54Z", false),
            ("2025-11-19T20:02:08Z", true),
            ("2025-11-19T21:40:48Z", true),
            ("2025-11-19T21:40:49Z", false),
        ] {
            assert_eq!(week.explains(end.parse().ok()), explained, "{end}");
        }
        let minute = Moment::after(start, Seconds(60)).unwrap();
        assert!(
            minute.explains("2025-11-12T20:03:00Z".parse().ok())
                && !minute.explains("2025-11-12T20:03:01Z".parse().ok())
        );
    }
}
