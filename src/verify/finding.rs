//! What is wrong with a manifest, by its path in the document.

use crate::error::Code;

/// One thing that a cluster would refuse, or that fails at run time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// JSON pointer into the document: `/spec/templates/0/dag`.
    pub pointer: String,
    /// What kind.
    pub code: Code,
    /// One lower-case sentence that states the fact.
    pub message: String,
    /// What to do about it.
    pub help: String,
}
