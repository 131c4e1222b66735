//! What counts as preemptible: a closed list of the marks by which platforms place pods on capacity that they may take back.

use serde_json::Value;

use super::survey::Subject;
use crate::evidence::snapshot::any_string;
use crate::verify::references::place::{list, text};
use crate::verify::references::reach::Reached;

/// What a pod can bear.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A label or an annotation of the pod.
    Pod,
    /// A label of nodes that the pod selects, or a taint that it tolerates.
    Node,
    /// A priority class.
    PriorityClass,
}

/// One way to say that a pod may be preempted.
#[derive(Debug)]
pub(super) struct Mark {
    pub(super) kind: Kind,
    pub(super) key: &'static str,
    /// The value that says so; empty: any.
    pub(super) value: &'static str,
    /// The platform, and the page of its documentation that says it.
    pub(super) source: &'static str,
}

const fn mark(kind: Kind, key: &'static str, value: &'static str, source: &'static str) -> Mark {
    Mark { kind, key, value, source }
}

/// The closed list. What is not here is not counted as preemptible.
pub(super) const MARKS: &[Mark] = &[
    mark(Kind::Pod, "runai/preemptible", "true", "NVIDIA Run:ai, as used by GAPIT's templates"),
    mark(
        Kind::Pod,
        "kai.scheduler/preemptibility",
        "preemptible",
        "KAI Scheduler and NVIDIA Run:ai, Workload priority and preemption",
    ),
    mark(Kind::PriorityClass, "train", "", "NVIDIA Run:ai, Workload priority class control"),
    mark(
        Kind::PriorityClass,
        "interactive-preemptible",
        "",
        "NVIDIA Run:ai, Workload priority class control",
    ),
    mark(Kind::Node, "cloud.google.com/gke-spot", "true", "Google Kubernetes Engine, Spot VMs"),
    mark(Kind::Node, "cloud.google.com/gke-preemptible", "true", "Google Kubernetes Engine, Preemptible VMs"),
    mark(Kind::Node, "cloud.google.com/gke-provisioning", "spot", "Google Kubernetes Engine, Spot VMs"),
    mark(
        Kind::Node,
        "cloud.google.com/gke-provisioning",
        "preemptible",
        "Google Kubernetes Engine, Preemptible VMs",
    ),
    mark(
        Kind::Node,
        "eks.amazonaws.com/capacityType",
        "SPOT",
        "Amazon EKS, Managed node groups, Capacity types",
    ),
    mark(
        Kind::Node,
        "kubernetes.azure.com/scalesetpriority",
        "spot",
        "Azure Kubernetes Service, Spot node pools",
    ),
    mark(Kind::Node, "karpenter.sh/capacity-type", "spot", "Karpenter, NodePools, Capacity type"),
    mark(
        Kind::Node,
        "machine.openshift.io/interruptible-instance",
        "",
        "OpenShift Container Platform, Machine sets on spot instances",
    ),
    mark(
        Kind::Node,
        "oci.oraclecloud.com/oke-is-preemptible",
        "true",
        "Oracle Kubernetes Engine, Using preemptible capacity",
    ),
];

impl Mark {
    fn says(&self, key: &str, value: &str) -> bool {
        self.key == key && (self.value.is_empty() || self.value == value)
    }
}

/// A mark, as the files write it.
#[derive(Debug)]
pub(super) struct Said {
    pub(super) written: String,
    pub(super) mark: &'static Mark,
}

fn said(written: String, mark: &'static Mark) -> Said {
    Said { written, mark }
}

/// The mark by which the pods of a template are preemptible, as it is written there; none if the files do not say so.
///
/// What the template says of itself counts before what the spec says of all pods, as Argo takes them (`addSchedulingConstraints`
/// and `addMetadata` in `workflow/controller/workflowpod.go`).
pub(super) fn mark_of(subject: &Subject<'_>, one: &Reached<'_>) -> Option<Said> {
    let template = subject.with_defaults(one.template);
    let either = |key: &str, of_spec: &str| {
        let own = template.get(key).filter(|value| !value.is_null() && **value != Value::Array(Vec::new()));
        own.or_else(|| subject.effective(of_spec)).cloned().unwrap_or_default()
    };
    let metadata = template.get("metadata").cloned().unwrap_or_default();
    let of_all = subject.effective("podMetadata").cloned().unwrap_or_default();
    of_metadata(&metadata, &of_all)
        .or_else(|| of_class(&either("priorityClassName", "podPriorityClassName")))
        .or_else(|| of_selector(&either("nodeSelector", "nodeSelector")))
        .or_else(|| of_affinity(&either("affinity", "affinity")))
        .or_else(|| of_tolerations(&either("tolerations", "tolerations")))
}

fn of_kind(kind: Kind) -> impl Iterator<Item = &'static Mark> {
    MARKS.iter().filter(move |mark| mark.kind == kind)
}

/// The mark of a kind that says `key: value`.
fn marked(kind: Kind, key: &str, value: &str) -> Option<&'static Mark> {
    of_kind(kind).find(|mark| mark.says(key, value))
}

fn of_metadata(own: &Value, of_all: &Value) -> Option<Said> {
    of_kind(Kind::Pod).find_map(|mark| {
        ["annotations", "labels"].into_iter().find_map(|kind| {
            let read = |metadata: &Value| metadata.get(kind)?.get(mark.key).and_then(any_string);
            let value = read(own).or_else(|| read(of_all))?;
            let noun = if kind == "labels" { "label" } else { "annotation" };
            mark.says(mark.key, &value).then(|| said(format!("{noun} `{}: {value}`", mark.key), mark))
        })
    })
}

fn of_class(class: &Value) -> Option<Said> {
    let class = class.as_str()?;
    let mark = marked(Kind::PriorityClass, class, "")?;
    Some(said(format!("priority class `{class}`"), mark))
}

fn of_selector(selector: &Value) -> Option<Said> {
    selector.as_object()?.iter().find_map(|(key, value)| {
        let value = any_string(value)?;
        let mark = marked(Kind::Node, key, &value)?;
        Some(said(format!("nodeSelector `{key}: {value}`"), mark))
    })
}

/// A node affinity, required or preferred, that takes such nodes.
fn of_affinity(affinity: &Value) -> Option<Said> {
    let required =
        list(affinity, "", "/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution/nodeSelectorTerms")
            .map(|(term, _)| term);
    let preferred = list(affinity, "", "/nodeAffinity/preferredDuringSchedulingIgnoredDuringExecution")
        .filter_map(|(one, _)| one.get("preference"));
    let mut wanted = required.chain(preferred).flat_map(|term| list(term, "", "/matchExpressions"));
    wanted.find_map(|(expression, _)| {
        let (key, operator) = (text(expression, "/key"), text(expression, "/operator"));
        let mut values = list(expression, "", "/values").filter_map(|(value, _)| value.as_str());
        let mark = match operator {
            "In" => values.find_map(|value| marked(Kind::Node, key, value)),
            "Exists" => of_kind(Kind::Node).find(|mark| mark.key == key),
            _ => None,
        };
        Some(said(format!("node affinity to `{key}`"), mark?))
    })
}

/// A pod that tolerates the taint of such nodes can be placed there.
fn of_tolerations(tolerations: &Value) -> Option<Said> {
    tolerations.as_array()?.iter().find_map(|toleration| {
        let key = text(toleration, "/key");
        let any = text(toleration, "/operator") == "Exists";
        let value = text(toleration, "/value");
        let mark = of_kind(Kind::Node).find(|mark| mark.key == key && (any || mark.says(key, value)))?;
        Some(said(format!("toleration of `{key}`"), mark))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mark_stands_on_the_page_with_its_value() {
        let page = crate::error::Code::LintPreemptiblePolicy.page();
        for mark in MARKS {
            let written = if mark.value.is_empty() {
                format!("`{}`", mark.key)
            } else {
                format!("`{}: {}`", mark.key, mark.value)
            };
            let line = page.lines().find(|line| line.contains(&written));
            assert!(line.is_some_and(|line| line.contains(mark.source)), "{written}: {line:?}");
        }
        let rows = page.lines().filter(|line| line.starts_with("| `")).count();
        assert_eq!(rows, MARKS.len(), "the page lists what the program knows and nothing else");
    }
}
