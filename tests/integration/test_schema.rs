//! The schemas of `*.test.toml` and of what `test --format json` prints are the ones that the types make, and the cases of shipped
//! recipes are as the schema has them.
#![expect(clippy::disallowed_methods, reason = "a test that keeps files in step reads and writes them")]
#![expect(clippy::unwrap_used, reason = "these are tests, also outside their test functions")]

use gapit_compile::recipe::test_schema;
use gapit_compile::report;
use serde_json::Value;

use crate::tested::shipped;

fn in_step(name: &str, made: &str) {
    let path = format!("{}/schemas/{name}.schema.json", env!("CARGO_MANIFEST_DIR"));
    if std::env::var("GAPIT_UPDATE").is_ok() {
        std::fs::write(&path, made).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap();
    assert!(kept == made, "{name}: run GAPIT_UPDATE=1 cargo test --all-features");
}

#[test]
fn the_schemas_are_the_ones_that_the_types_make() {
    in_step("test", &test_schema());
    in_step("test-report", &format!("{:#}\n", report::test::schema()));
}

/// Where and by which keyword the schema refuses a text.
fn refusals(text: &str) -> Vec<(String, String)> {
    let schema: Value = serde_json::from_str(&test_schema()).unwrap();
    let validator = jsonschema::draft7::new(&schema).unwrap();
    let value: Value = toml::from_str(text).unwrap();
    let errors = validator.iter_errors(&value);
    errors.map(|error| (error.instance_path().to_string(), error.kind().keyword().to_owned())).collect()
}

#[test]
fn the_cases_of_shipped_recipes_are_accepted() {
    for file in shipped().iter().flat_map(|recipe| &recipe.cases) {
        assert_eq!(refusals(&std::fs::read_to_string(file).unwrap()), [], "{}", file.display());
    }
}

#[test]
fn what_no_case_can_hold_is_refused_where_it_stands() {
    for (case, path, keyword) in [
        ("", "", "required"),
        ("nodes = [{ itm = 5 }]", "/nodes/0", "additionalProperties"),
        ("nodes = [{ item = 5, phase = \"Killed\" }]", "/nodes/0/phase", "enum"),
        ("expect = [{ item = 5 }]", "/expect/0", "required"),
        ("expect = [{ item = 5, decision = \"retri\" }]", "/expect/0/decision", "enum"),
        ("expect = [{ item = 5, decision = \"skip\", cause = \"slow\" }]", "/expect/0/cause", "enum"),
        ("outputs = { partial = { 7 = \"BLINK\" } }", "/outputs/partial/7", "type"),
        ("forbidden = \"plan::stoploss\"", "/forbidden", "enum"),
    ] {
        let name = if case.is_empty() { "" } else { "name = \"a\"" };
        let found = refusals(&format!("version = 1\n[[cases]]\n{name}\n{case}\n"));
        assert_eq!(found, [(format!("/cases/0{path}"), keyword.to_owned())], "{case}");
    }
}
