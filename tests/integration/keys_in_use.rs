//! Every key of the language is used: some recipe below `recipes/`, `examples/` or `tests/cases` writes it, and some file of cases
//! writes each key of the test language. What they come to there, the tests of those recipes hold.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test that cannot read its files has failed"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use gapit_compile::recipe::{schema, test_schema};
use serde_json::Value;

use crate::program::ROOT;
use crate::recipe_schema::properties;

/// Where recipes lie that are compiled or tested as they stand.
const FOLDERS: [&str; 3] = ["recipes", "examples", "tests/cases"];

/// Every TOML file below a folder.
fn toml_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            toml_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "toml") {
            found.push(path);
        }
    }
}

/// Every key that is written in a value, by its path as [`properties`] spells it.
fn written(value: &Value, path: &str, found: &mut BTreeSet<String>) {
    for (key, inner) in value.as_object().into_iter().flatten() {
        let path = format!("{path}.{key}");
        written(inner, &path, found);
        found.insert(path);
    }
    for entry in value.as_array().into_iter().flatten() {
        written(entry, &format!("{path}[]"), found);
    }
}

/// The keys of a schema that no file which it accepts has written. Ledgers, decisions and broken recipes are not accepted.
fn unused(schema: &str, files: &[PathBuf]) -> Vec<String> {
    let schema: Value = serde_json::from_str(schema).unwrap();
    let validator = jsonschema::draft7::new(&schema).unwrap();
    let mut used = BTreeSet::new();
    for file in files {
        let Ok(value) = toml::from_str::<Value>(&fs::read_to_string(file).unwrap()) else { continue };
        if validator.is_valid(&value) {
            written(&value, "", &mut used);
        }
    }
    let mut known = Vec::new();
    properties(&schema, "", &mut known);
    assert!(known.len() > 20, "the keys of the language: {known:?}");
    let mut unused: Vec<String> =
        known.into_iter().map(|(path, _)| path).filter(|path| !used.contains(path)).collect();
    unused.dedup();
    unused
}

fn all_files() -> Vec<PathBuf> {
    let mut files = Vec::new();
    for folder in FOLDERS {
        toml_files(&Path::new(ROOT).join(folder), &mut files);
    }
    files
}

#[test]
fn every_key_of_the_language_is_written_in_some_recipe() {
    let unused = unused(&schema(), &all_files());
    assert!(unused.is_empty(), "no recipe below {FOLDERS:?} writes\n  {}", unused.join("\n  "));
}

#[test]
fn every_key_of_the_test_language_is_written_in_some_file_of_cases() {
    let unused = unused(&test_schema(), &all_files());
    assert!(unused.is_empty(), "no file of cases below {FOLDERS:?} writes\n  {}", unused.join("\n  "));
}

#[test]
fn a_key_that_nobody_writes_is_found() {
    let shipped = Path::new(ROOT).join("recipes/minimal/recipe.toml");
    let unused = unused(&schema(), &[shipped]);
    assert!(unused.contains(&".rules[].retry.tier".to_owned()), "{unused:?}");
    assert!(!unused.contains(&".tiers[].template".to_owned()), "{unused:?}");
}
