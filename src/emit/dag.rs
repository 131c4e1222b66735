//! The DAGs of the retry: one sub-DAG a tier, and the entry DAG over them.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::arguments::{Arguments, Filler};
use super::recovery::{self, Step, Templates};
use super::{Job, aggregate, attempt, names};
use crate::error::{Code, Fault, Faults};
use crate::plan::{Fate, Retried, TierPlan};
use crate::recipe::{Aggregate, AggregateAs};
use crate::units::{Index, name};

/// Up to so many items a tier lists one task each; more become one task with items (design, section 4, `layout = "auto"`).
const TASKS_AT_MOST: usize = 20;

/// The API server's limit on the written tasks of a DAG, and on templates (F 7).
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
    let mut of_steps = Templates::default();
    if job.recipe.items.attempt_env || !recovery::used(job).is_empty() {
        faults.take(attempt::check(job));
    }
    for tier in job.plan.tiers.iter().filter(|tier| !tier.items.is_empty()) {
        if let Some(template) = faults.take(tier_dag(job, filler, tier, &mut of_steps)) {
            tiers.push(template);
        }
    }
    let names: Vec<String> =
        tiers.iter().filter_map(|tier| Some(tier.get("name")?.as_str()?.to_owned())).collect();
    let mut templates = vec![entry_dag(job, &names)];
    templates.extend(tiers);
    templates.extend(of_steps.into_list());
    templates.extend(placed(job, AggregateAs::ExitHandler).map(aggregate::handler));
    if templates.len() > WRITTEN_AT_MOST {
        faults.push(too_many(job, &format!("the Workflow would have {} templates", templates.len())));
    }
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

fn tier_dag(
    job: &Job<'_>,
    filler: &Filler<'_>,
    tier: &TierPlan,
    of_steps: &mut Templates,
) -> Result<Value, Faults> {
    let items: Vec<&Index> = tier.items.iter().collect();
    let mut faults = Faults::new();
    let retried = retried(job, tier);
    let names = faults.take(names::tasks(job, &retried));
    let arguments = faults.take(filler.tier(tier.tier, &items));
    let (Some(names), Some(arguments)) = (names, arguments) else { return Err(faults) };
    let sent: Vec<(&Index, &str)> =
        retried.iter().map(|(index, retried)| (*index, retried.by.as_str())).collect();
    let steps = recovery::steps(job, filler, tier.tier, &sent, &arguments, of_steps)?;
    recovery::check_names(job, &names, &steps)?;
    let template_ref =
        json!({ "name": job.ladder.template(tier.tier), "template": job.recipe.items.template.value });
    let same_artifacts = arguments.windows(2).all(|pair| pair[0].artifacts == pair[1].artifacts);
    let tasks = if items.len() <= TASKS_AT_MOST || !same_artifacts {
        written(&template_ref, &names, &arguments, &steps)
    } else {
        let tier = &job.recipe.tiers[tier.tier].name.value;
        grouped(job, tier, &template_ref, &arguments, &steps, of_steps)
    };
    if tasks.len() > WRITTEN_AT_MOST {
        let what = format!(
            "{} items in one tier take different artifacts, which makes {} tasks",
            items.len(),
            tasks.len()
        );
        return Err(too_many(job, &what).into());
    }
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

/// A task an item, each behind its recovery step where it has one.
fn written(
    template_ref: &Value,
    names: &[String],
    arguments: &[Arguments],
    steps: &[Option<Step>],
) -> Vec<Value> {
    let mut tasks = Vec::new();
    for ((name, arguments), step) in names.iter().zip(arguments).zip(steps) {
        let own = task(name, template_ref, arguments);
        match step {
            None => tasks.push(own),
            Some(step) => {
                tasks.push(recovery::task(step, name, &step.parameters));
                tasks.push(recovery::behind(own));
            }
        }
    }
    tasks
}

/// One task for all items without a recovery step, and one for those of each rule that has one.
fn grouped(
    job: &Job<'_>,
    tier: &str,
    template_ref: &Value,
    arguments: &[Arguments],
    steps: &[Option<Step>],
    of_steps: &mut Templates,
) -> Vec<Value> {
    let each = || arguments.iter().zip(steps);
    let plain: Vec<&Arguments> =
        each().filter(|(_, step)| step.is_none()).map(|(arguments, _)| arguments).collect();
    let mut tasks = Vec::new();
    if !plain.is_empty() {
        tasks.push(looped(job, template_ref, &plain));
    }
    let rules: BTreeSet<&str> = steps.iter().flatten().map(|step| step.rule.as_str()).collect();
    for rule in rules {
        let of_rule = |step: &&Step| step.rule == rule;
        let group: Vec<(&Arguments, &Step)> =
            each().filter_map(|(item, step)| Some((item, step.as_ref().filter(of_rule)?))).collect();
        tasks.extend(recovery::looped(job, tier, template_ref, &group, of_steps));
    }
    tasks
}

/// One item's task.
pub(super) fn task(name: &str, template_ref: &Value, arguments: &Arguments) -> Value {
    let mut task =
        Map::from_iter([("name".to_owned(), json!(name)), ("templateRef".to_owned(), template_ref.clone())]);
    insert_arguments(&mut task, &arguments.parameters, &arguments.artifacts);
    Value::Object(task)
}

/// One task for all items: what is the same for all is written once, and an item is a map of only what differs.
fn looped(job: &Job<'_>, template_ref: &Value, arguments: &[&Arguments]) -> Value {
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
    let name = name::slug(&format!("{ENTRY}-{}", job.recipe.items.noun));
    let mut task =
        Map::from_iter([("name".to_owned(), json!(name)), ("templateRef".to_owned(), template_ref.clone())]);
    insert_arguments(&mut task, &parameters, &first.artifacts);
    task.insert("withItems".to_owned(), Value::Array(items));
    Value::Object(task)
}

/// Gives a task its arguments, where there are some.
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

fn too_many(job: &Job<'_>, what: &str) -> Fault {
    Fault::new(
        Code::EmitTooLarge,
        format!("{what}, and a cluster takes {WRITTEN_AT_MOST} at most"),
        "plan them in parts: `--only` takes a list such as 2-100",
    )
    .at(&job.recipe.items.template.place, "the template of the items")
}
