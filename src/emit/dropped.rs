//! Parameters that `[parameters] drop` takes away while something still takes them: Argo would refuse the Workflow, or fail the pods.

use std::collections::BTreeSet;

use serde_json::Value;

use super::parameters::named;
use super::variant_template::Unchanged;
use super::{Changes, Draft, Job, recovery};
use crate::error::{Code, Fault, Faults};
use crate::recipe::Before;

/// Looks through what would be written, and through the templates on the cluster that it runs.
///
/// # Errors
/// [`Code::EmitUnknownParameter`], one for each parameter that is dropped and taken.
pub(super) fn check(job: &Job<'_>, changes: &Changes, drafts: &[Draft]) -> Result<(), Faults> {
    let mut faults = Faults::new();
    let dropped = job.recipe.parameters.drop.iter();
    // What is set has the last word, and is there again.
    for dropped in dropped.filter(|dropped| !changes.has(&dropped.value)) {
        let mut takers = BTreeSet::new();
        drafts.iter().for_each(|draft| in_draft(draft, &dropped.value, &mut takers));
        let on_cluster = on_cluster(job).into_iter().filter(|(_, body)| takes(body, &dropped.value));
        takers.extend(on_cluster.map(|(name, _)| name));
        if takers.is_empty() {
            continue;
        }
        let take = if takers.len() == 1 { "takes" } else { "take" };
        let takers: Vec<String> = takers.into_iter().collect();
        let message =
            format!("parameter {} cannot be dropped: {} {take} it", dropped.value, takers.join(", "));
        let help = "leave it out of `drop`; another value it gets by `set`, another name by `rename`";
        faults.push(Fault::new(Code::EmitUnknownParameter, message, help).at(&dropped.place, "still taken"));
    }
    faults.or(())
}

/// Who takes the parameter in a draft: the template that a task hands it to, the template that says it, else the file.
fn in_draft(draft: &Draft, parameter: &str, takers: &mut BTreeSet<String>) {
    let owner = draft.value.pointer("/metadata/name").and_then(Value::as_str);
    let owner = owner.filter(|_| draft.value["kind"] == "WorkflowTemplate").unwrap_or(&draft.file);
    let spec = draft.value.get("spec").and_then(Value::as_object);
    if spec.is_some_and(|spec| spec.iter().any(|(key, value)| key != "templates" && takes(value, parameter)))
    {
        takers.insert(draft.file.clone());
    }
    let templates = draft.value.pointer("/spec/templates").and_then(Value::as_array);
    for body in templates.into_iter().flatten() {
        let of_owner = |name: &str| format!("{owner}/{name}");
        let is_said = body
            .as_object()
            .into_iter()
            .flatten()
            .any(|(key, value)| key != "dag" && takes(value, parameter));
        if is_said {
            takers.extend(named(body).map(of_owner));
        }
        let tasks = body.pointer("/dag/tasks").and_then(Value::as_array);
        for task in tasks.into_iter().flatten().filter(|task| takes(task, parameter)) {
            let referred = task.get("templateRef").and_then(|callee| {
                Some(format!("{}/{}", callee.get("name")?.as_str()?, callee.get("template")?.as_str()?))
            });
            let local = || Some(of_owner(task.get("template")?.as_str()?));
            takers.extend(referred.or_else(local));
        }
    }
}

/// The templates that run as they are on the cluster, as far as they are known.
fn on_cluster<'a>(job: &Job<'a>) -> Vec<(String, &'a Value)> {
    let template = &job.recipe.items.template.value;
    let of_tiers = Unchanged::of(job).into_iter().filter_map(|tier| {
        let body = job.ladder.body(job.recipe, tier.tier)?;
        Some((format!("{}/{template}", job.ladder.template(tier.tier)), body))
    });
    let aggregate = job.recipe.aggregate.iter().map(|call| (&call.name, &call.template.value));
    let steps = recovery::used(job).into_iter().filter_map(|before| match before {
        Before::TemplateRef { name, template } => Some((name, &template.value)),
        Before::Script(_) => None,
    });
    let called = aggregate.chain(steps).filter_map(|(name, template)| {
        let calls = job.evidence.reference(name, template).ok()?;
        Some((format!("{}/{template}", name.value), job.evidence.template(&calls)?))
    });
    of_tiers.chain(called).collect()
}

/// Whether a value has the parameter's plain tag. An expression may do without it (`??`); whether it does, verification knows.
fn takes(value: &Value, parameter: &str) -> bool {
    match value {
        Value::String(text) => text.split("{{").skip(1).any(|rest| {
            let tag = rest.split("}}").next().unwrap_or(rest);
            tag.trim().strip_prefix("workflow.parameters.") == Some(parameter)
        }),
        Value::Array(list) => list.iter().any(|inner| takes(inner, parameter)),
        Value::Object(map) => map.values().any(|inner| takes(inner, parameter)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn whoever_is_handed_a_parameter_or_says_it_takes_it() {
        let tag = "{{workflow.parameters.maf}}";
        let handed = |callee: Value| {
            let mut task = json!({ "arguments": { "parameters": [{ "name": "x", "value": tag }] } });
            task.as_object_mut().unwrap().extend(callee.as_object().unwrap().clone());
            task
        };
        let value = json!({
            "kind": "Workflow",
            "metadata": { "name": "w" },
            "spec": {
                "podSpecPatch": "{{ workflow.parameters.maf }}",
                "templates": [
                    { "name": "d", "dag": { "tasks": [
                        handed(json!({ "templateRef": { "name": "a", "template": "b" } })),
                        handed(json!({ "template": "local" })),
                        { "templateRef": { "name": "none", "template": "b" } },
                    ] } },
                    { "name": "script", "script": { "image": tag } },
                    { "name": "expression", "script": { "image": "{{=workflow.parameters.maf ?? ''}}" } },
                    { "name": "other", "script": { "image": "{{workflow.parameters.maf-2}}" } },
                ],
            },
        });
        let mut takers = BTreeSet::new();
        in_draft(&Draft { file: "w.yaml".to_owned(), header: Vec::new(), value }, "maf", &mut takers);
        assert_eq!(Vec::from_iter(takers), ["a/b", "w.yaml", "w.yaml/local", "w.yaml/script"]);
    }
}
