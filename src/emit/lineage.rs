//! `[lineage-parameters]`: what a run is told of its lineage, as parameters of the Workflow and in the environment of its containers.

use serde_json::{Map, Value, json};

use super::parameters::named;
use super::redacted::refers;
use super::variant_template::Unchanged;
use super::{Draft, Job, tier_template};
use crate::evidence::snapshot::{self, Lineage, MARK, Workflow};
use crate::recipe::{LineageParameters, Recipe};

/// The environment variables, in the order of [`values`].
const VARIABLES: [&str; 3] = ["RUN_ID", "RETRY_RUN_ID", "RETRY_INDICATOR"];

/// The three parameters by name, with their values in the retry of the lineage's parent.
pub fn values(names: &LineageParameters, lineage: &Lineage) -> [(String, String); 3] {
    let run_id = run_id(lineage.root(), &names.run_id);
    let retried =
        if lineage.generations().len() == 1 { run_id.clone() } else { lineage.parent().name.clone() };
    let chain: Vec<String> = (1..lineage.next_generation()).map(|retry| format!("retry-{retry}")).collect();
    [
        (names.run_id.clone(), run_id),
        (names.retry_run_id.clone(), retried),
        (names.retry_indicator.clone(), chain.join(".")),
    ]
}

/// What all runs of a lineage share: what the root says of itself where it has such a parameter, because its programs may have kept
/// their records under that; else the root's name.
fn run_id(root: &Workflow, name: &str) -> String {
    let parameter = root.parameters().into_iter().find(|parameter| parameter.name == name);
    let filled = parameter.and_then(|parameter| {
        let (value, complete) =
            snapshot::replace_tags(&parameter.value?, |tag| snapshot::workflow_tag(root, tag));
        complete.then_some(value)
    });
    filled.filter(|value| !value.is_empty() && !value.contains(MARK)).unwrap_or_else(|| root.name.clone())
}

/// Puts the parameters where the parent has them, or behind all others.
pub(super) fn insert(job: &Job<'_>, parameters: &mut Vec<Value>) {
    let Some(names) = &job.recipe.lineage_parameters else { return };
    for (name, value) in values(names, &job.evidence.lineage) {
        let fresh = json!({ "name": name, "value": value });
        match parameters.iter_mut().find(|parameter| named(parameter) == Some(&name)) {
            Some(parameter) => *parameter = fresh,
            None => parameters.push(fresh),
        }
    }
}

/// Sets the variables in every template that is written. Who calls one of these templates in another workflow need not declare the
/// parameters: the expressions then give the workflow's own name and two empty texts, which is to say that it retries nothing (so
/// evaluated by Argo's own `common.ProcessArgs`; a plain tag would be refused).
pub(super) fn environment(recipe: &Recipe, drafts: &mut [Draft], warnings: &mut Vec<String>) {
    let Some(names) = &recipe.lineage_parameters else { return };
    let parameters = [&names.run_id, &names.retry_run_id, &names.retry_indicator];
    let otherwise = ["workflow.name", "\"\"", "\"\""];
    for draft in drafts {
        // The Workflow has templates with containers too: the scripts of recovery steps. No other kind has any.
        let templates = draft.value.pointer_mut("/spec/templates").and_then(Value::as_array_mut);
        for template in templates.into_iter().flatten().filter_map(Value::as_object_mut) {
            let name = template.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
            for container in containers(template) {
                for ((variable, parameter), otherwise) in VARIABLES.iter().zip(parameters).zip(otherwise) {
                    let value = format!("{{{{=workflow.parameters[\"{parameter}\"] ?? {otherwise}}}}}");
                    let told = format!(
                        "{variable} in the environment of template {name} is replaced: [lineage-parameters] gives it"
                    );
                    if replaces(container, variable, &value) && !warnings.contains(&told) {
                        warnings.push(told);
                    }
                    tier_template::set_env(container, variable, &value);
                }
            }
        }
    }
}

/// The containers of a template that run a program of the user's: its container, its script, or `main` of its container set; all of a
/// set without a `main`.
fn containers(template: &mut Map<String, Value>) -> Vec<&mut Map<String, Value>> {
    let plain =
        ["container", "script"].into_iter().find(|key| template.get(*key).is_some_and(Value::is_object));
    if let Some(key) = plain {
        return template.get_mut(key).and_then(Value::as_object_mut).into_iter().collect();
    }
    let set = template.get_mut("containerSet").and_then(|set| set.get_mut("containers"));
    let Some(set) = set.and_then(Value::as_array_mut) else { return Vec::new() };
    let is_main = |container: &Value| named(container) == Some("main");
    let has_main = set.iter().any(is_main);
    let wanted = set.iter_mut().filter(|container| !has_main || is_main(container));
    wanted.filter_map(Value::as_object_mut).collect()
}

/// Whether a container has the variable with another value.
fn replaces(container: &Map<String, Value>, variable: &str, value: &str) -> bool {
    let env = container.get("env").and_then(Value::as_array).into_iter().flatten();
    env.into_iter().any(|entry| {
        named(entry) == Some(variable) && entry.get("value").and_then(Value::as_str) != Some(value)
    })
}

/// What a person should know: parameters of the root that are replaced, and tiers whose templates are not ours to change.
pub(super) fn warnings(job: &Job<'_>) -> Vec<String> {
    let Some(names) = &job.recipe.lineage_parameters else { return Vec::new() };
    let parent = job.evidence.lineage.parent();
    let values = values(names, &job.evidence.lineage);
    let mut told = Vec::new();
    // A retry has them from us.
    for parameter in parent.parameters().into_iter().filter(|_| parent.generation() == 1) {
        let given = values.iter().find(|(name, _)| *name == parameter.name);
        let said = parameter.value.as_ref().filter(|value| !value.is_empty());
        if given.is_some_and(|(_, value)| said.is_some_and(|said| said != value)) {
            told.push(format!(
                "the parent's parameter {} is replaced: [lineage-parameters] gives it",
                parameter.name
            ));
        }
    }
    for tier in Unchanged::of(job) {
        let body = job.ladder.body(job.recipe, tier.tier);
        let told_itself = body.is_some_and(|body| refers(body, &names.retry_indicator));
        if !told_itself {
            told.push(format!(
                "{} {} nothing of {}: {} stays as it is on the cluster; it can take them from the workflow's parameters {}, {} and {}",
                tier.who(job),
                tier.verb("knows", "know"),
                VARIABLES.join(", "),
                job.ladder.template(tier.tier),
                names.run_id,
                names.retry_run_id,
                names.retry_indicator
            ));
        }
    }
    told
}
