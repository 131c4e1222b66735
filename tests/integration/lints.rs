//! The lints: what each finds and what it leaves alone, file by file; and that nothing which the program writes has any finding.
//!
//! `tests/faults/lint/NAME/case.in` holds `found` (a file or a folder) and `clean`, a near miss; `expected.txt` is every finding of
//! the lint in the former, as `FILE POINTER: message`. `GAPIT_UPDATE=1` writes it anew: read what it says then.
#![expect(clippy::disallowed_methods, reason = "the tests read their cases")]
#![expect(clippy::unwrap_used, reason = "these are tests, also outside their test functions")]

use std::fs;
use std::path::{Path, PathBuf};

use gapit_compile::error::Code;
use gapit_compile::evidence::snapshot::{self, Lineage};
use gapit_compile::lint::{self, LINTS, Lint, Setting};
use gapit_compile::recipe::ArgoVersion;
use gapit_compile::source::Source;
use gapit_compile::units::Memory;
use gapit_compile::verify::{self, Finding, Known, document};
use serde_json::Value;

use crate::cases::entries;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// The cap of every case that has to do with one.
const CAP: &str = "180Gi";

/// Manifests as they lie in files.
#[derive(Default)]
struct Files {
    documents: Vec<Value>,
    files: Vec<String>,
}

impl Files {
    /// Every manifest at a path, in the order of names; files are named below `base`.
    fn read(base: &Path, path: &Path) -> Self {
        let mut read = Self::default();
        for file in manifests(path) {
            let name = file.strip_prefix(base).unwrap().to_str().unwrap().to_owned();
            let source = Source::new(name.as_str(), fs::read_to_string(&file).unwrap());
            let reading = document::read(&source);
            assert!(reading.faults.is_empty(), "{name}");
            for document in reading.documents {
                read.documents.push(document.value);
                read.files.push(name.clone());
            }
        }
        read
    }

    fn and(mut self, other: Self) -> Self {
        self.documents.extend(other.documents);
        self.files.extend(other.files);
        self
    }

    fn lint(&self, run: Option<&Lineage>) -> Vec<Vec<Finding>> {
        let (known, cap) = (Known::new(), Memory::parse(CAP).unwrap());
        let files: Vec<&str> = self.files.iter().map(String::as_str).collect();
        lint::check(&Setting {
            documents: &self.documents,
            files: &files,
            known: &known,
            argo: ArgoVersion::V4_1,
            run,
            memory_cap: Some(&cap),
        })
    }

    /// The findings of one lint, or of all, as the expectations write them.
    fn told(&self, code: Option<Code>, run: Option<&Lineage>) -> Vec<String> {
        let shown = |(found, file): (Vec<Finding>, &String)| {
            found
                .into_iter()
                .filter(|one| code.is_none_or(|code| one.code == code))
                .map(|one| match code {
                    Some(_) => format!("{file} {}: {}", one.pointer, one.message),
                    None => format!("{file} {} {}: {}", one.code, one.pointer, one.message),
                })
                .collect::<Vec<_>>()
        };
        self.lint(run).into_iter().zip(&self.files).flat_map(shown).collect()
    }

    /// What a cluster would refuse of Argo's objects.
    fn refused(&self) -> Vec<Finding> {
        let is_argo = |document: &&Value| document["kind"] != "Kustomization";
        let documents: Vec<Value> = self.documents.iter().filter(is_argo).cloned().collect();
        verify::inspect(ArgoVersion::V4_1, &documents, &Known::new()).into_iter().flatten().collect()
    }
}

/// The YAML files at a path, deep, in order.
fn manifests(path: &Path) -> Vec<PathBuf> {
    if path.is_file() {
        return vec![path.to_owned()];
    }
    let mut inside: Vec<PathBuf> = fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).collect();
    inside.sort();
    inside
        .into_iter()
        .filter(|path| path.is_dir() || path.extension().is_some_and(|end| end == "yaml"))
        .flat_map(|path| manifests(&path))
        .collect()
}

fn folder(code: Code) -> PathBuf {
    Path::new(ROOT).join("tests/faults").join(code.as_str().replace("::", "/"))
}

/// `found` or `clean` of a lint: a file or a folder.
fn case(code: Code, which: &str) -> Files {
    let inside = folder(code).join("case.in");
    let file = inside.join(format!("{which}.yaml"));
    Files::read(&inside, &if file.is_file() { file } else { inside.join(which) })
}

#[test]
fn each_lint_finds_what_its_case_shows() {
    for Lint { code, .. } in LINTS {
        let told = case(*code, "found").told(Some(*code), None).join("\n") + "\n";
        let file = folder(*code).join("expected.txt");
        if std::env::var_os("GAPIT_UPDATE").is_some() {
            fs::write(&file, &told).unwrap();
        }
        assert!(told.len() > 20, "{code} finds nothing in its own case");
        assert_eq!(told, fs::read_to_string(&file).unwrap(), "{code}");
    }
}

#[test]
fn each_lint_leaves_its_near_miss_alone() {
    for Lint { code, .. } in LINTS {
        let clean = case(*code, "clean");
        assert!(!clean.documents.is_empty(), "{code}");
        assert_eq!(clean.told(Some(*code), None), Vec::<String>::new(), "{code}");
    }
}

#[test]
fn the_cases_are_manifests_that_a_cluster_takes() {
    for Lint { code, .. } in LINTS {
        assert_eq!(case(*code, "clean").refused(), [], "{code}");
        let refused = case(*code, "found").refused();
        // The full CRDs of 4.1 do not know what is gone; the minimal ones take it and do nothing.
        let gone = refused.iter().all(|one| one.code == Code::VerifyUnknownField);
        assert!(refused.is_empty() || *code == Code::LintDeprecatedField && gone, "{code}: {refused:?}");
    }
}

#[test]
fn what_the_program_writes_has_no_finding() {
    let tests = Path::new(ROOT).join("tests/cases");
    let goldens = entries(&tests).into_iter().map(|case| case.join("case.out")).filter(|out| out.is_dir());
    let examples = manifest_folders(&Path::new(ROOT).join("examples"));
    let (mut seen, mut found) = (0, Vec::new());
    for folder in goldens.flat_map(|out| manifest_folders(&out)).chain(examples) {
        let written = Files::read(Path::new(ROOT), &folder);
        seen += written.documents.len();
        found.extend(written.told(None, None));
    }
    assert!(seen > 40, "only {seen} documents were read");
    assert_eq!(found, Vec::<String>::new());
}

/// The folders at any depth that hold a file which the program wrote: each is one set of manifests.
fn manifest_folders(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = entries(folder).iter().flat_map(|inner| manifest_folders(inner)).collect();
    let written = |path: &PathBuf| {
        path.is_file()
            && path.extension().is_some_and(|end| end == "yaml")
            && fs::read_to_string(path).unwrap().starts_with("# written by gapit-compile")
    };
    if fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).any(|path| written(&path)) {
        found.push(folder.to_owned());
    }
    found
}

/// A snapshot that another example or test holds.
fn run(files: &[&str]) -> Lineage {
    let read = |file: &&str| snapshot::read(file, &fs::read(Path::new(ROOT).join(file)).unwrap()).unwrap();
    snapshot::lineage(files.iter().map(read).collect()).unwrap()
}

/// The three usual templates.
fn usual() -> Files {
    let folder = Path::new(ROOT).join("examples/lint");
    Files::read(&folder, &folder)
}

#[test]
fn the_usual_templates_are_judged_from_the_files_alone() {
    let strategy = "/spec/templates/0/retryStrategy";
    let expected = |file: &str, limit: u64, waits: &str, attempts: u64, memory: &str| {
        let times = format!("up to {limit} times");
        [
            format!(
                "{file} lint::oom-same-size {strategy}: an attempt of `run-gwas` that runs out of its {memory} is tried {times} with the same {memory}"
            ),
            format!(
                "{file} lint::preemptible-policy {strategy}/retryPolicy: retryPolicy OnFailure beside the annotation `runai/preemptible: true`: a preempted pod of `run-gwas` ends as an Error (pod deleted), which is not tried again"
            ),
            format!(
                "{file} lint::retry-window {strategy}/limit: limit {limit} cannot be reached: waits of {waits} leave room for at most {attempts} attempts within the window of 30m, even if each ends at once"
            ),
        ]
    };
    let all = [
        expected("gapit3-gwas-single-trait-highmem.yaml", 3, "5m + 10m + 20m", 3, "104Gi"),
        expected("gapit3-gwas-single-trait-ultrahighmem.yaml", 3, "5m + 10m + 20m", 3, "180Gi"),
        expected("gapit3-gwas-single-trait.yaml", 5, "2m + 4m + 8m + 16m", 4, "72Gi"),
    ]
    .concat();
    assert_eq!(usual().told(None, None), all);
}

#[test]
fn a_run_on_record_tells_that_the_work_outlasts_the_window() {
    let told = |files: &[&str]| {
        let run = run(files);
        let with: Vec<String> = usual().told(None, Some(&run));
        let without = usual().told(None, None);
        with.into_iter().filter(|one| !without.contains(one)).collect::<Vec<_>>()
    };
    let of = |file: &str, longest: &str, count: &str| {
        format!(
            "{file} lint::retry-window /spec/templates/0/retryStrategy/backoff/maxDuration: the longest attempt of `run-gwas` on record \
             ran {longest}, longer than the window of 30m; so did {count}: such an attempt is not tried again, and a later one is \
             killed when the window ends"
        )
    };
    assert_eq!(
        told(&["examples/8nj24/evidence/gapit3-gwas-parallel-8nj24.json"]),
        [of(
            "gapit3-gwas-single-trait.yaml",
            "4 d 13 h (`gapit3-gwas-parallel-8nj24.run-all-traits(28:30)(0)`)",
            "186 of 186"
        )]
    );
    assert_eq!(
        told(&[
            "examples/h5nzl/evidence/gapit3-gwas-parallel-h5nzl.json",
            "examples/h5nzl/evidence/gapit3-gwas-retry-h5nzl.json"
        ]),
        [
            of(
                "gapit3-gwas-single-trait-highmem.yaml",
                "5 h 59 min (`gapit3-gwas-parallel-h5nzl.run-all-traits(52:54)(0)`)",
                "209 of 217"
            ),
            of(
                "gapit3-gwas-single-trait-ultrahighmem.yaml",
                "5 h 59 min (`gapit3-gwas-retry-h5nzl.run-all-traits(0:6)(0)`)",
                "85 of 85"
            ),
        ]
    );
}

#[test]
fn a_deadline_is_held_against_the_record() {
    let inside = folder(Code::LintWorkflowDeadline).join("case.in");
    let mut files = Files::read(&inside, &inside.join("clean.yaml")).and(usual());
    let run = run(&["examples/8nj24/evidence/gapit3-gwas-parallel-8nj24.json"]);
    let code = Some(Code::LintWorkflowDeadline);
    // The longest attempt that succeeded took nearly six hours: 19 waves of it fit into a week, and not into four days.
    files.documents[1]["metadata"]["namespace"] = "gwas".into();
    let call = &mut files.documents[1]["spec"]["templates"][0]["dag"]["tasks"][0];
    call["template"].take();
    call["templateRef"] = serde_json::json!({"name": "gapit3-gwas-single-trait", "template": "run-gwas"});
    assert_eq!(files.told(code, Some(&run)), Vec::<String>::new());
    files.documents[1]["spec"]["activeDeadlineSeconds"] = 345_600.into();
    assert_eq!(
        files.told(code, Some(&run)),
        [
            "clean.yaml /spec/activeDeadlineSeconds: 186 pods of `run-gwas`, 10 at once, come in 19 waves; at 5 h 56 min each (the longest \
          on record that succeeded) they take 4 d 16 h, and the deadline is 4 d"
        ]
    );
    assert_eq!(files.told(code, None), Vec::<String>::new());
}
