//! `lint::aggregation-skipped`: a task that is to run after a fan-out, whatever came of it, is left out for some results.
//!
//! A task whose condition is false is Omitted. A fan-out is Errored when its deciding item is (`pod deleted`, a failed `wait`), Skipped
//! when its `when` is false or its list empty, Omitted when its own condition is.

use super::condition::{Condition, Ended, conditions};
use super::nested_retries::is_retried;
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
        for one in subject.own().filter(|one| has(one.template, "dag")) {
            out[subject.index].extend(of_dag(survey, subject, one));
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
    let mut told = Vec::new();
    for after in &tasks {
        for name in after.condition.tasks() {
            let Some(before) = tasks.iter().find(|task| task.call.name == name) else { continue };
            told.extend(pair(survey, subject, before, after, &tasks));
        }
    }
    told
}

/// What is wrong with how one task waits for another.
fn pair<'a>(
    survey: &Survey<'a>,
    subject: &Subject<'a>,
    before: &Task<'a>,
    after: &Task<'a>,
    tasks: &[Task<'a>],
) -> Option<Finding> {
    let runs = |way: Ended| {
        after.condition.holds(&|task| if task == before.call.name { way } else { Ended::Succeeded })
    };
    if !runs(Ended::Succeeded) {
        return None;
    }
    if runs(Ended::Failed) {
        let mut missing: Vec<Ended> = possible(before).into_iter().filter(|way| !runs(*way)).collect();
        missing.extend(omitted(before, after).then_some(Ended::Omitted));
        return (!missing.is_empty()).then(|| forgotten(before, after, &missing));
    }
    let last = !tasks.iter().any(|task| task.condition.tasks().contains(&after.call.name));
    let gathers = before.call.is_loop() && last && !after.call.is_loop() && !reads(after, before);
    let retried = before.callee.is_some_and(|callee| is_retried(survey, subject, callee));
    (gathers && retried && !runs(Ended::Errored)).then(|| spoiled(before, after))
}

/// The ways beside Succeeded and Failed in which a task that is not omitted can end.
fn possible(task: &Task<'_>) -> Vec<Ended> {
    let value = task.call.value;
    let sequence = value.get("withSequence").is_some_and(|one| one.to_string().contains("{{"));
    let skipped = has(value, "when") || has(value, "withParam") || sequence;
    [(true, Ended::Errored), (skipped, Ended::Skipped)]
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

/// Whether a task uses what another one put out: then it cannot do without it.
fn reads(after: &Task<'_>, before: &Task<'_>) -> bool {
    let text = after.call.value.to_string();
    [format!("tasks.{}.outputs", before.call.name), format!("tasks['{}']", before.call.name)]
        .iter()
        .any(|part| text.contains(part.as_str()))
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
    let why = if missing.contains(&Ended::Errored) {
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
