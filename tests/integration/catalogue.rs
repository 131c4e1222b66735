//! The catalogue of faults: a page for each code, a case that triggers it, and nothing in one that is not in the other.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test that cannot read its files or run the program has failed"
)]

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use gapit_compile::error::Code;

use crate::cases::{cases, entries};

const PROGRAM: &str = env!("CARGO_BIN_EXE_gapit-compile");

fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The folder of the case that triggers a code.
fn folder(code: Code) -> PathBuf {
    repository("tests/faults").join(code.as_str().replace("::", "/"))
}

fn spelled(stage: &Path, name: &Path) -> String {
    let part = |path: &Path| path.file_stem().unwrap().to_str().unwrap().to_owned();
    format!("{}::{}", part(stage), part(name))
}

/// The inside of the first fenced block of a text.
fn first_block(text: &str) -> Option<&str> {
    let (_, from) = text.split_once("```")?;
    let (_, from) = from.split_once('\n')?;
    from.split_once("\n```").map(|(block, _)| block)
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}

#[test]
fn every_code_has_a_page_and_every_page_a_code() {
    let stages = entries(&repository("src/error/catalog"));
    let pages: BTreeSet<String> =
        stages.iter().flat_map(|stage| files(stage).into_iter().map(|page| spelled(stage, &page))).collect();
    assert_eq!(pages, Code::ALL.iter().map(|code| code.as_str().to_owned()).collect());
}

#[test]
fn every_code_has_a_case_and_every_case_a_code() {
    let stages = entries(&repository("tests/faults"));
    let folders: BTreeSet<String> = stages
        .iter()
        .flat_map(|stage| entries(stage).into_iter().map(|folder| spelled(stage, &folder)))
        .collect();
    assert_eq!(folders, Code::ALL.iter().map(|code| code.as_str().to_owned()).collect());
    for code in Code::ALL.iter().copied() {
        assert!(folder(code).join("case.md").is_file(), "{code} has no case.md");
    }
}

#[test]
fn a_case_shows_its_code_and_no_other() {
    for code in Code::ALL.iter().copied() {
        let text = fs::read_to_string(folder(code).join("case.md")).unwrap();
        let (_, shown) = text.split_once("```").unwrap();
        let told: BTreeSet<&str> = shown.lines().filter(|line| Code::from_spelling(line).is_some()).collect();
        assert_eq!(told, BTreeSet::from([code.as_str()]), "{code}");
    }
}

#[test]
fn every_page_says_what_it_means_shows_it_and_mends_it() {
    for code in Code::ALL {
        let page = code.page();
        let (title, rest) = page.split_once("\n\n").unwrap_or((page.trim_end(), ""));
        assert_eq!(title, format!("# {code}"), "the title of its page");
        let parts: Vec<&str> = rest.split("\n## ").collect();
        let [meaning, example, fix] = parts[..] else { panic!("{code}: {} parts", parts.len()) };
        assert!(meaning.len() > 50, "{code}: what it means is a stub: {meaning}");
        assert!(example.starts_with("Example\n\n") && example.contains("```"), "{code}: {example}");
        assert!(fix.starts_with("Fix\n\n") && fix.len() > 30, "{code}: {fix}");
    }
}

#[test]
fn the_example_of_a_page_is_what_its_case_runs() {
    for code in Code::ALL.iter().copied() {
        let example = first_block(code.page()).unwrap();
        let mut texts = files(&folder(code).join("case.in"));
        texts.push(folder(code).join("case.md"));
        let runs = texts.iter().any(|path| fs::read_to_string(path).is_ok_and(|text| text.contains(example)));
        assert!(runs, "{code}: no file of its case holds\n{example}");
    }
}

#[test]
fn explain_prints_the_page() {
    for code in Code::ALL {
        let output = Command::new(PROGRAM).args(["explain", code.as_str()]).output().unwrap();
        assert_eq!((output.status.code(), output.stderr.is_empty()), (Some(0), true), "{code}");
        assert_eq!(String::from_utf8(output.stdout).unwrap(), code.page());
    }
}

#[test]
fn every_exit_code_is_reached() {
    let mut reached = BTreeSet::new();
    for case in cases() {
        let text = fs::read_to_string(&case).unwrap();
        let mut lines = text.lines().peekable();
        while let Some(line) = lines.next() {
            if line.starts_with("$ ") {
                let code = lines.peek().and_then(|next| next.strip_prefix("? "));
                reached.insert(code.unwrap_or("0").to_owned());
            }
        }
    }
    assert_eq!(reached, ["0", "1", "2", "3", "4"].map(str::to_owned).into());
}

#[test]
fn a_compile_that_finds_another_at_work_says_so() {
    let case = folder(Code::IoBusy);
    let sandbox = tempfile::tempdir().unwrap();
    for file in files(&case.join("case.in")) {
        fs::copy(&file, sandbox.path().join(file.file_name().unwrap())).unwrap();
    }
    let manifests = sandbox.path().join("manifests");
    fs::create_dir(&manifests).unwrap();
    let other = File::open(&manifests).unwrap();
    other.lock().unwrap();
    let output = Command::new(PROGRAM)
        .arg("recipe.toml")
        .env("NO_COLOR", "1")
        .current_dir(sandbox.path())
        .output()
        .unwrap();
    let text = fs::read_to_string(case.join("case.md")).unwrap();
    let (_, told) = first_block(&text).unwrap().split_once('\n').unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap().trim_end(), told);
    assert_eq!(output.status.code(), Some(3));
    assert_eq!(fs::read_dir(&manifests).unwrap().count(), 0, "nothing was written");
}
