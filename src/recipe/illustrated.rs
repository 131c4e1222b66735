//! An example for every key of the JSON schema, taken from recipes that a test reads, so that no table has to repeat one.

use serde_json::{Map, Value as Json};

use super::digest::plain;
use super::parse::parse;
use crate::source::Source;

/// A whole recipe, and the keys that cannot stand in one beside the others: it is read first.
const TEXTS: [(&str, &str); 2] = [
    ("showpiece.toml", include_str!("../../tests/recipes/showpiece.toml")),
    ("alone.toml", include_str!("../../tests/recipes/alone.toml")),
];

/// More examples of one key than this tell nothing new.
const AT_MOST: usize = 3;

/// Gives every property of the schema the values that the texts hold there as its `examples`: of a table or a list of tables the
/// first one, of anything else the first three that differ.
///
/// # Panics
/// Where one of the texts is no TOML: a mistake in this program.
pub(super) fn illustrate(schema: &mut Map<String, Json>) {
    let texts: Vec<Json> = TEXTS
        .iter()
        .map(|(name, text)| plain(&parse(&Source::new(*name, *text)).expect("the examples are TOML")))
        .collect();
    within(schema, &texts.iter().collect::<Vec<_>>());
}

/// The properties of one schema, and of those in it, against the values that stand there.
fn within(schema: &mut Map<String, Json>, values: &[&Json]) {
    for (key, property) in schema.get_mut("properties").and_then(Json::as_object_mut).into_iter().flatten() {
        let inner: Vec<&Json> = values.iter().filter_map(|value| value.get(key)).collect();
        if let Some(property) = property.as_object_mut() {
            let examples = chosen(&inner);
            within(property, &inner);
            if !examples.is_empty() {
                property.insert("examples".to_owned(), Json::Array(examples));
            }
        }
    }
    if let Some(entries) = schema.get_mut("items").and_then(Json::as_object_mut) {
        let inner: Vec<&Json> = values.iter().filter_map(|value| value.as_array()).flatten().collect();
        within(entries, &inner);
    }
    for forms in ["anyOf", "oneOf", "allOf"] {
        let forms = schema.get_mut(forms).and_then(Json::as_array_mut).into_iter().flatten();
        forms.filter_map(Json::as_object_mut).for_each(|form| within(form, values));
    }
}

/// What to show of the values of one key.
fn chosen(values: &[&Json]) -> Vec<Json> {
    let mut found: Vec<Json> = Vec::new();
    for value in values {
        let shown = match value {
            Json::Array(entries) if entries.first().is_some_and(Json::is_object) => {
                Json::Array(entries[..1].to_vec())
            }
            other => (*other).clone(),
        };
        if !found.contains(&shown) {
            found.push(shown);
        }
    }
    let tables =
        found.first().is_some_and(|first| first.is_object() || first.get(0).is_some_and(Json::is_object));
    found.truncate(if tables { 1 } else { AT_MOST });
    found
}
