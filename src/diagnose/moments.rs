//! The moments of a workflow that explain an end: its deadline and its stop.

use jiff::{SignedDuration, Timestamp};

use crate::evidence::snapshot::Workflow;
use crate::units::Seconds;

/// How long before a moment an end may lie that it explains.
const EARLY: SignedDuration = SignedDuration::from_secs(5);
/// How long after it at least.
const LATE: SignedDuration = SignedDuration::from_secs(120);

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

    /// Whether it explains an end: at most 5 s before it, and at most max(120 s, 1 % of the interval) after it.
    pub(super) fn explains(self, end: Option<Timestamp>) -> bool {
        let Some(end) = end else { return false };
        let late = end.duration_since(self.at);
        let interval = SignedDuration::from_secs(i64::try_from(self.interval.0).unwrap_or(i64::MAX));
        let slack = (interval / 100).max(LATE);
        (-EARLY..=slack).contains(&late)
    }

    /// Whether what ended then can have met it: clocks differ by as much as [`Moment::explains`] allows.
    fn is_reached(self, end: Timestamp) -> bool {
        end.duration_since(self.at) >= -EARLY
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
        let reached = |moment: &Moment| workflow.finished.is_none_or(|end| moment.is_reached(end));
        let deadline = due.filter(reached);
        let strategy = workflow.shutdown.clone().or_else(|| stop_message(&workflow.message));
        let stop = strategy.as_ref().and_then(|_| stop_moment(workflow));
        Self { due, deadline, stop, strategy }
    }
}

/// `Stopped with strategy 'Stop'` (`operate` in Argo's `workflow/controller/operator.go`; row D5).
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
    use crate::evidence::snapshot::read;

    /// The interval in seconds, how long after the moment something ended in milliseconds, and whether the moment explains it.
    const BOUNDS: &[(u64, i64, bool)] = &[
        (604_800, -5_000, true),
        (604_800, -5_001, false),
        (604_800, 0, true),
        (604_800, 120_001, true),
        (604_800, 6_048_000, true),
        (604_800, 6_048_001, false),
        (60, 120_000, true),
        (60, 120_001, false),
        (12_000, 120_000, true),
        (12_000, 120_001, false),
        (12_001, 120_010, true),
        (12_001, 120_011, false),
        (0, 120_000, true),
        (0, -5_001, false),
    ];

    #[test]
    fn a_moment_explains_ends_just_before_and_a_while_after_it() {
        let start: Timestamp = "2025-11-12T20:00:00Z".parse().unwrap();
        for (interval, late, explained) in BOUNDS {
            let moment = Moment::after(start, Seconds(*interval)).unwrap();
            let end = moment.at + SignedDuration::from_millis(*late);
            assert_eq!(moment.explains(Some(end)), *explained, "{interval} s, {late} ms late");
        }
        let moment = Moment::after(start, Seconds(60)).unwrap();
        assert!(!moment.explains(None), "an end that is not known is explained by nothing");
    }

    fn moments(spec: &str, status: &str) -> Moments {
        let text = format!(
            r#"{{"metadata": {{"name": "w"}}, "spec": {{{spec}}}, "status": {{"startedAt": "2025-11-12T20:00:00Z", {status}}}}}"#
        );
        Moments::of(&read("w.json", text.as_bytes()).unwrap())
    }

    #[test]
    fn a_deadline_counts_only_where_the_workflow_lived_to_see_it() {
        let hour = r#""activeDeadlineSeconds": 3600"#;
        for (end, reached) in
            [("2025-11-12T20:59:54Z", false), ("2025-11-12T20:59:55Z", true), ("2025-11-12T21:00:00Z", true)]
        {
            let status = format!(r#""phase": "Failed", "finishedAt": "{end}", "nodes": {{"w": {{}}}}"#);
            let found = moments(hour, &status);
            assert_eq!((found.due.is_some(), found.deadline.is_some()), (true, reached), "{end}");
        }
    }

    #[test]
    fn the_stop_is_the_earliest_end_that_it_made_else_the_workflows_own() {
        let stop = r#""shutdown": "Stop""#;
        let nodes = r#"{
            "a": {"message": "workflow shutdown with strategy: Stop", "finishedAt": "2025-11-12T22:00:03Z"},
            "b": {"message": "workflow shutdown with strategy:  Stop", "finishedAt": "2025-11-12T22:00:01Z"},
            "c": {"message": "main: Error (exit code 143)", "finishedAt": "2025-11-12T21:00:00Z"}}"#;
        let end = r#""phase": "Failed", "finishedAt": "2025-11-12T22:01:00Z""#;
        let at = |spec: &str, nodes: &str| {
            moments(spec, &format!(r#"{end}, "nodes": {nodes}"#)).stop.map(|stop| stop.at.to_string())
        };
        assert_eq!(at(stop, nodes).as_deref(), Some("2025-11-12T22:00:01Z"));
        assert_eq!(at(stop, r#"{"w": {}}"#).as_deref(), Some("2025-11-12T22:01:00Z"));
        assert_eq!(at("", nodes), None, "nobody stopped it");
        let said = moments(
            "",
            &format!(r#"{end}, "message": "Stopped with strategy 'Terminate'", "nodes": {nodes}"#),
        );
        assert_eq!(said.strategy.as_deref(), Some("Terminate"));
    }
}
