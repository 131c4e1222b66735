//! What an item's output directories say: complete, partial, stale, missing, or not to be read.

mod generations;
mod markers;
mod notes;
mod parts;
mod tree;
mod unreadable;

pub use markers::{MarkerTrouble, Trouble};
pub(super) use notes::note;
pub use parts::of_root as parts_of_root;
pub(super) use tree::{bad_pattern, glob};

use std::collections::BTreeMap;

use globset::{GlobSet, GlobSetBuilder};
use jiff::Timestamp;

use crate::error::{Code, Fault, Faults};
use crate::evidence::Evidence;
use crate::evidence::outputs::{FileFact, Scan};
use crate::recipe::{NameTemplate, Outputs, Recipe, Scope, Since};
use crate::units::Index;
use generations::Generation;
use markers::Markers;
use tree::{Tree, tree};

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
    /// Markers that do not count, in the recipe's order; empty where the directory is complete, and where there is none.
    pub markers: Vec<MarkerTrouble>,
    /// When the earliest of its markers was written; `None` unless it is complete.
    pub marked: Option<Timestamp>,
    /// The item's other directories, the best first, with their states.
    pub others: Vec<(String, OutputState)>,
}

impl ItemOutputs {
    /// The part in which the item died: the first that is missing of a directory with something in it. Of no directory, a stale or
    /// an unreadable one nothing is known, and a complete one did not die.
    pub fn died_in(&self) -> Option<&str> {
        self.missing.first().filter(|_| self.state == OutputState::Partial).map(String::as_str)
    }
}

/// How complete a directory is; a later one beats an earlier one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum OutputState {
    /// No directory, or an empty one.
    Missing,
    /// Something that might be it could not be read: the reason.
    Unreadable(String),
    /// An earlier run's: every marker is there, but at least one is older than the run; or nothing that is there is of the run.
    Stale,
    /// Some of it is there.
    Partial,
    /// Every marker is there, fresh and large enough.
    Complete,
}

/// Why nothing is known of the outputs; `None`: it is.
pub fn unknown(recipe: &Recipe, evidence: &Evidence) -> Option<&'static str> {
    if recipe.outputs.is_none() {
        return Some("the recipe has no [outputs]");
    }
    evidence.scan.is_none().then_some("no scan was given")
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
        let why = unknown(recipe, evidence);
        warnings
            .extend(why.map(|why| format!("{why}: whether an item is done is the workflow's word alone")));
        return Ok(None);
    };
    let judge = Judge::new(outputs, scan, evidence)?;
    let wanted: Vec<String> =
        range.iter().map(|index| filled(&outputs.directory, index, None)).collect::<Result<_, Fault>>()?;
    let patterns = judge.patterns(&wanted)?;
    let directories = judge.directories_of(range, &patterns)?;
    let unreadable = unreadable::of_items(outputs, scan, range, &wanted, &judge.parts)?;
    let judged: BTreeMap<Index, ItemOutputs> = range
        .iter()
        .zip(&directories)
        .zip(unreadable)
        .map(|((index, candidates), unread)| Ok((index.clone(), judge.item(index, candidates, unread)?)))
        .collect::<Result<_, Fault>>()?;
    judge.warn(&recipe.items.noun, &judged, warnings);
    if directories.iter().all(Vec::is_empty) {
        warnings.extend(notes::misplaced(outputs, scan, &patterns));
    }
    Ok(Some(judged))
}

/// Everything that is the same for all items.
struct Judge<'a> {
    outputs: &'a Outputs,
    scan: &'a Scan,
    markers: Markers<'a>,
    parts: Vec<String>,
    cutoff: Option<Timestamp>,
    /// Every directory seen, with the files below it by their path inside it.
    tree: Tree<'a>,
}

impl<'a> Judge<'a> {
    fn new(outputs: &'a Outputs, scan: &'a Scan, evidence: &Evidence) -> Result<Self, Faults> {
        let root = evidence.lineage.root();
        let cutoff = match outputs.since {
            Since::Any => None,
            Since::Root => root.created.or(root.started),
        };
        Ok(Self {
            outputs,
            scan,
            markers: Markers::new(outputs, cutoff)?,
            parts: parts::of_root(outputs, root),
            cutoff,
            tree: tree(scan, tree::depth(outputs)),
        })
    }

    /// For each item the directories that its pattern matches.
    fn directories_of(&self, range: &[Index], patterns: &GlobSet) -> Result<Vec<Vec<&'a str>>, Faults> {
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

    fn patterns(&self, directories: &[String]) -> Result<GlobSet, Faults> {
        let place = &self.outputs.directory.written().place;
        let mut builder = GlobSetBuilder::new();
        for directory in directories {
            builder.add(glob(directory, place)?);
        }
        builder.build().map_err(|error| bad_pattern(place, &error).into())
    }

    /// The best of an item's directories, and the rest. `unread` may hold its outputs: that is not the same as missing ones.
    fn item(
        &self,
        index: &Index,
        directories: &[&'a str],
        unread: Option<String>,
    ) -> Result<ItemOutputs, Fault> {
        let generations = directories.iter().map(|directory| self.generation(index, directory));
        let mut generations: Vec<Generation<'a>> = generations.collect::<Result<_, Fault>>()?;
        generations.sort_by(Generation::beats);
        let mut generations = generations.into_iter();
        let best = generations.next();
        let others = generations.map(|other| (other.directory.to_owned(), other.state)).collect();
        let item = match best {
            Some(best) => ItemOutputs {
                state: best.state,
                directory: Some(best.directory.to_owned()),
                present: best.present,
                missing: best.missing,
                markers: best.markers,
                marked: best.marked,
                others,
            },
            None => ItemOutputs {
                state: OutputState::Missing,
                directory: None,
                present: Vec::new(),
                missing: self.parts.clone(),
                markers: Vec::new(),
                marked: None,
                others,
            },
        };
        let unread = unread.filter(|_| item.state != OutputState::Complete);
        let state = unread.map_or_else(|| item.state.clone(), OutputState::Unreadable);
        Ok(ItemOutputs { state, ..item })
    }

    /// One of an item's directories.
    fn generation(&self, index: &Index, directory: &'a str) -> Result<Generation<'a>, Fault> {
        let files = &self.tree[directory];
        let (present, missing) = parts::in_files(self.outputs, &self.parts, index, &|pattern| {
            files.iter().any(|(path, file)| {
                pattern.is_match(path) && file.bytes >= self.outputs.min_bytes && self.is_fresh(file)
            })
        })?;
        let markers = self.markers.troubles(files);
        let state = if markers.is_empty() {
            OutputState::Complete
        } else if files.is_empty() {
            OutputState::Missing
        } else if markers.iter().all(|marker| matches!(marker.trouble, Trouble::Stale { .. }))
            || !files.values().any(|file| self.is_fresh(file))
        {
            OutputState::Stale
        } else {
            OutputState::Partial
        };
        let marked = if markers.is_empty() { self.markers.earliest(files) } else { None };
        let newest = files.values().map(|file| file.modified).max();
        Ok(Generation { state, directory, present, missing, markers, marked, newest })
    }

    fn is_fresh(&self, file: &FileFact) -> bool {
        self.cutoff.is_none_or(|cutoff| file.modified >= cutoff)
    }

    /// What the scan saw that a person should know.
    fn warn(&self, noun: &str, judged: &BTreeMap<Index, ItemOutputs>, warnings: &mut Vec<String>) {
        warnings.extend(unreadable::told(self.scan));
        if self.outputs.since == Since::Root && self.cutoff.is_none() {
            warnings.push(
                "the root has no creation time, so old outputs cannot be told from new ones".to_owned(),
            );
        }
        for (index, item) in
            judged.iter().filter(|(_, item)| item.state == OutputState::Complete && !item.missing.is_empty())
        {
            let directory = item.directory.as_deref().unwrap_or_default();
            let are = if item.missing.len() == 1 { "is" } else { "are" };
            warnings.push(format!(
                "{noun} {index} is complete, but {} {are} missing in {directory}",
                item.missing.join(", ")
            ));
        }
    }
}

/// A pattern of the recipe for one item, and for one of its parts.
fn filled(template: &NameTemplate, index: &Index, part: Option<&str>) -> Result<String, Fault> {
    let scope = Scope::default().with("index", index.as_str());
    template.pattern(&part.map_or(scope.clone(), |part| scope.with("part", part)))
}

fn ambiguous(outputs: &Outputs, directory: &str, first: &Index, second: &Index) -> Fault {
    Fault::new(
        Code::ScanAmbiguous,
        format!("directory {directory} is claimed by two items, {first} and {second}"),
        "make the pattern tell them apart, for instance `<< index | pad(3) >>` or a separator behind the index",
    )
    .at(&outputs.directory.written().place, "this pattern matches it for both")
}
