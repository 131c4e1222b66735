//! Somebody stopped or terminated the workflow.

use super::{Confidence, FAILED, Meaning, Row, Spelling, Versions};
use crate::recipe::Cause;

/// Rows of the family.
pub(super) const ROWS: &[Row] = &[
    Row {
        id: "D3",
        phases: FAILED,
        spellings: &[Spelling::new(
            Versions::ALL,
            r"^workflow shutdown with strategy:  (?:Stop|Terminate)$",
            "workflow shutdown with strategy:  Stop",
        )],
        meaning: Meaning::Is(Cause::Stopped, Confidence::Certain),
        explanation: "Somebody stopped or terminated the workflow while the pod existed.",
    },
    Row {
        id: "D4",
        phases: FAILED,
        spellings: &[Spelling::new(
            Versions::ALL,
            r"^workflow shutdown with strategy: (?:Stop|Terminate)$",
            "workflow shutdown with strategy: Stop",
        )],
        meaning: Meaning::Is(Cause::Stopped, Confidence::Certain),
        explanation: "Somebody stopped or terminated the workflow before a pod was made.",
    },
    Row {
        id: "D5",
        phases: FAILED,
        spellings: &[Spelling::new(
            Versions::ALL,
            r"^Stopped with strategy '(?:Stop|Terminate)'$",
            "Stopped with strategy 'Stop'",
        )],
        meaning: Meaning::Is(Cause::Stopped, Confidence::Certain),
        explanation: "Somebody stopped or terminated the workflow while the node waited, for a lock or for its first attempt.",
    },
    Row {
        id: "D13",
        phases: FAILED,
        spellings: &[Spelling::new(
            Versions::ALL,
            r"^template has failed or errored children and failFast enabled$",
            "template has failed or errored children and failFast enabled",
        )],
        meaning: Meaning::Is(Cause::Stopped, Confidence::Likely),
        explanation: "A sibling failed, and the template's failFast ended everything beside it.",
    },
];
