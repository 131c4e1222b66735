//! The catalogue of endings: one file a family of causes, one row for each message that Argo gives a node that did not succeed.
//!
//! The letter of a row says whose message it is: A the end of a container, B the kubelet, C Argo's executor, D the controller, E what a
//! pending pod waits for, F the end of the retries. The messages are those of `workflow/controller/operator.go` and
//! `workflow/executor/executor.go` in Argo 3.4 to 4.1; the kubelet's are passed through as they are.
//!
//! A row knows its message by the spelling of each version, and by the phases that its node can have: a program may write anything into
//! its own termination message. What a row means can depend on the moments of the workflow (a 143 at the deadline is the
//! deadline's). The order of [`FAMILIES`] is the order in which rows are tried: the first that fits decides.

/// What a runtime or the kubelet says of a mount that failed, as the end of a pattern. Between quotation marks stand names, and a Secret
/// or a script may be called anything; a path holds no word by itself.
macro_rules! of_a_mount {
    () => {
        r#"(?:[^"]|"[^"]*")*?[\s(](?:(?:un)?mount(?:ing|ed|s)?|volumes?|volumeMount|(?:Mount|Attach)Volume\.\w+)(?:[\s:=]|$)"#
    };
}

/// The same where the container's configuration is what failed: a Secret that is mounted is none of it.
macro_rules! of_a_sub_path {
    () => {
        r#"(?:[^"]|"[^"]*")*?(?:prepare subPath|MountVolume|unmounted volumes)"#
    };
}

mod containers;
mod context;
mod controller;
mod deadlines;
mod disruptions;
mod executor;
mod exits;
mod judge;
mod judgement;
mod look_alikes;
mod memory;
mod passed_over;
mod readings;
mod refused;
mod shutdown;
mod signals;
mod versions;
mod waiting;

use std::sync::OnceLock;

use regex::Regex;

pub use judge::waiting;
pub(super) use judge::{PassedOver, judge, judge_attempt, never_ended, passed_over, ran_out_of_memory};
pub use judgement::{Confidence, CutBy, Judgement, Limit};
pub use look_alikes::{LookAlike, ToldBy};
pub use readings::{Outcome, Reading};
pub use refused::Refused;
pub use versions::{Minor, Versions};

use crate::evidence::snapshot::Phase;
use crate::recipe::Cause;
use context::Context;
use judge::{never_ran, shown};

/// One row of the catalogue.
#[derive(Debug)]
pub struct Row {
    /// Its name: a letter with a number, and a word behind it where one message has several causes; or a letter with a word.
    pub id: &'static str,
    /// The phases that its node can have.
    pub phases: &'static [Phase],
    /// How each version writes it.
    pub spellings: &'static [Spelling],
    /// What it means.
    meaning: Meaning,
    /// The same in one sentence for people.
    pub explanation: &'static str,
}

/// How some versions of Argo write the message of a row.
#[derive(Debug)]
pub struct Spelling {
    /// The versions.
    pub versions: Versions,
    /// The message, a regular expression.
    pub pattern: &'static str,
    /// A message that fits it.
    pub example: &'static str,
}

impl Spelling {
    const fn new(versions: Versions, pattern: &'static str, example: &'static str) -> Self {
        Self { versions, pattern, example }
    }
}

/// What a row means.
#[derive(Debug)]
enum Meaning {
    /// Always this cause.
    Is(Cause, Confidence),
    /// It depends on the item and the moments.
    Depends {
        /// Who judges.
        judge: fn(&Context<'_>) -> Judgement,
        /// Everything that can come of it, in the order in which it is asked.
        readings: &'static [&'static [Reading]],
        /// The causes that are asked and refused, each with its reason.
        told_from: &'static [Cause],
    },
    /// It is a success.
    Succeeded,
    /// Nothing was to be done.
    LeftOut,
}

const FAILED: &[Phase] = &[Phase::Failed];
const ERROR: &[Phase] = &[Phase::Error];
const ENDED: &[Phase] = &[Phase::Failed, Phase::Error];
const PENDING: &[Phase] = &[Phase::Pending];
const PENDING_OR_ERROR: &[Phase] = &[Phase::Pending, Phase::Error];
const SKIPPED: &[Phase] = &[Phase::Skipped];
const OMITTED: &[Phase] = &[Phase::Omitted];

/// The families in the order in which their rows are tried.
const FAMILIES: &[&[Row]] = &[
    memory::ROWS,
    shutdown::ROWS,
    deadlines::ROWS,
    disruptions::ROWS,
    containers::ROWS,
    executor::ROWS,
    controller::ROWS,
    signals::ROWS,
    exits::ROWS,
    waiting::ROWS,
    passed_over::ROWS,
];

/// Every row, in the order in which it is tried.
pub fn rows() -> impl Iterator<Item = &'static Row> {
    FAMILIES.iter().copied().flatten()
}

/// The row, and its spelling, that a message of a phase fits.
pub fn recognise(message: &str, phase: &Phase) -> Option<(&'static Row, &'static Spelling)> {
    let fits = |(pattern, row, _): &&(Regex, &Row, &Spelling)| {
        row.phases.contains(phase) && pattern.is_match(message)
    };
    patterns().iter().find(fits).map(|(_, row, spelling)| (*row, *spelling))
}

fn patterns() -> &'static [(Regex, &'static Row, &'static Spelling)] {
    static PATTERNS: OnceLock<Vec<(Regex, &'static Row, &'static Spelling)>> = OnceLock::new();
    let compiled = |row: &'static Row, spelling: &'static Spelling| {
        (Regex::new(spelling.pattern).expect("a test compiles every pattern"), row, spelling)
    };
    PATTERNS.get_or_init(|| {
        rows().flat_map(|row| row.spellings.iter().map(move |spelling| compiled(row, spelling))).collect()
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_pattern_compiles() {
        assert!(recognise("main: Error (exit code 1)", &Phase::Failed).is_some());
    }

    #[test]
    fn row_ids_are_unique_and_every_row_explains_itself_in_one_sentence() {
        let mut seen = BTreeSet::new();
        for row in rows() {
            assert!(seen.insert(row.id), "{} stands twice", row.id);
            let sentence = row.explanation;
            let one = sentence.ends_with('.') && !sentence.trim_end_matches('.').contains(". ");
            assert!(one && sentence.starts_with(char::is_uppercase), "{}: {sentence:?}", row.id);
            assert!(!row.spellings.is_empty() && !row.phases.is_empty(), "{}", row.id);
        }
    }

    #[test]
    fn the_example_of_a_spelling_is_known_by_it() {
        for row in rows() {
            for spelling in row.spellings {
                // Under one of its phases: under Error, a bare exit code of 3.6 is another row's.
                let known = |phase| {
                    recognise(spelling.example, phase)
                        .is_some_and(|(found, by)| found.id == row.id && by.pattern == spelling.pattern)
                };
                assert!(row.phases.iter().any(known), "{}: {:?}", row.id, spelling.example);
            }
        }
    }

    #[test]
    fn a_program_that_quotes_another_row_keeps_its_own() {
        for message in [
            "main: Error (exit code 1): disk quota: exceeded quota",
            "main: Error (exit code 1): value 7 is invalid: too large",
            "main: Error (exit code 1): child said OOMKilled (exit code 137)",
            "main: Error (exit code 1): a.csv: no such file or directory",
            "Error (exit code 1): a.csv: no such file or directory",
            "Error (exit code 2): Pod was active on the node longer than the specified deadline",
        ] {
            assert_eq!(recognise(message, &Phase::Failed).map(|(row, _)| row.id), Some("A11"), "{message}");
        }
    }
}
