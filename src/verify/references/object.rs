//! An object of Argo's among the documents: its kind, its names and where its workflow spec stands.

use serde_json::Value;

use super::place::{list, text};

/// What stands for a missing member.
pub(crate) static NOTHING: Value = Value::Null;

/// The kinds that hold a workflow spec.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Workflow,
    WorkflowTemplate,
    ClusterWorkflowTemplate,
    CronWorkflow,
}

/// One document that holds a workflow spec.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Object<'a> {
    pub(crate) kind: Kind,
    pub(crate) name: &'a str,
    pub(crate) namespace: &'a str,
    pub(crate) document: &'a Value,
    /// The pointer to the workflow spec.
    pub(crate) base: &'static str,
    pub(crate) spec: &'a Value,
}

impl<'a> Object<'a> {
    /// The object of a document, if its kind holds a workflow spec.
    pub(crate) fn read(document: &'a Value) -> Option<Self> {
        let kind = match text(document, "/kind") {
            "Workflow" => Kind::Workflow,
            "WorkflowTemplate" => Kind::WorkflowTemplate,
            "ClusterWorkflowTemplate" => Kind::ClusterWorkflowTemplate,
            "CronWorkflow" => Kind::CronWorkflow,
            _ => return None,
        };
        let base = if kind == Kind::CronWorkflow { "/spec/workflowSpec" } else { "/spec" };
        Some(Self {
            kind,
            name: text(document, "/metadata/name"),
            namespace: text(document, "/metadata/namespace"),
            document,
            base,
            spec: document.pointer(base).unwrap_or(&NOTHING),
        })
    }

    /// Whether it runs by itself; a WorkflowTemplate is only called.
    pub(crate) fn runs(&self) -> bool {
        matches!(self.kind, Kind::Workflow | Kind::CronWorkflow)
    }

    /// Whether it is a ClusterWorkflowTemplate.
    pub(crate) fn is_cluster(&self) -> bool {
        self.kind == Kind::ClusterWorkflowTemplate
    }

    /// Its templates with their pointers.
    pub(crate) fn templates(&self) -> impl Iterator<Item = (&'a Value, String)> + use<'a> {
        list(self.spec, self.base, "/templates")
    }

    /// The pointer to a member of its spec.
    pub(crate) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }
}
