//! `[caps]`.

table! {
    /// Bounds that nothing may pass.
    "[caps]" Caps {
        /// The most memory of a tier, such as `"180Gi"`.
        Optional "memory" memory: String,
        /// The longest deadline of the retry Workflow, such as `"14d"`.
        Optional "deadline" deadline: String,
        /// What the pods of a retry Workflow request at once, over all tiers: fewer pods run at once where it would be more.
        Optional "total" total: Total,
    }
}

table! {
    /// What the pods of a retry Workflow request at once, over all tiers.
    "caps.total" Total {
        /// An amount of memory, such as `"2Ti"`.
        Optional "memory" memory: String,
        /// A number of cores, such as `"400"`.
        Optional "cpu" cpu: String,
    }
}
