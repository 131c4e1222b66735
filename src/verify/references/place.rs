//! Places in a document: JSON pointers, and the members and lists they lead to.

use std::fmt::Display;

use serde_json::Value;

use crate::error::Code;
use crate::verify::Finding;

/// The pointer to a member or an element of what `base` points to (RFC 6901 escapes).
pub(crate) fn child(base: &str, key: impl Display) -> String {
    format!("{base}/{}", key.to_string().replace('~', "~0").replace('/', "~1"))
}

/// The list at `path` below `value`, each element with its pointer; nothing if there is no list.
pub(crate) fn list<'a>(
    value: &'a Value,
    base: &str,
    path: &str,
) -> impl Iterator<Item = (&'a Value, String)> + use<'a> {
    let prefix = format!("{base}{path}");
    let found = value.pointer(path).and_then(Value::as_array);
    found.into_iter().flatten().enumerate().map(move |(index, element)| (element, child(&prefix, index)))
}

/// The members of the map at `path` below `value`, each with its pointer.
pub(crate) fn members<'a>(
    value: &'a Value,
    base: &str,
    path: &str,
) -> impl Iterator<Item = (&'a str, &'a Value, String)> + use<'a> {
    let prefix = format!("{base}{path}");
    let found = value.pointer(path).and_then(Value::as_object);
    found.into_iter().flatten().map(move |(key, member)| (key.as_str(), member, child(&prefix, key)))
}

/// The text at `path`; empty where there is none, as Go's zero value is.
pub(crate) fn text<'a>(value: &'a Value, path: &str) -> &'a str {
    value.pointer(path).and_then(Value::as_str).unwrap_or_default()
}

/// Whether the member is there and not null (null is Go's nil).
pub(crate) fn has(value: &Value, key: &str) -> bool {
    value.get(key).is_some_and(|member| !member.is_null())
}

/// Whether Argo fills the text in at run time.
pub(crate) fn is_templated(text: &str) -> bool {
    text.contains("{{")
}

/// One finding.
pub(crate) fn finding(
    code: Code,
    pointer: impl Into<String>,
    message: impl Into<String>,
    help: impl Into<String>,
) -> Finding {
    Finding::new(code, pointer, message, help)
}

/// `write X` and the known names, or that there is none.
pub(crate) fn known_names(wrong: &str, what: &str, known: &[&str]) -> String {
    /// More names than this help nobody.
    const SHOWN: usize = 12;
    if known.is_empty() {
        return format!("there are no {what} here");
    }
    let near = crate::units::name::meant(wrong, known.iter().copied());
    let names: Vec<String> = known.iter().take(SHOWN).map(|name| format!("`{name}`")).collect();
    let more = known.len().saturating_sub(SHOWN);
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{near}{what} known here: {}{rest}", names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointers_escape_what_rfc_6901_reserves() {
        assert_eq!(
            child("/metadata/labels", "app.kubernetes.io/name~x"),
            "/metadata/labels/app.kubernetes.io~1name~0x"
        );
    }

    #[test]
    fn known_names_are_cut_and_the_nearest_comes_first() {
        let help = known_names("highmen", "tiers", &["standard", "highmem"]);
        assert_eq!(help, "write `highmem`; tiers known here: `standard`, `highmem`");
        let many: Vec<String> = (0..20).map(|n| format!("n{n}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert!(known_names("zzzz", "names", &many).ends_with("and 8 more"));
    }
}
