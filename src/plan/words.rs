//! The words of a `when`, asked in their order: the first that does not hold is why a rule does not match.

use crate::diagnose::{Attempt, NodeFacts};
use crate::recipe::{Cause, Recipe, When};

/// What rules look at in one item.
pub(super) struct Facts {
    cause: Cause,
    last: Option<Attempt>,
}

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
type Ask = fn(&When, &Facts) -> Option<(String, String)>;

/// Every word, by its key in `when`: a new one is a line here and a function below.
const WORDS: &[(&str, Ask)] = &[("causes", causes), ("exit-codes", exit_codes), ("message", message)];

impl Facts {
    /// The facts of an item, or of what an earlier generation saw of it.
    pub(super) fn of(cause: Cause, node: Option<&NodeFacts>) -> Self {
        Self { cause, last: node.map(NodeFacts::last) }
    }
}

/// Asks the rules in their order until one matches, which then stands last.
pub(super) fn ask(recipe: &Recipe, facts: &Facts) -> Vec<Tried> {
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
fn unmet(when: &When, facts: &Facts) -> Option<Unmet> {
    WORDS.iter().find_map(|(word, ask)| ask(when, facts).map(|(wanted, found)| Unmet { word, wanted, found }))
}

fn causes(when: &When, facts: &Facts) -> Option<(String, String)> {
    let holds = when.causes.is_empty() || when.causes.contains(&facts.cause);
    (!holds).then(|| (listed(&when.causes), facts.cause.to_string()))
}

fn exit_codes(when: &When, facts: &Facts) -> Option<(String, String)> {
    let code = facts.last.as_ref().and_then(|attempt| attempt.exit_code);
    let holds = when.exit_codes.is_empty() || code.is_some_and(|code| when.exit_codes.contains(&code));
    (!holds)
        .then(|| (listed(&when.exit_codes), code.map_or("no exit code".to_owned(), |code| code.to_string())))
}

fn message(when: &When, facts: &Facts) -> Option<(String, String)> {
    let message = facts.last.as_ref().map_or("", |attempt| attempt.message.as_str());
    let pattern = when.message.as_ref().filter(|pattern| !pattern.is_match(message))?;
    let found = if message.is_empty() { "no message".to_owned() } else { message.trim().to_owned() };
    Some((pattern.to_string(), found))
}

fn listed(wanted: &[impl ToString]) -> String {
    wanted.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
