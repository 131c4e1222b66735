//! The labels of every pod of the retry: whose batch it is part of, so that a cluster can be asked what of a batch is active.
//!
//! They stand in the Workflow's `podMetadata`, which a `templateRef` does not shed: Argo lays the template's own labels over it, key by
//! key (Argo 4.0.7, `workflow/controller/workflowpod.go`, `addMetadata`), and no template of ours or of the parent's has these keys.

use serde_json::{Map, Value, json};

use super::{Job, labels};

/// The pipeline, over all its batches.
pub(super) const PIPELINE: &str = "gapit-compile/pipeline";

/// What begins the keys of labels that are ours; a parent that is a retry itself has them from its own time.
const OURS: &str = "gapit-compile/";

/// Puts the labels into a spec, over the parent's own ones for its pods.
pub(super) fn put(job: &Job<'_>, spec: &mut Map<String, Value>) {
    let ours = labels::of_lineage(job).into_iter();
    let ours = [(PIPELINE, json!(job.recipe.pipeline.value))].into_iter().chain(ours);
    let metadata = spec.entry("podMetadata").or_insert_with(|| json!({}));
    let carried = metadata.get("labels").and_then(Value::as_object).cloned().unwrap_or_default();
    let mut labels: Map<String, Value> =
        carried.into_iter().filter(|(key, _)| !key.starts_with(OURS)).collect();
    labels.extend(ours.map(|(key, value)| (key.to_owned(), value)));
    metadata["labels"] = Value::Object(labels);
}
