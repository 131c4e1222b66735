//! The DAGs of the retry: one sub-DAG a tier, and the entry DAG over them.

use serde_json::{Map, Value, json};

use super::arguments::{Arguments, Filler};
use super::{Job, aggregate, concurrency, names};
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
    let mut around = Vec::new();
    let semaphore = faults.take(concurrency::Held::of(job).map_err(Into::into)).flatten();
    for tier in job.plan.tiers.iter().filter(|tier| !tier.items.is_empty()) {
        if let Some((template, held)) = faults.take(tier_dag(job, filler, tier, semaphore.as_ref())) {
            tiers.push(template);
            around.extend(held);
        }
    }
    let names: Vec<String> =
        tiers.iter().filter_map(|tier| Some(tier.get("name")?.as_str()?.to_owned())).collect();
    let mut templates = vec![entry_dag(job, &names)];
    templates.extend(tiers);
    templates.extend(around);
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

/// A tier's sub-DAG, and with a semaphore the template that holds it around each item.
fn tier_dag(
    job: &Job<'_>,
    filler: &Filler<'_>,
    tier: &TierPlan,
    semaphore: Option<&concurrency::Held>,
) -> Result<(Value, Option<Value>), Faults> {
    let items: Vec<&Index> = tier.items.iter().collect();
    let mut faults = Faults::new();
    let names = faults.take(names::tasks(job, &retried(job, tier)));
    let arguments = faults.take(filler.tier(tier.tier, &items));
    let (Some(names), Some(arguments)) = (names, arguments) else { return Err(faults) };
    let template_ref =
        json!({ "name": job.ladder.template(tier.tier), "template": job.recipe.items.template.value });
    let tier_name = &job.recipe.tiers[tier.tier].name.value;
    let (held, arguments) = match semaphore {
        None => (None, arguments),
        Some(semaphore) => {
            let (held, arguments) = semaphore.around(job, tier_name, &template_ref, arguments);
            (Some(held), arguments)
        }
    };
    let callee = match &held {
        None => ("templateRef", template_ref),
        Some(_) => ("template", json!(concurrency::template_name(tier_name))),
    };
    let same_artifacts = arguments.windows(2).all(|pair| pair[0].artifacts == pair[1].artifacts);
    let tasks = if items.len() <= TASKS_AT_MOST || !same_artifacts {
        if items.len() > WRITTEN_AT_MOST {
            return Err(too_many(job, items.len()).into());
        }
        names.iter().zip(&arguments).map(|(name, arguments)| task(name, &callee, arguments)).collect()
    } else {
        vec![looped(job, &callee, &arguments)]
    };
    let mut template =
        Map::from_iter([("name".to_owned(), json!(format!("{ENTRY}-{}", name::slug(tier_name))))]);
    if let Some(parallelism) = tier.parallelism {
        template.insert("parallelism".to_owned(), json!(parallelism));
    }
    template.insert("dag".to_owned(), json!({ "failFast": false, "tasks": Value::Array(tasks) }));
    Ok((Value::Object(template), held))
}

/// What a task calls: the key and its value.
type Callee = (&'static str, Value);

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
fn task(name: &str, (key, callee): &Callee, arguments: &Arguments) -> Value {
    let mut task = Map::from_iter([("name".to_owned(), json!(name)), ((*key).to_owned(), callee.clone())]);
    insert_arguments(&mut task, &arguments.parameters, &arguments.artifacts);
    Value::Object(task)
}

/// One task for all items: what is the same for all is written once, and an item is a map of only what differs.
fn looped(job: &Job<'_>, (key, callee): &Callee, arguments: &[Arguments]) -> Value {
    let first = &arguments[0];
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
    let name = name::slug(&format!("{ENTRY}-{}", job.recipe.items.noun));
    let mut task = Map::from_iter([("name".to_owned(), json!(name)), ((*key).to_owned(), callee.clone())]);
    insert_arguments(&mut task, &parameters, &first.artifacts);
    task.insert("withItems".to_owned(), Value::Array(items));
    Value::Object(task)
}

/// The arguments of a task, where it has any.
pub(super) fn insert_arguments(
    task: &mut Map<String, Value>,
    parameters: &[(String, String)],
    artifacts: &[Value],
) {
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
