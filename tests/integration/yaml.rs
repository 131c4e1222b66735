//! What is written reads alike in YAML 1.1 (PyYAML, where it is installed) and in our own reader.

use gapit_compile::emit::yaml::render;
use serde_json::json;

use crate::pyyaml;

#[path = "../../src/emit/yaml/nasty.rs"]
mod nasty;

#[test]
fn pyyaml_reads_every_nasty_value_as_we_do() {
    if !pyyaml::is_here() {
        return;
    }
    let strings = nasty::generated(1500)
        .into_iter()
        .map(|text| json!({ "a": text, "b": [{ (text.clone()): [text] }] }));
    let header = ["written by gapit-compile from nasty.toml; do not edit".to_owned()];
    let documents = nasty::values().into_iter().chain(strings).map(|value| render(&header, &value).text);
    let stream = documents.collect::<Vec<_>>().join("---\n");
    assert_eq!(pyyaml::compare([stream.as_str()]), "1 passed, 0 failed\n");
}

#[test]
fn the_comparison_sees_what_the_two_versions_read_differently() {
    if !pyyaml::is_here() {
        return;
    }
    for text in ["a: on\n", "a: 1_000\n", "a: 12:30\n", "a: 2025-11-12\n", "a: 0o7\n", "yes: 1\n"] {
        let said = pyyaml::compare([text]);
        assert!(said.ends_with("0 passed, 1 failed\n"), "{text}: {said}");
    }
}
