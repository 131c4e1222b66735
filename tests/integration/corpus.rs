//! Played runs of every version, each item labelled with what was done to it, and the traps that a careless reader falls into.
#![expect(clippy::disallowed_methods, reason = "the tests read their cases")]
#![expect(clippy::unwrap_used, reason = "these are tests, also outside their test functions")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use gapit_compile::diagnose::{ItemDiagnosis, Minor, Verdict};
use gapit_compile::evidence::snapshot;
use gapit_compile::recipe::Cause;

use crate::played::{Item, Run, diagnosed, judged, read};

/// The traps, each a folder of that name.
const TRAPS: &[&str] = &[
    "137-is-not-always-out-of-memory",
    "137-with-oomkilled-is-out-of-memory",
    "a-code-of-65-is-a-programs-own-before-4-1",
    "a-completed-workflow-holds-open-nodes",
    "a-deadline-of-the-pod-can-be-the-workflows",
    "a-deadline-that-was-never-reached-explains-nothing",
    "a-memoized-hit-has-no-attempts",
    "a-program-may-quote-argo",
    "a-pod-stopped-may-end-well",
    "a-stop-ends-what-never-ran",
    "a-succeeded-workflow-holds-failed-items",
    "a-time-explains-only-ends-near-it",
    "an-error-hides-under-skipped",
    "deadline-is-not-starved",
    "first-attempts-have-no-window",
    "later-attempts-are-judged-first",
    "out-of-memory-is-not-always-137",
    "out-of-memory-then-cut-is-out-of-memory",
    "out-of-memory-of-argo-is-not-the-programs",
    "pods-below-a-dag-decide",
    "the-retry-says-why-it-stopped",
    "the-sidecar-ends-a-program-that-ends-well",
    "the-windows-begin-with-the-first-attempt",
    "without-a-host-is-not-always-starved",
];

fn files(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(folder);
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

/// Every run, by the name of its file or its trap.
pub(crate) fn corpus() -> BTreeMap<String, Run> {
    let traps = files("traps").into_iter().flat_map(|trap| {
        let runs = fs::read_dir(&trap).unwrap().map(|entry| entry.unwrap().path());
        runs.filter(|file| file.extension().is_some_and(|kind| kind == "toml")).collect::<Vec<_>>()
    });
    let name = |file: &Path| file.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap().display().to_string();
    files("corpus").into_iter().chain(traps).map(|file| (name(&file), read(&file))).collect()
}

#[test]
fn every_item_of_the_corpus_is_judged_as_it_is_labelled() {
    let mut wrong = Vec::new();
    for (name, run) in corpus() {
        let diagnosis = judged(&run.argo, &run.setting, &run.item);
        assert_eq!(diagnosis.items.len(), run.item.len(), "{name}: an index stands twice");
        for item in &run.item {
            let index = item.index.to_string();
            let found = diagnosis.items.iter().find(|found| found.index.as_str() == index).unwrap();
            wrong.extend(mistake(item, found).map(|said| format!("{name} {index}: {said}")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// How a judgement differs from its label.
fn mistake(item: &Item, found: &ItemDiagnosis) -> Option<String> {
    let (word, judged) = match &found.verdict {
        Verdict::Done { despite: None, .. } => ("done", None),
        Verdict::Active => ("active", None),
        Verdict::Failed(judged) => (judged.cause.as_str(), Some(judged)),
        Verdict::Done { despite: Some(judged), .. } => ("despite", Some(judged)),
    };
    let fits = word == item.truth
        && item.row.as_ref().is_none_or(|row| judged.is_some_and(|judged| judged.row == row))
        && item
            .confidence
            .as_ref()
            .is_none_or(|sure| judged.is_some_and(|judged| judged.confidence.as_str() == sure));
    (!fits).then(|| format!("it is {} {:?}, and was said to be {word}: {judged:?}", item.truth, item.row))
}

#[test]
fn every_version_and_every_cause_that_a_snapshot_can_show_is_in_the_corpus() {
    let corpus = corpus();
    let mut by_version: BTreeMap<&str, usize> = BTreeMap::new();
    let mut causes: BTreeSet<&str> = BTreeSet::new();
    for (name, run) in &corpus {
        assert!(run.says.ends_with('.'), "{name} says what was done, in a sentence");
        *by_version.entry(&run.argo).or_default() += run.item.len();
        causes.extend(run.item.iter().map(|item| item.truth.as_str()));
    }
    let versions: Vec<&str> = by_version.keys().copied().collect();
    assert_eq!(versions, Minor::ALL.map(Minor::as_str), "{by_version:?}");
    assert!(by_version.values().all(|items| *items >= 25), "{by_version:?}");
    assert!(by_version.values().sum::<usize>() >= 150, "{by_version:?}");
    // Only a scan of the outputs, or a task above the fan-out, shows these.
    let elsewhere = [Cause::OutputMissing];
    for cause in Cause::ALL.iter().filter(|cause| !elsewhere.contains(cause)) {
        assert!(causes.contains(cause.as_str()), "nothing in the corpus ended by {cause}");
    }
}

#[test]
fn every_trap_has_its_case() {
    let folders: Vec<String> =
        files("traps").iter().map(|path| path.file_name().unwrap().to_string_lossy().into_owned()).collect();
    let mut listed = TRAPS.to_vec();
    listed.sort_unstable();
    assert_eq!(folders, listed);
}

/// The reason that is told first of the only item of a run.
fn reason(setting: &str, item: &str) -> String {
    let (setting, item) = (toml::from_str(setting).unwrap(), toml::from_str(item).unwrap());
    match &judged("4.1", &setting, &[item]).items[0].verdict {
        Verdict::Failed(judged) => judged.because[0].clone(),
        Verdict::Done { reason, .. } => reason.clone().unwrap_or_default(),
        Verdict::Active => "active".to_owned(),
    }
}

#[test]
fn a_reason_says_what_happened_and_no_more() {
    let cut = "ended = \"3h\"\nspec = { activeDeadlineSeconds = 10800 }";
    let late = "index = 5\nattempts = [\"3h..3h2s Failed @n3 | Step exceeded its deadline\"]";
    assert!(reason(cut, late).ends_with("the workflow's deadline of 3 h had passed when it began"));
    let never = "index = 5\nattempts = [\"3h..3h2s Failed | Step exceeded its deadline\"]";
    assert!(
        reason(cut, never).ends_with("the workflow's deadline of 3 h came before a pod of it was scheduled")
    );
    let skipped = |message: &str| reason("", &format!("index = 5\nnode = \"Skipped Skipped | {message}\""));
    assert_eq!(skipped(""), "skipped by the workflow itself, which gives no reason");
    assert_eq!(
        skipped("when 'a == b' evaluated false"),
        "skipped by the workflow itself: when 'a == b' evaluated false"
    );
}

/// A workflow whose DAG Argo ran twice as a whole; each attempt is `RUN FROM TO PHASE CODE`, in minutes.
fn run_twice(attempts: &[(usize, &str, &str, &str, u8)]) -> String {
    let at = |minute: &str| format!("2026-03-01T06:{minute}:00Z");
    let item = |run: usize| format!("w({run}).run-all-traits(0:5)");
    let mut nodes = serde_json::Map::new();
    for run in [0, 1] {
        let of_run = attempts.iter().filter(|attempt| attempt.0 == run).enumerate();
        let mut children = Vec::new();
        for (number, (_, from, to, phase, code)) in of_run {
            let name = format!("{}({number})", item(run));
            let message = format!("main: Error (exit code {code})");
            let node = serde_json::json!({"name": name, "type": "Pod", "phase": phase, "boundaryID": format!("w({run})"),
                "startedAt": at(from), "finishedAt": at(to), "message": message, "hostNodeName": "n1", "nodeFlag": {"retried": true},
                "outputs": {"exitCode": code.to_string()}});
            nodes.insert(name.clone(), node);
            children.push(name);
        }
        let reference = serde_json::json!({"name": "gapit3-gwas-single-trait", "template": "run-gwas"});
        nodes.insert(item(run), serde_json::json!({"name": item(run), "type": "Retry", "phase": "Failed", "boundaryID": format!("w({run})"),
            "templateRef": reference, "children": children, "inputs": {"parameters": [{"name": "trait-index", "value": "5"}]}}));
        nodes.insert(
            format!("w({run})"),
            serde_json::json!({"name": format!("w({run})"), "type": "DAG", "templateName": "main"}),
        );
    }
    let window = serde_json::json!({"limit": 5, "backoff": {"duration": "2m", "maxDuration": "30m"}});
    let template =
        serde_json::json!({"name": "run-gwas", "container": {"image": "x:1"}, "retryStrategy": window});
    serde_json::json!({"metadata": {"name": "w"}, "spec": {"entrypoint": "main", "templates": [{"name": "main"}]},
        "status": {"phase": "Failed", "startedAt": at("00"), "finishedAt": "2026-03-01T08:00:00Z", "nodes": nodes,
            "storedTemplates": {"namespaced/gapit3-gwas-single-trait/run-gwas": template}}})
    .to_string()
}

#[test]
fn each_run_of_an_item_has_its_own_window() {
    let cause = |attempts: &[(usize, &str, &str, &str, u8)]| {
        let lineage = snapshot::read("w.json", run_twice(attempts).as_bytes()).unwrap();
        let diagnosis = diagnosed(lineage, "\"5\"", &[]);
        let node = diagnosis.items[0].node.as_ref().unwrap();
        assert_eq!(node.attempts.len(), attempts.len());
        match &diagnosis.items[0].verdict {
            Verdict::Failed(judged) => judged.cause.to_string(),
            verdict => panic!("{verdict:?}"),
        }
    };
    let first = (0, "00", "10", "Failed", 1);
    // The first attempt of the second run ends 30 min after the first of the first run began, which bounds nothing.
    assert_eq!(cause(&[first, (1, "20", "30", "Failed", 143)]), "exit");
    assert_eq!(cause(&[first, (1, "20", "22", "Failed", 1), (1, "24", "50", "Failed", 143)]), "retry-window");
}

#[test]
fn who_succeeded_only_after_an_attempt_out_of_memory_is_named() {
    let run = &corpus()["tests/cases/traps/out-of-memory-then-cut-is-out-of-memory/run.toml"];
    let said = judged(&run.argo, &run.setting, &run.item).warnings;
    let named: Vec<&String> = said.iter().filter(|warning| warning.contains("out of memory")).collect();
    assert_eq!(named, ["8 succeeded only after an attempt that was out of memory"]);
}
