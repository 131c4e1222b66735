//! Recipes of small workflows: each fork of what a run can show.

use super::*;
use crate::evidence::snapshot::{Phase, lineage, read};

/// A workflow with these templates, nodes and stored templates.
fn run(more: &str, templates: &str, nodes: &str, stored: &str) -> Lineage {
    let text = format!(
        r#"{{"metadata": {{"name": "calls-x7k2p", "generateName": "calls-"{more}}},
            "spec": {{"entrypoint": "main", "arguments": {{"parameters": [{{"name": "out-dir", "value": "a\nb = 2"}}, {{"name": "image", "value": "i"}}]}},
                      "templates": [{templates}]}},
            "status": {{"phase": "Failed", "storedTemplates": {{{stored}}}, "nodes": {{"calls-x7k2p": {{"name": "calls-x7k2p", "phase": "Failed"}}{nodes}}}}}}}"#
    );
    lineage(vec![read("w.json", text.as_bytes()).unwrap()]).unwrap()
}

const MAIN: &str = r#"{"name": "main", "dag": {"tasks": [{"name": "all", "template": "call", "withItems": ["a", "b", "c", "d"],
    "arguments": {"parameters": [{"name": "sample", "value": "{{item}}"}]}}, {"name": "after", "template": "report", "depends": "all"}]}}"#;

fn call(container: &str) -> String {
    format!(r#"{{"name": "call", "inputs": {{"parameters": [{{"name": "sample"}}]}}, {container}}}"#)
}

fn node(at: usize, index: &str, phase: &str, message: &str, code: &str) -> String {
    format!(
        r#", "n{at}": {{"name": "calls-x7k2p.all({at}:{index})", "type": "Pod", "phase": "{phase}", "message": "{message}",
            "templateName": "call", "boundaryID": "calls-x7k2p", "hostNodeName": "h", "startedAt": "2026-01-01T00:00:00Z",
            "finishedAt": "2026-01-01T01:00:00Z", "outputs": {{"exitCode": "{code}"}},
            "inputs": {{"parameters": [{{"name": "sample", "value": "{index}"}}]}}}}"#
    )
}

fn nodes() -> String {
    [
        node(0, "a", "Failed", "OOMKilled (exit code 137)", "137"),
        node(1, "b", "Succeeded", "", "0"),
        node(2, "c", "Succeeded", "", "0"),
        node(3, "d", "Failed", "Error (exit code 9)", "9"),
    ]
    .concat()
}

fn recipe_of(lineage: Lineage) -> String {
    first_recipe(lineage, &["w\"\\.json".to_owned()]).unwrap()
}

/// What the text means to the reader of recipes.
fn loaded(text: &str) -> recipe::Recipe {
    recipe::load(&Source::new("recipe.toml", text), &Alone)
        .unwrap_or_else(|faults| panic!("{faults:?}\n{text}"))
}

#[test]
fn an_inline_template_becomes_a_ladder_of_what_it_asks_for_and_twice_that() {
    let body = call(
        r#""container": {"image": "i", "resources": {"requests": {"memory": "3Gi", "cpu": "4"}, "limits": {"memory": "4Gi"}},
            "env": [{"name": "OMP_NUM_THREADS", "value": "4"}]}"#,
    );
    let text = recipe_of(run("", &format!("{MAIN}, {body}"), &nodes(), ""));
    // Two of four failed by themselves.
    assert!(text.contains("It is a right recipe") && text.contains("- plan::stop-loss: 2 of 4"), "{text}");
    let recipe = loaded(&text);
    assert_eq!((recipe.pipeline.value.as_str(), recipe.items.noun.as_str()), ("calls", "sample"));
    let tiers: Vec<&str> = recipe.tiers.iter().map(|tier| tier.name.value.as_str()).collect();
    assert_eq!(tiers, ["standard", "large"]);
    assert!(text.contains("limits         = { memory = \"8Gi\" }"), "{text}");
    assert_eq!(text.matches("threads-env    = [\"OMP_NUM_THREADS\"]").count(), 2);
    // The oldest version that is verified here, because no later one spells messages so.
    assert!(text.contains("version = \"3.7\"") && text.contains("3.4, 3.5, 3.6"), "{text}");
    assert!(
        text.contains("exit code 9? It ended sample d.") && text.contains("# name = \"exit-9\""),
        "{text}"
    );
    assert!(text.contains("the run's task `after` waits for the items too"), "{text}");
}

#[test]
fn what_the_run_says_cannot_leave_its_comment_or_its_quotes() {
    let body = call(r#""container": {"image": "i"}"#);
    let run = run("", &format!("{MAIN}, {body}"), &nodes(), "");
    let mut named = run.generations().to_vec();
    named[0].spec["arguments"]["parameters"][0]["name"] = "out-dir\nx = 1".into();
    let text = recipe_of(lineage(named).unwrap());
    let recipe = loaded(&text);
    assert!(recipe.inputs.workflow[0].value.ends_with("w\"\\.json"), "{text}");
    assert!(!text.lines().any(|line| line.starts_with("b = 2") || line.starts_with("x = 1")), "{text}");
}

#[test]
fn without_out_of_memory_the_next_tier_is_switched_off_and_the_rule_climbs_nowhere() {
    let body = call(r#""container": {"image": "i", "resources": {"limits": {"memory": "4Gi"}}}"#);
    let only = node(3, "d", "Failed", "main: Error (exit code 9)", "9");
    let text = recipe_of(run("", &format!("{MAIN}, {body}"), &only, ""));
    assert_eq!(loaded(&text).tiers.len(), 1);
    assert!(text.contains("\n# limits         = { memory = \"8Gi\" }\n"), "{text}");
    assert!(text.contains("hold  = \"out of memory, and there is no larger tier\""), "{text}");
}

#[test]
fn a_template_without_resources_is_asked_about_and_compiles_all_the_same() {
    let body = call(r#""container": {"image": "i"}"#);
    let text = recipe_of(run("", &format!("{MAIN}, {body}"), &nodes(), ""));
    assert!(text.contains("It is a right recipe"), "{text}");
    assert!(
        text.contains("what does one pod need?") && text.contains("does not show a memory limit"),
        "{text}"
    );
    assert_eq!(loaded(&text).tiers.len(), 1);
}

#[test]
fn what_keeps_it_from_compiling_stands_at_its_head() {
    let body = call(r#""dag": {"tasks": [{"name": "one", "template": "step"}]}"#)
        + r#", {"name": "step", "container": {"image": "i"}}"#;
    // One of four runs again, so that no stop-loss keeps the plan from being written.
    let gone = [
        node(0, "a", "Error", "pod deleted", "0"),
        node(1, "b", "Succeeded", "", "0"),
        node(2, "c", "Succeeded", "", "0"),
        node(3, "d", "Succeeded", "", "0"),
    ];
    let text = recipe_of(run("", &format!("{MAIN}, {body}"), &gone.concat(), ""));
    assert!(
        text.contains("It does not compile yet, because") && text.contains("emit::base-unsuited"),
        "{text}"
    );
    assert!(text.contains("An item has no container of its own here"), "{text}");
}

/// Of ten samples so many ended with these codes; the others are done.
fn ended(codes: &[&str]) -> String {
    let body = call(r#""container": {"image": "i"}"#);
    let main =
        MAIN.replace(r#"["a", "b", "c", "d"]"#, r#"["a", "b", "c", "d", "e", "f", "g", "h", "k", "l"]"#);
    let node = |(at, index): (usize, &str)| match codes.get(at) {
        Some(code) => node(at, index, "Failed", &format!("Error (exit code {code})"), code),
        None => node(at, index, "Succeeded", "", "0"),
    };
    let indexes = ["a", "b", "c", "d", "e", "f", "g", "h", "k", "l"];
    let nodes: String = indexes.into_iter().enumerate().map(node).collect();
    recipe_of(run("", &format!("{main}, {body}"), &nodes, ""))
}

#[test]
fn what_keeps_the_run_from_being_planned_stands_at_its_head() {
    let text = ended(&["9"]);
    assert!(text.contains("It is a right recipe") && !text.contains("It compiles as it stands"), "{text}");
    assert!(text.contains("# - plan::nothing-retryable: sample a is incomplete"), "{text}");
    assert!(!text.contains("plan::stop-loss"), "{text}");
    // With the fraction raised there would still be nothing to retry, so both are told at once.
    let text = ended(&["9", "9", "9", "9"]);
    assert!(text.contains("# - plan::stop-loss: 4 of 10 samples failed by themselves"), "{text}");
    assert!(text.contains("# - plan::nothing-retryable: samples a, b, c, d are incomplete"), "{text}");
    assert!(!text.lines().any(|line| line.starts_with('#') && line.chars().count() > 120), "{text}");
    // What the `terminated` rule retries is there to be planned once the fraction is raised.
    let text = ended(&["143", "9", "9", "9"]);
    assert!(text.contains("plan::stop-loss") && !text.contains("plan::nothing-retryable"), "{text}");
}

#[test]
fn a_run_that_still_runs_is_told_of_and_nothing_that_follows_from_it() {
    let body = call(r#""container": {"image": "i"}"#);
    let mut running = run("", &format!("{MAIN}, {body}"), &nodes(), "").generations().to_vec();
    running[0].phase = Phase::Running;
    let text = recipe_of(lineage(running).unwrap());
    assert!(text.contains("# - plan::active: workflow calls-x7k2p is still Running"), "{text}");
    assert_eq!(text.matches("# - plan::").count(), 1, "{text}");
}

#[test]
fn an_item_that_a_code_decides_is_counted_in_its_rule_and_nowhere_else() {
    let text = ended(&["143", "143", "9"]);
    assert!(text.contains("mostly a preemption (seen: 2)"), "{text}");
    assert!(text.contains("no rule above is sure to match: 1 exit."), "{text}");
    assert!(!ended(&["143"]).contains("no rule above is sure to match"));
}

#[test]
fn the_same_run_gives_the_same_text() {
    let body = call(r#""container": {"image": "i"}"#);
    let made = || recipe_of(run("", &format!("{MAIN}, {body}"), &nodes(), ""));
    assert_eq!(made(), made());
}
