//! Time ran out: of the workflow, of the template, or before the item ever began.

use super::refused::neighbours;
use super::{Confidence, Context, Judgement, Limit, Meaning, Row, never_ran, shown};
use crate::recipe::Cause;
use crate::units::Seconds;

/// Rows of the family. D6 comes before D8, whose pattern is wider.
pub(super) const ROWS: &[Row] = &[
    Row {
        id: "B1",
        pattern: r"^Pod was active on the node longer than the specified deadline",
        phase: None,
        example: "Pod was active on the node longer than the specified deadline",
        meaning: Meaning::Depends(active_too_long),
    },
    Row {
        id: "D6",
        pattern: r"^Step exceeded its deadline$",
        phase: None,
        example: "Step exceeded its deadline",
        meaning: Meaning::Depends(workflow_deadline),
    },
    Row {
        id: "D7",
        pattern: r"^timeout$",
        phase: None,
        example: "timeout",
        meaning: Meaning::Is(Cause::Starved, Confidence::Certain),
    },
    Row {
        id: "D8",
        pattern: r"^(?:task '.+' errored: )?\S+ exceeded its deadline$",
        phase: None,
        example: "task 'run-all-traits(3:5)' errored: run-gwas exceeded its deadline",
        meaning: Meaning::Depends(template_used_up),
    },
    Row {
        id: "F1",
        pattern: r"^retry exceeded workflow deadline ",
        phase: None,
        example: "retry exceeded workflow deadline 2025-11-19 20:00:00 +0000 UTC",
        meaning: Meaning::Is(Cause::Starved, Confidence::Certain),
    },
];

/// The kubelet's word for a deadline, and which one it was not.
fn active_too_long(context: &Context<'_>) -> Judgement {
    let judgement = pod_deadline(context);
    Judgement { refused: neighbours(context, &judgement), ..judgement }
}

/// The kubelet enforces the smallest of three deadlines (F 4): the template's own is told by the attempt's length.
fn pod_deadline(context: &Context<'_>) -> Judgement {
    let message = shown(context.attempt);
    if let Some(length) = context.at_template_deadline() {
        return context.cut(Limit::Template, length, format!("{message}: its template allows {length}"));
    }
    let remaining = context.moments.deadline.filter(|moment| moment.explains(context.attempt.finished));
    if let Some(moment) = remaining {
        return context.cut(
            Limit::Workflow,
            moment.interval,
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

/// The controller's own words for the workflow's deadline, also on nodes that it makes only to fail them (F 2.6, rule 9).
fn workflow_deadline(context: &Context<'_>) -> Judgement {
    let deadline = context.moments.deadline;
    let late = deadline.zip(context.attempt.started).is_some_and(|(moment, started)| started >= moment.at);
    let length = deadline.map_or(Seconds(0), |moment| moment.interval);
    let message = shown(context.attempt);
    if never_ran(context.attempt) || late {
        return context.judge(
            Cause::Starved,
            Confidence::Certain,
            format!("{message}: the workflow's deadline of {length} came before a pod of it was scheduled"),
        );
    }
    match deadline {
        Some(moment) => context.cut(
            Limit::Workflow,
            moment.interval,
            format!("{message}: the workflow's deadline of {length}"),
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
            format!("{}: its template allows {length}", shown(context.attempt)),
        ),
        None => context.judge(Cause::Deadline, Confidence::Certain, shown(context.attempt)),
    }
}
