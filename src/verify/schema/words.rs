//! A schema's refusal in plain words: what stands there, what the API takes, and a way out.

use jsonschema::error::{TypeKind, ValidationError, ValidationErrorKind as Kind};
use serde_json::Value;

use super::facts::{Facts, escaped};
use super::{parent, refused};
use crate::error::Code;
use crate::units::name::nearest;
use crate::verify::Finding;

/// How much of a value a message shows.
const SHOWN_MAX: usize = 40;

/// A field that the API does not know.
pub(super) struct Unknown {
    /// What is said of it.
    pub(super) finding: Finding,
    /// The pointer of the field that was probably meant.
    pub(super) meant: Option<String>,
}

/// Each field of the object that the API does not know; none where the error is another one.
pub(super) fn unknown_fields(facts: &Facts, error: &ValidationError<'_>) -> Vec<Unknown> {
    let Kind::AdditionalProperties { unexpected } = error.kind() else { return Vec::new() };
    let object = error.instance_path().as_str();
    let schema = facts.at(parent(error.schema_path().as_str()));
    let known: Vec<&str> =
        schema["properties"].as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect();
    unexpected.iter().map(|field| unknown_field(object, field, &known)).collect()
}

fn unknown_field(object: &str, field: &str, known: &[&str]) -> Unknown {
    let finding = Finding::new(
        Code::VerifyUnknownField,
        format!("{object}/{}", escaped(field)),
        format!("the API knows no field `{field}` in {}", place(object)),
        known_help(field, known),
    )
    .at_key();
    let meant = nearest(field, known.iter().copied()).map(|near| format!("{object}/{}", escaped(near)));
    Unknown { finding, meant }
}

fn known_help(field: &str, known: &[&str]) -> String {
    let list = known.join(", ");
    match nearest(field, known.iter().copied()) {
        Some(near) => format!("`{near}` might be meant; the fields here are {list}"),
        None if known.is_empty() => format!("no field stands here; remove `{field}`"),
        None => format!("remove it; the fields here are {list}"),
    }
}

/// The finding for anything else that the schema refuses.
pub(super) fn finding(facts: &Facts, error: &ValidationError<'_>) -> Option<Finding> {
    let pointer = error.instance_path().as_str();
    let (here, value) = (place(pointer), error.instance().as_ref());
    let (message, help) = match error.kind() {
        Kind::AdditionalProperties { .. } => return None,
        Kind::Type { kind } => return wrong_type(error, kind),
        Kind::Required { property } => {
            let field = property.as_str().unwrap_or_default();
            return Some(refused(
                &format!("{pointer}/{}", escaped(field)),
                format!("{here} has no `{field}`"),
                format!("add `{field}`"),
            ));
        }
        Kind::Enum { options } => one_of(&here, value, options),
        Kind::Pattern { pattern } => unlike(facts, error, &here, value, pattern),
        Kind::MaxItems { limit } => sized(&here, count(value), "items", &format!("at most {limit}")),
        Kind::MinItems { limit } => sized(&here, count(value), "items", &format!("at least {limit}")),
        Kind::MaxLength { limit } => sized(&here, count(value), "characters", &format!("at most {limit}")),
        Kind::MinLength { limit } => sized(&here, count(value), "characters", &format!("at least {limit}")),
        Kind::Maximum { limit } => bounded(&here, value, &format!("at most {limit}")),
        Kind::Minimum { limit } => bounded(&here, value, &format!("at least {limit}")),
        _ => {
            (format!("the API refuses {here}: {error}"), "compare it with Argo's field reference".to_owned())
        }
    };
    Some(refused(pointer, message, help))
}

/// A wrong type. Below `inline` the CRDs look at nothing and Argo's own decoder takes any parameter value (F 11, F 13).
fn wrong_type(error: &ValidationError<'_>, kind: &TypeKind) -> Option<Finding> {
    let (pointer, value) = (error.instance_path().as_str(), error.instance().as_ref());
    if pointer.contains("/inline/") && error.schema_path().as_str().starts_with("/definitions/AnyString/") {
        return None;
    }
    let wanted = match kind {
        TypeKind::Single(single) => vec![single.to_string()],
        TypeKind::Multiple(several) => several.into_iter().map(|one| one.to_string()).collect(),
    };
    let takes = wanted.iter().map(|name| with_article(name)).collect::<Vec<_>>().join(" or ");
    let message = format!(
        "{} is {}, {}; the API takes {takes}",
        place(pointer),
        shown(value),
        with_article(type_of(value))
    );
    Some(refused(pointer, message, way_to_type(value, &wanted)))
}

/// How to write the value so that it has the type.
fn way_to_type(value: &Value, wanted: &[String]) -> String {
    let wants = |name: &str| wanted.iter().any(|wanted| wanted == name);
    match value {
        Value::String(text) if is_octal(text) && wants("integer") => {
            let decimal = i64::from_str_radix(text.trim_start_matches("0o"), 8).unwrap_or_default();
            format!("write it in decimal: {decimal} (in YAML 1.2 `{text}` is a text)")
        }
        Value::String(text) if wants("integer") && text.parse::<i64>().is_ok() => {
            format!("write {text} without quotes")
        }
        Value::String(text) if wants("boolean") && matches!(text.as_str(), "true" | "false") => {
            format!("write {text} without quotes")
        }
        Value::Number(_) | Value::Bool(_) if wants("string") => format!("put it in quotes: \"{value}\""),
        _ if wants("array") => "write it as a list, each entry after a `-`".to_owned(),
        _ if wants("object") => "write it as a map of `field: value`".to_owned(),
        _ => format!(
            "write {} there",
            wanted.iter().map(|name| with_article(name)).collect::<Vec<_>>().join(" or ")
        ),
    }
}

fn is_octal(text: &str) -> bool {
    let digits = text.strip_prefix("0o").or_else(|| text.strip_prefix('0')).unwrap_or_default();
    !digits.is_empty() && digits.chars().all(|digit| digit.is_digit(8))
}

fn one_of(here: &str, value: &Value, options: &Value) -> (String, String) {
    let known: Vec<&str> = options.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let list =
        known.iter().map(|word| if word.is_empty() { "\"\"" } else { word }).collect::<Vec<_>>().join(", ");
    let help = value.as_str().and_then(|word| nearest(word, known.iter().copied())).map_or_else(
        || format!("write one of {list}"),
        |near| format!("`{near}` might be meant; write one of {list}"),
    );
    (format!("{here} is {}; the API takes {list}", shown(value)), help)
}

/// What does not match a pattern: a quantity and a name have words of their own.
fn unlike(
    facts: &Facts,
    error: &ValidationError<'_>,
    here: &str,
    value: &Value,
    pattern: &str,
) -> (String, String) {
    if facts.at(parent(error.schema_path().as_str())) == facts.at("/definitions/resource.Quantity") {
        let help = "write an amount with a unit of Kubernetes: 500m, 2, 64Gi; a `{{…}}` is not filled in here, \
                    only in podSpecPatch";
        return (format!("{here} is {}, which is no quantity", shown(value)), help.to_owned());
    }
    let allowed = match pattern {
        "^[a-zA-Z0-9][-a-zA-Z0-9]*$" => "letters, digits and `-`, a letter or digit first",
        "^[-a-zA-Z0-9_]+$" => "letters, digits, `-` and `_`, at least one",
        "^[-a-zA-Z0-9_{}.]+$" => "letters, digits, `-`, `_`, `.`, `{` and `}`, at least one",
        "^[a-zA-Z_][a-zA-Z0-9_]*$" => "letters, digits and `_`, no digit first",
        other if other.starts_with("^(@(yearly") => "five cron fields, `@daily` and the like, or `@every 1h`",
        other => other,
    };
    (format!("{here} is {}; the API takes {allowed}", shown(value)), format!("write {allowed}"))
}

fn sized(here: &str, found: usize, of_what: &str, limit: &str) -> (String, String) {
    (format!("{here} has {found} {of_what}; the API takes {limit}"), format!("bring it to {limit}"))
}

fn bounded(here: &str, value: &Value, limit: &str) -> (String, String) {
    (format!("{here} is {}; the API takes {limit}", shown(value)), format!("write a number of {limit}"))
}

fn count(value: &Value) -> usize {
    match value {
        Value::Array(items) => items.len(),
        Value::String(text) => text.chars().count(),
        _ => 0,
    }
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

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn with_article(type_name: &str) -> String {
    match type_name {
        "array" => "a list".to_owned(),
        "object" => "a map".to_owned(),
        "null" => "nothing".to_owned(),
        "integer" => "an integer".to_owned(),
        other => format!("a {other}"),
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
        let help = way_to_type(&json!("0755"), &["integer".to_owned()]);
        assert!(help.contains("493"), "{help}");
        assert!(!is_octal("0") && !is_octal("0o") && !is_octal("089"));
    }
}
