//! The file of facts itself: small, without text of others, and corrected.

use serde_json::{Value, json};

const FACTS: &str = include_str!("../../../schemas/argo/4.1.json");

#[test]
fn the_facts_hold_no_description_text() {
    /// Whether a schema describes itself. Below `properties` a `description` is the name of a field.
    fn describes(schema: &Value) -> bool {
        let Some(members) = schema.as_object() else { return false };
        members.iter().any(|(keyword, inner)| match keyword.as_str() {
            "description" | "title" | "$comment" => true,
            "properties" | "definitions" => {
                inner.as_object().is_some_and(|fields| fields.values().any(describes))
            }
            _ => describes(inner),
        })
    }
    let facts: Value = serde_json::from_str(FACTS).unwrap();
    assert!(!describes(&facts));
    assert!(describes(&json!({"properties": {"a": {"items": {"description": "x"}}}})), "the test can fail");
    assert!(FACTS.len() < 250_000, "{} bytes", FACTS.len());
    assert_eq!(
        FACTS.lines().count(),
        facts["definitions"].as_object().unwrap().len() + 3,
        "one definition a line"
    );
}

#[test]
fn every_correction_shows_in_the_facts() {
    let facts: Value = serde_json::from_str(FACTS).unwrap();
    let table: Value = toml::from_str(include_str!("../../../schemas/argo/corrections.toml")).unwrap();
    let corrections = table["correction"].as_array().unwrap();
    assert!(corrections.len() > 20);
    for correction in corrections {
        let at = correction["at"].as_str().unwrap();
        assert!(correction["proof"].as_str().is_some_and(|proof| proof.len() > 10), "{at} has no proof");
        assert_eq!(facts.pointer(at), correction.get("set"), "{at}");
        assert_eq!(correction.get("set").is_none(), correction.get("absent").is_some(), "{at}");
    }
}
