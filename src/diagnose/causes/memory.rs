//! Out of memory: A1 for the workload. 137 alone is not out of memory; `signals` sees to that.

use super::{Confidence, FAILED, Meaning, Row, Spelling, Versions};
use crate::recipe::Cause;

/// Rows of the family. Up to 3.6 the message names no container, and only the phase tells main from wait (F 2.2).
pub(super) const ROWS: &[Row] = &[
    Row {
        id: "A1",
        phases: FAILED,
        spellings: &[
            Spelling::new(Versions::UP_TO_3_6, r"^OOMKilled \(exit code \d+\)"),
            Spelling::new(Versions::SINCE_3_7, r"^main: OOMKilled \(exit code \d+\)"),
        ],
        meaning: Meaning::Is(Cause::Oom, Confidence::Certain),
        explanation: "The kernel killed a process of the container because it used more memory than its limit.",
    },
    Row {
        id: "A1-beside",
        phases: FAILED,
        spellings: &[Spelling::new(
            Versions::SINCE_3_7,
            r"^[a-z0-9][-a-z0-9.]*: OOMKilled \(exit code \d+\)",
        )],
        meaning: Meaning::Is(Cause::Oom, Confidence::Likely),
        explanation: "The kernel killed another container of the pod than main for its memory: its own limit counts.",
    },
];
