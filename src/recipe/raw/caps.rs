//! `[caps]`.

table! {
    /// Bounds that nothing may pass.
    "[caps]" Caps {
        /// The most memory of a tier, such as `"180Gi"`.
        Optional "memory" memory: String,
        /// The longest deadline of the retry Workflow, such as `"14d"`.
        Optional "deadline" deadline: String,
    }
}
