//! Time ran out: of the workflow, of the template, or before the item ever began.

use super::refused::{NEIGHBOURS, neighbours};
use super::{
    Confidence, Context, ERROR, FAILED, Judgement, Limit, Meaning, Reading, Row, Spelling, Versions,
    never_ran, shown,
};
use crate::recipe::Cause;

/// Rows of the family. D8 begins with the full name of the node (Argo 4.0.7, workflow/controller/workflowpod.go, line 605), in which steps,
/// loops and attempts have brackets; no other text that ends so begins like the name of a workflow.
pub(super) const ROWS: &[Row] = &[
    Row {
        id: "B1",
        phases: FAILED,
        spellings: &[Spelling::new(
            Versions::ALL,
            r"^Pod was active on the node longer than the specified deadline",
            "Pod was active on the node longer than the specified deadline",
        )],
        meaning: Meaning::Depends {
            judge: active_too_long,
            readings: &[&[
                Reading::when(
                    Cause::Deadline,
                    Confidence::Certain,
                    "it lasted as long as its template allows",
                ),
                Reading::when(
                    Cause::Deadline,
                    Confidence::Certain,
                    "the workflow's deadline falls at its end",
                ),
                Reading::when(Cause::Deadline, Confidence::Likely, "neither fits"),
            ]],
            told_from: NEIGHBOURS,
        },
        explanation: "The kubelet ended the pod at its deadline: that of its template, or what was left of the workflow's.",
    },
    Row {
        id: "D6",
        phases: FAILED,
        spellings: &[Spelling::new(
            Versions::ALL,
            r"^Step exceeded its deadline$",
            "Step exceeded its deadline",
        )],
        meaning: Meaning::Depends {
            judge: workflow_deadline,
            readings: &[&[
                Reading::when(
                    Cause::Starved,
                    Confidence::Certain,
                    "its pod never got a host, or its node was made at the deadline",
                ),
                Reading::when(
                    Cause::Deadline,
                    Confidence::Certain,
                    "it ran, and the workflow's deadline was reached",
                ),
                Reading::when(
                    Cause::Deadline,
                    Confidence::Likely,
                    "the snapshot shows no deadline that was reached",
                ),
            ]],
            told_from: &[],
        },
        explanation: "The workflow reached its deadline; the controller ended what ran and what still waited.",
    },
    Row {
        id: "D7",
        phases: FAILED,
        spellings: &[
            Spelling::new(Versions::ALL, r"^timeout$", "timeout"),
            Spelling::new(Versions::ONLY_3_4, r"^child '.+' timedout$", "child 'run-x7k2p-1' timedout"),
        ],
        meaning: Meaning::Is(Cause::Starved, Confidence::Certain),
        explanation: "The template's timeout passed while the pod still waited for a place.",
    },
    Row {
        id: "D8",
        phases: ERROR,
        spellings: &[Spelling::new(
            Versions::ALL,
            r"^(?:task '.+' errored: )?[a-z0-9][-a-z0-9.]*(?:\(\d+\)|\[\d+\]|\.[-\w]+(?:\(\d+:[^()]*\))?)* exceeded its deadline$",
            "gwas-abc.run-all-traits(3:5)(0) exceeded its deadline",
        )],
        meaning: Meaning::Depends {
            judge: template_used_up,
            readings: &[&[Reading::always(Cause::Deadline, Confidence::Certain)]],
            told_from: &[],
        },
        explanation: "The template's timeout was used up when the pod was to be made.",
    },
    Row {
        id: "F-deadline",
        phases: FAILED,
        spellings: &[Spelling::new(
            Versions::ALL,
            r"^retry exceeded workflow deadline ",
            "retry exceeded workflow deadline 2026-03-01 09:00:00 +0000 UTC",
        )],
        meaning: Meaning::Is(Cause::Starved, Confidence::Certain),
        explanation: "The workflow reached its deadline before the item got an attempt.",
    },
];

/// The kubelet's word for a deadline, and which one it was not.
fn active_too_long(context: &Context<'_>) -> Judgement {
    let judgement = pod_deadline(context);
    Judgement { refused: neighbours(context, &judgement), ..judgement }
}

/// The kubelet enforces the smallest of three deadlines (`workflow/controller/workflowpod.go`): the template's own is told by the
/// attempt's length.
fn pod_deadline(context: &Context<'_>) -> Judgement {
    let message = shown(context.attempt);
    if let Some(length) = context.at_template_deadline() {
        let because = format!("{message}: its template allows {length}");
        return context.cut(Limit::Template, length, Confidence::Certain, because);
    }
    let remaining = context.moments.deadline.filter(|moment| moment.explains(context.attempt.finished));
    if let Some(moment) = remaining {
        return context.cut(
            Limit::Workflow,
            moment.interval,
            Confidence::Certain,
            format!("{message}: the workflow's deadline of {}", moment.interval),
        );
    }
    let mut judgement = context.judge(Cause::Deadline, Confidence::Likely, message);
    judgement.because.push("no deadline of the template or the workflow falls at its end".to_owned());
    judgement.cut_by = context
        .template_deadline()
        .or_else(|| context.attempt.length())
        .map(|length| super::CutBy { limit: Limit::Template, length });
    judgement
}

/// The controller's own words for the workflow's deadline, also on nodes that it makes only to fail them
/// (`applyExecutionControl` in `workflow/controller/exec_control.go`).
fn workflow_deadline(context: &Context<'_>) -> Judgement {
    let deadline = context.moments.deadline;
    let late = deadline.zip(context.attempt.started).is_some_and(|(moment, started)| started >= moment.at);
    let length = deadline.map_or(String::new(), |moment| format!(" of {}", moment.interval));
    let message = shown(context.attempt);
    let starved = |because| context.judge(Cause::Starved, Confidence::Certain, because);
    if never_ran(context.attempt) {
        return starved(format!(
            "{message}: the workflow's deadline{length} came before a pod of it was scheduled"
        ));
    }
    if late {
        return starved(format!("{message}: the workflow's deadline{length} had passed when it began"));
    }
    match deadline {
        Some(moment) => context.cut(
            Limit::Workflow,
            moment.interval,
            Confidence::Certain,
            format!("{message}: the workflow's deadline{length}"),
        ),
        None => context.judge(
            Cause::Deadline,
            Confidence::Likely,
            format!("{message}, but the snapshot shows no deadline that was reached"),
        ),
    }
}

/// The template's timeout had passed when the pod was to be made.
fn template_used_up(context: &Context<'_>) -> Judgement {
    match context.template_deadline() {
        Some(length) => context.cut(
            Limit::Template,
            length,
            Confidence::Certain,
            format!("{}: its template allows {length}", shown(context.attempt)),
        ),
        None => context.judge(Cause::Deadline, Confidence::Certain, shown(context.attempt)),
    }
}
