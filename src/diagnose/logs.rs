//! Whose log is whose: by the pod of an attempt, else by the item.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::NodeFacts;
use crate::evidence::Evidence;
use crate::evidence::logs::{Logs, READ_AT_MOST};
use crate::evidence::snapshot;
use crate::recipe::Recipe;
use crate::units::Index;

/// Gives every attempt its log. A log named by an item is its last attempt's, where that has none of its own.
pub(super) fn join(
    recipe: &Recipe,
    evidence: &Evidence,
    range: &[Index],
    nodes: &mut BTreeMap<Index, Vec<NodeFacts>>,
    warnings: &mut Vec<String>,
) {
    let Some(logs) = &evidence.logs else {
        warnings.extend(asked_in_vain(recipe));
        return;
    };
    let mut known: BTreeSet<&str> =
        range.iter().filter_map(|index| logs.of_item(index)).map(|(file, _)| file).collect();
    for workflow in evidence.lineage.generations() {
        for node in workflow.nodes.0.values() {
            let pod = snapshot::pod_name(workflow, node);
            known.extend(
                [pod.as_str(), &node.id].into_iter().filter_map(|pod| logs.of_pod(pod)).map(|(file, _)| file),
            );
        }
    }
    for (index, generations) in nodes.iter_mut() {
        for attempt in generations.iter_mut().flat_map(|node| &mut node.attempts) {
            let names = attempt.pod.as_deref().into_iter().chain([attempt.id.as_str()]);
            attempt.log = names.filter_map(|name| logs.of_pod(name)).map(|(_, text)| Arc::clone(text)).next();
        }
        let last = generations.last_mut().and_then(|node| node.attempts.last_mut());
        if let Some(last) = last.filter(|last| last.log.is_none()) {
            last.log = logs.of_item(index).map(|(_, text)| Arc::clone(text));
        }
    }
    warnings.extend(unknown(logs, &known));
    warnings.extend(cut(logs));
}

/// Logs of which only the end was read.
fn cut(logs: &Logs) -> Option<String> {
    let cut = logs.cut();
    let (first, length) = (cut.first()?, READ_AT_MOST >> 20);
    Some(match cut.len() {
        1 => format!("{first} is longer than {length} MiB: only its end is looked into"),
        count => format!(
            "{count} logs are longer than {length} MiB, the first is {first}: only their ends are looked into"
        ),
    })
}

/// Files that are no pod's and no item's.
fn unknown(logs: &Logs, known: &BTreeSet<&str>) -> Option<String> {
    let unknown: Vec<&str> = logs.names().filter(|name| !known.contains(name)).collect();
    let first = unknown.first()?;
    let (folder, all) = (logs.folder(), logs.names().count());
    Some(match unknown.len() {
        1 => format!("{folder}: 1 of its {all} files is named by no pod and no item: {first}"),
        count => format!(
            "{folder}: {count} of its {all} files are named by no pod and no item, the first is {first}"
        ),
    })
}

/// Rules that look into logs where none were given: they never match.
fn asked_in_vain(recipe: &Recipe) -> Option<String> {
    let rules = recipe.rules.iter().filter(|rule| rule.when.log.is_some());
    let names: Vec<&str> = rules.map(|rule| rule.name.value.as_str()).collect();
    (!names.is_empty()).then(|| {
        format!(
            "no logs were given (`inputs.logs`), so what looks into them never matches: {}",
            names.join(", ")
        )
    })
}
