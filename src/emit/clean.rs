//! The noise of a round trip through a cluster, and the fields of an object that only its cluster knows.

use serde_json::{Map, Value};

/// Keys that Argo writes empty wherever a person left them out.
const EMPTY_NOISE: &[&str] = &["inputs", "outputs", "metadata", "arguments", "resources"];

/// Fields of `metadata` that belong to one object of one cluster.
const OBJECT_NOISE: &[&str] = &[
    "uid",
    "resourceVersion",
    "generation",
    "creationTimestamp",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
    "managedFields",
    "selfLink",
    "ownerReferences",
    "finalizers",
    "generateName",
];

/// What kubectl leaves behind.
pub(super) const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// Drops empty `inputs`, `outputs`, `metadata`, `arguments`, `resources`, an empty container name and null timestamps, everywhere.
pub(super) fn round_trip(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|key, value| !is_noise(key, value));
            map.values_mut().for_each(round_trip);
            // A map may have become empty only now, when its own noise was dropped.
            map.retain(|key, value| !is_noise(key, value));
        }
        Value::Array(list) => list.iter_mut().for_each(round_trip),
        _ => {}
    }
}

fn is_noise(key: &str, value: &Value) -> bool {
    match value {
        Value::Object(map) => map.is_empty() && EMPTY_NOISE.contains(&key),
        Value::String(text) => key == "name" && text.is_empty(),
        Value::Null => key == "creationTimestamp",
        _ => false,
    }
}

/// Drops what only the cluster knows of an object: its status, its identity, its owners.
pub(super) fn object(document: &mut Value) {
    let Some(map) = document.as_object_mut() else { return };
    map.shift_remove("status");
    if let Some(metadata) = map.get_mut("metadata").and_then(Value::as_object_mut) {
        OBJECT_NOISE.iter().for_each(|key| drop(metadata.shift_remove(*key)));
        if let Some(annotations) = metadata.get_mut("annotations").and_then(Value::as_object_mut) {
            annotations.shift_remove(LAST_APPLIED);
        }
        metadata.retain(|_, value| !value.as_object().is_some_and(Map::is_empty));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_the_noise_goes() {
        let mut template = json!({
            "name": "run-gwas", "inputs": {}, "outputs": {}, "metadata": { "creationTimestamp": null, "labels": { "a": "" } },
            "container": { "name": "", "image": "x", "resources": {}, "env": [ { "name": "EMPTY", "value": "" } ] },
        });
        round_trip(&mut template);
        assert_eq!(
            template,
            json!({ "name": "run-gwas", "metadata": { "labels": { "a": "" } },
                    "container": { "image": "x", "env": [ { "name": "EMPTY", "value": "" } ] } })
        );
    }

    #[test]
    fn an_object_forgets_its_cluster() {
        let mut document = json!({
            "metadata": { "name": "x", "uid": "1", "managedFields": [], "annotations": { LAST_APPLIED: "{}" } },
            "spec": {}, "status": { "phase": "Failed" },
        });
        object(&mut document);
        assert_eq!(document, json!({ "metadata": { "name": "x" }, "spec": {} }));
    }
}
