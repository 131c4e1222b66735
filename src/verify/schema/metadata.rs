//! An object's metadata, as Kubernetes checks that of every object (`ValidateObjectMeta` in
//! `k8s.io/apimachinery/pkg/api/validation/objectmeta.go`).
//!
//! Names, labels and the keys of annotations are checked with the other names, where what Argo adds to them is known.

use serde_json::Value;

use super::refused;
use super::words::{place, shown};
use crate::error::Code;
use crate::units::name::{OBJECT_MAX, is_label_key, is_object_name};
use crate::verify::Finding;

/// The longest DNS subdomain: the prefix in `generateName` may not be longer either.
const SUBDOMAIN_MAX: usize = 253;

/// The most bytes that the keys and values of all annotations may have together.
const ANNOTATIONS_MAX: usize = 256 * 1024;

/// Everything that Kubernetes refuses in the metadata, but for names, labels and the keys of annotations.
pub(super) fn check(kind: &str, document: &Value) -> Vec<Finding> {
    let metadata = &document["metadata"];
    let mut findings: Vec<Finding> = [
        namespace(kind, metadata),
        prefix(metadata),
        large_annotations(metadata),
        negative_generation(metadata),
    ]
    .into_iter()
    .flatten()
    .collect();
    findings.extend(finalizers(metadata));
    findings.extend(owners(metadata));
    findings
}

fn named(pointer: &str, message: String, help: &str) -> Finding {
    Finding::new(Code::VerifyName, pointer, message, help)
}

/// A DNS label. What belongs to the whole cluster has none, and an API server drops the one that it is given.
fn namespace(kind: &str, metadata: &Value) -> Option<Finding> {
    let name = metadata["namespace"].as_str().filter(|name| !name.is_empty())?;
    let good = name.len() <= OBJECT_MAX && is_object_name(name) && !name.contains('.');
    (kind != "ClusterWorkflowTemplate" && !good).then(|| {
        let message =
            format!("`namespace` is {}, which is no name of a namespace", shown(&metadata["namespace"]));
        let help = "use at most 63 lower-case letters, digits and `-`, a letter or digit first and last";
        named("/metadata/namespace", message, help)
    })
}

/// The prefix is itself a DNS subdomain, but for a `-` at its end, where Kubernetes appends five characters.
fn prefix(metadata: &Value) -> Option<Finding> {
    let prefix = metadata["generateName"].as_str().filter(|prefix| !prefix.is_empty())?;
    let whole = prefix.strip_suffix('-').map_or_else(|| prefix.to_owned(), |stem| format!("{stem}a"));
    let message = if prefix.len() > SUBDOMAIN_MAX {
        format!("`generateName` has {} characters, more than {SUBDOMAIN_MAX}", prefix.len())
    } else if !is_object_name(&whole) {
        format!("`{prefix}` is no name that Kubernetes takes")
    } else {
        return None;
    };
    let help = "use lower-case letters, digits, `-` and `.`, a letter or digit first, no `.` last; 58 characters are kept";
    Some(named("/metadata/generateName", message, help))
}

fn large_annotations(metadata: &Value) -> Option<Finding> {
    let members = metadata["annotations"].as_object()?;
    let size: usize = members.iter().map(|(key, value)| key.len() + value.as_str().map_or(0, str::len)).sum();
    (size > ANNOTATIONS_MAX).then(|| {
        let message = format!("the annotations have {size} bytes, more than {ANNOTATIONS_MAX}");
        refused("/metadata/annotations", message, "keep what is large in a ConfigMap".to_owned())
    })
}

fn negative_generation(metadata: &Value) -> Option<Finding> {
    let negative = metadata["generation"].as_i64().is_some_and(|generation| generation < 0);
    negative.then(|| {
        let message = format!("`generation` is {}, and Kubernetes counts from 0", metadata["generation"]);
        refused("/metadata/generation", message, "remove it: Kubernetes writes it".to_owned())
    })
}

/// Each a qualified name; to orphan and to delete the dependents first exclude each other.
fn finalizers(metadata: &Value) -> Vec<Finding> {
    let names: Vec<&str> = metadata["finalizers"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|name| name.as_str().unwrap_or("x"))
        .collect();
    let mut findings = Vec::new();
    for (at, name) in names.iter().enumerate().filter(|(_, name)| !is_label_key(name)) {
        let pointer = format!("/metadata/finalizers/{at}");
        let help =
            "a finalizer is a name of at most 63 letters, digits, `-`, `_` and `.`, with `domain/` before it";
        findings.push(named(&pointer, format!("`{name}` is no name of a finalizer"), help));
    }
    if names.contains(&"orphan") && names.contains(&"foregroundDeletion") {
        let message = "`orphan` and `foregroundDeletion` exclude each other".to_owned();
        findings.push(refused("/metadata/finalizers", message, "keep one of the two".to_owned()));
    }
    findings
}

/// Whether a text is `version` or `group/version`.
fn is_api_version(text: &str) -> bool {
    let version = text.split_once('/').map_or(text, |(_, version)| version);
    !version.is_empty() && !version.contains('/')
}

/// An owner is named in full, is no Event, and one at most controls the object.
fn owners(metadata: &Value) -> Vec<Finding> {
    let owners: Vec<&Value> = metadata["ownerReferences"].as_array().into_iter().flatten().collect();
    let mut findings = Vec::new();
    for (at, owner) in owners.iter().enumerate() {
        for field in ["apiVersion", "kind", "name", "uid"].into_iter().filter(|field| owner[field] == "") {
            let pointer = format!("/metadata/ownerReferences/{at}/{field}");
            let message = format!("{} is empty", place(&pointer));
            findings.push(refused(&pointer, message, format!("write the owner's `{field}`")));
        }
    }
    for (at, owner) in owners.iter().enumerate() {
        let pointer = format!("/metadata/ownerReferences/{at}");
        let version = owner["apiVersion"].as_str().unwrap_or_default();
        if !version.is_empty() && !is_api_version(version) {
            let message =
                format!("`apiVersion` is \"{version}\", which is neither `version` nor `group/version`");
            findings.push(refused(&format!("{pointer}/apiVersion"), message, "write the owner's".to_owned()));
        } else if version == "v1" && owner["kind"] == "Event" {
            let message = "an Event owns nothing".to_owned();
            findings.push(refused(&format!("{pointer}/kind"), message, "remove this owner".to_owned()));
        }
    }
    let mut controllers = owners.iter().enumerate().filter(|(_, owner)| owner["controller"] == true);
    if let (Some((first, _)), Some((second, _))) = (controllers.next(), controllers.next()) {
        let message = format!("the owners {first} and {second} both have `controller: true`");
        let pointer = format!("/metadata/ownerReferences/{second}/controller");
        findings.push(refused(&pointer, message, "let one of them control it".to_owned()));
    }
    findings
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn pointers(kind: &str, metadata: &Value) -> Vec<String> {
        let found = check(kind, &json!({ "metadata": metadata }));
        found.into_iter().map(|finding| finding.pointer).collect()
    }

    #[test]
    fn what_kubernetes_takes_is_taken() {
        let good = json!({
            "name": "a", "namespace": "gwas-1", "generateName": "gwas-",
            "annotations": {"a": "x".repeat(ANNOTATIONS_MAX - 1)},
            "finalizers": ["orphan", "argoproj.io/x"],
            "ownerReferences": [
                {"apiVersion": "v1", "kind": "Pod", "name": "p", "uid": "u", "controller": true},
                {"apiVersion": "v1", "kind": "Pod", "name": "q", "uid": "v"},
            ],
        });
        assert_eq!(pointers("Workflow", &good), Vec::<String>::new());
        assert_eq!(
            pointers("Workflow", &json!({"namespace": ""})),
            Vec::<String>::new(),
            "the one of the request"
        );
        assert_eq!(pointers("ClusterWorkflowTemplate", &json!({"namespace": "A.b"})), Vec::<String>::new());
    }

    #[test]
    fn what_kubernetes_refuses_is_told_at_its_place() {
        for (metadata, at) in [
            (json!({"namespace": "a.b"}), "/namespace"),
            (json!({"namespace": "Argo"}), "/namespace"),
            (json!({"namespace": "n".repeat(64)}), "/namespace"),
            (json!({"generateName": "a".repeat(254)}), "/generateName"),
            (json!({"generateName": "a."}), "/generateName"),
            (json!({"name": "a", "generateName": "A-"}), "/generateName"),
            (json!({"annotations": {"a": "x".repeat(ANNOTATIONS_MAX)}}), "/annotations"),
            (json!({"generation": -1}), "/generation"),
            (json!({"finalizers": ["a b"]}), "/finalizers/0"),
            (json!({"finalizers": ["orphan", "foregroundDeletion"]}), "/finalizers"),
            (
                json!({"ownerReferences": [{"apiVersion": "v1", "kind": "Pod", "name": "p", "uid": ""}]}),
                "/ownerReferences/0/uid",
            ),
            (json!({"ownerReferences": [{"apiVersion": "a/b/c"}]}), "/ownerReferences/0/apiVersion"),
            (json!({"ownerReferences": [{"apiVersion": "a/"}]}), "/ownerReferences/0/apiVersion"),
            (json!({"ownerReferences": [{"apiVersion": "v1", "kind": "Event"}]}), "/ownerReferences/0/kind"),
            (
                json!({"ownerReferences": [{"controller": true}, {"controller": true}]}),
                "/ownerReferences/1/controller",
            ),
        ] {
            assert_eq!(pointers("Workflow", &metadata), [format!("/metadata{at}")], "{metadata}");
        }
    }
}
