//! `[deadline]`.

table! {
    /// How long the retry Workflow may take.
    "[deadline]" Deadline {
        /// The least deadline of the retry Workflow, such as `"7d"`; default the parent's.
        Optional "workflow" workflow: String,
    }
}
