//! What a resolved recipe says, as one number: equal recipes have equal digests, however they are spelt.
//!
//! `[inputs]` does not count: it grows with every generation, and what it names has digests of its own.

use serde_json::{Map, Number, Value as Json};

use super::parse::{Node, Value};
use crate::evidence::canonical;

/// SHA-256 in hex of the tree as canonical JSON: keys sorted, no white space.
pub(super) fn digest(tree: &Node) -> String {
    let mut whole = json(tree);
    if let Some(table) = whole.as_object_mut() {
        table.shift_remove("inputs");
    }
    canonical::digest(&whole)
}

/// The tree as JSON.
pub(super) fn json(node: &Node) -> Json {
    match &node.value {
        Value::String(text) | Value::Datetime(text) => Json::String(text.clone()),
        Value::Integer(number) => Json::Number((*number).into()),
        // JSON has no word for `nan` and `inf`; the check refuses both wherever a number is taken.
        Value::Float(number) => Number::from_f64(*number).map_or(Json::Null, Json::Number),
        Value::Boolean(truth) => Json::Bool(*truth),
        Value::Array(items) => Json::Array(items.iter().map(json).collect()),
        Value::Table(table) => {
            let entries = table.entries.iter().map(|(key, node)| (key.value.clone(), json(node)));
            Json::Object(entries.collect::<Map<_, _>>())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipe::parse::parse;
    use crate::source::Source;

    fn of(text: &str) -> String {
        digest(&parse(&Source::new("recipe.toml", text)).unwrap())
    }

    #[test]
    fn order_and_spelling_do_not_count_and_values_do() {
        let one = of("a = 1\n[t]\nx = \"v\" # why\ny = 2\n");
        assert_eq!(one, of("t = { y = 2, x = 'v' }\na = 0x1\n"));
        assert_ne!(one, of("a = 1\n[t]\nx = \"w\"\ny = 2\n"));
        assert_eq!(one, of("a = 1\n[t]\nx = \"v\"\ny = 2\n[inputs]\nworkflow = [\"w.json\"]\n"));
        assert_eq!(one.len(), 64);
    }
}
