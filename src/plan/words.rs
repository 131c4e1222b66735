//! The words of a `when`, asked in their order: the first that does not hold is why a rule does not match.

use super::facts::Facts;
use crate::diagnose::ItemDiagnosis;
use crate::evidence::logs::Line;
use crate::recipe::{Recipe, When};
use crate::units::ranges;

/// A word of `when` that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmet {
    /// Its key.
    pub word: &'static str,
    /// What the rule wants.
    pub wanted: String,
    /// What the item has in its place.
    pub found: String,
}

/// A rule that was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried {
    /// Its position in the recipe.
    pub rule: usize,
    /// The first word that does not hold; `None`: the rule matches.
    pub failed_on: Option<Unmet>,
}

/// What a word wants and what it finds; `None` where it holds or is not written.
type Ask = fn(&When, &Facts<'_>) -> Option<(String, String)>;

/// Every word, by its key in `when`: a new one is a line here and a function below.
const WORDS: &[(&str, Ask)] = &[
    ("causes", causes),
    ("exit-codes", exit_codes),
    ("exit-codes-not-in", exit_codes_not_in),
    ("message", message),
    ("log", log),
    ("missing-parts", missing_parts),
    ("present-parts", present_parts),
    ("started", started),
    ("ran-longer-than", ran_longer_than),
    ("tiers", tiers),
    ("items", items),
    ("generation", generation),
];

/// Asks the rules in their order until one matches, which then stands last.
pub(super) fn ask(recipe: &Recipe, facts: &Facts<'_>) -> Vec<Tried> {
    let mut tried = Vec::new();
    for (rule, asked) in recipe.rules.iter().enumerate() {
        let failed_on = unmet(&asked.when, facts);
        let matches = failed_on.is_none();
        tried.push(Tried { rule, failed_on });
        if matches {
            break;
        }
    }
    tried
}

/// The rule that matched, if one did.
pub(super) fn matched(tried: &[Tried]) -> Option<usize> {
    tried.last().filter(|last| last.failed_on.is_none()).map(|last| last.rule)
}

/// The first word that does not hold.
fn unmet(when: &When, facts: &Facts<'_>) -> Option<Unmet> {
    WORDS.iter().find_map(|(word, ask)| ask(when, facts).map(|(wanted, found)| Unmet { word, wanted, found }))
}

fn causes(when: &When, facts: &Facts<'_>) -> Option<(String, String)> {
    (!when.takes_cause(facts.cause)).then(|| (listed(&when.causes), facts.cause.to_string()))
}

fn exit_codes(when: &When, facts: &Facts<'_>) -> Option<(String, String)> {
    (!when.takes_code(facts.failing_code())).then(|| (listed(&when.exit_codes), code(facts)))
}

fn exit_codes_not_in(when: &When, facts: &Facts<'_>) -> Option<(String, String)> {
    let wanted = || format!("a code that is none of {}", listed(&when.exit_codes_not_in));
    (!when.leaves_code(facts.failing_code())).then(|| (wanted(), code(facts)))
}

/// The exit code as it is told.
fn code(facts: &Facts<'_>) -> String {
    facts.code().map_or("no exit code".to_owned(), |code| code.to_string())
}

fn message(when: &When, facts: &Facts<'_>) -> Option<(String, String)> {
    let message = facts.last.as_ref().map_or("", |attempt| attempt.message.as_str());
    let pattern = when.message.as_ref().filter(|pattern| !pattern.is_match(message))?;
    let found = if message.is_empty() { "no message".to_owned() } else { message.trim().to_owned() };
    Some((pattern.to_string(), found))
}

/// What is not known (a log that was not given, parts without a scan) holds for no word.
fn log(when: &When, facts: &Facts<'_>) -> Option<(String, String)> {
    let log = facts.last.as_ref().and_then(|attempt| attempt.log.as_deref());
    let pattern = when.log.as_ref().filter(|pattern| !log.is_some_and(|log| pattern.is_match(&log.text)))?;
    let found = log.map_or_else(|| "no log".to_owned(), |log| format!("none in {}", log.named()));
    Some((pattern.to_string(), found))
}

/// Where the item's log has what a rule that matched looks for.
pub fn line_in_log<'a>(when: &When, item: &'a ItemDiagnosis) -> Option<Line<'a>> {
    let log = item.judged()?.attempts.last()?.log.as_deref()?;
    let found = when.log.as_ref()?.find(&log.text)?;
    Some(log.line_at(found.start()))
}

fn missing_parts(when: &When, facts: &Facts<'_>) -> Option<(String, String)> {
    parts(&when.missing_parts, facts.outputs.map(|outputs| &outputs.missing[..]))
}

fn present_parts(when: &When, facts: &Facts<'_>) -> Option<(String, String)> {
    parts(&when.present_parts, facts.outputs.map(|outputs| &outputs.present[..]))
}

/// One of a list of parts is enough.
fn parts(wanted: &[String], known: Option<&[String]>) -> Option<(String, String)> {
    let found = known.unwrap_or_default();
    let holds = wanted.is_empty() || wanted.iter().any(|part| found.contains(part));
    let told = match known {
        None => "no scan".to_owned(),
        Some([]) => "none".to_owned(),
        Some(parts) => parts.join(", "),
    };
    (!holds).then(|| (wanted.join(", "), told))
}

fn started(when: &When, facts: &Facts<'_>) -> Option<(String, String)> {
    if when.takes_start(facts.has_run()) {
        return None;
    }
    let wanted = if facts.has_run() { "an attempt that never began" } else { "an attempt that began" };
    Some((wanted.to_owned(), how_it_began(facts)))
}

/// Where the last attempt ran, or why none did.
fn how_it_began(facts: &Facts<'_>) -> String {
    match facts.last.as_ref() {
        None => "no node".to_owned(),
        Some(last) if !last.has_run() => "a last attempt without a host".to_owned(),
        Some(last) => last
            .host
            .as_ref()
            .map_or("one that ended with a code".to_owned(), |host| format!("one on {host}")),
    }
}

fn ran_longer_than(when: &When, facts: &Facts<'_>) -> Option<(String, String)> {
    let bound = when.ran_longer_than.filter(|_| !when.takes_length(facts.length()))?;
    let found = match facts.length() {
        Some(length) => length.to_string(),
        None if facts.has_run() => "no run time that is known".to_owned(),
        None => how_it_began(facts),
    };
    Some((format!("more than {bound}"), found))
}

fn tiers(when: &When, facts: &Facts<'_>) -> Option<(String, String)> {
    let found = facts.tier.unwrap_or("no tier that is known");
    (!when.takes_tier(facts.tier)).then(|| (listed(&when.tiers), found.to_owned()))
}

fn items(when: &When, facts: &Facts<'_>) -> Option<(String, String)> {
    (!when.takes_item(Some(facts.index))).then(|| (ranges(&when.items), facts.index.to_string()))
}

fn generation(when: &When, facts: &Facts<'_>) -> Option<(String, String)> {
    let found = || facts.generation.map_or("no node".to_owned(), |ran| ran.to_string());
    (!when.takes_generation(facts.generation)).then(|| (listed(&when.generation), found()))
}

fn listed(wanted: &[impl ToString]) -> String {
    wanted.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests;
