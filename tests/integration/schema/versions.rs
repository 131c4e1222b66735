//! What one version takes and another refuses.

use gapit_compile::recipe::ArgoVersion::{self, V3_7, V4_0, V4_1};
use gapit_compile::verify::schema;
use serde_json::{Value, json};

use super::changed;

/// A change of the good Workflow, and the versions that take it.
fn assert_taken_by(pointer: &str, value: &Value, versions: &[ArgoVersion]) {
    let document = changed(pointer, value.clone());
    for version in ArgoVersion::ALL {
        let findings = schema::check(version, &document);
        assert_eq!(
            findings.is_empty(),
            versions.contains(&version),
            "{pointer} = {value} in {version}: {findings:#?}"
        );
    }
}

#[test]
fn a_mutex_of_its_own_is_gone_from_4_0() {
    assert_taken_by("/spec/synchronization", &json!({"mutex": {"name": "m"}}), &[V3_7]);
    let semaphore = json!({"semaphore": {"configMapKeyRef": {"name": "c", "key": "k"}}});
    assert_taken_by(item!("/synchronization"), &semaphore, &[V3_7]);
    assert_taken_by("/spec/synchronization", &json!({"mutexes": [{"name": "m"}]}), &[V3_7, V4_0, V4_1]);
}

#[test]
fn what_came_with_4_1_is_unknown_before() {
    assert_taken_by(item!("/pendingTimeout"), &json!("30m"), &[V4_1]);
    assert_taken_by(item!("/podResources"), &json!({"requests": {"cpu": 1}}), &[V4_1]);
    assert_taken_by(item!("/resourceClaims"), &json!([{"name": "gpu"}]), &[V4_1]);
    assert_taken_by("/spec/executorPlugins", &json!([{"spec": {}}]), &[V4_1]);
}

#[test]
fn counts_patterns_and_cel_rules_are_those_of_4_0_on() {
    let tasks: Value = (0..201).map(|i| json!({"name": format!("t{i}"), "template": "run-trait"})).collect();
    assert_taken_by(dag!("/tasks"), &tasks, &[V3_7]);
    let two = json!({"name": "model", "path": "/model", "raw": {"data": "x"}, "s3": {"key": "k"}});
    assert_taken_by(item!("/inputs/artifacts/0"), &two, &[V3_7]);
    // What the validator of every version refuses is refused in each.
    assert_taken_by(item!("/suspend"), &json!({}), &[]);
    assert_taken_by("/spec/templates/0/timeout", &json!("1h"), &[]);
    assert_taken_by(dag!("/tasks/0/withSequence"), &json!({"count": 1, "end": 2}), &[]);
}

#[test]
fn two_hundred_tasks_are_taken() {
    let tasks: Value = (0..200).map(|i| json!({"name": format!("t{i}"), "template": "run-trait"})).collect();
    assert_taken_by(dag!("/tasks"), &tasks, &[V3_7, V4_0, V4_1]);
}
