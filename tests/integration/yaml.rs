//! What is written reads alike in YAML 1.1 (PyYAML, where it is installed) and in our own reader.
#![expect(clippy::disallowed_methods, reason = "the test lays files before the script")]
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "this is a test, also outside its test functions"
)]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use gapit_compile::emit::yaml::render;
use serde::Deserialize as _;
use serde_json::{Value, json};

#[path = "../../src/emit/yaml/nasty.rs"]
mod nasty;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/conformance/pyyaml.py");

/// Whether PyYAML is here; says so where it is not, because a test that was passed over must not look like one that passed.
fn pyyaml_is_here() -> bool {
    let found = Command::new("python3").args(["-c", "import yaml"]).output();
    let here = found.is_ok_and(|output| output.status.success());
    if !here {
        println!("skipped: `python3 -c 'import yaml'` does not work here");
    }
    here
}

/// Writes a YAML text and what our own reader reads from it, and hands both to the script.
fn compare(folder: &Path, text: &str) -> Output {
    let read: Vec<Value> = serde_yaml::Deserializer::from_str(text)
        .map(|document| Value::deserialize(document).unwrap())
        .collect();
    let (yaml, json) = (folder.join("a.yaml"), folder.join("a.json"));
    fs::write(&yaml, text).unwrap();
    fs::write(&json, serde_json::to_string(&read).unwrap()).unwrap();
    Command::new("python3").arg(SCRIPT).args([yaml, json]).output().unwrap()
}

#[test]
fn pyyaml_reads_every_nasty_value_as_we_do() {
    if !pyyaml_is_here() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let strings = nasty::generated(1500)
        .into_iter()
        .map(|text| json!({ "a": text, "b": [{ (text.clone()): [text] }] }));
    let header = ["written by gapit-compile from nasty.toml; do not edit".to_owned()];
    let documents = nasty::values().into_iter().chain(strings).map(|value| render(&header, &value).text);
    let stream = documents.collect::<Vec<_>>().join("---\n");
    let output = compare(folder.path(), &stream);
    assert_eq!(String::from_utf8_lossy(&output.stdout), "1 passed, 0 failed\n");
}

#[test]
fn the_comparison_sees_what_the_two_versions_read_differently() {
    if !pyyaml_is_here() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    for text in ["a: on\n", "a: 1_000\n", "a: 12:30\n", "a: 2025-11-12\n", "a: 0o7\n", "yes: 1\n"] {
        let output = compare(folder.path(), text);
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(said.ends_with("0 passed, 1 failed\n"), "{text}: {said}");
    }
}
