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
    let most = waits.count;
    let attempts = if most == 1 { "1 attempt".to_owned() } else { format!("{most} attempts") };
    Some(Finding::new(
        Code::LintRetryWindow,
        strategy.at(&["limit"]),
        format!(
            "limit {limit} cannot be reached: waits of {} leave room for at most {attempts} within the window of {}, \
             even if each ends at once",
            waits.sum(),
            written(window),
        ),
        "take `maxDuration` out and bound each wait with `cap`, or lower the limit to what the window holds",
    ))
}

/// Waits one after the other.
struct Waits {
    /// The first ones, at most so many as are written out.
    first: Vec<Seconds>,
    last: Seconds,
    count: u64,
}

/// The waits up to the first one that reaches the end of the window; none if all fit.
///
/// An attempt takes some time itself, so that waits that sum up to the whole window are already too long.
fn waits(backoff: Backoff, window: Seconds, limit: u64) -> Option<Waits> {
    let mut waits = Waits { first: Vec::new(), last: Seconds(0), count: 0 };
    let mut total = Seconds(0);
    while waits.count < limit {
        let wait = backoff.wait(u32::try_from(waits.count + 1).unwrap_or(u32::MAX));
        if wait.0 == 0 {
            return None;
        }
        // Waits never shrink: one that is as long as the one before is where they stay, and the rest can be reckoned.
        let is_constant = wait == waits.last;
        let rest = (window.0.saturating_sub(total.0)).div_ceil(wait.0).min(limit - waits.count);
        let times = if is_constant { rest } else { 1 };
        waits.add(wait, times);
        total = total.and(wait.repeated(times));
        if total >= window {
            return Some(waits);
        }
    }
    None
}

impl Waits {
    fn add(&mut self, wait: Seconds, times: u64) {
        let room = WRITTEN_OUT - self.first.len();
        let shown = usize::try_from(times).unwrap_or(room).min(room);
        self.first.extend(std::iter::repeat_n(wait, shown));
        self.last = wait;
        self.count += times;
    }

    fn sum(&self) -> String {
        let shown: Vec<String> = self.first.iter().map(|wait| written(*wait)).collect();
        if self.count <= shown.len() as u64 {
            return shown.join(" + ");
        }
        format!("{} + … + {}", shown[..3].join(" + "), written(self.last))
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn said(duration: u64, factor: u64, cap: Option<u64>, window: u64, limit: u64) -> Option<(u64, String)> {
        let backoff = Backoff { duration: Seconds(duration), factor, cap: cap.map(Seconds), window: None };
        waits(backoff, Seconds(window), limit).map(|waits| (waits.count, waits.sum()))
    }

    #[test]
    fn waits_are_counted_up_to_the_end_of_the_window() {
        assert_eq!(said(60, 2, None, 200, 9), Some((3, "1m + 2m + 4m".to_owned())));
        assert_eq!(said(60, 2, Some(120), 540, 9), Some((5, "1m + 2m + 2m + 2m + 2m".to_owned())));
        assert_eq!(said(60, 1, None, 600, 20), Some((10, "1m + 1m + 1m + … + 1m".to_owned())));
        assert_eq!((said(60, 1, None, 600, 9), said(0, 2, None, 600, 9)), (None, None));
    }

    #[test]
    fn a_wait_of_a_second_in_a_window_of_ages_is_reckoned() {
        let (window, limit) = (1 << 40, u64::MAX);
        assert_eq!(said(1, 1, None, window, limit).map(|(count, _)| count), Some(window));
        assert_eq!(said(1, 2, Some(2), window, limit).map(|(count, _)| count), Some(window / 2 + 1));
        assert_eq!(said(1, 1, None, window, window - 1), None);
    }
}
