//! `retry` of a rule.

use crate::units::{Factor, Seconds};

/// `retry = { … }`.
#[derive(Debug, Clone)]
pub struct Retry {
    /// Where.
    pub tier: RetryTier,
    /// Times the deadline that cut it.
    pub deadline_factor: Option<Factor>,
    /// Waits between Argo's own attempts, in a variant of the tier's template.
    pub backoff: Option<RuleBackoff>,
    /// How many generations this rule may spend on one item; default 1.
    pub max_retries: u32,
}

impl Retry {
    /// Once more in a tier, with nothing else changed.
    pub const fn once(tier: RetryTier) -> Self {
        Self { tier, deadline_factor: None, backoff: None, max_retries: 1 }
    }
}

/// `retry.tier`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetryTier {
    /// The tier it was in.
    Same,
    /// The tier above the highest it was in.
    Next,
    /// A position in [`Recipe::tiers`](super::Recipe::tiers); an item never goes below where it was.
    Named(usize),
    /// The smallest that holds a multiple of the memory it had; an item never goes below where it was.
    Sized(Sizing),
}

/// `retry.tier` as a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sizing {
    /// `memory-factor`; above 1.
    pub factor: Factor,
    /// What is multiplied.
    pub from: SizedFrom,
    /// `min-step`, in bytes; above 0.
    pub step: u64,
}

/// `retry.tier.from`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SizedFrom {
    /// The limit of its last attempt, or its peak where that is known and larger.
    Peak,
    /// The limit of its last attempt.
    Limit,
}

/// `retry.backoff`; Argo demands a duration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuleBackoff {
    /// The first wait.
    pub duration: Seconds,
    /// What each next wait is multiplied by.
    pub factor: Option<u32>,
    /// The longest wait (Argo 3.7 and later).
    pub cap: Option<Seconds>,
    /// Retries after the first attempt; `None`: those of the tier's template.
    pub limit: Option<u32>,
}
