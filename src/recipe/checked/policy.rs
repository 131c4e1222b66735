//! `[policy]`.

use crate::units::Factor;

/// `[policy]`: what happens to items that no rule matched, and to the plan as a whole.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Items that no rule matched.
    pub unmatched: Unmatched,
    /// A bare 137 that no rule matched.
    pub oom_probable: OomProbable,
    /// Held items.
    pub open_decisions: OpenDecisions,
    /// A lineage that still runs.
    pub active: WhenActive,
    /// The stop-loss, as a fraction of the root's range.
    pub max_failed_fraction: Factor,
    /// An item whose own allowance is beyond `[caps] deadline`, or whose memory no tier holds.
    pub on_cap: OnCap,
}

/// `policy.unmatched`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unmatched {
    /// Leave it.
    Skip,
    /// A person decides.
    Hold,
    /// Once more in the same tier.
    Retry,
}

/// `policy.oom-probable`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OomProbable {
    /// By the first rule that matches the cause `oom`.
    Oom,
    /// A person decides.
    Hold,
    /// Leave it.
    Skip,
}

/// `policy.open-decisions`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenDecisions {
    /// The rest is planned; held items are listed.
    Allow,
    /// Nothing is planned until a person decided.
    Block,
}

/// `policy.active`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhenActive {
    /// Nothing is planned while the workflow runs.
    Block,
    /// Finished items are planned.
    Allow,
}

/// `policy.on-cap`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnCap {
    /// A person decides.
    Hold,
    /// It runs with what the cap allows.
    Clamp,
    /// Leave it.
    Skip,
}
