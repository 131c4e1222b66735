//! Out of memory: A1 for the workload. 137 alone is not out of memory; `signals` sees to that.

use super::{Confidence, Meaning, Row};
use crate::evidence::snapshot::Phase;
use crate::recipe::Cause;

/// Rows of the family. Up to 3.6 the message names no container, and only the phase tells main from wait (F 2.2).
pub(super) const ROWS: &[Row] = &[Row {
    id: "A1",
    pattern: r"^(?:main: )?OOMKilled \(exit code \d+\)",
    phase: Some(Phase::Failed),
    example: "main: OOMKilled (exit code 1)",
    meaning: Meaning::Is(Cause::Oom, Confidence::Certain),
}];
