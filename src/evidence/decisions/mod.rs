//! Decisions: what people said about items that no rule can decide, each with its reason, in a file beside the recipe.
//!
//! What is said of an item holds for every parent, or until a moment: for a parent that started later it is open again. That is
//! told from the parent's own time, so the same inputs give the same plan on every day.

mod file;
mod read;

pub use file::SCHEMA;
#[cfg(feature = "schema")]
pub use file::schema;
pub use read::parse;

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::canonical;
use super::snapshot::Workflow;
use crate::source::{At, Place};
use crate::units::{Index, Selection};

/// Everything that was decided, in the order written.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Decisions {
    /// One `[[decisions]]` each.
    pub entries: Vec<Entry>,
}

/// One `[[decisions]]`: the same for some items.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its header.
    pub place: Place,
    /// Whom it speaks for; never empty.
    pub items: At<Selection>,
    /// What was decided.
    pub choice: At<Choice>,
    /// Why; never empty.
    pub reason: String,
    /// For a parent that started later it does not speak.
    pub until: Option<At<Timestamp>>,
}

/// What was decided about an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// It runs again in this tier: `same`, `next`, or a name.
    Retry(At<String>),
    /// It is left.
    Skip,
    /// It is done, whatever the evidence says.
    Done,
}

impl Choice {
    /// The key that chooses it.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Retry(_) => "retry",
            Self::Skip => "skip",
            Self::Done => "done",
        }
    }
}

impl Entry {
    /// Whether it speaks for the retry of this parent.
    pub fn speaks_of(&self, parent: &Workflow) -> bool {
        self.until.as_ref().is_none_or(|until| start(parent).is_none_or(|start| start <= until.value))
    }
}

impl Decisions {
    /// What speaks for an item of the range in the retry of this parent; two of them are a fault of the file, told elsewhere.
    pub fn about(&self, index: &Index, range: &BTreeSet<&Index>, parent: &Workflow) -> Option<&Entry> {
        let names = |entry: &Entry| entry.items.value.among(range).is_ok_and(|items| items.contains(index));
        self.entries.iter().find(|entry| entry.speaks_of(parent) && names(entry))
    }

    /// SHA-256 in hex of what is decided: comments, spelling and places do not count.
    pub fn digest(&self) -> String {
        let entries: Vec<Value> = self.entries.iter().map(content).collect();
        canonical::digest(&entries)
    }
}

/// When a parent started, as `until` takes it: its creation, because `argo retry` moves `status.startedAt`.
pub fn start(parent: &Workflow) -> Option<Timestamp> {
    parent.created.or(parent.started)
}

fn content(entry: &Entry) -> Value {
    let tier = if let Choice::Retry(tier) = &entry.choice.value { Some(&tier.value) } else { None };
    json!({
        "items": entry.items.value.spelled(),
        "choice": entry.choice.value.key(),
        "tier": tier,
        "reason": entry.reason,
        "until": entry.until.as_ref().map(|until| until.value.to_string()),
    })
}
