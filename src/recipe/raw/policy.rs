//! `[policy]`.

use crate::recipe::{OnCap, OomProbable, OpenDecisions, Unmatched, WhenActive};
use crate::units::Factor;

table! {
    /// What happens to items that no rule matched, and to the plan as a whole.
    "[policy]" Policy {
        /// Items that no rule matched: `skip` (default), `hold`, or `retry` once in the same tier.
        Optional "unmatched" unmatched: Unmatched = "\"skip\"",
        /// A bare exit code 137 that no rule matched: `hold` (default), treat it as `oom`, or `skip`.
        Optional "oom-probable" oom_probable: OomProbable = "\"hold\"",
        /// Held items: `allow` plans the rest (default), `block` plans nothing until a person decided.
        Optional "open-decisions" open_decisions: OpenDecisions = "\"allow\"",
        /// A workflow that still runs: `block` (default), or `allow` to plan its finished items.
        Optional "active" active: WhenActive = "\"block\"",
        /// Stop-loss: nothing is planned if more than this fraction of all items failed by the workload's own fault; default 0.3.
        Optional "max-failed-fraction" max_failed_fraction: Factor = "0.3",
        /// An item whose deadline would pass `caps.deadline`, or whose memory no tier holds: `hold` (default), `clamp` to what there is, or
        /// `skip`.
        Optional "on-cap" on_cap: OnCap = "\"hold\"",
    }
}
