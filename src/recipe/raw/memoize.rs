//! `[memoize]`.

table! {
    /// The derived tiers keep what succeeded in Argo's cache, so that a Workflow that is created again skips it.
    "[memoize]" Memoize {
        /// The ConfigMap of the cache. Argo makes it, in the namespace of its controller, so it is not among the manifests.
        Resolved "config-map" config_map: String,
        /// What is older does not count, such as `"30d"` (default `"720h"`).
        Optional "max-age" max_age: String = "\"720h\"",
    }
}
