//! `schemas/explain.schema.json` is the one that the types make.

#[test]
#[expect(clippy::disallowed_methods, reason = "a test that keeps a file in step reads and writes it")]
fn the_schema_is_the_one_that_the_types_make() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/explain.schema.json");
    let made = format!("{:#}\n", gapit_compile::report::explain::schema());
    if std::env::var("GAPIT_UPDATE").is_ok() {
        std::fs::write(path, &made).unwrap();
    }
    let kept = std::fs::read_to_string(path).unwrap();
    assert!(kept == made, "run: GAPIT_UPDATE=1 cargo test --all-features");
}
