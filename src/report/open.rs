//! Decisions that are open: a `decisions.toml` for the items that wait for a person, ready to fill in.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::diagnose::ItemDiagnosis;
use crate::evidence::Evidence;
use crate::evidence::decisions::start;
use crate::pipeline::Run;
use crate::plan::{Because, Fate, choices};
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
    /// Where each of them can be sent.
    choices: Vec<String>,
    items: Vec<&'a Index>,
}

/// The file for every held item, those of one reason together; `None` where none is held.
pub(super) fn of_run(recipe: &Recipe, evidence: &Evidence, run: &Run) -> Option<String> {
    let pairs = run.diagnosis.items.iter().zip(&run.plan.decisions);
    file(recipe, evidence, run, pairs.map(|(item, decision)| (item, &decision.fate)))
}

/// The file for one item.
pub(super) fn of_item(
    recipe: &Recipe,
    evidence: &Evidence,
    run: &Run,
    item: &ItemDiagnosis,
    fate: &Fate,
) -> Option<String> {
    file(recipe, evidence, run, std::iter::once((item, fate)))
}

fn file<'a>(
    recipe: &Recipe,
    evidence: &Evidence,
    run: &Run,
    items: impl Iterator<Item = (&'a ItemDiagnosis, &'a Fate)>,
) -> Option<String> {
    // Where the run died before its fan-out, nobody can decide anything about an item.
    if !run.diagnosis.upstream.is_empty() {
        return None;
    }
    let mut groups: Vec<Open<'_>> = Vec::new();
    for (item, fate) in items {
        let Fate::Hold(because) = fate else { continue };
        let cause = judgement(item).map(|judged| judged.cause);
        let choices = choices(recipe, evidence, &run.diagnosis, &run.ladder, item);
        let alike = |group: &&mut Open<'_>| {
            group.because == because && group.cause == cause && group.choices == choices
        };
        match groups.iter_mut().find(alike) {
            Some(group) => group.items.push(&item.index),
            None => groups.push(Open { because, cause, choices, items: vec![&item.index] }),
        }
    }
    if groups.is_empty() {
        return None;
    }
    // A file that is there already has its version.
    let mut text =
        if recipe.inputs.decisions.is_none() { "version = 1\n\n".to_owned() } else { String::new() };
    let range = run.diagnosis.range();
    let entries: Vec<String> = groups.iter().map(|group| entry(recipe, evidence, &range, group)).collect();
    text.push_str(&entries.join("\n"));
    Some(text)
}

/// One `[[decisions]]` that decides nothing until one of its three choices is no comment any more.
fn entry(recipe: &Recipe, evidence: &Evidence, range: &BTreeSet<&Index>, open: &Open<'_>) -> String {
    let cause = open.cause.map_or(String::new(), |cause| format!("{cause}: "));
    let about = named(&recipe.items.noun, open.items.iter().copied());
    let why = format!("{about}: {cause}{}", open.because.reason).replace(char::is_control, " ");
    let chosen = Selection::of(&open.items, range);
    let items = match chosen.texts() {
        [one] => quoted(one),
        several => format!("[{}]", several.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", ")),
    };
    let mut text = format!("[[decisions]] # {why}\n");
    let _ = writeln!(text, "items = {items}");
    let _ = match &open.choices[..] {
        [] if open.cause == Some(Cause::Upstream) => {
            writeln!(text, "# retry: not here; mend the task above and run the pipeline again")
        }
        [] => writeln!(text, "# retry: no tier can take this; add one to the recipe first"),
        [only] => writeln!(text, "# retry = {{ tier = \"{only}\", reason = \"\" }}"),
        [first, others @ ..] => {
            let others = others.join(", ");
            writeln!(text, "# retry = {{ tier = \"{first}\", reason = \"\" }} # or {others}")
        }
    };
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
