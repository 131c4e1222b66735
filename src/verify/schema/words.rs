//! A refusal in plain words: what stands there, what is taken, and a way out.

use serde_json::Value;

use super::facts::Kind;
use super::refused;
use super::walk::escaped;
use crate::error::Code;
use crate::units::name::nearest;
use crate::verify::Finding;

/// How much of a value a message shows.
const SHOWN_MAX: usize = 40;

/// Where something stands, and who looks at it.
#[derive(Clone, Copy)]
pub(super) struct At<'a> {
    /// JSON pointer.
    pub(super) pointer: &'a str,
    /// `the API`; `Argo` where only its decoder looks.
    pub(super) taker: &'a str,
}

impl At<'_> {
    fn refused(self, message: String, help: String) -> Finding {
        refused(self.pointer, message, help)
    }

    fn place(self) -> String {
        place(self.pointer)
    }
}

/// A field that is not known in an object.
pub(super) fn unknown_field(at: At<'_>, field: &str, known: &[&str]) -> Finding {
    Finding::new(
        Code::VerifyUnknownField,
        format!("{}/{}", at.pointer, escaped(field)),
        format!("{} knows no field `{field}` in {}", at.taker, at.place()),
        known_help(field, known),
    )
    .at_key()
}

fn known_help(field: &str, known: &[&str]) -> String {
    let list = known.join(", ");
    match nearest(field, known.iter().copied()) {
        Some(near) => format!("`{near}` might be meant; the fields here are {list}"),
        None if known.is_empty() => format!("no field stands here; remove `{field}`"),
        None => format!("remove it; the fields here are {list}"),
    }
}

/// A field that an object needs.
pub(super) fn missing(pointer: &str, field: &str) -> Finding {
    refused(
        &format!("{pointer}/{}", escaped(field)),
        format!("{} has no `{field}`", place(pointer)),
        format!("add `{field}`"),
    )
}

/// Two entries of a list of which there may be one.
pub(super) fn repeated(
    pointer: &str,
    again: usize,
    first: usize,
    keys: &[String],
    identity: &[String],
) -> Finding {
    let at = format!("{pointer}/{again}");
    let named = keys.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(" and ");
    let message = format!(
        "{} has the {named} of {}: {}",
        place(&at),
        place(&format!("{pointer}/{first}")),
        identity.join(" ")
    );
    refused(&at, message, format!("remove one of the two, or give it another {named}"))
}

/// A wrong type.
pub(super) fn wrong_type(at: At<'_>, value: &Value, wanted: &[Kind]) -> Finding {
    let takes = wanted.iter().map(|kind| kind_name(*kind)).collect::<Vec<_>>().join(" or ");
    let message =
        format!("{} is {}, {}; {} takes {takes}", at.place(), shown(value), type_of(value), at.taker);
    at.refused(message, way_to_type(value, wanted, &takes))
}

/// How to write the value so that it has the type.
fn way_to_type(value: &Value, wanted: &[Kind], takes: &str) -> String {
    let wants = |kind: Kind| wanted.contains(&kind);
    match value {
        Value::String(text) if is_octal(text) && wants(Kind::Integer) => {
            let decimal = i64::from_str_radix(text.trim_start_matches("0o"), 8).unwrap_or_default();
            format!("write it in decimal: {decimal} (in YAML 1.2 `{text}` is a text)")
        }
        Value::String(text) if wants(Kind::Integer) && text.parse::<i64>().is_ok() => {
            format!("write {text} without quotes")
        }
        Value::String(text) if wants(Kind::Boolean) && matches!(text.as_str(), "true" | "false") => {
            format!("write {text} without quotes")
        }
        Value::Number(_) | Value::Bool(_) if wants(Kind::String) => {
            format!("put it in quotes: \"{value}\"")
        }
        _ if wants(Kind::Array) => "write it as a list, each entry after a `-`".to_owned(),
        _ if wants(Kind::Object) => "write it as a map of `field: value`".to_owned(),
        _ => format!("write {takes} there"),
    }
}

fn is_octal(text: &str) -> bool {
    let digits = text.strip_prefix("0o").or_else(|| text.strip_prefix('0')).unwrap_or_default();
    !digits.is_empty() && digits.chars().all(|digit| digit.is_digit(8))
}

/// A text that is not in the list.
pub(super) fn one_of(at: At<'_>, value: &Value, known: &[String]) -> Finding {
    let list = known
        .iter()
        .map(|word| if word.is_empty() { "\"\"" } else { word.as_str() })
        .collect::<Vec<_>>()
        .join(", ");
    let help = value.as_str().and_then(|word| nearest(word, known.iter().map(String::as_str))).map_or_else(
        || format!("write one of {list}"),
        |near| format!("`{near}` might be meant; write one of {list}"),
    );
    at.refused(format!("{} is {}; {} takes {list}", at.place(), shown(value), at.taker), help)
}

/// What does not match a pattern: a quantity and a name have words of their own.
pub(super) fn unlike(at: At<'_>, value: &Value, pattern: &str, quantity: bool) -> Finding {
    if quantity {
        let help = "write an amount with a unit of Kubernetes: 500m, 2, 64Gi; a `{{…}}` is not filled in here, \
                    only in podSpecPatch";
        return at
            .refused(format!("{} is {}, which is no quantity", at.place(), shown(value)), help.to_owned());
    }
    let allowed = match pattern {
        "^[a-zA-Z0-9][-a-zA-Z0-9]*$" => "letters, digits and `-`, a letter or digit first",
        "^[-a-zA-Z0-9_]+$" => "letters, digits, `-` and `_`, at least one",
        "^[-a-zA-Z0-9_{}.]+$" => "letters, digits, `-`, `_`, `.`, `{` and `}`, at least one",
        "^[a-zA-Z_][a-zA-Z0-9_]*$" => "letters, digits and `_`, no digit first",
        other if other.starts_with("^(@(yearly") => "five cron fields, `@daily` and the like, or `@every 1h`",
        other => other,
    };
    let message = format!("{} is {}; {} takes {allowed}", at.place(), shown(value), at.taker);
    at.refused(message, format!("write {allowed}"))
}

/// What has the type but not the format.
pub(super) fn format(at: At<'_>, value: &Value, meant: &str) -> Finding {
    let message = format!("{} is {}; {} takes {meant}", at.place(), shown(value), at.taker);
    at.refused(message, format!("write {meant}"))
}

/// Too many or too few.
pub(super) fn sized(at: At<'_>, found: usize, of_what: &str, limit: &str) -> Finding {
    let message = format!("{} has {found} {of_what}; {} takes {limit}", at.place(), at.taker);
    at.refused(message, format!("bring it to {limit}"))
}

/// Too great or too small.
pub(super) fn bounded(at: At<'_>, value: &Value, limit: &str) -> Finding {
    let message = format!("{} is {}; {} takes {limit}", at.place(), shown(value), at.taker);
    at.refused(message, format!("write a number of {limit}"))
}

/// The last named step of a pointer, with the indices behind it: `parameters[1]`.
pub(super) fn place(pointer: &str) -> String {
    let mut indices = String::new();
    for step in pointer.split('/').skip(1).collect::<Vec<_>>().into_iter().rev() {
        if step.parse::<usize>().is_err() {
            return format!("`{}{indices}`", step.replace("~1", "/").replace("~0", "~"));
        }
        indices = format!("[{step}]{indices}");
    }
    "the document".to_owned()
}

/// A value as JSON, cut short.
pub(super) fn shown(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() <= SHOWN_MAX {
        return text;
    }
    format!("{}…", text.chars().take(SHOWN_MAX).collect::<String>())
}

/// What a value is, with its article.
fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => kind_name(Kind::Boolean),
        Value::Number(number) if number.is_f64() => kind_name(Kind::Number),
        Value::Number(_) => kind_name(Kind::Integer),
        Value::String(_) => kind_name(Kind::String),
        Value::Array(_) => kind_name(Kind::Array),
        Value::Object(_) => kind_name(Kind::Object),
    }
}

fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Boolean => "a boolean",
        Kind::Integer => "an integer",
        Kind::Number => "a number",
        Kind::String => "a string",
        Kind::Array => "a list",
        Kind::Object => "a map",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_place_is_its_last_name_with_its_indices() {
        assert_eq!(place("/spec/templates/0/steps/1/2"), "`steps[1][2]`");
        assert_eq!(place("/metadata/labels/a~1b"), "`a/b`");
        assert_eq!(place(""), "the document");
    }

    #[test]
    fn a_long_value_is_cut_at_a_character() {
        let long = json!("ü".repeat(90));
        assert_eq!(shown(&long).chars().count(), SHOWN_MAX + 1);
        assert_eq!(shown(&json!({"a": 1})), r#"{"a":1}"#);
    }

    #[test]
    fn an_octal_mode_is_told_in_decimal() {
        let help = way_to_type(&json!("0755"), &[Kind::Integer], "an integer");
        assert!(help.contains("493"), "{help}");
        assert!(!is_octal("0") && !is_octal("0o") && !is_octal("089"));
    }
}
