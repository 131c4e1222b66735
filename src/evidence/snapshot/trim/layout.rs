//! JSON that git shows well: two spaces, and what is short and flat on one line, so that one changed parameter is one changed line.

use serde_json::Value;

/// How wide a line may become when an object or a list stands on it whole.
const WIDTH: usize = 120;

/// The text of a value, with one line end at its end.
pub(super) fn text(value: &Value) -> String {
    let mut text = String::new();
    write(value, 0, 0, &mut text);
    text.push('\n');
    text
}

/// Writes a value whose first line is `before` characters wide already.
fn write(value: &Value, depth: usize, before: usize, text: &mut String) {
    if let Some(line) = flat(value).filter(|line| before + line.chars().count() <= WIDTH) {
        text.push_str(&line);
        return;
    }
    let parts: Vec<(String, &Value)> = match value {
        Value::Object(map) => {
            map.iter().map(|(key, inner)| (format!("{}: ", Value::from(key.as_str())), inner)).collect()
        }
        Value::Array(list) => list.iter().map(|inner| (String::new(), inner)).collect(),
        scalar => return text.push_str(&scalar.to_string()),
    };
    let [open, close] = if value.is_object() { ['{', '}'] } else { ['[', ']'] };
    let indent = "  ".repeat(depth + 1);
    text.push(open);
    for (position, (key, inner)) in parts.iter().enumerate() {
        text.push_str(if position == 0 { "\n" } else { ",\n" });
        text.push_str(&indent);
        text.push_str(key);
        write(inner, depth + 1, indent.len() + key.chars().count(), text);
    }
    text.push('\n');
    text.push_str(&"  ".repeat(depth));
    text.push(close);
}

/// An object or a list of scalars on one line; `None` where something stands in something.
fn flat(value: &Value) -> Option<String> {
    let is_scalar = |inner: &Value| !inner.is_object() && !inner.is_array();
    match value {
        Value::Object(map) if map.values().all(is_scalar) => {
            let parts: Vec<String> =
                map.iter().map(|(key, inner)| format!("{}: {inner}", Value::from(key.as_str()))).collect();
            Some(format!("{{{}}}", parts.join(", ")))
        }
        Value::Array(list) if list.iter().all(is_scalar) => {
            let parts: Vec<String> = list.iter().map(Value::to_string).collect();
            Some(format!("[{}]", parts.join(", ")))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_flat_and_short_is_one_line_and_the_rest_is_not() {
        let value = json!({"a": [{"name": "n", "value": "é\n"}, 5], "b": {}, "c": [], "long": ["x".repeat(80), "y".repeat(80)]});
        let (x, y) = ("x".repeat(80), "y".repeat(80));
        let expected = format!(
            "{{\n  \"a\": [\n    {{\"name\": \"n\", \"value\": \"é\\n\"}},\n    5\n  ],\n  \"b\": {{}},\n  \"c\": [],\n  \"long\": [\n    \"{x}\",\n    \"{y}\"\n  ]\n}}\n"
        );
        assert_eq!(text(&value), expected);
        assert_eq!(serde_json::from_str::<Value>(&text(&value)).unwrap(), value);
    }
}
