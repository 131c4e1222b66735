//! What people decided, against this run: whom a decision speaks for, and what is wrong with the file of them.

use std::collections::{BTreeMap, BTreeSet};

use super::{Decision, Fate};
use crate::diagnose::{Diagnosis, Verdict};
use crate::error::{Code, Fault, Faults};
use crate::evidence::Evidence;
use crate::evidence::decisions::{Choice, Entry, start};
use crate::recipe::{Recipe, RetryTier};
use crate::source::At;
use crate::units::{Index, name, named, ranges};

/// What an item is decided by, as the report and the ledger name it.
pub(super) const BY: &str = "decision";

/// Which decision speaks for which item.
#[derive(Default)]
pub(super) struct Decided<'a>(BTreeMap<Index, &'a Entry>);

impl<'a> Decided<'a> {
    /// The decision about an item.
    pub(super) fn about(&self, index: &Index) -> Option<&'a Entry> {
        self.0.get(index).copied()
    }
}

/// Finds whom each decision speaks for; one that is open again for this parent is told in the warnings.
///
/// # Errors
/// Items that the range does not have, tiers that the recipe does not have, two decisions about one item, and decisions about items
/// that are done without them, each in the file of the decisions.
pub(super) fn check<'a>(
    recipe: &Recipe,
    evidence: &'a Evidence,
    diagnosis: &Diagnosis,
    warnings: &mut Vec<String>,
) -> Result<Decided<'a>, Faults> {
    let mut faults = Faults::new();
    let mut decided = Decided::default();
    let parent = evidence.lineage.parent();
    let range: BTreeSet<&Index> = diagnosis.items.iter().map(|item| &item.index).collect();
    let is_done = |item: &&crate::diagnose::ItemDiagnosis| matches!(item.verdict, Verdict::Done { .. });
    let done: BTreeSet<&Index> = diagnosis.items.iter().filter(is_done).map(|item| &item.index).collect();
    for entry in evidence.decisions.iter().flat_map(|decisions| &decisions.entries) {
        let Some(items) = known_items(recipe, entry, &range, &mut faults) else { continue };
        if let Choice::Retry(tier) = &entry.choice.value {
            known_tier(recipe, tier, &mut faults);
        }
        let of_range = items.iter().filter(|index| range.contains(index));
        let (needless, open): (Vec<&Index>, Vec<&Index>) = of_range.partition(|index| done.contains(index));
        if !entry.speaks_of(parent) {
            warnings.extend(open_again(recipe, evidence, entry, &open));
            continue;
        }
        if !needless.is_empty() {
            faults.push(not_needed(recipe, entry, &needless, needless.len() == items.len()));
        }
        let mut twice: BTreeMap<usize, (&Entry, Vec<&Index>)> = BTreeMap::new();
        for index in open {
            if let Some(first) = decided.0.get(index) {
                twice.entry(first.place.span().start).or_insert((first, Vec::new())).1.push(index);
            } else {
                decided.0.insert(index.clone(), entry);
            }
        }
        twice
            .into_values()
            .for_each(|(first, items)| faults.push(contradiction(recipe, entry, first, &items)));
    }
    faults.or(decided)
}

/// The tier that a decision names; `None` where the recipe has none of that name, which [`check`] has told.
pub(super) fn tier(recipe: &Recipe, written: &str) -> Option<RetryTier> {
    match written {
        "same" => Some(RetryTier::Same),
        "next" => Some(RetryTier::Next),
        _ => recipe.tiers.iter().position(|tier| tier.name.value == written).map(RetryTier::Named),
    }
}

/// What a person should know of decisions that were followed: who was lifted, and who was sent before.
pub(super) fn told(recipe: &Recipe, decided: &Decided<'_>, decisions: &[Decision]) -> Vec<String> {
    let mut told: BTreeMap<(usize, String), (&Entry, Vec<&Index>)> = BTreeMap::new();
    for decision in decisions {
        let (Some(entry), Fate::Retry(retried)) = (decided.about(&decision.index), &decision.fate) else {
            continue;
        };
        let Choice::Retry(written) = &entry.choice.value else { continue };
        let mut tell = |words: String| {
            let key = (entry.place.span().start, words);
            told.entry(key).or_insert((entry, Vec::new())).1.push(&decision.index);
        };
        if matches!(tier(recipe, &written.value), Some(RetryTier::Named(named)) if named < retried.to) {
            let to = &recipe.tiers[retried.to].name.value;
            tell(format!("is sent to {to} and not to {}: an item never goes down", written.value));
        }
        if retried.used > 0 {
            let times = if retried.used == 1 { "once".to_owned() } else { format!("{} times", retried.used) };
            tell(format!("ran again by decision {times} before, and failed again"));
        }
    }
    let line = |((_, words), (entry, items)): ((usize, String), (&Entry, Vec<&Index>))| {
        format!("{}: {} {words}", at(entry), named(&recipe.items.noun, items))
    };
    told.into_iter().map(line).collect()
}

/// `decisions.toml:3`.
fn at(entry: &Entry) -> String {
    format!("{}:{}", entry.place.source().name(), entry.place.line_column().0)
}

/// Whom an entry speaks for, whether or not the range has them; `None` where that cannot be told.
fn known_items(
    recipe: &Recipe,
    entry: &Entry,
    range: &BTreeSet<&Index>,
    faults: &mut Faults,
) -> Option<BTreeSet<Index>> {
    let items = match entry.items.value.among(range) {
        Ok(items) => items,
        Err(why) => {
            let message = format!("`items` is no list of items: {why}");
            let help = "write items and ranges: `items = \"5, 28-31\"`";
            faults.push(Fault::new(Code::DecisionsBadValue, message, help).at(&entry.items.place, why));
            return None;
        }
    };
    let strange: Vec<&Index> = items.iter().filter(|index| !range.contains(index)).collect();
    if !strange.is_empty() {
        let is = if strange.len() == 1 { "is" } else { "are" };
        faults.push(
            Fault::new(
                Code::DecisionsUnknownItem,
                format!("{} {is} not in the range", named(&recipe.items.noun, strange)),
                format!("the range is {}", ranges(range.iter().copied())),
            )
            .at(&entry.items.place, "not in the range"),
        );
    }
    Some(items)
}

fn known_tier(recipe: &Recipe, written: &At<String>, faults: &mut Faults) {
    if tier(recipe, &written.value).is_some() {
        return;
    }
    let tiers = recipe.tiers.iter().map(|tier| tier.name.value.as_str());
    let known: Vec<&str> = ["same", "next"].into_iter().chain(tiers).collect();
    let near = name::nearest(&written.value, known.iter().copied());
    let meant = near.map_or(String::new(), |near| format!("write \"{near}\"; "));
    faults.push(
        Fault::new(
            Code::DecisionsUnknownTier,
            format!("there is no tier `{}` in {}", written.value, recipe.source.name()),
            format!("{meant}an item is retried in one of {}", known.join(", ")),
        )
        .at(&written.place, "unknown tier"),
    );
}

fn not_needed(recipe: &Recipe, entry: &Entry, done: &[&Index], whole: bool) -> Fault {
    let (is, them) = if done.len() == 1 { ("is", "it") } else { ("are", "them") };
    let help = if whole {
        "remove this decision; one that is meant for a single run has an `until`".to_owned()
    } else {
        format!("take {them} out of `items`")
    };
    let items = named(&recipe.items.noun, done.iter().copied());
    Fault::new(Code::DecisionsNotNeeded, format!("{items} {is} done without a decision"), help)
        .at(&entry.items.place, "nothing is left to decide")
}

fn contradiction(recipe: &Recipe, entry: &Entry, first: &Entry, items: &[&Index]) -> Fault {
    let items = named(&recipe.items.noun, items.iter().copied());
    let (one, two) = (first.choice.value.key(), entry.choice.value.key());
    let message = if one == two {
        format!("two decisions speak for {items}")
    } else {
        format!("two decisions speak for {items}: {one} and {two}")
    };
    Fault::new(Code::DecisionsContradiction, message, "keep one of the two")
        .at(&entry.items.place, format!("{two}, the second"))
        .at(&first.items.place, format!("{one}, the first"))
}

/// What is said of a decision that this parent came too late for.
fn open_again(recipe: &Recipe, evidence: &Evidence, entry: &Entry, open: &[&Index]) -> Option<String> {
    let parent = evidence.lineage.parent();
    let (until, start) = (entry.until.as_ref()?, start(parent)?);
    (!open.is_empty()).then(|| {
        format!(
            "{}: {} for {} is open again: {} started at {start}, after its until = {}",
            at(entry),
            entry.choice.value.key(),
            named(&recipe.items.noun, open.iter().copied()),
            parent.name,
            until.value
        )
    })
}
