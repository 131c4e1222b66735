//! The aggregation: a task behind every tier, in the entry DAG, or the exit handler.

use serde_json::{Map, Value, json};

use crate::evidence::snapshot::TemplateRef;
use crate::recipe::{Aggregate, AggregateWhen};

/// Every result that a task can have; a tier whose deciding item errored, or that was skipped, must not keep the results apart.
const RESULTS: [&str; 5] = ["Succeeded", "Failed", "Errored", "Skipped", "Omitted"];

/// The exit handler's template.
pub(super) const HANDLER: &str = "collect";

/// The task, behind the given tasks.
pub(super) fn task(aggregate: &Aggregate, calls: &TemplateRef, behind: &[String]) -> Value {
    call(aggregate, calls, [("depends", depends(aggregate.when, behind))])
}

/// The template that `onExit` names. It is a DAG of its own because `onExit` takes a local template, not a `templateRef`. An exit handler
/// runs whatever happened, so that only the status tells whether every item succeeded (Argo's `docs/walk-through/exit-handlers.md`).
pub(super) fn handler(aggregate: &Aggregate, calls: &TemplateRef) -> Value {
    let condition = match aggregate.when {
        AggregateWhen::Always => None,
        AggregateWhen::AllSucceeded => Some(("when", "{{workflow.status}} == Succeeded".to_owned())),
    };
    json!({ "name": HANDLER, "dag": { "tasks": [call(aggregate, calls, condition)] } })
}

/// A task that calls the aggregation, with the key that says when.
fn call(
    aggregate: &Aggregate,
    calls: &TemplateRef,
    condition: impl IntoIterator<Item = (&'static str, String)>,
) -> Value {
    let mut task = Map::new();
    task.insert("name".to_owned(), json!(aggregate.template.value));
    task.extend(condition.into_iter().map(|(key, value)| (key.to_owned(), json!(value))));
    task.insert("templateRef".to_owned(), calls.value());
    let parameters: Vec<Value> = aggregate
        .arguments
        .iter()
        .map(|(name, value)| json!({ "name": name.value, "value": value.value }))
        .collect();
    if !parameters.is_empty() {
        task.insert("arguments".to_owned(), json!({ "parameters": parameters }));
    }
    Value::Object(task)
}

fn depends(when: AggregateWhen, behind: &[String]) -> String {
    let one = |task: &String| match when {
        AggregateWhen::AllSucceeded => format!("{task}.Succeeded"),
        AggregateWhen::Always => {
            let any: Vec<String> = RESULTS.iter().map(|result| format!("{task}.{result}")).collect();
            let any = any.join(" || ");
            if behind.len() > 1 { format!("({any})") } else { any }
        }
    };
    behind.iter().map(one).collect::<Vec<_>>().join(" && ")
}
