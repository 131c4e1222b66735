//! The objects in documents: a list is looked into, and other kinds than Argo's are told apart.

use serde_json::Value;

use crate::units::name::nearest;
use crate::verify::document::Document;

/// An object at its place.
#[derive(Debug)]
pub(super) struct Object {
    /// The index of its document.
    pub(super) document: usize,
    /// The pointer from the document to it: `/items/3`, or nothing.
    pub(super) base: String,
    pub(super) value: Value,
    /// Whether it is one of those that hold a workflow spec.
    pub(super) is_argo: bool,
}

/// The group of Argo's objects.
const GROUP: &str = "argoproj.io";

/// The kinds that hold a workflow spec.
const KINDS: [&str; 4] = ["Workflow", "WorkflowTemplate", "ClusterWorkflowTemplate", "CronWorkflow"];

/// Other kinds of that group, of Argo Workflows, Events, CD and Rollouts: none of these is a misspelt one of ours.
const NEIGHBOURS: [&str; 17] = [
    "AnalysisRun",
    "AnalysisTemplate",
    "AppProject",
    "Application",
    "ApplicationSet",
    "ClusterAnalysisTemplate",
    "EventBus",
    "EventSource",
    "Experiment",
    "GitOpsPromoter",
    "Rollout",
    "Sensor",
    "WorkflowArtifactGCTask",
    "WorkflowEventBinding",
    "WorkflowTaskResult",
    "WorkflowTaskSet",
    "ArgoCD",
];

impl Object {
    /// Its kind as it is written; empty where it has none.
    pub(super) fn kind(&self) -> &str {
        text(&self.value, "/kind")
    }

    /// What to call it: its kind, its namespace where it has one, and its name, `Workflow ci/build-`.
    pub(super) fn label(&self) -> String {
        let name = [text(&self.value, "/metadata/name"), text(&self.value, "/metadata/generateName")];
        let name = name.into_iter().find(|name| !name.is_empty()).unwrap_or("without a name");
        match text(&self.value, "/metadata/namespace") {
            "" => format!("{} {name}", self.kind()),
            namespace => format!("{} {namespace}/{name}", self.kind()),
        }
    }
}

/// The objects of all documents in their order. The values are taken out of the documents, whose places stay.
pub(super) fn objects(documents: &mut [(usize, Document)]) -> Vec<Object> {
    let mut objects = Vec::new();
    for (at, (_, document)) in documents.iter_mut().enumerate() {
        look_into(at, String::new(), document.value.take(), &mut objects);
    }
    objects
}

fn look_into(document: usize, base: String, mut value: Value, objects: &mut Vec<Object>) {
    let is_list = text(&value, "/kind").ends_with("List");
    let items = value.get_mut("items").filter(|_| is_list).and_then(Value::as_array_mut).map(std::mem::take);
    let Some(items) = items else {
        let is_argo = is_argo(&value);
        objects.push(Object { document, base, value, is_argo });
        return;
    };
    // A WorkflowList of an older client names the kind only once.
    let (kind, api) =
        (text(&value, "/kind").trim_end_matches("List").to_owned(), value["apiVersion"].clone());
    for (at, mut item) in items.into_iter().enumerate() {
        if let Some(members) = item
            .as_object_mut()
            .filter(|members| KINDS.contains(&kind.as_str()) && !members.contains_key("kind"))
        {
            members.insert("kind".to_owned(), Value::from(kind.as_str()));
            members.entry("apiVersion").or_insert_with(|| api.clone());
        }
        look_into(document, format!("{base}/items/{at}"), item, objects);
    }
}

/// Whether it is, or was meant to be, an object that holds a workflow spec.
fn is_argo(value: &Value) -> bool {
    let (kind, api) = (text(value, "/kind"), text(value, "/apiVersion"));
    let group = api.split('/').next().unwrap_or_default();
    match kind {
        "" => false,
        // Other projects have a Workflow too.
        "Workflow" => group.is_empty() || !api.contains('/') || nearest(group, [GROUP]).is_some(),
        kind if KINDS.contains(&kind) => true,
        kind => group == GROUP && !NEIGHBOURS.contains(&kind) && nearest(kind, KINDS).is_some(),
    }
}

fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn argos_objects_are_told_from_those_of_others() {
        for (api, kind) in [
            ("argoproj.io/v1alpha1", "Workflow"),
            ("argoproj.io/v1", "CronWorkflow"),
            ("argoproj.oi/v1alpha1", "Workflow"),
            ("v1alpha1", "WorkflowTemplate"),
            ("argoproj.io/v1alpha1", "Worklfow"),
            ("argoproj.io/v1alpha1", "workflow"),
        ] {
            assert!(is_argo(&json!({"apiVersion": api, "kind": kind})), "{api} {kind}");
        }
        for (api, kind) in [
            ("sonataflow.org/v1alpha08", "Workflow"),
            ("v1", "ConfigMap"),
            ("argoproj.io/v1alpha1", "Application"),
            ("argoproj.io/v1alpha1", "WorkflowTaskSet"),
            ("argoproj.io/v1alpha1", "WorkflowEventBinding"),
        ] {
            assert!(!is_argo(&json!({"apiVersion": api, "kind": kind})), "{api} {kind}");
        }
        assert!(
            is_argo(&json!({"kind": "Workflow"})) && !is_argo(&json!({"apiVersion": "argoproj.io/v1alpha1"}))
        );
    }
}
