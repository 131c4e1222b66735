//! Lays out nodes as Argo does, from the rules of its names and ids (`generateNodeName` in `workflow/controller/operator.go`, `NodeID` in
//! `workflow_types.go`): for tests that need a workflow of a certain shape.
#![expect(clippy::unwrap_used, reason = "these are tests, also outside their test functions")]

use gapit_compile::evidence::snapshot::{self, Workflow};
use serde_json::{Map, Value, json};

/// A workflow in the making.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    pub(crate) name: String,
    pub(crate) spec: Value,
    pub(crate) status: Map<String, Value>,
    pub(crate) nodes: Vec<Value>,
}

impl Layout {
    pub(crate) fn new(name: &str, spec: Value) -> Self {
        Self { name: name.to_owned(), spec, status: Map::new(), nodes: Vec::new() }
    }

    /// The id of a node: the workflow's name for the root, else that and the FNV-1a hash of the node's full name.
    pub(crate) fn id(&self, name: &str) -> String {
        if name == self.name {
            return name.to_owned();
        }
        let hash = name
            .bytes()
            .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
        format!("{}-{hash}", self.name)
    }

    /// Adds a node; `boundary` is the name of the node that encloses it, empty for none. `fields` win over what is laid out.
    pub(crate) fn node(&mut self, name: &str, kind: &str, boundary: &str, fields: Value) {
        let mut node = json!({"id": self.id(name), "name": name, "displayName": "-", "type": kind, "phase": "Succeeded"});
        if !boundary.is_empty() {
            node["boundaryID"] = json!(self.id(boundary));
        }
        node.as_object_mut().unwrap().extend(fields.as_object().cloned().unwrap_or_default());
        self.nodes.push(node);
    }

    /// Adds a node that ran `template` for an index, and nothing else of note.
    pub(crate) fn ran(&mut self, name: &str, kind: &str, boundary: &str, index: &str) {
        self.node(name, kind, boundary, inputs(index));
    }

    /// Adds a Retry node and its attempts, in the phases given.
    pub(crate) fn retried(&mut self, name: &str, boundary: &str, index: &str, phases: &[&str]) {
        let attempts: Vec<String> = (0..phases.len()).map(|number| format!("{name}({number})")).collect();
        let mut retry = inputs(index);
        retry["children"] = attempts.iter().map(|attempt| self.id(attempt)).collect();
        retry["phase"] = json!(phases.last().copied().unwrap_or("Succeeded"));
        self.node(name, "Retry", boundary, retry);
        for (attempt, phase) in attempts.iter().zip(phases) {
            let mut fields = inputs(index);
            fields["phase"] = json!(phase);
            fields["nodeFlag"] = json!({"retried": true});
            self.node(attempt, "Pod", boundary, fields);
        }
    }

    /// What `kubectl get workflow -o json` prints.
    pub(crate) fn json(&self) -> Value {
        let mut status = self.status.clone();
        let nodes: Map<String, Value> =
            self.nodes.iter().map(|node| (node["id"].as_str().unwrap().to_owned(), node.clone())).collect();
        status.insert("nodes".to_owned(), Value::Object(nodes));
        json!({
            "apiVersion": "argoproj.io/v1alpha1",
            "kind": "Workflow",
            "metadata": {"name": self.name, "creationTimestamp": "2025-11-12T20:00:00Z"},
            "spec": self.spec,
            "status": status,
        })
    }

    pub(crate) fn read(&self) -> Workflow {
        snapshot::read("run.json", self.json().to_string().as_bytes()).unwrap()
    }
}

/// The fields of a node of the template `run` that was given an index.
pub(crate) fn inputs(index: &str) -> Value {
    json!({"templateName": "run", "inputs": {"parameters": [{"name": "i", "value": index}]}})
}

/// A spec whose entrypoint is a DAG of these tasks, with more templates.
pub(crate) fn dag(tasks: Value, templates: Value) -> Value {
    let mut all = vec![json!({"name": "main", "dag": {"tasks": tasks}})];
    all.extend(templates.as_array().cloned().unwrap_or_default());
    json!({"entrypoint": "main", "templates": all})
}

/// A task named `t` of the template `run` in a loop, its index the argument given.
pub(crate) fn task(repeat: &str, values: Value, argument: &str) -> Value {
    json!({"name": "t", "template": "run", repeat: values,
        "arguments": {"parameters": [{"name": "i", "value": argument}]}})
}

#[test]
fn ids_are_those_that_argo_gives() {
    for (workflow, name, suffix) in [
        ("workflow-retry", "workflow-retry.launch", "2014360908"),
        ("workflow-retry", "workflow-retry.launch(1:fail)", "1743784750"),
        ("workflow-retry", "workflow-retry.launch(1:fail)(0)", "1861571805"),
        ("reproduce-bug-9tpfr", "reproduce-bug-9tpfr.process-tasks(8:8)(0)", "1384515437"),
    ] {
        assert_eq!(Layout::new(workflow, Value::Null).id(name), format!("{workflow}-{suffix}"));
    }
}
