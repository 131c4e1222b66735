//! Laws over generated lineages of up to five generations: compile∘compile = compile, and the ledger agrees with the lineage.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;

use gapit_compile::evidence::Evidence;
use gapit_compile::evidence::ledger::{self, Flags, Ledger};
use gapit_compile::evidence::snapshot::{self, Workflow};
use gapit_compile::plan::Fate;
use gapit_compile::recipe::{self, Recipe};
use gapit_compile::source::Source;
use gapit_compile::units::Index;
use gapit_compile::{Compilation, Inputs, compile, io};
use serde_json::{Value, json};

const RECIPE: &str = r#"
version = 1
pipeline = "p"
[argo]
version = "4.1"
[items]
template = "run"
index-parameter = "i"
[[tiers]]
name = "small"
template = "base"
[[tiers]]
name = "large"
limits = { memory = "16Gi" }
[[tiers]]
name = "huge"
limits = { memory = "32Gi" }
[[rules]]
name = "oom"
when = { causes = ["oom"] }
retry = { tier = "next", max-retries = 2 }
[[rules]]
name = "bug"
when = { exit-codes = [1] }
skip = "a bug"
[[rules]]
name = "gone"
when = { causes = ["preempted"] }
retry = { max-retries = 3 }
[[rules]]
name = "terminated"
when = { exit-codes = [143] }
retry = { tier = "large", max-retries = 1 }
[parameters]
rename = { old = "new" }
drop = ["gone"]
[policy]
unmatched = "retry"
oom-probable = "oom"
max-failed-fraction = 1.0
"#;

/// How an attempt can end: phase, message, exit code.
const ENDINGS: &[(&str, &str, Option<&str>)] = &[
    ("Succeeded", "", Some("0")),
    ("Failed", "main: OOMKilled (exit code 137)", Some("137")),
    ("Failed", "main: Error (exit code 137)", Some("137")),
    ("Failed", "main: Error (exit code 143)", Some("143")),
    ("Failed", "main: Error (exit code 1)", Some("1")),
    ("Failed", "main: Error (exit code 3)", Some("3")),
    ("Error", "pod deleted", None),
];

/// A small generator of our own: the same lineages on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits fit") % sides
    }
}

fn template() -> Value {
    json!({ "name": "run", "inputs": { "parameters": [ { "name": "i" }, { "name": "x" } ] },
            "container": { "image": "x", "resources": { "limits": { "memory": "8Gi" } } } })
}

/// The root: a sequence of items that each ended as the dice fell.
fn root(dice: &mut Dice, items: usize) -> Value {
    let spec = json!({
        "entrypoint": "main",
        "parallelism": 3,
        "arguments": { "parameters": [ { "name": "old", "value": "1" }, { "name": "gone", "value": "2" } ] },
        "templates": [ { "name": "main", "dag": { "tasks": [ {
            "name": "all", "templateRef": { "name": "base", "template": "run" },
            "arguments": { "parameters": [ { "name": "i", "value": "{{item}}" },
                                           { "name": "x", "value": "{{workflow.parameters.old}}" } ] },
            "withSequence": { "start": "1", "end": items.to_string() } } ] } } ],
    });
    let indexes = (1..=items).map(|index| (index.to_string(), "base".to_owned()));
    let metadata = json!({ "name": "p-root", "namespace": "n", "creationTimestamp": "2026-01-01T00:00:00Z" });
    ran(dice, metadata, spec, indexes.collect(), 1)
}

/// The workflow that a compile emitted, once it ran.
fn next(dice: &mut Dice, compilation: &Compilation, generation: usize) -> Option<Value> {
    let manifest = compilation.manifests.iter().find(|manifest| manifest.value()["kind"] == "Workflow")?;
    let run = compilation.run.as_ref()?;
    let mut placed = BTreeMap::new();
    for decision in &run.plan.decisions {
        if let Fate::Retry(retried) = &decision.fate {
            placed.insert(decision.index.to_string(), run.ladder.template(retried.to).to_owned());
        }
    }
    let mut metadata = manifest.value()["metadata"].clone();
    metadata["creationTimestamp"] = json!(format!("2026-01-0{generation}T00:00:00Z"));
    let mut ran = ran(dice, metadata, manifest.value()["spec"].clone(), placed, generation);
    if let Some(name) = ran["spec"].pointer("/workflowTemplateRef/name").cloned() {
        merge_referred(&mut ran, compilation, &name);
    }
    Some(ran)
}

/// What the controller writes into the status of a Workflow that only refers: the merged spec, and the templates by their keys.
fn merge_referred(workflow: &mut Value, compilation: &Compilation, name: &Value) {
    let templates = compilation.manifests.iter().map(gapit_compile::verify::Manifest::value);
    let referred = templates
        .into_iter()
        .find(|one| one["kind"] == "WorkflowTemplate" && one["metadata"]["name"] == *name);
    let mut spec = referred.unwrap()["spec"].clone();
    for template in spec["templates"].as_array().unwrap() {
        let key = format!("namespaced/{}/{}", name.as_str().unwrap(), template["name"].as_str().unwrap());
        workflow["status"]["storedTemplates"][key] = template.clone();
    }
    for (key, value) in workflow["spec"].as_object().unwrap() {
        spec[key] = value.clone();
    }
    workflow["status"]["storedWorkflowTemplateSpec"] = spec;
}

fn ran(
    dice: &mut Dice,
    metadata: Value,
    spec: Value,
    items: BTreeMap<String, String>,
    generation: usize,
) -> Value {
    let name = metadata["name"].as_str().unwrap().to_owned();
    let mut nodes = json!({ name.clone(): { "id": name, "name": name, "type": "DAG", "templateName": "main", "phase": "Failed" } });
    let mut stored = json!({});
    let day = format!("2026-01-0{generation}");
    for (index, wft) in items {
        let (phase, message, code) = ENDINGS[dice.roll(ENDINGS.len())];
        let id = format!("{name}-{index}");
        nodes[&id] = json!({
            "id": id, "name": format!("{name}.all({index}:{index})"), "type": "Pod", "phase": phase, "message": message,
            "templateRef": { "name": wft, "template": "run" }, "boundaryID": name, "hostNodeName": "node",
            "startedAt": format!("{day}T00:00:10Z"), "finishedAt": format!("{day}T01:00:00Z"),
            "inputs": { "parameters": [ { "name": "i", "value": index } ] }, "outputs": { "exitCode": code },
        });
        stored[format!("namespaced/{wft}/run")] = template();
    }
    json!({
        "apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow", "metadata": metadata, "spec": spec,
        "status": { "phase": "Failed", "startedAt": format!("{day}T00:00:00Z"), "finishedAt": format!("{day}T02:00:00Z"),
                    "storedTemplates": stored, "nodes": nodes },
    })
}

fn compiled(recipe: &Recipe, workflows: &[Workflow], ledger: &Ledger) -> Compilation {
    let lineage = snapshot::lineage(workflows.to_vec()).unwrap();
    let evidence = Evidence { ledger: ledger.clone(), ..Evidence::from(lineage) };
    let inputs = Inputs {
        recipe: recipe.clone(),
        evidence: Some(evidence),
        templates: Vec::new(),
        flags: Flags::default(),
    };
    compile(&inputs).unwrap_or_else(|faults| panic!("{faults:#?}"))
}

fn texts(compilation: &Compilation) -> Vec<&str> {
    compilation.manifests.iter().map(gapit_compile::verify::Manifest::text).collect()
}

fn fates(compilation: &Compilation) -> Vec<&Fate> {
    compilation.run.as_ref().unwrap().plan.decisions.iter().map(|decision| &decision.fate).collect()
}

/// Parallelism is the root's in every generation, and what the recipe renames or drops stays renamed and dropped.
fn keeps_what_the_root_said(planned: &Compilation) {
    let mut limits = planned.run.iter().flat_map(|run| &run.plan.tiers).map(|tier| tier.parallelism);
    assert!(limits.all(|limit| limit == Some(3)));
    for text in texts(planned).into_iter().filter(|text| text.contains("entrypoint: retry\n")) {
        assert!(
            text.contains("{{workflow.parameters.new}}")
                && !text.contains(".old}}")
                && !text.contains("gone")
        );
    }
}

/// An item is sent to a tier at least as high as any it was in.
fn never_goes_down(planned: &Compilation, highest: &mut BTreeMap<Index, usize>) {
    for decision in &planned.run.as_ref().unwrap().plan.decisions {
        if let Fate::Retry(retried) = &decision.fate {
            let before = highest.insert(decision.index.clone(), retried.to);
            assert!(before.is_none_or(|before| before <= retried.to), "{}: {retried:?}", decision.index);
        }
    }
}

#[test]
fn where_no_tier_has_the_templates_name_the_ledger_says_the_tier() {
    let load = |text: &str| recipe::load(&Source::new("recipe.toml", text), &io::Disk).unwrap();
    let mut dice = Dice(11);
    let first = root(&mut dice, 30);
    let mut workflows = vec![snapshot::read("root.json", first.to_string().as_bytes()).unwrap()];
    let planned = compiled(&load(RECIPE), &workflows, &Ledger::default());
    let ledger = ledger::parse(&Source::new("ledger.toml", planned.ledger.as_deref().unwrap())).unwrap();
    let retry = next(&mut dice, &planned, 2).unwrap();
    workflows.push(snapshot::read("retry.json", retry.to_string().as_bytes()).unwrap());
    // The templates have new names now, and the stored bodies all have the memory of the lowest tier.
    let renamed = load(&format!("{RECIPE}[naming]\ntemplate = \"<< base >>-v2-<< tier >>\"\n"));
    let run = compiled(&renamed, &workflows, &ledger).run.unwrap();
    let was_large =
        |index: &Index| ledger.entries[0].items.get(index).is_some_and(|item| item.tier == "large");
    let from: Vec<usize> = run
        .plan
        .decisions
        .iter()
        .filter(|decision| was_large(&decision.index))
        .filter_map(|decision| match &decision.fate {
            Fate::Retry(retried) => Some(retried.from),
            _ => None,
        })
        .collect();
    assert!(!from.is_empty() && from.iter().all(|tier| *tier == 1), "{from:?}");
    // Without the ledger another tier would be guessed from the memory: that is a fault instead.
    let lineage = snapshot::lineage(workflows).unwrap();
    let evidence = Evidence::from(lineage);
    let inputs =
        Inputs { recipe: renamed, evidence: Some(evidence), templates: Vec::new(), flags: Flags::default() };
    let faults = compile(&inputs).unwrap_err();
    assert_eq!(faults.iter().map(|fault| fault.code.as_str()).collect::<Vec<_>>(), ["ledger::missing"]);
}

#[test]
fn the_ledger_agrees_with_the_lineage_and_a_second_compile_changes_nothing() {
    let load = |output: &str| {
        let text = format!("{RECIPE}[output]\n{output}");
        recipe::load(&Source::new("recipe.toml", text), &io::Disk)
            .unwrap_or_else(|faults| panic!("{faults:#?}"))
    };
    let recipes =
        ["", "reference = true", "layout = \"items\"", "reference = true\nlayout = \"tasks\""].map(load);
    let mut generations = 0;
    let mut exhausted = 0;
    let mut looped = 0;
    for seed in 0..32 {
        let recipe = &recipes[usize::try_from(seed % 4).unwrap()];
        let mut dice = Dice(seed);
        let mut ledger = Ledger::default();
        let mut highest = BTreeMap::new();
        // Many items make the layout with items, few the one with tasks.
        let first = root(&mut dice, if seed % 5 == 0 { 70 } else { 12 });
        let mut workflows = vec![snapshot::read("root.json", first.to_string().as_bytes()).unwrap()];
        for generation in 2..=6 {
            let planned = compiled(recipe, &workflows, &ledger);
            let alone = compiled(recipe, &workflows, &Ledger::default());
            assert_eq!(
                fates(&planned),
                fates(&alone),
                "seed {seed}: the ledger and the lineage disagree in generation {generation}"
            );
            assert_eq!(texts(&planned), texts(&alone), "seed {seed}, generation {generation}");
            keeps_what_the_root_said(&planned);
            never_goes_down(&planned, &mut highest);
            looped += texts(&planned).iter().filter(|text| text.contains("withItems:")).count();
            exhausted += fates(&planned).iter().filter(|fate| matches!(fate, Fate::Exhausted(_))).count();
            let Some(text) = &planned.ledger else { break };
            ledger = ledger::parse(&Source::new("ledger.toml", text.as_str())).unwrap();
            let again = compiled(recipe, &workflows, &ledger);
            assert_eq!(
                (texts(&again), &again.ledger),
                (texts(&planned), &planned.ledger),
                "seed {seed}: compile∘compile"
            );
            workflows.reverse();
            assert_eq!(
                texts(&compiled(recipe, &workflows, &ledger)),
                texts(&planned),
                "seed {seed}: the order they are given in"
            );
            workflows.reverse();
            let Some(retry) = next(&mut dice, &planned, generation) else { break };
            workflows.push(snapshot::read("retry.json", retry.to_string().as_bytes()).unwrap());
            generations += 1;
        }
    }
    assert!(
        generations > 80 && exhausted > 25 && looped > 5,
        "the dice make lineages worth the name: {generations}, {exhausted}"
    );
}

#[test]
fn a_plan_that_never_ran_burns_nothing_and_a_later_plan_forbids_an_earlier_one() {
    let recipe = recipe::load(&Source::new("recipe.toml", RECIPE), &io::Disk).unwrap();
    let mut dice = Dice(7);
    let first = root(&mut dice, 12);
    let workflows = vec![snapshot::read("root.json", first.to_string().as_bytes()).unwrap()];
    let planned = compiled(&recipe, &workflows, &Ledger::default());
    let ledger = ledger::parse(&Source::new("ledger.toml", planned.ledger.as_deref().unwrap())).unwrap();
    assert_eq!(
        fates(&compiled(&recipe, &workflows, &ledger)),
        fates(&planned),
        "the plan was never submitted"
    );

    let retry = next(&mut dice, &planned, 2).unwrap();
    let both = [workflows.clone(), vec![snapshot::read("retry.json", retry.to_string().as_bytes()).unwrap()]]
        .concat();
    let later = compiled(&recipe, &both, &ledger);
    let later = ledger::parse(&Source::new("ledger.toml", later.ledger.as_deref().unwrap())).unwrap();
    let forbidden = compiled(&recipe, &workflows, &later).run.unwrap().plan.forbidden;
    let codes: Vec<String> = forbidden.iter().map(|fault| fault.code.to_string()).collect();
    assert_eq!(codes, ["plan::ledger-past"]);
    assert!(forbidden.iter().next().unwrap().help.contains("p-retry-root"));
}
