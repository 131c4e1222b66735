//! What makes the result of an item, as a digest.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::OURS;
use crate::diagnose::NodeFacts;
use crate::emit::parameters::named;
use crate::emit::redacted::refers;
use crate::emit::{Changes, Draft, Job, carry};
use crate::evidence::canonical;
use crate::evidence::snapshot::{Phase, any_string, replace_tags};
use crate::evidence::templates::body_in;
use crate::units::Index;

/// Hex digits of a digest in a key: 128 bits.
const HEX: usize = 32;

/// Keys of a template that say how often, how long and beside what it runs, and not what it makes.
const OF_NO_RESULT: &[&str] = &[
    "memoize",
    "retryStrategy",
    "metadata",
    "activeDeadlineSeconds",
    "timeout",
    "synchronization",
    "parallelism",
];

/// Parts of a Workflow's spec that shape its pods.
const OF_PODS: &[&str] = &["volumes", "volumeClaimTemplates", "podSpecPatch", "templateDefaults"];

/// The fields of `workflow.` that are the same in every run of a manifest.
const OF_THE_MANIFEST: &[&str] =
    &["parameters", "namespace", "serviceAccountName", "mainEntrypoint", "priority"];

/// A tier's item template, as far as it makes the result.
struct Tier {
    template: String,
    name: String,
    body: Value,
    pods: Value,
}

/// Digests what items get.
pub(super) struct Digester<'a> {
    job: &'a Job<'a>,
    tiers: Vec<Tier>,
    parameters: BTreeMap<String, Value>,
    rejected: BTreeMap<&'a Index, Vec<String>>,
    told_run: BTreeSet<usize>,
    /// Templates of which items are handed what only the run knows.
    known_in_run: BTreeSet<usize>,
}

impl<'a> Digester<'a> {
    pub(super) fn new(job: &'a Job<'a>, changes: &Changes, workflow: &Value, templates: &[Draft]) -> Self {
        let lineage = job.recipe.lineage_parameters.as_ref();
        let of_lineage = |name: &str| {
            lineage.is_some_and(|names| {
                [&names.run_id, &names.retry_run_id, &names.retry_indicator]
                    .into_iter()
                    .any(|own| own == name)
            })
        };
        let parameters = changes.arguments().get("parameters").and_then(Value::as_array);
        let parameters = parameters.into_iter().flatten().filter_map(|parameter| {
            let name = named(parameter).filter(|name| !of_lineage(name))?;
            Some((name.to_owned(), parameter.clone()))
        });
        Self {
            job,
            tiers: templates.iter().filter_map(|draft| tier(job, draft, workflow)).collect(),
            parameters: parameters.collect(),
            rejected: rejected(job),
            told_run: BTreeSet::new(),
            known_in_run: BTreeSet::new(),
        }
    }

    pub(super) fn index_parameter(&self) -> &str {
        &self.job.recipe.items.index_parameter.value
    }

    /// The memoized template that a task runs.
    pub(super) fn template_of(&self, task: &Map<String, Value>) -> Option<usize> {
        let reference = task.get("templateRef")?;
        let is_of_items =
            reference.get("template").and_then(Value::as_str) == Some(&self.job.recipe.items.template.value);
        let name = reference.get("name").and_then(Value::as_str)?;
        self.tiers.iter().position(|tier| is_of_items && tier.template == name)
    }

    /// The digest of an item: its lineage, its tier, what the template does, what it is given, and the parameters that either
    /// of them names. A success whose outputs were found missing must not count again, so that it is part of the digest too.
    ///
    /// Beside it stands whether the item is told which run it is in, so that no other run's result is its own.
    pub(super) fn digest(&mut self, template: usize, index: &str, arguments: &Value) -> (String, bool) {
        let lineage = &self.job.evidence.lineage;
        let root = lineage.root();
        let tier = &self.tiers[template];
        let arguments = self.resolved(arguments);
        let texts = [&tier.body, &tier.pods, &arguments];
        let told = texts.iter().any(|value| is_told_its_run(value));
        let named: BTreeMap<&String, &Value> = self
            .parameters
            .iter()
            .filter(|(name, _)| texts.iter().any(|value| refers(value, name)))
            .collect();
        let whole = json!({
            "pipeline": self.job.recipe.pipeline.value,
            "namespace": root.namespace,
            "root": root.name,
            "created": root.created.map(|time| time.to_string()),
            "tier": tier.name,
            "template": tier.body,
            "pods": tier.pods,
            "index": index,
            "arguments": arguments,
            "parameters": named,
            "rejected": self.rejected.get(&Index::new(index)),
        });
        if told {
            self.told_run.insert(template);
        }
        let mut digest = canonical::digest(&whole);
        digest.truncate(HEX);
        (digest, told)
    }

    /// What a person should know. A tier's template and its variants are one tier, which is told of once.
    pub(super) fn warnings(&self) -> Vec<String> {
        let (noun, tiers) = (&self.job.recipe.items.noun, &self.tiers);
        let names = |templates: &BTreeSet<usize>| -> Vec<&str> {
            let mut once = BTreeSet::new();
            let names = templates.iter().map(|template| tiers[*template].name.as_str());
            names.filter(|name| once.insert(*name)).collect()
        };
        let told_run = names(&self.told_run).into_iter().map(|tier| {
            format!(
                "the {noun}s of tier {tier} are told which workflow they run in, so that what is memoized of them holds within one workflow only"
            )
        });
        let known_in_run = names(&self.known_in_run).into_iter().map(|tier| {
            format!(
                "those {noun}s of tier {tier} that a semaphore or a recovery step stands around are not memoized: what they are given is known in the run only"
            )
        });
        told_run.chain(known_in_run).collect()
    }

    /// Notes that items of a template are handed what only the run knows.
    pub(super) fn known_in_the_run(&mut self, template: usize) {
        self.known_in_run.insert(template);
    }

    /// Arguments with the values of the workflow's parameters: whether a value is written or referred to makes no difference.
    fn resolved(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => {
                let known = |tag: &str| {
                    any_string(self.parameters.get(tag.strip_prefix("workflow.parameters.")?)?.get("value")?)
                };
                json!(replace_tags(text, known).0)
            }
            Value::Array(list) => Value::Array(list.iter().map(|inner| self.resolved(inner)).collect()),
            Value::Object(map) => {
                Value::Object(map.iter().map(|(key, inner)| (key.clone(), self.resolved(inner))).collect())
            }
            other => other.clone(),
        }
    }
}

fn tier(job: &Job<'_>, draft: &Draft, workflow: &Value) -> Option<Tier> {
    let mut body = body_in(&draft.value, &job.recipe.items.template.value)?.clone();
    body.get("memoize")?;
    let map = body.as_object_mut()?;
    map.retain(|key, _| !OF_NO_RESULT.contains(&key.as_str()));
    if let Some(inputs) = body.pointer_mut("/inputs/parameters").and_then(Value::as_array_mut) {
        inputs.retain(|input| named(input).is_none_or(|name| !OURS.contains(&name)));
    }
    let text = |pointer: &str| draft.value.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    Some(Tier {
        template: text("/metadata/name")?,
        name: text("/metadata/labels/gapit-compile~1tier")?,
        pods: of_pods(&body, workflow),
        body,
    })
}

/// What the Workflow gives to the pods of a template; of its volumes those that the template mounts, because the others come and go
/// with other tiers.
fn of_pods(body: &Value, workflow: &Value) -> Value {
    let mounted = carry::mounts(body);
    let parts = OF_PODS.iter().filter_map(|key| {
        let mut part = workflow.get("spec")?.get(key)?.clone();
        if let ("volumes", Some(volumes)) = (*key, part.as_array_mut()) {
            volumes
                .retain(|volume| named(volume).is_none_or(|name| mounted.iter().any(|known| known == name)));
        }
        Some(((*key).to_owned(), part))
    });
    Value::Object(parts.collect())
}

/// The nodes of each item that succeeded in the lineage: as the item is not done, they were not enough.
fn rejected<'a>(job: &'a Job<'_>) -> BTreeMap<&'a Index, Vec<String>> {
    let succeeded = |node: &&NodeFacts| {
        node.phase == Phase::Succeeded
            || node.attempts.iter().any(|attempt| attempt.phase == Phase::Succeeded)
    };
    let of_item = job.diagnosis.items.iter().map(|item| {
        let past = item.history.iter().filter_map(|past| past.node.as_ref());
        let ids = past.chain(&item.node).filter(succeeded).map(|node| node.id.clone());
        (&item.index, ids.collect())
    });
    of_item.filter(|(_, ids): &(_, Vec<String>)| !ids.is_empty()).collect()
}

/// Whether a value has a tag that each run of one manifest fills in differently, such as `{{workflow.name}}`.
fn is_told_its_run(value: &Value) -> bool {
    match value {
        Value::String(text) => text.split("{{").skip(1).any(|rest| {
            let tag = rest.split("}}").next().unwrap_or(rest);
            let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
            tag.split(|c: char| !is_part(c)).filter_map(|word| word.strip_prefix("workflow.")).any(|field| {
                let field = field.split('.').next().unwrap_or(field);
                !OF_THE_MANIFEST.contains(&field)
            })
        }),
        Value::Array(list) => list.iter().any(is_told_its_run),
        Value::Object(map) => map.values().any(is_told_its_run),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_run_is_called_is_of_that_run_and_what_it_is_given_is_not() {
        for (text, is_told) in [
            ("{{workflow.name}}", true),
            ("x-{{=workflow.creationTimestamp.Y + 'a'}}", true),
            ("{{workflow.labels.batch}}", true),
            ("{{workflow.parameters.name}}", false),
            ("{{=workflow.parameters['workflow-name']}} {{workflow.namespace}}", false),
            ("workflow.name {{inputs.parameters.image}}", false),
        ] {
            assert_eq!(is_told_its_run(&json!([{ "a": text }])), is_told, "{text}");
        }
    }
}
