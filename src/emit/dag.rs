//! The DAGs of the retry: one sub-DAG a tier, and the entry DAG over them.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::arguments::{Arguments, Filler};
use super::{Job, aggregate, names};
use crate::error::{Code, Fault, Faults};
use crate::plan::{Fate, Retried, TierPlan};
use crate::recipe::{Aggregate, AggregateAs};
use crate::units::{Index, name};

/// Up to so many items a tier lists one task each; more become one task with items (design, section 4, `layout = "auto"`).
const TASKS_AT_MOST: usize = 20;

/// The API server's limit on the written tasks of a DAG (F 7).
const WRITTEN_AT_MOST: usize = 200;

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
    let retried = retried(job, tier);
    let names = faults.take(names::tasks(job, &retried));
    let arguments = faults.take(filler.tier(tier.tier, &items));
    let (Some(names), Some(arguments)) = (names, arguments) else { return Err(faults) };
    let same_artifacts = arguments.windows(2).all(|pair| pair[0].artifacts == pair[1].artifacts);
    let tasks = if items.len() <= TASKS_AT_MOST || !same_artifacts {
        if items.len() > WRITTEN_AT_MOST {
            return Err(too_many(job, items.len()).into());
        }
        let items = names.iter().zip(&arguments).zip(&retried);
        items
            .map(|((name, arguments), (_, retried))| task(name, &template_ref(job, retried), arguments))
            .collect()
    } else {
        groups(job, &names, &arguments, &retried)
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

/// What an item runs: its tier's WorkflowTemplate, or the variant of it for the item's rule.
fn template_ref(job: &Job<'_>, retried: &Retried) -> Value {
    let variant = job.plan.variant(retried).map(|variant| variant.name.as_str());
    let name = variant.unwrap_or_else(|| job.ladder.template(retried.to));
    json!({ "name": name, "template": job.recipe.items.template.value })
}

/// One task for all items of a tier, and one for those of each variant, because a loop runs one template; an item that would be alone in
/// its loop gets a task of its own.
fn groups(
    job: &Job<'_>,
    names: &[String],
    arguments: &[Arguments],
    retried: &[(&Index, &Retried)],
) -> Vec<Value> {
    let mut groups: BTreeMap<Option<&str>, Vec<usize>> = BTreeMap::new();
    for (position, (_, retried)) in retried.iter().enumerate() {
        let rule = job.plan.variant(retried).map(|variant| variant.rule.as_str());
        groups.entry(rule).or_default().push(position);
    }
    let task = |(rule, positions): (&Option<&str>, &Vec<usize>)| {
        let template_ref = template_ref(job, retried[positions[0]].1);
        if let [only] = positions[..] {
            return task(&names[only], &template_ref, &arguments[only]);
        }
        let own: Vec<&Arguments> = positions.iter().map(|position| &arguments[*position]).collect();
        let behind = rule.map_or(String::new(), |rule| format!("-{rule}"));
        let name = name::slug(&format!("{ENTRY}-{}{behind}", job.recipe.items.noun));
        looped(&name, &template_ref, &own)
    };
    groups.iter().map(task).collect()
}

/// One item's task.
fn task(name: &str, template_ref: &Value, arguments: &Arguments) -> Value {
    let mut task =
        Map::from_iter([("name".to_owned(), json!(name)), ("templateRef".to_owned(), template_ref.clone())]);
    insert_arguments(&mut task, &arguments.parameters, &arguments.artifacts);
    Value::Object(task)
}

/// One task for all items: what is the same for all is written once, and an item is a map of only what differs.
fn looped(name: &str, template_ref: &Value, arguments: &[&Arguments]) -> Value {
    let first = arguments[0];
    let same = |name: &str, value: &str| {
        arguments
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

fn too_many(job: &Job<'_>, count: usize) -> Fault {
    Fault::new(
        Code::EmitTooLarge,
        format!("{count} items in one tier take different artifacts, and a DAG holds {WRITTEN_AT_MOST} written tasks at most"),
        "plan them in parts: `--only` takes a list such as 2-100",
    )
    .at(&job.recipe.items.template.place, "the template of the items")
}
