//! `schemas/scan.schema.json`: in step with the types it is made from, and of one mind with the reader.

use gapit_compile::evidence::outputs::{self, FileFact, Scan, Unreadable};
use gapit_compile::source::Source;
use serde_json::Value;

/// Compares the file with the types; `GAPIT_UPDATE=1 cargo test --features schema` writes it.
#[cfg(feature = "schema")]
#[test]
#[expect(clippy::disallowed_methods, reason = "a test that keeps a file in step reads and writes it")]
fn the_schema_is_the_one_that_the_types_make() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/scan.schema.json");
    let made = format!("{:#}\n", outputs::schema());
    if std::env::var("GAPIT_UPDATE").is_ok() {
        std::fs::write(path, &made).unwrap();
    }
    let kept = std::fs::read_to_string(path).unwrap();
    assert!(kept == made, "run: GAPIT_UPDATE=1 cargo test --features schema");
}

#[test]
fn what_a_scan_writes_fits_its_schema() {
    let file = FileFact::new(7, "2025-11-12T21:06:42Z".parse().unwrap());
    let scan = Scan {
        directories: ["a".to_owned(), "b".to_owned()].into(),
        files: [("a/x.csv".to_owned(), file), ("log".to_owned(), file)].into(),
        unreadable: [
            ("c".to_owned(), Unreadable::Refused("permission denied".to_owned())),
            ("d".to_owned(), Unreadable::LeadsOutside),
        ]
        .into(),
    };
    assert_eq!(refusals(&scan.to_json()), Vec::<String>::new());
    assert_eq!(outputs::parse(&Source::new("s.json", scan.to_json())).unwrap(), scan);
}

#[test]
fn the_schema_and_the_reader_refuse_the_same() {
    for (text, told) in [
        (r#"{"directories": []}"#, "\"scan\" is a required property"),
        (r#"{"scan": 2, "directories": []}"#, "2 is greater than the maximum of 1"),
        (r#"{"scan": 1, "directories": [], "x": 1}"#, "'x' was unexpected"),
        (r#"{"scan": 1, "directories": [{"files": {}}]}"#, "\"path\" is a required property"),
        (
            r#"{"scan": 1, "directories": [{"path": "a", "files": {"x": {"bytes": -1, "modified": "2025-11-12T21:06:42Z"}}}]}"#,
            "-1 is less than the minimum of 0",
        ),
        (
            r#"{"scan": 1, "directories": [], "unreadable": [{"path": "a", "reason": "lost"}]}"#,
            "is not valid under any",
        ),
    ] {
        let refused = refusals(text);
        assert!(refused.iter().any(|reason| reason.contains(told)), "{text}: {refused:?}");
        assert!(outputs::parse(&Source::new("s.json", text)).is_err(), "{text}");
    }
}

#[expect(clippy::unwrap_used, reason = "a helper of tests fails as tests do")]
fn refusals(text: &str) -> Vec<String> {
    let schema: Value = serde_json::from_str(outputs::SCHEMA).unwrap();
    let validator = jsonschema::draft7::new(&schema).unwrap();
    let value: Value = serde_json::from_str(text).unwrap();
    validator.iter_errors(&value).map(|error| error.to_string()).collect()
}
