//! What a resolved recipe says, as one number: equal recipes have equal digests, however they are spelt.
//!
//! `[inputs]` does not count: it grows with every generation, and what it names has digests of its own.

use serde_json::{Map, Number, Value as Json, json};

use super::parse::{Node, Value};
use super::scripts::Scripts;
use crate::evidence::canonical;

/// SHA-256 in hex of the tree as canonical JSON: keys sorted, no white space. What scripts say counts as if it stood in their rules.
pub(super) fn digest(tree: &Node, scripts: &Scripts) -> String {
    let mut whole = plain(tree);
    if let Some(table) = whole.as_object_mut() {
        table.shift_remove("inputs");
        if !scripts.is_empty() {
            table.insert("scripts".to_owned(), json!(scripts));
        }
    }
    canonical::digest(&whole)
}

/// The tree as JSON.
pub(super) fn plain(node: &Node) -> Json {
    match &node.value {
        Value::String(text) | Value::Datetime(text) => Json::String(text.clone()),
        Value::Integer(number) => Json::Number((*number).into()),
        // JSON has no word for `nan` and `inf`; the check refuses both wherever a number is taken.
        Value::Float(number) => Number::from_f64(*number).map_or(Json::Null, Json::Number),
        Value::Boolean(truth) => Json::Bool(*truth),
        Value::Array(items) => Json::Array(items.iter().map(plain).collect()),
        Value::Table(table) => {
            let entries = table.entries.iter().map(|(key, node)| (key.value.clone(), plain(node)));
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
        digest(&parse(&Source::new("recipe.toml", text)).unwrap(), &Scripts::new())
    }

    #[test]
    fn order_and_spelling_do_not_count_and_values_do() {
        let one = of("a = 1\n[t]\nx = \"v\" # why\ny = 2\n");
        assert_eq!(one, of("t = { y = 2, x = 'v' }\na = 0x1\n"));
        assert_ne!(one, of("a = 1\n[t]\nx = \"w\"\ny = 2\n"));
        assert_eq!(one, of("a = 1\n[t]\nx = \"v\"\ny = 2\n[inputs]\nworkflow = [\"w.json\"]\n"));
        assert_eq!(one.len(), 64);
    }
    #[test]
    fn what_a_script_says_counts() {
        let tree = parse(&Source::new("recipe.toml", "a = 1\n")).unwrap();
        let said = |text: &str| digest(&tree, &Scripts::from([("mount".to_owned(), text.to_owned())]));
        assert_ne!(said("a\n"), said("b\n"));
        assert_ne!(said("a\n"), of("a = 1\n"));
    }
}
