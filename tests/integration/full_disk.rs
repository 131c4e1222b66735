//! Standard output that does not take what is printed: a full disk. Linux has a device that is always full.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test that cannot run the program has failed")]

use std::fs::File;

use crate::program::{Run, program};

const RUN: &str = "tests/cases/min-tier-lifts/case.in/run.json";
const RECIPE: &str = "examples/8nj24/recipe.toml";

/// The program with its results sent to `device`.
fn printing_to(device: File, arguments: &[&str]) -> Run {
    program().args(arguments).stdout(device).output().unwrap().into()
}

#[test]
fn a_result_that_is_not_written_whole_is_a_fault() {
    for arguments in [
        &[RECIPE, "--stdout", "--quiet"][..],
        &[RECIPE, "--diff", "--format", "json"],
        &["scan", "src/units", "--recipe", RECIPE],
        &["snapshot", RUN],
        &["init", RUN],
        &["explain", RECIPE],
        &["explain", "io::write"],
        &["lint", "--list"],
        &["test", "recipes/gapit3/recipe.toml"],
        &["schema", "scan"],
        &["completions", "bash"],
        &["man"],
        &["--help"],
    ] {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let run = printing_to(full, arguments);
        let said = run.err.contains("io::write") || run.err.contains("\"code\": \"io::write\"");
        let why = run.err.contains("standard output cannot be written: the disk is full");
        assert_eq!((run.code, said, why), (3, true, true), "{arguments:?}: {}", run.err);
    }
}

#[test]
fn a_reader_that_has_seen_enough_is_no_fault() {
    let mut child = program().arg("man").stdout(std::process::Stdio::piped()).spawn().unwrap();
    // Nobody reads: what does not fit into the pipe meets its closed end.
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}
