//! What `lint` says at the end, and of what is silenced.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::word;
use crate::lint::Level;
use crate::pipeline::lint::{Outcome, Silenced};
use crate::recipe::ArgoVersion;

/// How much is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// The counts.
    Counts,
    /// What is silenced as well.
    Silenced,
}

/// The last lines of a run.
pub fn summary(outcome: &Outcome, argo: ArgoVersion, told: Told) -> String {
    let mut text = if told == Told::Silenced { silenced(&outcome.silenced) } else { String::new() };
    let counts: Vec<String> = [Level::Error, Level::Warning, Level::Info]
        .into_iter()
        .map(|level| (level, outcome.found.iter().filter(|found| found.level == level).count()))
        .filter(|(_, count)| *count > 0)
        .map(|(level, count)| plural(count, if level == Level::Info { "note" } else { word(level) }))
        .collect();
    let found = if counts.is_empty() { "nothing found".to_owned() } else { counts.join(", ") };
    let _ = write!(
        text,
        "{found} in {} of {}, for Argo {argo}",
        plural(outcome.objects, "object"),
        plural(outcome.files, "file")
    );
    if !outcome.silenced.is_empty() {
        let how = if told == Told::Silenced { "" } else { " (-v lists them)" };
        let _ = write!(text, "; {} silenced{how}", outcome.silenced.len());
    }
    text.push('\n');
    if let Some(others) = others(&outcome.others) {
        let _ = writeln!(text, "{others}");
    }
    if outcome.lost > 0 {
        let _ = writeln!(
            text,
            "{} could not be read; what refers to their templates may be found wrong for that",
            plural(outcome.lost, "document")
        );
    }
    text
}

/// How many documents were left alone, with their kinds.
pub(super) fn others(others: &BTreeMap<String, usize>) -> Option<String> {
    let kinds: Vec<String> = others
        .iter()
        .map(|(kind, count)| format!("{} {count}", if kind.is_empty() { "without a kind" } else { kind }))
        .collect();
    let all: usize = others.values().sum();
    (all > 0).then(|| format!("{} of other kinds left alone ({})", plural(all, "document"), kinds.join(", ")))
}

/// A line for each finding that is silenced, with the reason.
pub fn silenced(silenced: &[Silenced]) -> String {
    let mut text = String::new();
    for one in silenced {
        let (found, said) = (&one.found, one.place.line_column().0);
        let _ = writeln!(
            text,
            "silenced {}:{}:{} {}: {} ({}:{said})",
            found.file_name(),
            found.span.line,
            found.span.column,
            found.fault.code,
            one.reason,
            one.place.source().name(),
        );
    }
    text
}

fn plural(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}
