//! `[inputs]`.

use crate::source::At;

table! {
    /// The evidence that is read; paths are relative to this file.
    "[inputs]" Inputs {
        /// Snapshots of the lineage in any order: the run and its earlier retries, as `kubectl get workflow NAME -o json` prints them.
        Optional "workflow" workflow: Vec<At<String>>,
        /// Scan files or output directories; a later one wins path by path.
        Optional "scan" scan: Vec<At<String>>,
        /// Files or directories with WorkflowTemplates that exist on the cluster.
        Optional "templates" templates: Vec<At<String>>,
        /// A file with what people decided about items (`gapit-compile schema decisions`).
        Optional "decisions" decisions: String,
    }
}
