//! Each word of `when`, where it holds and where it does not.

use std::collections::BTreeSet;

use super::*;
use crate::diagnose::{Attempt, ItemOutputs, OutputState};
use crate::evidence::logs::Log;
use crate::evidence::snapshot::Phase;
use crate::recipe::Cause;
use crate::units::{Index, Interval, Seconds};

/// An attempt on a host that failed with that code after so many minutes; without a code it never began.
fn attempt(code: Option<i32>, minutes: u64) -> Attempt {
    let began = "2026-03-01T00:00:00Z".parse().ok();
    let ended = format!("2026-03-01T{:02}:{:02}:00Z", minutes / 60, minutes % 60).parse().ok();
    Attempt {
        id: "n".to_owned(),
        phase: Phase::Failed,
        message: "main: Error".to_owned(),
        exit_code: code,
        host: code.map(|_| "node01".to_owned()),
        started: began,
        finished: ended,
        pod: None,
        peak: None,
        log: None,
        place: crate::diagnose::Place::default(),
        run: 0,
    }
}

fn codes(list: &[(u8, u8)]) -> Vec<Interval<std::num::NonZeroU8>> {
    let code = |code| std::num::NonZeroU8::new(code).unwrap();
    list.iter().map(|(first, last)| Interval::new(code(*first), code(*last)).unwrap()).collect()
}

fn generations(first: u32, last: u32) -> Vec<Interval<std::num::NonZeroU32>> {
    let generation = |number| std::num::NonZeroU32::new(number).unwrap();
    vec![Interval::new(generation(first), generation(last)).unwrap()]
}

/// What a rule is told to lack, in the words of `explain`.
fn lacks(when: &When, facts: &Facts<'_>) -> Option<String> {
    unmet(when, facts).map(|unmet| format!("{}: wants {}; has {}", unmet.word, unmet.wanted, unmet.found))
}

/// A `when` that holds for the item below, one that does not, and what is told of it.
type Row = (When, When, &'static str);

/// The words about how the last attempt ended.
fn of_the_end() -> Vec<Row> {
    let any = When::default;
    vec![
        (
            When { causes: vec![Cause::Exit], ..any() },
            When { causes: vec![Cause::Oom, Cause::Evicted], ..any() },
            "causes: wants oom, evicted; has exit",
        ),
        (
            When { exit_codes: codes(&[(1, 3)]), ..any() },
            When { exit_codes: codes(&[(1, 2), (4, 4)]), ..any() },
            "exit-codes: wants 1..2, 4; has 3",
        ),
        (
            When { exit_codes_not_in: codes(&[(1, 2)]), ..any() },
            When { exit_codes_not_in: codes(&[(3, 5)]), ..any() },
            "exit-codes-not-in: wants a code that is none of 3..5; has 3",
        ),
        (
            When { message: "Error$".parse().ok(), ..any() },
            When { message: "^Error".parse().ok(), ..any() },
            "message: wants ^Error; has main: Error",
        ),
        (
            When { log: "(?m)^no memory$".parse().ok(), ..any() },
            When { log: "heap".parse().ok(), ..any() },
            "log: wants heap; has none in logs/7.log",
        ),
    ]
}

/// The words about everything else.
fn of_the_item() -> Vec<Row> {
    let any = When::default;
    let item = |text: &str| BTreeSet::from([Index::new(text)]);
    vec![
        (
            When { missing_parts: vec!["FarmCPU".to_owned(), "MLM".to_owned()], ..any() },
            When { missing_parts: vec!["BLINK".to_owned()], ..any() },
            "missing-parts: wants BLINK; has MLM",
        ),
        (
            When { present_parts: vec!["BLINK".to_owned()], ..any() },
            When { present_parts: vec!["MLM".to_owned()], ..any() },
            "present-parts: wants MLM; has BLINK",
        ),
        (
            When { started: Some(true), ..any() },
            When { started: Some(false), ..any() },
            "started: wants an attempt that never began; has one on node01",
        ),
        (
            When { ran_longer_than: Some(Seconds(5399)), ..any() },
            When { ran_longer_than: Some(Seconds(5400)), ..any() },
            "ran-longer-than: wants more than 1 h 30 min; has 1 h 30 min",
        ),
        (
            When { tiers: vec!["highmem".to_owned(), "standard".to_owned()], ..any() },
            When { tiers: vec!["highmem".to_owned()], ..any() },
            "tiers: wants highmem; has standard",
        ),
        (When { items: item("7"), ..any() }, When { items: item("007"), ..any() }, "items: wants 007; has 7"),
        (
            When { generation: generations(2, 4), ..any() },
            When { generation: generations(3, 4), ..any() },
            "generation: wants 3..4; has 2",
        ),
    ]
}

#[test]
fn every_word_says_what_it_wants_and_what_it_finds() {
    let index = Index::new("7");
    let outputs = ItemOutputs {
        state: OutputState::Partial,
        directory: None,
        markers: Vec::new(),
        marked: None,
        others: Vec::new(),
        present: vec!["BLINK".to_owned()],
        missing: vec!["MLM".to_owned()],
    };
    let log = Log { path: "logs/7.log".to_owned(), text: "step 1\nno memory\n".to_owned(), is_cut: false };
    let failed = Facts {
        cause: Cause::Exit,
        last: Some(Attempt { log: Some(log.into()), ..attempt(Some(3), 90) }),
        outputs: Some(&outputs),
        index: &index,
        tier: Some("standard"),
        generation: std::num::NonZeroU32::new(2),
    };
    for (holds, fails, told) in of_the_end().into_iter().chain(of_the_item()) {
        assert_eq!(lacks(&holds, &failed), None, "{told}");
        assert_eq!(lacks(&fails, &failed).as_deref(), Some(told));
    }
}

#[test]
fn what_is_not_known_holds_for_no_word() {
    let index = Index::new("7");
    let blank = Facts {
        cause: Cause::Starved,
        last: None,
        outputs: None,
        index: &index,
        tier: None,
        generation: None,
    };
    let waited = Facts { last: Some(attempt(None, 600)), ..blank.clone() };
    let succeeded = Facts { last: Some(attempt(Some(0), 600)), ..blank.clone() };
    let mut open = attempt(Some(1), 600);
    open.finished = None;
    let open = Facts { last: Some(open), ..blank.clone() };
    let any = When::default;
    let all_but_one = When { exit_codes_not_in: codes(&[(1, 1)]), ..any() };
    let began = When { started: Some(true), ..any() };
    let long = When { ran_longer_than: Some(Seconds(60)), ..any() };
    for (when, facts, told) in [
        (&all_but_one, &blank, "exit-codes-not-in: wants a code that is none of 1; has no exit code"),
        (&all_but_one, &succeeded, "exit-codes-not-in: wants a code that is none of 1; has 0"),
        (&began, &blank, "started: wants an attempt that began; has no node"),
        (&began, &waited, "started: wants an attempt that began; has a last attempt without a host"),
        (&long, &waited, "ran-longer-than: wants more than 1 min; has a last attempt without a host"),
        (&When { log: "heap".parse().ok(), ..any() }, &open, "log: wants heap; has no log"),
        (&long, &open, "ran-longer-than: wants more than 1 min; has no run time that is known"),
        (
            &When { tiers: vec!["standard".to_owned()], ..any() },
            &blank,
            "tiers: wants standard; has no tier that is known",
        ),
        (&When { generation: generations(1, 9), ..any() }, &blank, "generation: wants 1..9; has no node"),
    ] {
        assert_eq!(lacks(when, facts).as_deref(), Some(told));
    }
    let never_began = When { started: Some(false), ..any() };
    assert!([&blank, &waited].iter().all(|facts| lacks(&never_began, facts).is_none()));
    assert!([&blank, &waited, &succeeded, &open].iter().all(|facts| lacks(&any(), facts).is_none()));
}
