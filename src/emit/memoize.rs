//! `[memoize]`: what succeeded in a derived tier is kept in Argo's cache, under a key that no other item, tier or input has.
//!
//! Argo's cache is one ConfigMap in the controller's namespace for all templates, workflows and namespaces that name it
//! (`workflow/controller/controller.go`), so the key says everything that makes a result: the item and the tier in clear, the rest
//! in a digest that each task passes as an argument.

mod inputs;

use serde_json::{Map, Value, json};

use super::arguments::refers_to_its_run;
use super::parameters::named;
use super::tier_template::body_mut;
use super::variant_template::Unchanged;
use super::{Changes, Draft, Job};
use crate::evidence::snapshot::substitute_item;
use crate::recipe::{Memoize, Range, Recipe};
use crate::units::{Index, name};
use inputs::Digester;

/// The input with the digest.
const DIGEST: &str = "gapit-digest";

/// The input with the item, where its index has letters that a key cannot have.
const ITEM: &str = "gapit-memo-item";

/// Inputs that are ours to fill.
pub(super) const OURS: [&str; 2] = [DIGEST, ITEM];

/// What the digest is where a task of another workflow passes none: one of its own for each node, so that nothing is ever taken from
/// the cache there.
const NONE_GIVEN: &str = "{{=sprig.sha256sum(workflow.uid + node.name)}}";

/// The most letters that a part of the key takes; an entry of a ConfigMap has a key of 253 at most.
const PART: usize = 40;

/// An index up to this length stands in the key as it is.
const INDEX: usize = 63;

/// Whether a text can be a part of a key (`cacheKeyRegex` of Argo's `workflow/controller/cache/cache.go`).
fn is_part(index: &Index) -> bool {
    let letter = |c: char| c.is_ascii_alphanumeric() || c == '-';
    !index.as_str().is_empty() && index.as_str().len() <= INDEX && index.as_str().chars().all(letter)
}

/// Whether every item can be named in the key by its index. Without a run, what the recipe lists is all that is known.
fn are_parts(recipe: &Recipe, job: Option<&Job<'_>>) -> bool {
    match (job, &recipe.items.range) {
        (Some(job), _) => job.diagnosis.items.iter().all(|item| is_part(&item.index)),
        (None, Some(Range::List(list))) => list.iter().all(is_part),
        (None, _) => true,
    }
}

/// Puts the memoization into the item's template of each derived tier, and of each variant. One that comes of a run of ours, and is not asked for any
/// more, is taken out.
pub(super) fn templates(recipe: &Recipe, job: Option<&Job<'_>>, drafts: &mut [Draft]) {
    for draft in drafts {
        let tier = draft.value.pointer("/metadata/labels/gapit-compile~1tier").and_then(Value::as_str);
        let tier = tier.map(str::to_owned);
        let Some(body) = body_mut(&mut draft.value, &recipe.items.template.value) else { continue };
        let inputs = body.get("inputs").and_then(|inputs| inputs.get("parameters")).and_then(Value::as_array);
        let is_ours = |inputs: &Vec<Value>| inputs.iter().any(|input| named(input) == Some(DIGEST));
        if inputs.is_some_and(is_ours) {
            body.shift_remove("memoize");
            forget(body);
        }
        if let (Some(memoize), Some(tier)) = (&recipe.memoize, tier) {
            put(recipe, memoize, are_parts(recipe, job), &tier, body);
        }
    }
}

/// Takes our inputs away.
fn forget(body: &mut Map<String, Value>) {
    let parameters = body.get_mut("inputs").and_then(|inputs| inputs.get_mut("parameters"));
    if let Some(parameters) = parameters.and_then(Value::as_array_mut) {
        parameters.retain(|input| named(input).is_none_or(|name| !OURS.contains(&name)));
    }
}

fn put(recipe: &Recipe, memoize: &Memoize, by_index: bool, tier: &str, body: &mut Map<String, Value>) {
    let pipeline = name::short(&name::slug(&recipe.pipeline.value), PART);
    let item = if by_index { recipe.items.index_parameter.value.as_str() } else { ITEM };
    let tier = name::short(tier, PART);
    let key =
        format!("{pipeline}-{{{{inputs.parameters.{item}}}}}-{tier}-{{{{inputs.parameters.{DIGEST}}}}}");
    body.insert(
        "memoize".to_owned(),
        json!({
            "key": key,
            "maxAge": memoize.max_age.to_argo(),
            "cache": { "configMap": { "name": memoize.config_map.value } },
        }),
    );
    let mut ours = Vec::new();
    if !by_index {
        ours.push(json!({ "name": ITEM, "value": "other" }));
    }
    ours.push(json!({ "name": DIGEST, "value": NONE_GIVEN }));
    let inputs = body.entry("inputs").or_insert_with(|| json!({}));
    if let Some(inputs) = inputs.as_object_mut() {
        let parameters = inputs.entry("parameters").or_insert_with(|| json!([]));
        if let Some(parameters) = parameters.as_array_mut() {
            parameters.extend(ours);
        }
    }
}

/// Passes the digest to every task that runs an item in a derived tier. Where an argument cannot be known before the run, as inside the
/// DAG of a semaphore or of a recovery step, none is passed: such an item is not memoized, rather than taken for another.
pub(super) fn workflow(
    job: &Job<'_>,
    changes: &Changes,
    workflow: &mut Value,
    templates: &[Draft],
    warnings: &mut Vec<String>,
) {
    if job.recipe.memoize.is_none() {
        return;
    }
    let mut digester = Digester::new(job, changes, workflow, templates);
    let by_index = are_parts(job.recipe, Some(job));
    let dags = workflow.pointer_mut("/spec/templates").and_then(Value::as_array_mut);
    for dag in dags.into_iter().flatten() {
        let tasks = dag.pointer_mut("/dag/tasks").and_then(Value::as_array_mut);
        for task in tasks.into_iter().flatten().filter_map(Value::as_object_mut) {
            if let Some(template) = digester.template_of(task)
                && pass(&mut digester, template, by_index, task).is_none()
            {
                digester.known_in_the_run(template);
            }
        }
    }
    warnings.extend(digester.warnings());
    warnings.extend(not_ours(job));
}

/// One task: its own arguments, or those of each of its items; `None` where nothing can be passed.
fn pass(
    digester: &mut Digester<'_>,
    template: usize,
    by_index: bool,
    task: &mut Map<String, Value>,
) -> Option<()> {
    let arguments = task.get("arguments").cloned().unwrap_or_else(|| json!({}));
    let given = match task.get_mut("withItems").and_then(Value::as_array_mut) {
        None => made(digester, template, &arguments),
        Some(items) => {
            let of_item = |item: &Value| {
                let made = made(digester, template, &substituted(&arguments, item));
                made.filter(|_| item.is_object())
            };
            let all = items.iter().map(of_item).collect::<Option<Vec<_>>>()?;
            let told = all.iter().any(|given| given.told);
            for (item, given) in items.iter_mut().filter_map(Value::as_object_mut).zip(all) {
                item.insert(DIGEST.to_owned(), json!(given.digest));
                if !by_index {
                    item.insert(ITEM.to_owned(), json!(given.part));
                }
            }
            let of_item = |name: &str| format!("{{{{item.{name}}}}}");
            Some(Given { digest: of_item(DIGEST), part: of_item(ITEM), told })
        }
    };
    let given = given?;
    let arguments = task.entry("arguments").or_insert_with(|| json!({}));
    let parameters =
        arguments.as_object_mut().map(|map| map.entry("parameters").or_insert_with(|| json!([])));
    let parameters = parameters.and_then(Value::as_array_mut)?;
    if !by_index {
        parameters.push(json!({ "name": ITEM, "value": given.part }));
    }
    let scope = if given.told { "-{{workflow.uid}}" } else { "" };
    parameters.push(json!({ "name": DIGEST, "value": format!("{}{scope}", given.digest) }));
    Some(())
}

/// What a task passes.
struct Given {
    digest: String,
    part: String,
    /// Whether the digest holds for one run only.
    told: bool,
}

/// What is passed with arguments that are known; `None` where they are known in the run only.
fn made(digester: &mut Digester<'_>, template: usize, arguments: &Value) -> Option<Given> {
    if refers_to_its_run(&arguments.to_string()) {
        return None;
    }
    let listed = arguments.get("parameters").and_then(Value::as_array).into_iter().flatten();
    let mut indexes = listed.filter(|parameter| named(parameter) == Some(digester.index_parameter()));
    let index = indexes.find_map(|parameter| parameter.get("value")?.as_str())?.to_owned();
    let (digest, told) = digester.digest(template, &index, arguments);
    Some(Given { digest, part: part(&index), told })
}

/// Arguments with the values of one item of the task's loop.
fn substituted(value: &Value, item: &Value) -> Value {
    match value {
        Value::String(text) => json!(substitute_item(text, item)),
        Value::Array(list) => Value::Array(list.iter().map(|inner| substituted(inner, item)).collect()),
        Value::Object(map) => {
            Value::Object(map.iter().map(|(key, inner)| (key.clone(), substituted(inner, item))).collect())
        }
        other => other.clone(),
    }
}

/// An index as a part of a key.
fn part(index: &str) -> String {
    let slug = name::slug(index);
    if slug == index && slug.len() <= PART {
        return slug;
    }
    let digest = &name::sha256_hex(index.as_bytes())[..6];
    if slug.is_empty() { digest.to_owned() } else { format!("{}-{digest}", name::short(&slug, PART - 7)) }
}

/// Items whose templates exist and have no memoization of their own.
fn not_ours(job: &Job<'_>) -> Vec<String> {
    let without = Unchanged::of(job).into_iter().filter(|tier| {
        job.ladder.body(job.recipe, tier.tier).is_none_or(|body| body.get("memoize").is_none())
    });
    let told = without.map(|tier| {
        format!(
            "{} {} not memoized: {} stays as it is on the cluster",
            tier.who(job),
            tier.verb("is", "are"),
            job.ladder.template(tier.tier)
        )
    });
    told.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_key_has_the_letters_of_a_key_and_tells_items_apart() {
        let parts: Vec<String> = ["5", "a_b", "a.b", "a-b", "A-b", "豆", &"x".repeat(99)]
            .iter()
            .map(|index| part(index))
            .collect();
        assert_eq!((parts[0].as_str(), parts[3].as_str()), ("5", "a-b"));
        for (at, one) in parts.iter().enumerate() {
            assert!(one.len() <= PART && is_part(&Index::new(one.as_str())), "{one}");
            assert!(!parts[..at].contains(one), "{one}");
        }
        assert!(!is_part(&Index::new("a_b")) && is_part(&Index::new("A-5")));
    }
}
