//! The order of keys, as Argo's documentation and examples write them.
//!
//! The order is a matter of rendering only. What part of a manifest a mapping is ([`Role`]) follows from the keys that lead to it
//! ([`child`]); each role has a rank table ([`table`]): some keys come first in the table's order, some last, and keys that the table
//! does not name stand between the two in the order in which they were given. Mappings whose keys are the user's own (labels,
//! annotations, the maps of `withItems`, anything inside a field that no role knows) keep their order.

use serde_json::{Map, Value};

/// What part of a manifest a mapping is. A sequence has the role of its entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Document,
    Metadata,
    Spec,
    Template,
    Ports,
    Port,
    Dag,
    Task,
    Hooks,
    Reference,
    Retry,
    Backoff,
    Container,
    ContainerSet,
    Variable,
    Resources,
    Quantities,
    Volume,
    Mount,
    /// The user's own keys.
    Free,
}

/// The role of what stands under a key.
pub(super) fn child(role: Role, key: &str) -> Role {
    match (role, key) {
        (Role::Document | Role::Template, "metadata") | (Role::Spec, "workflowMetadata" | "podMetadata") => {
            Role::Metadata
        }
        (Role::Document, "spec") | (Role::Spec, "workflowSpec") => Role::Spec,
        (Role::Spec, "templates" | "templateDefaults") | (Role::Task, "inline") => Role::Template,
        (Role::Spec, "volumeClaimTemplates") => Role::Document,
        (Role::Spec | Role::Task, "arguments") | (Role::Template, "inputs" | "outputs") => Role::Ports,
        (Role::Ports, "parameters" | "artifacts") => Role::Port,
        (Role::Spec, "workflowTemplateRef") | (Role::Task, "templateRef") => Role::Reference,
        (Role::Spec | Role::Task, "hooks") => Role::Hooks,
        (Role::Hooks, _) | (Role::Dag, "tasks") | (Role::Template, "steps") => Role::Task,
        (Role::Template, "dag") => Role::Dag,
        (Role::Template, "container" | "script" | "initContainers" | "sidecars")
        | (Role::ContainerSet, "containers") => Role::Container,
        (Role::Template, "containerSet") => Role::ContainerSet,
        (Role::Spec | Role::Template | Role::ContainerSet, "retryStrategy") => Role::Retry,
        (Role::Retry, "backoff") => Role::Backoff,
        (Role::Spec | Role::Template, "volumes") => Role::Volume,
        (Role::Container, "env") => Role::Variable,
        (Role::Container, "resources") => Role::Resources,
        (Role::Resources, "requests" | "limits") => Role::Quantities,
        (Role::Container | Role::ContainerSet, "volumeMounts") => Role::Mount,
        _ => Role::Free,
    }
}

/// The keys that come first, and those that come last.
type Ranks = (&'static [&'static str], &'static [&'static str]);

/// The keys of a role that come first, and those that come last.
fn table(role: Role) -> Ranks {
    match role {
        Role::Document => (&["apiVersion", "kind", "metadata"], &["spec", "status"]),
        Role::Metadata => (&["name", "generateName", "namespace", "labels", "annotations"], &[]),
        Role::Spec => SPEC,
        Role::Template => TEMPLATE,
        Role::Ports => (&["parameters", "artifacts"], &[]),
        Role::Port => PORT,
        Role::Dag => (&["failFast", "target"], &["tasks"]),
        Role::Task => TASK,
        Role::Hooks | Role::Free => (&[], &[]),
        Role::Reference => (&["name", "template", "clusterScope"], &[]),
        Role::Retry => (&["limit", "retryPolicy", "expression", "backoff", "affinity"], &[]),
        Role::Backoff => (&["duration", "factor", "cap", "maxDuration"], &[]),
        Role::Container => CONTAINER,
        Role::ContainerSet => (&["retryStrategy", "volumeMounts"], &["containers"]),
        Role::Variable => (&["name", "value", "valueFrom"], &[]),
        Role::Resources => (&["requests", "limits"], &[]),
        Role::Quantities => (&["memory", "cpu", "ephemeral-storage"], &[]),
        Role::Volume => (&["name"], &[]),
        Role::Mount => (&["name", "mountPath", "subPath", "subPathExpr", "readOnly"], &[]),
    }
}

/// Of a Workflow, a WorkflowTemplate or (around a `workflowSpec`) a CronWorkflow.
const SPEC: Ranks = (
    &[
        "suspend",
        "schedules",
        "schedule",
        "timezone",
        "concurrencyPolicy",
        "entrypoint",
        "onExit",
        "workflowTemplateRef",
        "serviceAccountName",
        "arguments",
        "activeDeadlineSeconds",
        "parallelism",
        "priority",
        "retryStrategy",
        "synchronization",
        "ttlStrategy",
        "podGC",
        "podMetadata",
        "workflowMetadata",
        "imagePullSecrets",
        "nodeSelector",
        "tolerations",
        "affinity",
        "securityContext",
        "volumes",
        "volumeClaimTemplates",
    ],
    &["hooks", "templateDefaults", "templates", "workflowSpec"],
);

/// Of a template: who it is and what it takes, how it is run, what it runs.
const TEMPLATE: Ranks = (
    &[
        "name",
        "inputs",
        "outputs",
        "metadata",
        "nodeSelector",
        "tolerations",
        "affinity",
        "serviceAccountName",
        "priorityClassName",
        "retryStrategy",
        "parallelism",
        "failFast",
        "activeDeadlineSeconds",
        "timeout",
        "synchronization",
        "memoize",
        "podSpecPatch",
        "volumes",
    ],
    &[
        "dag",
        "steps",
        "suspend",
        "http",
        "plugin",
        "resource",
        "data",
        "initContainers",
        "containerSet",
        "container",
        "script",
        "sidecars",
    ],
);

/// Of a parameter or an artifact.
const PORT: Ranks = (
    &[
        "name",
        "globalName",
        "description",
        "enum",
        "value",
        "default",
        "valueFrom",
        "path",
        "from",
        "fromExpression",
        "optional",
    ],
    &[],
);

/// Of a task of a DAG, a step or a hook.
const TASK: Ranks = (
    &["name", "depends", "dependencies", "expression", "template", "templateRef", "inline", "arguments"],
    &["withItems", "withParam", "withSequence", "when", "continueOn", "onExit", "hooks"],
);

/// Of a container or a script.
const CONTAINER: Ranks = (
    &[
        "name",
        "image",
        "imagePullPolicy",
        "dependencies",
        "workingDir",
        "command",
        "args",
        "ports",
        "env",
        "envFrom",
        "resources",
        "volumeMounts",
    ],
    &["source"],
);

/// The entries of a mapping in the order in which they are written.
pub(super) fn sorted(role: Role, map: &Map<String, Value>) -> Vec<(&String, &Value)> {
    let (first, last) = table(role);
    let rank = |key: &str| {
        let late = || last.iter().position(|known| *known == key).map_or(0, |at| at + 1);
        first.iter().position(|known| *known == key).unwrap_or_else(|| first.len() + late())
    };
    let mut entries: Vec<_> = map.iter().collect();
    entries.sort_by_key(|(key, _)| rank(key));
    entries
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn keys(role: Role, value: &Value) -> Vec<&str> {
        sorted(role, value.as_object().unwrap()).into_iter().map(|(key, _)| key.as_str()).collect()
    }

    /// The role at the end of a way of keys from the document.
    fn role(way: &[&str]) -> Role {
        way.iter().fold(Role::Document, |role, key| child(role, key))
    }

    #[test]
    fn unknown_keys_stand_between_the_first_and_the_last_in_their_own_order() {
        let template = json!({ "container": {}, "zeta": 1, "retryStrategy": {}, "alpha": 2, "name": "x" });
        assert_eq!(keys(Role::Template, &template), ["name", "retryStrategy", "zeta", "alpha", "container"]);
    }

    #[test]
    fn a_users_own_map_keeps_its_order_even_with_known_names() {
        let map = json!({ "value": 1, "name": 2, "apiVersion": 3 });
        for way in [
            vec!["metadata", "labels"],
            vec!["spec", "templates", "dag", "tasks", "withItems"],
            vec!["spec", "templates", "somethingNew", "env"],
            vec!["data"],
        ] {
            assert_eq!(keys(role(&way), &map), ["value", "name", "apiVersion"], "{way:?}");
        }
    }

    #[test]
    fn the_way_to_a_mapping_tells_its_role() {
        let container = ["spec", "templates", "container", "resources", "limits"];
        assert_eq!(role(&container), Role::Quantities);
        assert_eq!(role(&["spec", "templates", "steps", "arguments", "parameters"]), Role::Port);
        assert_eq!(role(&["spec", "workflowSpec", "templates", "metadata"]), Role::Metadata);
        assert_eq!(role(&["spec", "hooks", "exit", "templateRef"]), Role::Reference);
    }
}
