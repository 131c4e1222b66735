//! What is wrong with a manifest, by its path in the document.

use crate::error::Code;

/// Which side of a member a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The key: it is unknown, misspelt, or should not be there.
    Key,
    /// The value.
    Value,
}

/// One thing that a cluster would refuse, that fails at run time, or that will be regretted there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// JSON pointer into the document: `/spec/templates/0/dag`.
    pub pointer: String,
    /// Which side of the member at the pointer.
    pub side: Side,
    /// What kind.
    pub code: Code,
    /// One lower-case sentence that states the fact.
    pub message: String,
    /// What to do about it.
    pub help: String,
}

impl Finding {
    /// A finding about a value.
    pub fn new(
        code: Code,
        pointer: impl Into<String>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self { pointer: pointer.into(), side: Side::Value, code, message: message.into(), help: help.into() }
    }

    /// The same finding, about the key.
    #[must_use]
    pub fn at_key(self) -> Self {
        Self { side: Side::Key, ..self }
    }
}
