//! The semaphore of a batch: its ConfigMap, and the template that holds it around each item.
//!
//! Where it stands. What is to be bounded is the pods of one batch at once. On the Workflow or on a tier's sub-DAG a semaphore counts
//! Workflows or tiers. On the items' template it would count items, but that template is not the batch's: an existing tier is not
//! ours, and a derived one is shared by name with every other batch and whoever else calls it. So each item runs inside a small DAG
//! of its own tier in the retry Workflow, and that holds the semaphore from before the item's first attempt until after its last.
//! The name of the ConfigMap could be filled in from an input there (Argo 4.0.7, `workflow/controller/operator.go`: a template is processed
//! before its locks are asked for), but in the Workflow it is simply written.
//!
//! The tier's `parallelism` counts these DAGs, also those that wait (`workflow/controller/node_counters.go`): no more of them wait
//! than the tier would run. An item that waits has no node of its own, so one that waited until the end never began.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::arguments::{Arguments, shared};
use super::{Draft, Job, header, labels, pod_labels};
use crate::error::Fault;
use crate::evidence::snapshot;
use crate::recipe::{Recipe, scope};
use crate::units::name;

/// The nodes that an item takes in the status: its own and, with a semaphore, the DAG's that holds it.
pub(super) fn nodes_per_item(recipe: &Recipe) -> usize {
    if recipe.semaphore.is_some() { 2 } else { 1 }
}

/// What a template says to hold the semaphore.
pub(super) struct Held {
    config_map: String,
    key: String,
}

impl Held {
    /// The semaphore of the recipe, if it has one.
    ///
    /// # Errors
    /// A ConfigMap's name that Kubernetes would refuse.
    pub(super) fn of(job: &Job<'_>) -> Result<Option<Self>, Fault> {
        let Some(semaphore) = &job.recipe.semaphore else { return Ok(None) };
        let rendered =
            semaphore.config_map.render(&scope::of_run(&job.recipe.pipeline.value, &job.evidence.lineage))?;
        let config_map = super::names::object(&semaphore.config_map, rendered, name::OBJECT_MAX)?;
        Ok(Some(Self { config_map, key: semaphore.key.value.clone() }))
    }

    /// The template of this name that runs one item of a tier, and what the item's task hands over to it: only what it cannot say by itself. What is
    /// the same for all items is written in the template; of a single item, what refers to the workflow.
    pub(super) fn around(
        &self,
        job: &Job<'_>,
        name: &str,
        template_ref: &Value,
        mut arguments: Vec<Arguments>,
    ) -> (Value, Vec<Arguments>) {
        let (parameters, declared) = hand_parameters(&job.recipe.items.index_parameter.value, &mut arguments);
        let (artifacts, inputs) = hand_artifacts(&mut arguments);
        let task_name = name::slug(&format!("{}-{}", super::dag::ENTRY, job.recipe.items.noun));
        let mut task = Map::from_iter([
            ("name".to_owned(), json!(task_name)),
            ("templateRef".to_owned(), template_ref.clone()),
        ]);
        super::dag::insert_arguments(&mut task, &parameters, &artifacts);
        let mut template = json!({
            "name": name,
            "inputs": { "parameters": declared },
            "synchronization": {
                "semaphores": [{ "configMapKeyRef": { "name": self.config_map, "key": self.key } }],
            },
            "dag": { "failFast": false, "tasks": [task] },
        });
        if !inputs.is_empty() {
            template["inputs"]["artifacts"] = json!(inputs);
        }
        (template, arguments)
    }
}

/// What the task inside the template is handed, and the inputs that the template declares for it: those are all that is left of the
/// items' own parameters.
fn hand_parameters(index: &str, arguments: &mut [Arguments]) -> (Vec<(String, String)>, Vec<Value>) {
    let (mut handed, mut asked) = (Vec::new(), BTreeSet::new());
    let alone = arguments.len() == 1;
    let shared = shared(arguments.iter().map(|item| item.parameters.as_slice()));
    for (name, value) in arguments.first().map_or(&[][..], |first| &first.parameters) {
        let is_said = name != index && shared.contains(name.as_str()) && (!alone || value.contains("{{"));
        if is_said {
            handed.push((name.clone(), value.clone()));
        } else {
            handed.push((name.clone(), format!("{{{{inputs.parameters.{name}}}}}")));
            asked.insert(name.clone());
        }
    }
    for item in arguments {
        item.parameters.retain(|(name, _)| asked.contains(name));
    }
    let inputs = handed.iter().filter(|(name, _)| asked.contains(name));
    let inputs = inputs.map(|(name, _)| json!({ "name": name })).collect();
    (handed, inputs)
}

/// The same of artifacts. What all items have alike stands in the template, and is taken from them.
fn hand_artifacts(arguments: &mut [Arguments]) -> (Vec<Value>, Vec<Value>) {
    let Some(first) = arguments.first() else { return (Vec::new(), Vec::new()) };
    if arguments.iter().all(|item| item.artifacts == first.artifacts) {
        let shared = first.artifacts.clone();
        arguments.iter_mut().for_each(|item| item.artifacts.clear());
        return (shared, Vec::new());
    }
    let named = |item: &Arguments| -> BTreeSet<String> {
        let names = item.artifacts.iter().filter_map(|artifact| artifact.get("name")?.as_str());
        names.map(str::to_owned).collect()
    };
    let names: Vec<BTreeSet<String>> = arguments.iter().map(named).collect();
    let (mut handed, mut inputs) = (Vec::new(), Vec::new());
    for name in names.iter().flatten().collect::<BTreeSet<_>>() {
        let mut input = json!({ "name": name });
        if names.iter().any(|of_item| !of_item.contains(name)) {
            input["optional"] = json!(true);
        }
        inputs.push(input.clone());
        input["from"] = json!(format!("{{{{inputs.artifacts.{name}}}}}"));
        handed.push(input);
    }
    (handed, inputs)
}

/// The name of the template that holds the semaphore around an item of a tier, or of its variant for a rule; the tiers' own all begin
/// with the entry's name.
pub(super) fn template_name(tier: &str, rule: Option<&str>) -> String {
    let behind = rule.map_or(String::new(), |rule| format!("-{rule}"));
    format!("semaphore-{}", name::slug(&format!("{tier}{behind}")))
}

/// The ConfigMap with the limit; `None` where the recipe has no semaphore. Its name was found to be one when the DAGs were made.
///
/// What it says is the same for every retry of the batch. Like the Workflow it stays on the cluster when it leaves git: what still
/// waits for a semaphore whose ConfigMap is gone waits for ever (`workflow/sync/semaphore.go`).
pub(super) fn config_map(job: &Job<'_>) -> Option<Draft> {
    let held = Held::of(job).ok()??;
    let semaphore = job.recipe.semaphore.as_ref()?;
    let lineage = &job.evidence.lineage;
    let mut metadata = Map::from_iter([("name".to_owned(), json!(held.config_map))]);
    if let Some(namespace) = &lineage.parent().namespace {
        metadata.insert("namespace".to_owned(), json!(namespace));
    }
    metadata.insert(
        "labels".to_owned(),
        json!({
            labels::MANAGED_BY.0: labels::MANAGED_BY.1,
            pod_labels::PIPELINE: job.recipe.pipeline.value,
            snapshot::ROOT_LABEL: labels::short(&lineage.root().name),
        }),
    );
    metadata.insert("annotations".to_owned(), json!({ labels::KEPT.0: labels::KEPT.1 }));
    let noun = &job.recipe.items.noun;
    Some(Draft {
        file: format!("config-map.{}.yaml", held.config_map),
        header: vec![
            header(job.recipe),
            format!("{}: how many {noun}s of this batch run at once, over all its retry Workflows", held.key),
            format!("to change it while they run: kubectl edit configmap {}", held.config_map),
            "the next sync or apply puts the limit of this file back: change it in the recipe too".to_owned(),
        ],
        value: json!({
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": metadata,
            "data": { held.key: semaphore.limit.to_string() },
        }),
    })
}
