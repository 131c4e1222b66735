//! `examples/h5nzl`: its two plans by their numbers, what happens when one of their inputs is gone, and when two people plan.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test may panic, and lays out its files"
)]

use std::fs;
use std::path::Path;
use std::process::Command;

use gapit_compile::report::{ItemReport, Report};

use crate::program::{copy, run};

/// The second plan of `examples/h5nzl` in a folder of its own.
fn second_plan(folder: &Path) -> String {
    copy("h5nzl/second", folder).to_str().unwrap().to_owned()
}

#[test]
fn an_input_that_is_gone_is_named_and_never_gives_another_plan() {
    let lost = |file: &str| {
        let folder = tempfile::tempdir().unwrap();
        let recipe = second_plan(folder.path());
        fs::remove_file(folder.path().join(file)).unwrap();
        run(&[&recipe, "--stdout"])
    };
    for (file, code, named) in [
        ("evidence/gapit3-gwas-parallel-h5nzl.json", 3, "gapit3-gwas-parallel-h5nzl.json"),
        ("evidence/gapit3-gwas-retry-h5nzl.json", 3, "gapit3-gwas-retry-h5nzl.json"),
        ("evidence/h5nzl-retry.scan.json", 3, "h5nzl-retry.scan.json"),
        ("templates/gapit3-gwas-single-trait.yaml", 3, "gapit3-gwas-single-trait"),
    ] {
        let run = lost(file);
        assert_eq!((run.code, run.out.as_str()), (code, ""), "{file}");
        assert!(run.err.contains(named), "{file}: {}", run.err);
    }
    let folder = tempfile::tempdir().unwrap();
    let recipe = second_plan(folder.path());
    let root = folder.path().join("evidence/gapit3-gwas-parallel-h5nzl.json");
    let retry = folder.path().join("evidence/gapit3-gwas-retry-h5nzl.json");
    // Named in no input any more: the root is asked for by name, and the ledger knows of the retry.
    for (left, code, named) in [
        (&retry, 3, "the root of its lineage is not given"),
        (&root, 4, "give the snapshot of gapit3-gwas-retry-h5nzl"),
    ] {
        let run = run(&[&recipe, "--stdout", "--workflow", left.to_str().unwrap()]);
        let said = run.err.replace("\n  │", "").replace("\n       ", "");
        assert_eq!((run.code, run.out.as_str()), (code, ""), "{said}");
        assert!(said.contains(named), "{said}");
    }
    // The lineage alone gives the very plan that the ledger recorded.
    let with = run(&[&recipe, "--stdout"]).out;
    fs::remove_file(folder.path().join("second/manifests/ledger.toml")).unwrap();
    assert_eq!(run(&[&recipe, "--stdout"]).out, with);
    assert!(with.contains("name: gapit3-gwas-retry-h5nzl-2\n"));
}

#[test]
fn two_plans_of_one_parent_conflict_in_their_entry_of_the_ledger() {
    let folder = tempfile::tempdir().unwrap();
    let recipe = second_plan(folder.path());
    let manifests = folder.path().join("second/manifests/ledger.toml");
    let ledger = |flags: &[&str], name: &str| {
        let run = run(&[&[recipe.as_str(), "-q"], flags].concat());
        assert_eq!(run.code, 0, "{}", run.err);
        let path = folder.path().join(name);
        fs::copy(&manifests, &path).unwrap();
        path
    };
    let base = folder.path().join("base.toml");
    fs::copy(&manifests, &base).unwrap();
    let mine = ledger(&["--min-tier", "ultrahighmem"], "mine.toml");
    let theirs = ledger(&["--param", "pca-total=4"], "theirs.toml");
    let last = fs::read_to_string(&theirs).unwrap();
    assert_eq!(
        last.matches("\ngeneration = 3\n").count(),
        1,
        "the same parent compiled again is one entry\n{last}"
    );
    let merge = Command::new("git").args(["merge-file", "-p"]).args([&mine, &base, &theirs]).output();
    let Ok(merge) = merge else { return };
    let merged = String::from_utf8(merge.stdout).unwrap();
    let begin = merged.find("<<<<<<<").unwrap_or_else(|| panic!("no conflict\n{merged}"));
    assert_eq!(merged.matches("<<<<<<<").count(), 1, "{merged}");
    assert!(begin > merged.find("generation = 3").unwrap(), "in the entry of the plan\n{merged}");
    fs::write(&manifests, merged).unwrap();
    let told = run(&[&recipe]);
    assert_eq!(told.code, 3);
    assert!(told.err.contains("ledger::conflict"), "{}", told.err);
}

/// The report of a plan of `examples/h5nzl`, and the lines of its items that are of one decision and tier.
fn report(example: &str) -> Report {
    let run = run(&[&format!("examples/h5nzl/{example}/recipe.toml"), "--check", "--format", "json"]);
    assert_eq!(run.code, 0, "{}", run.err);
    serde_json::from_str(&run.out).unwrap()
}

fn items(report: &Report, decision: &str, tier: &str) -> Vec<String> {
    let such =
        |item: &&ItemReport| item.decision == decision && item.to.as_deref().unwrap_or_default() == tier;
    report.items.iter().filter(such).map(|item| item.index.clone()).collect()
}

#[test]
fn of_h5nzl_the_first_plan_sends_77_up_and_8_again() {
    let report = report("first");
    let stop_loss = report.stop_loss.as_ref().unwrap();
    assert_eq!((report.items.len() - report.counts.done, stop_loss.counted, stop_loss.range), (87, 79, 186));
    assert_eq!(items(&report, "retry", "ultrahighmem").len(), 77);
    assert_eq!(items(&report, "retry", "highmem"), ["6", "13", "49", "98", "134", "135", "151", "169"]);
    assert_eq!(items(&report, "hold", ""), ["114"]);
    assert_eq!(items(&report, "skip", ""), ["177"]);
    let despite = report.items.iter().filter(|item| item.decision == "done" && item.cause.is_some());
    assert_eq!(despite.map(|item| item.index.as_str()).collect::<Vec<_>>(), ["46", "111", "186"]);
    let upper = report.tiers.iter().find(|tier| tier.name == "ultrahighmem").unwrap();
    assert_eq!((upper.waves, upper.need_seconds.unwrap().div_ceil(3600)), (16, 144));
    assert_eq!(report.deadline.as_ref().unwrap().value_seconds, Some(604_800));
}

#[test]
fn of_h5nzl_the_second_plan_has_one_trait_left_to_try() {
    let report = report("second");
    assert_eq!(report.counts.done, 181);
    assert_eq!(items(&report, "retry", "ultrahighmem"), ["134"]);
    assert_eq!(items(&report, "exhausted", ""), ["12", "95"]);
    assert_eq!(
        (items(&report, "hold", ""), items(&report, "skip", "")),
        (vec!["114".to_owned()], vec!["177".to_owned()])
    );
}

#[test]
fn of_h5nzl_the_shipped_stop_loss_forbids_the_first_plan() {
    let folder = tempfile::tempdir().unwrap();
    let recipe = copy("h5nzl/first", folder.path());
    let careful = fs::read_to_string(&recipe).unwrap().replace("[policy]\nmax-failed-fraction = 0.5\n", "");
    fs::write(&recipe, careful).unwrap();
    let run = run(&[recipe.to_str().unwrap()]);
    assert_eq!(run.code, 4);
    let said = run.err.replace("\n  │", "");
    assert!(said.contains("79 of 186 traits") && said.contains("76 oom at highmem"), "{said}");
    assert!(!recipe.with_file_name("manifests").join("workflow.gapit3-gwas-retry-h5nzl.yaml").exists());
}
