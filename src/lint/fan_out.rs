//! Fan-outs: how many nodes a task or step becomes, where the files say it.

use serde_json::Value;

use super::survey::{Callee, Subject};
use crate::verify::references::place::has;
use crate::verify::references::template::{Call, calls, is_dag_or_steps};

/// How many times a task or step runs; none where only the run knows.
pub(super) fn count(subject: &Subject<'_>, call: &Call<'_>) -> Option<u64> {
    let number = |value: &Value| subject.known_text(value).and_then(|text| text.trim().parse::<i64>().ok());
    if let Some(items) = call.value.get("withItems").and_then(Value::as_array) {
        return u64::try_from(items.len()).ok().map(|length| length.max(1));
    }
    if let Some(parameter) = call.value.get("withParam").filter(|_| has(call.value, "withParam")) {
        let list: Vec<Value> = serde_json::from_str(&subject.known_text(parameter)?).ok()?;
        return u64::try_from(list.len()).ok();
    }
    let Some(sequence) = call.value.get("withSequence").filter(|_| has(call.value, "withSequence")) else {
        return Some(1);
    };
    if let Some(count) = sequence.get("count") {
        return number(count).and_then(|count| u64::try_from(count).ok());
    }
    let start = sequence.get("start").map_or(Some(0), number)?;
    let end = number(sequence.get("end")?)?;
    Some(start.abs_diff(end) + 1)
}

/// Whether a task stands for many pieces of work: a loop, or a DAG or steps that hold a loop or several calls.
pub(super) fn is_many(call: &Call<'_>, callee: Option<Callee<'_>>) -> bool {
    call.is_loop()
        || callee.is_some_and(|callee| {
            let inner = calls(callee.template, "");
            is_dag_or_steps(callee.template) && (inner.len() > 1 || inner.iter().any(Call::is_loop))
        })
}
