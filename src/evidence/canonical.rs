//! One spelling for equal values, so that equal values have equal digests.

use serde::Serialize;
use serde_json::Value;

use crate::units::name::sha256_hex;

/// A value as JSON with sorted keys and no blanks: the order in which an input happens to write its keys does not show.
pub fn json(value: &Value) -> String {
    let mut text = String::new();
    write(value, &mut text);
    text
}

/// The SHA-256, in lower case hex, of a value's canonical JSON.
pub fn digest(value: &impl Serialize) -> String {
    let value = serde_json::to_value(value).expect("every map that is digested here has text as its keys");
    sha256_hex(json(&value).as_bytes())
}

fn write(value: &Value, text: &mut String) {
    match value {
        Value::Object(map) => {
            let mut keys: Vec<&String> = map.keys().collect();
            keys.sort();
            list(text, ['{', '}'], keys, |text, key| {
                text.push_str(&Value::from(key.as_str()).to_string());
                text.push(':');
                write(&map[key], text);
            });
        }
        Value::Array(values) => list(text, ['[', ']'], values, |text, value| write(value, text)),
        scalar => text.push_str(&scalar.to_string()),
    }
}

fn list<T>(
    text: &mut String,
    [open, close]: [char; 2],
    parts: impl IntoIterator<Item = T>,
    part: impl Fn(&mut String, T),
) {
    text.push(open);
    for (position, value) in parts.into_iter().enumerate() {
        if position > 0 {
            text.push(',');
        }
        part(text, value);
    }
    text.push(close);
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_order_of_keys_does_not_show_and_the_order_of_lists_does() {
        let one: Value = serde_json::from_str(r#"{"b": [1, 2], "a": {"y": null, "x": "\n"}}"#).unwrap();
        let two: Value = serde_json::from_str(r#"{"a": {"x": "\n", "y": null}, "b": [1, 2]}"#).unwrap();
        assert_eq!(json(&one), r#"{"a":{"x":"\n","y":null},"b":[1,2]}"#);
        assert_eq!(digest(&one), digest(&two));
        assert_ne!(digest(&json!([1, 2])), digest(&json!([2, 1])));
    }
}
