//! Rules of a DAG: two ways to say what a task waits for, of which a DAG uses one.

use serde_json::Value;

use super::{given, is_given};
use crate::verify::Finding;
use crate::verify::schema::refused;

/// Rules 54 to 56. Each is about the whole DAG: one task with `depends` decides for all. (The CEL rules look at one task.)
pub(super) fn check(pointer: &str, dag: &Value) -> Vec<Finding> {
    let tasks: Vec<&Value> = dag["tasks"].as_array().into_iter().flatten().collect();
    let depends = tasks.iter().find(|task| is_given(task, "depends"));
    let mut findings = Vec::new();
    let mut mixed = false;
    for (at, task) in tasks.iter().enumerate() {
        let pointer = format!("{pointer}/tasks/{at}");
        let waits = is_given(task, "dependencies");
        if let Some(other) = depends {
            // Said once a DAG: the other tasks follow from it.
            if waits && !mixed {
                mixed = true;
                findings.push(both_ways(&pointer, task, other));
            }
            if given(task, "continueOn").is_some() {
                findings.push(continues(&pointer, task));
            }
        }
        if depends.is_some() || waits {
            findings.extend(digit_first(&pointer, task));
        }
    }
    findings
}

/// Rule 55.
fn both_ways(pointer: &str, task: &Value, other: &Value) -> Finding {
    let message = format!(
        "the task `{}` has `dependencies` while `{}` has `depends`; a DAG uses one of the two",
        name(task),
        name(other)
    );
    let words: Vec<&str> =
        task["dependencies"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    refused(&format!("{pointer}/dependencies"), message, format!("write `depends: {}`", words.join(" && ")))
}

/// Rule 56: the task has `continueOn` where `depends` is used.
pub(super) fn continues(pointer: &str, task: &Value) -> Finding {
    let message = format!("the task `{0}` has `continueOn` in a DAG that uses `depends`", name(task));
    let help = format!("let the tasks after it depend on `{0} || {0}.Failed || {0}.Errored`", name(task));
    refused(&format!("{pointer}/continueOn"), message, help)
}

/// Rule 54: the name would read as a number in the expression.
pub(super) fn digit_first(pointer: &str, task: &Value) -> Option<Finding> {
    name(task).starts_with(|first: char| first.is_ascii_digit()).then(|| {
        let message = format!(
            "the task `{}` begins with a digit in a DAG that uses `depends` or `dependencies`",
            name(task)
        );
        refused(&format!("{pointer}/name"), message, format!("name it `task-{}`", name(task)))
    })
}

fn name(task: &Value) -> &str {
    task["name"].as_str().unwrap_or_default()
}
