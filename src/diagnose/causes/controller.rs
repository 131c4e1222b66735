//! The controller could not make or judge the pod: the template, its arguments, a quota.

use super::{Confidence, ERROR, FAILED, Meaning, PENDING_OR_ERROR, Row, Spelling, Versions};
use crate::recipe::Cause;

const TEMPLATE: Meaning = Meaning::Is(Cause::TemplateError, Confidence::Certain);

/// Rows of the family. D21 comes before D9, which wraps it in a DAG, and before D30, whose pattern is wider.
pub(super) const ROWS: &[Row] = &[
    Row {
        id: "D21",
        phases: PENDING_OR_ERROR,
        spellings: &[Spelling::new(
            Versions::ALL,
            r"exceeded quota",
            r#"pods "run-x7k2p-run-gwas-1" is forbidden: exceeded quota: gwas, requested: limits.memory=64Gi, used: limits.memory=900Gi, limited: limits.memory=900Gi"#,
        )],
        meaning: Meaning::Is(Cause::Quota, Confidence::Certain),
        explanation: "A ResourceQuota of the namespace did not let the pod be made.",
    },
    Row {
        id: "D14",
        phases: ERROR,
        spellings: &[Spelling::new(
            Versions::ALL,
            r"^inputs\.parameters\.\S+ was not supplied$",
            "inputs.parameters.models was not supplied",
        )],
        meaning: TEMPLATE,
        explanation: "The caller did not give a parameter that the template needs.",
    },
    Row {
        id: "D15",
        phases: ERROR,
        spellings: &[Spelling::new(
            Versions::ALL,
            r"^volume '.+' not found in workflow spec$",
            "volume 'nfs-data' not found in workflow spec",
        )],
        meaning: TEMPLATE,
        explanation: "A container mounts a volume that neither the template nor the workflow declares.",
    },
    Row {
        id: "D17",
        phases: ERROR,
        spellings: &[Spelling::new(
            Versions::ALL,
            r"^(?:Failed to substitute the PodSpecPatch variables|Error applying PodSpecPatch|invalid podSpecPatch)",
            "Failed to substitute the PodSpecPatch variables. unexpected end of JSON input",
        )],
        meaning: TEMPLATE,
        explanation: "The patch of the pod's spec is wrong.",
    },
    Row {
        id: "D18",
        phases: ERROR,
        spellings: &[Spelling::new(
            Versions::ALL,
            r"^(?:invalid cache key: |cache could not be found or created$|error creating cache entry: |memoization configmap doesn't have)",
            "invalid cache key: trait_5",
        )],
        meaning: TEMPLATE,
        explanation: "The cache that the template names cannot be used.",
    },
    Row {
        id: "D19",
        phases: ERROR,
        spellings: &[Spelling::new(
            Versions::SINCE_3_5,
            r"^Maximum recursion depth exceeded\.",
            "Maximum recursion depth exceeded. See https://argo-workflows.readthedocs.io/en/latest/scaling/",
        )],
        meaning: TEMPLATE,
        explanation: "Templates call each other more than a hundred levels deep.",
    },
    Row {
        id: "D20",
        phases: ERROR,
        spellings: &[Spelling::new(
            Versions::ALL,
            r"^(?:unable to evaluate expression '|failed to evaluate expression[: ]|withParam value could not be parsed as a JSON list: |(?:Invalid|Failed to parse) 'when' expression |Failed to evaluate 'when' expresion |Expected boolean evaluation for ')",
            "unable to evaluate expression 'a ==': unexpected token",
        )],
        meaning: TEMPLATE,
        explanation: "An expression or a list of the workflow could not be read.",
    },
    Row {
        id: "D23",
        phases: PENDING_OR_ERROR,
        spellings: &[Spelling::new(
            Versions::ALL,
            r"^(?:Failed to get semaphore limit for |requested configuration is invalid: )",
            "Failed to get semaphore limit for gwas/ConfigMap/limits/workflows",
        )],
        meaning: TEMPLATE,
        explanation: "The semaphore that the template names is not configured.",
    },
    Row {
        id: "D27",
        phases: ERROR,
        spellings: &[Spelling::new(
            Versions([None, None, None, Some(16), Some(7), Some(0)]),
            r"argument references an absent optional",
            "argument references an absent optional output artifact: tasks.a.outputs.artifacts.b",
        )],
        meaning: TEMPLATE,
        explanation: "An argument is the output of a task that wrote none.",
    },
    Row {
        id: "D28",
        phases: ERROR,
        spellings: &[Spelling::new(
            Versions::ALL,
            r"^(?:workflow )?template .+ not found",
            "workflow template gapit3-gwas-single-trait not found",
        )],
        meaning: TEMPLATE,
        explanation: "The WorkflowTemplate, or the template in it, is gone or never was.",
    },
    Row {
        id: "D29",
        phases: ERROR,
        spellings: &[Spelling::new(
            Versions::SINCE_3_7,
            r"^displayName must match the regex",
            "displayName must match the regex ^[a-zA-Z0-9]+$",
        )],
        meaning: TEMPLATE,
        explanation: "The template's annotation for the display name is not a legal name.",
    },
    Row {
        id: "D9",
        phases: ERROR,
        spellings: &[Spelling::new(
            Versions::ALL,
            r"(?s)^task '.+' errored: ",
            "task 'run-x7k2p.run-all-traits(0:5)' errored: volume 'nfs-data' not found in workflow spec",
        )],
        meaning: TEMPLATE,
        explanation: "The controller could not start the task: its arguments, its template or its pod are wrong.",
    },
    Row {
        id: "D10",
        phases: ERROR,
        spellings: &[Spelling::new(
            Versions::ALL,
            r"(?s)^step group deemed errored due to child .+ error: ",
            "step group deemed errored due to child run-x7k2p[0].fit error: inputs.parameters.k was not supplied",
        )],
        meaning: TEMPLATE,
        explanation: "The controller could not start a step: its arguments, its template or its pod are wrong.",
    },
    Row {
        id: "D10-child",
        phases: FAILED,
        spellings: &[Spelling::new(Versions::ALL, r"^child '.+' failed$", "child 'run-x7k2p-123' failed")],
        meaning: Meaning::Is(Cause::Unknown, Confidence::Weak),
        explanation: "Steps fail with what they hold, and of the step that failed nothing is known here.",
    },
    Row {
        id: "D30",
        phases: ERROR,
        spellings: &[Spelling::new(
            Versions::ALL,
            r"is forbidden: |is invalid: ",
            r#"pods "a" is forbidden: violates PodSecurity "restricted:latest""#,
        )],
        meaning: TEMPLATE,
        explanation: "The API server refused the pod: a policy, a limit range, a label or a name.",
    },
];
