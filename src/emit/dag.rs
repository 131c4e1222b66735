//! The DAGs of the retry: one sub-DAG a tier, and the entry DAG over them.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::arguments::{Arguments, Filler, shared};
use super::recovery::{self, Step, Templates};
use super::{Job, aggregate, attempt, concurrency, layout, names};
use crate::error::{Code, Fault, Faults};
use crate::evidence::snapshot::TemplateRef;
use crate::plan::{Fate, Retried, TierPlan};
use crate::recipe::{Aggregate, AggregateAs};
use crate::units::{Index, name};

/// The entry template's name.
pub(super) const ENTRY: &str = "retry";

/// What a task calls: `template` or `templateRef`, and its value.
pub(super) type Callee = (&'static str, Value);

/// What stands around the items: what they hold while they run, and the templates that this and their recovery steps need.
struct Around {
    semaphore: Option<concurrency::Held>,
    held: Vec<Value>,
    of_steps: Templates,
}

/// The templates of the retry, the entry first.
///
/// # Errors
/// Those of names and arguments, of every tier at once.
pub(super) fn templates(job: &Job<'_>, filler: &Filler<'_>) -> Result<Vec<Value>, Faults> {
    let mut faults = Faults::new();
    let mut tiers = Vec::new();
    let semaphore = faults.take(concurrency::Held::of(job).map_err(Into::into)).flatten();
    let mut around = Around { semaphore, held: Vec::new(), of_steps: Templates::default() };
    if job.recipe.items.attempt_env || !recovery::used(job).is_empty() {
        faults.take(attempt::check(job));
    }
    for tier in job.plan.tiers.iter().filter(|tier| !tier.items.is_empty()) {
        if let Some(template) = faults.take(tier_dag(job, filler, tier, &mut around)) {
            tiers.push(template);
        }
    }
    let names: Vec<String> =
        tiers.iter().filter_map(|tier| Some(tier.get("name")?.as_str()?.to_owned())).collect();
    let aggregate = faults.take(aggregation(job).transpose().map_err(Faults::from)).flatten();
    let placed = |place: AggregateAs| aggregate.as_ref().filter(|(found, _)| found.placed == place);
    let mut templates = vec![entry_dag(placed(AggregateAs::Task), &names)];
    templates.extend(placed(AggregateAs::ExitHandler).map(|(found, calls)| aggregate::handler(found, calls)));
    // What the recipe hands the aggregation may refer to a parameter by the name that the parent gives it.
    templates.iter_mut().for_each(|template| filler.changes().rewrite(template));
    let handler = templates.split_off(1);
    templates.extend(tiers);
    templates.extend(around.held);
    templates.extend(around.of_steps.into_list());
    templates.extend(handler);
    if templates.len() > layout::WRITTEN_AT_MOST {
        faults.push(too_many(job, &format!("the Workflow would have {} templates", templates.len())));
    }
    faults.or(templates)
}

/// The aggregation, and what it calls.
fn aggregation<'a>(job: &Job<'a>) -> Option<Result<(&'a Aggregate, TemplateRef), Fault>> {
    let aggregate = job.recipe.aggregate.as_ref()?;
    let calls = job.evidence.reference(&aggregate.name, &aggregate.template.value);
    Some(calls.map(|calls| (aggregate, calls)))
}

/// The entry DAG. Its `target` names every tier and the aggregation behind them: without it the Workflow would say Succeeded over failed items,
/// because only the leaf, the aggregation, would count (seen on a real controller).
fn entry_dag(aggregate: Option<&(&Aggregate, TemplateRef)>, tiers: &[String]) -> Value {
    let mut tasks: Vec<Value> = tiers.iter().map(|tier| json!({ "name": tier, "template": tier })).collect();
    let mut targets = tiers.to_vec();
    if let Some((aggregate, calls)) = aggregate {
        tasks.push(aggregate::task(aggregate, calls, tiers));
        targets.push(aggregate.template.value.clone());
    }
    json!({ "name": ENTRY, "dag": { "failFast": false, "target": targets.join(" "), "tasks": tasks } })
}

fn tier_dag(
    job: &Job<'_>,
    filler: &Filler<'_>,
    tier: &TierPlan,
    around: &mut Around,
) -> Result<Value, Faults> {
    let items: Vec<&Index> = tier.items.iter().collect();
    let retried = retried(job, tier);
    let mut faults = Faults::new();
    let arguments = faults.take(filler.tier(tier.tier, &items));
    let is_looped =
        arguments.as_ref().and_then(|all| faults.take(layout::is_looped(job, all).map_err(Faults::from)));
    // The items of one task have no names of their own.
    let names = match is_looped {
        Some(true) => None,
        _ => faults.take(names::tasks(job, &retried)),
    };
    let Some(arguments) = arguments.filter(|_| faults.is_empty()) else { return Err(faults) };
    let sent: Vec<(&Index, &str)> =
        retried.iter().map(|(index, retried)| (*index, retried.by.as_str())).collect();
    let steps = recovery::steps(job, filler, tier.tier, &sent, &arguments, &mut around.of_steps)?;
    let tier_name = &job.recipe.tiers[tier.tier].name.value;
    let same_artifacts = layout::same_artifacts(&arguments);
    let calls = calls(job, tier_name, &retried, arguments, around);
    let tasks = match names {
        Some(names) => {
            recovery::check_names(job, &names, &steps)?;
            written(&names, &calls, &steps)
        }
        None => grouped(job, tier_name, &calls, &steps, around),
    };
    if tasks.len() > layout::WRITTEN_AT_MOST {
        let other = layout::too_many_with_steps(job, items.len(), tasks.len(), same_artifacts);
        let what = || too_many(job, &format!("{} items in one tier are {} tasks", items.len(), tasks.len()));
        return Err(other.unwrap_or_else(what).into());
    }
    let mut template =
        Map::from_iter([("name".to_owned(), json!(format!("{ENTRY}-{}", name::slug(tier_name))))]);
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

/// What runs one item: what its task calls, and with which arguments.
struct Call {
    callee: Callee,
    arguments: Arguments,
    /// The rule of the variant that it runs.
    variant: Option<String>,
}

/// The calls of a tier's items, in their order. Each item runs its tier's WorkflowTemplate, or the variant of it for the item's rule; with
/// a semaphore, through the template that holds it.
fn calls(
    job: &Job<'_>,
    tier: &str,
    retried: &[(&Index, &Retried)],
    arguments: Vec<Arguments>,
    around: &mut Around,
) -> Vec<Call> {
    let mut calls: BTreeMap<usize, Call> = BTreeMap::new();
    let mut groups: BTreeMap<Option<String>, Vec<(usize, Arguments)>> = BTreeMap::new();
    for (position, arguments) in arguments.into_iter().enumerate() {
        let variant = job.plan.variant(retried[position].1).map(|variant| variant.rule.clone());
        groups.entry(variant).or_default().push((position, arguments));
    }
    for (variant, group) in groups {
        let (positions, arguments): (Vec<usize>, Vec<Arguments>) = group.into_iter().unzip();
        let template_ref = template_ref(job, retried[positions[0]].1);
        let (callee, arguments) = match &around.semaphore {
            None => (("templateRef", template_ref), arguments),
            Some(semaphore) => {
                let wanted = concurrency::template_name(tier, variant.as_deref());
                let name =
                    names::fresh(&wanted, |name| around.held.iter().any(|known| known["name"] == name));
                let (held, arguments) = semaphore.around(job, &name, &template_ref, arguments);
                around.held.push(held);
                (("template", json!(name)), arguments)
            }
        };
        for (position, arguments) in positions.into_iter().zip(arguments) {
            calls.insert(position, Call { callee: callee.clone(), arguments, variant: variant.clone() });
        }
    }
    calls.into_values().collect()
}

fn template_ref(job: &Job<'_>, retried: &Retried) -> Value {
    let tier = job.ladder.reference(job.recipe, retried.to);
    let variant = job.plan.variant(retried);
    // A variant is a WorkflowTemplate of the namespace, whatever it is derived from.
    let varied = variant.map(|variant| TemplateRef {
        name: variant.name.clone(),
        cluster_scope: false,
        ..tier.clone()
    });
    varied.unwrap_or(tier).value()
}

/// A task an item, each behind its recovery step where it has one.
fn written(names: &[String], calls: &[Call], steps: &[Option<Step>]) -> Vec<Value> {
    let mut tasks = Vec::new();
    for ((name, call), step) in names.iter().zip(calls).zip(steps) {
        let own = task(name, &call.callee, &call.arguments);
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

/// One task for all items of a tier that run the same: a loop runs one template, so those of each variant are by themselves, and those
/// of each rule with a recovery step.
fn grouped(
    job: &Job<'_>,
    tier: &str,
    calls: &[Call],
    steps: &[Option<Step>],
    around: &mut Around,
) -> Vec<Value> {
    let mut groups: BTreeMap<(Option<&str>, Option<&str>), Vec<usize>> = BTreeMap::new();
    for (position, (call, step)) in calls.iter().zip(steps).enumerate() {
        let step = step.as_ref().map(|step| step.rule.as_str());
        groups.entry((step, call.variant.as_deref())).or_default().push(position);
    }
    let mut tasks: Vec<Value> = Vec::new();
    for ((_, variant), positions) in groups {
        let is_taken = |name: &str| tasks.iter().any(|task| task["name"] == name);
        let own: Vec<&Arguments> = positions.iter().map(|position| &calls[*position].arguments).collect();
        let callee = &calls[positions[0]].callee;
        let steps: Vec<&Step> = positions.iter().filter_map(|position| steps[*position].as_ref()).collect();
        if steps.is_empty() {
            let behind = variant.map_or(String::new(), |rule| format!("-{rule}"));
            let wanted = name::slug(&format!("{ENTRY}-{}{behind}", job.recipe.items.noun));
            let name = names::fresh(&wanted, is_taken);
            tasks.push(looped(job, &name, callee, &own));
        } else {
            let group: Vec<(&Arguments, &Step)> = own.into_iter().zip(steps).collect();
            let behind = if variant.is_some() { "-variant" } else { "" };
            let wanted =
                name::slug(&format!("recover-{}-{}{behind}", job.recipe.items.noun, group[0].1.rule));
            let name = names::fresh(&wanted, is_taken);
            tasks.extend(recovery::looped(job, tier, &name, callee, &group, &mut around.of_steps));
        }
    }
    tasks
}

/// One item's task.
pub(super) fn task(name: &str, (key, callee): &Callee, arguments: &Arguments) -> Value {
    let mut task = Map::from_iter([("name".to_owned(), json!(name)), ((*key).to_owned(), callee.clone())]);
    insert_arguments(&mut task, &arguments.parameters, &arguments.artifacts);
    Value::Object(task)
}

/// One task for all items: what is the same for all is written once, and an item is a map of its index and what else differs.
fn looped(job: &Job<'_>, name: &str, (key, callee): &Callee, arguments: &[&Arguments]) -> Value {
    let first = arguments[0];
    let index = &job.recipe.items.index_parameter.value;
    let shared = shared(arguments.iter().map(|item| item.parameters.as_slice()));
    let same = |name: &str| name != index && shared.contains(name);
    let parameters: Vec<(String, String)> = first
        .parameters
        .iter()
        .map(|(name, value)| {
            let value = if same(name) { value.clone() } else { format!("{{{{item.{name}}}}}") };
            (name.clone(), value)
        })
        .collect();
    let items: Vec<Value> = arguments
        .iter()
        .map(|item| {
            let differing = item.parameters.iter().filter(|(name, _)| !same(name));
            Value::Object(differing.map(|(name, value)| (name.clone(), json!(value))).collect())
        })
        .collect();
    let mut task = Map::from_iter([("name".to_owned(), json!(name)), ((*key).to_owned(), callee.clone())]);
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
        format!("{what}, and a cluster takes {} at most", layout::WRITTEN_AT_MOST),
        "plan them in parts: `--only` takes a list such as 2-100",
    )
    .at(&job.recipe.items.template.place, "the template of the items")
}
