//! The rules between fields: Argo's CEL rules, and those of its validator about which template takes which field.
//!
//! JSON Schema could say some of them, but not in words that help. "CEL" marks what the full CRDs hold (Argo issue 13503,
//! release notes of 4.0); the numbers are the rules of `workflow/validate/validate.go` as F 6.1 counts them. What needs
//! names or other objects is not here.

mod dag;
mod template;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::facts::{Facts, Part};
use super::refused;
use super::words::place;
use crate::verify::Finding;

/// Every rule on every part of the document. `misspelt` are the objects with an unknown field: what seems to be missing
/// there is probably what was misspelt, and is not said again.
pub(super) fn check(
    facts: &Facts,
    kind: &str,
    document: &Value,
    misspelt: &BTreeSet<String>,
) -> Vec<Finding> {
    facts.walk(kind, document).iter().flat_map(|part| check_part(part, misspelt)).collect()
}

fn check_part(part: &Part<'_>, misspelt: &BTreeSet<String>) -> Vec<Finding> {
    let mut findings = match part.definition {
        "Template" => template::check(part),
        "DAGTemplate" => dag::check(part),
        "WorkflowSpec" => template::images(part, misspelt),
        _ => Vec::new(),
    };
    findings.extend(more_than_one(part, exclusive(part.definition)));
    findings.extend(repeated(part));
    findings.extend(realtime_gauge(part));
    findings
}

/// The fields of which an object may have one.
fn exclusive(definition: &str) -> &'static [&'static str] {
    match definition {
        // CEL; rule 65.
        "Sequence" => &["count", "end"],
        // CEL.
        "ResourceTemplate" => &["manifest", "manifestFrom"],
        // CEL: where an artifact lies.
        "Artifact" | "ArtifactLocation" | "ArtifactPaths" => {
            &["artifactory", "azure", "gcs", "git", "hdfs", "http", "oss", "plugin", "raw", "s3"]
        }
        _ => &[],
    }
}

/// The finding that an object has more than one of some fields; it stands at the second.
fn more_than_one(part: &Part<'_>, fields: &[&str]) -> Option<Finding> {
    let found: Vec<&str> = fields.iter().copied().filter(|field| is_given(part.value, field)).collect();
    let [_, second, ..] = found[..] else { return None };
    let named = found.iter().map(|field| format!("`{field}`")).collect::<Vec<_>>().join(" and ");
    let message = format!("{} has {named}, of which Argo takes one", place(&part.pointer));
    Some(refused(&format!("{}/{second}", part.pointer), message, format!("keep one of {named}")))
}

/// Whether the field is there and says something: Go cannot tell an empty text or list from an absent one.
fn is_given(object: &Value, field: &str) -> bool {
    match object.get(field) {
        None | Some(Value::Null) => false,
        Some(Value::String(text)) => !text.is_empty(),
        Some(Value::Array(items)) => !items.is_empty(),
        Some(_) => true,
    }
}

/// Two items of a list whose keys must differ (Kubernetes, structural schemas: `x-kubernetes-list-type: map`).
fn repeated(part: &Part<'_>) -> Vec<Finding> {
    let keys: Vec<&str> = part.schema["x-kubernetes-list-map-keys"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    if keys.is_empty() {
        return Vec::new();
    }
    let (mut seen, mut findings) = (BTreeMap::new(), Vec::new());
    for (at, item) in part.value.as_array().into_iter().flatten().enumerate() {
        let Some(first) = seen.insert(identity(item, &keys), at) else { continue };
        let pointer = format!("{}/{at}", part.pointer);
        let (again, before) = (place(&pointer), place(&format!("{}/{first}", part.pointer)));
        let named = keys.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(" and ");
        let message = format!("{again} has the {named} of {before}: {}", identity(item, &keys).join(" "));
        findings.push(refused(
            &pointer,
            message,
            format!("remove one of the two, or give it another {named}"),
        ));
    }
    findings
}

fn identity(item: &Value, keys: &[&str]) -> Vec<String> {
    keys.iter()
        .map(|key| match item.get(*key) {
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
            // The default that the Kubernetes API gives a port.
            None if *key == "protocol" => "TCP".to_owned(),
            None => String::new(),
        })
        .collect()
}

/// CEL; rule 30: the durations of resources are known when the node has ended.
fn realtime_gauge(part: &Part<'_>) -> Option<Finding> {
    let text = part.value.get("value")?.as_str()?;
    let early =
        part.definition == "Gauge" && part.value["realtime"] == true && text.contains("resourcesDuration.");
    early.then(|| {
        refused(
            &format!("{}/value", part.pointer),
            "a gauge in real time cannot use `resourcesDuration`, which is known at the end".to_owned(),
            "write `realtime: false`, or use `{{duration}}`".to_owned(),
        )
    })
}
