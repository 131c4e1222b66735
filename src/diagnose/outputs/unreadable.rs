//! What could not be read: which items' outputs it may hold, and what a person is told of it.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use globset::{GlobMatcher, GlobSet, GlobSetBuilder};

use super::tree::{depth, front};
use super::{bad_pattern, filled, glob};
use crate::error::Fault;
use crate::evidence::outputs::{Scan, Unreadable};
use crate::recipe::Outputs;
use crate::source::Place;
use crate::units::Index;

/// More reasons than this are not told one by one: the scan names every path with its own.
const REASONS_TOLD: usize = 5;

/// For each item the first path that could not be read and may hold its outputs, with the reason. A path may where it lies on the way
/// to the item's directory, or where it, or something below it, could be a marker or the file of a part: a dangling link to a log
/// beside the outputs keeps nobody from judging them.
///
/// # Errors
/// A pattern that no part can be put into.
pub(super) fn of_items(
    outputs: &Outputs,
    scan: &Scan,
    items: &[Index],
    directories: &[String],
    parts: &[String],
) -> Result<Vec<Option<String>>, Fault> {
    let mut found: Vec<Option<String>> = vec![None; items.len()];
    if scan.unreadable.is_empty() {
        return Ok(found);
    }
    let depth = depth(outputs);
    let levels: Vec<GlobSet> =
        (1..=depth).map(|level| fronts(outputs, directories, level)).collect::<Result<_, Fault>>()?;
    let markers: Vec<Way> =
        outputs.complete_when.iter().map(|marker| Way::new(&marker.value, &marker.place)).collect();
    let mut files: BTreeMap<usize, Vec<Way>> = BTreeMap::new();
    for (path, reason) in &scan.unreadable {
        let level = path.matches('/').count() + 1;
        let candidates = match path.as_str() {
            "." => (0..items.len()).collect(),
            path => levels[level.min(depth) - 1].matches(front(path, depth)),
        };
        for item in candidates {
            if found[item].is_some() {
                continue;
            }
            let inside = path.match_indices('/').nth(depth - 1).map(|(at, _)| &path[at + 1..]);
            if let Some(inside) = inside {
                let files = match files.entry(item) {
                    Entry::Occupied(known) => known.into_mut(),
                    Entry::Vacant(new) => new.insert(ways_of_parts(outputs, &items[item], parts)?),
                };
                if !markers.iter().chain(files.iter()).any(|way| way.leads_through(inside)) {
                    continue;
                }
            }
            found[item] = Some(format!("{path}: {}", reason_of(reason)));
        }
    }
    Ok(found)
}

/// The first names of every item's pattern. Alternatives over several names cannot be cut, so they fit everything here.
fn fronts(outputs: &Outputs, directories: &[String], level: usize) -> Result<GlobSet, Fault> {
    let place = &outputs.directory.written().place;
    let mut builder = GlobSetBuilder::new();
    for directory in directories {
        builder.add(glob(front(directory, level), place).or_else(|_| glob("**", place))?);
    }
    builder.build().map_err(|error| bad_pattern(place, &error))
}

fn ways_of_parts(outputs: &Outputs, item: &Index, parts: &[String]) -> Result<Vec<Way>, Fault> {
    let Some(known) = &outputs.parts else { return Ok(Vec::new()) };
    let place = &known.file.written().place;
    parts.iter().map(|part| Ok(Way::new(&filled(&known.file, item, Some(part))?, place))).collect()
}

/// The pattern of a file, name by name.
struct Way {
    names: Vec<GlobMatcher>,
    /// Whether any number of names may follow: behind `**`, and behind alternatives over several names.
    open: bool,
}

impl Way {
    fn new(pattern: &str, place: &Place) -> Self {
        let mut names = Vec::new();
        for name in pattern.split('/') {
            match glob(name, place) {
                Ok(one) if !name.contains("**") => names.push(one.compile_matcher()),
                _ => return Self { names, open: true },
            }
        }
        Self { names, open: false }
    }

    /// Whether the pattern fits a path, or could fit something below it.
    fn leads_through(&self, path: &str) -> bool {
        let fits = self.names.iter().zip(path.split('/')).all(|(pattern, name)| pattern.is_match(name));
        fits && (self.open || path.split('/').count() <= self.names.len())
    }
}

/// What could not be read, a line a reason.
pub(super) fn told(scan: &Scan) -> Vec<String> {
    let mut reasons: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (path, reason) in &scan.unreadable {
        reasons.entry(reason_of(reason)).or_default().push(path);
    }
    // In the order of their first paths, as the scan has them.
    let mut reasons: Vec<(&str, Vec<&str>)> = reasons.into_iter().collect();
    reasons.sort_by(|(_, one), (_, other)| one.cmp(other));
    let rest: usize = reasons.iter().skip(REASONS_TOLD).map(|(_, paths)| paths.len()).sum();
    let lines = reasons.iter().take(REASONS_TOLD).map(|(reason, paths)| match &paths[..] {
        [path] => format!("not read: {path} ({reason})"),
        paths => format!("not read: {} paths, the first is {} ({reason})", paths.len(), paths[0]),
    });
    let more = (rest > 0).then(|| match rest {
        1 => "not read: 1 path more, which the scan names".to_owned(),
        rest => format!("not read: {rest} paths more, which the scan names"),
    });
    lines.chain(more).collect()
}

fn reason_of(reason: &Unreadable) -> &str {
    match reason {
        Unreadable::Refused(reason) => reason,
        Unreadable::LeadsOutside => "a symbolic link that leads out of the scanned directory",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Source;

    #[test]
    fn a_path_counts_where_a_file_that_is_looked_for_could_be_it_or_lie_below_it() {
        let place = Source::new("recipe.toml", "x").place(0..1);
        for (pattern, path, counts) in [
            ("done.csv", "done.csv", true),
            ("done.csv", "debug.log", false),
            ("done.csv", "done.csv/below", false),
            ("results/*.csv", "results", true),
            ("results/*.csv", "results/a.csv", true),
            ("results/*.csv", "results/a.log", false),
            ("results/*.csv", "input", false),
            ("**/done.csv", "input", true),
            ("results/**/done.csv", "results/a/b/c", true),
            ("results/**/done.csv", "input/a", false),
            ("{a/b,c}/done.csv", "input", true),
            (r"r/\*\*/x", "r/y", false),
        ] {
            assert_eq!(Way::new(pattern, &place).leads_through(path), counts, "{pattern} {path}");
        }
    }

    #[test]
    fn many_paths_with_one_reason_are_one_line_and_few_reasons_are_told() {
        let refused = |path: String, reason: &str| (path, Unreadable::Refused(reason.to_owned()));
        let mut scan = Scan::default();
        scan.unreadable.extend((0..3000).map(|n| refused(format!("b/{n:04}"), "permission is denied")));
        scan.unreadable.insert("a".to_owned(), Unreadable::LeadsOutside);
        let lines = told(&scan);
        assert_eq!(lines[0], "not read: a (a symbolic link that leads out of the scanned directory)");
        assert_eq!(lines[1..], ["not read: 3000 paths, the first is b/0000 (permission is denied)"]);
        scan.unreadable.extend((0..9).map(|n| refused(format!("c/{n}"), &format!("dangling link to {n}"))));
        let lines = told(&scan);
        assert_eq!((lines.len(), lines[5].as_str()), (6, "not read: 6 paths more, which the scan names"));
    }
}
