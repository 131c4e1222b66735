//! Somebody stopped or terminated the workflow.

use super::{Confidence, Meaning, Row};
use crate::recipe::Cause;

/// Rows of the family.
pub(super) const ROWS: &[Row] = &[
    Row {
        id: "D3",
        pattern: r"^workflow shutdown with strategy:  (?:Stop|Terminate)$",
        phase: None,
        example: "workflow shutdown with strategy:  Stop",
        meaning: Meaning::Is(Cause::Stopped, Confidence::Certain),
    },
    Row {
        id: "D4",
        pattern: r"^workflow shutdown with strategy: (?:Stop|Terminate)$",
        phase: None,
        example: "workflow shutdown with strategy: Stop",
        meaning: Meaning::Is(Cause::Stopped, Confidence::Certain),
    },
    Row {
        id: "D5",
        pattern: r"^Stopped with strategy '(?:Stop|Terminate)'$",
        phase: None,
        example: "Stopped with strategy 'Terminate'",
        meaning: Meaning::Is(Cause::Stopped, Confidence::Certain),
    },
    Row {
        id: "D13",
        pattern: r"^template has failed or errored children and failFast enabled$",
        phase: None,
        example: "template has failed or errored children and failFast enabled",
        meaning: Meaning::Is(Cause::Stopped, Confidence::Likely),
    },
];
