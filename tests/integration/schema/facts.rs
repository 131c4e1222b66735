//! The files of facts themselves: small, without text of others, and corrected.

use gapit_compile::recipe::ArgoVersion;
use serde_json::{Value, json};

fn text(version: ArgoVersion) -> &'static str {
    match version {
        ArgoVersion::V3_7 => include_str!("../../../schemas/argo/3.7.json"),
        ArgoVersion::V4_0 => include_str!("../../../schemas/argo/4.0.json"),
        ArgoVersion::V4_1 => include_str!("../../../schemas/argo/4.1.json"),
    }
}

fn facts(version: ArgoVersion) -> Value {
    serde_json::from_str(text(version)).expect("the file is JSON")
}

#[test]
fn the_facts_hold_no_description_text() {
    /// Whether a schema describes itself. Below `properties` a `description` is the name of a field.
    fn describes(schema: &Value) -> bool {
        let Some(members) = schema.as_object() else { return false };
        members.iter().any(|(keyword, inner)| match keyword.as_str() {
            "description" | "title" | "$comment" | "message" | "rule" => true,
            "properties" | "definitions" => {
                inner.as_object().is_some_and(|fields| fields.values().any(describes))
            }
            _ => describes(inner),
        })
    }
    assert!(describes(&json!({"properties": {"a": {"items": {"description": "x"}}}})), "the test can fail");
    for version in ArgoVersion::ALL {
        let (text, facts) = (text(version), facts(version));
        assert!(!describes(&facts["definitions"]), "{version}");
        assert!(text.len() < 80_000, "{version}: {} bytes", text.len());
        let definitions = facts["definitions"].as_object().unwrap().len();
        assert_eq!(text.lines().count(), definitions + 3, "{version}: one definition a line");
        assert_eq!(facts["argo"], version.as_str());
        assert!(facts["sum"].as_str().is_some_and(|sum| sum.starts_with("h1:")), "{version}");
    }
}

#[test]
fn every_correction_shows_in_the_facts_of_its_versions() {
    let table: Value = toml::from_str(include_str!("../../../schemas/argo/corrections.toml")).unwrap();
    let corrections = table["correction"].as_array().unwrap();
    assert!(corrections.len() > 15);
    for correction in corrections {
        let at = correction["at"].as_str().unwrap();
        assert!(correction["proof"].as_str().is_some_and(|proof| proof.len() > 10), "{at} has no proof");
        assert_eq!(correction.get("set").is_none(), correction.get("absent").is_some(), "{at}");
        for version in ArgoVersion::ALL {
            let named = correction.get("versions").and_then(Value::as_array);
            let meant = named.is_none_or(|versions| versions.contains(&json!(version.as_str())));
            let shows = facts(version).pointer(at) == correction.get("set");
            assert_eq!(shows, meant, "{at} in {version}");
        }
    }
}

#[test]
fn the_versions_differ_where_argo_changed() {
    let has = |version, at: &str| facts(version).pointer(&format!("/definitions/{at}")).is_some();
    let [old, middle, new] = ArgoVersion::ALL;
    for (at, versions) in [
        ("Synchronization/properties/mutex", [true, false, false]),
        ("Synchronization/properties/mutexes", [true, true, true]),
        ("CronWorkflowSpec/properties/schedule", [true, false, false]),
        ("Backoff/properties/cap", [true, true, true]),
        ("ArtifactLocation/properties/plugin", [false, true, true]),
        ("WorkflowSpec/properties/templates/maxItems", [false, true, true]),
        ("Template/properties/pendingTimeout", [false, false, true]),
    ] {
        assert_eq!([old, middle, new].map(|version| has(version, at)), versions, "{at}");
    }
}
