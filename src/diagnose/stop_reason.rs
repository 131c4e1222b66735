//! Why Argo stopped retrying an item: the message of its Retry node (`processNodeRetries` in `workflow/controller/operator.go`). That is
//! never why the item failed, which only its last attempt says; both are told.

use super::attempts::NodeFacts;
use crate::evidence::snapshot::{NodeType, Phase};

/// Why a Retry node made no further attempt, or what it waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopReason {
    /// The workflow was stopped or terminated.
    Shutdown,
    /// The workflow's deadline had passed.
    WorkflowDeadline,
    /// `backoff.maxDuration` had passed since the first attempt began.
    MaxDuration,
    /// The `backoff` has no `duration`.
    NoBaseDuration,
    /// The wait before the next attempt would have passed `backoff.maxDuration`.
    BackoffTooLong,
    /// It did not stop: it waits for the next attempt.
    Waiting,
    /// The `retryPolicy` does not retry such an end; the message is the last attempt's own.
    Policy,
    /// `limit` attempts were made after the first.
    NoRetriesLeft,
    /// The `expression` said no.
    Expression,
}

/// One row of the catalogue under F. Every version from 3.4 on writes every row.
#[derive(Debug)]
pub struct StopRow {
    /// The row's name: F and a word.
    pub id: &'static str,
    /// How the message begins, or what it holds where `inside`.
    pub text: &'static str,
    /// Whether the text may stand anywhere in the message.
    inside: bool,
    /// What it means.
    pub reason: StopReason,
    /// The same in one sentence for people.
    pub explanation: &'static str,
}

/// The rows but for the copy of the last attempt's message, which no text tells.
const ROWS: &[StopRow] = &[
    StopRow {
        id: "F-shutdown",
        text: "Stopped with strategy '",
        inside: false,
        reason: StopReason::Shutdown,
        explanation: "Somebody stopped or terminated the workflow.",
    },
    StopRow {
        id: "F-deadline",
        text: "retry exceeded workflow deadline ",
        inside: false,
        reason: StopReason::WorkflowDeadline,
        explanation: "The workflow had reached its deadline.",
    },
    StopRow {
        id: "F-window",
        text: "Max duration limit exceeded",
        inside: false,
        reason: StopReason::MaxDuration,
        explanation: "More time than backoff.maxDuration had passed since the first attempt began.",
    },
    StopRow {
        id: "F-duration",
        text: "no base duration specified for retryStrategy",
        inside: true,
        reason: StopReason::NoBaseDuration,
        explanation: "The retryStrategy has a backoff without a duration, which Argo refuses.",
    },
    StopRow {
        id: "F-backoff",
        text: "Backoff would exceed max duration limit",
        inside: false,
        reason: StopReason::BackoffTooLong,
        explanation: "The wait before the next attempt would have gone past backoff.maxDuration.",
    },
    StopRow {
        id: "F-waiting",
        text: "Backoff for ",
        inside: false,
        reason: StopReason::Waiting,
        explanation: "It had not stopped: it waited before its next attempt.",
    },
    StopRow {
        id: "F-limit",
        text: "No more retries left",
        inside: false,
        reason: StopReason::NoRetriesLeft,
        explanation: "Every retry that its limit allows was made.",
    },
    StopRow {
        id: "F-expression",
        text: "retryStrategy.expression evaluated to false",
        inside: false,
        reason: StopReason::Expression,
        explanation: "The retryStrategy's expression said that such an end is not retried.",
    },
];

/// The row of the copy: the phase of the last attempt is none that the `retryPolicy` retries.
const POLICY: StopRow = StopRow {
    id: "F-policy",
    text: "",
    inside: false,
    reason: StopReason::Policy,
    explanation: "Its retryPolicy does not retry an end of this phase.",
};

/// Every row of the catalogue under F.
pub fn stop_rows() -> impl Iterator<Item = &'static StopRow> {
    ROWS.iter().chain(std::iter::once(&POLICY))
}

/// Why Argo stopped retrying an item; `None` where its node is no Retry, succeeded, or says nothing that is known.
pub fn stop_reason(node: &NodeFacts) -> Option<&'static StopRow> {
    if node.kind != NodeType::Retry || node.phase == Phase::Succeeded {
        return None;
    }
    let message = node.message.trim();
    let fits =
        |row: &&StopRow| if row.inside { message.contains(row.text) } else { message.starts_with(row.text) };
    let copied = || node.last_made().is_some_and(|last| last.message.trim() == message);
    ROWS.iter().find(fits).or_else(|| (node.phase.is_over() && copied()).then_some(&POLICY))
}
