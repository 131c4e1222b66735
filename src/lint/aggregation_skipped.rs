//! `lint::aggregation-skipped`: a task that is to run after a fan-out, whatever came of it, is left out for some results.
//!
//! A task whose condition is false is Omitted. A fan-out is Errored when its deciding item is (`pod deleted`, a failed `wait`), Skipped
//! when its `when` is false or its list empty, Omitted when its own condition is.

use std::collections::{BTreeMap, BTreeSet};

use super::condition::{Condition, Ended, conditions};
use super::nested_retries::Retries;
use super::survey::{Callee, Subject, Survey};
use super::{Level, Lint};
use crate::error::Code;
use crate::verify::Finding;
use crate::verify::references::place::{child, has};
use crate::verify::references::reach::Reached;
use crate::verify::references::template::Call;

pub(super) const LINT: Lint = Lint {
    code: Code::LintAggregationSkipped,
    title: "what gathers the results of a fan-out is left out after some of its results",
    level: Level::Warning,
    certain: false,
    check,
};

fn check(survey: &Survey<'_>, out: &mut [Vec<Finding>]) {
    for subject in &survey.subjects {
        for one in subject.own() {
            if has(one.template, "dag") {
                out[subject.index].extend(of_dag(survey, subject, one));
            } else if has(one.template, "steps") {
                out[subject.index].extend(of_steps(survey, subject, one));
            }
        }
    }
}

/// A task with what it calls and waits for.
struct Task<'a> {
    call: Call<'a>,
    callee: Option<Callee<'a>>,
    condition: Condition,
}

fn of_dag<'a>(survey: &Survey<'a>, subject: &Subject<'a>, one: &Reached<'a>) -> Vec<Finding> {
    let calls = survey.calls(subject, one);
    let Some(conditions) = conditions(calls.iter().map(|(call, _)| call)) else { return Vec::new() };
    let task = |((call, callee), condition)| Task { call, callee, condition };
    let tasks: Vec<Task<'a>> = calls.into_iter().zip(conditions).map(task).collect();
    let tasks = Tasks {
        places: tasks.iter().enumerate().map(|(at, task)| (task.call.name, at)).collect(),
        waited: tasks.iter().flat_map(|task| task.condition.tasks()).collect(),
        all: &tasks,
    };
    let mut retries = Retries::of(survey, subject);
    let mut told = Vec::new();
    for after in tasks.all {
        for name in after.condition.tasks() {
            let Some(at) = tasks.places.get(name) else { continue };
            told.extend(pair(&mut retries, &tasks.all[*at], after, &tasks));
        }
    }
    told
}

/// The tasks of one DAG.
struct Tasks<'t, 'a> {
    all: &'t [Task<'a>],
    places: BTreeMap<&'t str, usize>,
    /// The names of those that others wait for.
    waited: BTreeSet<&'t str>,
}

/// What is wrong with how one task waits for another.
fn pair<'a>(
    retries: &mut Retries<'_, 'a>,
    before: &Task<'a>,
    after: &Task<'a>,
    tasks: &Tasks<'_, 'a>,
) -> Option<Finding> {
    let runs = |way: Ended| {
        after.condition.holds(&|task| if task == before.call.name { way } else { Ended::Succeeded })
    };
    if !runs(Ended::Succeeded) {
        return None;
    }
    if runs(Ended::Failed) {
        let mut missing: Vec<Ended> = possible(before).into_iter().filter(|way| !runs(*way)).collect();
        if missing.contains(&Ended::Errored) {
            missing.retain(|way| *way != Ended::ErroredThroughout);
        }
        missing.extend(omitted(before, after).then_some(Ended::Omitted));
        return (!missing.is_empty()).then(|| forgotten(before, after, &missing));
    }
    let last = !tasks.waited.contains(after.call.name);
    let gathers = before.call.is_loop() && last && gathers(&after.call, &before.call);
    let retried = gathers && before.callee.is_some_and(|callee| retries.is_retried(callee));
    (retried && !runs(Ended::Errored)).then(|| spoiled(before, after))
}

/// The ways beside Succeeded and Failed in which a task that is not omitted can end.
fn possible(task: &Task<'_>) -> Vec<Ended> {
    let value = task.call.value;
    let sequence = value.get("withSequence").is_some_and(|one| one.to_string().contains("{{"));
    let skipped = has(value, "when") || has(value, "withParam") || sequence;
    [(true, Ended::Errored), (task.call.is_loop(), Ended::ErroredThroughout), (skipped, Ended::Skipped)]
        .into_iter()
        .filter_map(|(can, way)| can.then_some(way))
        .collect()
}

/// Whether what makes a task Omitted, the failure of another one, also leaves out who waits for it, and only because of that.
fn omitted(before: &Task<'_>, after: &Task<'_>) -> bool {
    let own = before.call.name;
    before.condition.tasks().into_iter().any(|cause| {
        let failed = |task: &str| if task == cause { Ended::Failed } else { Ended::Succeeded };
        let and_omitted = |task: &str| if task == own { Ended::Omitted } else { failed(task) };
        !before.condition.holds(&failed)
            && after.condition.holds(&failed)
            && !after.condition.holds(&and_omitted)
    })
}

/// Whether a call that comes last might do without some of what is before it: it is no loop, and uses nothing that was put out.
fn gathers(after: &Call<'_>, before: &Call<'_>) -> bool {
    let text = after.value.to_string();
    let (family, name) = (before.family, before.name);
    let reads = [format!("{family}.{name}.outputs"), format!("{family}['{name}']")];
    !after.is_loop() && !reads.iter().any(|part| text.contains(part.as_str()))
}

/// The last steps and the loops in the group before them: a step that fails for good ends the template at once, whatever comes
/// later (`executeSteps` in `workflow/controller/steps.go`).
fn of_steps<'a>(survey: &Survey<'a>, subject: &Subject<'a>, one: &Reached<'a>) -> Vec<Finding> {
    let calls = survey.calls(subject, one);
    let groups = one.template["steps"].as_array().map_or(&[][..], Vec::as_slice);
    let length = |group: &serde_json::Value| group.as_array().map_or(0, Vec::len);
    let [.., loops, last] = groups else { return Vec::new() };
    let (rest, last) = calls.split_at(calls.len() - length(last));
    let loops = &rest[rest.len() - length(loops)..];
    let mut retries = Retries::of(survey, subject);
    let mut told = Vec::new();
    for (before, callee) in loops.iter().filter(|(call, _)| call.is_loop()) {
        let Some((after, _)) = last.iter().find(|(after, _)| gathers(after, before)) else { continue };
        let goes_on = |key: &str| before.value["continueOn"][key].as_bool() == Some(true);
        if goes_on("error") || !callee.is_some_and(|callee| retries.is_retried(callee)) {
            continue;
        }
        let message = if goes_on("failed") {
            format!(
                "`{}` runs when `{}` Succeeded and when it Failed, but is left out when it is Errored: one deleted pod is enough to \
                 make it Errored",
                after.name, before.name
            )
        } else {
            format!(
                "one item of `{}` that fails for good leaves out `{}`, for all the others as well",
                before.name, after.name
            )
        };
        let key = if has(before.value, "continueOn") { "continueOn" } else { "name" };
        let help = format!(
            "if it is to run whatever came of the items, write on `{}` continueOn: {{failed: true, error: true}}; the workflow \
             then says Succeeded, so that `{}` has to tell what failed",
            before.name, after.name
        );
        told.push(Finding::new(Code::LintAggregationSkipped, child(&before.pointer, key), message, help));
    }
    told
}

fn place(after: &Task<'_>) -> String {
    let key = ["depends", "dependencies"].into_iter().find(|key| has(after.call.value, key));
    child(&after.call.pointer, key.unwrap_or("name"))
}

fn five(name: &str) -> String {
    [Ended::Succeeded, Ended::Failed, Ended::Errored, Ended::Skipped, Ended::Omitted]
        .map(|way| format!("{name}.{}", way.as_str()))
        .join(" || ")
}

fn forgotten(before: &Task<'_>, after: &Task<'_>, missing: &[Ended]) -> Finding {
    let ways: Vec<&str> = missing.iter().map(|way| way.as_str()).collect();
    let why = if missing.iter().any(|way| matches!(way, Ended::Errored | Ended::ErroredThroughout)) {
        "one deleted pod is enough to make it Errored"
    } else {
        "that comes of a `when`, an empty list or what it waits for itself"
    };
    Finding::new(
        Code::LintAggregationSkipped,
        place(after),
        format!(
            "`{}` runs when `{}` Succeeded and when it Failed, but is left out when it is {}: {why}",
            after.call.name,
            before.call.name,
            ways.join(" or ")
        ),
        format!("write depends: {}", five(before.call.name)),
    )
}

fn spoiled(before: &Task<'_>, after: &Task<'_>) -> Finding {
    Finding::new(
        Code::LintAggregationSkipped,
        place(after),
        format!(
            "one item of `{}` that fails for good leaves out `{}`, for all the others as well",
            before.call.name, after.call.name
        ),
        format!(
            "if it is to run whatever came of the items, write depends: {}; with `dag.target` naming both, the failure still shows",
            five(before.call.name)
        ),
    )
}
