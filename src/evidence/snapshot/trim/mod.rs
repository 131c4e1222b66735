//! The trimmed form of a snapshot: what some stage needs, and nothing else; the inverse of [`read`](super::read).
//!
//! A [`Workflow`] holds exactly what the stages need, so the trimmed form is the workflow written back into the fields it was read
//! from. What only records how the object lived on its cluster (`resourceVersion`, `managedFields`, progress, durations, display
//! names, the places of logs) was never read and is not written. Keys are sorted, as `kubectl -o json` sorts them: a trimmed
//! file lies beside the raw one line by line, and needs no table of Argo's fields.

mod layout;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::inherit;
use super::nodes::{Node, Nodes, Parameter, TemplateRef};
use super::workflow::Workflow;

/// The JSON text of a workflow's trimmed form. It reads back as an equal workflow, and the same workflow gives the same bytes.
pub fn trim(workflow: &Workflow) -> String {
    let mut value = json!({
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Workflow",
        "metadata": metadata(workflow),
        "spec": workflow.spec,
        "status": status(workflow),
    });
    if workflow.spec.get("shutdown").and_then(Value::as_str) != workflow.shutdown.as_deref() {
        // Somebody stopped a run whose spec came from a WorkflowTemplate: the two stand in different places.
        value["spec"] = json!({ "shutdown": workflow.shutdown });
        value["status"]["storedWorkflowTemplateSpec"] = json!(workflow.spec);
    }
    value.sort_all_objects();
    layout::text(&value)
}

fn metadata(workflow: &Workflow) -> Value {
    let mut fields = Fields::default();
    fields.put("name", &workflow.name);
    fields.maybe("generateName", workflow.generate_name.as_ref());
    fields.maybe("namespace", workflow.namespace.as_ref());
    fields.maybe("creationTimestamp", workflow.created.map(time));
    fields.maybe("labels", Some(&workflow.labels).filter(|labels| !labels.is_empty()));
    fields.maybe("annotations", Some(&workflow.annotations).filter(|annotations| !annotations.is_empty()));
    fields.value()
}

fn status(workflow: &Workflow) -> Value {
    let mut fields = Fields::default();
    fields.text("phase", workflow.phase.as_str());
    fields.text("message", &workflow.message);
    fields.maybe("startedAt", workflow.started.map(time));
    fields.maybe("finishedAt", workflow.finished.map(time));
    fields.maybe("storedTemplates", Some(&workflow.stored_templates).filter(|stored| !stored.is_empty()));
    let mut nodes: Nodes = workflow.nodes.clone();
    inherit::strip(&mut nodes);
    let nodes: Map<String, Value> = nodes.0.values().map(|each| (each.id.clone(), node(each))).collect();
    fields.put("nodes", nodes);
    fields.value()
}

fn node(node: &Node) -> Value {
    let mut fields = Fields::default();
    fields.text("name", &node.name);
    fields.text("type", node.kind.as_str());
    fields.text("phase", node.phase.as_str());
    fields.maybe("templateName", node.template_name.as_ref());
    fields.maybe("templateRef", node.template_ref.as_ref().map(template_ref));
    fields.maybe("templateScope", node.template_scope.as_ref());
    fields.maybe("boundaryID", node.boundary.as_ref());
    fields.text("message", &node.message);
    fields.maybe("startedAt", node.started.map(time));
    fields.maybe("finishedAt", node.finished.map(time));
    fields.maybe("hostNodeName", node.host.as_ref());
    fields.maybe("outputs", node.exit_code.map(|code| json!({ "exitCode": code.to_string() })));
    fields.maybe("children", Some(&node.children).filter(|children| !children.is_empty()));
    let mut inputs = Fields::default();
    inputs.list("parameters", node.parameters.iter().map(parameter).collect());
    inputs.list("artifacts", node.artifacts.clone());
    fields.maybe("inputs", Some(inputs.0).filter(|inputs| !inputs.is_empty()));
    let mut flag = Fields::default();
    flag.maybe("hooked", node.hooked.then_some(true));
    flag.maybe("retried", node.retried.then_some(true));
    fields.maybe("nodeFlag", Some(flag.0).filter(|flag| !flag.is_empty()));
    fields.value()
}

fn parameter(parameter: &Parameter) -> Value {
    let mut fields = Fields::default();
    fields.put("name", &parameter.name);
    fields.maybe("value", parameter.value.as_ref());
    fields.value()
}

fn template_ref(reference: &TemplateRef) -> Value {
    let mut fields = Fields::default();
    fields.text("name", &reference.name);
    fields.text("template", &reference.template);
    fields.maybe("clusterScope", reference.cluster_scope.then_some(true));
    fields.value()
}

fn time(time: Timestamp) -> String {
    time.to_string()
}

/// An object of JSON in the making: what is absent is left out, as Argo leaves it out.
#[derive(Default)]
struct Fields(Map<String, Value>);

impl Fields {
    fn put(&mut self, key: &str, value: impl serde::Serialize) {
        self.0.insert(key.to_owned(), json!(value));
    }

    fn maybe(&mut self, key: &str, value: Option<impl serde::Serialize>) {
        if let Some(value) = value {
            self.put(key, value);
        }
    }

    fn text(&mut self, key: &str, text: &str) {
        self.maybe(key, Some(text).filter(|text| !text.is_empty()));
    }

    fn list(&mut self, key: &str, list: Vec<Value>) {
        self.maybe(key, Some(list).filter(|list| !list.is_empty()));
    }

    fn value(self) -> Value {
        Value::Object(self.0)
    }
}

#[cfg(test)]
mod tests;
