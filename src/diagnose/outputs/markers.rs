//! Markers: the files that say that a directory is complete, and what keeps one from counting.

use std::fmt;

use globset::GlobMatcher;
use jiff::Timestamp;

use super::glob;
use super::tree::Files;
use crate::error::Faults;
use crate::recipe::Outputs;

/// A marker of `outputs.complete-when` that does not count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkerTrouble {
    /// The marker as the recipe has it.
    pub marker: String,
    /// What is wrong with it.
    pub trouble: Trouble,
}

/// Why a marker does not count; of several files that it matches, the one that comes nearest says it. A later one is nearer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trouble {
    /// No such file.
    Absent,
    /// A file without a byte: its writer died, or only its name was made.
    Empty,
    /// A file that is smaller than `outputs.min-bytes`: it was cut off.
    Truncated {
        /// Its size.
        bytes: u64,
        /// `outputs.min-bytes`.
        least: u64,
    },
    /// A file that is older than the root: an earlier run's.
    Stale {
        /// When it was written.
        modified: Timestamp,
    },
}

impl MarkerTrouble {
    /// Whether there is no such file.
    pub fn is_absent(&self) -> bool {
        self.trouble == Trouble::Absent
    }
}

impl fmt::Display for MarkerTrouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let marker = &self.marker;
        match self.trouble {
            Trouble::Absent => write!(f, "{marker} is not there"),
            Trouble::Empty => write!(f, "{marker} is empty"),
            Trouble::Truncated { bytes, least } => {
                write!(f, "{marker} is truncated: {bytes} bytes, fewer than min-bytes = {least}")
            }
            Trouble::Stale { modified } => write!(f, "{marker} is of {modified}, older than the run"),
        }
    }
}

/// The markers of a recipe, and what each must be to count.
pub(super) struct Markers<'a> {
    patterns: Vec<(&'a str, GlobMatcher)>,
    min_bytes: u64,
    cutoff: Option<Timestamp>,
}

impl<'a> Markers<'a> {
    /// # Errors
    /// A pattern that is no glob.
    pub(super) fn new(outputs: &'a Outputs, cutoff: Option<Timestamp>) -> Result<Self, Faults> {
        let mut faults = Faults::new();
        let mut patterns = Vec::new();
        for marker in &outputs.complete_when {
            match glob(&marker.value, &marker.place) {
                Ok(pattern) => patterns.push((marker.value.as_str(), pattern.compile_matcher())),
                Err(fault) => faults.push(fault),
            }
        }
        faults.or(Self { patterns, min_bytes: outputs.min_bytes, cutoff })
    }

    /// The markers that do not count in a directory; none: it is complete.
    pub(super) fn troubles(&self, files: &Files<'_>) -> Vec<MarkerTrouble> {
        let trouble = |(marker, pattern): &(&str, GlobMatcher)| {
            let found = files.iter().filter(|(path, _)| pattern.is_match(path));
            let nearest = found.map(|(_, file)| self.trouble(file.bytes, file.modified)).max_by(nearer);
            // A file without trouble counts, and comes before every other.
            let trouble = nearest.unwrap_or(Some(Trouble::Absent))?;
            Some(MarkerTrouble { marker: (*marker).to_owned(), trouble })
        };
        self.patterns.iter().filter_map(trouble).collect()
    }

    /// When the earliest marker of a complete directory was written; of several files that a marker matches the latest one counts.
    pub(super) fn earliest(&self, files: &Files<'_>) -> Option<Timestamp> {
        let written = |pattern: &GlobMatcher| {
            let found = files.iter().filter(|(path, _)| pattern.is_match(path));
            let counting = found.filter(|(_, file)| self.trouble(file.bytes, file.modified).is_none());
            counting.map(|(_, file)| file.modified).max()
        };
        self.patterns.iter().filter_map(|(_, pattern)| written(pattern)).min()
    }

    fn trouble(&self, bytes: u64, modified: Timestamp) -> Option<Trouble> {
        if bytes < self.min_bytes {
            let truncated = Trouble::Truncated { bytes, least: self.min_bytes };
            return Some(if bytes == 0 { Trouble::Empty } else { truncated });
        }
        self.cutoff.filter(|cutoff| modified < *cutoff).map(|_| Trouble::Stale { modified })
    }
}

/// No trouble is nearest to counting.
fn nearer(left: &Option<Trouble>, right: &Option<Trouble>) -> std::cmp::Ordering {
    (left.is_none(), left).cmp(&(right.is_none(), right))
}
