//! The ladder that the run shows: the templates that its items ran, and a next tier made of the largest.

use serde_json::Value;

use super::items::Items;
use crate::evidence::snapshot::{self, Lineage, Node, Runs, TemplateRef, Workflow};
use crate::evidence::templates::main_container;
use crate::recipe::toml_text::string;
use crate::units::{Cpu, Memory, name};

/// The tiers of a lineage.
#[derive(Debug)]
pub(super) struct Rungs {
    /// The WorkflowTemplates that the items ran, the smallest first; empty where the template stands in the workflow itself.
    pub(super) existing: Vec<Rung>,
    /// What the template of the largest tier asks for.
    pub(super) top: Asked,
    /// Whether the items' template has a container that can be given other resources.
    pub(super) has_container: bool,
}

/// A tier that exists.
#[derive(Debug)]
pub(super) struct Rung {
    /// Its name in the recipe.
    pub(super) tier: String,
    /// Its WorkflowTemplate.
    pub(super) template: String,
    /// Its memory limit, where the run shows it.
    pub(super) memory: Option<Memory>,
}

/// What a template asks for, as far as its text tells.
#[derive(Debug, Default)]
pub(super) struct Asked {
    /// `requests.memory`.
    pub(super) request_memory: Option<Memory>,
    /// `limits.memory`.
    pub(super) limit_memory: Option<Memory>,
    /// `requests.cpu`.
    pub(super) request_cpu: Option<Cpu>,
    /// `limits.cpu`.
    pub(super) limit_cpu: Option<Cpu>,
    /// Variables of threads whose value is the whole cores of `requests.cpu`.
    pub(super) threads: Vec<String>,
    /// Its own `retryStrategy`, as the recipe writes one that does not repeat what was out of memory.
    pub(super) retry: Option<String>,
    /// The retry window that this leaves out.
    pub(super) window: Option<String>,
}

/// The tiers that the items of a lineage were in.
pub(super) fn find(lineage: &Lineage, items: &Items) -> Rungs {
    let template = &items.kind.template;
    let stored = |owner: &TemplateRef| {
        lineage.generations().iter().rev().find_map(|run| snapshot::stored_template(run, owner))
    };
    let mut found: Vec<(Option<Memory>, TemplateRef)> = Vec::new();
    for run in lineage.generations() {
        for owner in owners(run, template) {
            if found.iter().all(|(_, known)| known.name != owner.name) {
                found.push((stored(&owner).and_then(|body| asked(body).limit_memory), owner));
            }
        }
    }
    // Stable: what is not known of stays where the lineage has it.
    found.sort_by(|(one, _), (other, _)| one.cmp(other));
    let body = found.last().map_or_else(|| local(lineage.root(), template), |(_, owner)| stored(owner));
    let base = found.first().map(|(_, owner)| owner.name.clone()).unwrap_or_default();
    let mut existing: Vec<Rung> = Vec::new();
    for (memory, owner) in found {
        let tier = tier_name(&base, &owner.name, &existing);
        existing.push(Rung { tier, template: owner.name, memory });
    }
    Rungs {
        existing,
        top: body.map(asked).unwrap_or_default(),
        has_container: body.and_then(main_container).is_some(),
    }
}

/// The WorkflowTemplates of this run that its fan-outs and its nodes name.
fn owners(run: &Workflow, template: &str) -> Vec<TemplateRef> {
    let mut found: Vec<TemplateRef> = Vec::new();
    let by_tasks = snapshot::fan_outs(run, template).into_iter().filter_map(|fan_out| match fan_out.runs {
        Runs::Reference(reference) => Some(reference),
        Runs::Local(_) => None,
    });
    let nodes = run.nodes.0.values().filter(|node| node.template() == Some(template));
    for reference in by_tasks.chain(nodes.filter_map(Node::reference)) {
        if !found.contains(&reference) {
            found.push(reference);
        }
    }
    found
}

fn local<'a>(run: &'a Workflow, template: &str) -> Option<&'a Value> {
    let own = run.spec.get("templates").and_then(Value::as_array).into_iter().flatten();
    own.into_iter().find(|body| body.get("name").and_then(Value::as_str) == Some(template))
}

/// `standard` for the smallest; what its template's name has beyond the smallest one's for another.
fn tier_name(base: &str, owner: &str, taken: &[Rung]) -> String {
    let wanted = if taken.is_empty() {
        "standard".to_owned()
    } else {
        let rest = owner.strip_prefix(base).unwrap_or(owner);
        name::slug(rest)
    };
    let free = |name: &String| {
        !name.is_empty()
            && !["same", "next"].contains(&name.as_str())
            && taken.iter().all(|rung| rung.tier != *name)
    };
    Some(wanted).filter(free).unwrap_or_else(|| format!("tier-{}", taken.len() + 1))
}

/// A name for the next tier that no other has.
pub(super) fn next_name(rungs: &Rungs) -> &'static str {
    let free = |name: &&&str| rungs.existing.iter().all(|rung| rung.tier != **name);
    ["large", "larger", "largest"].iter().find(free).copied().unwrap_or("twice-the-memory")
}

fn asked(body: &Value) -> Asked {
    // What a patch says of memory is not in the resources, and wins.
    let patched =
        body.get("podSpecPatch").and_then(Value::as_str).is_some_and(|patch| patch.contains("memory"));
    let container = main_container(body);
    let text =
        |path: &str| container.and_then(|container| container.pointer(path)).and_then(snapshot::any_string);
    let memory = |path: &str| text(path).filter(|_| !patched).and_then(|text| Memory::parse(&text).ok());
    let cpu = |path: &str| text(path).and_then(|text| Cpu::parse(&text).ok());
    let request_cpu = cpu("/resources/requests/cpu");
    let (retry, window) = body.get("retryStrategy").map_or((None, None), retry);
    Asked {
        request_memory: memory("/resources/requests/memory"),
        limit_memory: memory("/resources/limits/memory"),
        limit_cpu: cpu("/resources/limits/cpu"),
        threads: request_cpu.as_ref().map_or(Vec::new(), |cpu| threads(container, cpu)),
        request_cpu,
        retry,
        window,
    }
}

/// The variables that hold the number of threads: they are named so, and have as many as the pod asked whole cores for.
fn threads(container: Option<&Value>, cpu: &Cpu) -> Vec<String> {
    let env = container.and_then(|container| container.get("env")).and_then(Value::as_array);
    let cores = cpu.threads().to_string();
    let holds = |entry: &&Value| entry.get("value").and_then(snapshot::any_string).as_deref() == Some(&cores);
    let names = env.into_iter().flatten().filter(holds).filter_map(|entry| entry.get("name")?.as_str());
    names.filter(|name| name.to_uppercase().contains("THREADS")).map(str::to_owned).collect()
}

/// A `retryStrategy` as the recipe writes it, without out of memory and without the window, and the window. `None` where it holds
/// what the recipe has no word for: then the tier keeps the base's.
fn retry(strategy: &Value) -> (Option<String>, Option<String>) {
    let known = ["limit", "retryPolicy", "backoff"];
    let keys = strategy.as_object().into_iter().flat_map(|fields| fields.keys());
    if keys.into_iter().any(|key| !known.contains(&key.as_str())) {
        return (None, None);
    }
    let text = |path: &str| strategy.pointer(path).and_then(snapshot::any_string);
    let mut entries: Vec<String> = Vec::new();
    if let Some(limit) = text("/limit") {
        if limit.parse::<u32>().is_err() {
            return (None, None);
        }
        entries.push(format!("limit = {limit}"));
    }
    // Beside an expression, as `not-on` is one, Argo would take Always.
    let policy = text("/retryPolicy").unwrap_or_else(|| "OnFailure".to_owned());
    entries.push(format!("policy = {}", string(&policy)));
    entries.push("not-on = [\"oom\"]".to_owned());
    if let Some(duration) =
        text("/backoff/duration").and_then(|text| crate::units::Seconds::parse_argo(&text))
    {
        let factor =
            text("/backoff/factor").filter(|factor| factor.parse::<u32>().is_ok_and(|factor| factor > 0));
        let factor = factor.map_or(String::new(), |factor| format!(", factor = {factor}"));
        let cap = text("/backoff/cap").and_then(|text| crate::units::Seconds::parse_argo(&text));
        let cap = cap.map_or(String::new(), |cap| format!(", cap = \"{}\"", cap.to_argo()));
        if duration.0 > 0 {
            entries.push(format!("backoff = {{ duration = \"{}\"{factor}{cap} }}", duration.to_argo()));
        }
    }
    (Some(format!("{{ {} }}", entries.join(", "))), text("/backoff/maxDuration"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_strategy_is_written_without_its_window_and_one_with_more_is_left_to_the_base() {
        let strategy = json!({"limit": "3", "retryPolicy": "OnFailure",
            "backoff": {"duration": "5m", "factor": 2, "maxDuration": "30m", "cap": "1h"}});
        let (text, window) = retry(&strategy);
        assert_eq!(
            text.as_deref(),
            Some(
                "{ limit = 3, policy = \"OnFailure\", not-on = [\"oom\"], \
                 backoff = { duration = \"5m\", factor = 2, cap = \"1h\" } }"
            )
        );
        assert_eq!(window.as_deref(), Some("30m"));
        assert_eq!(retry(&json!({})).0.as_deref(), Some("{ policy = \"OnFailure\", not-on = [\"oom\"] }"));
        assert_eq!(retry(&json!({"limit": 1, "expression": "true"})), (None, None));
        assert_eq!(retry(&json!({"limit": "{{inputs.parameters.n}}"})), (None, None));
    }

    #[test]
    fn threads_are_those_that_follow_the_cores_and_a_patch_hides_the_memory() {
        let body = json!({"container": {
            "resources": {"requests": {"memory": "64Gi", "cpu": "12500m"}, "limits": {"memory": "72Gi"}},
            "env": [{"name": "OMP_NUM_THREADS", "value": "12"}, {"name": "MKL_NUM_THREADS", "value": "1"},
                    {"name": "CHUNKS", "value": "12"}, {"name": "IO_THREADS", "value": 12}]}});
        assert_eq!(asked(&body).threads, ["OMP_NUM_THREADS", "IO_THREADS"]);
        assert_eq!(asked(&body).limit_memory.map(|memory| memory.to_string()).as_deref(), Some("72Gi"));
        let mut patched = body;
        patched["podSpecPatch"] = json!("containers: [{name: main, resources: {limits: {memory: 1Gi}}}]");
        assert!(asked(&patched).limit_memory.is_none());
    }

    #[test]
    fn the_owner_of_a_template_is_told_where_a_dag_beside_it_calls_it_and_where_it_is_of_the_cluster() {
        let found = |scope: &str, tasks: &str| {
            let text = format!(
                r#"{{"metadata": {{"name": "w"}}, "spec": {{"templates": [{{"name": "m", "dag": {{"tasks": [{tasks}]}}}}]}},
                    "status": {{"storedTemplates": {{"{scope}/t/all": {{"name": "all", "dag": {{"tasks": [{{"name": "a", "template": "run"}}]}}}}}},
                    "nodes": {{"w.a": {{"name": "w.a", "templateName": "run", "templateScope": "{scope}/t"}}}}}}}}"#
            );
            let run = snapshot::read("w.json", text.as_bytes()).unwrap();
            let owners = owners(&run, "run");
            owners.into_iter().map(|owner| format!("{} {}", owner.kind(), owner.name)).collect::<Vec<_>>()
        };
        assert_eq!(found("namespaced", ""), ["WorkflowTemplate t"]);
        assert_eq!(found("cluster", ""), ["ClusterWorkflowTemplate t"]);
        let wide = r#"{"name": "b", "templateRef": {"name": "c", "template": "run", "clusterScope": true}}"#;
        assert_eq!(found("namespaced", wide), ["ClusterWorkflowTemplate c", "WorkflowTemplate t"]);
    }

    #[test]
    fn tiers_are_named_by_what_their_templates_have_beyond_the_smallest() {
        let mut rungs: Vec<Rung> = Vec::new();
        for owner in ["gwas-trait", "gwas-trait-highmem", "gwas-trait-next", "other"] {
            let tier = tier_name("gwas-trait", owner, &rungs);
            rungs.push(Rung { tier, template: owner.to_owned(), memory: None });
        }
        let names: Vec<&str> = rungs.iter().map(|rung| rung.tier.as_str()).collect();
        assert_eq!(names, ["standard", "highmem", "tier-3", "other"]);
    }
}
