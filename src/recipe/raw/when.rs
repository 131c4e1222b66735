//! `when` of a rule.

use super::{Any, Interval};
use crate::recipe::Cause;
use crate::source::At;
use crate::units::Index;

table! {
    /// What the evidence must look like: every key given must hold, and of a list one entry is enough. What is not known (a log that
    /// was not given, parts without a scan, the run time of an attempt without times) holds for no key.
    "when" When {
        /// One of these causes. `causes = ["oom", "evicted"]`
        Optional "causes" causes: Vec<At<Cause>>,
        /// One of these exit codes of the last attempt, from 1 to 255; a range in quotes has both its ends. `exit-codes = [2, "130..145"]`
        Optional "exit-codes" exit_codes: Vec<At<Interval<255>>>,
        /// The last attempt ended with an exit code from 1 to 255, and it is none of these. `exit-codes-not-in = [1, "3..5"]`
        Optional "exit-codes-not-in" exit_codes_not_in: Vec<At<Interval<255>>>,
        /// A regular expression found in the last attempt's message. `message = "(?i)no space left"`
        Optional "message" message: String,
        /// A regular expression found in the log of the last attempt (`inputs.logs`), of a longer one in its last 4 MiB. `log = "did not converge"`
        Optional "log" log: String,
        /// One of these parts of the output is missing; without a scan that is not known, and the rule does not match. `missing-parts = ["FarmCPU", "MLM"]`
        Optional "missing-parts" missing_parts: Vec<At<String>>,
        /// One of these parts of the output is there. `present-parts = ["BLINK"]`
        Optional "present-parts" present_parts: Vec<At<String>>,
        /// `true`: the last attempt's pod got a host, so it began; `false`: it never did, or there was no attempt at all. `started = false`
        Optional "started" started: bool,
        /// The last attempt began, and lasted longer than this from the making of its node to its end. `ran-longer-than = "2h"`
        Optional "ran-longer-than" ran_longer_than: String,
        /// The item was last in one of these tiers. `tiers = ["highmem"]`
        Optional "tiers" tiers: Vec<At<String>>,
        /// One of these items, or a range of numbers; a name that looks like a range, or has a comma, stands in double quotes of its own inside
        /// the text. `items = ["5", "28-31"]`
        Optional "items" items: Vec<At<Index>>,
        /// The item's last node ran in one of these generations of the lineage: the root is 1, its first retry 2. `generation = [1, "3..5"]`
        Optional "generation" generation: Vec<At<Interval<{ u32::MAX }>>>,
        /// `true`, with no key beside it: every item that is not done. Such a rule can only be the last. `any = true`
        Optional "any" any: Any,
    }
}
