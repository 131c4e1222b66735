//! Decisions that are open: a `decisions.toml` for the items that wait for a person, ready to fill in.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::diagnose::{Diagnosis, ItemDiagnosis};
use crate::evidence::Evidence;
use crate::evidence::decisions::start;
use crate::plan::{Because, Decision, Fate};
use crate::recipe::{Cause, Recipe};
use crate::units::{Index, Selection, named};

use super::gather::judgement;

/// What to do with the file.
pub(super) const HOW: &str =
    "to decide: uncomment one of the three, say why, and name the file in `[inputs] decisions`";

/// Items that wait for the same reason.
struct Open<'a> {
    because: &'a Because,
    cause: Option<Cause>,
    items: Vec<&'a Index>,
}

/// The file for every held item, those of one reason together; `None` where none is held.
pub(super) fn of_run(
    recipe: &Recipe,
    evidence: &Evidence,
    diagnosis: &Diagnosis,
    decisions: &[Decision],
) -> Option<String> {
    let pairs = diagnosis.items.iter().zip(decisions);
    file(recipe, evidence, diagnosis, pairs.map(|(item, decision)| (item, &decision.fate)))
}

/// The file for one item.
pub(super) fn of_item(
    recipe: &Recipe,
    evidence: &Evidence,
    diagnosis: &Diagnosis,
    item: &ItemDiagnosis,
    fate: &Fate,
) -> Option<String> {
    file(recipe, evidence, diagnosis, std::iter::once((item, fate)))
}

fn file<'a>(
    recipe: &Recipe,
    evidence: &Evidence,
    diagnosis: &Diagnosis,
    items: impl Iterator<Item = (&'a ItemDiagnosis, &'a Fate)>,
) -> Option<String> {
    // Where the run died before its fan-out, nobody can decide anything about an item.
    if diagnosis.upstream.is_some() {
        return None;
    }
    let mut groups: Vec<Open<'_>> = Vec::new();
    for (item, fate) in items {
        let Fate::Hold(because) = fate else { continue };
        let cause = judgement(item).map(|judged| judged.cause);
        match groups.iter_mut().find(|group| group.because == because && group.cause == cause) {
            Some(group) => group.items.push(&item.index),
            None => groups.push(Open { because, cause, items: vec![&item.index] }),
        }
    }
    if groups.is_empty() {
        return None;
    }
    // A file that is there already has its version.
    let mut text =
        if recipe.inputs.decisions.is_none() { "version = 1\n\n".to_owned() } else { String::new() };
    let range = diagnosis.range();
    let entries: Vec<String> = groups.iter().map(|group| entry(recipe, evidence, &range, group)).collect();
    text.push_str(&entries.join("\n"));
    Some(text)
}

/// One `[[decisions]]` that decides nothing until one of its three choices is no comment any more.
fn entry(recipe: &Recipe, evidence: &Evidence, range: &BTreeSet<&Index>, open: &Open<'_>) -> String {
    let cause = open.cause.map_or(String::new(), |cause| format!("{cause}: "));
    let about = named(&recipe.items.noun, open.items.iter().copied());
    let why = format!("{about}: {cause}{}", open.because.reason).replace(char::is_control, " ");
    let tiers: Vec<&str> = recipe.tiers.iter().map(|tier| tier.name.value.as_str()).collect();
    let chosen = Selection::of(&open.items, range);
    let items = match chosen.texts() {
        [one] => quoted(one),
        several => format!("[{}]", several.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", ")),
    };
    let mut text = format!("[[decisions]] # {why}\n");
    let _ = writeln!(text, "items = {items}");
    let _ = writeln!(text, "# retry = {{ tier = \"next\", reason = \"\" }} # or same, {}", tiers.join(", "));
    text.push_str("# skip  = \"\"\n# done  = \"\"\n");
    if let Some(start) = start(evidence.lineage.parent()) {
        let _ = writeln!(text, "# until = {start} # with this line, a run that started later asks again");
    }
    text
}

/// A text in quotes: what JSON escapes, TOML reads alike.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
