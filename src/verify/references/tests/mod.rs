//! One sound set of documents, broken in one place at a time: each breakage is one finding, at its place.

mod accepted;
mod bodies;
mod references;

use serde::Deserialize as _;
use serde_json::Value;

use super::{Known, check};
use crate::error::Code;

const BASE: &str = include_str!("base.yaml");

/// The documents of a YAML stream.
fn documents(text: &str) -> Vec<Value> {
    serde_yaml::Deserializer::from_str(text)
        .map(|document| serde_yaml::Value::deserialize(document).unwrap())
        .map(|document| serde_json::to_value(document).unwrap())
        .collect()
}

/// The findings as `document code pointer: message`.
fn findings(text: &str, known: &Known) -> Vec<String> {
    let found = check(&documents(text), known);
    let lines = found.iter().enumerate().flat_map(|(index, list)| {
        list.iter().map(move |one| format!("{index} {} {}: {}", one.code, one.pointer, one.message))
    });
    lines.collect()
}

/// The base with the first place that reads `from` changed to `to`.
fn changed(from: &str, to: &str) -> String {
    assert!(BASE.contains(from), "the base has no {from:?}");
    BASE.replacen(from, to, 1)
}

/// What is changed to what, and the findings, one a line.
type Breakages = &'static [(&'static str, &'static str, &'static str)];

fn each(breakages: Breakages) {
    for (from, to, expected) in breakages {
        assert_eq!(findings(&changed(from, to), &Known::new()).join("\n"), *expected, "{to}");
    }
}

#[test]
fn the_examples_of_the_catalogue_give_their_code() {
    for code in [
        Code::VerifyReference,
        Code::VerifyArgument,
        Code::VerifyVariable,
        Code::VerifyLoop,
        Code::VerifyExpression,
        Code::VerifyPodSpecPatch,
        Code::VerifyRetry,
        Code::VerifyDuration,
        Code::VerifySynchronization,
        Code::VerifyMemoize,
        Code::VerifySchedule,
        Code::VerifyVolume,
        Code::VerifyDepends,
        Code::VerifyName,
    ] {
        let (_, example) = code.page().split_once("```yaml\n").unwrap();
        let (example, _) = example.split_once("```").unwrap();
        let found = check(&documents(example), &Known::new());
        assert_eq!(found.concat().iter().map(|one| one.code).collect::<Vec<_>>(), [code], "{found:?}");
        assert!(code.page().contains(&found[0][0].message), "{}", found[0][0].message);
    }
}
