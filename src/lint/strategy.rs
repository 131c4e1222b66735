//! A retryStrategy as it holds for a template, and what it says.

use std::borrow::Cow;

use serde_json::Value;

use crate::evidence::snapshot::any_string;
use crate::units::Seconds;
use crate::verify::references::expression::outcome::{Attempt, wants_another};
use crate::verify::references::place::{child, text};

/// Where a strategy comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// The template's own.
    Template,
    /// `templateDefaults` of whoever runs it.
    Defaults,
    /// `spec.retryStrategy` of whoever runs it.
    Spec,
}

/// A retryStrategy as it holds for a template.
#[derive(Debug, Clone)]
pub(super) struct Strategy<'a> {
    pub(super) value: Cow<'a, Value>,
    /// What is written at `pointer`.
    pub(super) own: &'a Value,
    /// Where it stands in the document under check, or what brings it there.
    pub(super) pointer: String,
    /// Whether it stands in the document under check.
    pub(super) here: bool,
    pub(super) origin: Origin,
}

/// How many retries there are at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Limit {
    /// So many: one attempt more than that.
    Retries(u64),
    /// There is none.
    Unlimited,
    /// A variable says it at run time.
    Unknown,
}

/// The waits between attempts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Backoff {
    pub(super) duration: Seconds,
    /// 1 where none is given: the same wait each time.
    pub(super) factor: u64,
    pub(super) cap: Option<Seconds>,
    /// `maxDuration`, from the start of the first attempt.
    pub(super) window: Option<Seconds>,
}

impl Strategy<'_> {
    pub(super) fn limit(&self) -> Limit {
        let Some(written) = self.value.get("limit").and_then(any_string) else { return Limit::Unlimited };
        written.parse().map_or(Limit::Unknown, Limit::Retries)
    }

    /// Whether there is a retry at all.
    pub(super) fn retries(&self) -> bool {
        self.limit() != Limit::Retries(0)
    }

    /// The policy that holds (`RetryPolicyActual` in `workflow_types.go`).
    pub(super) fn policy(&self) -> &str {
        match (text(&self.value, "/retryPolicy"), self.expression()) {
            ("", "") => "OnFailure",
            ("", _) => "Always",
            (written, _) => written,
        }
    }

    pub(super) fn expression(&self) -> &str {
        text(&self.value, "/expression")
    }

    /// Whether an attempt that ended so is followed by another one, as far as the expression says; none where that cannot be told.
    pub(super) fn wants_another(&self, after: Attempt) -> Option<bool> {
        if self.expression().is_empty() { Some(true) } else { wants_another(self.expression(), after) }
    }

    /// The backoff, if all of it is known.
    pub(super) fn backoff(&self) -> Option<Backoff> {
        let backoff = self.value.get("backoff").filter(|one| one.is_object())?;
        let time = |key: &str| match backoff.get(key).and_then(any_string) {
            Some(written) if !written.is_empty() => Seconds::parse_argo(&written).map(Some),
            _ => Some(None),
        };
        let factor = match backoff.get("factor").and_then(any_string) {
            None => 1,
            Some(written) => written.parse::<i64>().ok()?.max(1).unsigned_abs(),
        };
        Some(Backoff {
            duration: time("duration")??,
            factor,
            cap: time("cap")?,
            window: time("maxDuration")?,
        })
    }

    /// The window from the first attempt's start in which later ones can start, where the files say it.
    pub(super) fn window(&self) -> Option<Seconds> {
        let written = self.value.pointer("/backoff/maxDuration").and_then(any_string)?;
        Seconds::parse_argo(&written).filter(|window| window.0 > 0)
    }

    /// The pointer to what it says at a path, or to the strategy where that part comes from elsewhere.
    pub(super) fn at(&self, path: &[&str]) -> String {
        let mut pointer = self.pointer.clone();
        let mut value = self.own;
        for key in path {
            let Some(inner) = value.get(*key).filter(|_| self.here) else { break };
            pointer = child(&pointer, key);
            value = inner;
        }
        pointer
    }
}

impl Backoff {
    /// The wait before retry `n`, the first being 1.
    pub(super) fn wait(&self, n: u32) -> Seconds {
        let wait = Seconds(self.duration.0.saturating_mul(self.factor.saturating_pow(n - 1)));
        self.cap.map_or(wait, |cap| wait.min(cap))
    }
}

/// A length as people write it for Argo: `2m`, `1h30m`.
pub(super) fn written(length: Seconds) -> String {
    if length.0 == 0 { "0s".to_owned() } else { length.to_argo() }
}
