//! The text of a snapshot while it is read, and places in it.

use crate::evidence::locate;
use crate::source::{Place, Source};

/// How much of a long value a message shows.
const SHOWN: usize = 40;

/// A snapshot's text under its name.
pub(super) struct File<'a> {
    pub(super) name: &'a str,
    pub(super) text: &'a str,
    /// JSON, else YAML.
    pub(super) json: bool,
    /// The path to the workflow in it; empty where the file is the workflow.
    pub(super) within: &'static [&'static str],
}

impl<'a> File<'a> {
    /// A text that is JSON if it begins as an object or a list of JSON does.
    pub(super) fn new(name: &'a str, text: &'a str) -> Self {
        Self { name, text, json: text.trim_start().starts_with(['{', '[']), within: &[] }
    }

    /// The place of a one-based line and a one-based column in bytes, as `serde_json` counts them.
    pub(super) fn offset(&self, line: usize, column: usize) -> usize {
        let start: usize =
            self.text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum::<usize>();
        (start + column).min(self.text.len())
    }

    /// The place of a span.
    pub(super) fn place(&self, span: std::ops::Range<usize>) -> Place {
        Source::new(self.name, self.text).place(span)
    }

    /// The place of a one-based line and column in characters, as the YAML reader counts them.
    pub(super) fn place_at(&self, line: usize, column: usize) -> Place {
        Source::new(self.name, self.text).place_at(line, column)
    }

    /// The place of the value at `path` of the workflow, else of the whole file's beginning. What is longer than a message can show (compressed
    /// nodes are megabytes on one line) is cut in the text that the message carries.
    pub(super) fn place_of(&self, path: &[&str]) -> Place {
        let path = [self.within, path].concat();
        let found =
            if self.json { locate::place_of(self.text, &path) } else { yaml_line(self.text, path.last()) };
        let span = found.unwrap_or(0..0);
        if span.len() <= 2 * SHOWN {
            return self.place(span);
        }
        let cut = (span.start..span.start + SHOWN).rev().find(|at| self.text.is_char_boundary(*at));
        let cut = cut.unwrap_or(span.start);
        let text = format!("{}…{}", &self.text[..cut], &self.text[span.end..]);
        Source::new(self.name, text).place(span.start..cut + '…'.len_utf8())
    }
}

/// The first line that writes `key`, after its indentation: good enough to point at, as YAML comes without places.
fn yaml_line(text: &str, key: Option<&&str>) -> Option<std::ops::Range<usize>> {
    let key = format!("{}:", key?);
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let written = line.trim();
        if written.starts_with(&key) {
            let indent = line.len() - line.trim_start().len();
            return Some(start + indent..start + indent + written.len());
        }
        start += line.len();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_in_json_and_yaml() {
        let json = File::new("a.json", "\n {\"status\": {\"x\": 5}}");
        let yaml = File::new("a.yaml", "kind: A\nstatus:\n  x: 5\n");
        assert_eq!(json.place_of(&["status", "x"]).text(), "5");
        assert_eq!(yaml.place_of(&["status", "x"]).line_column(), (3, 3));
        assert_eq!(yaml.place_of(&["nowhere"]).line_column(), (1, 1));
    }

    #[test]
    fn a_long_value_is_cut_in_what_a_message_carries() {
        let text = format!("{{\"a\": \"{}\",\n\"b\": 1}}", "é".repeat(500));
        let place = File::new("a.json", &text).place_of(&["a"]);
        assert!(place.text().ends_with('…') && place.source().text().len() < 100);
        assert_eq!(place.line_column(), (1, 7));
    }
}
