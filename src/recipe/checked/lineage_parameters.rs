//! `[lineage-parameters]`.

/// `[lineage-parameters]`: the names of the workflow parameters that say which lineage a retry belongs to; no two are equal.
#[derive(Debug, Clone)]
pub struct LineageParameters {
    /// Holds what all runs of the lineage share.
    pub run_id: String,
    /// Holds the run whose failures this one retries.
    pub retry_run_id: String,
    /// Holds the chain of the lineage's retries up to this one.
    pub retry_indicator: String,
}
