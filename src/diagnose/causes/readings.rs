//! What a row can come to, for its page: its causes, each with what makes it so.

use super::judge::was_cut;
use super::{Confidence, Meaning, Row};
use crate::evidence::snapshot::Phase;
use crate::recipe::Cause;

/// A cause that a row can come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// The cause.
    pub cause: Cause,
    /// How sure.
    pub confidence: Confidence,
    /// What makes it so; `None`: the message alone does.
    pub when: Option<&'static str>,
}

impl Reading {
    pub(super) const fn when(cause: Cause, confidence: Confidence, when: &'static str) -> Self {
        Self { cause, confidence, when: Some(when) }
    }

    pub(super) const fn always(cause: Cause, confidence: Confidence) -> Self {
        Self { cause, confidence, when: None }
    }
}

/// What becomes of an item whose last attempt, or whose node, fits a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It failed: of these readings the first that holds is the cause.
    Failed(Vec<Reading>),
    /// It is done.
    Succeeded,
    /// Nothing was to be done.
    LeftOut,
}

impl Row {
    /// What it means, with everything that it can depend on.
    pub fn outcome(&self) -> Outcome {
        match &self.meaning {
            Meaning::Is(cause, confidence) => Outcome::Failed(vec![Reading::always(*cause, *confidence)]),
            Meaning::Depends { readings, .. } => Outcome::Failed(readings.concat()),
            Meaning::Succeeded => Outcome::Succeeded,
            Meaning::LeftOut => Outcome::LeftOut,
        }
    }

    /// The causes that are asked as well and refused, each with its reason.
    pub fn told_from(&self) -> &'static [Cause] {
        match self.meaning {
            Meaning::Depends { told_from, .. } => told_from,
            _ => &[],
        }
    }

    /// Whether an earlier attempt that was out of memory can be the cause in its stead: of what was cut, or never ended.
    pub fn yields_to_an_earlier_oom(&self) -> bool {
        let Outcome::Failed(readings) = self.outcome() else { return false };
        self.phases.contains(&Phase::Pending) || readings.iter().any(|reading| was_cut(reading.cause))
    }
}
