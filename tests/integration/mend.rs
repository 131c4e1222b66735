//! The command that `--check` prints: typed as it stands, it makes what was missed, and nothing else.
#![cfg(unix)]
#![expect(clippy::disallowed_methods, reason = "the test lays out a folder and edits what stands there")]
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot lay out its folder or run the program has failed"
)]

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::program::{ROOT, Run, program};

fn compile(folder: &Path, arguments: &[&str]) -> Run {
    program().current_dir(folder).args(arguments).output().unwrap().into()
}

/// What `--check` prints as the mend, after it was run by a shell.
fn mended(folder: &Path) -> String {
    let check = compile(folder, &["recipe.toml", "--check"]);
    let command = check.err.lines().find_map(|line| line.strip_prefix("    gapit-compile ")).unwrap();
    let shell = format!("'{}' {command} --quiet", env!("CARGO_BIN_EXE_gapit-compile"));
    let run: Run = Command::new("sh").current_dir(folder).args(["-c", &shell]).output().unwrap().into();
    assert_eq!((check.code, run.code), (1, 0), "{command}: {}", run.err);
    command.to_owned()
}

#[test]
fn the_mending_command_has_the_flags_in_force_and_mends() {
    let sandbox = tempfile::tempdir().unwrap();
    let folder = sandbox.path();
    let case = Path::new(ROOT).join("tests/cases/only-defers-the-rest/case.in");
    for name in ["recipe.toml", "run.json"] {
        fs::copy(case.join(name), folder.join(name)).unwrap();
    }
    let flags = ["--only", "5", "--param", "image=registry.example.org/a b:1"];
    assert_eq!(compile(folder, &[&["recipe.toml", "--quiet"], &flags[..]].concat()).code, 0);
    let plan = || fs::read_to_string(folder.join("manifests/ledger.toml")).unwrap().matches("\n5 = ").count();
    let planned = plan();

    let recipe = fs::read_to_string(folder.join("recipe.toml")).unwrap();
    fs::write(folder.join("recipe.toml"), recipe + "\n[labels]\nteam = \"x\"\n").unwrap();
    assert_eq!(mended(folder), "recipe.toml --only 5 --param 'image=registry.example.org/a b:1'");
    assert_eq!((compile(folder, &["recipe.toml", "--check"]).code, plan()), (0, planned));

    let edited = folder.join("manifests/kustomization.yaml");
    let text = fs::read_to_string(&edited).unwrap();
    fs::write(&edited, text + "# by hand\n").unwrap();
    let force = "recipe.toml --only 5 --param 'image=registry.example.org/a b:1' --force";
    assert_eq!(mended(folder), force);
    assert_eq!(compile(folder, &["recipe.toml", "--check"]).code, 0);
}
