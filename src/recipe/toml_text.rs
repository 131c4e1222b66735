//! Values as TOML text, on one line.

use super::parse::{Node, Value};

/// A key: bare where TOML lets it be.
pub(crate) fn key(name: &str) -> String {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if !name.is_empty() && name.chars().all(is_bare) { name.to_owned() } else { string(name) }
}

/// A text in the quotes that need the least escaping.
pub(crate) fn string(text: &str) -> String {
    let is_control = |c: char| c.is_control();
    if text.contains(['"', '\\']) && !text.contains('\'') && !text.contains(is_control) {
        return format!("'{text}'");
    }
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            c if c.is_control() => quoted.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// Any value.
pub(super) fn value(node: &Node) -> String {
    match &node.value {
        Value::String(text) => string(text),
        Value::Integer(number) => number.to_string(),
        // Rust writes a float so that it reads back as the same one; TOML spells the one that is no number in small letters.
        Value::Float(number) if number.is_nan() => "nan".to_owned(),
        Value::Float(number) => format!("{number:?}"),
        Value::Boolean(truth) => truth.to_string(),
        Value::Datetime(time) => time.clone(),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(value).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Table(table) if table.entries.is_empty() => "{}".to_owned(),
        Value::Table(table) => {
            let entries =
                table.entries.iter().map(|(name, node)| format!("{} = {}", key(&name.value), value(node)));
            format!("{{ {} }}", entries.collect::<Vec<_>>().join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipe::digest::digest;
    use crate::recipe::parse::parse;
    use crate::recipe::scripts::Scripts;
    use crate::source::Source;

    #[test]
    fn what_is_written_reads_back_as_the_same() {
        let text = r#"a = [1, -2, 0.5, 1e300, inf, -0.0, true]
"b c" = { "x.y/z" = "it's \"q\" \\ \u0007\u007F\n\t é", e = {}, "" = '(?i)\d' }
"#;
        let tree = parse(&Source::new("recipe.toml", text)).unwrap();
        let Value::Table(root) = &tree.value else { panic!("a document is a table") };
        let again: String = root
            .entries
            .iter()
            .map(|(name, node)| format!("{} = {}\n", key(&name.value), value(node)))
            .collect();
        assert_eq!(
            digest(&tree, &Scripts::new()),
            digest(&parse(&Source::new("again.toml", again.as_str())).unwrap(), &Scripts::new()),
            "{again}"
        );
        assert!(again.contains(r"'(?i)\d'"), "a pattern stays legible: {again}");
    }
}
