//! Argo's own containers: wait, init and the supervisor, and the artifacts that they carry.

use super::{Confidence, Meaning, Row};
use crate::evidence::snapshot::Phase;
use crate::recipe::Cause;

const fn row(id: &'static str, pattern: &'static str, example: &'static str, cause: Cause) -> Row {
    Row { id, pattern, phase: None, example, meaning: Meaning::Is(cause, Confidence::Certain) }
}

/// Rows of the family. C rows are texts inside A12; they come first because they say more.
pub(super) const ROWS: &[Row] = &[
    Row {
        id: "A2",
        pattern: r"^(?:(?:wait|init|supervisor): )?OOMKilled \(exit code \d+\)",
        phase: Some(Phase::Error),
        example: "wait: OOMKilled (exit code 137)",
        meaning: Meaning::Is(Cause::Executor, Confidence::Certain),
    },
    row(
        "C",
        r"(?s)^(?:(?:wait|init|supervisor): )?\w* ?\(exit code \d+\): .*(?:required artifact '.+' not supplied|artifact \S+ failed to load: |failed to load artifact |no such file or directory|Unsupported artifact driver for )",
        "wait: Error (exit code 64): failed to load artifact 'genotype': timeout",
        Cause::Artifact,
    ),
    row(
        "D14-artifact",
        r"^(?:task '.+' errored: )?inputs\.artifacts\.\S+ was not supplied",
        "inputs.artifacts.kinship was not supplied",
        Cause::Artifact,
    ),
    row("A7", r"^(?:main: )?\w* ?\(exit code 65\)", "main: Error (exit code 65)", Cause::Executor),
    row(
        "A12",
        r"^(?:wait|init|supervisor): .*\(exit code \d+\)",
        "wait: Error (exit code 64): failed to save outputs: connection refused",
        Cause::Executor,
    ),
    Row {
        id: "A12-3.6",
        pattern: r"^\w* ?\(exit code \d+\)",
        phase: Some(Phase::Error),
        example: "Error (exit code 64): failed to save outputs: connection refused",
        meaning: Meaning::Is(Cause::Executor, Confidence::Likely),
    },
    row("D2", r"^container deleted$", "container deleted", Cause::Executor),
    row(
        "D26",
        r"^(?:create )?agent pod failed with reason:",
        "agent pod failed with reason:\"Error\"",
        Cause::Executor,
    ),
];
