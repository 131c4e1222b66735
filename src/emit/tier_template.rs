//! A derived tier's WorkflowTemplate: the base with only the tier's differences.

use serde_json::{Map, Value, json};

use super::{Changes, Draft, attempt, clean, header, labels, names, retry_strategy};
use crate::error::{Code, Fault, Faults};
use crate::plan::Ladder;
use crate::recipe::{Recipe, Resources, TierForm};
use crate::units::{Cpu, name};

/// The label by which a tier's WorkflowTemplate says which tier it is.
const TIER_LABEL: &str = "gapit-compile/tier";

/// Whether a document is a WorkflowTemplate that was derived for a tier.
pub(super) fn is_tier(document: &Value) -> bool {
    let labels = document.get("metadata").and_then(|metadata| metadata.get("labels"));
    labels.is_some_and(|labels| labels.get(TIER_LABEL).is_some())
}

/// The draft of a tier; `None` where its WorkflowTemplate exists already.
pub(super) fn draft(
    recipe: &Recipe,
    ladder: &Ladder,
    tier: usize,
    namespace: Option<&str>,
    changes: &Changes,
) -> Option<Result<Draft, Faults>> {
    let TierForm::Derived(resources) = &recipe.tiers[tier].form else { return None };
    Some(derive(recipe, ladder, tier, namespace, changes, resources))
}

fn derive(
    recipe: &Recipe,
    ladder: &Ladder,
    tier: usize,
    namespace: Option<&str>,
    changes: &Changes,
    resources: &Resources,
) -> Result<Draft, Faults> {
    let rendered = ladder.template(tier).to_owned();
    let template = names::object(&recipe.naming.template, rendered, name::OBJECT_MAX)?;
    let base = ladder.base.as_ref().expect("a ladder with a derived tier has a base");
    let mut document = base.document.clone();
    clean::object(&mut document);
    clean::round_trip(&mut document);
    let tier_name = &recipe.tiers[tier].name;
    rename(&mut document, &template, namespace, &tier_name.value);
    let body = body_mut(&mut document, &recipe.items.template.value);
    let unsuited = || {
        Fault::new(
            Code::EmitBaseUnsuited,
            format!("template `{}` of {} has no container to give other resources to", recipe.items.template.value, base.name),
            "differences mean its container, its script or the container `main` of its container set; name the template that has one in `items.template`",
        )
        .at(&recipe.items.template.place, "the template of the items")
    };
    let body = body.ok_or_else(unsuited)?;
    apply(body, resources, ladder.resources(tier).request_cpu.as_ref()).ok_or_else(unsuited)?;
    if recipe.items.attempt_env {
        attempt::declare(body).ok_or_else(unsuited)?;
    }
    // Last: the tier's own differences can refer to a parameter too.
    changes.rewrite(&mut document);
    Ok(Draft {
        file: format!("workflow-template.{template}.yaml"),
        header: vec![header(recipe)],
        value: document,
    })
}

/// The derived object's own kind, name, namespace and labels; the base's other labels and annotations stay. A ClusterWorkflowTemplate
/// belongs to the whole cluster, so that what is derived from it for one pipeline is none.
pub(super) fn rename(document: &mut Value, template: &str, namespace: Option<&str>, tier: &str) {
    let metadata = document["metadata"].take();
    let mut labels = metadata.get("labels").and_then(Value::as_object).cloned().unwrap_or_default();
    labels.retain(|key, _| !key.starts_with("argocd.argoproj.io/") && key != "app.kubernetes.io/instance");
    labels.insert(labels::MANAGED_BY.0.to_owned(), json!(labels::MANAGED_BY.1));
    labels.insert(TIER_LABEL.to_owned(), json!(name::short(tier, name::OBJECT_MAX)));
    let mut fresh = Map::from_iter([("name".to_owned(), json!(template))]);
    if let Some(namespace) = namespace {
        fresh.insert("namespace".to_owned(), json!(namespace));
    }
    fresh.insert("labels".to_owned(), Value::Object(labels));
    if let Some(annotations) = metadata.get("annotations").filter(|annotations| annotations.is_object()) {
        fresh.insert("annotations".to_owned(), annotations.clone());
    }
    document["metadata"] = Value::Object(fresh);
    document["kind"] = json!("WorkflowTemplate");
}

/// The template of the items in a WorkflowTemplate.
pub(super) fn body_mut<'a>(document: &'a mut Value, template: &str) -> Option<&'a mut Map<String, Value>> {
    let templates = document.pointer_mut("/spec/templates")?.as_array_mut()?;
    templates
        .iter_mut()
        .find(|body| body.get("name").and_then(Value::as_str) == Some(template))?
        .as_object_mut()
}

/// Puts the differences into the template; `None` where it has no container for them.
fn apply(body: &mut Map<String, Value>, changes: &Resources, cpu: Option<&Cpu>) -> Option<()> {
    let container = container_mut(body)?;
    let pairs = [
        ("requests", "memory", changes.request_memory.as_ref().map(|at| at.value.to_string())),
        ("requests", "cpu", changes.request_cpu.as_ref().map(|at| at.value.to_string())),
        ("limits", "memory", changes.limit_memory.as_ref().map(|at| at.value.to_string())),
        ("limits", "cpu", changes.limit_cpu.as_ref().map(|at| at.value.to_string())),
    ];
    for (side, resource, quantity) in pairs {
        if let Some(quantity) = quantity {
            let side = map_at(map_at(container, "resources"), side);
            side.insert(resource.to_owned(), json!(quantity));
        }
    }
    for variable in &changes.threads_env {
        set_env(container, &variable.value, &cpu?.threads().to_string());
    }
    for (key, value) in &changes.labels {
        map_at(map_at(body, "metadata"), "labels").insert(key.value.clone(), json!(value.value));
    }
    if let Some(strategy) = &changes.retry_strategy {
        body.insert("retryStrategy".to_owned(), retry_strategy::value(strategy));
    }
    Some(())
}

/// The container that differences mean.
pub(super) fn container_mut(body: &mut Map<String, Value>) -> Option<&mut Map<String, Value>> {
    let key = ["container", "script"].into_iter().find(|key| body.get(*key).is_some_and(Value::is_object));
    match key {
        Some(key) => body.get_mut(key)?.as_object_mut(),
        None => {
            let set = body.get_mut("containerSet")?.get_mut("containers")?.as_array_mut()?;
            set.iter_mut()
                .find(|container| container.get("name").and_then(Value::as_str) == Some("main"))?
                .as_object_mut()
        }
    }
}

/// The map under a key, made if it is not there.
pub(super) fn map_at<'a>(map: &'a mut Map<String, Value>, key: &str) -> &'a mut Map<String, Value> {
    let value = map.entry(key.to_owned()).or_insert_with(|| json!({}));
    if !value.is_object() {
        *value = json!({});
    }
    value.as_object_mut().expect("it was made an object on the line above")
}

/// Sets an environment variable where it stands, or adds it at the end.
pub(super) fn set_env(container: &mut Map<String, Value>, variable: &str, value: &str) {
    let env = container.entry("env".to_owned()).or_insert_with(|| json!([]));
    let fresh = json!({ "name": variable, "value": value });
    if let Some(list) = env.as_array_mut() {
        match list.iter_mut().find(|entry| entry.get("name").and_then(Value::as_str) == Some(variable)) {
            Some(entry) => *entry = fresh,
            None => list.push(fresh),
        }
    }
}
