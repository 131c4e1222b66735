//! Which variables can be resolved: those of the whole workflow and those of one template.
//!
//! Source: Argo 4.1.2, `workflow/validate/validate.go`: `newTemplateValidationCtx`, `Workflow`, `validateInputs`,
//! `addOutputsToScope`, `resolveAllVariables` (rule 66).

use std::collections::BTreeSet;

use serde_json::Value;

use super::object::{NOTHING, Object};
use super::place::{has, is_templated, list, members, text};
use super::reach::Reached;
use super::template::{Call, bodies, is_leaf, is_pod};

/// Only tags that begin so are checked; anything else in `{{ }}` belongs to somebody else.
const CHECKED: &[&str] = &["item.", "steps.", "inputs.", "outputs.", "pod.", "workflow.", "tasks."];

/// Tags that Argo resolves at run time without looking at a scope.
const ALWAYS: &[&str] = &[
    "outputs.",
    "workflow.creationTimestamp",
    "workflow.scheduledTime",
    "workflow.duration",
    "tasks.name",
    "steps.name",
    "node.name",
];

/// Whether Argo's validator looks at a tag at all.
pub(super) fn is_checked(tag: &str) -> bool {
    // A tag in a tag is filled in first; what it will be is not known here.
    CHECKED.iter().any(|prefix| tag.starts_with(prefix)) && !is_templated(tag)
}

/// The variables of the whole workflow.
#[derive(Debug, Default)]
pub(super) struct Globals {
    names: BTreeSet<String>,
    /// A WorkflowTemplate's parameters might come from the Workflow that calls it.
    any_parameter: bool,
    any_output_parameter: bool,
    any_output_artifact: bool,
    /// Whether an exit handler exists, which alone knows `workflow.failures`.
    failures: bool,
}

impl Globals {
    /// The variables of an object; `outer` is the spec that it refers to as a whole, if it does.
    pub(super) fn of(object: &Object<'_>, outer: Option<&Value>, reached: &[Reached<'_>]) -> Self {
        let outer = outer.unwrap_or(&NOTHING);
        let mut globals = Self { any_parameter: !object.runs(), ..Self::default() };
        for name in [
            "name",
            "namespace",
            "mainEntrypoint",
            "serviceAccountName",
            "uid",
            "status",
            "annotations",
            "annotations.json",
            "labels",
            "labels.json",
        ] {
            globals.names.insert(format!("workflow.{name}"));
        }
        for spec in [object.spec, outer] {
            globals.failures |= !text(spec, "/onExit").is_empty();
            if has(spec, "priority") {
                globals.names.insert("workflow.priority".to_owned());
            }
            for (parameter, _) in list(spec, "", "/arguments/parameters") {
                globals.names.insert("workflow.parameters".to_owned());
                globals.names.insert("workflow.parameters.json".to_owned());
                globals.names.insert(format!("workflow.parameters.{}", text(parameter, "/name")));
            }
            for (word, path) in
                [("annotations", "/annotations"), ("labels", "/labels"), ("labels", "/labelsFrom")]
            {
                let keys = members(spec, "", &format!("/workflowMetadata{path}"));
                globals.names.extend(keys.map(|(key, ..)| format!("workflow.{word}.{key}")));
            }
        }
        for word in ["annotations", "labels"] {
            let keys = members(object.document, "", &format!("/metadata/{word}"));
            globals.names.extend(keys.map(|(key, ..)| format!("workflow.{word}.{key}")));
        }
        reached.iter().for_each(|one| globals.exports(one.template));
        globals
    }

    /// Outputs with a `globalName`. Argo adds them while it walks; here the order of the walk does not matter.
    fn exports(&mut self, template: &Value) {
        for (kind, any) in
            [("parameters", &mut self.any_output_parameter), ("artifacts", &mut self.any_output_artifact)]
        {
            for (output, _) in list(template, "", &format!("/outputs/{kind}")) {
                let name = text(output, "/globalName");
                *any |= is_templated(name);
                if !name.is_empty() {
                    self.names.insert(format!("workflow.outputs.{kind}.{name}"));
                }
            }
        }
    }

    fn holds(&self, tag: &str, by_entry: bool) -> bool {
        self.names.contains(tag)
            || (tag == "workflow.failures" && self.failures && !by_entry)
            || (self.any_parameter && tag.starts_with("workflow.parameters"))
            || (self.any_output_parameter && tag.starts_with("workflow.outputs.parameters."))
            || (self.any_output_artifact && tag.starts_with("workflow.outputs.artifacts."))
    }

    /// The declared workflow parameters.
    pub(super) fn parameters(&self) -> Vec<&str> {
        self.names
            .iter()
            .filter_map(|name| name.strip_prefix("workflow.parameters."))
            .filter(|name| *name != "json")
            .collect()
    }
}

/// The variables that one template, or one of its tasks or steps, can use.
#[derive(Debug, Clone)]
pub(super) struct Scope<'l> {
    globals: &'l Globals,
    by_entry: bool,
    names: BTreeSet<String>,
    /// `withParam`: the keys of its items are known at run time only.
    any_item: bool,
}

impl<'l> Scope<'l> {
    /// The scope of a template: its inputs, and what every pod has.
    pub(super) fn of(template: &Value, globals: &'l Globals, by_entry: bool) -> Self {
        let mut scope = Self { globals, by_entry, names: BTreeSet::new(), any_item: false };
        scope.inputs(template);
        if list(template, "", "/inputs/parameters").next().is_some() {
            scope.add("inputs.parameters");
        }
        for (artifact, _) in list(template, "", "/inputs/artifacts") {
            let name = format!("inputs.artifacts.{}", text(artifact, "/name"));
            if is_leaf(template) {
                scope.add(format!("{name}.path"));
            }
            scope.add(name);
        }
        if is_pod(template) {
            scope.add("pod.name");
        }
        scope
    }

    /// The input parameters alone: what a task's inline template adds to the scope of the task.
    pub(super) fn inputs(&mut self, template: &Value) {
        for (parameter, _) in list(template, "", "/inputs/parameters") {
            self.add(format!("inputs.parameters.{}", text(parameter, "/name")));
        }
    }

    pub(super) fn add(&mut self, name: impl Into<String>) {
        self.names.insert(name.into());
    }

    /// The variables of a loop.
    ///
    /// Argo's validator takes a key that any item has. An item that lacks it fails when the loop is expanded, because nothing
    /// might stay unresolved there (`failed to resolve {{item.x}}`, `workflow/controller/operator.go`, `processItem`), so a
    /// key counts only if every item has it.
    pub(super) fn items(&mut self, call: &Call<'_>) {
        // That a list of items is empty is told where it stands.
        self.any_item |= !text(call.value, "/withParam").is_empty() || call.has_no_items();
        let mut shared: Option<BTreeSet<String>> = None;
        for (item, _) in list(call.value, "", "/withItems") {
            let keys: BTreeSet<String> = match item {
                Value::Object(map) => map.keys().cloned().collect(),
                Value::Array(elements) => (0..elements.len()).map(|index| format!("[{index}]")).collect(),
                _ => BTreeSet::new(),
            };
            shared = Some(
                shared.map_or_else(|| keys.clone(), |known| known.intersection(&keys).cloned().collect()),
            );
        }
        for key in shared.into_iter().flatten() {
            self.add(format!("item.{key}"));
        }
    }

    /// What a task or step offers to the others; `template` is what it calls, if that is known.
    pub(super) fn outputs(&mut self, call: &Call<'_>, template: Option<&Value>, collect: bool) {
        let stem = format!("{}.{}", call.family, call.name);
        for word in ["id", "startedAt", "finishedAt", "hostNodeName"] {
            self.add(format!("{stem}.{word}"));
        }
        let Some(template) = template else { return };
        if template.get("daemon").and_then(Value::as_bool) == Some(true) {
            self.add(format!("{stem}.ip"));
        }
        let main =
            list(template, "", "/containerSet/containers").any(|(one, _)| text(one, "/name") == "main");
        let speaks = ["container", "script", "data", "http", "plugin"].iter().any(|key| has(template, key));
        // What a template without a body would offer is not known; its lack is told where it stands.
        if speaks || main || bodies(template).is_empty() || (collect && has(template, "containerSet")) {
            self.add(format!("{stem}.outputs.result"));
            self.add(format!("{stem}.exitCode"));
        }
        for kind in ["parameters", "artifacts"] {
            for (output, _) in list(template, "", &format!("/outputs/{kind}")) {
                self.add(format!("{stem}.outputs.{kind}.{}", text(output, "/name")));
            }
        }
        if collect {
            self.add(format!("{stem}.outputs.parameters"));
        }
    }

    /// Whether Argo can resolve a tag here.
    pub(super) fn holds(&self, tag: &str) -> bool {
        self.names.contains(tag)
            || self.globals.holds(tag, self.by_entry)
            || (self.any_item && tag.starts_with("item."))
            || ALWAYS.iter().any(|prefix| tag.starts_with(prefix))
    }

    /// The variables that begin with `prefix`, without it.
    pub(super) fn under(&self, prefix: &str) -> Vec<&str> {
        self.names.iter().filter_map(|name| name.strip_prefix(prefix)).collect()
    }

    /// The variables of the whole workflow, but for the user's own parameters, labels and annotations.
    pub(super) fn workflow_variables(&self) -> Vec<&str> {
        let own = |name: &&str| name.matches('.').count() == 1;
        self.globals.names.iter().map(String::as_str).filter(own).collect()
    }

    /// The declared workflow parameters.
    pub(super) fn workflow_parameters(&self) -> Vec<&str> {
        self.globals.parameters()
    }
}
