//! What Argo's validator checks, what it does not check though a run dies of it, and what was proven to fail: a case each.
//!
//! A case is a file of `tests/semantics`. Its first line says what it shows; then come the findings, one a line, as `DOCUMENT
//! CODE POINTER: MESSAGE`; then the documents. A name that begins with a number belongs to that check of Argo's validator, in
//! the order in which `workflow/validate/validate.go` has them; `gap-` is what it does not look at; `proven-`
//! was seen to pass every validator and to fail on a controller.
#![expect(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test that reads its own cases")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use gapit_compile::recipe::ArgoVersion;
use gapit_compile::source::Source;
use gapit_compile::verify::{Known, inspect};

use crate::lints::read;

/// How many checks Argo's validator has.
const CHECKS: usize = 67;

/// Checks whose case has no finding, and why.
const WITHOUT_FINDING: [(usize, &str); 1] =
    [(64, "every value of JSON is an item of some type, so that the check never refuses one")];

/// What the validator does not look at.
const GAPS: [&str; 9] = [
    "volume-of-the-caller",
    "synchronization",
    "memoize",
    "backoff",
    "suspend-duration",
    "upper-case-template",
    "label-value",
    "pod-spec-patch",
    "expressions",
];

/// What was proven to pass every validator and to fail for certain at run time.
const PROVEN: [&str; 5] = ["backslash", "ladder", "empty-items", "memoization-key", "volume"];

fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Every case: its name and its text.
fn cases() -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = fs::read_dir(repository("tests/semantics"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            (path.file_stem().unwrap().to_str().unwrap().to_owned(), fs::read_to_string(&path).unwrap())
        })
        .collect();
    found.sort();
    found
}

/// The findings that a case expects: the lines of its head below the empty one.
fn expected(text: &str) -> Vec<String> {
    let head = text.lines().map_while(|line| line.strip_prefix('#'));
    head.skip_while(|line| !line.is_empty()).skip(1).map(|line| line.trim_start().to_owned()).collect()
}

fn found(name: &str, text: &str) -> Vec<String> {
    let documents = read(&Source::new(name, text));
    let all = inspect(ArgoVersion::V4_1, &documents, &Known::new());
    let lines = all.iter().enumerate().flat_map(|(index, findings)| {
        findings.iter().map(move |one| format!("{index} {} {}: {}", one.code, one.pointer, one.message))
    });
    lines.collect()
}

/// Each finding once more, in an order that does not depend on which stage found it first.
fn in_order(findings: &[String]) -> String {
    let mut findings = findings.to_vec();
    findings.sort();
    findings.join("\n")
}

#[test]
fn every_case_finds_what_it_says_and_no_more() {
    for (name, text) in cases() {
        let found = found(&name, &text);
        assert_eq!(in_order(&found), in_order(&expected(&text)), "{name}");
        let distinct: BTreeSet<&String> = found.iter().collect();
        assert_eq!(distinct.len(), found.len(), "{name}: one mistake, one finding");
    }
}

#[test]
fn every_check_has_a_case() {
    let cases = cases();
    for check in 1..=CHECKS {
        let prefix = format!("{check:02}-");
        let own: Vec<_> = cases.iter().filter(|(name, _)| name.starts_with(&prefix)).collect();
        let silent = WITHOUT_FINDING.iter().any(|(number, _)| *number == check);
        assert!(!own.is_empty(), "no case for check {check}");
        for (name, text) in own {
            assert_eq!(expected(text).is_empty(), silent, "{name}");
        }
    }
}

#[test]
fn every_gap_and_every_proven_failure_has_a_case() {
    let cases = cases();
    let wanted = GAPS
        .iter()
        .map(|gap| format!("gap-{gap}"))
        .chain(PROVEN.iter().map(|proven| format!("proven-{proven}")));
    for name in wanted {
        let case = cases.iter().find(|(known, _)| *known == name);
        assert!(case.is_some_and(|(_, text)| !expected(text).is_empty()), "{name}");
    }
}

#[test]
fn every_check_names_the_function_that_does_it() {
    let text = fs::read_to_string(repository("src/verify/references/mod.rs")).unwrap();
    let mut told = BTreeSet::new();
    for line in text.lines().filter_map(|line| line.strip_prefix("//! | ")) {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let Some(numbers) = cells.first().filter(|cell| cell.starts_with(|c: char| c.is_ascii_digit()))
        else {
            continue;
        };
        for number in numbers.split(", ") {
            let (first, last) = number.split_once(" to ").unwrap_or((number, number));
            told.extend(first.parse::<usize>().unwrap()..=last.parse().unwrap());
        }
        for function in cells[2].split(", ").map(|function| function.trim_matches('`')) {
            assert!(is_function(function), "{line}: there is no {function}");
        }
    }
    assert_eq!(told, (1..=CHECKS).collect());
}

/// Whether `module::function` is one of the references, or `schema::…` one of the schema's.
fn is_function(path: &str) -> bool {
    let (module, function) = path.rsplit_once("::").unwrap();
    let file = match module.strip_prefix("schema::") {
        Some(inner) => format!("src/verify/schema/{}.rs", inner.replace("::", "/")),
        None => format!("src/verify/references/{}.rs", module.replace("::", "/")),
    };
    let text = fs::read_to_string(repository(&file)).unwrap_or_default();
    [format!("fn {function}("), format!("fn {function}<")].iter().any(|start| text.contains(start))
}
