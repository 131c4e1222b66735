//! Strings: plain, quoted, or as a block.

use super::plain::{is_safe, shows_itself};

/// A string as the lines of a block scalar.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Block<'a> {
    /// `|`, with an indentation indicator where the first line needs it, and `-` or `+` for how the text ends.
    pub(super) indicator: String,
    /// The lines, not indented; an empty one stays empty.
    pub(super) lines: Vec<&'a str>,
}

/// A string on one line: plain where every reader agrees, else in single quotes, else (something must be escaped) in double.
pub(super) fn inline(text: &str) -> String {
    if is_safe(text) {
        text.to_owned()
    } else if text.chars().all(shows_itself) {
        format!("'{}'", text.replace('\'', "''"))
    } else {
        double_quoted(text)
    }
}

/// A string of several lines as a block, or `None` where a block would not hold it exactly or would hide how it ends.
pub(super) fn block(text: &str) -> Option<Block<'_>> {
    let readable = |c: char| shows_itself(c) || c == '\n' || c == '\t';
    let body = text.trim_end_matches('\n');
    let last = body.rsplit('\n').next().unwrap_or_default();
    if !text.contains('\n') || !text.chars().all(readable) || last.trim().is_empty() {
        return None;
    }
    let newlines = text.len() - body.len();
    let chomping = ["-", "", "+"][newlines.min(2)];
    // Without an indicator a reader takes the indentation from the first line that holds something.
    let digit = if text.starts_with([' ', '\t', '\n']) { "2" } else { "" };
    let lines = text.strip_suffix('\n').unwrap_or(text).split('\n').collect();
    Some(Block { indicator: format!("|{digit}{chomping}"), lines })
}

/// Double quotes with the escapes that YAML 1.1, YAML 1.2 and, below U+10000, JSON share.
fn double_quoted(text: &str) -> String {
    let escaped: String = text.chars().map(escape).collect();
    format!("\"{escaped}\"")
}

fn escape(c: char) -> String {
    match c {
        '"' => "\\\"".to_owned(),
        '\\' => "\\\\".to_owned(),
        '\n' => "\\n".to_owned(),
        '\r' => "\\r".to_owned(),
        '\t' => "\\t".to_owned(),
        c if shows_itself(c) => c.to_string(),
        c if u32::from(c) > 0xffff => format!("\\U{:08X}", u32::from(c)),
        c => format!("\\u{:04X}", u32::from(c)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mildest_quoting_that_holds_the_text_is_taken() {
        for (text, written) in [
            ("plain", "plain"),
            ("it's on", "it's on"),
            ("on", "'on'"),
            ("'on'", "'''on'''"),
            ("a\tb\"\\", "\"a\\tb\\\"\\\\\""),
            ("\u{1}\u{2028}\u{e0001}", "\"\\u0001\\u2028\\U000E0001\""),
        ] {
            assert_eq!(inline(text), written);
        }
    }

    #[test]
    fn a_block_says_how_its_text_begins_and_ends() {
        for (text, indicator) in [
            ("a\nb", "|-"),
            ("a\nb\n", "|"),
            ("a\n", "|"),
            ("a\nb\n\n\n", "|+"),
            ("  a\nb\n", "|2"),
            ("\n\na\nb", "|2-"),
            ("\ta\n", "|2"),
            ("if x:\n\ty\n  \n  z\n", "|"),
        ] {
            assert_eq!(block(text).unwrap().indicator, indicator, "{text:?}");
        }
    }

    #[test]
    fn what_a_block_cannot_show_is_left_to_double_quotes() {
        for text in
            ["one line", "\n", "\n\n", "a\r\nb\n", "a\n\u{7}", "a\n  ", "a\n\t\n", "a\n\u{a0}b", " \n \n"]
        {
            assert_eq!(block(text), None, "{text:?}");
        }
    }
}
