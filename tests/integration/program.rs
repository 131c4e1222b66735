//! The program as a user runs it, in folders of their own, and what it left there.
#![expect(clippy::disallowed_methods, reason = "the tests lay out folders and read them back")]
#![expect(clippy::unwrap_used, reason = "this is for tests, outside their test functions")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The repository.
pub(crate) const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// The program, to be given its arguments; no colour and nobody's terminal.
pub(crate) fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gapit-compile"));
    command.env("NO_COLOR", "1").env_remove("CLICOLOR_FORCE").current_dir(ROOT);
    command
}

/// What a run came to: its exit code and what it said.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        Self {
            // Without a code a signal ended it, which no test takes for an exit.
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// Runs the program in the repository.
pub(crate) fn run(arguments: &[&str]) -> Run {
    program().args(arguments).output().unwrap().into()
}

/// The folders below `examples/` that have a recipe, by their path from there.
pub(crate) fn examples() -> Vec<String> {
    let files = contents(&Path::new(ROOT).join("examples"));
    let names: Vec<String> =
        files.keys().filter_map(|file| Some(file.strip_suffix("/recipe.toml")?.to_owned())).collect();
    assert!(names.len() >= 5, "{names:?}");
    names
}

/// Every file below a folder with its bytes, hidden ones too.
pub(crate) fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    fn walk(folder: &Path, below: &str, found: &mut BTreeMap<String, Vec<u8>>) {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let name = format!("{below}{}", entry.file_name().into_string().unwrap());
            if entry.path().is_dir() {
                walk(&entry.path(), &format!("{name}/"), found);
            } else {
                found.insert(name, fs::read(entry.path()).unwrap());
            }
        }
    }
    let mut found = BTreeMap::new();
    walk(folder, "", &mut found);
    found
}

/// The manifests that stand in an example.
pub(crate) fn committed(example: &str) -> BTreeMap<String, Vec<u8>> {
    contents(&Path::new(ROOT).join("examples").join(example).join("manifests"))
}

/// A copy of an example's recipe and of all that it reads: evidence and ledger, without its manifests.
pub(crate) fn copy(example: &str, into: &Path) -> PathBuf {
    let (folder, rest) = example.split_once('/').unwrap_or((example, ""));
    for (file, bytes) in contents(&Path::new(ROOT).join("examples").join(folder)) {
        let read = !file.contains("manifests/") || (file.ends_with("/ledger.toml") && !rest.is_empty());
        if read {
            let target = into.join(&file);
            fs::create_dir_all(target.parent().unwrap()).unwrap();
            fs::write(target, bytes).unwrap();
        }
    }
    into.join(rest).join("recipe.toml")
}
