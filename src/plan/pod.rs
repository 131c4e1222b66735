//! What one pod of a tier requests of the cluster, with everything in it: what is counted where pods stand beside each other. The tier's
//! own memory and CPU are those of `main` alone, because rules raise those.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Decision, Fate, Ladder, TierPlan};
use crate::evidence::Evidence;
use crate::evidence::snapshot::any_string;
use crate::evidence::templates::main_container;
use crate::recipe::{Before, Recipe};
use crate::units::{Cpu, Memory};

/// What a pod requests; `None` where its main container neither requests nor limits it, as far as is known. What the cluster puts into a
/// pod by itself, such as Argo's own containers, is not known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PodRequest {
    /// Memory in bytes.
    pub memory_bytes: Option<u64>,
    /// CPU in thousandths of a core.
    pub cpu_milli: Option<u64>,
}

/// Fills in the request of each tier's pods. A recovery step's pod runs before its item's and never beside it, so that the larger counts.
pub(super) fn fill(
    recipe: &Recipe,
    evidence: &Evidence,
    ladder: &Ladder,
    decisions: &[Decision],
    tiers: &mut [TierPlan],
) {
    for tier in tiers {
        let main = ladder.resources(tier.tier);
        let own = PodRequest {
            memory_bytes: main.requested_memory().map(Memory::bytes),
            cpu_milli: main.requested_cpu().map(Cpu::milli),
        };
        let whole = ladder.body(recipe, tier.tier).map_or(own, |body| of_pod(body, own));
        let retried = decisions.iter().filter_map(|decision| match &decision.fate {
            Fate::Retry(retried) if retried.to == tier.tier => Some(retried.by.as_str()),
            _ => None,
        });
        let rules: BTreeSet<&str> = retried.collect();
        let steps = recipe.rules.iter().filter(|rule| rules.contains(rule.name.value.as_str()));
        let steps = steps.filter_map(|rule| of_step(evidence, rule.before.as_ref()?));
        tier.pod = steps.fold(whole, |most, step| PodRequest {
            memory_bytes: most.memory_bytes.map(|own| own.max(step.memory_bytes.unwrap_or_default())),
            cpu_milli: most.cpu_milli.map(|own| own.max(step.cpu_milli.unwrap_or_default())),
        });
    }
}

/// The pod of a recovery step; `None` where its template is not known.
fn of_step(evidence: &Evidence, before: &Before) -> Option<PodRequest> {
    match before {
        Before::Script(script) => Some(PodRequest {
            memory_bytes: Some(script.memory.bytes()),
            cpu_milli: Some(script.cpu.milli()),
        }),
        Before::TemplateRef { name, template } => {
            let body = evidence.template(&evidence.reference(name, &template.value).ok()?)?;
            let main = main_container(body);
            let own = PodRequest { memory_bytes: main.and_then(memory), cpu_milli: main.and_then(cpu) };
            Some(of_pod(body, own))
        }
    }
}

/// The pod of a template whose main container requests `main`.
fn of_pod(body: &Value, main: PodRequest) -> PodRequest {
    PodRequest {
        memory_bytes: main.memory_bytes.map(|main| effective(body, main, memory)),
        cpu_milli: main.cpu_milli.map(|main| effective(body, main, cpu)),
    }
}

/// What the scheduler finds room for (Kubernetes, "Sidecar Containers", "Resource sharing within containers"): the sum of all that run
/// beside each other, or one that initializes, with those that were started before it and stay, whichever is more.
fn effective(body: &Value, main: u64, amount: fn(&Value) -> Option<u64>) -> u64 {
    let list = |pointer: &str| body.pointer(pointer).and_then(Value::as_array).into_iter().flatten();
    let of = |container: &Value| amount(container).unwrap_or_default();
    let is_main = |container: &&Value| container.get("name").and_then(Value::as_str) == Some("main");
    let beside = list("/containerSet/containers").filter(|container| !is_main(container));
    let beside = beside.chain(list("/sidecars")).map(of).fold(main, u64::saturating_add);
    let (mut stay, mut most) = (0_u64, 0);
    for container in list("/initContainers") {
        let with_it = stay.saturating_add(of(container));
        most = with_it.max(most);
        if container.get("restartPolicy").and_then(Value::as_str) == Some("Always") {
            stay = with_it;
        }
    }
    most.max(beside.saturating_add(stay))
}

fn memory(container: &Value) -> Option<u64> {
    requested(container, "memory", |text| Memory::parse(text).ok().map(|memory| memory.bytes()))
}

fn cpu(container: &Value) -> Option<u64> {
    requested(container, "cpu", |text| Cpu::parse(text).ok().map(|cpu| cpu.milli()))
}

/// Where only a limit is written, Kubernetes takes that.
fn requested(container: &Value, resource: &str, parse: impl Fn(&str) -> Option<u64>) -> Option<u64> {
    let sides = ["requests", "limits"];
    sides
        .into_iter()
        .find_map(|side| parse(&any_string(container.get("resources")?.get(side)?.get(resource)?)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_pod_requests_what_runs_at_once_in_it() {
        let container = |memory: &str| json!({ "resources": { "requests": { "memory": memory } } });
        let limited = json!({ "resources": { "limits": { "memory": "3Gi" } } });
        let stays = json!({ "restartPolicy": "Always", "resources": { "requests": { "memory": "2Gi" } } });
        for (body, gib) in [
            (json!({ "container": container("9Gi") }), 10),
            (json!({ "sidecars": [container("4Gi"), limited, {}] }), 17),
            (json!({ "initContainers": [container("7Gi")] }), 10),
            (json!({ "initContainers": [container("64Gi"), container("1Gi")], "sidecars": [limited] }), 64),
            (json!({ "initContainers": [stays, container("9Gi")] }), 12),
            (json!({ "initContainers": [stays, container("11Gi")] }), 13),
            (json!({ "containerSet": { "containers": [{ "name": "main" }, limited] } }), 13),
        ] {
            let main = PodRequest { memory_bytes: Some(10 << 30), cpu_milli: None };
            let whole = PodRequest { memory_bytes: Some(gib << 30), cpu_milli: None };
            assert_eq!(of_pod(&body, main), whole, "{body}");
        }
    }
}
