//! The catalogue of causes, row by row and version by version, as files: `tests/cases/causes/ROW.toml` holds the messages of a row in
//! the spelling of each version, and what they mean.
#![expect(clippy::disallowed_methods, reason = "the tests read their cases")]
#![expect(clippy::unwrap_used, reason = "these are tests, also outside their test functions")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use gapit_compile::diagnose::{Minor, Outcome, Verdict, recognise, rows, stop_reason, stop_rows};
use gapit_compile::evidence::snapshot::Phase;
use serde::Deserialize;

use crate::played::{Item, Setting, judged, read};

/// One message of a row.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Case {
    /// The minor versions that write it so.
    argo: Vec<String>,
    /// What was done to the item; its truth is the cause, or `done`.
    item: Item,
    #[serde(default)]
    setting: Setting,
}

#[derive(Deserialize)]
struct Cases {
    case: Vec<Case>,
}

/// The cases of every row, by its id.
fn cases(folder: &str) -> BTreeMap<String, Vec<Case>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(folder);
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files
        .map(|file| (file.file_stem().unwrap().to_str().unwrap().to_owned(), read::<Cases>(&file).case))
        .collect()
}

/// The phase and the message that a case is about: its node's, or its last attempt's.
fn message(case: &Case) -> (Phase, String) {
    let line = case.item.node.as_ref().or(case.item.attempts.last()).unwrap();
    let (head, message) = line.split_once(" |").unwrap();
    let phase = head.split(' ').nth(1).unwrap();
    (Phase::from(phase.to_owned()), message.strip_prefix(' ').unwrap_or(message).to_owned())
}

/// Every message of the catalogue, as some version writes it.
pub(crate) fn messages() -> Vec<String> {
    let all = ["causes", "stop-reasons"].map(cases);
    all.iter().flat_map(BTreeMap::values).flatten().map(|case| message(case).1).collect()
}

#[test]
fn every_row_of_the_catalogue_has_its_file_and_every_file_its_row() {
    let held: BTreeSet<String> = cases("causes").into_keys().collect();
    let rows: BTreeSet<String> = rows().map(|row| row.id.to_owned()).collect();
    assert_eq!(held, rows);
    let held: BTreeSet<String> = cases("stop-reasons").into_keys().collect();
    let rows: BTreeSet<String> = stop_rows().map(|row| row.id.to_owned()).collect();
    assert_eq!(held, rows);
}

#[test]
fn every_spelling_has_a_case_in_each_version_that_writes_it_and_in_no_other() {
    let mut wrong = Vec::new();
    let mut seen: BTreeSet<(&str, &str, &str)> = BTreeSet::new();
    for (id, cases) in &cases("causes") {
        for case in cases {
            let (phase, message) = message(case);
            let Some((row, spelling)) = recognise(&message, &phase).filter(|(row, _)| row.id == id) else {
                wrong.push(format!("{id}: {message:?} is another row's"));
                continue;
            };
            for argo in &case.argo {
                match spelling.versions.minors().find(|minor| minor.as_str() == argo) {
                    Some(minor) => _ = seen.insert((row.id, spelling.pattern, minor.as_str())),
                    None => wrong.push(format!("{id}: {argo} does not write {message:?}")),
                }
            }
        }
    }
    for row in rows() {
        for spelling in row.spellings {
            let missing = spelling
                .versions
                .minors()
                .map(Minor::as_str)
                .filter(|minor| !seen.contains(&(row.id, spelling.pattern, minor)));
            wrong.extend(
                missing.map(|minor| format!("{}: no case of {:?} in {minor}", row.id, spelling.pattern)),
            );
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_message_means_its_cause_in_every_version() {
    let mut wrong = Vec::new();
    for (id, cases) in &cases("causes") {
        for case in cases {
            for argo in &case.argo {
                let said = verdict(argo, case);
                let item = &case.item;
                let expected = match item.truth.as_str() {
                    "done" => "done".to_owned(),
                    truth => format!("{truth} {} {id}", item.confidence.as_deref().unwrap()),
                };
                if said != expected {
                    wrong.push(format!("{id} in {argo}: {expected:?} was said to be {said:?}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_reading_of_a_row_is_come_to_by_a_case_and_no_case_comes_to_another() {
    for row in rows() {
        let (mut seen, mut refused) = (BTreeSet::new(), BTreeSet::new());
        for case in &cases("causes")[row.id] {
            let diagnosis = judged(&case.argo[0], &case.setting, std::slice::from_ref(&case.item));
            let Verdict::Failed(judged) = &diagnosis.items[0].verdict else { continue };
            seen.insert((judged.cause, judged.confidence));
            refused.extend(judged.refused.iter().map(|other| other.cause));
        }
        let named = match row.outcome() {
            Outcome::Failed(readings) => {
                readings.iter().map(|reading| (reading.cause, reading.confidence)).collect()
            }
            Outcome::Succeeded | Outcome::LeftOut => BTreeSet::new(),
        };
        assert_eq!(seen, named, "{}", row.id);
        assert_eq!(refused, row.told_from().iter().copied().collect(), "{}", row.id);
    }
}

/// The judgement of a case in a line.
fn verdict(argo: &str, case: &Case) -> String {
    let diagnosis = judged(argo, &case.setting, std::slice::from_ref(&case.item));
    match &diagnosis.items[0].verdict {
        Verdict::Done { .. } => "done".to_owned(),
        Verdict::Active => "active".to_owned(),
        Verdict::Failed(judged) => format!("{} {} {}", judged.cause, judged.confidence, judged.row),
    }
}

#[test]
fn the_message_of_a_retry_says_why_it_stopped_and_not_why_the_item_failed() {
    for (id, cases) in &cases("stop-reasons") {
        for case in cases {
            for argo in &case.argo {
                let diagnosis = judged(argo, &case.setting, std::slice::from_ref(&case.item));
                let node = diagnosis.items[0].node.as_ref().unwrap();
                assert_eq!(stop_reason(node).map(|row| row.id), Some(id.as_str()), "{id} in {argo}");
                assert_eq!(verdict(argo, case).split(' ').next(), Some(case.item.truth.as_str()), "{id}");
            }
        }
    }
}

/// Stopped at the very deadline of the workflow and of the template, at the end of the retry window.
const ALL_AT_ONCE: &str = r#"
[[case]]
argo = ["4.1"]
item = { index = 5, truth = "stopped", attempts = [
    "0m..10m Failed 1 @n1 | main: Error (exit code 1)", "12m..30m Failed 137 @n1 | main: Error (exit code 137)"], retry = "" }
setting = { ended = "30m", shutdown = "Stop", spec = { activeDeadlineSeconds = 1800 }, template = {
    activeDeadlineSeconds = 1080, retryStrategy = { limit = 5, backoff = { duration = "2m", maxDuration = "30m" } } } }
"#;

#[test]
fn of_several_readings_the_stop_comes_first_then_the_deadline_the_window_and_the_template() {
    // What is taken away, the cause that is left, and how many other readings still fall at the same end.
    let steps = [
        ("", "stopped", 3),
        ("shutdown = \"Stop\", ", "deadline", 2),
        ("spec = { activeDeadlineSeconds = 1800 }, ", "retry-window", 1),
        (", maxDuration = \"30m\"", "deadline", 0),
    ];
    let mut text = ALL_AT_ONCE.to_owned();
    for (gone, cause, beside) in steps {
        assert!(text.contains(gone), "{gone}");
        text = text.replace(gone, "");
        let case = toml::from_str::<Cases>(&text).unwrap().case.remove(0);
        assert_eq!(verdict("4.1", &case).split(' ').next(), Some(cause), "without {gone:?}");
        let diagnosis = judged("4.1", &case.setting, std::slice::from_ref(&case.item));
        let Verdict::Failed(judged) = &diagnosis.items[0].verdict else { panic!("{cause}") };
        let others = judged.refused.iter().filter(|refused| refused.because.contains("another reading"));
        assert_eq!(others.count(), beside, "{:?}", judged.refused);
    }
}

/// Every case of a single attempt, as its row, a version and the run.
fn single_attempts() -> impl Iterator<Item = (String, String, Case)> {
    let alone = |case: &Case| case.item.node.is_none() && case.item.attempts.len() == 1;
    let of_row = move |(id, cases): (String, Vec<Case>)| {
        cases.into_iter().filter(alone).map(move |case| (id.clone(), case.argo[0].clone(), case))
    };
    cases("causes").into_iter().flat_map(of_row)
}

#[test]
fn an_earlier_attempt_that_ended_by_itself_changes_no_judgement() {
    for (id, argo, mut case) in single_attempts() {
        let alone = verdict(&argo, &case);
        case.item.go_before("0m..1m Failed 1 @n1 | failed with exit code 1");
        assert_eq!(verdict(&argo, &case), alone, "{id} in {argo}");
    }
}

#[test]
fn an_earlier_attempt_out_of_memory_explains_what_was_cut_and_nothing_else() {
    for (id, argo, mut case) in single_attempts() {
        let alone = verdict(&argo, &case);
        let open = message(&case).0 == Phase::Pending;
        case.item.go_before("0m..1m Failed 137 @n1 | OOMKilled (exit code 137)");
        let cut = ["deadline", "starved", "stopped", "preempted", "evicted", "oom-probable"]
            .iter()
            .any(|cause| alone.starts_with(&format!("{cause} ")));
        let expected = if cut || open { "oom likely A1" } else { &alone };
        assert_eq!(verdict(&argo, &case), expected, "{id} in {argo}");
    }
}

#[test]
fn any_message_in_any_phase_gives_each_item_one_verdict() {
    let messages: Vec<String> = single_attempts().map(|(_, _, case)| message(&case).1).collect();
    for phase in ["Pending", "Running", "Succeeded", "Skipped", "Failed", "Error", "Omitted", "Odd"] {
        for times in ["1h..2h", "1h..", "2h..1h"] {
            let items: Vec<Item> = (2..)
                .zip(&messages)
                .map(|(index, message)| Item {
                    index,
                    attempts: vec![format!("{times} {phase} -1 | {message}")],
                    ..Item::default()
                })
                .collect();
            let diagnosis = judged("4.1", &Setting::default(), &items);
            assert_eq!(diagnosis.items.len(), messages.len(), "{phase} {times}");
            let done = diagnosis.items.iter().filter(|item| matches!(item.verdict, Verdict::Done { .. }));
            let expected = if matches!(phase, "Succeeded" | "Skipped") { messages.len() } else { 0 };
            assert_eq!(done.count(), expected, "{phase} {times}");
        }
    }
}
