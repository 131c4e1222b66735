//! The aggregation: a task behind every tier, in the entry DAG.

use serde_json::{Map, Value, json};

use crate::recipe::{Aggregate, AggregateWhen};

/// Every result that a task can have; a tier whose deciding item errored, or that was skipped, must not keep the results apart.
const RESULTS: [&str; 5] = ["Succeeded", "Failed", "Errored", "Skipped", "Omitted"];

/// The task, behind the given tasks.
pub(super) fn task(aggregate: &Aggregate, behind: &[String]) -> Value {
    let mut task = Map::new();
    task.insert("name".to_owned(), json!(aggregate.template.value));
    task.insert("depends".to_owned(), json!(depends(aggregate.when, behind)));
    task.insert(
        "templateRef".to_owned(),
        json!({ "name": aggregate.name.value, "template": aggregate.template.value }),
    );
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
            format!("({})", any.join(" || "))
        }
    };
    behind.iter().map(one).collect::<Vec<_>>().join(" && ")
}
