//! The table of CEL rules against the facts, and each rule with what it takes and what it refuses.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{RULES, of};
use crate::recipe::ArgoVersion;
use crate::verify::schema::facts::{Facts, Schema};

/// Digest and place of every rule below a schema.
fn gather(at: &str, schema: &Schema, found: &mut BTreeSet<(String, String)>) {
    found.extend(schema.rules.iter().map(|digest| (digest.clone(), at.to_owned())));
    for (field, inner) in &schema.properties {
        gather(&format!("{at}.{field}"), inner, found);
    }
    for inner in schema.items.as_deref().into_iter().chain(schema.additional_properties.as_deref()) {
        gather(at, inner, found);
    }
}

fn of_facts(version: ArgoVersion) -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    Facts::of(version).definitions().iter().for_each(|(name, schema)| gather(name, schema, &mut found));
    found
}

#[test]
fn the_table_is_what_the_facts_carry() {
    let table: BTreeSet<(String, String)> = RULES
        .iter()
        .flat_map(|rule| rule.at.iter().map(|at| (rule.digest.to_owned(), (*at).to_owned())))
        .collect();
    assert_eq!(of_facts(ArgoVersion::V4_0), table);
    assert_eq!(of_facts(ArgoVersion::V4_1), table);
    assert_eq!(of_facts(ArgoVersion::V3_7), BTreeSet::new(), "the CRDs of 3.7 have no rules");
    assert!(RULES.iter().all(|rule| rule.refuses.len() > 10));
}

/// What a rule takes, and what it refuses with the pointer of its finding.
struct Case {
    digest: &'static str,
    taken: Vec<Value>,
    refused: Vec<(Value, &'static str)>,
}

fn case(digest: &'static str, taken: Vec<Value>, refused: Vec<(Value, &'static str)>) -> Case {
    Case { digest, taken, refused }
}

fn of_tasks() -> Vec<Case> {
    let (dag, digits) =
        (json!({"depends": "a", "dependencies": null}), json!({"name": "2nd", "dependencies": []}));
    vec![
        case(
            "ad5c84ec1848",
            vec![json!({"depends": "a"}), json!({"dependencies": ["a"]}), dag],
            vec![
                (json!({"depends": "a", "dependencies": ["a"]}), "/dependencies"),
                (json!({"depends": "", "dependencies": []}), "/dependencies"),
            ],
        ),
        case(
            "78667ef1c821",
            vec![json!({"depends": "a"}), json!({"dependencies": ["a"], "continueOn": {"failed": true}})],
            vec![(json!({"name": "t", "depends": "", "continueOn": {}}), "/continueOn")],
        ),
        case(
            "2f41cff97bfb",
            vec![json!({"name": "2nd"}), json!({"name": "t2", "depends": "a"})],
            vec![(json!({"name": "2nd", "depends": "a"}), "/name"), (digits, "/name")],
        ),
        case(
            "7452a63b3b9d",
            vec![json!({"count": "3"}), json!({"start": "1", "end": "3"}), json!({"count": 3, "end": null})],
            vec![(json!({"count": "3", "end": "5"}), "/end")],
        ),
    ]
}

fn of_templates() -> Vec<Case> {
    let types = json!([{"name": "none"}, {"suspend": {}}, {"dag": null, "steps": []}]);
    let timeouts = json!([{"container": {}, "timeout": "1h"}, {"dag": {}, "timeout": ""}, {"timeout": "1h"}]);
    let seconds =
        json!([{"container": {}, "activeDeadlineSeconds": 5}, {"dag": {}, "activeDeadlineSeconds": null}]);
    vec![
        case(
            "eca931ccb61d",
            vec![types],
            vec![(json!([{"suspend": {}}, {"container": {}, "script": {}}]), "/1/script")],
        ),
        case(
            "d2b0e0bbdd19",
            vec![timeouts],
            vec![
                (json!([{"dag": {}, "timeout": "1h"}]), "/0/timeout"),
                (json!([{"steps": [], "timeout": "{{x}}"}]), "/0/timeout"),
            ],
        ),
        case(
            "0d9ec258465a",
            vec![seconds],
            vec![(json!([{"steps": [], "activeDeadlineSeconds": "5"}]), "/0/activeDeadlineSeconds")],
        ),
    ]
}

fn of_the_rest() -> Vec<Case> {
    let nulled = json!({"s3": {"key": "k"}, "raw": null});
    let late = json!({"realtime": false, "value": "{{resourcesDuration.cpu}}"});
    vec![
        case(
            "e32e9acf9492",
            vec![json!({"name": "a"}), json!({"s3": {"key": "k"}}), nulled],
            vec![
                (json!({"raw": {"data": "x"}, "s3": {"key": "k"}}), "/s3"),
                (json!({"git": {}, "http": {}}), "/http"),
            ],
        ),
        case(
            "dd3bb9f02a84",
            vec![json!({"realtime": true, "value": "{{duration}}"}), late],
            vec![(json!({"realtime": true, "value": "{{resourcesDuration.cpu}}"}), "/value")],
        ),
        case(
            "0d508c1836fd",
            vec![json!({"action": "get"}), json!({"manifest": "a"}), json!({"manifestFrom": {}})],
            vec![(json!({"manifest": "", "manifestFrom": {}}), "/manifestFrom")],
        ),
    ]
}

#[test]
fn each_rule_takes_and_refuses() {
    let cases: Vec<Case> = [of_tasks(), of_templates(), of_the_rest()].into_iter().flatten().collect();
    let tested: BTreeSet<&str> = cases.iter().map(|case| case.digest).collect();
    assert_eq!(tested, RULES.iter().map(|rule| rule.digest).collect());
    for Case { digest, taken, refused } in cases {
        let rule = of(digest).unwrap();
        for value in taken {
            assert_eq!((rule.check)("/at", &value), [], "{}: {value}", rule.refuses);
        }
        for (value, pointer) in refused {
            let findings = (rule.check)("/at", &value);
            let pointers: Vec<&str> = findings.iter().map(|finding| finding.pointer.as_str()).collect();
            assert_eq!(pointers, [format!("/at{pointer}")], "{}: {value}", rule.refuses);
        }
    }
}
