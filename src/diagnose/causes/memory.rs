//! Out of memory: A1 for the workload. 137 alone is not out of memory, unless its peak says so.

use super::context::Context;
use super::{Confidence, FAILED, Judgement, Meaning, Reading, Row, Spelling, Versions, shown};
use crate::diagnose::Peak;
use crate::recipe::Cause;
use crate::units::Memory;

/// Rows of the family. Up to 3.6 the message names no container, and only the phase tells main from wait.
pub(super) const ROWS: &[Row] = &[
    Row {
        id: "A1",
        phases: FAILED,
        spellings: &[
            Spelling::new(Versions::UP_TO_3_6, r"^OOMKilled \(exit code \d+\)", "OOMKilled (exit code 137)"),
            Spelling::new(
                Versions::SINCE_3_7,
                r"^main: OOMKilled \(exit code \d+\)",
                "main: OOMKilled (exit code 137)",
            ),
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
            "fit: OOMKilled (exit code 137)",
        )],
        meaning: Meaning::Is(Cause::Oom, Confidence::Likely),
        explanation: "The kernel killed another container of the pod than main for its memory: its own limit counts.",
    },
];

/// A peak of at least this many hundredths of the limit makes a bare 137 out of memory.
const OOM_FROM: u128 = 95;

/// A peak below this many hundredths speaks against it.
const DOUBTFUL_BELOW: u128 = 80;

/// What [`killed_at`] comes to.
pub(super) const BY_THE_PEAK: &[Reading] = &[
    Reading::when(Cause::Oom, Confidence::Likely, "its peak memory was at least 95 % of its limit"),
    Reading::when(Cause::OomProbable, Confidence::Likely, "its peak memory was at least 80 % of its limit"),
    Reading::when(
        Cause::OomProbable,
        Confidence::Weak,
        "its peak memory was lower than that, or its limit is not known",
    ),
];

/// What the peak says of a SIGKILL that nothing else explains; `None` where no peak is known.
///
/// Metrics are sampled, so the true peak can be higher than the one on record: one that is somewhat below the limit makes it likely that
/// memory it was, and one that is far below leaves every reading open.
pub(super) fn killed_at(context: &Context<'_>) -> Option<Judgement> {
    let peak = context.attempt.peak.as_ref()?;
    let share = context.node.limit_of(context.attempt).as_ref().ok().map(|limit| share(&peak.memory, limit));
    let (cause, confidence) = match share {
        Some(OOM_FROM..) => (Cause::Oom, Confidence::Likely),
        Some(DOUBTFUL_BELOW..) => (Cause::OomProbable, Confidence::Likely),
        Some(_) | None => (Cause::OomProbable, Confidence::Weak),
    };
    let because = format!("{}: killed, and {}", shown(context.attempt), told(context, peak));
    Some(context.judge(cause, confidence, because))
}

/// Why it was not certainly, or not at all, out of memory.
pub(super) fn refused(context: &Context<'_>) -> String {
    let known = context.attempt.peak.as_ref().map(|peak| told(context, peak));
    let known = known.unwrap_or_else(|| "no peak memory is known".to_owned());
    format!("the message does not say OOMKilled, and {known}")
}

/// A peak against its limit, in words.
fn told(context: &Context<'_>, peak: &Peak) -> String {
    let against = match context.node.limit_of(context.attempt) {
        Ok(limit) => format!("{} % of its limit of {limit}", share(&peak.memory, limit)),
        Err(why) => format!("but {why}"),
    };
    format!("its peak memory was {} ({}), {against}", peak.memory.about(), peak.source)
}

/// A peak in whole hundredths of a limit, rounded down: 94.9 % is not 95 %.
fn share(peak: &Memory, limit: &Memory) -> u128 {
    u128::from(peak.bytes()) * 100 / u128::from(limit.bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_readings_say_the_bounds() {
        for (reading, bound) in BY_THE_PEAK.iter().zip([OOM_FROM, DOUBTFUL_BELOW]) {
            let said = format!("at least {bound} %");
            assert!(reading.when.is_some_and(|when| when.contains(&said)), "{reading:?}");
        }
    }
}
