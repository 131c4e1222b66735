//! `--against git:REV` from the command line: what would change against a commit, with nothing written.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot make its repository or run the program has failed"
)]

use std::fs;
use std::path::Path;
use std::process::Command;

const CASE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/min-tier-lifts/case.in");

/// A directory with the recipe and the run of a case.
fn sandbox() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in ["recipe.toml", "run.json"] {
        fs::copy(Path::new(CASE).join(name), folder.path().join(name)).unwrap();
    }
    folder
}

/// What a program prints on both streams, and how it ended.
fn run(program: &str, directory: &Path, arguments: &str) -> (String, Option<i32>) {
    let output = Command::new(program).current_dir(directory).args(arguments.split(' ')).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (String::from_utf8(text).unwrap(), output.status.code())
}

fn compile(directory: &Path, arguments: &str) -> (String, Option<i32>) {
    run(env!("CARGO_BIN_EXE_gapit-compile"), directory, arguments)
}

fn commit(directory: &Path) {
    let who = "-c user.name=n -c user.email=n@example.org -c commit.gpgsign=false";
    for arguments in
        ["init --quiet --initial-branch main", "add --all", &format!("{who} commit --quiet --message kept")]
    {
        let (said, code) = run("git", directory, arguments);
        assert_eq!(code, Some(0), "git {arguments}: {said}");
    }
}

#[test]
fn a_diff_against_a_commit_shows_what_changed_since_and_writes_nothing() {
    let folder = sandbox();
    let directory = folder.path();
    compile(directory, "recipe.toml --quiet");
    commit(directory);
    fs::remove_dir_all(directory.join("manifests")).unwrap();

    let (text, code) = compile(directory, "recipe.toml --diff --min-tier ultrahighmem --against git:main");
    let changed: Vec<&str> = text.lines().filter(|line| line.ends_with(": changed")).collect();
    let expected =
        ["manifests/ledger.toml: changed", "manifests/workflow.gapit3-gwas-retry-t4m8k.yaml: changed"];
    assert_eq!((changed.as_slice(), code), (&expected[..], Some(0)));
    assert!(text.contains("\n+# with --min-tier ultrahighmem\n"), "{text}");
    let same = "no differences: manifests at HEAD is what recipe.toml compiles to\n";
    assert_eq!(compile(directory, "recipe.toml --diff --against git:HEAD"), (same.to_owned(), Some(0)));
    assert!(!directory.join("manifests").exists());
}

#[test]
fn where_the_commit_had_no_manifests_all_of_them_are_new() {
    let folder = sandbox();
    commit(folder.path());
    let (text, code) = compile(folder.path(), "recipe.toml --diff --against git:main");
    let files: Vec<&str> = text.lines().filter(|line| line.starts_with("manifests/")).collect();
    assert_eq!((files.len(), code), (5, Some(0)), "{text}");
    assert!(files.iter().all(|line| line.ends_with(": new")), "{files:#?}");
    assert!(!folder.path().join("manifests").exists());
}

#[test]
fn a_revision_that_git_does_not_know_is_a_fault_of_the_input() {
    let folder = sandbox();
    commit(folder.path());
    let (text, code) = compile(folder.path(), "recipe.toml --diff --against git:mian");
    assert_eq!(code, Some(3));
    assert!(text.starts_with("io::git\n") && text.contains("write `git:main`"), "{text}");
}
