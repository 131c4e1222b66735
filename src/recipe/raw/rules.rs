//! `[[rules]]`.

use super::{Before, Remove, RuleBackoff, TierChoice, When};
use crate::units::Factor;

table! {
    /// When the evidence looks so, do that: exactly one of `retry`, `skip` and `hold`.
    "a rule" Rule {
        /// Its name; lower-case letters, digits and `-`.
        Always "name" name: String,
        /// `true` removes the inherited rule of this name; only `name` can stand beside it.
        #[expect(dead_code, reason = "said to the list when recipes are laid over each other")]
        Optional "remove" remove: Remove,
        /// What the evidence must look like, all of it; `{ any = true }` is every item that is not done.
        Resolved "when" when: When,
        /// Run the item again.
        Optional "retry" retry: Retry,
        /// Beside `retry`: a recovery step that runs before the item does and must succeed.
        Optional "before" before: Before,
        /// Leave the item, for this reason.
        Optional "skip" skip: String,
        /// A person must decide, for this reason.
        Optional "hold" hold: String,
    }
}

table! {
    /// How the item runs again.
    "retry" Retry {
        /// `same` (default), `next`, the name of a tier, or a table: the smallest tier that holds a multiple of the memory it had.
        Optional "tier" tier: TierChoice = "\"same\"",
        /// The new deadline as a multiple of the one that cut the item; at least 1. Where that was its template's own, the items of
        /// this rule get a variant of the tier's template.
        Optional "deadline-factor" deadline_factor: Factor,
        /// Waits between Argo's own attempts, in a variant of the tier's template for the items of this rule.
        Optional "backoff" backoff: RuleBackoff,
        /// How many retry workflows this rule can spend on one item; default 1.
        Optional "max-retries" max_retries: u32 = "1",
    }
}
