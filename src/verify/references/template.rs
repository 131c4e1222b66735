//! What a template is: the kinds of body, the calls that a DAG or steps make, the hooks.

use serde_json::Value;

use super::place::{child, has, list, members, text};

/// Every kind of body, by its key.
///
/// Source: Argo 4.1.2, `workflow/validate/validate.go`, `validateTemplateType`.
pub(crate) const BODIES: &[&str] =
    &["container", "containerSet", "steps", "script", "resource", "dag", "suspend", "data", "http", "plugin"];

/// The keys of the bodies that a template has; exactly one is right.
pub(crate) fn bodies(template: &Value) -> Vec<&'static str> {
    BODIES.iter().copied().filter(|key| has(template, key)).collect()
}

/// Whether the template calls others.
pub(crate) fn is_dag_or_steps(template: &Value) -> bool {
    has(template, "dag") || has(template, "steps")
}

/// Whether a pod runs it (`Template.IsPodType`).
pub(crate) fn is_pod(template: &Value) -> bool {
    ["container", "containerSet", "script", "resource", "data"].iter().any(|key| has(template, key))
}

/// Whether Argo calls it a leaf (`Template.IsLeaf`): everything but DAG, steps and suspend.
pub(crate) fn is_leaf(template: &Value) -> bool {
    is_pod(template) || has(template, "http") || has(template, "plugin")
}

/// One task of a DAG or one step.
#[derive(Debug, Clone)]
pub(crate) struct Call<'a> {
    pub(crate) value: &'a Value,
    pub(crate) pointer: String,
    pub(crate) name: &'a str,
    /// `tasks` or `steps`: the first word of the variables that speak of it.
    pub(crate) family: &'static str,
}

impl Call<'_> {
    /// `task` or `step`.
    pub(crate) fn noun(&self) -> &'static str {
        if self.family == "tasks" { "task" } else { "step" }
    }

    /// Whether Argo expands it into several nodes.
    pub(crate) fn is_loop(&self) -> bool {
        self.collects() || has(self.value, "withSequence")
    }

    /// Whether its list of items is empty, which Argo reads as no loop.
    pub(crate) fn has_no_items(&self) -> bool {
        self.value.get("withItems").and_then(Value::as_array).is_some_and(Vec::is_empty)
    }

    /// Whether its outputs can be had as one list: `withSequence` is left out (rule 67).
    pub(crate) fn collects(&self) -> bool {
        !text(self.value, "/withParam").is_empty() || self.value.pointer("/withItems/0").is_some()
    }
}

/// The tasks of a DAG template, or the steps of a steps template, in the order written.
pub(crate) fn calls<'a>(template: &'a Value, base: &str) -> Vec<Call<'a>> {
    let call = |family| move |(value, pointer)| Call { value, pointer, name: text(value, "/name"), family };
    let tasks = list(template, base, "/dag/tasks").map(call("tasks"));
    let steps = list(template, base, "/steps").flat_map(|(group, pointer)| {
        // A group is a list; the one-step shorthand without the inner list is not taken by the API.
        list(group, &pointer, "").collect::<Vec<_>>()
    });
    tasks.chain(steps.map(call("steps"))).collect()
}

/// A lifecycle hook of a Workflow, a task or a step.
#[derive(Debug, Clone)]
pub(crate) struct Hook<'a> {
    pub(crate) name: &'a str,
    pub(crate) value: &'a Value,
    pub(crate) pointer: String,
}

/// The hooks of a task, a step or a workflow spec.
pub(crate) fn hooks<'a>(value: &'a Value, base: &str) -> Vec<Hook<'a>> {
    members(value, base, "/hooks").map(|(name, value, pointer)| Hook { name, value, pointer }).collect()
}

/// The containers of a pod template with their pointers: main ones, init containers and sidecars.
pub(crate) fn containers<'a>(template: &'a Value, base: &str) -> Vec<(&'a Value, String)> {
    let mut found: Vec<(&Value, String)> = ["container", "script"]
        .into_iter()
        .filter_map(|key| {
            template.get(key).filter(|body| body.is_object()).map(|body| (body, child(base, key)))
        })
        .collect();
    for path in ["/containerSet/containers", "/initContainers", "/sidecars"] {
        found.extend(list(template, base, path));
    }
    found
}
