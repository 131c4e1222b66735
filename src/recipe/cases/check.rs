//! From the cases as they are written to cases that mean something.

use std::collections::BTreeSet;

use super::expected::expected;
use super::items::listed;
use super::nodes::{nodes, tier};
use super::{Case, Expected, GivenOutputs, GivenRun, MadeBase, MadeOutput, MadeRun, MadeWorkflow};
use crate::error::{Code, Fault, Faults};
use crate::evidence::ledger::Flags;
use crate::recipe::Recipe;
use crate::recipe::check::inputs::resolved;
use crate::recipe::check::value::{duration, memory};
use crate::recipe::raw::{BaseGiven, Key, OutputsGiven, TestCase, TestFile, WorkflowGiven};
use crate::source::{At, Place};
use crate::units::{Index, parse_ranges, ranges};

/// The version of the test language.
const VERSION: i64 = 1;

/// Every case of a file that is sound.
pub(super) fn file(raw: &TestFile, recipe: &Recipe, faults: &mut Faults) -> Vec<Case> {
    if let Some(other) = raw.version.given().filter(|version| version.value != VERSION) {
        let message = format!("version {} of the test language is not known here", other.value);
        let help = format!("write `version = {VERSION}`");
        faults.push(
            Fault::new(Code::RecipeUnsupportedVersion, message, help).at(&other.place, "unknown version"),
        );
        return Vec::new();
    }
    let Some(written) = raw.cases.given() else { return Vec::new() };
    if written.value.is_empty() {
        let fault = Fault::new(Code::RecipeWrongType, "there is no case", "add a `[[cases]]`");
        faults.push(fault.at(&written.place, "at least one"));
    }
    let mut names: Vec<&At<String>> = Vec::new();
    for name in written.value.iter().filter_map(|case| case.value.name.given()) {
        match names.iter().find(|before| before.value == name.value) {
            Some(before) => {
                let message = format!("two cases are named \"{}\"", name.value);
                let fault = Fault::new(Code::RecipeDuplicateName, message, "say what each of them shows");
                faults.push(fault.at(&name.place, "the second").at(&before.place, "the first"));
            }
            None => names.push(name),
        }
    }
    written.value.iter().filter_map(|written| case(written, recipe, faults)).collect()
}

fn case(written: &At<TestCase>, recipe: &Recipe, faults: &mut Faults) -> Option<Case> {
    let raw = &written.value;
    let before = faults.len();
    let expected = expected(raw.expect.given().map_or(&[], |list| &list.value), recipe, faults);
    if raw.expect.place().is_none() && raw.forbidden.place().is_none() {
        let help = "add `expect = [{ item = 5, decision = \"retry\" }]`, or `forbidden`";
        let fault = Fault::new(Code::RecipeMissingKey, "this case expects nothing", help);
        faults.push(fault.at(&written.place, "no expect, no forbidden"));
    }
    let run = run(written, recipe, faults);
    let outputs = outputs(raw, recipe, faults);
    let flags = flags(raw, recipe, faults);
    let path = |key: &Key<String>, faults: &mut Faults| key.given().and_then(|path| resolved(path, faults));
    let (usage, logs) = (path(&raw.usage, faults), path(&raw.logs, faults));
    let (decisions, ledger) = (path(&raw.decisions, faults), path(&raw.ledger, faults));
    let templates = raw.templates.given().map(|list| paths(&list.value, faults));
    let range = range(raw, run.as_ref(), &outputs, &expected, faults);
    measured_twice(raw, run.as_ref(), faults);
    let (name, run) = (raw.name.given()?.clone(), run?);
    (faults.len() == before).then(|| Case {
        name,
        place: written.place.clone(),
        run,
        range,
        outputs,
        usage,
        logs,
        decisions,
        ledger,
        templates,
        flags,
        expected,
        forbidden: raw.forbidden.given().cloned(),
    })
}

fn paths(list: &[At<String>], faults: &mut Faults) -> Vec<At<String>> {
    list.iter().filter_map(|path| resolved(path, faults)).collect()
}

/// The run: exactly one of `nodes` and `snapshot`.
fn run(written: &At<TestCase>, recipe: &Recipe, faults: &mut Faults) -> Option<GivenRun> {
    let raw = &written.value;
    let help = "give one of `nodes = [{ item = 5, … }]` and `snapshot = [\"run.json\"]`";
    match (&raw.nodes, &raw.snapshot) {
        (Key::Given(nodes), Key::Absent) => {
            let nodes = self::nodes(&nodes.value, recipe, faults);
            let latest = nodes.iter().map(|node| node.position).max().unwrap_or(0);
            let root = raw.workflow.given().map(|at| workflow(&at.value, faults)).unwrap_or_default();
            let retries = raw.retries.given().map_or(&[][..], |list| &list.value);
            let mut workflows = vec![root];
            workflows.extend(retries.iter().map(|at| workflow(&at.value, faults)));
            workflows.resize_with(workflows.len().max(latest + 1), MadeWorkflow::default);
            let base = raw.base.given().map(|at| base(&at.value, faults)).unwrap_or_default();
            Some(GivenRun::Made(MadeRun { workflows, nodes, base }))
        }
        (Key::Absent, Key::Given(snapshots)) => {
            for (key, place) in [
                ("workflow", raw.workflow.place()),
                ("retries", raw.retries.place()),
                ("base", raw.base.place()),
            ] {
                if let Some(place) = place {
                    let message = format!("`{key}` is of a made-up run, and this one is read from snapshots");
                    let help = format!("leave out `{key}`: the snapshot says what it was");
                    faults.push(Fault::new(Code::TestContradiction, message, help).at(place, "not needed"));
                }
            }
            Some(GivenRun::Snapshots(paths(&snapshots.value, faults)))
        }
        (Key::Absent, Key::Absent) => {
            let fault = Fault::new(Code::RecipeOneOf, "this case has no run", help);
            faults.push(fault.at(&written.place, "no nodes, no snapshot"));
            None
        }
        (nodes, snapshot) => {
            if let (Some(nodes), Some(snapshot)) = (nodes.place(), snapshot.place()) {
                let fault = Fault::new(Code::RecipeOneOf, "this case has two runs", help);
                faults.push(fault.at(nodes, "one").at(snapshot, "the other"));
            }
            None
        }
    }
}

fn workflow(raw: &WorkflowGiven, faults: &mut Faults) -> MadeWorkflow {
    let parameters = raw.parameters.given().map_or(&[][..], |entries| &entries.value.0);
    MadeWorkflow {
        deadline: duration(&raw.deadline, faults).map(|at| at.value),
        shutdown: raw.shutdown.given().map(|at| at.value),
        ran: duration(&raw.ran, faults).map(|at| at.value),
        phase: raw.phase.given().map(|at| at.value.clone()),
        message: raw.message.given().map_or(String::new(), |at| at.value.clone()),
        parameters: parameters
            .iter()
            .map(|(name, value)| (name.value.clone(), value.value.clone()))
            .collect(),
    }
}

fn base(raw: &BaseGiven, faults: &mut Faults) -> MadeBase {
    MadeBase {
        memory: memory(&raw.memory, faults).map(|at| at.value),
        deadline: duration(&raw.deadline, faults).map(|at| at.value),
        window: duration(&raw.window, faults).map(|at| at.value),
    }
}

/// What lies in the directories: at most one of `outputs` and `scan`.
fn outputs(raw: &TestCase, recipe: &Recipe, faults: &mut Faults) -> GivenOutputs {
    let place = match (raw.outputs.place(), raw.scan.place()) {
        (None, None) => return GivenOutputs::NotScanned,
        (Some(outputs), Some(scan)) => {
            let help = "give one of `outputs = { complete = [\"2-4\"] }` and `scan = [\"run.scan.json\"]`";
            let fault = Fault::new(Code::RecipeOneOf, "this case has outputs twice", help);
            faults.push(fault.at(outputs, "one").at(scan, "the other"));
            return GivenOutputs::NotScanned;
        }
        (one, other) => one.or(other),
    };
    if let Some(place) = place.filter(|_| recipe.outputs.is_none()) {
        let message =
            format!("{} has no [outputs], so it does not ask what lies there", recipe.source.name());
        let help = "leave this out, or write [outputs] in the recipe";
        faults.push(Fault::new(Code::TestContradiction, message, help).at(place, "not asked"));
    }
    match (raw.outputs.given(), raw.scan.given()) {
        (Some(made), _) => GivenOutputs::Made(made_outputs(&made.value, recipe, faults)),
        (_, Some(scans)) => GivenOutputs::Scans(paths(&scans.value, faults)),
        (None, None) => GivenOutputs::NotScanned,
    }
}

/// Every item that has something there; each has one thing.
fn made_outputs(raw: &OutputsGiven, recipe: &Recipe, faults: &mut Faults) -> Vec<(Index, MadeOutput)> {
    let mut found: Vec<(Index, MadeOutput, Place)> = Vec::new();
    let whole = [("complete", &raw.complete, MadeOutput::Complete), ("stale", &raw.stale, MadeOutput::Stale)];
    for (key, list, output) in whole {
        let Some(list) = list.given() else { continue };
        let items = listed(list, key, faults);
        found.extend(items.into_iter().map(|item| (item, output.clone(), list.place.clone())));
    }
    let has_parts = recipe.outputs.as_ref().is_some_and(|outputs| outputs.parts.is_some());
    for (item, parts) in raw.partial.given().iter().flat_map(|entries| &entries.value.0) {
        if !has_parts && !parts.is_empty() {
            let message = format!("{} has no outputs.parts", recipe.source.name());
            let help = format!("write `{} = []` for a directory without a marker", item.value);
            faults.push(Fault::new(Code::TestContradiction, message, help).at(&item.place, "has parts"));
        }
        found.push((Index::new(item.value.clone()), MadeOutput::Parts(parts.clone()), item.place.clone()));
    }
    for (position, (item, _, place)) in found.iter().enumerate() {
        if let Some((_, _, before)) = found[..position].iter().find(|(other, _, _)| other == item) {
            let message = format!("item {item} has two outputs");
            let fault = Fault::new(Code::TestContradiction, message, "keep one of the two");
            faults.push(fault.at(place, "the second").at(before, "the first"));
        }
    }
    found.into_iter().map(|(item, output, _)| (item, output)).collect()
}

/// The flags; that `--only` names items of the range is the plan's matter.
fn flags(raw: &TestCase, recipe: &Recipe, faults: &mut Faults) -> Flags {
    let Some(flags) = raw.flags.given() else { return Flags::default() };
    let flags = &flags.value;
    if let Some(only) = flags.only.given()
        && let Err(why) = parse_ranges(&only.value)
    {
        let message = format!("`only` is no list of items: {why}");
        let fault = Fault::new(
            Code::RecipeWrongType,
            message,
            "write it as on the command line: `only = \"5,28-31\"`",
        );
        faults.push(fault.at(&only.place, why));
    }
    if let Some(least) = flags.min_tier.given() {
        tier(least, recipe, faults);
    }
    Flags {
        only: flags.only.given().map(|at| at.value.clone()),
        retry_unknown: flags.retry_unknown.or(false),
        min_tier: flags.min_tier.given().map(|at| at.value.clone()),
        ..Flags::default()
    }
}

/// The range that is written, else every item that the case names; of snapshots, as the recipe says.
fn range(
    raw: &TestCase,
    run: Option<&GivenRun>,
    outputs: &GivenOutputs,
    expected: &[Expected],
    faults: &mut Faults,
) -> Option<Vec<Index>> {
    let ran = if let Some(GivenRun::Made(made)) = run { &made.nodes[..] } else { &[] };
    let of_outputs = if let GivenOutputs::Made(made) = outputs { &made[..] } else { &[] };
    let given: BTreeSet<&Index> =
        ran.iter().map(|node| &node.item).chain(of_outputs.iter().map(|(item, _)| item)).collect();
    let Some(written) = raw.range.given() else {
        let asked = expected.iter().flat_map(|expected| &expected.items.value);
        let all: BTreeSet<&Index> = given.into_iter().chain(asked).collect();
        return matches!(run, Some(GivenRun::Made(_))).then(|| all.into_iter().cloned().collect());
    };
    let range: BTreeSet<Index> = listed(written, "range", faults).into_iter().collect();
    let outside: Vec<&Index> = given.into_iter().filter(|item| !range.contains(item)).collect();
    if !outside.is_empty() {
        faults.push(outside_range(&outside, &range, &written.place));
    }
    for expected in expected {
        let outside: Vec<&Index> = expected.items.value.iter().filter(|item| !range.contains(item)).collect();
        if !outside.is_empty() {
            faults.push(outside_range(&outside, &range, &expected.items.place));
        }
    }
    Some(range.into_iter().collect())
}

/// A case that speaks of items which its run does not have.
pub(crate) fn outside_range<'a>(
    outside: &[&Index],
    range: impl IntoIterator<Item = &'a Index>,
    place: &Place,
) -> Fault {
    let (s, are) = if outside.len() == 1 { ("", "is") } else { ("s", "are") };
    let message = format!("item{s} {} {are} not in the range", ranges(outside.iter().copied()));
    let help = format!("the range is {}", ranges(range));
    Fault::new(Code::TestUnknownItem, message, help).at(place, "not in the range")
}

/// A peak or a log stands in one place: beside its node, or in a file.
fn measured_twice(raw: &TestCase, run: Option<&GivenRun>, faults: &mut Faults) {
    let Some(GivenRun::Made(made)) = run else { return };
    let mut attempts = made.nodes.iter().flat_map(|node| &node.attempts);
    let has_peak = attempts.clone().any(|attempt| attempt.peak.is_some());
    let has_log = attempts.any(|attempt| attempt.log.is_some());
    for (key, own, place) in [
        ("usage", has_peak.then_some("peak"), raw.usage.place()),
        ("logs", has_log.then_some("log"), raw.logs.place()),
    ] {
        if let (Some(own), Some(place)) = (own, place) {
            let message = format!("`{key}` names a file, and a node gives its own `{own}`");
            let help = format!("leave out `{key}`, or every `{own}`");
            faults.push(Fault::new(Code::TestContradiction, message, help).at(place, "which of the two?"));
        }
    }
}
