//! The examples: what is committed is what compiles, it says what the runs call for, and the schemas describe it.
#![expect(clippy::disallowed_methods, reason = "the tests read the examples")]
#![expect(clippy::unwrap_used, reason = "these are tests, also outside their test functions")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use gapit_compile::report::Report;
use serde_json::Value;

use crate::program::{ROOT, committed, copy, examples, run};

#[test]
fn what_is_committed_is_what_compiles() {
    for example in examples() {
        let run = run(&[&recipe(&example), "--check"]);
        assert_eq!((run.code, run.out.as_str()), (0, ""), "{example}: {}", run.err);
    }
}

#[test]
fn a_report_fits_on_a_screen() {
    for example in examples() {
        let report = run(&[&recipe(&example), "--stdout"]).err;
        // Behind it stands, where a person has to decide, a file to copy.
        let lines = report.lines().take_while(|line| !line.starts_with("to decide: ")).count();
        assert!((1..=25).contains(&lines), "{example}: {lines} lines\n{report}");
        assert!(!report.lines().any(|line| line.ends_with(' ')), "{report}");
    }
}

#[test]
fn the_stream_holds_the_committed_files() {
    for example in examples() {
        let stream = run(&[&recipe(&example), "--stdout"]).out;
        let mut files = committed(&example);
        // What an API server knows nothing of: kubectl reads the one, the next compile the other.
        files.retain(|file, _| !matches!(file.as_str(), "kustomization.yaml" | "ledger.toml"));
        for (file, bytes) in &files {
            assert!(stream.contains(std::str::from_utf8(bytes).unwrap()), "{example}: {file}");
        }
        assert_eq!(stream.lines().filter(|line| *line == "---").count(), files.len(), "{example}");
    }
}

#[test]
fn the_report_in_json_fits_its_schema_and_its_numbers_agree() {
    for example in examples() {
        let json = run(&[&recipe(&example), "--check", "--format", "json"]).out;
        assert_eq!(refusals("report", &serde_json::from_str(&json).unwrap()), "", "{example}");
        let report: Report = serde_json::from_str(&json).unwrap();
        let counts = &report.counts;
        for (decision, count) in [
            ("done", counts.done),
            ("retry", counts.retry),
            ("skip", counts.skip),
            ("hold", counts.hold),
            ("deferred", counts.deferred),
            ("exhausted", counts.exhausted),
            ("active", counts.active),
        ] {
            let found = report.items.iter().filter(|item| item.decision == decision).count();
            assert_eq!(found, count, "{example}: {decision}");
        }
        let all = counts.done
            + counts.retry
            + counts.skip
            + counts.hold
            + counts.deferred
            + counts.exhausted
            + counts.active;
        assert_eq!(all, report.items.len(), "{example}");
        assert_eq!(report.tiers.iter().map(|tier| tier.items).sum::<usize>(), counts.retry, "{example}");
        for tier in &report.tiers {
            let here = report.items.iter().filter(|item| item.to.as_deref() == Some(&tier.name)).count();
            assert_eq!(here, tier.items, "{example}: {}", tier.name);
            assert_eq!(tier.waves, (tier.items as u64).div_ceil(tier.pods), "{example}: {}", tier.name);
            assert_eq!(
                tier.need_seconds,
                tier.allowance_seconds.map(|one| one * tier.waves),
                "{example}: {}",
                tier.name
            );
        }
        let files: BTreeSet<&str> = report.files.iter().map(|file| file.file.as_str()).collect();
        assert_eq!(files, committed(&example).keys().map(String::as_str).collect(), "{example}");
        assert!(report.files.iter().all(|file| file.change == "same"), "{example}");
    }
}

#[test]
fn recipes_and_scans_fit_their_schemas() {
    for example in examples() {
        let written: Value = toml::from_str(&read(&recipe(&example))).unwrap();
        assert_eq!(refusals("recipe", &written), "", "{example}");
        for scan in written["inputs"]["scan"].as_array().into_iter().flatten() {
            let scan = read(&format!("examples/{example}/{}", scan.as_str().unwrap()));
            assert_eq!(refusals("scan", &serde_json::from_str(&scan).unwrap()), "", "{example}");
        }
    }
    // The check can fail.
    let wrong = serde_json::json!({ "version": 1, "extends": "gapit3@1", "pipelin": "x" });
    assert!(refusals("recipe", &wrong).contains("pipelin"));
}

#[test]
fn of_8nj24_trait_5_gets_more_memory_and_four_more_time() {
    let workflow = workflow("8nj24");
    let highmem = ("gapit3-gwas-single-trait-highmem", vec!["5"]);
    let standard = ("gapit3-gwas-single-trait", vec!["28", "29", "30", "31"]);
    assert_eq!(retried(&workflow), expected(&[("retry-highmem", highmem), ("retry-standard", standard)]));
    assert_eq!(workflow["spec"]["activeDeadlineSeconds"], 907_200);
    assert_eq!(workflow["metadata"]["name"], "gapit3-gwas-retry-8nj24");
}

#[test]
fn of_6hjx8_seven_run_again_and_60_and_61_are_done() {
    let workflow = workflow("6hjx8");
    let standard = ("gapit3-gwas-single-trait", vec!["173", "180", "182", "184", "185", "186", "187"]);
    assert_eq!(retried(&workflow), expected(&[("retry-standard", standard)]));
    assert_eq!(workflow["spec"]["activeDeadlineSeconds"], 604_800);
    let json = run(&[&recipe("6hjx8"), "--check", "--format", "json"]).out;
    let report: Report = serde_json::from_str(&json).unwrap();
    let told = |index: &str| {
        let item = report.items.iter().find(|item| item.index == index).unwrap();
        (item.decision.clone(), item.cause.clone())
    };
    assert_eq!(told("60"), ("done".to_owned(), None));
    // It was told to stop, but it had finished.
    assert_eq!(told("61"), ("done".to_owned(), Some("stopped".to_owned())));
}

#[test]
fn of_the_inline_example_two_run_again_in_templates_of_their_own() {
    let workflow = workflow("inline");
    let groups: Vec<(String, String)> =
        retried(&workflow).into_iter().map(|(group, (template, _))| (group, template)).collect();
    let named = |group: &str, template: &str| (group.to_owned(), template.to_owned());
    assert_eq!(
        groups,
        [named("retry-large", "call-sample-large"), named("retry-standard", "call-sample-standard")]
    );
    for file in ["call-sample-large", "call-sample-standard"] {
        assert!(committed("inline").contains_key(&format!("workflow-template.{file}.yaml")), "{file}");
    }
}

#[test]
fn the_name_of_a_tier_can_be_of_the_run() {
    let folder = tempfile::tempdir().unwrap();
    let recipe = copy("8nj24", folder.path());
    let named = read(recipe.to_str().unwrap())
        + "[naming]\ntemplate = \"<< base >>-<< tier >>-<< root.suffix >>-<< retry >>\"\n";
    fs::write(&recipe, named).unwrap();
    let run = run(&[recipe.to_str().unwrap(), "--stdout"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.out.contains("\n  name: gapit3-gwas-single-trait-highmem-8nj24-1\n"), "{}", run.out);
}

/// What each sub-DAG of the Workflow runs: its WorkflowTemplate and the indexes, in the order written.
type Groups = BTreeMap<String, (String, Vec<String>)>;

fn retried(workflow: &Value) -> Groups {
    let mut groups = Groups::new();
    for template in workflow["spec"]["templates"].as_array().unwrap() {
        let group = template["name"].as_str().unwrap();
        if group == "retry" {
            continue;
        }
        let tasks = template["dag"]["tasks"].as_array().unwrap();
        let runs: BTreeSet<&str> =
            tasks.iter().map(|task| task["templateRef"]["name"].as_str().unwrap()).collect();
        assert_eq!(runs.len(), 1, "{group}");
        let index = |task: &Value| {
            let parameters = task["arguments"]["parameters"].as_array().unwrap();
            let first = parameters
                .iter()
                .find(|parameter| ["trait-index", "sample"].contains(&parameter["name"].as_str().unwrap()));
            first.unwrap()["value"].as_str().unwrap().to_owned()
        };
        groups.insert(group.to_owned(), (runs.iter().copied().collect(), tasks.iter().map(index).collect()));
    }
    groups
}

fn expected(groups: &[(&str, (&str, Vec<&str>))]) -> Groups {
    let owned = |list: &[&str]| list.iter().map(|index| (*index).to_owned()).collect();
    groups
        .iter()
        .map(|(group, (template, list))| ((*group).to_owned(), ((*template).to_owned(), owned(list))))
        .collect()
}

/// The one Workflow among an example's manifests.
fn workflow(example: &str) -> Value {
    let mut files = committed(example).into_iter().filter(|(file, _)| file.starts_with("workflow."));
    let (file, bytes) = files.next().unwrap();
    assert_eq!(files.next(), None, "{file}");
    serde_yaml::from_slice(&bytes).unwrap()
}

/// What a schema of `schemas/` says against a value, a line each.
fn refusals(schema: &str, value: &Value) -> String {
    let schema: Value = serde_json::from_str(&read(&format!("schemas/{schema}.schema.json"))).unwrap();
    let validator = jsonschema::draft7::new(&schema).unwrap();
    validator.iter_errors(value).map(|error| format!("{}: {error}\n", error.instance_path())).collect()
}

fn recipe(example: &str) -> String {
    format!("examples/{example}/recipe.toml")
}

/// A file, by its path from the repository.
fn read(path: &str) -> String {
    fs::read_to_string(Path::new(ROOT).join(path)).unwrap()
}
