//! A workflow as its snapshot shows it, and the lineage that retries make.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};

use super::{Nodes, Parameter, Phase, Redaction};
use crate::source::Source;

/// A workflow with its status.
#[derive(Debug, Clone, Serialize)]
pub struct Workflow {
    /// The file it was read from, as messages name it. Its text is not kept.
    #[serde(skip)]
    pub source: Source,
    /// `metadata.name`.
    pub name: String,
    /// `metadata.generateName`.
    pub generate_name: Option<String>,
    /// `metadata.namespace`.
    pub namespace: Option<String>,
    /// `metadata.labels`.
    pub labels: BTreeMap<String, String>,
    /// `metadata.annotations`.
    pub annotations: BTreeMap<String, String>,
    /// `metadata.creationTimestamp`: the only time that `argo retry` does not move (`createNewRetryWorkflow` in Argo's
    /// `workflow/util/util.go`).
    pub created: Option<Timestamp>,
    /// The effective spec: `status.storedWorkflowTemplateSpec` where there is one, else `spec` (`GetExecSpec` in
    /// `workflow_types.go`).
    pub spec: Map<String, Value>,
    /// `spec.shutdown`, wherever it stands: somebody stopped it.
    pub shutdown: Option<String>,
    /// `status.phase`.
    pub phase: Phase,
    /// `status.startedAt`.
    pub started: Option<Timestamp>,
    /// `status.finishedAt`.
    pub finished: Option<Timestamp>,
    /// `status.message`; empty for a failed DAG (`executeDAG` in `workflow/controller/dag.go`).
    pub message: String,
    /// `status.storedTemplates`: the templates as this run resolved them, by key.
    pub stored_templates: BTreeMap<String, Value>,
    /// `status.nodes`, also where they were compressed.
    pub nodes: Nodes,
    /// The secrets that were replaced while it was read. No part of the digest: the file that was trimmed before says the same.
    #[serde(skip)]
    pub redacted: Vec<Redaction>,
}

impl Workflow {
    /// The name without its `generateName`, else what follows the last `-`, else the name.
    pub fn suffix(&self) -> &str {
        self.generate_name
            .as_deref()
            .and_then(|prefix| self.name.strip_prefix(prefix))
            .filter(|rest| !rest.is_empty())
            .or_else(|| self.name.rsplit_once('-').map(|(_, rest)| rest).filter(|rest| !rest.is_empty()))
            .unwrap_or(&self.name)
    }

    /// Its place in its lineage: the root is 1. What its label says, else 1.
    pub fn generation(&self) -> usize {
        let label = self.labels.get(super::GENERATION_LABEL);
        label.and_then(|text| text.parse().ok()).filter(|generation| *generation > 0).unwrap_or(1)
    }

    /// Whether somebody ran `argo retry` on it: that moves `status.startedAt`, and leaves nodes that are older
    /// (`createNewRetryWorkflow` in Argo's `workflow/util/util.go`).
    pub fn was_retried_in_place(&self) -> bool {
        let Some(started) = self.started else { return false };
        let earlier = |time: Timestamp| started.duration_since(time).as_secs() > 5;
        self.nodes.0.values().filter_map(|node| node.finished).any(earlier)
    }

    /// Whether the workflow can still change: not Succeeded, Failed or Error.
    pub fn is_active(&self) -> bool {
        !self.phase.is_over()
    }

    /// Parameters of the effective spec's arguments, with their values or defaults.
    pub fn parameters(&self) -> Vec<Parameter> {
        let list = self
            .spec
            .get("arguments")
            .and_then(|arguments| arguments.get("parameters"))
            .and_then(Value::as_array);
        list.into_iter()
            .flatten()
            .filter_map(|parameter| {
                let value = parameter.get("value").or_else(|| parameter.get("default")).and_then(any_string);
                Some(Parameter { name: parameter.get("name")?.as_str()?.to_owned(), value })
            })
            .collect()
    }

    /// The deadline of the effective spec in seconds.
    pub fn active_deadline(&self) -> Option<crate::units::Seconds> {
        self.spec.get("activeDeadlineSeconds").and_then(Value::as_u64).map(crate::units::Seconds)
    }
}

/// A scalar as the text that Argo's `AnyString` makes of it (`pkg/apis/workflow/v1alpha1/anystring.go`).
pub fn any_string(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

/// The workflows of one piece of work: the root, its first retry, and so on; never empty.
#[derive(Debug, Clone)]
pub struct Lineage(Vec<Workflow>);

impl Lineage {
    /// A lineage whose workflows stand in the order of their generations; [`super::lineage`] makes it.
    pub(super) fn sorted(workflows: Vec<Workflow>) -> Self {
        Self(workflows)
    }

    /// The first workflow of the lineage.
    pub fn root(&self) -> &Workflow {
        self.0.first().expect("a lineage is made with its root in it and never shrinks")
    }

    /// The workflow that is retried now: the latest generation.
    pub fn parent(&self) -> &Workflow {
        self.0.last().expect("a lineage is made with its root in it and never shrinks")
    }

    /// All generations, the root first.
    pub fn generations(&self) -> &[Workflow] {
        &self.0
    }

    /// The generations that can still change, the root first. A retry that is over says nothing of the root or of its siblings.
    pub fn active(&self) -> impl Iterator<Item = &Workflow> {
        self.0.iter().filter(|workflow| workflow.is_active())
    }

    /// The number of the generation that a retry of the parent will be: the root is 1.
    pub fn next_generation(&self) -> usize {
        self.parent().generation() + 1
    }
}
