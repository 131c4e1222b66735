//! What the retry takes over from the parent's effective spec: everything, with a short list of exceptions.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::aggregate::HANDLER;
use crate::evidence::snapshot::{Lineage, Workflow};
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
    lineage: &Lineage,
    mode: NamingMode,
    mounted: Option<&BTreeSet<String>>,
    warnings: &mut Vec<String>,
) -> Map<String, Value> {
    let parent = lineage.parent();
    let mut spec = parent.spec.clone();
    spec.retain(|key, _| !EXCEPT.contains(&key.as_str()));
    if mode == NamingMode::Name {
        // A Workflow with a fixed name that deletes itself would be made again by the next sync.
        spec.shift_remove("ttlStrategy");
    }
    if let Some(mounted) = mounted {
        spec.insert("volumes".to_owned(), Value::Array(volumes(lineage, mounted)));
    }
    spec.retain(|_, value| !is_empty(value));
    report(parent, &spec, warnings);
    spec
}

/// The mounted volumes, as the newest generation that has each of them says: a retry leaves out what its own tiers did not mount,
/// and the next one can be in another tier.
fn volumes(lineage: &Lineage, mounted: &BTreeSet<String>) -> Vec<Value> {
    let mut taken: Vec<Value> = Vec::new();
    for workflow in lineage.generations().iter().rev() {
        let said = workflow.spec.get("volumes").and_then(Value::as_array).into_iter().flatten();
        for volume in said {
            let name = volume.get("name").and_then(Value::as_str);
            let is_new = taken.iter().all(|known| known.get("name").and_then(Value::as_str) != name);
            if is_new && name.is_none_or(|name| mounted.contains(name)) {
                taken.push(volume.clone());
            }
        }
    }
    taken
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
    // Our own handler is made anew where the recipe asks for it.
    let is_foreign = |handler: &&str| parent.generation() == 1 || *handler != HANDLER;
    let handler = parent.spec.get("onExit").and_then(Value::as_str).filter(is_foreign);
    if let Some(handler) = handler {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::snapshot::{lineage, read};

    fn workflow(name: &str, labels: &str, volumes: &str) -> Workflow {
        let text = format!(
            r#"{{"metadata": {{"name": "{name}", "labels": {{{labels}}}}}, "spec": {{"volumes": {volumes}}},
                 "status": {{"nodes": {{"w": {{}}}}}}}}"#
        );
        read("w.json", text.as_bytes()).unwrap()
    }

    #[test]
    fn a_volume_that_the_last_retry_did_not_need_comes_back() {
        let root =
            workflow("a", "", r#"[{"name": "data", "emptyDir": {}}, {"name": "big"}, {"name": "unused"}]"#);
        let labels = r#""gapit-compile/parent": "a", "gapit-compile/generation": "2""#;
        let retry = workflow("b", labels, r#"[{"name": "data", "hostPath": {"path": "/data"}}]"#);
        let both = lineage(vec![root, retry]).unwrap();
        let mounted = ["data", "big"].map(str::to_owned).into();
        let names: Vec<String> = volumes(&both, &mounted).iter().map(Value::to_string).collect();
        assert_eq!(names, [r#"{"hostPath":{"path":"/data"},"name":"data"}"#, r#"{"name":"big"}"#]);
    }
}
