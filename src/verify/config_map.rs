//! A ConfigMap, which is no kind of Argo's: what an API server asks of it (Kubernetes, `ValidateConfigMap` and `ValidateObjectMeta`).

use serde_json::Value;

use super::Finding;
use crate::error::Code;
use crate::units::name::{OBJECT_MAX, is_config_map_key, is_label_key, is_label_value, is_object_name};

/// The longest name of a ConfigMap: a DNS subdomain.
const NAME_MAX: usize = 253;

/// The most bytes that its values may have together.
const DATA_MAX: usize = 1024 * 1024;

/// Everything that an API server would refuse of one.
pub(super) fn check(document: &Value) -> Vec<Finding> {
    let mut findings = Vec::new();
    if document["apiVersion"] != "v1" {
        findings.push(refused("/apiVersion", "a ConfigMap has `apiVersion: v1`", "write `apiVersion: v1`"));
    }
    let keys = ["apiVersion", "kind", "metadata", "data"];
    for key in document.as_object().into_iter().flat_map(|members| members.keys()) {
        if !keys.contains(&key.as_str()) {
            let help = format!("a ConfigMap of texts has {}", keys.join(", "));
            let message = format!("a ConfigMap has no `{key}` here");
            findings.push(Finding::new(Code::VerifyUnknownField, format!("/{key}"), message, help).at_key());
        }
    }
    findings.extend(metadata(&document["metadata"]));
    findings.extend(data(&document["data"]));
    findings
}

fn refused(pointer: &str, message: &str, help: &str) -> Finding {
    Finding::new(Code::VerifySchema, pointer, message, help)
}

fn misnamed(pointer: String, message: String, help: &str) -> Finding {
    Finding::new(Code::VerifyName, pointer, message, help)
}

fn metadata(metadata: &Value) -> Vec<Finding> {
    let mut findings = Vec::new();
    let name = metadata["name"].as_str().unwrap_or_default();
    if name.len() > NAME_MAX || !is_object_name(name) {
        let message = format!("`{name}` is no name of a ConfigMap");
        let help = "use lower-case letters, digits, `-` and `.`, a letter or digit first and last";
        findings.push(misnamed("/metadata/name".to_owned(), message, help));
    }
    let namespace = metadata["namespace"].as_str();
    if namespace.is_some_and(|name| name.len() > OBJECT_MAX || !is_object_name(name) || name.contains('.')) {
        let message = "`namespace` is no name of a namespace".to_owned();
        let help = "use at most 63 lower-case letters, digits and `-`, a letter or digit first and last";
        findings.push(misnamed("/metadata/namespace".to_owned(), message, help));
    }
    for (map, is_value) in [("labels", is_label_value as fn(&str) -> bool), ("annotations", |_| true)] {
        for (key, value) in metadata[map].as_object().into_iter().flatten() {
            let pointer = format!("/metadata/{map}/{}", key.replace('~', "~0").replace('/', "~1"));
            if !is_label_key(key) || !value.as_str().is_some_and(is_value) {
                let message = format!("`{key}` with {value} is none of the {map} that Kubernetes takes");
                let help = "at most 63 letters, digits, `-`, `_` and `.`, a letter or digit first and last";
                findings.push(misnamed(pointer, message, help));
            }
        }
    }
    findings
}

fn data(data: &Value) -> Vec<Finding> {
    let Some(entries) = data.as_object().filter(|entries| !entries.is_empty()) else {
        return vec![refused("/data", "the ConfigMap holds nothing", "write its keys below `data`")];
    };
    let mut findings = Vec::new();
    for (key, value) in entries {
        let pointer = format!("/data/{}", key.replace('~', "~0").replace('/', "~1"));
        if !is_config_map_key(key) {
            let message = format!("`{key}` is no key of a ConfigMap");
            findings.push(misnamed(pointer.clone(), message, "use letters, digits, `-`, `_` and `.`"));
        }
        if !value.is_string() {
            let message = format!("`{key}` is {value}, and a ConfigMap holds texts");
            findings.push(Finding::new(Code::VerifySchema, pointer, message, "put it in quotes"));
        }
    }
    let size: usize = entries.iter().map(|(key, value)| key.len() + value.as_str().map_or(0, str::len)).sum();
    if size > DATA_MAX {
        findings.push(refused("/data", "the ConfigMap holds more than 1 MiB", "keep less in it"));
    }
    findings
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn pointers(change: &str, value: Value) -> Vec<String> {
        let mut document = json!({
            "apiVersion": "v1", "kind": "ConfigMap",
            "metadata": { "name": "gwas-8nj24", "namespace": "gwas", "labels": { "a/b": "c" }, "annotations": { "d": "e f" } },
            "data": { "pods": "40" },
        });
        if let Some((holder, key)) = change.rsplit_once('/') {
            document.pointer_mut(holder).unwrap()[key] = value;
        }
        check(&document).into_iter().map(|finding| finding.pointer).collect()
    }

    #[test]
    fn a_config_map_of_texts_is_taken_and_everything_else_told_where_it_is() {
        assert_eq!(pointers("", Value::Null), [""; 0]);
        for (change, value, at) in [
            ("/apiVersion", json!("v2"), "/apiVersion"),
            ("/spec", json!({}), "/spec"),
            ("/metadata/name", json!("A b"), "/metadata/name"),
            ("/metadata/name", json!("a".repeat(254)), "/metadata/name"),
            ("/metadata/namespace", json!("a.b"), "/metadata/namespace"),
            ("/metadata/labels", json!({ "x": "y z" }), "/metadata/labels/x"),
            ("/metadata/annotations", json!({ "x y": "" }), "/metadata/annotations/x y"),
            ("/data", json!({}), "/data"),
            ("/data", json!({ "pods": 40 }), "/data/pods"),
            ("/data", json!({ "a/b": "" }), "/data/a~1b"),
            ("/data", json!({ "a": "x".repeat(DATA_MAX) }), "/data"),
        ] {
            assert_eq!(pointers(change, value.clone()), [at], "{change} = {value}");
        }
    }
}
