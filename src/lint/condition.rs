//! Whether a task runs, given how the tasks before it ended: `depends` and `dependencies`, evaluated (`workflow/common/ancestry.go`, and
//! `evaluateDependsLogic` in `workflow/controller/dag.go`).

use std::collections::BTreeSet;

use crate::verify::references::place::{has, list, text};
use crate::verify::references::template::Call;

/// How deep parentheses and `!` nest before this reading gives up.
const DEEPEST: usize = 200;

/// How a task ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Ended {
    Succeeded,
    /// Of a loop: one item failed, others did not.
    Failed,
    Errored,
    /// Of a loop: no item succeeded, and one of them is an Error, which is what became of the whole.
    ErroredThroughout,
    Skipped,
    Omitted,
}

impl Ended {
    /// As `depends` spells it, with what `depends` has no word for.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Succeeded => "Succeeded",
            Self::Failed => "Failed",
            Self::Errored => "Errored",
            Self::ErroredThroughout => "Errored without one success",
            Self::Skipped => "Skipped",
            Self::Omitted => "Omitted",
        }
    }
}

/// What a task waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Condition {
    /// It waits for nothing.
    Always,
    /// A task ended in one of these ways.
    Is(String, Vec<Ended>),
    Not(Box<Condition>),
    All(Vec<Condition>),
    Any(Vec<Condition>),
}

impl Condition {
    /// The condition of a task among the tasks of its DAG; none where it cannot be read.
    pub(super) fn of(task: &Call<'_>, tasks: &[&Call<'_>]) -> Option<Self> {
        let bare = |name: &str| Self::Is(name.to_owned(), bare(tasks, name));
        let depends = text(task.value, "/depends");
        if !depends.trim().is_empty() {
            let tokens = tokens(depends)?;
            let mut parser = Parser { tokens: &tokens, next: 0, depth: 0, bare: &bare };
            let condition = parser.any()?;
            return (parser.next == tokens.len()).then_some(condition);
        }
        let names = list(task.value, "", "/dependencies").filter_map(|(name, _)| name.as_str());
        let all: Vec<Self> = names.map(bare).collect();
        Some(if all.is_empty() { Self::Always } else { Self::All(all) })
    }

    /// Whether it holds when the tasks ended so.
    pub(super) fn holds(&self, ended: &dyn Fn(&str) -> Ended) -> bool {
        match self {
            Self::Always => true,
            Self::Is(task, ways) => ways.contains(&ended(task)),
            Self::Not(inner) => !inner.holds(ended),
            Self::All(inner) => inner.iter().all(|one| one.holds(ended)),
            Self::Any(inner) => inner.iter().any(|one| one.holds(ended)),
        }
    }

    /// The tasks that it asks about, each once, in the order asked.
    pub(super) fn tasks(&self) -> Vec<&str> {
        let (mut found, mut seen) = (Vec::new(), BTreeSet::new());
        self.each(&mut |task| {
            if seen.insert(task) {
                found.push(task);
            }
        });
        found
    }

    fn each<'s>(&'s self, see: &mut dyn FnMut(&'s str)) {
        match self {
            Self::Always => {}
            Self::Is(task, _) => see(task),
            Self::Not(inner) => inner.each(see),
            Self::All(inner) | Self::Any(inner) => inner.iter().for_each(|one| one.each(see)),
        }
    }
}

/// The conditions of the tasks of a DAG, in their order; none if one cannot be read.
pub(super) fn conditions<'c, 'a: 'c>(tasks: impl Iterator<Item = &'c Call<'a>>) -> Option<Vec<Condition>> {
    let all: Vec<&Call<'a>> = tasks.collect();
    all.iter().map(|task| Condition::of(task, &all)).collect()
}

/// What a name without a result stands for (`expandDependency` in `workflow/common/ancestry.go`).
fn bare(tasks: &[&Call<'_>], name: &str) -> Vec<Ended> {
    let mut ways = vec![Ended::Succeeded, Ended::Skipped];
    let task = tasks.iter().find(|task| task.name == name).filter(|task| has(task.value, "continueOn"));
    for (key, way) in
        [("failed", Ended::Failed), ("error", Ended::Errored), ("error", Ended::ErroredThroughout)]
    {
        if task.is_some_and(|task| task.value["continueOn"][key].as_bool() == Some(true)) {
            ways.push(way);
        }
    }
    ways
}

/// What a result asks for. Where a loop is asked about its items, one of them failed.
fn ways(result: &str) -> Option<Vec<Ended>> {
    Some(match result {
        "Succeeded" => vec![Ended::Succeeded],
        "Failed" => vec![Ended::Failed],
        "Errored" => vec![Ended::Errored, Ended::ErroredThroughout],
        "Skipped" => vec![Ended::Skipped],
        "Omitted" => vec![Ended::Omitted],
        // `AllFailed` asks for Failed items alone: one that is an Error makes it false.
        "AnySucceeded" => vec![Ended::Succeeded, Ended::Failed, Ended::Errored],
        "Daemoned" | "AllFailed" => Vec::new(),
        _ => return None,
    })
}

fn tokens(text: &str) -> Option<Vec<&str>> {
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let sign = ["&&", "||", "!", "(", ")"].into_iter().find(|sign| rest.starts_with(sign));
        let of_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
        let end = match sign {
            Some(sign) => sign.len(),
            None if of_name(first) => rest.find(|c| !of_name(c)).unwrap_or(rest.len()),
            None => return None,
        };
        found.push(&rest[..end]);
        rest = rest[end..].trim_start();
    }
    Some(found)
}

struct Parser<'t, 'b> {
    tokens: &'t [&'t str],
    next: usize,
    depth: usize,
    bare: &'b dyn Fn(&str) -> Condition,
}

impl Parser<'_, '_> {
    fn takes(&mut self, sign: &str) -> bool {
        let found = self.tokens.get(self.next) == Some(&sign);
        self.next += usize::from(found);
        found
    }

    fn any(&mut self) -> Option<Condition> {
        let mut parts = vec![self.all()?];
        while self.takes("||") {
            parts.push(self.all()?);
        }
        Some(if parts.len() == 1 { parts.remove(0) } else { Condition::Any(parts) })
    }

    fn all(&mut self) -> Option<Condition> {
        let mut parts = vec![self.one()?];
        while self.takes("&&") {
            parts.push(self.one()?);
        }
        Some(if parts.len() == 1 { parts.remove(0) } else { Condition::All(parts) })
    }

    fn one(&mut self) -> Option<Condition> {
        if self.depth > DEEPEST {
            return None;
        }
        self.depth += 1;
        let read = if self.takes("!") {
            self.one().map(|inner| Condition::Not(Box::new(inner)))
        } else if self.takes("(") {
            self.any().filter(|_| self.takes(")"))
        } else {
            self.name()
        };
        self.depth -= 1;
        read
    }

    fn name(&mut self) -> Option<Condition> {
        let word = *self.tokens.get(self.next)?;
        self.next += 1;
        match word.split_once('.') {
            Some((task, result)) => Some(Condition::Is(task.to_owned(), ways(result)?)),
            None => word.starts_with(|c: char| c.is_ascii_alphanumeric()).then(|| (self.bare)(word)),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::verify::references::template::calls;

    fn condition(tasks: Value) -> Option<Condition> {
        let template = json!({ "dag": { "tasks": tasks } });
        let calls = calls(&template, "");
        let all: Vec<&Call<'_>> = calls.iter().collect();
        Condition::of(calls.last().unwrap(), &all)
    }

    #[test]
    fn and_binds_closer_than_or() {
        let read =
            condition(json!([{"name": "d", "depends": "a.Failed || b.Failed && !(c.Succeeded)"}])).unwrap();
        let only = |failed: &'static str| {
            read.holds(&move |task| if task == failed { Ended::Failed } else { Ended::Succeeded })
        };
        assert_eq!((only("a"), only("b"), only("c")), (true, false, false));
        assert_eq!(read.tasks(), ["a", "b", "c"]);
    }

    #[test]
    fn a_name_alone_asks_for_success_and_for_what_continue_on_allows() {
        let read = |tolerant: bool| {
            let first = json!({"name": "a", "continueOn": {"failed": tolerant}});
            condition(json!([first, {"name": "d", "dependencies": ["a"]}])).unwrap()
        };
        let ended = |condition: &Condition, way: Ended| condition.holds(&|_| way);
        for (tolerant, way, runs) in [
            (false, Ended::Succeeded, true),
            (false, Ended::Skipped, true),
            (false, Ended::Failed, false),
            (true, Ended::Failed, true),
            (true, Ended::Errored, false),
            (true, Ended::Omitted, false),
        ] {
            assert_eq!(ended(&read(tolerant), way), runs, "{tolerant} {way:?}");
        }
    }

    #[test]
    fn a_nesting_without_end_is_left_to_others() {
        for open in ["(", "!"] {
            let depends = format!("{}a", open.repeat(100_000));
            assert_eq!(condition(json!([{"name": "d", "depends": depends}])), None);
        }
        let read =
            condition(json!([{"name": "d", "depends": format!("{}a{}", "(".repeat(100), ")".repeat(100))}]));
        assert_eq!(read.unwrap().tasks(), ["a"]);
    }

    #[test]
    fn what_is_not_the_grammar_is_left_to_who_checks_it() {
        for depends in ["a &&", "a b", "(a", "a.Fine", "a == b", "!"] {
            assert_eq!(condition(json!([{"name": "d", "depends": depends}])), None, "{depends}");
        }
        assert_eq!(condition(json!([{"name": "d"}])), Some(Condition::Always));
    }
}
