//! The scan: every file below an output root that matters, with its size and time.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What a walk over an output tree saw. Paths are relative to the root, with `/` between their parts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scan {
    /// Directories that could be listed, also empty ones.
    pub directories: BTreeSet<String>,
    /// Files by path.
    pub files: BTreeMap<String, FileFact>,
    /// What could not be read, by path, with the system's reason.
    pub unreadable: BTreeMap<String, Unreadable>,
}

/// A file's size and time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileFact {
    /// Size in bytes.
    pub bytes: u64,
    /// When it was last written (UTC).
    pub modified: Timestamp,
}

/// Why something below the root was not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unreadable {
    /// The system refused, with its reason.
    Refused(String),
    /// A symbolic link that leads out of the root.
    LeadsOutside,
}
