//! `gapit-compile init` on every run that the tests know: what it prints is read as a recipe, and its head says what it compiles to.
#![expect(clippy::disallowed_methods, reason = "the tests write recipes and read evidence")]
#![expect(clippy::unwrap_used, reason = "these are tests, also outside their test functions")]

use std::fs;
use std::path::Path;

use crate::corpus::corpus;
use crate::played::workflow;
use crate::program::{ROOT, program};

/// Snapshots of whole runs below the repository, each list a lineage.
const RUNS: &[&[&str]] = &[
    &["tests/evidence/mixed.json.gz"],
    &["tests/evidence/stopped.json.gz"],
    &["tests/evidence/deadline.json.gz"],
    &["tests/evidence/window.json.gz"],
    &["tests/evidence/h5nzl.json.gz"],
    &["tests/evidence/mixed.json.gz", "tests/evidence/retry.json.gz"],
    &["tests/evidence/h5nzl-retry.json.gz", "tests/evidence/h5nzl.json.gz"],
    &["examples/8nj24/evidence/gapit3-gwas-parallel-8nj24.json"],
    &["examples/6hjx8/evidence/gapit3-gwas-parallel-6hjx8.json"],
    &["examples/inline/evidence/variant-calls-x7k2p.json"],
];

/// The recipe of these snapshots, and what a compile with it says: exit code and stderr.
fn written(folder: &Path, snapshots: &[String]) -> (String, i32, String) {
    let made = program().current_dir(folder).arg("init").args(snapshots).output().unwrap();
    let said = String::from_utf8(made.stderr).unwrap();
    assert_eq!((made.status.code(), said.as_str()), (Some(0), ""), "{snapshots:?}");
    let recipe = String::from_utf8(made.stdout).unwrap();
    fs::write(folder.join("recipe.toml"), &recipe).unwrap();
    let compiled = program().current_dir(folder).args(["recipe.toml", "--stdout"]).output().unwrap();
    (recipe, compiled.status.code().unwrap_or(-1), String::from_utf8(compiled.stderr).unwrap())
}

fn compiles(folder: &Path, snapshots: &[String]) -> String {
    let (recipe, code, said) = written(folder, snapshots);
    let head = head(&recipe);
    match code {
        0 => assert!(head.contains("It compiles as it stands."), "{snapshots:?}\n{head}"),
        4 => {
            assert!(
                head.contains("nothing is planned of this run (exit code 4), because"),
                "{snapshots:?}\n{head}"
            );
            let told = said.lines().find(|line| line.starts_with("plan::")).unwrap_or_default();
            assert!(
                !told.is_empty() && head.contains(&format!("- {told}: ")),
                "{snapshots:?}: {said}\n{head}"
            );
        }
        other => panic!("{snapshots:?}: exit {other}\n{said}\n{recipe}"),
    }
    assert!(recipe.contains("to decide: "), "{snapshots:?} asks nothing\n{recipe}");
    let long = recipe.lines().find(|line| line.starts_with('#') && line.chars().count() > 120);
    assert_eq!(long, None, "{snapshots:?}");
    assert!(!recipe.lines().any(|line| line.ends_with(' ')), "{snapshots:?}\n{recipe}");
    recipe
}

/// The comment that a recipe opens with, as one line.
fn head(recipe: &str) -> String {
    let lines = recipe.lines().take_while(|line| line.starts_with('#'));
    lines.map(|line| line.trim_start_matches('#').trim()).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_first_recipe_of_every_whole_run_compiles_against_it() {
    let folder = tempfile::tempdir().unwrap();
    for run in RUNS {
        let paths: Vec<String> = run.iter().map(|path| format!("{ROOT}/{path}")).collect();
        compiles(folder.path(), &paths);
    }
}

#[test]
fn a_first_recipe_of_every_played_run_and_every_trap_compiles_against_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut count = 0;
    for (name, run) in corpus() {
        let json = serde_json::to_vec(&workflow(&run.argo, &run.setting, &run.item)).unwrap();
        fs::write(folder.path().join("run.json"), json).unwrap();
        let recipe = compiles(folder.path(), &["run.json".to_owned()]);
        assert!(recipe.contains("template        = \"run-gwas\""), "{name}\n{recipe}");
        count += 1;
    }
    assert!(count >= 30, "{count} runs");
}

#[test]
fn the_ladder_holds_the_tiers_of_the_retries_too() {
    let folder = tempfile::tempdir().unwrap();
    let paths = ["mixed", "retry"].map(|name| format!("{ROOT}/tests/evidence/{name}.json.gz"));
    let recipe = compiles(folder.path(), &paths);
    let tiers: Vec<&str> = recipe.lines().filter_map(|line| line.strip_prefix("template    = ")).collect();
    let names: Vec<&str> = tiers.iter().filter_map(|line| line.split('"').nth(1)).collect();
    assert_eq!(names[0], "gapit3-gwas-single-trait");
    assert!(names.len() > 1, "{recipe}");
}

#[test]
fn a_retry_without_its_root_is_refused_as_everywhere() {
    let made = program().args(["init", "tests/evidence/retry.json.gz"]).output().unwrap();
    assert_eq!((made.status.code(), made.stdout.len()), (Some(3), 0));
    assert!(String::from_utf8(made.stderr).unwrap().contains("snapshot::lineage"));
}
