//! `[lineage-parameters]`.

table! {
    /// Workflow parameters of the retry that say which lineage it belongs to; the emitted templates have them in their environment, as
    /// `RUN_ID`, `RETRY_RUN_ID` and `RETRY_INDICATOR`. The table alone turns them on; its keys name the parameters.
    "[lineage-parameters]" LineageParameters {
        /// Holds what all runs of the lineage share: this parameter of the root, else the root's name (default `"run_id"`).
        Optional "run-id" run_id: String = "\"run_id\"",
        /// Holds the run whose failures this one retries (default `"retry_run_id"`).
        Optional "retry-run-id" retry_run_id: String = "\"retry_run_id\"",
        /// Holds the chain of retries: `retry-1`, then `retry-1.retry-2` (default `"retry_indicator"`).
        Optional "retry-indicator" retry_indicator: String = "\"retry_indicator\"",
    }
}
