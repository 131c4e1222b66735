//! The controller could not make or judge the pod: the template, its arguments, a quota.

use super::{Confidence, Meaning, Row};
use crate::recipe::Cause;

const fn row(id: &'static str, pattern: &'static str, example: &'static str, cause: Cause) -> Row {
    Row { id, pattern, phase: None, example, meaning: Meaning::Is(cause, Confidence::Certain) }
}

/// Rows of the family. D21 comes before D9, which wraps it in a DAG.
pub(super) const ROWS: &[Row] = &[
    row(
        "D21",
        r"exceeded quota",
        "pods \"a\" is forbidden: exceeded quota: gwas, requested: memory=64Gi",
        Cause::Quota,
    ),
    row(
        "D14",
        r"^inputs\.parameters\.\S+ was not supplied",
        "inputs.parameters.models was not supplied",
        Cause::TemplateError,
    ),
    row(
        "D15",
        r"^volume '.+' not found in workflow spec",
        "volume 'nfs-data' not found in workflow spec",
        Cause::TemplateError,
    ),
    row(
        "D17",
        r"^(?:Failed to substitute the PodSpecPatch variables|Error applying PodSpecPatch|invalid podSpecPatch)",
        "Error applying PodSpecPatch",
        Cause::TemplateError,
    ),
    row(
        "D18",
        r"^(?:invalid cache key: |cache could not be found or created|error creating cache entry: |memoization configmap doesn't have)",
        "invalid cache key: trait_5",
        Cause::TemplateError,
    ),
    row(
        "D19",
        r"^Maximum recursion depth exceeded\.",
        "Maximum recursion depth exceeded. See the documentation",
        Cause::TemplateError,
    ),
    row(
        "D20",
        r"^(?:unable to evaluate expression '|withParam value could not be parsed as a JSON list: |Invalid 'when' expression )",
        "Invalid 'when' expression 'a =='",
        Cause::TemplateError,
    ),
    row(
        "D23",
        r"^(?:Failed to get semaphore limit for |requested configuration is invalid: )",
        "Failed to get semaphore limit for gwas/ConfigMap/limits/workflows",
        Cause::TemplateError,
    ),
    row(
        "D27",
        r"argument references an absent optional",
        "argument references an absent optional output",
        Cause::TemplateError,
    ),
    row(
        "D28",
        r"^(?:workflow )?template .+ not found",
        "workflow template gapit3-gwas-single-trait not found",
        Cause::TemplateError,
    ),
    row(
        "D29",
        r"^displayName must match the regex",
        "displayName must match the regex ^[a-z]+$",
        Cause::TemplateError,
    ),
    row(
        "D9",
        r"^task '.+' errored: ",
        "task 'run-all-traits(3:5)' errored: volume 'nfs-data' not found in workflow spec",
        Cause::TemplateError,
    ),
    row(
        "D10",
        r"^step group deemed errored due to child .+ error: ",
        "step group deemed errored due to child a error: no",
        Cause::TemplateError,
    ),
    row(
        "D30",
        r"is forbidden: |is invalid: ",
        "Pod \"a\" is invalid: metadata.labels: Invalid value",
        Cause::TemplateError,
    ),
];
