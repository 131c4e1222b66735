//! Properties of the way from a snapshot to the decisions, over generated workflows and over genuine ones that were damaged.
//!
//! Every run draws the same cases: the generator is seeded with a constant.
#![expect(clippy::disallowed_methods, reason = "the genuine snapshots are files")]
#![expect(clippy::unwrap_used, reason = "these are tests, also outside their test functions")]

mod case;
mod damage;

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use case::{Attempt, Case, Generation, ITEMS, Trace, attempt, case, scan, snapshots};
use gapit_compile::diagnose::{ItemDiagnosis, Verdict, diagnose};
use gapit_compile::error::Faults;
use gapit_compile::evidence::Evidence;
use gapit_compile::evidence::ledger::{Entry, Flags, Ledger, Planned};
use gapit_compile::evidence::outputs::Scan;
use gapit_compile::evidence::snapshot;
use gapit_compile::io::Disk;
use gapit_compile::pipeline::{Run, decide};
use gapit_compile::plan::Fate;
use gapit_compile::recipe::{self, Recipe};
use gapit_compile::source::Source;
use gapit_compile::units::Index;
use gapit_compile::{Inputs, compile};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner};
use serde_json::Value;

const RECIPE: &str = r#"
version = 1
pipeline = "p"
[argo]
version = "4.1"
[items]
template = "run"
index-parameter = "i"
range = { from = 1, to = 4 }
[outputs]
directory = "item-<< index >>"
complete-when = ["done.csv"]
[[tiers]]
name = "small"
template = "base"
[[tiers]]
name = "large"
limits = { memory = "16Gi" }
[[rules]]
name = "oom"
when = { causes = ["oom"] }
retry = { tier = "next", max-retries = 2 }
[[rules]]
name = "gone"
when = { causes = ["preempted", "starved", "stopped", "orphaned"] }
retry = { max-retries = 3 }
[[rules]]
name = "slow"
when = { causes = ["deadline"] }
retry = { deadline-factor = 1.5 }
[[rules]]
name = "bug"
when = { exit-codes = [1] }
skip = "a bug"
[policy]
unmatched = "retry"
active = "allow"
max-failed-fraction = 1.0
"#;

fn recipe(text: &str) -> Recipe {
    recipe::load(&Source::new("recipe.toml", text), &Disk).unwrap()
}

/// The bytes of snapshots and a scan, all the way to the inputs of a compile.
fn inputs_of(recipe: &Recipe, texts: &[Vec<u8>], scan: Option<Scan>) -> Result<Inputs, Faults> {
    let mut workflows = Vec::new();
    for (position, text) in texts.iter().enumerate() {
        workflows.push(snapshot::read(&format!("{position}.json"), text)?);
    }
    let lineage = snapshot::lineage(workflows)?;
    let evidence = Evidence { scan, ..Evidence::from(lineage) };
    Ok(Inputs {
        recipe: recipe.clone(),
        evidence: Some(evidence),
        templates: Vec::new(),
        flags: Flags::default(),
    })
}

fn decided(recipe: &Recipe, snapshots: &[Value], scan: Option<Scan>) -> Run {
    let texts: Vec<Vec<u8>> = snapshots.iter().map(|value| value.to_string().into_bytes()).collect();
    let inputs = inputs_of(recipe, &texts, scan).unwrap();
    decide(&inputs, inputs.evidence.as_ref().unwrap()).unwrap_or_else(|faults| panic!("{faults:#?}"))
}

fn run(recipe: &Recipe, case: &Case) -> Run {
    decided(recipe, &snapshots(case), case.files.map(scan))
}

/// Everything that was concluded, in words.
fn told(run: &Run) -> String {
    format!("{:?}\n{:?}\n{:?}", run.diagnosis, run.plan.decisions, run.plan.warnings)
}

/// Holds a property for so many cases, always the same ones; the smallest that breaks it is shown.
fn holds<T: std::fmt::Debug>(cases: u32, strategy: &impl Strategy<Value = T>, property: impl Fn(T)) {
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 2000, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let held = runner.run(strategy, |case| {
        property(case);
        Ok(())
    });
    if let Err(TestError::Fail(why, case)) = &held {
        panic!("{why}\n{case:#?}");
    }
    held.unwrap();
}

#[test]
fn every_item_of_the_range_has_exactly_one_decision() {
    let recipe = recipe(RECIPE);
    let range: Vec<String> = (1..=ITEMS).map(|item| item.to_string()).collect();
    holds(300, &case(), |case| {
        let run = run(&recipe, &case);
        let indexes = |items: Vec<&Index>| items.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(indexes(run.diagnosis.items.iter().map(|item| &item.index).collect()), range);
        assert_eq!(indexes(run.plan.decisions.iter().map(|decision| &decision.index).collect()), range);
    });
}

#[test]
fn the_order_of_nodes_never_matters() {
    let recipe = recipe(RECIPE);
    holds(100, &(case(), any::<u64>()), |(case, seed)| {
        let snapshots = snapshots(&case);
        let mut shuffled: Vec<Value> = snapshots.iter().map(|value| shuffle(value.clone(), seed)).collect();
        shuffled.reverse();
        let scan = || case.files.map(scan);
        assert_eq!(told(&decided(&recipe, &snapshots, scan())), told(&decided(&recipe, &shuffled, scan())));
        // Ids are hashes: other ones put the nodes in another order too.
        let renamed: Vec<Value> = snapshots.iter().map(|value| with_other_ids(value, seed)).collect();
        let fates = |snapshots: &[Value]| {
            decided(&recipe, snapshots, scan())
                .plan
                .decisions
                .iter()
                .map(|decision| decision.fate.clone())
                .collect::<Vec<Fate>>()
        };
        assert_eq!(fates(&renamed), fates(&snapshots));
    });
}

/// The nodes in an order that depends on the seed.
fn shuffle(mut snapshot: Value, seed: u64) -> Value {
    let nodes = snapshot["status"]["nodes"].as_object_mut().unwrap();
    let mut listed: Vec<(String, Value)> = std::mem::take(nodes).into_iter().collect();
    listed.sort_by_key(|(id, _)| hash(id, seed));
    nodes.extend(listed);
    snapshot
}

/// The same workflow with ids that sort otherwise.
fn with_other_ids(snapshot: &Value, seed: u64) -> Value {
    let mut text = snapshot.to_string();
    for id in snapshot["status"]["nodes"].as_object().unwrap().keys() {
        text = text.replace(&format!("{id:?}"), &format!("\"{:016x}\"", hash(id, seed)));
    }
    let mut renamed: Value = serde_json::from_str(&text).unwrap();
    // The root's id is the workflow's name, which stands elsewhere too.
    for key in ["name", "labels"] {
        renamed["metadata"][key] = snapshot["metadata"][key].clone();
    }
    let names: BTreeMap<String, Value> = snapshot["status"]["nodes"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(id, node)| (format!("{:016x}", hash(id, seed)), node["name"].clone()))
        .collect();
    for (id, node) in renamed["status"]["nodes"].as_object_mut().unwrap() {
        node["name"] = names[id].clone();
    }
    renamed
}

fn hash(text: &str, seed: u64) -> u64 {
    text.bytes().fold(seed ^ 0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[test]
fn a_later_attempt_never_makes_an_earlier_success_disappear() {
    let recipe = recipe(RECIPE);
    holds(150, &(case(), attempt()), |(case, later)| {
        let done = succeeded(&run(&recipe, &case));
        // One more attempt under the Retry node of its latest generation. A hit of a cache, which has no attempt, gets none.
        let mut again = case.clone();
        let last = again.generations.last_mut().unwrap();
        for trace in &mut last.items {
            if let Trace::Retried(attempts, _) = trace
                && let Some(latest) = attempts.iter().map(|attempt| attempt.start).max()
            {
                attempts.push(Attempt { start: latest + 1, ..later.clone() });
            }
        }
        assert_eq!(
            done.difference(&finished(&run(&recipe, &again))).collect::<Vec<_>>(),
            Vec::<&usize>::new()
        );
        // One more generation in which every item has that attempt alone.
        let mut again = case.clone();
        let mut generation = case.generations.last().unwrap().clone();
        generation.items = vec![Trace::Pod(later); ITEMS];
        again.generations.push(generation);
        assert_eq!(
            done.difference(&finished(&run(&recipe, &again))).collect::<Vec<_>>(),
            Vec::<&usize>::new()
        );
    });
}

#[test]
fn a_success_counts_until_a_plan_found_it_without_outputs() {
    let recipe = recipe(RECIPE);
    let ended = |phase: &'static str, code: i32| {
        let message = if code == 0 { String::new() } else { format!("main: Error (exit code {code})") };
        Attempt { phase, message, code: Some(code), host: true, start: 0, length: Some(9) }
    };
    let generation = |attempt: Attempt| Generation {
        items: vec![Trace::Pod(attempt); ITEMS],
        phase: "Failed",
        message: String::new(),
        shutdown: None,
        deadline: None,
        finished: Some(10),
        limits: (None, None),
        wrapped: false,
    };
    let generations = vec![generation(ended("Succeeded", 0)), generation(ended("Failed", 1))];
    let case = Case { generations, files: None };
    assert_eq!(finished(&run(&recipe, &case)), BTreeSet::from([1, 2, 3, 4]));
    let planned = |cause: &str| Planned {
        rule: "unmatched".to_owned(),
        cause: cause.to_owned(),
        tier: "small".to_owned(),
        variant: None,
        used: 0,
    };
    let items = [("1", planned("output-missing")), ("2", planned("oom"))];
    let entry = Entry {
        generation: 2,
        root: "p-0".to_owned(),
        parent: "p-0".to_owned(),
        workflow: "p-1".to_owned(),
        recipe: String::new(),
        snapshot: String::new(),
        decisions: None,
        scan: None,
        usage: None,
        logs: None,
        flags: Flags::default(),
        items: items.map(|(index, planned)| (Index::new(index), planned)).into(),
    };
    let texts: Vec<Vec<u8>> = snapshots(&case).iter().map(|value| value.to_string().into_bytes()).collect();
    let mut inputs = inputs_of(&recipe, &texts, None).unwrap();
    inputs.evidence.as_mut().unwrap().ledger = Ledger { entries: vec![entry] };
    let diagnosis = diagnose(&recipe, inputs.evidence.as_ref().unwrap()).unwrap();
    let done = |item: &ItemDiagnosis| matches!(item.verdict, Verdict::Done { .. });
    assert_eq!(diagnosis.items.iter().map(done).collect::<Vec<_>>(), [false, true, true, true]);
}

/// Items with nothing left to do, by their numbers.
fn finished(run: &Run) -> BTreeSet<usize> {
    let done = run.plan.decisions.iter().filter(|decision| decision.fate == Fate::Done);
    done.map(|decision| decision.index.as_str().parse().unwrap()).collect()
}

/// Items that are done because they succeeded or their outputs are complete, not because a `when` left them out.
fn succeeded(run: &Run) -> BTreeSet<usize> {
    let left_out = run.diagnosis.items.iter().filter(|item| {
        let Verdict::Done { reason: Some(reason), .. } = &item.verdict else { return false };
        reason.starts_with("skipped by the workflow itself")
    });
    let left_out: BTreeSet<usize> = left_out.map(|item| item.index.as_str().parse().unwrap()).collect();
    finished(run).difference(&left_out).copied().collect()
}

#[test]
fn whatever_is_decided_compiles_or_says_why_not() {
    let recipe = recipe(RECIPE);
    let written = Cell::new(0);
    holds(40, &case(), |case| {
        let texts: Vec<Vec<u8>> =
            snapshots(&case).iter().map(|value| value.to_string().into_bytes()).collect();
        let inputs = inputs_of(&recipe, &texts, case.files.map(scan)).unwrap();
        // No draft of ours may fail its own verification, whatever the run looked like.
        let made = compile(&inputs).unwrap_or_else(|faults| panic!("{faults:#?}"));
        written.set(written.get() + usize::from(!made.manifests.is_empty()));
    });
    assert!(written.get() > 20, "only {} of the plans may run", written.get());
}
