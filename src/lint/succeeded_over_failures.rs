//! `lint::succeeded-over-failures`: the entry DAG says Succeeded although items of it failed.
//!
//! The phase of a DAG is that of its last tasks, or of those that `dag.target` names (`assessDAGPhase` in `workflow/controller/dag.go`);
//! a task that runs after failures and succeeds hides them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::condition::{Condition, Ended, conditions};
use super::fan_out::is_many;
use super::survey::{Subject, Survey};
use super::{Level, Lint};
use crate::error::Code;
use crate::verify::Finding;
use crate::verify::references::place::{child, has, text};
use crate::verify::references::reach::Reached;

pub(super) const LINT: Lint = Lint {
    code: Code::LintSucceededOverFailures,
    title: "the entry DAG says Succeeded over items that failed",
    level: Level::Warning,
    certain: true,
    check,
};

fn check(survey: &Survey<'_>, out: &mut [Vec<Finding>]) {
    for subject in &survey.subjects {
        let entry = subject.effective("entrypoint").and_then(Value::as_str).unwrap_or_default();
        let own = subject.own().find(|one| one.name == entry && has(one.template, "dag"));
        if let Some(one) = own.filter(|_| !entry.is_empty()) {
            out[subject.index].extend(of_dag(survey, subject, one));
        }
    }
}

fn of_dag<'a>(survey: &Survey<'a>, subject: &Subject<'a>, one: &Reached<'a>) -> Option<Finding> {
    let calls = survey.calls(subject, one);
    let names = calls.iter().map(|(call, _)| call.name);
    let tasks: Vec<(&str, Condition)> = names.zip(conditions(calls.iter().map(|(call, _)| call))?).collect();
    let dag = Dag { tasks: &tasks, target: text(one.template, "/dag/target") };
    let hidden: Vec<&str> = calls
        .iter()
        .filter(|(call, callee)| is_many(call, *callee) && dag.hides(call.name))
        .map(|(call, _)| call.name)
        .collect();
    if hidden.is_empty() {
        return None;
    }
    let names = hidden.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" and ");
    let last: Vec<&str> = dag.targets();
    let all: Vec<&str> = hidden.iter().chain(&last).copied().collect();
    let at = child(&one.pointer, "dag");
    Some(Finding::new(
        Code::LintSucceededOverFailures,
        if has(&one.template["dag"], "target") { child(&at, "target") } else { at },
        format!(
            "the workflow says Succeeded although {names} failed: its phase is that of {} alone",
            last.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" and ")
        ),
        format!("add `target: {}` to the dag: everything still runs, and a failure shows", all.join(" ")),
    ))
}

/// The tasks of a DAG, each with its condition.
struct Dag<'t> {
    tasks: &'t [(&'t str, Condition)],
    target: &'t str,
}

impl<'t> Dag<'t> {
    /// The tasks whose phases count.
    fn targets(&self) -> Vec<&'t str> {
        if !self.target.is_empty() {
            return self.target.split(' ').filter(|name| !name.is_empty()).collect();
        }
        let waited: BTreeSet<&str> = self.tasks.iter().flat_map(|(_, condition)| condition.tasks()).collect();
        self.tasks.iter().map(|(name, _)| *name).filter(|name| !waited.contains(name)).collect()
    }

    /// Whether the DAG is Succeeded although this task failed and nothing else did.
    fn hides(&self, failed: &str) -> bool {
        let targets = self.targets();
        if targets.is_empty() || targets.contains(&failed) {
            return false;
        }
        let mut ended = BTreeMap::new();
        for (name, _) in self.tasks {
            self.end_of(name, failed, &mut ended, 0);
        }
        !targets.iter().any(|target| self.shows(target, &ended, 0))
    }

    /// How a task ends when one failed; a circle, which is told elsewhere, ends somewhere.
    fn end_of(&self, name: &str, failed: &str, ended: &mut BTreeMap<String, Ended>, depth: usize) -> Ended {
        if let Some(known) = ended.get(name) {
            return *known;
        }
        let Some((_, condition)) =
            self.tasks.iter().find(|(task, _)| *task == name).filter(|_| depth <= self.tasks.len())
        else {
            return Ended::Succeeded;
        };
        let before: BTreeMap<&str, Ended> = condition
            .tasks()
            .into_iter()
            .map(|task| (task, self.end_of(task, failed, ended, depth + 1)))
            .collect();
        let runs = condition.holds(&|task| before.get(task).copied().unwrap_or(Ended::Succeeded));
        let end = match (runs, name == failed) {
            (false, _) => Ended::Omitted,
            (true, true) => Ended::Failed,
            (true, false) => Ended::Succeeded,
        };
        ended.insert(name.to_owned(), end);
        end
    }

    /// Whether a target counts as failed: it failed, or it was omitted below a failure.
    fn shows(&self, name: &str, ended: &BTreeMap<String, Ended>, depth: usize) -> bool {
        match ended.get(name) {
            Some(Ended::Failed | Ended::Errored) => true,
            Some(Ended::Omitted) if depth <= self.tasks.len() => {
                let task = self.tasks.iter().find(|(task, _)| *task == name);
                task.is_some_and(|(_, condition)| {
                    condition.tasks().into_iter().any(|before| self.shows(before, ended, depth + 1))
                })
            }
            _ => false,
        }
    }
}
