//! PyYAML, a reader of YAML 1.1, beside our own: `tests/conformance/pyyaml.py` compares what the two read.
#![expect(clippy::disallowed_methods, reason = "the texts are laid before the script")]
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "this is for tests, outside their test functions"
)]

use std::fs;
use std::process::Command;

use serde::Deserialize as _;
use serde_json::Value;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/conformance/pyyaml.py");

/// Whether PyYAML is here; says so where it is not, because a test that was passed over must not look like one that passed.
pub(crate) fn is_here() -> bool {
    let found = Command::new("python3").args(["-c", "import yaml"]).output();
    let here = found.is_ok_and(|output| output.status.success());
    if !here {
        println!("skipped: `python3 -c 'import yaml'` does not work here");
    }
    here
}

/// Writes each YAML text and what our own reader reads from it, and gives what the script says of them all.
pub(crate) fn compare<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new("python3");
    command.arg(SCRIPT);
    for (number, text) in texts.into_iter().enumerate() {
        let read: Vec<Value> = serde_yaml::Deserializer::from_str(text)
            .map(|document| Value::deserialize(document).unwrap())
            .collect();
        let file = |end: &str| folder.path().join(format!("{number}.{end}"));
        fs::write(file("yaml"), text).unwrap();
        fs::write(file("json"), serde_json::to_string(&read).unwrap()).unwrap();
        command.args([file("yaml"), file("json")]);
    }
    String::from_utf8(command.output().unwrap().stdout).unwrap()
}
