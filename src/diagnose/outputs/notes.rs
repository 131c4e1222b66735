//! What a person should know about the outputs themselves: a scan that came too early, markers that are older than they seem, a scan of
//! another directory than the recipe means.

use std::collections::BTreeMap;

use globset::GlobSet;
use jiff::{SignedDuration, Timestamp};

use super::tree::depth;
use super::{OutputState, parts};
use crate::diagnose::ItemDiagnosis;
use crate::evidence::Evidence;
use crate::evidence::outputs::Scan;
use crate::evidence::snapshot::Phase;
use crate::recipe::{Outputs, Recipe};
use crate::units::{Index, ranges};

/// What the outputs and the nodes say only together.
pub(in crate::diagnose) fn note(
    recipe: &Recipe,
    evidence: &Evidence,
    items: &[ItemDiagnosis],
    warnings: &mut Vec<String>,
) {
    warnings.extend(parts::unknown(recipe, evidence.lineage.root()));
    warnings.extend(older_than_the_attempt(items));
    if recipe.outputs.is_some() {
        warnings.extend(evidence.scan.as_ref().and_then(|scan| too_early(scan, evidence, items)));
    }
}

/// Complete items whose marker was there before their last attempt began. The marker is of this run, so it counts; but that attempt did
/// not write it.
fn older_than_the_attempt(items: &[ItemDiagnosis]) -> Option<String> {
    let older = |item: &&ItemDiagnosis| {
        let marked = item.outputs.as_ref().and_then(|outputs| outputs.marked);
        let began = item.node.as_ref().and_then(|node| node.attempts.last()).filter(|last| last.has_run());
        marked.zip(began.and_then(|last| last.started)).is_some_and(|(marked, began)| marked < began)
    };
    let older: Vec<&Index> = items.iter().filter(older).map(|item| &item.index).collect();
    if older.is_empty() {
        return None;
    }
    Some(format!(
        "the outputs of {} are complete, and older than the last attempt: they count, but that attempt did not write them",
        ranges(older)
    ))
}

/// A scan that seems to have been made before the workflow ended. No scan says when it was made, so it is told by what it lacks: items that
/// succeeded so long after its newest file that they must have written later, and left nothing in it that is complete.
fn too_early(scan: &Scan, evidence: &Evidence, items: &[ItemDiagnosis]) -> Option<String> {
    let parent = evidence.lineage.parent();
    if let Some(active) = evidence.lineage.active().last() {
        return Some(format!(
            "{} had not ended when its snapshot was taken, so the scan may lack what was written since",
            active.name
        ));
    }
    let newest = scan.files.values().map(|file| file.modified).max()?;
    let usual =
        items.iter().filter_map(from_marker_to_end).max().unwrap_or_default().max(SignedDuration::ZERO);
    let late = |item: &&ItemDiagnosis| {
        let incomplete = item.outputs.as_ref().is_some_and(|outputs| {
            !matches!(outputs.state, OutputState::Complete | OutputState::Unreadable(_))
        });
        incomplete && success(item).is_some_and(|(_, end)| end.duration_since(newest) > usual)
    };
    let late: Vec<&Index> = items.iter().filter(late).map(|item| &item.index).collect();
    if late.is_empty() {
        return None;
    }
    Some(format!(
        "the scan may be older than the end of {}: its newest file is of {newest}, and {} succeeded later with nothing complete in it; scan again",
        parent.name,
        ranges(late)
    ))
}

/// How long before its end a complete item wrote its marker, where its last attempt did.
fn from_marker_to_end(item: &ItemDiagnosis) -> Option<SignedDuration> {
    let marked = item.outputs.as_ref()?.marked?;
    let (began, end) = success(item)?;
    (marked >= began).then(|| end.duration_since(marked))
}

/// When the last attempt began and ended, where it succeeded.
fn success(item: &ItemDiagnosis) -> Option<(Timestamp, Timestamp)> {
    let last = item.node.as_ref()?.attempts.last()?;
    last.started.zip(last.finished).filter(|_| last.phase == Phase::Succeeded)
}

/// Nothing in the scan is any item's: perhaps a directory above the outputs was scanned, as where a mount differs between two machines.
pub(super) fn misplaced(outputs: &Outputs, scan: &Scan, patterns: &GlobSet) -> Option<String> {
    let pattern = &outputs.directory.written().value;
    if scan.directories.is_empty() {
        return Some(format!(
            "the scan holds no directory at all, so nothing fits `{pattern}`: was another tree scanned?"
        ));
    }
    let mut above: BTreeMap<&str, usize> = BTreeMap::new();
    for path in &scan.directories {
        let slash = path.rmatch_indices('/').nth(depth(outputs) - 1);
        if let Some((at, _)) = slash.filter(|(at, _)| patterns.is_match(&path[at + 1..])) {
            *above.entry(&path[..at]).or_default() += 1;
        }
    }
    let nothing = format!("no directory of the scan fits `{pattern}`");
    Some(match above.into_iter().max_by_key(|(path, count)| (*count, std::cmp::Reverse(*path))) {
        Some((path, count)) => {
            format!("{nothing}, but {count} below `{path}` do: the tree to scan begins there")
        }
        None => format!("{nothing}: was another tree scanned?"),
    })
}
