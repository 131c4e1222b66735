//! The rules of Argo's own validator about one object, whatever the version's CRDs hold.
//!
//! They are those of `workflow/validate/validate.go`, numbered as the cases of `tests/semantics` are. What needs names or other objects
//! is not here.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{cel, dag, is_given, more_than_one, template};
use crate::verify::Finding;
use crate::verify::schema::walk::Part;

/// Every rule on one object of the document. `misspelt` are the objects with an unknown field: what seems to be missing there
/// is probably what was misspelt, and is not said again.
pub(in crate::verify::schema) fn check(part: &Part<'_>, misspelt: &BTreeSet<String>) -> Vec<Finding> {
    // What the controller writes is not looked at, nor are defaults by themselves: they may hold what suits each type.
    if part.pointer.starts_with("/status/") || part.pointer.ends_with("/templateDefaults") {
        return Vec::new();
    }
    match part.definition {
        "Template" => template::check(part.pointer, part.value),
        "DAGTemplate" => dag::check(part.pointer, part.value),
        "WorkflowSpec" => template::images(part, misspelt),
        // Rule 30.
        "Gauge" => cel::realtime_gauge(part.pointer, part.value).into_iter().collect(),
        // Rule 65.
        "Sequence" => more_than_one(part.pointer, part.value, &["count", "end"]).into_iter().collect(),
        "ResourceTemplate" => two_manifests(part.pointer, part.value).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// Rule 39: a manifest, or where it comes from. To get or to delete, neither is read.
fn two_manifests(pointer: &str, resource: &Value) -> Option<Finding> {
    let read = !matches!(resource["action"].as_str(), Some("get" | "delete"));
    (read && is_given(resource, "manifest"))
        .then(|| more_than_one(pointer, resource, &["manifest", "manifestFrom"]))
        .flatten()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_resource_has_one_manifest_where_one_is_read() {
        let resource = |action: &str, manifest: &str| json!({"action": action, "manifest": manifest, "manifestFrom": {}});
        assert!(two_manifests("", &resource("create", "a")).is_some());
        assert!(two_manifests("", &resource("create", "")).is_none(), "an empty text is none");
        assert!(two_manifests("", &resource("get", "a")).is_none());
    }
}
