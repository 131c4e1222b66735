//! What an item's output directories say: complete, partial, stale, missing, or not to be read.

use std::collections::{BTreeMap, BTreeSet};

use globset::{Glob, GlobBuilder, GlobMatcher, GlobSet, GlobSetBuilder};
use jiff::Timestamp;

use crate::error::{Code, Fault, Faults};
use crate::evidence::Evidence;
use crate::evidence::outputs::{FileFact, Scan, Unreadable};
use crate::recipe::{NameTemplate, Outputs, Recipe, Scope, Since};
use crate::source::Place;
use crate::units::Index;

/// What lies in one item's output directories.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemOutputs {
    /// The state of the directory that counts.
    pub state: OutputState,
    /// The directory that counts; `None` where there is none.
    pub directory: Option<String>,
    /// Parts that are there, in the run's order.
    pub present: Vec<String>,
    /// Parts that are missing, in the run's order: the first says where the item died.
    pub missing: Vec<String>,
    /// The item's other directories, with their states.
    pub others: Vec<(String, OutputState)>,
}

/// How complete a directory is; a later one beats an earlier one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum OutputState {
    /// No directory, or an empty one.
    Missing,
    /// Something that might be it could not be read: the reason.
    Unreadable(String),
    /// Every marker is there, but at least one is older than the run.
    Stale,
    /// Some of it is there.
    Partial,
    /// Every marker is there, fresh and large enough.
    Complete,
}

/// The state of every item's outputs, or `None` for all where the recipe has no `[outputs]` or no scan was given.
///
/// # Errors
/// A directory that two items claim, or a pattern that is no glob once an index is put in.
pub(super) fn judge(
    recipe: &Recipe,
    evidence: &Evidence,
    range: &[Index],
    warnings: &mut Vec<String>,
) -> Result<Option<BTreeMap<Index, ItemOutputs>>, Faults> {
    let (Some(outputs), Some(scan)) = (&recipe.outputs, &evidence.scan) else {
        let why = if recipe.outputs.is_none() { "the recipe has no [outputs]" } else { "no scan was given" };
        warnings.push(format!("{why}: whether an item is done is the workflow's word alone"));
        return Ok(None);
    };
    let judge = Judge::new(outputs, scan, evidence)?;
    let directories = judge.directories_of(range)?;
    let judged: BTreeMap<Index, ItemOutputs> = range
        .iter()
        .zip(&directories)
        .map(|(index, candidates)| Ok((index.clone(), judge.item(index, candidates)?)))
        .collect::<Result<_, Fault>>()?;
    judge.warn(&judged, warnings);
    Ok(Some(judged))
}

/// Everything that is the same for all items.
struct Judge<'a> {
    outputs: &'a Outputs,
    scan: &'a Scan,
    markers: Vec<GlobMatcher>,
    parts: Vec<String>,
    cutoff: Option<Timestamp>,
    /// Every directory seen, with the files below it by their path inside it.
    tree: BTreeMap<&'a str, BTreeMap<&'a str, FileFact>>,
}

impl<'a> Judge<'a> {
    fn new(outputs: &'a Outputs, scan: &'a Scan, evidence: &Evidence) -> Result<Self, Faults> {
        let mut faults = Faults::new();
        let mut markers = Vec::new();
        for marker in &outputs.complete_when {
            match glob(&marker.value, &marker.place) {
                Ok(pattern) => markers.push(pattern.compile_matcher()),
                Err(fault) => faults.push(fault),
            }
        }
        let root = evidence.lineage.root();
        let cutoff = match outputs.since {
            Since::Any => None,
            Since::Root => root.created.or(root.started),
        };
        let depth = outputs.directory.written().value.matches('/').count() + 1;
        faults.or(Self {
            outputs,
            scan,
            markers,
            parts: parts(outputs, evidence),
            cutoff,
            tree: tree(scan, depth),
        })
    }

    /// For each item the directories that its pattern matches.
    fn directories_of(&self, range: &[Index]) -> Result<Vec<Vec<&'a str>>, Faults> {
        let patterns = self.patterns(range)?;
        let mut found = vec![Vec::new(); range.len()];
        let mut faults = Faults::new();
        for directory in self.tree.keys() {
            let claimed = patterns.matches(directory);
            if let [first, second, ..] = claimed[..] {
                faults.push(ambiguous(self.outputs, directory, &range[first], &range[second]));
            }
            claimed.into_iter().for_each(|item| found[item].push(*directory));
        }
        faults.or(found)
    }

    fn patterns(&self, range: &[Index]) -> Result<GlobSet, Faults> {
        let template = &self.outputs.directory;
        let mut builder = GlobSetBuilder::new();
        for index in range {
            builder.add(glob(&filled(template, index, None)?, &template.written().place)?);
        }
        builder.build().map_err(|error| bad_pattern(&template.written().place, &error).into())
    }

    /// The best of an item's directories, and the rest.
    fn item(&self, index: &Index, directories: &[&str]) -> Result<ItemOutputs, Fault> {
        let mut judged = Vec::new();
        for directory in directories {
            let (present, missing) = self.parts_in(index, directory)?;
            let state = self.state(directory, !present.is_empty());
            let newest = self.tree[directory].values().map(|file| file.modified).max();
            judged.push((state, present.len(), newest, (*directory).to_owned(), present, missing));
        }
        judged.sort_by(|a, b| (&a.0, a.1, a.2, &a.3).cmp(&(&b.0, b.1, b.2, &b.3)));
        let best = judged.pop();
        let others =
            judged.into_iter().rev().map(|(state, _, _, directory, ..)| (directory, state)).collect();
        let item = match best {
            Some((state, _, _, directory, present, missing)) => {
                ItemOutputs { state, directory: Some(directory), present, missing, others }
            }
            None => ItemOutputs {
                state: OutputState::Missing,
                directory: None,
                present: Vec::new(),
                missing: self.parts.clone(),
                others,
            },
        };
        self.or_unreadable(index, item)
    }

    /// Something unreadable that might hold the item's outputs is not the same as missing outputs.
    fn or_unreadable(&self, index: &Index, item: ItemOutputs) -> Result<ItemOutputs, Fault> {
        if item.state == OutputState::Complete || self.scan.unreadable.is_empty() {
            return Ok(item);
        }
        let pattern = filled(&self.outputs.directory, index, None)?;
        let place = &self.outputs.directory.written().place;
        for (path, reason) in &self.scan.unreadable {
            let depth = path.matches('/').count() + 1;
            let reach = pattern.matches('/').count() + 1;
            let (head, path_head) = (front(&pattern, depth.min(reach)), front(path, depth.min(reach)));
            if glob(head, place)?.compile_matcher().is_match(path_head) || path == "." {
                let state = OutputState::Unreadable(format!("{path}: {}", reason_of(reason)));
                return Ok(ItemOutputs { state, ..item });
            }
        }
        Ok(item)
    }

    fn state(&self, directory: &str, has_parts: bool) -> OutputState {
        let files = &self.tree[directory];
        let fits = |marker: &GlobMatcher, fresh: bool| {
            files.iter().any(|(path, file)| {
                marker.is_match(path)
                    && file.bytes >= self.outputs.min_bytes
                    && (!fresh || self.is_fresh(file))
            })
        };
        if self.markers.iter().all(|marker| fits(marker, true)) {
            OutputState::Complete
        } else if self.markers.iter().all(|marker| fits(marker, false)) {
            OutputState::Stale
        } else if has_parts || !files.is_empty() {
            OutputState::Partial
        } else {
            OutputState::Missing
        }
    }

    fn is_fresh(&self, file: &FileFact) -> bool {
        self.cutoff.is_none_or(|cutoff| file.modified >= cutoff)
    }

    /// Parts of the item that are there, and parts that are not.
    fn parts_in(&self, index: &Index, directory: &str) -> Result<(Vec<String>, Vec<String>), Fault> {
        let Some(parts) = &self.outputs.parts else { return Ok((Vec::new(), Vec::new())) };
        let (mut present, mut missing) = (Vec::new(), Vec::new());
        for part in &self.parts {
            let pattern = glob(&filled(&parts.file, index, Some(part))?, &parts.file.written().place)?
                .compile_matcher();
            let there = self.tree[directory].iter().any(|(path, file)| {
                pattern.is_match(path) && file.bytes >= self.outputs.min_bytes && self.is_fresh(file)
            });
            if there { &mut present } else { &mut missing }.push(part.clone());
        }
        Ok((present, missing))
    }

    /// What the scan saw that a person should know.
    fn warn(&self, judged: &BTreeMap<Index, ItemOutputs>, warnings: &mut Vec<String>) {
        for (path, reason) in &self.scan.unreadable {
            warnings.push(format!("not read: {path} ({})", reason_of(reason)));
        }
        if self.outputs.since == Since::Root && self.cutoff.is_none() {
            warnings.push(
                "the root has no creation time, so old outputs cannot be told from new ones".to_owned(),
            );
        }
        for (index, item) in
            judged.iter().filter(|(_, item)| item.state == OutputState::Complete && !item.missing.is_empty())
        {
            let directory = item.directory.as_deref().unwrap_or_default();
            warnings.push(format!(
                "{index} is complete, but {} is missing in {directory}",
                item.missing.join(", ")
            ));
        }
    }
}

/// Directories at the pattern's depth, each with its files by their path inside it.
fn tree(scan: &Scan, depth: usize) -> BTreeMap<&str, BTreeMap<&str, FileFact>> {
    let at_depth =
        scan.directories.iter().map(String::as_str).filter(|path| path.matches('/').count() + 1 == depth);
    let mut tree: BTreeMap<&str, BTreeMap<&str, FileFact>> =
        at_depth.map(|path| (path, BTreeMap::new())).collect();
    for (path, file) in &scan.files {
        let directory = front(path, depth);
        if let Some(inside) = path.strip_prefix(directory).and_then(|rest| rest.strip_prefix('/')) {
            tree.entry(directory).or_default().insert(inside, *file);
        }
    }
    tree
}

/// The first `depth` parts of a path.
fn front(path: &str, depth: usize) -> &str {
    path.match_indices('/').nth(depth - 1).map_or(path, |(at, _)| &path[..at])
}

/// The parts that the root was asked for, in its order.
fn parts(outputs: &Outputs, evidence: &Evidence) -> Vec<String> {
    let Some(parts) = &outputs.parts else { return Vec::new() };
    let parameters = evidence.lineage.root().parameters();
    let text = parts.from_parameter.iter().find_map(|name| {
        parameters
            .iter()
            .find(|parameter| parameter.name == name.value)
            .and_then(|parameter| parameter.value.clone())
    });
    let mut seen = BTreeSet::new();
    text.unwrap_or_default()
        .split(parts.split.as_str())
        .map(str::trim)
        .filter(|part| !part.is_empty() && seen.insert((*part).to_owned()))
        .map(str::to_owned)
        .collect()
}

fn filled(template: &NameTemplate, index: &Index, part: Option<&str>) -> Result<String, Fault> {
    let scope = Scope::default().with("index", index.as_str());
    template.render(&part.map_or(scope.clone(), |part| scope.with("part", part)))
}

pub(super) fn glob(pattern: &str, place: &Place) -> Result<Glob, Fault> {
    GlobBuilder::new(pattern).literal_separator(true).build().map_err(|error| bad_pattern(place, &error))
}

pub(super) fn bad_pattern(place: &Place, error: &globset::Error) -> Fault {
    Fault::new(
        Code::RecipeBadPattern,
        format!("this is not a pattern of file names: {}", error.kind()),
        "`*` stands for any characters of one name, `?` for one, `[ab]` for a choice, `{a,b}` for alternatives",
    )
    .at(place, "here")
}

fn ambiguous(outputs: &Outputs, directory: &str, first: &Index, second: &Index) -> Fault {
    Fault::new(
        Code::ScanAmbiguous,
        format!("directory {directory} is claimed by two items, {first} and {second}"),
        "make the pattern tell them apart, for instance `<< index | pad(3) >>` or a separator behind the index",
    )
    .at(&outputs.directory.written().place, "this pattern matches it for both")
}

fn reason_of(reason: &Unreadable) -> &str {
    match reason {
        Unreadable::Refused(reason) => reason,
        Unreadable::LeadsOutside => "a symbolic link that leads out of the scanned directory",
    }
}
