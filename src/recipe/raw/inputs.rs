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
        /// Peak memory: the JSON of a Prometheus query (range or instant, by pod), or CSV with the columns `item` and `peak_bytes`.
        Optional "usage" usage: String,
        /// A folder of log files, each named by its item or its pod (`5.log`, `a-run-gwas-1743784750.log`), for `when.log`.
        Optional "logs" logs: String,
    }
}
