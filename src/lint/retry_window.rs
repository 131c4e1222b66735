//! `lint::retry-window`: the window in which retries can start is shorter than the waits, or than the work.
//!
//! The window (`backoff.maxDuration`) runs from the start of the first attempt, its running time included, and is the
//! deadline of every later attempt (`processNodeRetries` in `workflow/controller/operator.go`).

use super::record::{attempts, longest};
use super::strategy::{Backoff, Limit, Strategy, written};
use super::survey::{Subject, Survey};
use super::{Level, Lint};
use crate::error::Code;
use crate::units::Seconds;
use crate::verify::Finding;
use crate::verify::references::reach::Reached;
use crate::verify::references::template::is_pod;

pub(super) const LINT: Lint = Lint {
    code: Code::LintRetryWindow,
    title: "the retry window is shorter than the waits of its own limit, or than the work",
    level: Level::Warning,
    certain: true,
    check,
};

/// More waits than this are not written out one by one.
const WRITTEN_OUT: usize = 6;

fn check(survey: &Survey<'_>, out: &mut [Vec<Finding>]) {
    for subject in &survey.subjects {
        let found = &mut out[subject.index];
        for one in &subject.reached {
            let Some(strategy) = subject.strategy_of(one).filter(|strategy| strategy.here) else { continue };
            found.extend(unreachable(&strategy));
            if is_pod(one.template) {
                found.extend(outlived(&strategy, one));
                found.extend(on_record(survey, subject, one, &strategy));
            }
        }
    }
}

/// The limit asks for more attempts than the waits leave room for.
fn unreachable(strategy: &Strategy<'_>) -> Option<Finding> {
    let (backoff, Limit::Retries(limit)) = (strategy.backoff()?, strategy.limit()) else { return None };
    let window = backoff.window.filter(|window| window.0 > 0)?;
    let waits = waits(backoff, window, limit)?;
    let most = waits.len();
    let attempts = if most == 1 { "1 attempt".to_owned() } else { format!("{most} attempts") };
    Some(Finding::new(
        Code::LintRetryWindow,
        strategy.at(&["limit"]),
        format!(
            "limit {limit} cannot be reached: waits of {} leave room for at most {attempts} within the window of {}, \
             even if each ends at once",
            sum(&waits),
            written(window),
        ),
        "take `maxDuration` out and bound each wait with `cap`, or lower the limit to what the window holds",
    ))
}

/// The waits up to the first one that reaches the end of the window; none if all fit.
///
/// An attempt takes some time itself, so that waits that sum up to the whole window are already too long.
fn waits(backoff: Backoff, window: Seconds, limit: u64) -> Option<Vec<Seconds>> {
    let mut total = Seconds(0);
    let mut waits = Vec::new();
    for n in 1..=u32::try_from(limit).unwrap_or(u32::MAX) {
        let wait = backoff.wait(n);
        if wait.0 == 0 {
            return None;
        }
        waits.push(wait);
        total = total.and(wait);
        if total >= window {
            return Some(waits);
        }
    }
    None
}

fn sum(waits: &[Seconds]) -> String {
    let shown: Vec<String> = waits.iter().map(|wait| written(*wait)).collect();
    if shown.len() <= WRITTEN_OUT {
        return shown.join(" + ");
    }
    let (first, last) = (shown[..3].join(" + "), &shown[shown.len() - 1]);
    format!("{first} + … + {last}")
}

/// The template lets an attempt run longer than the window is.
fn outlived(strategy: &Strategy<'_>, one: &Reached<'_>) -> Option<Finding> {
    let window = strategy.window().filter(|_| strategy.retries())?;
    let (key, most) = super::workflow_deadline::of_attempt(one.template)?;
    (most > window).then(|| {
        Finding::new(
            Code::LintRetryWindow,
            strategy.at(&["backoff", "maxDuration"]),
            format!(
                "an attempt of `{}` may run {} ({key}), but the window of {} runs from the start of the first: \
                 one that fails later is not tried again",
                one.name,
                written(most),
                written(window),
            ),
            "take `maxDuration` out and bound each wait with `cap`: the limit bounds the attempts, `activeDeadlineSeconds` each of them",
        )
    })
}

/// Attempts on record ran longer than the window is.
fn on_record(
    survey: &Survey<'_>,
    subject: &Subject<'_>,
    one: &Reached<'_>,
    strategy: &Strategy<'_>,
) -> Option<Finding> {
    let (window, run) = (strategy.window().filter(|_| strategy.retries())?, survey.setting.run?);
    if !one.local {
        return None;
    }
    let attempts = attempts(run, subject, &one.name);
    let longest = longest(&attempts).filter(|longest| longest.ran > window)?;
    let over = attempts.iter().filter(|attempt| attempt.ran > window).count();
    Some(Finding::new(
        Code::LintRetryWindow,
        strategy.at(&["backoff", "maxDuration"]),
        format!(
            "the longest attempt of `{}` on record ran {} (`{}`), longer than the window of {}; so did {over} of {}: \
             such an attempt is not tried again, and a later one is killed when the window ends",
            one.name,
            longest.ran,
            longest.node.name,
            written(window),
            attempts.len(),
        ),
        "take `maxDuration` out and bound each wait with `cap`, or make it longer than all attempts together",
    ))
}
