//! The JSON schema of recipes: in step with the types that read recipes, and as strict as an editor can be that sees one file.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test that cannot read its files has failed"
)]

use std::fs;

use gapit_compile::recipe::{schema, shipped};
use serde_json::Value;

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/recipe.schema.json");

/// What the schema says against a recipe: instance path and keyword of each error.
fn refusals(recipe: &str) -> Vec<(String, String)> {
    let schema: Value = serde_json::from_str(&schema()).unwrap();
    let validator = jsonschema::draft7::new(&schema).unwrap();
    let recipe: Value = toml::from_str(recipe).unwrap();
    let errors = validator.iter_errors(&recipe);
    errors.map(|error| (error.instance_path().to_string(), error.kind().keyword().to_owned())).collect()
}

#[test]
fn the_schema_on_disk_is_the_one_of_the_types() {
    let made = schema();
    if std::env::var_os("GAPIT_UPDATE").is_some() {
        fs::write(PATH, &made).unwrap();
    }
    let kept = fs::read_to_string(PATH).unwrap_or_default();
    assert!(made == kept, "run GAPIT_UPDATE=1 cargo test --features schema");
}

#[test]
fn shipped_recipes_and_short_ones_that_extend_them_are_accepted() {
    for recipe in shipped() {
        assert_eq!(refusals(recipe.text), [], "{}", recipe.spelling());
    }
    let short = r#"
        version = 1
        extends = "gapit3@1"
        [inputs]
        workflow = ["evidence/8nj24.json"]
        [items]
        range = { list = ["5", 28] }
        [[tiers]]
        name = "highmem"
        parallelism = 4
        [[rules]]
        name = "oom"
        retry = { max-retries = 1 }
    "#;
    assert_eq!(refusals(short), []);
    assert_eq!(refusals(include_str!("../recipes/showpiece.toml")), []);
}

#[test]
fn what_is_wrong_in_any_file_is_refused_where_it_stands() {
    for (text, path, keyword) in [
        ("extends = \"gapit3@1\"", "", "required"),
        ("version = \"1\"", "/version", "type"),
        ("pipelin = \"x\"", "", "additionalProperties"),
        ("items = { templat = \"x\" }", "/items", "additionalProperties"),
        ("items = { range = { first = 1 } }", "/items/range", "additionalProperties"),
        ("items = { range = { from = -1 } }", "/items/range/from", "minimum"),
        ("output = { naming-mode = \"nmae\" }", "/output/naming-mode", "enum"),
        ("output = { kustomization = \"yes\" }", "/output/kustomization", "type"),
        ("outputs = { complete-when = \"x\" }", "/outputs/complete-when", "type"),
        ("labels = { stage = 1 }", "/labels/stage", "type"),
        ("tiers = { name = \"a\" }", "/tiers", "type"),
        ("tiers = [{ template = \"a\" }]", "/tiers/0", "required"),
        ("tiers = [{ name = \"a\", limits = { cpu = 16 } }]", "/tiers/0/limits/cpu", "type"),
        (
            "tiers = [{ name = \"a\", retry-strategy = { policy = \"never\" } }]",
            "/tiers/0/retry-strategy/policy",
            "enum",
        ),
        ("rules = [{ when = {} }]", "/rules/0", "required"),
        (
            "rules = [{ name = \"a\", when = { causes = [\"oom\", \"slow\"] } }]",
            "/rules/0/when/causes/1",
            "enum",
        ),
        (
            "rules = [{ name = \"a\", when = { exit-codes = [256] } }]",
            "/rules/0/when/exit-codes/0",
            "maximum",
        ),
        (
            "rules = [{ name = \"a\", when = { exit-codes-not-in = [1, \"3-5\"] } }]",
            "/rules/0/when/exit-codes-not-in/1",
            "pattern",
        ),
        ("rules = [{ name = \"a\", when = { generation = [0] } }]", "/rules/0/when/generation/0", "minimum"),
        ("rules = [{ name = \"a\", when = { started = \"yes\" } }]", "/rules/0/when/started", "type"),
        ("rules = [{ name = \"a\", when = { any = false } }]", "/rules/0/when/any", "enum"),
        ("rules = [{ name = \"a\", retry = { after = 1 } }]", "/rules/0/retry", "additionalProperties"),
        ("policy = { max-failed-fraction = \"0.3\" }", "/policy/max-failed-fraction", "type"),
    ] {
        // Each text stands in a recipe that is otherwise sound for an editor.
        let version = if text.starts_with("version") || path.is_empty() && keyword == "required" {
            ""
        } else {
            "version = 1\n"
        };
        let extends = if text.starts_with("extends") { "" } else { "extends = \"gapit3@1\"\n" };
        let found = refusals(&format!("{version}{extends}{text}\n"));
        assert_eq!(found, [(path.to_owned(), keyword.to_owned())], "{text}");
    }
}

#[test]
fn only_a_recipe_that_extends_nothing_has_to_be_whole() {
    let keywords: Vec<String> = refusals("version = 1").into_iter().map(|(_, keyword)| keyword).collect();
    assert_eq!(keywords, ["required"; 4]);
}

/// Every property of a schema with its path, those of its list entries and alternatives too.
pub(crate) fn properties<'a>(schema: &'a Value, path: &str, found: &mut Vec<(String, &'a Value)>) {
    for (key, property) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
        let path = format!("{path}.{key}");
        properties(property, &path, found);
        found.push((path, property));
    }
    properties_of_forms(schema, path, found);
}

fn properties_of_forms<'a>(schema: &'a Value, path: &str, found: &mut Vec<(String, &'a Value)>) {
    if let Some(entries) = schema.get("items") {
        properties(entries, &format!("{path}[]"), found);
    }
    for forms in ["anyOf", "oneOf", "allOf"] {
        for form in schema.get(forms).and_then(Value::as_array).into_iter().flatten() {
            properties(form, path, found);
        }
    }
}

#[test]
fn every_key_is_described_with_examples_that_it_takes() {
    let schema: Value = serde_json::from_str(&schema()).unwrap();
    let mut found = Vec::new();
    properties(&schema, "", &mut found);
    assert!(found.len() > 100, "only {} keys", found.len());
    let mut wrong = Vec::new();
    for (path, property) in found {
        if property["description"].as_str().is_none_or(str::is_empty) {
            wrong.push(format!("{path} has no description: write its `///`"));
        }
        let examples = property["examples"].as_array().map_or(&[][..], Vec::as_slice);
        if examples.is_empty() {
            wrong.push(format!(
                "{path} has no example: write it in tests/recipes/showpiece.toml or alone.toml"
            ));
        }
        let validator = jsonschema::draft7::new(property).unwrap();
        let refused = examples.iter().filter(|example| !validator.is_valid(example));
        wrong.extend(refused.map(|example| format!("{path} does not take its example {example}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
