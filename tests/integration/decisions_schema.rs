//! `schemas/decisions.schema.json`: in step with the types it is made from, and of one mind with the reader.

use gapit_compile::evidence::decisions;
use gapit_compile::source::Source;
use serde_json::Value;

/// Compares the file with the types; `GAPIT_UPDATE=1 cargo test --features schema` writes it.
#[cfg(feature = "schema")]
#[test]
#[expect(clippy::disallowed_methods, reason = "a test that keeps a file in step reads and writes it")]
fn the_schema_is_the_one_that_the_types_make() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/decisions.schema.json");
    let made = format!("{:#}\n", decisions::schema());
    if std::env::var("GAPIT_UPDATE").is_ok() {
        std::fs::write(path, &made).unwrap();
    }
    let kept = std::fs::read_to_string(path).unwrap();
    assert!(kept == made, "run: GAPIT_UPDATE=1 cargo test --all-features");
}

#[test]
fn the_schema_and_the_reader_take_and_refuse_the_same() {
    let whole = "version = 1\n[[decisions]]\nitems = \"5\"\n";
    for (text, taken) in [
        ("version = 1\n".to_owned(), true),
        (format!("{whole}skip = \"a\"\n"), true),
        (format!("{whole}done = \"a\"\nuntil = 2026-01-31T00:00:00Z\n"), true),
        (format!("{whole}retry = {{ tier = \"next\", reason = \"a\" }}\n"), true),
        ("decisions = []\n".to_owned(), false),
        ("version = 2\n".to_owned(), false),
        (whole.to_owned(), false),
        (format!("{whole}skip = \"a\"\ndone = \"b\"\n"), false),
        (format!("{whole}skip = \"\"\n"), false),
        (format!("{whole}skip = \"a\"\nwhy = \"b\"\n"), false),
        (format!("{whole}retry = {{ tier = \"next\" }}\n"), false),
        (format!("{whole}retry = {{ reason = \"a\" }}\n"), false),
        ("version = 1\n[[decisions]]\nskip = \"a\"\n".to_owned(), false),
        ("version = 1\n[[decisions]]\nitems = 5\nskip = \"a\"\n".to_owned(), false),
    ] {
        assert_eq!(fits(&text), taken, "{text}");
        assert_eq!(decisions::parse(&Source::new("decisions.toml", text.as_str())).is_ok(), taken, "{text}");
    }
}

#[expect(clippy::unwrap_used, reason = "a helper of tests fails as tests do")]
fn fits(text: &str) -> bool {
    let schema: Value = serde_json::from_str(decisions::SCHEMA).unwrap();
    let table: toml::Table = toml::from_str(text).unwrap();
    let value = serde_json::to_value(as_json(&toml::Value::Table(table))).unwrap();
    jsonschema::draft7::new(&schema).unwrap().is_valid(&value)
}

/// As an editor of TOML shows it to a JSON schema: a time is a text.
fn as_json(value: &toml::Value) -> Value {
    match value {
        toml::Value::String(text) => Value::from(text.as_str()),
        toml::Value::Integer(number) => Value::from(*number),
        toml::Value::Float(number) => Value::from(*number),
        toml::Value::Boolean(truth) => Value::from(*truth),
        toml::Value::Datetime(time) => Value::from(time.to_string()),
        toml::Value::Array(values) => values.iter().map(as_json).collect(),
        toml::Value::Table(table) => {
            Value::Object(table.iter().map(|(key, value)| (key.clone(), as_json(value))).collect())
        }
    }
}
