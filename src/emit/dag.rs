//! The DAGs of the retry: one sub-DAG a tier, and the entry DAG over them.

use serde_json::{Map, Value, json};

use super::arguments::{Arguments, Filler};
use super::{Job, aggregate, layout, names};
use crate::error::Faults;
use crate::plan::{Fate, Retried, TierPlan};
use crate::recipe::{Aggregate, AggregateAs};
use crate::units::{Index, name};

/// The entry template's name.
pub(super) const ENTRY: &str = "retry";

/// The templates of the retry, the entry first.
///
/// # Errors
/// Those of names and arguments, of every tier at once.
pub(super) fn templates(job: &Job<'_>, filler: &Filler<'_>) -> Result<Vec<Value>, Faults> {
    let mut faults = Faults::new();
    let mut tiers = Vec::new();
    for tier in job.plan.tiers.iter().filter(|tier| !tier.items.is_empty()) {
        if let Some(template) = faults.take(tier_dag(job, filler, tier)) {
            tiers.push(template);
        }
    }
    let names: Vec<String> =
        tiers.iter().filter_map(|tier| Some(tier.get("name")?.as_str()?.to_owned())).collect();
    let mut templates = vec![entry_dag(job, &names)];
    templates.extend(tiers);
    templates.extend(placed(job, AggregateAs::ExitHandler).map(aggregate::handler));
    faults.or(templates)
}

/// The aggregation, if it is called from there.
fn placed<'a>(job: &Job<'a>, place: AggregateAs) -> Option<&'a Aggregate> {
    job.recipe.aggregate.as_ref().filter(|aggregate| aggregate.placed == place)
}

/// The entry DAG. Its `target` names every tier and the aggregation behind them: without it the Workflow would say Succeeded over failed items,
/// because only the leaf, the aggregation, would count (seen on a real controller).
fn entry_dag(job: &Job<'_>, tiers: &[String]) -> Value {
    let mut tasks: Vec<Value> = tiers.iter().map(|tier| json!({ "name": tier, "template": tier })).collect();
    let mut targets = tiers.to_vec();
    if let Some(aggregate) = placed(job, AggregateAs::Task) {
        tasks.push(aggregate::task(aggregate, tiers));
        targets.push(aggregate.template.value.clone());
    }
    json!({ "name": ENTRY, "dag": { "failFast": false, "target": targets.join(" "), "tasks": tasks } })
}

fn tier_dag(job: &Job<'_>, filler: &Filler<'_>, tier: &TierPlan) -> Result<Value, Faults> {
    let items: Vec<&Index> = tier.items.iter().collect();
    let mut faults = Faults::new();
    let arguments = faults.take(filler.tier(tier.tier, &items));
    let is_looped =
        arguments.as_ref().and_then(|all| faults.take(layout::is_looped(job, all).map_err(Faults::from)));
    // The items of one task have no names of their own.
    let names = match is_looped {
        Some(true) => None,
        _ => faults.take(names::tasks(job, &retried(job, tier))),
    };
    let Some(arguments) = arguments.filter(|_| faults.is_empty()) else { return Err(faults) };
    let template_ref =
        json!({ "name": job.ladder.template(tier.tier), "template": job.recipe.items.template.value });
    let tasks = match names {
        Some(names) => {
            let named = names.iter().zip(&arguments);
            named.map(|(name, arguments)| task(name, &template_ref, arguments)).collect()
        }
        None => vec![looped(job, &template_ref, &arguments)],
    };
    let mut template = Map::from_iter([(
        "name".to_owned(),
        json!(format!("{ENTRY}-{}", name::slug(&job.recipe.tiers[tier.tier].name.value))),
    )]);
    if let Some(parallelism) = tier.parallelism {
        template.insert("parallelism".to_owned(), json!(parallelism));
    }
    template.insert("dag".to_owned(), json!({ "failFast": false, "tasks": Value::Array(tasks) }));
    Ok(Value::Object(template))
}

fn retried<'a>(job: &'a Job<'_>, tier: &TierPlan) -> Vec<(&'a Index, &'a Retried)> {
    let decisions = job.plan.decisions.iter();
    decisions
        .filter_map(|decision| match &decision.fate {
            Fate::Retry(retried) if retried.to == tier.tier => Some((&decision.index, retried)),
            _ => None,
        })
        .collect()
}

/// One item's task.
fn task(name: &str, template_ref: &Value, arguments: &Arguments) -> Value {
    let mut task =
        Map::from_iter([("name".to_owned(), json!(name)), ("templateRef".to_owned(), template_ref.clone())]);
    insert_arguments(&mut task, &arguments.parameters, &arguments.artifacts);
    Value::Object(task)
}

/// One task for all items: what is the same for all is written once, and an item is a map of its index and what else differs.
fn looped(job: &Job<'_>, template_ref: &Value, arguments: &[Arguments]) -> Value {
    let first = &arguments[0];
    let index = &job.recipe.items.index_parameter.value;
    let same = |name: &str, value: &str| {
        name != index
            && arguments
                .iter()
                .all(|others| others.parameters.iter().any(|(other, text)| other == name && text == value))
    };
    let parameters: Vec<(String, String)> = first
        .parameters
        .iter()
        .map(|(name, value)| {
            let value = if same(name, value) { value.clone() } else { format!("{{{{item.{name}}}}}") };
            (name.clone(), value)
        })
        .collect();
    let items: Vec<Value> = arguments
        .iter()
        .map(|item| {
            let differing = item.parameters.iter().filter(|(name, value)| !same(name, value));
            Value::Object(differing.map(|(name, value)| (name.clone(), json!(value))).collect())
        })
        .collect();
    let name = name::slug(&format!("{ENTRY}-{}", job.recipe.items.noun));
    let mut task =
        Map::from_iter([("name".to_owned(), json!(name)), ("templateRef".to_owned(), template_ref.clone())]);
    insert_arguments(&mut task, &parameters, &first.artifacts);
    task.insert("withItems".to_owned(), Value::Array(items));
    Value::Object(task)
}

fn insert_arguments(task: &mut Map<String, Value>, parameters: &[(String, String)], artifacts: &[Value]) {
    let mut arguments = Map::new();
    if !parameters.is_empty() {
        let list: Vec<Value> =
            parameters.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect();
        arguments.insert("parameters".to_owned(), Value::Array(list));
    }
    if !artifacts.is_empty() {
        arguments.insert("artifacts".to_owned(), json!(artifacts));
    }
    if !arguments.is_empty() {
        task.insert("arguments".to_owned(), Value::Object(arguments));
    }
}
