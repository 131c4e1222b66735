//! Where a value stands in a JSON text, and which value stands at a place. Only faults ask, so speed is no matter.

use std::ops::Range;

/// A container that is open at some point of the text.
enum Open<'t> {
    /// An object, with its latest key, and whether a key comes next.
    Object { key: &'t str, key_next: bool },
    /// A list, with the position of its latest value.
    List(usize),
}

/// Where the value at `path` stands (list positions as numbers); a container is shown by its opening bracket.
pub(super) fn place_of(text: &str, path: &[&str]) -> Option<Range<usize>> {
    let mut found = None;
    walk(text, &mut |open, span| {
        let hit = open.len() == path.len()
            && open.iter().zip(path).all(|(open, step)| match open {
                Open::Object { key, .. } => key == step,
                Open::List(position) => step.parse() == Ok(*position),
            });
        if hit {
            found = Some(span);
        }
        !hit
    });
    found
}

/// The value that `serde_json` complains about in a text, by the byte offset `end` of its complaint: its path as people write it, and
/// where it stands. The reader has read the value by then, but has not yet opened an object or a list.
pub(super) fn value_blamed(text: &str, end: usize, message: &str) -> (String, Range<usize>) {
    let container =
        ["invalid type: map", "invalid type: sequence"].iter().any(|what| message.starts_with(what));
    let ahead = text.get(end..).filter(|_| container).and_then(|rest| rest.find(['{', '[']));
    value_before(text, ahead.map_or(end, |ahead| end + ahead + 1))
}

/// The last value that begins before the byte offset `end`.
fn value_before(text: &str, end: usize) -> (String, Range<usize>) {
    let mut last = (String::new(), 0..0);
    walk(text, &mut |open, span| {
        let before = span.start < end;
        if before {
            last = (spelled(open), span);
        }
        before
    });
    last
}

fn spelled(open: &[Open]) -> String {
    open.iter().fold(String::new(), |path, open| match open {
        Open::Object { key, .. } if path.is_empty() => (*key).to_owned(),
        Open::Object { key, .. } => format!("{path}.{key}"),
        Open::List(position) => format!("{path}[{position}]"),
    })
}

/// Calls `see` for every value in the order of the text, until it returns false. A text that is not JSON is walked as far as it goes.
fn walk<'t>(text: &'t str, see: &mut dyn FnMut(&[Open<'t>], Range<usize>) -> bool) {
    let mut open: Vec<Open<'t>> = Vec::new();
    let mut at = 0;
    while let Some(byte) = text.as_bytes().get(at) {
        let end = match byte {
            b'"' => string_end(text, at),
            b'-' | b'+' | b'.' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => word_end(text, at),
            _ => at + 1,
        };
        match (byte, open.last_mut()) {
            (b'}' | b']', _) => drop(open.pop()),
            (b',', Some(Open::List(position))) => *position += 1,
            (b',', Some(Open::Object { key_next, .. })) => *key_next = true,
            (b'"', Some(Open::Object { key, key_next })) if *key_next => {
                *key = text.get(at + 1..end - 1).unwrap_or_default();
                *key_next = false;
            }
            _ if byte.is_ascii_whitespace() || matches!(byte, b':' | b',') => {}
            _ => {
                if !see(&open, at..end) {
                    return;
                }
                match byte {
                    b'{' => open.push(Open::Object { key: "", key_next: true }),
                    b'[' => open.push(Open::List(0)),
                    _ => {}
                }
            }
        }
        at = end;
    }
}

/// One past the closing quote of the string that opens at `at`.
fn string_end(text: &str, at: usize) -> usize {
    let mut escaped = false;
    let close = text.as_bytes()[at + 1..].iter().position(|byte| match byte {
        _ if escaped => {
            escaped = false;
            false
        }
        b'\\' => {
            escaped = true;
            false
        }
        byte => *byte == b'"',
    });
    close.map_or(text.len(), |length| at + 1 + length + 1)
}

fn word_end(text: &str, at: usize) -> usize {
    let rest = &text.as_bytes()[at..];
    let length =
        rest.iter().position(|byte| !byte.is_ascii_alphanumeric() && !matches!(byte, b'-' | b'+' | b'.'));
    length.map_or(text.len(), |length| at + length)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"{"a": {"b\"": [1, {"c": "x, }"}, -2.5e3]}, "kind": null}"#;

    #[test]
    fn a_path_leads_to_its_value() {
        for (path, value) in [
            (&["a"][..], "{"),
            (&["a", "b\\\"", "1", "c"], "\"x, }\""),
            (&["a", "b\\\"", "2"], "-2.5e3"),
            (&["kind"], "null"),
        ] {
            assert_eq!(place_of(TEXT, path).map(|span| &TEXT[span]), Some(value));
        }
        assert_eq!(place_of(TEXT, &["a", "kind"]), None);
    }

    #[test]
    fn a_place_tells_its_path() {
        let end = TEXT.find("x, }").unwrap() + 5;
        let (path, span) = value_before(TEXT, end);
        assert_eq!((path.as_str(), &TEXT[span]), ("a.b\\\"[1].c", "\"x, }\""));
        assert_eq!(value_before(TEXT, 1).0, "");
    }

    #[test]
    fn a_text_that_is_not_json_ends_the_walk_quietly() {
        for text in ["", "}}]", "\"", "{\"a", "{\"a\":\"\\", "{,:,\"é"] {
            assert_eq!(place_of(text, &["a", "b"]), None);
        }
    }
}
