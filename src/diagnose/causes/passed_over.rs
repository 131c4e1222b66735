//! Nodes that Argo passed over: left out on purpose, copied from an earlier run, or without the results that they depend on.

use super::{Confidence, Meaning, OMITTED, Row, SKIPPED, Spelling, Versions};
use crate::recipe::Cause;

/// Rows of the family.
pub(super) const ROWS: &[Row] = &[
    Row {
        id: "D25",
        phases: SKIPPED,
        spellings: &[Spelling::new(Versions::ALL, r"^original pod: ", "original pod: run-a1b2c-1234567")],
        meaning: Meaning::Succeeded,
        explanation: "A memoized resubmit copied the success of an earlier run.",
    },
    Row {
        id: "D12",
        phases: SKIPPED,
        spellings: &[Spelling::new(
            Versions::ALL,
            r"^when '.*' evaluated false$|^Skipped, empty params$",
            "when 'false == true' evaluated false",
        )],
        meaning: Meaning::LeftOut,
        explanation: "The workflow's own condition left it out, so nothing is to be done.",
    },
    Row {
        id: "D11",
        phases: OMITTED,
        spellings: &[Spelling::new(
            Versions::ALL,
            r"^omitted: depends condition not met$",
            "omitted: depends condition not met",
        )],
        meaning: Meaning::Is(Cause::Upstream, Confidence::Likely),
        explanation: "Something that it depends on did not end as it should, so it never began.",
    },
];
