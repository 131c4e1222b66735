//! The catalogue of what `lint` can find: what `lint --list` prints.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use super::word;
use crate::error::Code;
use crate::lint;
use crate::pipeline::lint::level;

/// One thing that `lint` can find.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct CatalogEntry {
    /// Its code.
    pub code: String,
    /// error, warning or info.
    pub level: String,
    /// Whether it follows from the files alone; else it depends on what happens at run time.
    pub certain: bool,
    /// What it is, in one sentence.
    pub title: String,
}

/// Everything that `lint` can find, in the order in which it is checked.
pub fn catalog() -> Vec<CatalogEntry> {
    Code::ALL.iter().copied().filter(|code| code.is_of_manifests()).map(entry).collect()
}

fn entry(code: Code) -> CatalogEntry {
    CatalogEntry {
        code: code.to_string(),
        level: word(level(code)).to_owned(),
        certain: lint::of(code).is_none_or(|lint| lint.certain),
        title: title(code),
    }
}

/// What a code finds, in one sentence: a lint says it itself, else the first sentence of its page does.
pub(super) fn title(code: Code) -> String {
    if let Some(lint) = lint::of(code) {
        let (first, rest) = lint.title.split_at(lint.title.chars().next().map_or(0, char::len_utf8));
        return format!("{}{rest}", first.to_uppercase());
    }
    let paragraph = code.page().split("\n\n").nth(1).unwrap_or_default().replace('\n', " ");
    let end = [". ", ": "].iter().filter_map(|end| paragraph.find(end)).min();
    end.map_or(paragraph.as_str(), |end| &paragraph[..end]).trim_end_matches('.').to_owned()
}

/// The catalogue as lines.
pub fn catalog_text() -> String {
    let entries = catalog();
    let width = entries.iter().map(|entry| entry.code.len()).max().unwrap_or_default();
    let mut text = String::new();
    for entry in &entries {
        let certain = if entry.certain { "certain" } else { "depends" };
        let _ = writeln!(text, "{:<width$}  {:<7}  {certain}  {}", entry.code, entry.level, entry.title);
    }
    text
}
