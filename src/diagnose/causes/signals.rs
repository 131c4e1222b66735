//! 137 and 143: somebody sent a signal. Who it was, only the clock of the run can tell.

use super::memory::{BY_THE_PEAK, killed_at};
use super::refused::{NEIGHBOURS, neighbours};
use super::{
    Confidence, Context, FAILED, Judgement, Limit, Meaning, Reading, Row, Spelling, Versions, shown,
};
use crate::recipe::Cause;

/// Rows of the family. Any container can end so: of a container set, main is only one.
pub(super) const ROWS: &[Row] = &[
    Row {
        id: "A3",
        phases: FAILED,
        spellings: &[
            Spelling::new(
                Versions::UP_TO_3_6,
                r"^(?:Error)? ?\(exit code 137\)|^failed with exit code 137$",
                "Error (exit code 137)",
            ),
            Spelling::new(
                Versions::SINCE_3_7,
                r"^[a-z0-9][-a-z0-9.]*: (?:Error)? ?\(exit code 137\)",
                "main: Error (exit code 137)",
            ),
        ],
        meaning: Meaning::Depends {
            judge: killed,
            readings: &[
                BY_THE_CLOCK,
                BY_THE_PEAK,
                &[Reading::when(
                    Cause::OomProbable,
                    Confidence::Weak,
                    "nothing of this: nobody says who killed it",
                )],
            ],
            told_from: NEIGHBOURS,
        },
        explanation: "SIGKILL ended the program: the kernel or the kubelet, without a word about memory.",
    },
    Row {
        id: "A4",
        phases: FAILED,
        spellings: &[
            Spelling::new(
                Versions::UP_TO_3_6,
                r"^(?:Error)? ?\(exit code 143\)|^failed with exit code 143$",
                "Error (exit code 143)",
            ),
            Spelling::new(
                Versions::SINCE_3_7,
                r"^[a-z0-9][-a-z0-9.]*: (?:Error)? ?\(exit code 143\)",
                "main: Error (exit code 143)",
            ),
        ],
        meaning: Meaning::Depends {
            judge: terminated,
            readings: &[
                BY_THE_CLOCK,
                &[Reading::when(
                    Cause::Exit,
                    Confidence::Weak,
                    "nothing of this: nobody says who told it to end",
                )],
            ],
            told_from: NEIGHBOURS,
        },
        explanation: "SIGTERM ended the program: somebody told it to end, and it did.",
    },
];

/// What [`explained`] comes to.
const BY_THE_CLOCK: &[Reading] = &by_the_clock(Confidence::Likely);

/// The same where somebody names a deadline, which makes that so sure.
pub(super) const fn by_the_clock(deadline: Confidence) -> [Reading; 4] {
    [
        Reading::when(
            Cause::Stopped,
            Confidence::Likely,
            "the workflow was stopped or terminated at its end",
        ),
        Reading::when(Cause::Deadline, deadline, "the workflow's deadline falls at its end"),
        Reading::when(
            Cause::RetryWindow,
            Confidence::Likely,
            "the end of backoff.maxDuration falls at its end, and it is not the first attempt",
        ),
        Reading::when(Cause::Deadline, deadline, "it lasted as long as its template allows"),
    ]
}

/// SIGKILL without the kernel's word for out of memory.
fn killed(context: &Context<'_>) -> Judgement {
    let judgement = explained(context).or_else(|| killed_at(context)).unwrap_or_else(|| {
        context.judge(
            Cause::OomProbable,
            Confidence::Weak,
            format!(
                "{}: killed, and no stop, deadline or retry window falls at its end",
                shown(context.attempt)
            ),
        )
    });
    Judgement { refused: neighbours(context, &judgement), ..judgement }
}

/// SIGTERM that the program honoured.
fn terminated(context: &Context<'_>) -> Judgement {
    let judgement = explained(context).unwrap_or_else(|| {
        context.judge(
            Cause::Exit,
            Confidence::Weak,
            format!(
                "{}: terminated, and no stop, deadline or retry window falls at its end",
                shown(context.attempt)
            ),
        )
    });
    Judgement { refused: neighbours(context, &judgement), ..judgement }
}

/// What was due when the signal came: a stop, the workflow's deadline, the retry window, the template's deadline. Nobody
/// says that it was this: the time of the end agrees with it, no more.
pub(super) fn explained(context: &Context<'_>) -> Option<Judgement> {
    let end = context.attempt.finished;
    let message = shown(context.attempt);
    let moments = context.moments;
    if moments.stop.is_some_and(|stop| stop.explains(end)) {
        let strategy = moments.strategy.as_deref().unwrap_or("Stop");
        return Some(context.judge(
            Cause::Stopped,
            Confidence::Likely,
            format!("{message} when the workflow was told to {strategy}"),
        ));
    }
    if let Some(moment) = moments.deadline.filter(|moment| moment.explains(end)) {
        return Some(context.cut(
            Limit::Workflow,
            moment.interval,
            Confidence::Likely,
            format!("{message} at the workflow's deadline of {}", moment.interval),
        ));
    }
    if let Some(window) = context.window().filter(|window| window.explains(end)) {
        return Some(Judgement {
            explanation: Cause::RetryWindow.meaning(),
            ..context.judge(
                Cause::RetryWindow,
                Confidence::Likely,
                format!(
                    "{message} at the end of backoff.maxDuration, {} after the first attempt began",
                    window.interval
                ),
            )
        });
    }
    let length = context.at_template_deadline()?;
    let because = format!("{message} at its template's deadline of {length}");
    Some(context.cut(Limit::Template, length, Confidence::Likely, because))
}
