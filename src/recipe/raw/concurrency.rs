//! `[concurrency]`.

table! {
    /// How many items of one batch run at once, over all its retry Workflows.
    "[concurrency]" Concurrency {
        /// The semaphore that every item of the batch holds while it runs.
        Resolved "semaphore" semaphore: Semaphore,
    }
}

table! {
    /// A semaphore of Argo's, whose limit stands in a ConfigMap; that is written too.
    "concurrency.semaphore" Semaphore {
        /// The name of the ConfigMap; `<< pipeline >>`, `<< root.suffix >>` and others are put in, and it is another one for each root.
        Optional "config-map" config_map: String = "\"<< pipeline >>-<< root.suffix >>\"",
        /// The key of the limit in the ConfigMap; default `"pods"`.
        Optional "key" key: String = "\"pods\"",
        /// How many items hold it at once, such as `40`; at least 1.
        Resolved "limit" limit: u32,
    }
}
