//! The text of a snapshot while it is read, and places in it.

use crate::evidence::locate;
use crate::source::{Place, Source};

/// How much of a long line a message shows on either side of a place.
const SHOWN: usize = 40;

/// A line longer than this many bytes is cut.
const LONG: usize = 400;

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

    /// The place of a span. A snapshot can be one line of megabytes: of lines that nobody could read, what stands around the place is
    /// left out of the text that a message carries, and its length is said.
    pub(super) fn place(&self, span: std::ops::Range<usize>) -> Place {
        let whole = Source::new(self.name, self.text).place(span);
        if self.text.lines().all(|line| line.len() <= LONG) {
            return whole;
        }
        let (before, rest) = self.text.split_at(whole.span().start);
        let (value, after) = rest.split_at(whole.span().len());
        let (above, head) = before.split_at(before.rfind('\n').map_or(0, |at| at + 1));
        let (tail, below) = after.split_at(after.find('\n').unwrap_or(after.len()));
        let head = if head.len() > LONG {
            format!("⟨{} bytes⟩…{}", head.len() - SHOWN, &head[boundary(head, head.len() - SHOWN)..])
        } else {
            head.to_owned()
        };
        let start = format!("{}{head}", shortened(above));
        let value = shortened(value);
        let end = format!("{}{}", shortened(tail), shortened(below));
        Source::new(self.name, format!("{start}{value}{end}")).place(start.len()..start.len() + value.len())
    }

    /// The place of a one-based line and column in characters, as the YAML reader counts them.
    pub(super) fn place_at(&self, line: usize, column: usize) -> Place {
        self.place(Source::new(self.name, self.text).place_at(line, column).span())
    }

    /// The place of the value at `path` of the workflow, else of the whole file's beginning.
    pub(super) fn place_of(&self, path: &[&str]) -> Place {
        let path = [self.within, path].concat();
        let found =
            if self.json { locate::place_of(self.text, &path) } else { yaml_line(self.text, path.last()) };
        self.place(found.unwrap_or(0..0))
    }
}

/// The nearest beginning of a character at or after a byte.
fn boundary(text: &str, from: usize) -> usize {
    (from..text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len())
}

/// A text with each of its long lines cut.
fn shortened(text: &str) -> String {
    let cut = |line: &str| {
        let (line, end) = line.strip_suffix('\n').map_or((line, ""), |line| (line, "\n"));
        if line.len() > LONG {
            format!("{}…{end}", &line[..boundary(line, SHOWN)])
        } else {
            format!("{line}{end}")
        }
    };
    text.split_inclusive('\n').map(cut).collect()
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

    #[test]
    fn what_stands_around_a_place_in_a_long_line_is_left_out_and_its_length_said() {
        let long = "é".repeat(900);
        let text = format!(
            "{{\"x\": \"{long}\",\n\"y\": \"{long}\", \"a\": 5, \"z\": \"{long}\",\n\"b\": \"{long}\"}}"
        );
        let place = File::new("a.json", &text).place_of(&["a"]);
        assert_eq!((place.text(), place.line_column().0), ("5", 2));
        let shown = place.source().text();
        assert!(shown.contains("⟨1774 bytes⟩…é") && shown.contains("é\", \"a\": 5, \"z\": \"é"), "{shown}");
        assert!(shown.len() < 400 && shown.lines().count() == 3, "{shown}");
    }
}
