//! The judgement of real runs: what was done to every item is known, and the diagnosis says exactly that.
#![expect(clippy::disallowed_methods, reason = "the tests read their evidence")]
#![expect(clippy::unwrap_used, reason = "these are tests, also outside their test functions")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use gapit_compile::diagnose::{Diagnosis, ItemDiagnosis, Verdict, diagnose};
use gapit_compile::error::Code;
use gapit_compile::evidence::Evidence;
use gapit_compile::evidence::outputs::{self, Scan};
use gapit_compile::evidence::snapshot::{self, Workflow};
use gapit_compile::io::Disk;
use gapit_compile::recipe::{self, Recipe};
use gapit_compile::source::Source;
use gapit_compile::units::Index;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Runs of 186 items, each the first generation of its lineage.
const ROOTS: &[&str] = &["mixed", "stopped", "deadline", "window", "h5nzl"];

/// Retry workflows: judged by themselves, over the items that they ran.
const RETRIES: &[&str] = &["retry", "h5nzl-retry"];

#[test]
fn every_item_of_a_real_run_gets_the_cause_that_ended_it() {
    for name in ROOTS {
        let truth = truth(name);
        assert_eq!(truth.len(), 186, "{name}");
        assert_eq!(words(&judged(name, None)), truth, "{name}");
    }
}

#[test]
fn every_item_of_a_retry_gets_the_cause_that_ended_it() {
    for name in RETRIES {
        assert_eq!(words(&judged(name, None)), truth(name), "{name}");
    }
}

/// The runs that a real controller played, every item of which is judged above.
const GENUINE: &[&str] = &["mixed", "stopped", "deadline", "window", "retry"];

#[test]
fn the_genuine_runs_hold_764_items() {
    let judged = ROOTS.iter().chain(RETRIES);
    let items: usize = judged.filter(|name| GENUINE.contains(name)).map(|name| truth(name).len()).sum();
    assert_eq!(items, 764);
}

#[test]
fn complete_outputs_win_over_a_failure_of_the_executor() {
    let mut expected = truth("h5nzl");
    let failed: Vec<Index> =
        expected.iter().filter(|(_, word)| *word == "executor").map(|(index, _)| index.clone()).collect();
    assert_eq!(failed.len(), 3);
    for index in &failed {
        expected.insert(index.clone(), "done".to_owned());
    }
    let scan = outputs::parse(&Source::new("scan", read("tests/evidence/h5nzl.scan.json"))).unwrap();
    let diagnosis = judged("h5nzl", Some(scan));
    assert_eq!(words(&diagnosis), expected);
    for index in &failed {
        let Verdict::Done { despite: Some(judgement), .. } = &item(&diagnosis, index.as_str()).verdict else {
            panic!("{index}")
        };
        assert_eq!(judgement.cause.as_str(), "executor");
    }
}

#[test]
fn the_runs_of_the_examples_are_judged_with_their_outputs() {
    for (name, expected) in [
        (
            "8nj24",
            &[("5", "oom"), ("28", "deadline"), ("29", "deadline"), ("30", "deadline"), ("31", "deadline")][..],
        ),
        (
            "6hjx8",
            &[
                ("173", "stopped"),
                ("180", "stopped"),
                ("182", "stopped"),
                ("184", "stopped"),
                ("185", "stopped"),
                ("186", "stopped"),
                ("187", "stopped"),
            ],
        ),
    ] {
        let bytes = fs::read(
            Path::new(ROOT).join(format!("examples/{name}/evidence/gapit3-gwas-parallel-{name}.json")),
        )
        .unwrap();
        let scan = read(&format!("examples/{name}/evidence/{name}.scan.json"));
        let scan = outputs::parse(&Source::new("scan", scan)).unwrap();
        let workflow = snapshot::read(name, &bytes).unwrap();
        let diagnosis = diagnose(&recipe(""), &evidence(workflow, Some(scan))).unwrap();
        let expected: Vec<(String, String)> =
            expected.iter().map(|(index, word)| ((*index).to_owned(), (*word).to_owned())).collect();
        let failed: Vec<(String, String)> = words(&diagnosis)
            .into_iter()
            .filter(|(_, word)| word != "done")
            .map(|(index, word)| (index.to_string(), word))
            .collect();
        assert_eq!(failed, expected, "{name}");
        assert_eq!(diagnosis.items.len(), 186);
    }
}

/// One item of each kind: run, index, cause, the row of the catalogue that decided, how sure, and what the first fact says.
const KINDS: &[(&str, &str, &str, &str, &str, &str)] = &[
    ("mixed", "5", "oom", "A1", "certain", "main: OOMKilled (exit code 137)"),
    ("mixed", "50", "oom-probable", "A3", "weak", "killed, and no stop, deadline or retry window"),
    ("mixed", "70", "exit", "A11", "certain", "main: Error (exit code 1)"),
    ("mixed", "90", "deadline", "B1", "likely", "Pod was active on the node longer"),
    ("mixed", "100", "evicted", "B2", "certain", "low on resource: memory"),
    ("mixed", "110", "preempted", "D1", "likely", "pod deleted"),
    ("mixed", "120", "executor", "A12", "certain", "wait: Error (exit code 64)"),
    ("mixed", "130", "preempted", "B6", "certain", "imminent node shutdown"),
    ("mixed", "140", "image", "A13-image", "certain", "ImagePullBackOff"),
    ("mixed", "170", "oom", "A1", "likely", "attempt 2 of 4: main: OOMKilled"),
    ("mixed", "172", "exit", "A4", "weak", "terminated, and no stop, deadline or retry window"),
    ("stopped", "9", "oom", "A1", "certain", "OOMKilled"),
    ("stopped", "14", "stopped", "D3", "certain", "workflow shutdown with strategy:  Stop"),
    ("stopped", "78", "stopped", "D4", "certain", "workflow shutdown with strategy: Stop"),
    ("deadline", "9", "oom", "A1", "certain", "OOMKilled"),
    ("deadline", "14", "deadline", "D6", "certain", "the workflow's deadline of 32 s"),
    ("deadline", "102", "starved", "D6", "certain", "came before a pod of it was scheduled"),
    ("window", "5", "exit", "A11", "certain", "main: Error (exit code 1)"),
    ("window", "15", "retry-window", "A4", "likely", "20 s after the first attempt began"),
    ("window", "28", "oom", "A1", "likely", "attempt 1 of 2: main: OOMKilled"),
    ("h5nzl", "46", "executor", "A12", "certain", "failed to put file"),
    ("h5nzl", "77", "evicted", "B2", "certain", "low on resource: memory"),
    ("h5nzl", "98", "exit", "A11", "certain", "MOUNT FAILURE"),
    ("h5nzl", "134", "retry-window", "A4", "likely", "30 min after the first attempt began"),
    ("retry", "33", "oom", "A1", "certain", "OOMKilled"),
    ("retry", "110", "preempted", "D1", "likely", "pod deleted"),
];

#[test]
fn the_row_and_the_confidence_of_each_kind_are_these() {
    let runs: BTreeMap<&str, Diagnosis> =
        ROOTS.iter().chain(RETRIES).map(|name| (*name, judged(name, None))).collect();
    for (run, index, cause, row, confidence, fact) in KINDS {
        let Verdict::Failed(judgement) = &item(&runs[run], index).verdict else { panic!("{run} {index}") };
        let told = (judgement.cause.as_str(), judgement.row, judgement.confidence.to_string());
        assert_eq!(told, (*cause, *row, (*confidence).to_owned()), "{run} {index}");
        assert!(judgement.because[0].contains(fact), "{run} {index}: {:?}", judgement.because);
    }
}

#[test]
fn no_kind_of_end_is_left_out_of_the_table() {
    for name in ROOTS.iter().chain(RETRIES) {
        for item in judged(name, None).items {
            let Verdict::Failed(judgement) = item.verdict else { continue };
            let held = KINDS.iter().any(|(_, _, cause, row, confidence, _)| {
                judgement.cause.as_str() == *cause
                    && judgement.row == *row
                    && judgement.confidence.to_string() == *confidence
            });
            assert!(held, "{name} {}: {judgement:?}", item.index);
        }
    }
}

/// The neighbours that an end was not, and what spoke against each.
fn refused(run: &str, index: &str) -> Vec<String> {
    let diagnosis = judged(run, None);
    let Verdict::Failed(judgement) = &item(&diagnosis, index).verdict else { panic!("{run} {index}") };
    judgement.refused.iter().map(|refused| format!("{}: {}", refused.cause, refused.because)).collect()
}

#[test]
fn the_neighbours_of_a_bare_137_are_refused_with_their_numbers() {
    assert_eq!(
        refused("h5nzl", "114"),
        [
            "stopped: no shutdown: nobody stopped or terminated the workflow",
            "deadline: the workflow's deadline of 7 d is at 2026-01-11T18:02:11Z, 137 h after its end",
            "retry-window: the window of 30 min ended at 2026-01-05T22:12:27Z, and does not bound the first attempt",
            "deadline: its template has no deadline",
            "evicted: no eviction: the message would be the kubelet's, and name the resource",
            "preempted: no message tells of a deleted pod or a lost node",
            "oom: the message does not say OOMKilled, and no peak memory is known",
        ]
    );
}

#[test]
fn the_deadline_that_cut_an_attempt_is_not_among_those_refused() {
    let told = refused("mixed", "90");
    let deadlines: Vec<&String> = told.iter().filter(|refused| refused.starts_with("deadline: ")).collect();
    assert!(
        matches!(deadlines[..], [workflows] if workflows.contains("the workflow's deadline of 7 d")),
        "{told:?}"
    );
    assert!(refused("h5nzl", "134").iter().all(|refused| !refused.starts_with("retry-window")));
    assert_eq!(refused("mixed", "5"), [""; 0], "OOMKilled has one reading");
}

#[test]
fn a_run_and_its_retry_are_judged_together() {
    let lineage = snapshot::lineage(vec![workflow("retry"), workflow("mixed")]).unwrap();
    let evidence = Evidence::from(lineage);
    let mut expected = truth("mixed");
    expected.extend(truth("retry"));
    assert_eq!(words(&diagnose(&recipe(""), &evidence).unwrap()), expected);
}

#[test]
fn a_retry_alone_is_no_lineage_and_is_told_its_root() {
    for (name, root) in
        [("retry", "gapit3-gwas-parallel-mx4q7"), ("h5nzl-retry", "gapit3-gwas-parallel-h5nzl")]
    {
        let faults = snapshot::lineage(vec![workflow(name)]).unwrap_err();
        let told: Vec<(Code, bool)> =
            faults.iter().map(|fault| (fault.code, fault.help.contains(root))).collect();
        assert_eq!(told, [(Code::SnapshotLineage, true)], "{name}");
    }
}

/// The verdict of every item in a word: its cause, `done` or `active`.
fn words(diagnosis: &Diagnosis) -> BTreeMap<Index, String> {
    let word = |item: &ItemDiagnosis| match &item.verdict {
        Verdict::Done { .. } => "done".to_owned(),
        Verdict::Failed(judgement) => judgement.cause.to_string(),
        Verdict::Active => "active".to_owned(),
    };
    diagnosis.items.iter().map(|item| (item.index.clone(), word(item))).collect()
}

fn item<'a>(diagnosis: &'a Diagnosis, index: &str) -> &'a ItemDiagnosis {
    diagnosis.items.iter().find(|item| item.index.as_str() == index).unwrap()
}

/// The diagnosis of a run in `tests/evidence/`; a retry is judged over the items that its truth lists.
fn judged(name: &str, scan: Option<Scan>) -> Diagnosis {
    let listed = if RETRIES.contains(&name) {
        let list: Vec<String> = truth(name).keys().map(|index| format!("\"{index}\"")).collect();
        format!("[items]\nrange = {{ list = [{}] }}\n", list.join(", "))
    } else {
        String::new()
    };
    diagnose(&recipe(&listed), &evidence(workflow(name), scan)).unwrap()
}

/// A workflow judged by itself, also where its labels say that it is a retry.
fn evidence(mut workflow: Workflow, scan: Option<Scan>) -> Evidence {
    workflow.labels.retain(|key, _| !key.starts_with("gapit-compile/"));
    let lineage = snapshot::lineage(vec![workflow]).unwrap();
    Evidence { scan, ..Evidence::from(lineage) }
}

fn recipe(more: &str) -> Recipe {
    let text = format!("version = 1\nextends = \"gapit3@1\"\n{more}");
    recipe::load(&Source::new("recipe.toml", text), &Disk).unwrap()
}

fn workflow(name: &str) -> Workflow {
    let file = format!("tests/evidence/{name}.json.gz");
    snapshot::read(&file, &fs::read(Path::new(ROOT).join(&file)).unwrap()).unwrap()
}

fn truth(name: &str) -> BTreeMap<Index, String> {
    let truth: BTreeMap<String, String> =
        serde_json::from_str(&read(&format!("tests/evidence/{name}.truth.json"))).unwrap();
    truth.into_iter().map(|(index, word)| (Index::new(index), word)).collect()
}

fn read(file: &str) -> String {
    fs::read_to_string(Path::new(ROOT).join(file)).unwrap()
}
