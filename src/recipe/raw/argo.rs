//! `[argo]`.

table! {
    /// The Argo Workflows that runs the manifests.
    "[argo]" Argo {
        /// Whose schema and semantics the manifests are verified against: `"3.7"`, `"4.0"` or `"4.1"`.
        Resolved "version" version: String,
    }
}
