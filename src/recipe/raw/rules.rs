//! `[[rules]]`.

use super::{Before, Remove};
use crate::recipe::Cause;
use crate::source::At;

table! {
    /// When the evidence looks so, do that: exactly one of `retry`, `skip` and `hold`.
    "a rule" Rule {
        /// Its name; lower-case letters, digits and `-`.
        Always "name" name: String,
        /// `true` removes the inherited rule of this name; only `name` can stand beside it.
        #[expect(dead_code, reason = "said to the list when recipes are laid over each other")]
        Optional "remove" remove: Remove,
        /// What the evidence must look like, all of it; `{}` is every item that is not done.
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
    /// What the evidence must look like; each key given must hold.
    "when" When {
        /// One of these causes.
        Optional "causes" causes: Vec<At<Cause>>,
        /// One of these exit codes of the last attempt, from 1 to 255.
        Optional "exit-codes" exit_codes: Vec<At<i64>>,
        /// A regular expression found in the last attempt's message.
        Optional "message" message: String,
        /// A regular expression found in the log of the last attempt (`inputs.logs`).
        Optional "log" log: String,
        /// One of these parts of the output is missing; without a scan that is not known, and the rule does not match.
        Optional "missing-parts" missing_parts: Vec<At<String>>,
        /// One of these parts of the output is there.
        Optional "present-parts" present_parts: Vec<At<String>>,
    }
}

table! {
    /// How the item runs again.
    "retry" Retry {
        /// `same` (default), `next`, or the name of a tier.
        Optional "tier" tier: String = "\"same\"",
        /// The new deadline as a multiple of the one that cut the item; at least 1.
        Optional "deadline-factor" deadline_factor: f64,
        /// How many retry workflows this rule can spend on one item; default 1.
        Optional "max-retries" max_retries: u32 = "1",
    }
}
