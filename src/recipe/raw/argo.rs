//! `[argo]`.

table! {
    /// The Argo Workflows that runs the manifests.
    "[argo]" Argo {
        /// Whose schema and semantics the manifests are verified against: `"4.1"`.
        Resolved "version" version: String,
    }
}
