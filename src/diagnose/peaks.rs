//! Peak memory of an attempt: measured outside (`inputs.usage`), or told by the kubelet that evicted it; and the limit that it stands against.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::Value;

use super::NodeFacts;
use crate::evidence::Evidence;
use crate::evidence::snapshot::{self, Lineage, Workflow};
use crate::evidence::templates::main_container;
use crate::evidence::usage::Usage;
use crate::units::{Index, Memory, ranges};

/// The most memory that an attempt is known to have used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peak {
    /// How much.
    pub memory: Memory,
    /// Who says so.
    pub source: PeakSource,
}

/// Where a peak comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PeakSource {
    /// The usage of its pod.
    Pod,
    /// The usage of its item, which does not say of which attempt.
    Item,
    /// The message of its eviction: what it was using then (row B2), the only usage that a snapshot holds.
    Eviction,
}

impl fmt::Display for PeakSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pod => "measured of its pod",
            Self::Item => "measured of the item",
            Self::Eviction => "told by its eviction",
        })
    }
}

/// Why the memory limit of an attempt is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoLimit {
    /// The snapshot does not hold its template.
    NoTemplate,
    /// Its container sets none.
    NotSet,
    /// A `podSpecPatch` changes memory; it can depend on the attempt, and is not evaluated.
    Patched,
}

impl fmt::Display for NoLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoTemplate => "its limit is not known, because the snapshot does not hold its template",
            Self::NotSet => "its template sets no memory limit",
            Self::Patched => "its limit is not known, because a podSpecPatch changes its memory",
        })
    }
}

/// The memory limit of `main` in the template that a run resolved.
///
/// # Errors
/// Why it is not known.
pub(super) fn limit(workflow: &Workflow, template: Option<&Value>) -> Result<Memory, NoLimit> {
    let template = template.ok_or(NoLimit::NoTemplate)?;
    let patches = [template.get("podSpecPatch"), workflow.spec.get("podSpecPatch")];
    if patches.into_iter().flatten().filter_map(Value::as_str).any(|patch| patch.contains("memory")) {
        return Err(NoLimit::Patched);
    }
    let written = main_container(template).and_then(|main| main.pointer("/resources/limits/memory"));
    written.and_then(snapshot::any_string).and_then(|text| Memory::parse(&text).ok()).ok_or(NoLimit::NotSet)
}

/// What the kubelet says that `main` was using when it evicted the pod for memory: `Container main was using 95Gi, request is 32Gi, has
/// larger consumption of memory.` (row B2; before Kubernetes 1.27 the sentence goes on `which exceeds its request of 32Gi`).
pub(super) fn of_message(message: &str) -> Option<Peak> {
    let told = message.strip_prefix("The node was low on resource: memory")?;
    let (_, from) = told.split_once("Container main was using ")?;
    let amount = from.split([',', ' ']).next()?;
    Memory::parse(amount).ok().map(|memory| Peak { memory, source: PeakSource::Eviction })
}

/// Gives every attempt the peak that is known of it: the largest, because a peak is what was reached at least.
pub(super) fn join(
    evidence: &Evidence,
    range: &[Index],
    nodes: &mut BTreeMap<Index, Vec<NodeFacts>>,
    warnings: &mut Vec<String>,
) {
    let Some(usage) = &evidence.usage else { return };
    let generations = evidence.lineage.generations();
    for (index, nodes) in nodes.iter_mut() {
        for node in nodes.iter_mut() {
            let namespace = generations[node.position].namespace.as_deref();
            for attempt in &mut node.attempts {
                let names = attempt.pod.as_deref().into_iter().chain([attempt.id.as_str()]);
                let measured = names.filter_map(|name| usage.of_pod(name, namespace)).max();
                raise(&mut attempt.peak, measured, PeakSource::Pod);
            }
        }
        if let Some(last) = nodes.last_mut().and_then(|node| node.attempts.last_mut()) {
            raise(&mut last.peak, usage.of_item(index), PeakSource::Item);
        }
    }
    warnings.extend(implausible(usage));
    warnings.extend(unknown_pods(usage, &evidence.lineage));
    warnings.extend(pods_elsewhere(usage, &evidence.lineage));
    warnings.extend(unknown_items(usage, range));
}

/// Takes what was measured where it is more than what is known.
fn raise(peak: &mut Option<Peak>, measured: Option<Memory>, source: PeakSource) {
    if let Some(memory) = measured.filter(|memory| peak.as_ref().is_none_or(|peak| *memory > peak.memory)) {
        *peak = Some(Peak { memory, source });
    }
}

/// A file without a peak, or with peaks so small that they are hardly bytes.
fn implausible(usage: &Usage) -> Option<String> {
    let file = usage.source();
    match usage.largest() {
        None => Some(format!("{file}: it holds no peak at all")),
        Some(largest) if largest.bytes() < 1 << 20 => {
            Some(format!("{file}: its largest peak is {largest} bytes; is it in another unit?"))
        }
        Some(_) => None,
    }
}

/// The names that the lineage's pods can have, each with the namespace of its workflow.
fn pods_of(lineage: &Lineage) -> BTreeMap<String, Option<&str>> {
    let of_run = |run: &Workflow| -> Vec<String> {
        run.nodes.0.values().flat_map(|node| [snapshot::pod_name(run, node), node.id.clone()]).collect()
    };
    let named = lineage.generations().iter();
    named.flat_map(|run| of_run(run).into_iter().map(|pod| (pod, run.namespace.as_deref()))).collect()
}

/// Series of pods that are none of the lineage's.
fn unknown_pods(usage: &Usage, lineage: &Lineage) -> Option<String> {
    let known = pods_of(lineage);
    let unknown: Vec<&str> =
        usage.pods().map(|(pod, _)| pod).filter(|pod| !known.contains_key(*pod)).collect();
    let (first, count, all) = (unknown.first()?, unknown.len(), usage.pods().count());
    let file = usage.source();
    Some(match count {
        _ if count == all => {
            format!("{file}: none of its {all} pods is of this lineage, not even {first}, so it says nothing")
        }
        1 => format!("{file}: 1 of its {all} pods is not of this lineage: {first}"),
        _ => format!("{file}: {count} of its {all} pods are not of this lineage, the first is {first}"),
    })
}

/// Series of pods that have the names of the lineage's, and run in another namespace.
fn pods_elsewhere(usage: &Usage, lineage: &Lineage) -> Option<String> {
    let known = pods_of(lineage);
    let elsewhere: Vec<(&str, &str, &str)> = usage
        .pods()
        .filter_map(|(pod, namespace)| Some((pod, namespace?, (*known.get(pod)?)?)))
        .filter(|(_, named, own)| named != own)
        .collect();
    let ((pod, named, own), count) = (elsewhere.first()?, elsewhere.len());
    let (are, file) = (if count == 1 { "is" } else { "are" }, usage.source());
    let all = usage.pods().count();
    Some(format!(
        "{file}: {count} of its {all} pods {are} of another namespace than the workflow's, {own}, and left out: {pod} of {named}{}",
        if count == 1 { "" } else { " is the first" }
    ))
}

/// Lines of items that the run does not have.
fn unknown_items(usage: &Usage, range: &[Index]) -> Option<String> {
    let range: BTreeSet<&Index> = range.iter().collect();
    let unknown: Vec<&Index> = usage.items().filter(|index| !range.contains(index)).collect();
    let (count, all) = (unknown.len(), usage.items().count());
    let are = if count == 1 { "is" } else { "are" };
    let list = ranges(unknown);
    (count > 0)
        .then(|| format!("{}: {count} of its {all} items {are} outside the range: {list}", usage.source()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_eviction_for_memory_tells_what_was_used() {
        let evicted = |resource: &str, rest: &str| {
            of_message(&format!("The node was low on resource: {resource}. {rest}"))
        };
        let now = "Threshold quantity: 100Mi, available: 51200Ki. Container main was using 95Gi, request is 32Gi, has larger consumption of memory. ";
        let both = "Container wait was using 20Mi, request is 0, has larger consumption of memory. Container main was using 99614720Ki, which exceeds its request of 32Gi. ";
        let told = |text: &str| evicted("memory", text).map(|peak| peak.memory.to_string());
        assert_eq!(told(now).as_deref(), Some("95Gi"));
        assert_eq!(told(both).as_deref(), Some("99614720Ki"));
        assert_eq!(told("Container wait was using 20Mi, request is 0. "), None);
        assert_eq!(evicted("ephemeral-storage", now), None, "that is a disk");
        assert_eq!(of_message("Container main was using 95Gi"), None);
    }
}
