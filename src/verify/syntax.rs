//! What we wrote must read as what was meant.

use serde_json::Value;

use super::document;
use crate::source::Source;

/// Whether `text` is one document that reads as the very value `meant`.
pub fn reads_back(text: &str, meant: &Value) -> bool {
    let reading = document::read(&Source::new("written", text));
    let [document] = &reading.documents[..] else { return false };
    reading.faults.is_empty() && is_same(&document.value, meant)
}

/// Whether two values are the same to who reads JSON: 2.0 is 2 there.
pub(super) fn is_same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => one == other || one.as_f64() == other.as_f64(),
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| is_same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            let same =
                |(key, value): (&String, &Value)| other.get(key).is_some_and(|other| is_same(value, other));
            one.len() == other.len() && one.iter().all(same)
        }
        _ => one == other,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn reading_back_tells_a_text_from_a_number_and_one_document_from_two() {
        assert!(reads_back("a: '5'\n", &json!({"a": "5"})));
        assert!(!reads_back("a: 5\n", &json!({"a": "5"})));
        assert!(!reads_back("a: 1\n---\nb: 2\n", &json!({"a": 1})));
        assert!(!reads_back("a: 1\na: 1\n", &json!({"a": 1})));
        assert!(reads_back("a: 2.0\nb: [1]\n", &json!({"b": [1], "a": 2.0})));
        assert!(!reads_back("a: 2\nb: 1\n", &json!({"a": 2})));
    }
}
