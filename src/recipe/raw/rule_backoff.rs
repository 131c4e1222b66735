//! `retry.backoff` of a rule.

table! {
    /// Waits between the attempts that Argo itself makes inside one workflow, for the items of this rule alone.
    "retry.backoff" RuleBackoff {
        /// The first wait, such as `"30s"`.
        Resolved "duration" duration: String,
        /// What each next wait is multiplied by.
        Optional "factor" factor: u32,
        /// The longest wait.
        Optional "cap" cap: String,
        /// Retries after the first attempt; without it those of the tier's template, or 3 where that gives none, because Argo waits
        /// only where there is a limit.
        Optional "limit" limit: u32,
    }
}
