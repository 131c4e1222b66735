//! What the retry takes over from the parent's effective spec: everything, with a short list of exceptions (design, section 7).

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::evidence::snapshot::Workflow;
use crate::recipe::NamingMode;

/// Fields that the retry computes, rewrites or must not have.
const EXCEPT: &[&str] = &[
    "templates",
    "entrypoint",
    "arguments",
    "workflowTemplateRef",
    "parallelism",
    "activeDeadlineSeconds",
    "onExit",
    "hooks",
    "shutdown",
    "suspend",
];

/// The carried part of the spec, and what a person should know about the rest.
///
/// `mounted` holds the names of volumes that the retry's templates mount; `None`: not all templates are known, so every volume stays.
pub(super) fn spec(
    parent: &Workflow,
    mode: NamingMode,
    mounted: Option<&BTreeSet<String>>,
    warnings: &mut Vec<String>,
) -> Map<String, Value> {
    let mut spec = parent.spec.clone();
    spec.retain(|key, _| !EXCEPT.contains(&key.as_str()));
    if mode == NamingMode::Name {
        // A Workflow with a fixed name that deletes itself would be made again by the next sync.
        spec.shift_remove("ttlStrategy");
    }
    if let (Some(mounted), Some(Value::Array(volumes))) = (mounted, spec.get_mut("volumes")) {
        volumes.retain(|volume| {
            volume.get("name").and_then(Value::as_str).is_none_or(|name| mounted.contains(name))
        });
    }
    spec.retain(|_, value| !is_empty(value));
    report(parent, &spec, warnings);
    spec
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(list) => list.is_empty(),
        Value::Object(map) => map.is_empty(),
        _ => false,
    }
}

fn report(parent: &Workflow, carried: &Map<String, Value>, warnings: &mut Vec<String>) {
    if let Some(handler) = parent.spec.get("onExit").and_then(Value::as_str) {
        warnings.push(format!("the parent's exit handler `{handler}` is not carried over"));
    }
    if let Some(Value::Object(hooks)) = parent.spec.get("hooks") {
        let names: Vec<&str> = hooks.keys().map(String::as_str).collect();
        if !names.is_empty() {
            warnings.push(format!("the parent's hooks are not carried over: {}", names.join(", ")));
        }
    }
    if let Some(Value::Array(claims)) = carried.get("volumeClaimTemplates") {
        let names: Vec<&str> =
            claims.iter().filter_map(|claim| claim.pointer("/metadata/name")?.as_str()).collect();
        warnings.push(format!(
            "claim templates start empty: {} holds nothing that the parent wrote",
            names.join(", ")
        ));
    }
}

/// The names of the volumes that a template's containers mount.
pub(super) fn mounts(template: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let mut waiting = vec![template];
    while let Some(value) = waiting.pop() {
        match value {
            Value::Object(map) => {
                let mounted = map.get("volumeMounts").and_then(Value::as_array).into_iter().flatten();
                found.extend(mounted.filter_map(|mount| mount.get("name")?.as_str()).map(str::to_owned));
                waiting.extend(map.values());
            }
            Value::Array(list) => waiting.extend(list),
            _ => {}
        }
    }
    found
}
