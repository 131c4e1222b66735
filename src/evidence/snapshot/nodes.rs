//! The nodes of a workflow's status (Argo 4.1.2, `pkg/apis/workflow/v1alpha1/workflow_types.go`, `NodeStatus`).

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value, json};

/// The nodes of a workflow by id, in the order of their ids.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(transparent)]
pub struct Nodes(pub BTreeMap<String, Node>);

/// One node of a workflow.
#[derive(Debug, Clone, Serialize)]
pub struct Node {
    /// The key in the map of nodes.
    pub id: String,
    /// The full path name, which is unique; never the display name, which a template can override (`setNodeDisplayName` in Argo's
    /// `workflow/controller/operator.go`).
    pub name: String,
    /// What kind of node.
    pub kind: NodeType,
    /// How far it came.
    pub phase: Phase,
    /// The local template it ran; absent where a `template_ref` says it.
    pub template_name: Option<String>,
    /// The template of a WorkflowTemplate it ran, where its task names that.
    pub template_ref: Option<TemplateRef>,
    /// Where Argo found the local template that it ran, if that is a WorkflowTemplate: `namespaced/NAME` or `cluster/NAME`. A template of
    /// the workflow itself has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template_scope: Option<String>,
    /// The node id of the DAG, Steps or TaskGroup that encloses it.
    pub boundary: Option<String>,
    /// What Argo says about it; empty where it says nothing.
    pub message: String,
    /// When the node was made (not when its container began).
    pub started: Option<Timestamp>,
    /// When it ended; a zero time is absent.
    pub finished: Option<Timestamp>,
    /// The Kubernetes node of its pod; absent: never scheduled (`assessNodeStatus` in `operator.go`).
    pub host: Option<String>,
    /// The exit code of the container `main`, if it ended (`getExitCode` in `operator.go`).
    pub exit_code: Option<i32>,
    /// Resolved input parameters; TaskGroup and Skipped nodes have none (`initializeNode`, `executable`).
    pub parameters: Vec<Parameter>,
    /// Resolved input artifacts, as they stand.
    pub artifacts: Vec<Value>,
    /// Ids of the nodes that follow it: edges of the graph, not containment (`getOutboundNodes` in `operator.go`).
    pub children: Vec<String>,
    /// A lifecycle hook's node.
    pub hooked: bool,
    /// An attempt of a Retry node (Argo 3.5.1 and later say so).
    pub retried: bool,
}

/// A parameter with its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Parameter {
    /// The parameter's name.
    pub name: String,
    /// Its value as text; absent where it has none.
    pub value: Option<String>,
}

/// A template of a WorkflowTemplate or ClusterWorkflowTemplate.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct TemplateRef {
    /// The WorkflowTemplate.
    pub name: String,
    /// The template in it.
    pub template: String,
    /// Whether it is a ClusterWorkflowTemplate.
    pub cluster_scope: bool,
}

impl TemplateRef {
    /// The reference as a task writes it.
    pub fn value(&self) -> Value {
        let mut fields = Map::from_iter([
            ("name".to_owned(), json!(self.name)),
            ("template".to_owned(), json!(self.template)),
        ]);
        if self.cluster_scope {
            fields.insert("clusterScope".to_owned(), json!(true));
        }
        Value::Object(fields)
    }

    /// What it refers to, as Kubernetes calls that.
    pub fn kind(&self) -> &'static str {
        if self.cluster_scope { "ClusterWorkflowTemplate" } else { "WorkflowTemplate" }
    }

    /// How that becomes known, for whoever lacks it.
    pub fn save(&self) -> String {
        let (kind, name) = (self.kind().to_lowercase(), &self.name);
        format!("save it with `kubectl get {kind} {name} -o yaml` and name the file in `[inputs] templates`")
    }

    /// Its key among the templates that a run stores.
    pub(super) fn key(&self) -> String {
        let scope = if self.cluster_scope { "cluster" } else { "namespaced" };
        format!("{scope}/{}/{}", self.name, self.template)
    }
}

/// The type of a node; what Argo may add later is kept as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "Argo's own words")]
pub enum NodeType {
    Pod,
    Container,
    Steps,
    StepGroup,
    #[serde(rename = "DAG")]
    Dag,
    TaskGroup,
    Retry,
    Skipped,
    Suspend,
    #[serde(rename = "HTTP")]
    Http,
    Plugin,
    Other(String),
}

/// The phase of a node or a workflow; a missing one is `Unknown`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "Argo's own words")]
pub enum Phase {
    Pending,
    Running,
    Succeeded,
    Skipped,
    Failed,
    Error,
    Omitted,
    Unknown(String),
}

/// Argo's word; `Unknown` where there is none.
impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.as_str().is_empty() { "Unknown" } else { self.as_str() })
    }
}

impl From<String> for NodeType {
    fn from(word: String) -> Self {
        match word.as_str() {
            "Pod" => Self::Pod,
            "Container" => Self::Container,
            "Steps" => Self::Steps,
            "StepGroup" => Self::StepGroup,
            "DAG" => Self::Dag,
            "TaskGroup" => Self::TaskGroup,
            "Retry" => Self::Retry,
            "Skipped" => Self::Skipped,
            "Suspend" => Self::Suspend,
            "HTTP" => Self::Http,
            "Plugin" => Self::Plugin,
            _ => Self::Other(word),
        }
    }
}

impl From<String> for Phase {
    fn from(word: String) -> Self {
        match word.as_str() {
            "Pending" => Self::Pending,
            "Running" => Self::Running,
            "Succeeded" => Self::Succeeded,
            "Skipped" => Self::Skipped,
            "Failed" => Self::Failed,
            "Error" => Self::Error,
            "Omitted" => Self::Omitted,
            _ => Self::Unknown(word),
        }
    }
}

impl NodeType {
    /// Argo's word for it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Pod => "Pod",
            Self::Container => "Container",
            Self::Steps => "Steps",
            Self::StepGroup => "StepGroup",
            Self::Dag => "DAG",
            Self::TaskGroup => "TaskGroup",
            Self::Retry => "Retry",
            Self::Skipped => "Skipped",
            Self::Suspend => "Suspend",
            Self::Http => "HTTP",
            Self::Plugin => "Plugin",
            Self::Other(word) => word,
        }
    }
}

impl Phase {
    /// Argo's word for it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Pending => "Pending",
            Self::Running => "Running",
            Self::Succeeded => "Succeeded",
            Self::Skipped => "Skipped",
            Self::Failed => "Failed",
            Self::Error => "Error",
            Self::Omitted => "Omitted",
            Self::Unknown(word) => word,
        }
    }

    /// Whether nothing more will happen to it.
    pub fn is_over(&self) -> bool {
        matches!(self, Self::Succeeded | Self::Skipped | Self::Failed | Self::Error | Self::Omitted)
    }
}

impl Node {
    /// The template it ran, by the name inside its WorkflowTemplate or its workflow.
    pub fn template(&self) -> Option<&str> {
        self.template_ref
            .as_ref()
            .map(|reference| reference.template.as_str())
            .or(self.template_name.as_deref())
    }

    /// The template of a WorkflowTemplate that it ran: the one that its task refers to, or the one that a task of the same
    /// WorkflowTemplate calls by its plain name (Argo 4.0.7, `resolveTemplateReference` in `workflow_types.go`). `None`: a template of the
    /// workflow itself.
    pub fn reference(&self) -> Option<TemplateRef> {
        let found_in = || {
            let (kind, name) = self.template_scope.as_deref()?.split_once('/')?;
            let template = self.template_name.clone()?;
            Some(TemplateRef { name: name.to_owned(), template, cluster_scope: kind == "cluster" })
        };
        self.template_ref.clone().or_else(found_in)
    }

    /// The value of an input parameter.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|parameter| parameter.name == name)?.value.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phase_is_shown_by_argos_word() {
        for (word, shown) in [("Failed", "Failed"), ("Paused", "Paused"), ("", "Unknown")] {
            assert_eq!(Phase::from(word.to_owned()).to_string(), shown);
        }
    }
}
