//! What each item's task passes to its tier's template: every input from the first of five places.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::variant_template::Unchanged;
use super::{Changes, Job, attempt, memoize};
use crate::diagnose::NodeFacts;
use crate::error::{Code, Fault, Faults};
use crate::evidence::snapshot::{self, FanOut, Workflow};
use crate::units::{Index, named};

/// Where an artifact can lie (Argo 4.1.2, `workflow_types.go`, `ArtifactLocation`).
const LOCATIONS: &[&str] =
    &["s3", "gcs", "azure", "oss", "hdfs", "http", "git", "artifactory", "raw", "plugin"];

/// The arguments of one item's task; an input that is left to the template's default is not among them.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Arguments {
    /// Parameters in the order of the template's inputs.
    pub parameters: Vec<(String, String)>,
    /// Artifacts with their resolved locations.
    pub artifacts: Vec<Value>,
}

/// Inputs of a template: `parameters` or `artifacts`.
pub(super) fn inputs<'a>(body: &'a Value, kind: &str) -> Vec<&'a Value> {
    let list = body.get("inputs").and_then(|inputs| inputs.get(kind)).and_then(Value::as_array);
    list.into_iter().flatten().collect()
}

/// One generation's fan-out tasks, and which item is whose.
struct Generation<'a> {
    fan_outs: Vec<FanOut<'a>>,
    owners: BTreeMap<Index, (usize, Value)>,
}

impl<'a> Generation<'a> {
    fn of(workflow: &'a Workflow, template: &str, index_parameter: &str) -> Self {
        let fan_outs = snapshot::fan_outs(workflow, template);
        let mut owners = BTreeMap::new();
        for (position, fan_out) in fan_outs.iter().enumerate() {
            for (index, item) in snapshot::expand(fan_out, workflow, index_parameter).unwrap_or_default() {
                owners.insert(index, (position, item));
            }
        }
        Self { fan_outs, owners }
    }

    /// The task of an item and its loop value; the only task there is where the loop is not known in advance.
    fn task(&self, index: &Index) -> Option<(&FanOut<'a>, Option<&Value>)> {
        match (self.owners.get(index), &self.fan_outs[..]) {
            (Some((position, item)), fan_outs) => Some((&fan_outs[*position], Some(item))),
            (None, [only]) => Some((only, None)),
            (None, _) => None,
        }
    }
}

/// Fills the arguments of every item.
pub(super) struct Filler<'a> {
    job: &'a Job<'a>,
    changes: &'a Changes,
    generations: Vec<Generation<'a>>,
    nodes: BTreeMap<&'a Index, &'a NodeFacts>,
}

impl<'a> Filler<'a> {
    pub(super) fn new(job: &'a Job<'a>, changes: &'a Changes) -> Self {
        let (template, index) = (&job.recipe.items.template.value, &job.recipe.items.index_parameter.value);
        let generations = job
            .evidence
            .lineage
            .generations()
            .iter()
            .map(|workflow| Generation::of(workflow, template, index));
        let nodes = job.diagnosis.items.iter().filter_map(|item| Some((&item.index, item.judged()?)));
        Self { job, changes, generations: generations.collect(), nodes: nodes.collect() }
    }

    /// What has become of the parent's parameters.
    pub(super) fn changes(&self) -> &Changes {
        self.changes
    }

    /// The arguments of the items of one tier, in their order.
    ///
    /// # Errors
    /// [`Code::EmitArgumentMissing`], one for each input that some items have nothing for.
    pub(super) fn tier(&self, tier: usize, items: &[&Index]) -> Result<Vec<Arguments>, Faults> {
        let Some(body) = self.job.ladder.body(self.job.recipe, tier) else {
            return Err(self.unknown_template(tier).into());
        };
        let mut missing: BTreeMap<String, Vec<&Index>> = BTreeMap::new();
        let mut filled = Vec::new();
        let unchanged = Unchanged::of_tier(self.job, tier);
        for index in items {
            let is_made_here = unchanged.as_ref().is_none_or(|tier| !tier.items.contains(index));
            let (arguments, lacking) = self.item(tier, is_made_here, body, index);
            filled.push(arguments);
            for input in lacking {
                missing.entry(input).or_default().push(index);
            }
        }
        even_out(body, &mut filled);
        let mut faults = Faults::new();
        missing.iter().for_each(|(input, items)| faults.push(self.nothing_for(tier, input, items)));
        faults.or(filled)
    }

    fn item(&self, tier: usize, is_made_here: bool, body: &Value, index: &Index) -> (Arguments, Vec<String>) {
        let told = attempt::taken(self.job, is_made_here, body);
        let mut arguments = Arguments::default();
        let mut lacking = Vec::new();
        for input in inputs(body, "parameters") {
            let Some(name) = input.get("name").and_then(Value::as_str) else { continue };
            // Both are made anew: what an earlier generation was given is another generation's.
            if memoize::OURS.contains(&name) || told.contains(name) {
                continue;
            }
            match self.parameter(input, name, index) {
                Filled::With(value) => arguments.parameters.push((name.to_owned(), value)),
                Filled::ByDefault => {}
                Filled::Not => lacking.push(name.to_owned()),
            }
        }
        if !told.is_empty() {
            let values = attempt::values(self.job, tier, index, &arguments);
            arguments.parameters.extend(values.into_iter().filter(|(name, _)| told.contains(name.as_str())));
        }
        for input in inputs(body, "artifacts") {
            let Some(name) = input.get("name").and_then(Value::as_str) else { continue };
            let has_default = location(input).is_some() || input.get("optional") == Some(&Value::Bool(true));
            match self.artifact(name, index) {
                Some(artifact) => arguments.artifacts.push(artifact),
                None if has_default => {}
                None => lacking.push(format!("artifact {name}")),
            }
        }
        (arguments, lacking)
    }

    /// The five places, in order.
    fn parameter(&self, input: &Value, name: &str, index: &Index) -> Filled {
        let reference = || format!("{{{{workflow.parameters.{name}}}}}");
        if self.changes.sets(name) {
            return Filled::With(reference());
        }
        if let Some(written) = self.written(name, index) {
            return Filled::With(self.changes.rewritten(&written));
        }
        if let Some(resolved) = self.nodes.get(index).and_then(|node| node.parameter(name)) {
            return Filled::With(resolved.to_owned());
        }
        if name == self.job.recipe.items.index_parameter.value {
            // An item that no task of the run made, because the range is wider, is known by its index all the same.
            return Filled::With(index.as_str().to_owned());
        }
        if self.changes.has(name) {
            return Filled::With(reference());
        }
        let has_default = ["value", "default", "valueFrom"].iter().any(|key| input.get(key).is_some());
        if has_default { Filled::ByDefault } else { Filled::Not }
    }

    /// The argument of the item's task as written, where it can be written again.
    fn written(&self, name: &str, index: &Index) -> Option<String> {
        let (fan_out, item) = self.task(index)?;
        let argument = fan_out.argument(name)?;
        let text = item.map_or_else(|| argument.to_owned(), |item| snapshot::substitute_item(argument, item));
        (!refers_to_its_run(&text)).then_some(text)
    }

    /// The item's task in the latest generation that holds the item, else the root's.
    fn task(&self, index: &Index) -> Option<(&FanOut<'a>, Option<&Value>)> {
        let position = self.nodes.get(index).map_or(0, |node| node.position);
        self.generations[position].task(index)
    }

    /// The artifact where it lay when the item ran, else where its task says it lies.
    fn artifact(&self, name: &str, index: &Index) -> Option<Value> {
        let node = self.nodes.get(index).map(|node| node.artifacts.as_slice()).unwrap_or_default();
        let task = self.task(index).map(|(fan_out, _)| fan_out.artifacts.as_slice()).unwrap_or_default();
        let named = |artifact: &&Value| artifact.get("name").and_then(Value::as_str) == Some(name);
        let (kind, place) = node.iter().filter(named).find_map(location).or_else(|| {
            task.iter()
                .copied()
                .filter(named)
                .find_map(location)
                .filter(|(_, place)| !refers_to_its_run(&place.to_string()))
        })?;
        let mut artifact = Map::from_iter([("name".to_owned(), json!(name))]);
        artifact.insert(kind.to_owned(), place.clone());
        Some(Value::Object(artifact))
    }

    fn nothing_for(&self, tier: usize, input: &str, items: &[&Index]) -> Fault {
        let recipe = self.job.recipe;
        Fault::new(
            Code::EmitArgumentMissing,
            format!("nothing fills input {input} of {} for {}", self.job.ladder.template(tier), named(&recipe.items.noun, items.iter().copied())),
            format!(
                "looked in vain at: `[parameters] set` and --param, the argument of the item's task, the value in its node, a workflow parameter, the template's default; set it: `[parameters] set = {{ {input} = \"…\" }}`"
            ),
        )
        .at(&recipe.items.template.place, "the template of the items")
    }

    fn unknown_template(&self, tier: usize) -> Fault {
        let reference = self.job.ladder.reference(self.job.recipe, tier);
        let (kind, name) = (reference.kind(), &reference.name);
        let declared = &self.job.recipe.tiers[tier].name;
        Fault::new(
            Code::EmitBaseMissing,
            format!("what {kind} {name} takes is not known: it is neither among the given templates nor stored in the snapshot"),
            reference.save(),
        )
        .at(&declared.place, "items go to this tier")
    }
}

/// Where some items of a tier have a value for an input and others leave it to the template's default, these get that default: one
/// text calls the template for all of them. An item that had a node has the default from there, one that had none has nothing.
fn even_out(body: &Value, filled: &mut [Arguments]) {
    let parameters = inputs(body, "parameters");
    let names: Vec<&str> = parameters.iter().filter_map(|input| input.get("name")?.as_str()).collect();
    for input in &parameters {
        let default =
            ["value", "default"].iter().find_map(|key| input.get(key)).and_then(snapshot::any_string);
        let (Some(name), Some(default)) = (input.get("name").and_then(Value::as_str), default) else {
            continue;
        };
        let has = |item: &Arguments| item.parameters.iter().any(|(known, _)| known == name);
        if !filled.iter().any(has) {
            continue;
        }
        for item in filled.iter_mut().filter(|item| !has(item)) {
            item.parameters.push((name.to_owned(), default.clone()));
            item.parameters.sort_by_key(|(known, _)| names.iter().position(|name| name == known));
        }
    }
}

/// The parameters that have one value in all of these lists, by name.
pub(super) fn shared<'a>(lists: impl IntoIterator<Item = &'a [(String, String)]>) -> BTreeSet<&'a str> {
    let mut lists = lists.into_iter();
    let first = lists.next().unwrap_or_default();
    let mut shared: BTreeMap<&str, &str> =
        first.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    for list in lists {
        shared.retain(|name, value| list.iter().any(|(other, text)| other == name && text == value));
    }
    shared.into_keys().collect()
}

/// What became of an input.
enum Filled {
    With(String),
    ByDefault,
    Not,
}

/// Whether a text refers to what only its own run knows: `tasks.`, `steps.`, `inputs.` or a loop value that is not known.
pub(super) fn refers_to_its_run(text: &str) -> bool {
    text.split("{{").skip(1).any(|rest| {
        let tag = rest.split("}}").next().unwrap_or(rest);
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        tag.split(|c: char| !is_part(c)).any(|word| {
            matches!(word.split('.').next().unwrap_or(word), "tasks" | "steps" | "inputs" | "item")
        })
    })
}

/// Where an artifact lies.
pub(super) fn location(artifact: &Value) -> Option<(&'static str, &Value)> {
    LOCATIONS.iter().find_map(|kind| Some((*kind, artifact.get(kind)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_all_lists_hold_alike_is_shared() {
        let list = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
        };
        let lists = [
            list(&[("a", "1"), ("b", "1"), ("c", "1")]),
            list(&[("b", "2"), ("a", "1"), ("c", "1")]),
            list(&[("a", "1"), ("b", "1"), ("d", "1")]),
        ];
        let of = |lists: &[Vec<(String, String)>]| -> Vec<String> {
            shared(lists.iter().map(Vec::as_slice)).into_iter().map(str::to_owned).collect()
        };
        assert_eq!(of(&lists), ["a"]);
        assert_eq!(of(&lists[..1]), ["a", "b", "c"]);
        assert!(of(&[]).is_empty());
    }

    #[test]
    fn only_what_a_later_run_cannot_know_is_refused() {
        for (text, refers) in [
            ("{{tasks.extract.outputs.parameters.n}}", true),
            ("x-{{=inputs.parameters['n']}}", true),
            ("{{item.name}}", true),
            ("{{workflow.parameters.item}}", false),
            ("{{workflow.name}}", false),
            ("tasks. inputs. item", false),
        ] {
            assert_eq!(refers_to_its_run(text), refers, "{text}");
        }
    }
}
