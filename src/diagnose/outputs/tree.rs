//! The scan as directories at the pattern's depth, and the patterns that are looked for in them.

use std::collections::BTreeMap;

use globset::{Glob, GlobBuilder};

use crate::error::{Code, Fault};
use crate::evidence::outputs::{FileFact, Scan};
use crate::recipe::Outputs;
use crate::source::Place;

/// The files of one directory by their path inside it.
pub(super) type Files<'a> = BTreeMap<&'a str, FileFact>;

/// Directories at one depth, each with its files.
pub(super) type Tree<'a> = BTreeMap<&'a str, Files<'a>>;

/// How many directories deep an item's directory lies below the scanned root.
pub(super) fn depth(outputs: &Outputs) -> usize {
    outputs.directory.levels()
}

/// Directories at the pattern's depth, each with its files by their path inside it.
pub(super) fn tree(scan: &Scan, depth: usize) -> Tree<'_> {
    let at_depth =
        scan.directories.iter().map(String::as_str).filter(|path| path.matches('/').count() + 1 == depth);
    let mut tree: Tree<'_> = at_depth.map(|path| (path, BTreeMap::new())).collect();
    for (path, file) in &scan.files {
        let directory = front(path, depth);
        if let Some(inside) = path.strip_prefix(directory).and_then(|rest| rest.strip_prefix('/')) {
            tree.entry(directory).or_default().insert(inside, *file);
        }
    }
    tree
}

/// The first `depth` parts of a path.
pub(super) fn front(path: &str, depth: usize) -> &str {
    path.match_indices('/').nth(depth - 1).map_or(path, |(at, _)| &path[..at])
}

pub(in crate::diagnose) fn glob(pattern: &str, place: &Place) -> Result<Glob, Fault> {
    // What stands for itself is told by a backslash, on every system.
    let mut builder = GlobBuilder::new(pattern);
    builder.literal_separator(true).backslash_escape(true);
    builder.build().map_err(|error| bad_pattern(place, &error))
}

pub(in crate::diagnose) fn bad_pattern(place: &Place, error: &globset::Error) -> Fault {
    Fault::new(
        Code::RecipeBadPattern,
        format!("this is not a pattern of file names: {}", error.kind()),
        "`*` stands for any characters of one name, `?` for one, `[ab]` for a choice, `{a,b}` for alternatives",
    )
    .at(place, "here")
}
