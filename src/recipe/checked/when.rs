//! `when` of a rule: what the evidence must look like.

use std::collections::BTreeSet;
use std::num::{NonZeroU8, NonZeroU32};

use regex::Regex;

use crate::recipe::Cause;
use crate::units::{Index, Interval, Seconds};

/// `when`: every word given must hold, and of a list one entry is enough. Without words, which is `any = true`, the rule matches
/// every item that is not done.
///
/// A code is that of an attempt that failed, so 1 to 255; 0 and what no program of Linux ends with are no code here.
#[derive(Debug, Clone, Default)]
pub struct When {
    /// One of these causes; empty: any.
    pub causes: Vec<Cause>,
    /// One of these exit codes of the last attempt; empty: any, also none.
    pub exit_codes: Vec<Interval<NonZeroU8>>,
    /// The last attempt has an exit code, and it is none of these; empty: any, also none.
    pub exit_codes_not_in: Vec<Interval<NonZeroU8>>,
    /// A pattern to be found in the last attempt's message.
    pub message: Option<Regex>,
    /// A pattern to be found in the last attempt's log.
    pub log: Option<Regex>,
    /// One of these parts of the output is missing; empty: any.
    pub missing_parts: Vec<String>,
    /// One of these parts of the output is there; empty: any.
    pub present_parts: Vec<String>,
    /// Whether the last attempt began at all.
    pub started: Option<bool>,
    /// The last attempt ran longer than this.
    pub ran_longer_than: Option<Seconds>,
    /// Names of tiers, in one of which the item was last; empty: any.
    pub tiers: Vec<String>,
    /// These items; empty: all.
    pub items: BTreeSet<Index>,
    /// The item's last node ran in one of these generations; empty: any, also none.
    pub generation: Vec<Interval<NonZeroU32>>,
}

impl When {
    /// Whether it matches every item that is not done.
    pub fn is_any(&self) -> bool {
        self.causes.is_empty()
            && self.exit_codes.is_empty()
            && self.exit_codes_not_in.is_empty()
            && self.message.is_none()
            && self.log.is_none()
            && self.missing_parts.is_empty()
            && self.present_parts.is_empty()
            && self.started.is_none()
            && self.ran_longer_than.is_none()
            && self.tiers.is_empty()
            && self.items.is_empty()
            && self.generation.is_empty()
    }

    /// Whether `causes` holds.
    pub fn takes_cause(&self, cause: Cause) -> bool {
        self.causes.is_empty() || self.causes.contains(&cause)
    }

    /// Whether `exit-codes` holds.
    pub fn takes_code(&self, code: Option<NonZeroU8>) -> bool {
        self.exit_codes.is_empty() || code.is_some_and(|code| holds(&self.exit_codes, code))
    }

    /// Whether `exit-codes-not-in` holds: it asks for a code too.
    pub fn leaves_code(&self, code: Option<NonZeroU8>) -> bool {
        self.exit_codes_not_in.is_empty() || code.is_some_and(|code| !holds(&self.exit_codes_not_in, code))
    }

    /// Whether `started` holds.
    pub fn takes_start(&self, has_run: bool) -> bool {
        self.started.is_none_or(|wanted| wanted == has_run)
    }

    /// Whether `ran-longer-than` holds; a run time that is not known does not.
    pub fn takes_length(&self, length: Option<Seconds>) -> bool {
        self.ran_longer_than.is_none_or(|bound| length.is_some_and(|length| length > bound))
    }

    /// Whether `tiers` holds; a tier that is not known does not.
    pub fn takes_tier(&self, tier: Option<&str>) -> bool {
        self.tiers.is_empty() || tier.is_some_and(|tier| self.tiers.iter().any(|name| name == tier))
    }

    /// Whether `items` holds; `None` is an item that no rule names.
    pub fn takes_item(&self, item: Option<&Index>) -> bool {
        self.items.is_empty() || item.is_some_and(|item| self.items.contains(item))
    }

    /// Whether `generation` holds; an item without a node ran in none.
    pub fn takes_generation(&self, generation: Option<NonZeroU32>) -> bool {
        self.generation.is_empty() || generation.is_some_and(|ran| holds(&self.generation, ran))
    }
}

fn holds<T: Copy + Ord>(list: &[Interval<T>], value: T) -> bool {
    list.iter().any(|interval| interval.contains(value))
}
