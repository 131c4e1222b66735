//! What is concluded of an attempt: a cause, how sure, and what shows it.

use std::fmt;

use super::Refused;
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

impl Confidence {
    /// Its word in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Weak => "weak",
            Self::Likely => "likely",
            Self::Certain => "certain",
        }
    }
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why an item's last attempt ended, and what shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// The cause.
    pub cause: Cause,
    /// How sure.
    pub confidence: Confidence,
    /// The row of the catalogue that decided, or in words what else did.
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
    /// A judgement on one fact; the cause explains itself where no row of the catalogue does.
    pub(in crate::diagnose) fn new(
        cause: Cause,
        confidence: Confidence,
        row: &'static str,
        because: String,
    ) -> Self {
        Self {
            cause,
            confidence,
            row,
            explanation: cause.meaning(),
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
