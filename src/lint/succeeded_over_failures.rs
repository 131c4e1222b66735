//! `lint::succeeded-over-failures`: the entry DAG says Succeeded although items of it failed.
//!
//! The phase of a DAG is that of its last tasks, or of those that `dag.target` names (`assessDAGPhase` in `workflow/controller/dag.go`);
//! a task that runs after failures and succeeds hides them.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

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
    let dag = Dag::of(&tasks, text(one.template, "/dag/target"))?;
    let hidden: Vec<&str> = calls
        .iter()
        .filter(|(call, callee)| is_many(call, *callee) && dag.hides(call.name))
        .map(|(call, _)| call.name)
        .collect();
    if hidden.is_empty() {
        return None;
    }
    let names = hidden.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" and ");
    let last = &dag.targets;
    let all: Vec<&str> = hidden.iter().chain(last).copied().collect();
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
    /// The tasks in an order in which each stands behind those that it waits for.
    order: Vec<usize>,
    /// The tasks whose phases count.
    targets: Vec<&'t str>,
}

impl<'t> Dag<'t> {
    /// None where tasks wait for each other in a circle, which is told elsewhere.
    fn of(tasks: &'t [(&'t str, Condition)], target: &'t str) -> Option<Self> {
        let order = order(tasks)?;
        let targets = if target.is_empty() {
            let waited: BTreeSet<&str> = tasks.iter().flat_map(|(_, condition)| condition.tasks()).collect();
            tasks.iter().map(|(name, _)| *name).filter(|name| !waited.contains(name)).collect()
        } else {
            target.split(' ').filter(|name| !name.is_empty()).collect()
        };
        Some(Self { tasks, order, targets })
    }

    /// Whether the DAG is Succeeded although this task failed and nothing else did.
    fn hides(&self, failed: &str) -> bool {
        if self.targets.is_empty() || self.targets.contains(&failed) {
            return false;
        }
        let mut ended: BTreeMap<&str, Ended> = BTreeMap::new();
        // What counts as failed: a task that did, and one that was omitted below a failure.
        let mut shows: BTreeSet<&str> = BTreeSet::new();
        for (name, condition) in self.order.iter().map(|at| &self.tasks[*at]) {
            let runs = condition.holds(&|task| ended.get(task).copied().unwrap_or(Ended::Succeeded));
            let end = match (runs, *name == failed) {
                (false, _) => Ended::Omitted,
                (true, true) => Ended::Failed,
                (true, false) => Ended::Succeeded,
            };
            let below = || condition.tasks().into_iter().any(|before| shows.contains(before));
            if end == Ended::Failed || end == Ended::Omitted && below() {
                shows.insert(name);
            }
            ended.insert(name, end);
        }
        !self.targets.iter().any(|target| shows.contains(target))
    }
}

/// An order in which each task stands behind those that it waits for; none where there is none.
fn order(tasks: &[(&str, Condition)]) -> Option<Vec<usize>> {
    let places: BTreeMap<&str, usize> = tasks.iter().enumerate().map(|(at, (name, _))| (*name, at)).collect();
    let mut waiting: Vec<usize> = Vec::new();
    let mut after: Vec<Vec<usize>> = vec![Vec::new(); tasks.len()];
    for (at, (_, condition)) in tasks.iter().enumerate() {
        let before: Vec<usize> =
            condition.tasks().into_iter().filter_map(|name| places.get(name).copied()).collect();
        before.iter().for_each(|before| after[*before].push(at));
        waiting.push(before.len());
    }
    let mut ready: VecDeque<usize> = (0..tasks.len()).filter(|at| waiting[*at] == 0).collect();
    let mut order = Vec::new();
    while let Some(at) = ready.pop_front() {
        order.push(at);
        for next in &after[at] {
            waiting[*next] -= 1;
            if waiting[*next] == 0 {
                ready.push_back(*next);
            }
        }
    }
    (order.len() == tasks.len()).then_some(order)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::verify::references::template::calls;

    fn hides(tasks: Value, target: &str, failed: &str) -> Option<bool> {
        let template = json!({ "dag": { "tasks": tasks } });
        let calls = calls(&template, "");
        let names = calls.iter().map(|call| call.name);
        let tasks: Vec<(&str, Condition)> = names.zip(conditions(calls.iter()).unwrap()).collect();
        Dag::of(&tasks, target).map(|dag| dag.hides(failed))
    }

    #[test]
    fn an_end_that_runs_after_failures_hides_them_but_for_a_target() {
        let tasks =
            || json!([{"name": "end", "depends": "items.Succeeded || items.Failed"}, {"name": "items"}]);
        assert_eq!(hides(tasks(), "", "items"), Some(true));
        assert_eq!(hides(tasks(), "items end", "items"), Some(false));
        let omitted = json!([{"name": "items"}, {"name": "end", "depends": "items"}]);
        assert_eq!(hides(omitted, "", "items"), Some(false), "omitted below a failure shows it");
        let circle = json!([{"name": "a", "depends": "b"}, {"name": "b", "depends": "a"}]);
        assert_eq!(hides(circle, "", "a"), None);
    }

    #[test]
    fn many_layers_of_omitted_tasks_are_gone_through_once() {
        let layers = |items: Value| {
            let mut tasks = vec![json!({"name": "other"}), items];
            tasks.extend(["a0", "b0"].map(|name| json!({"name": name, "depends": "items.Failed"})));
            for layer in 1..60 {
                let depends = format!("a{0} && b{0}", layer - 1);
                let names = [format!("a{layer}"), format!("b{layer}")];
                tasks.extend(names.map(|name| json!({"name": name, "depends": depends})));
            }
            json!(tasks)
        };
        assert_eq!(hides(layers(json!({"name": "items"})), "a59", "other"), Some(true));
        let below = json!({"name": "items", "depends": "other"});
        assert_eq!(hides(layers(below), "a59", "other"), Some(false));
    }
}
