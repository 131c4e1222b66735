//! `[output] reference = true`: a WorkflowTemplate says everything that runs, and the Workflow refers to it as a whole
//! (`JoinWorkflowSpec` in Argo's `workflow/util/merge.go`).

use serde_json::{Map, Value, json};

use super::{Draft, Job, header, labels, taken};
use crate::error::Fault;

/// What the controller reads from the Workflow alone and never from what it refers to: the place in its queues (Argo 4.0.7,
/// `getWfPriority` in `workflow/controller/controller.go` and `prepAcquire` in `workflow/sync/sync_manager.go`). Everything else it takes from
/// the spec that it merges of both (`setStoredWfSpec` in `operator.go`), and a controller that demands references refuses most of it on a
/// Workflow (`workflow/util/merge.go`, `allowedUserOverrideFields`).
const OF_THE_WORKFLOW: [&str; 1] = ["priority"];

/// The WorkflowTemplate with the retry's spec; what is left in `spec` is the Workflow's.
///
/// It has the Workflow's name (that of a `generateName` without the last `-`). Digests are the Workflow's alone: they would make the
/// template another one without a change in what it runs.
///
/// # Errors
/// [`crate::error::Code::EmitNameClash`] where another WorkflowTemplate has that name.
pub(super) fn template(job: &Job<'_>, name: &str, spec: &mut Map<String, Value>) -> Result<Draft, Fault> {
    taken::check_reference(job, name)?;
    let mut left = Map::from_iter([("workflowTemplateRef".to_owned(), json!({ "name": name }))]);
    for key in OF_THE_WORKFLOW {
        left.extend(spec.shift_remove(key).map(|value| (key.to_owned(), value)));
    }
    let whole = std::mem::replace(spec, left);
    let value = json!({
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "WorkflowTemplate",
        "metadata": metadata(job, name),
        "spec": whole,
    });
    Ok(Draft { file: format!("workflow-template.{name}.yaml"), header: vec![header(job.recipe)], value })
}

fn metadata(job: &Job<'_>, name: &str) -> Value {
    let mut metadata = Map::from_iter([("name".to_owned(), json!(name))]);
    if let Some(namespace) = &job.evidence.lineage.parent().namespace {
        metadata.insert("namespace".to_owned(), json!(namespace));
    }
    metadata.insert("labels".to_owned(), json!({ labels::MANAGED_BY.0: labels::MANAGED_BY.1 }));
    if let Some((key, value)) = labels::kept(job.recipe.output.naming_mode) {
        metadata.insert("annotations".to_owned(), json!({ key: value }));
    }
    Value::Object(metadata)
}
