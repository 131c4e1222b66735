//! `lint` as a program: what is too much for a case, or what a case cannot lay out.
#![expect(clippy::disallowed_methods, reason = "the tests lay out files")]
#![expect(clippy::unwrap_used, reason = "these are tests, also outside their test functions")]

use std::collections::BTreeMap;
use std::fs;

use gapit_compile::error::Code;
use serde_json::Value;

use crate::program::{program, run};

/// The fingerprint of each result by its rule and line.
fn fingerprints(text: &str) -> BTreeMap<(String, u64), String> {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.yaml"), text).unwrap();
    let output =
        program().args(["lint", "a.yaml", "--format", "sarif"]).current_dir(folder.path()).output().unwrap();
    let log: Value = serde_json::from_slice(&output.stdout).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap().iter();
    results
        .map(|result| {
            let line = &result["locations"][0]["physicalLocation"]["region"]["startLine"];
            let key = (result["ruleId"].as_str().unwrap().to_owned(), line.as_u64().unwrap());
            (key, result["partialFingerprints"]["gapitCompile/v1"].as_str().unwrap().to_owned())
        })
        .collect()
}

const TWO: &str = "apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata: {name: t}
spec:
  templates:
  - name: a
    container: {image: x:1, imge: x}
  - name: b
    container: {image: x:1, imge: x}
";

#[test]
fn fingerprints_stay_when_lines_and_templates_move() {
    let before = fingerprints(TWO);
    let moved =
        TWO.replace("  - name: a\n", "  # one more\n  - {name: z, container: {image: x:1}}\n\n  - name: a\n");
    let after = fingerprints(&moved);
    let unknown = |line| (Code::VerifyUnknownField.to_string(), line);
    assert_ne!(before[&unknown(7)], before[&unknown(9)]);
    assert_eq!(before[&unknown(7)], after[&unknown(10)]);
    assert_eq!(before[&unknown(9)], after[&unknown(12)]);
}

#[test]
fn the_list_names_everything_that_can_be_found() {
    let list = run(&["lint", "--list"]);
    let listed: Vec<&str> = list.out.lines().filter_map(|line| line.split(' ').next()).collect();
    let codes: Vec<&str> =
        Code::ALL.iter().filter(|code| code.is_of_manifests()).map(|code| code.as_str()).collect();
    assert_eq!((list.code, listed), (0, codes));
    for line in list.out.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        assert!(["error", "warning", "info"].contains(&words[1]), "{line}");
        assert!(["certain", "depends"].contains(&words[2]) && words.len() > 4, "{line}");
    }
    let json: Value = serde_json::from_str(&run(&["lint", "--list", "--format", "json"]).out).unwrap();
    assert_eq!(json.as_array().unwrap().len(), list.out.lines().count());
}

#[test]
fn colour_is_for_who_asks_for_it() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.yaml"), TWO).unwrap();
    let colored = |flag: &str| {
        let mut command = program();
        let output =
            command.args(["lint", "a.yaml", "--color", flag]).current_dir(folder.path()).output().unwrap();
        String::from_utf8(output.stdout).unwrap().contains('\u{1b}')
    };
    assert!(colored("always") && !colored("never") && !colored("auto"));
}
