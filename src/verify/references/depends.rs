//! What tasks of a DAG wait for: `depends`, `dependencies`, `target`, cycles, and the tasks' count and names.
//!
//! Source: Argo 4.1.2, `workflow/common/ancestry.go` and `validateDAG` in `workflow/validate/validate.go` (rules 52 to 61).

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::body::Body;
use super::logic::{Operand, operands};
use super::place::{child, finding, has, is_templated, known_names, list, text};
use super::template::{Call, calls};
use crate::error::Code;
use crate::verify::Finding;

/// The most tasks that the full CRDs let a DAG hold (`workflow_types.go`, `MaxItems`); more are `Too many`.
const TASKS_MAX: usize = 200;

/// The results that `depends` can ask for.
const RESULTS: &[&str] =
    &["Succeeded", "Failed", "Errored", "Skipped", "Omitted", "Daemoned", "AnySucceeded", "AllFailed"];

/// The tasks on which each task depends, directly or not; itself only if it is part of a cycle.
pub(super) fn ancestors<'a>(tasks: &[Call<'a>]) -> BTreeMap<&'a str, Vec<&'a str>> {
    // By number, in the order of the names: a dense DAG has many more arrows than tasks.
    let direct: BTreeMap<&str, Vec<&str>> =
        tasks.iter().map(|task| (task.name, waits_for(task.value))).collect();
    let names: Vec<&str> = direct.keys().copied().collect();
    let number = |name: &str| names.binary_search(&name).ok();
    let direct: Vec<BTreeSet<usize>> =
        direct.values().map(|before| before.iter().filter_map(|name| number(name)).collect()).collect();
    let above = |start: usize| {
        let mut seen = vec![false; names.len()];
        let mut open = vec![start];
        while let Some(task) = open.pop() {
            for before in &direct[task] {
                if !seen[*before] {
                    seen[*before] = true;
                    open.push(*before);
                }
            }
        }
        names.iter().copied().zip(seen).filter_map(|(name, is_above)| is_above.then_some(name)).collect()
    };
    names.iter().enumerate().map(|(start, name)| (*name, above(start))).collect()
}

/// The names that a task names itself.
fn waits_for(task: &Value) -> Vec<&str> {
    let written = operands(text(task, "/depends")).unwrap_or_default();
    let listed =
        task.get("dependencies").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    written.into_iter().map(|operand| operand.task).chain(listed).collect()
}

/// Checks the DAG of a template.
pub(super) fn check(body: &Body<'_, '_>, out: &mut Vec<Finding>) {
    let Some(dag) = body.template.get("dag").filter(|dag| !dag.is_null()) else { return };
    let base = child(&body.base, "dag");
    let tasks = calls(body.template, &body.base);
    if tasks.is_empty() || tasks.len() > TASKS_MAX {
        let message = format!("the DAG has {} tasks", tasks.len());
        let help = format!("a DAG has 1 to {TASKS_MAX} written tasks; one with withItems stands for many");
        out.push(finding(Code::VerifyDepends, child(&base, "tasks"), message, help));
    }
    let names: Vec<&str> = tasks.iter().map(|task| task.name).collect();
    // A name that stands twice makes the order of tasks unclear; what else it would break is only its echo.
    let distinct: BTreeSet<&str> = names.iter().copied().collect();
    let graph = Graph { tasks: &tasks, names: &names };
    for task in &tasks {
        graph.expression(task, out);
        graph.listed(task, out);
    }
    graph.styles(out);
    graph.targets(&body.settled(text(dag, "/target")), &base, out);
    if distinct.len() == names.len() {
        graph.cycles(out);
    }
}

/// The tasks of one DAG.
struct Graph<'a, 'l> {
    tasks: &'l [Call<'a>],
    names: &'l [&'a str],
}

impl<'a> Graph<'a, '_> {
    fn expression(&self, task: &Call<'a>, out: &mut Vec<Finding>) {
        let written = text(task.value, "/depends");
        if written.is_empty() {
            return;
        }
        let at = child(&task.pointer, "depends");
        let found = match operands(written) {
            Ok(found) => found,
            Err(message) => {
                let help = "it is made of task names, each with or without `.Result`, of &&, || and !, and of parentheses";
                out.push(finding(Code::VerifyDepends, at, format!("in depends, {message}"), help));
                return;
            }
        };
        for operand in found {
            self.operand(task, &operand, &at, out);
        }
    }

    fn operand(&self, task: &Call<'a>, operand: &Operand<'_>, at: &str, out: &mut Vec<Finding>) {
        if !self.names.contains(&operand.task) {
            out.push(self.unknown(task, operand.task, at));
            return;
        }
        let Some(result) = operand.result else { return };
        if !RESULTS.contains(&result) {
            let message = format!("`{result}` is no result of a task");
            out.push(finding(Code::VerifyDepends, at, message, known_names(result, "results", RESULTS)));
        }
        let looped = self.tasks.iter().any(|other| other.name == operand.task && other.is_loop());
        if ["AnySucceeded", "AllFailed"].contains(&result) && !looped {
            out.push(finding(
                Code::VerifyDepends,
                at,
                format!("`{}.{result}` asks about items, but the task has no loop", operand.task),
                "ask for Succeeded or Failed, or give the task withItems, withParam or withSequence",
            ));
        }
    }

    fn listed(&self, task: &Call<'a>, out: &mut Vec<Finding>) {
        for (name, at) in list(task.value, &task.pointer, "/dependencies") {
            let name = name.as_str().unwrap_or_default();
            if !self.names.contains(&name) {
                out.push(self.unknown(task, name, &at));
            }
        }
    }

    fn unknown(&self, task: &Call<'a>, name: &str, at: &str) -> Finding {
        let others: Vec<&str> = self.names.iter().copied().filter(|other| *other != task.name).collect();
        let message = format!("task `{}` depends on `{name}`, which is no task of this DAG", task.name);
        finding(Code::VerifyDepends, at, message, known_names(name, "tasks", &others))
    }

    /// `depends` rules out `dependencies` and `continueOn` in the whole template, and either rules out names that begin
    /// with a digit (rules 54 to 56).
    fn styles(&self, out: &mut Vec<Finding>) {
        let depends = self.tasks.iter().any(|task| !text(task.value, "/depends").is_empty());
        for task in self.tasks {
            let listed = list(task.value, "", "/dependencies").next().is_some();
            for (key, present, instead) in [
                ("dependencies", listed, "write them as `depends` with &&"),
                (
                    "continueOn",
                    has(task.value, "continueOn"),
                    "ask for `TASK.Failed` or `TASK.Errored` in `depends`",
                ),
            ] {
                if depends && present {
                    let message = format!("`{key}` stands in a DAG in which a task has `depends`");
                    let help = format!("{instead}: Argo takes one way in all of a DAG");
                    out.push(finding(Code::VerifyDepends, child(&task.pointer, key), message, help));
                }
            }
            if (depends || listed) && task.name.starts_with(|c: char| c.is_ascii_digit()) {
                out.push(finding(
                    Code::VerifyDepends,
                    child(&task.pointer, "name"),
                    format!(
                        "task `{}` begins with a digit in a DAG that uses depends or dependencies",
                        task.name
                    ),
                    "put a letter first",
                ));
            }
        }
    }

    /// `target`: names with one blank between them; those that still hold a variable are looked up at run time.
    fn targets(&self, written: &str, base: &str, out: &mut Vec<Finding>) {
        if written.is_empty() {
            return;
        }
        for name in written.split(' ').filter(|name| !is_templated(name) && !self.names.contains(name)) {
            let message = if name.is_empty() {
                "the target has a blank too many".to_owned()
            } else {
                format!("the target `{name}` is no task of this DAG")
            };
            let help = known_names(name, "tasks", self.names);
            out.push(finding(Code::VerifyDepends, child(base, "target"), message, help));
        }
    }

    /// One finding for each cycle, at its first task.
    fn cycles(&self, out: &mut Vec<Finding>) {
        let above = ancestors(self.tasks);
        let mut told: BTreeSet<&str> = BTreeSet::new();
        for task in self.tasks {
            let before = &above[task.name];
            if !before.contains(&task.name) || told.contains(task.name) {
                continue;
            }
            let ring: Vec<&str> =
                before.iter().copied().filter(|name| above[name].contains(&task.name)).collect();
            told.extend(&ring);
            let message = if ring.len() == 1 {
                format!("task `{}` depends on itself", task.name)
            } else {
                format!("the tasks {} depend on each other", ring.join(", "))
            };
            let key = if text(task.value, "/depends").is_empty() { "dependencies" } else { "depends" };
            let help = "take one dependency out of the circle, or none of them ever starts";
            out.push(finding(Code::VerifyDepends, child(&task.pointer, key), message, help));
        }
    }
}
