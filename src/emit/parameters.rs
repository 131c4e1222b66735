//! The workflow's parameters: the parent's, as `[parameters]` and `--param` change them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::{Job, lineage};
use crate::error::{Code, Fault, Faults};
use crate::evidence::snapshot;
use crate::plan::Ladder;
use crate::recipe::Recipe;
use crate::source::{At, Place};
use crate::units::name;

/// The retry's `spec.arguments`, and what has to change in whatever refers to them.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    arguments: Map<String, Value>,
    set: BTreeSet<String>,
    renamed: BTreeMap<String, String>,
}

impl Changes {
    /// Applies `copy`, `rename`, `drop`, `[lineage-parameters]`, `set` and `--param` to the parent's arguments, in this order: a copy has
    /// the parent's own value, and what is set has the last word.
    ///
    /// # Errors
    /// [`Code::EmitUnknownParameter`] for a name that neither the parent nor a tier's template has.
    pub(super) fn new(job: &Job<'_>) -> Result<Self, Faults> {
        let parent = job.evidence.lineage.parent();
        let mut arguments =
            parent.spec.get("arguments").and_then(Value::as_object).cloned().unwrap_or_default();
        let list = arguments.get("parameters").and_then(Value::as_array).cloned().unwrap_or_default();
        let mut parameters: Vec<Value> = list.into_iter().map(as_text).collect();
        let mut faults = Faults::new();
        let earlier = earlier(job);
        copy(job, &mut parameters, &mut faults);
        let renamed = rename(job.recipe, &mut parameters, &earlier, &mut faults);
        for dropped in &job.recipe.parameters.drop {
            let before = parameters.len();
            parameters.retain(|parameter| named(parameter) != Some(&dropped.value));
            if parameters.len() == before && !earlier.contains(&dropped.value) {
                faults.push(
                    unknown(&dropped.value, &names(&parameters))
                        .at(&dropped.place, "not a parameter of the parent"),
                );
            }
        }
        lineage::insert(job, &mut parameters);
        let set = set(job, &mut parameters, &mut faults);
        if !parameters.is_empty() {
            arguments.insert("parameters".to_owned(), Value::Array(parameters));
        }
        arguments.retain(|_, list| list.as_array().is_none_or(|list| !list.is_empty()));
        faults.or(Self { arguments, set, renamed })
    }

    /// `spec.arguments`; empty where there are none.
    pub(super) fn arguments(&self) -> &Map<String, Value> {
        &self.arguments
    }

    /// Whether `set` or `--param` names it.
    pub(super) fn sets(&self, input: &str) -> bool {
        self.set.contains(input)
    }

    /// Whether a workflow parameter of that name exists.
    pub(super) fn has(&self, parameter: &str) -> bool {
        let list = self.arguments.get("parameters").and_then(Value::as_array);
        list.into_iter().flatten().any(|known| named(known) == Some(parameter))
    }

    /// Rewrites every reference to a renamed parameter, wherever it stands.
    pub(super) fn rewrite(&self, value: &mut Value) {
        match value {
            _ if self.renamed.is_empty() => {}
            Value::String(text) => *text = self.rewritten(text),
            Value::Array(list) => list.iter_mut().for_each(|inner| self.rewrite(inner)),
            Value::Object(map) => map.values_mut().for_each(|inner| self.rewrite(inner)),
            _ => {}
        }
    }

    /// A text with every `workflow.parameters.OLD` and `workflow.parameters['OLD']` rewritten.
    pub(super) fn rewritten(&self, text: &str) -> String {
        const PREFIX: &str = "workflow.parameters";
        let mut result = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(PREFIX) {
            let (before, after) = rest.split_at(at + PREFIX.len());
            result.push_str(before);
            let opening =
                ["['", "[\"", "."].into_iter().find(|opening| after.starts_with(opening)).unwrap_or_default();
            let (opening, after) = after.split_at(opening.len());
            let end = after
                .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_')))
                .unwrap_or(after.len());
            let (name, after) = after.split_at(if opening.is_empty() { 0 } else { end });
            result.push_str(opening);
            result.push_str(self.renamed.get(name).map_or(name, String::as_str));
            rest = after;
        }
        result + rest
    }
}

/// Parameters of the generations before the parent: a change that was made for one of them is made, and not missing now.
fn earlier(job: &Job<'_>) -> BTreeSet<String> {
    let generations = job.evidence.lineage.generations().split_last().map(|(_, earlier)| earlier);
    let parameters = generations.into_iter().flatten().flat_map(|workflow| workflow.parameters());
    parameters.map(|parameter| parameter.name).collect()
}

/// Copies, each behind all that were there. A copy that an earlier generation made stays as it was made: what it is a copy of may have
/// been set, renamed or dropped since.
fn copy(job: &Job<'_>, parameters: &mut Vec<Value>, faults: &mut Faults) {
    let of_parent = parameters.clone();
    let known = names(&of_parent);
    let is_retry = job.evidence.lineage.generations().len() > 1;
    let root = job.evidence.lineage.root().parameters();
    for (new, old) in &job.recipe.parameters.copy {
        if known.contains(&new.value) {
            let was_made = is_retry && root.iter().all(|parameter| parameter.name != new.value);
            if !was_made {
                faults.push(taken(new, &format!("{} cannot be copied to {}", old.value, new.value)));
            }
            continue;
        }
        match of_parent.iter().find(|parameter| named(parameter) == Some(&old.value)) {
            Some(parameter) => {
                let mut copied = parameter.clone();
                copied["name"] = json!(new.value);
                parameters.push(copied);
            }
            None => faults.push(unknown(&old.value, &known).at(&old.place, "not a parameter of the parent")),
        }
    }
}

fn taken(new: &At<String>, what: &str) -> Fault {
    Fault::new(
        Code::EmitUnknownParameter,
        format!("parameter {what}, which the parent has already"),
        "drop the other one, or choose another name",
    )
    .at(&new.place, "taken")
}

/// Renames in place, keeping the order. What an earlier generation had under its old name is known by the new one: references to
/// it are rewritten all the same.
fn rename(
    recipe: &Recipe,
    parameters: &mut [Value],
    earlier: &BTreeSet<String>,
    faults: &mut Faults,
) -> BTreeMap<String, String> {
    let mut renamed = BTreeMap::new();
    for (old, new) in &recipe.parameters.rename {
        let known = names(parameters);
        if !known.contains(&old.value) && known.contains(&new.value) && earlier.contains(&old.value) {
            renamed.insert(old.value.clone(), new.value.clone());
            continue;
        }
        if known.contains(&new.value) {
            faults.push(taken(new, &format!("{} cannot become {}", old.value, new.value)));
        }
        match parameters.iter_mut().find(|parameter| named(parameter) == Some(&old.value)) {
            Some(parameter) => {
                parameter["name"] = json!(new.value);
                renamed.insert(old.value.clone(), new.value.clone());
            }
            None => faults.push(unknown(&old.value, &known).at(&old.place, "not a parameter of the parent")),
        }
    }
    renamed
}

/// Sets values; a name that only a tier's template has becomes a parameter of the Workflow.
fn set(job: &Job<'_>, parameters: &mut Vec<Value>, faults: &mut Faults) -> BTreeSet<String> {
    let inputs = inputs(job.recipe, job.ladder);
    let from_recipe =
        job.recipe.parameters.set.iter().map(|(name, value)| (&name.value, &value.value, Some(&name.place)));
    let from_flags = job.flags.param.iter().map(|(name, value)| (name, value, None::<&Place>));
    let mut set = BTreeSet::new();
    for (name, value, place) in from_recipe.chain(from_flags) {
        match parameters.iter_mut().find(|parameter| named(parameter) == Some(name)) {
            Some(parameter) => *parameter = json!({ "name": name, "value": value }),
            None if inputs.contains(name) => parameters.push(json!({ "name": name, "value": value })),
            None => {
                let known: BTreeSet<String> =
                    names(parameters).into_iter().chain(inputs.iter().cloned()).collect();
                let fault = unknown(name, &known);
                faults.push(match place {
                    Some(place) => fault.at(place, "nothing has this parameter"),
                    None => Fault { message: format!("--param {name}: {}", fault.message), ..fault },
                });
            }
        }
        set.insert(name.clone());
    }
    set
}

/// The input parameters of every tier's template that is known.
fn inputs(recipe: &Recipe, ladder: &Ladder) -> BTreeSet<String> {
    let bodies = (0..recipe.tiers.len()).filter_map(|tier| ladder.body(recipe, tier));
    bodies
        .flat_map(|body| super::arguments::inputs(body, "parameters"))
        .filter_map(|input| named(input).map(str::to_owned))
        .collect()
}

/// A parameter whose value is a text: the full CRDs refuse numbers and booleans there (`Parameter` in Argo's
/// `manifests/base/crds/full/argoproj.io_workflows.yaml`).
fn as_text(mut parameter: Value) -> Value {
    for key in ["value", "default"] {
        if let Some(text) = parameter.get(key).and_then(snapshot::any_string) {
            parameter[key] = json!(text);
        }
    }
    parameter
}

pub(super) fn named(parameter: &Value) -> Option<&str> {
    parameter.get("name").and_then(Value::as_str)
}

fn names(parameters: &[Value]) -> BTreeSet<String> {
    parameters.iter().filter_map(named).map(str::to_owned).collect()
}

fn unknown(name: &str, known: &BTreeSet<String>) -> Fault {
    let meant = name::meant(name, known.iter().map(String::as_str));
    let list = known.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
    Fault::new(
        Code::EmitUnknownParameter,
        format!("there is no parameter `{name}`"),
        format!("{meant}the parameters are {list}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_to_a_renamed_parameter_follow_it() {
        let changes = Changes {
            renamed: BTreeMap::from([("model".to_owned(), "models".to_owned())]),
            ..Changes::default()
        };
        for (text, rewritten) in [
            ("{{workflow.parameters.model}}", "{{workflow.parameters.models}}"),
            (
                "{{workflow.parameters.model-name}} {{workflow.parameters.models}}",
                "{{workflow.parameters.model-name}} {{workflow.parameters.models}}",
            ),
            (
                "{{=workflow.parameters['model'] + workflow.parameters.model}}",
                "{{=workflow.parameters['models'] + workflow.parameters.models}}",
            ),
            ("workflow.parameters", "workflow.parameters"),
            ("model", "model"),
        ] {
            assert_eq!(changes.rewritten(text), rewritten);
        }
    }
}
