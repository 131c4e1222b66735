//! The retry Workflow: what it carries from its parent, and the DAGs that run the plan.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::arguments::Filler;
use super::{
    Changes, Draft, Job, aggregate, attempt, carry, clean, concurrency, dag, header, labels, memoize, names,
    pod_labels, recovery, reference,
};
use crate::error::{Code, Fault, Faults};
use crate::recipe::{AggregateAs, Before, NamingMode};

/// What a Workflow may weigh with all that its status will hold: well below the 1 MiB at which the controller compresses
/// (`workflow/packer/packer.go`).
const BYTES_AT_MOST: usize = 900 * 1024;

/// What the status takes for an item.
const BYTES_PER_ITEM: usize = 250;

/// The Workflow's draft, behind that of the WorkflowTemplate that it refers to where the recipe asks for one.
///
/// # Errors
/// Names, labels, arguments or sizes that a cluster would refuse.
pub(super) fn drafts(
    job: &Job<'_>,
    changes: &Changes,
    templates: &[Draft],
    warnings: &mut Vec<String>,
) -> Result<Vec<Draft>, Faults> {
    let mut faults = Faults::new();
    let name = faults.take(names::workflow(job));
    let labels = faults.take(labels::labels(job));
    let filler = Filler::new(job, changes);
    let dags = faults.take(dag::templates(job, &filler));
    let (Some(name), Some(labels), Some(dags)) = (name, labels, dags) else { return Err(faults) };
    warnings.extend(attempt::without(job));
    let spec = spec(job, changes, dags, warnings);
    let mut value = json!({
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Workflow",
        "metadata": metadata(job, &name, labels),
        "spec": spec,
    });
    memoize::workflow(job, changes, &mut value, templates, warnings);
    // Last, so that what goes over to the WorkflowTemplate is the whole spec.
    let referred = match value["spec"].as_object_mut().filter(|_| job.recipe.output.reference) {
        Some(spec) => Some(reference::template(job, &name, spec)?),
        None => None,
    };
    check_size(job, &value, referred.as_ref(), templates)?;
    let mut lines = vec![header(job.recipe)];
    if !job.flags.is_empty() {
        lines.push(format!("with {}", job.flags.typed().join(" ")));
    }
    let workflow = Draft { file: format!("workflow.{name}.yaml"), header: lines, value };
    Ok(referred.into_iter().chain([workflow]).collect())
}

fn metadata(job: &Job<'_>, name: &str, labels: Map<String, Value>) -> Value {
    let mut metadata = Map::new();
    match job.recipe.output.naming_mode {
        NamingMode::Name => metadata.insert("name".to_owned(), json!(name)),
        NamingMode::GenerateName | NamingMode::ArgocdHook => {
            metadata.insert("generateName".to_owned(), json!(format!("{name}-")))
        }
    };
    if let Some(namespace) = &job.evidence.lineage.parent().namespace {
        metadata.insert("namespace".to_owned(), json!(namespace));
    }
    metadata.insert("labels".to_owned(), Value::Object(labels));
    metadata.insert("annotations".to_owned(), Value::Object(labels::annotations(job)));
    Value::Object(metadata)
}

fn spec(
    job: &Job<'_>,
    changes: &Changes,
    dags: Vec<Value>,
    warnings: &mut Vec<String>,
) -> Map<String, Value> {
    let mounted = mounted(job);
    let lineage = &job.evidence.lineage;
    let mut carried =
        Value::Object(carry::spec(lineage, job.recipe.output.naming_mode, mounted.as_ref(), warnings));
    clean::round_trip(&mut carried);
    changes.rewrite(&mut carried);
    let mut spec = carried.as_object().cloned().unwrap_or_default();
    spec.insert("entrypoint".to_owned(), json!(dag::ENTRY));
    if job.recipe.aggregate.as_ref().is_some_and(|aggregate| aggregate.placed == AggregateAs::ExitHandler) {
        spec.insert("onExit".to_owned(), json!(aggregate::HANDLER));
    }
    if !changes.arguments().is_empty() {
        spec.insert("arguments".to_owned(), Value::Object(changes.arguments().clone()));
    }
    pod_labels::put(job, &mut spec);
    if let Some(deadline) = job.plan.deadline.value {
        spec.insert("activeDeadlineSeconds".to_owned(), json!(deadline.0));
    }
    spec.insert("templates".to_owned(), Value::Array(dags));
    spec
}

/// The volumes that the tiers in use, their recovery steps and the aggregation mount; `None` where one of their templates is not known.
fn mounted(job: &Job<'_>) -> Option<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for tier in job.plan.tiers.iter().filter(|tier| !tier.items.is_empty()) {
        names.extend(carry::mounts(job.ladder.document(tier.tier)?));
    }
    if let Some(aggregate) = &job.recipe.aggregate {
        let reference = job.evidence.reference(&aggregate.name, &aggregate.template.value).ok()?;
        names.extend(carry::mounts(job.evidence.template(&reference)?));
    }
    for before in recovery::used(job) {
        if let Before::TemplateRef { name, template } = before {
            let reference = job.evidence.reference(name, &template.value).ok()?;
            names.extend(carry::mounts(job.evidence.template(&reference)?));
        }
    }
    Some(names)
}

/// Spec, referenced templates and what the status will take for the items stay below the limit. Of a WorkflowTemplate that is
/// referred to as a whole the status holds the spec, and its templates once more among the stored ones (seen on a real controller).
fn check_size(
    job: &Job<'_>,
    workflow: &Value,
    referred: Option<&Draft>,
    templates: &[Draft],
) -> Result<(), Faults> {
    let items: usize = job.plan.tiers.iter().map(|tier| tier.items.len()).sum();
    let stored = templates.iter().chain(referred).chain(referred);
    let referenced: usize = stored.map(|draft| draft.value.to_string().len()).sum();
    let nodes = concurrency::nodes_per_item(job.recipe);
    let bytes = workflow.to_string().len() + referenced + BYTES_PER_ITEM * nodes * items;
    if bytes <= BYTES_AT_MOST {
        return Ok(());
    }
    Err(Fault::new(
        Code::EmitTooLarge,
        format!(
            "the Workflow would take about {} KiB with its status, more than the {} KiB that are safe",
            bytes / 1024,
            BYTES_AT_MOST / 1024
        ),
        "plan it in parts: `--only` takes a list such as 2-1000",
    )
    .at(&job.recipe.items.template.place, "the template of the items")
    .into())
}
