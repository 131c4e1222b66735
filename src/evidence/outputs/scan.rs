//! The scan: every file below an output root that matters, with its size and time.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What a walk over an output tree saw. Paths are relative to the root, with `/` between their parts; the root itself is not listed.
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
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct FileFact {
    /// Size in bytes.
    pub bytes: u64,
    /// When it was last written (UTC).
    #[cfg_attr(feature = "schema", schemars(with = "String", extend("format" = "date-time")))]
    pub modified: Timestamp,
}

/// Why something below the root was not read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Unreadable {
    /// The system refused, with its reason.
    Refused(String),
    /// A symbolic link that leads out of the root.
    LeadsOutside,
}

impl FileFact {
    /// A file of that size and time, to the second: finer times are not the same on every file system.
    pub fn new(bytes: u64, modified: Timestamp) -> Self {
        Self { bytes, modified: Timestamp::from_second(modified.as_second()).unwrap_or(modified) }
    }
}

impl Scan {
    /// Lays a later scan over this one. It wins path by path: what it says of a path replaces what was known of that path, and a
    /// path that it does not speak of stays as it was.
    pub fn overlay(&mut self, later: Self) {
        for path in later.directories.iter().chain(later.files.keys()).chain(later.unreadable.keys()) {
            self.directories.remove(path);
            self.files.remove(path);
            self.unreadable.remove(path);
        }
        self.directories.extend(later.directories);
        self.files.extend(later.files);
        self.unreadable.extend(later.unreadable);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(bytes: u64) -> FileFact {
        FileFact::new(bytes, "2025-11-12T21:06:42.7Z".parse().unwrap())
    }

    #[test]
    fn the_later_scan_wins_path_by_path() {
        let mut scan = Scan {
            directories: ["a", "b"].map(str::to_owned).into(),
            files: [("a/x".to_owned(), file(1)), ("a/y".to_owned(), file(2))].into(),
            unreadable: [("c".to_owned(), Unreadable::LeadsOutside)].into(),
        };
        scan.overlay(Scan {
            directories: ["c"].map(str::to_owned).into(),
            files: [("a/x".to_owned(), file(9))].into(),
            unreadable: [("b".to_owned(), Unreadable::Refused("no".to_owned()))].into(),
        });
        assert_eq!(scan.directories, ["a", "c"].map(str::to_owned).into());
        assert_eq!(scan.files.values().map(|file| file.bytes).collect::<Vec<_>>(), [9, 2]);
        assert_eq!(scan.unreadable.keys().collect::<Vec<_>>(), ["b"]);
    }

    #[test]
    fn times_are_whole_seconds() {
        assert_eq!(file(1).modified.to_string(), "2025-11-12T21:06:42Z");
    }
}
