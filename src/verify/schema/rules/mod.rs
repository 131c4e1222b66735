//! The rules between fields: the CRDs' CEL rules, and those of Argo's validator about which object takes which fields.

pub(super) mod argo;
pub(super) mod cel;
mod dag;
mod template;

use serde_json::Value;

use super::refused;
use super::words::place;
use crate::verify::Finding;

/// The finding that an object has more than one of some fields; it stands at the second.
fn more_than_one(pointer: &str, object: &Value, fields: &[&str]) -> Option<Finding> {
    let found: Vec<&str> = fields.iter().copied().filter(|field| given(object, field).is_some()).collect();
    let [_, second, ..] = found[..] else { return None };
    let named = found.iter().map(|field| format!("`{field}`")).collect::<Vec<_>>().join(" and ");
    let message = format!("{} has {named}, of which Argo takes one", place(pointer));
    Some(refused(&format!("{pointer}/{second}"), message, format!("keep one of {named}")))
}

/// The value of a field; a null is none.
fn given<'a>(object: &'a Value, field: &str) -> Option<&'a Value> {
    object.get(field).filter(|value| !value.is_null())
}

/// Whether the field is there and says something: Go cannot tell an empty text or list from an absent one.
fn is_given(object: &Value, field: &str) -> bool {
    match given(object, field) {
        None => false,
        Some(Value::String(text)) => !text.is_empty(),
        Some(Value::Array(items)) => !items.is_empty(),
        Some(_) => true,
    }
}
