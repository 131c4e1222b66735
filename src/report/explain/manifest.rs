//! The lines of the manifests that came of one item.

use serde_json::Value;

use super::{Lines, ManifestSaid};
use crate::diagnose::BEFORE;
use crate::recipe::Recipe;
use crate::units::Index;
use crate::verify::Manifest;

/// Its task and the template that the task refers to; `None` where no task is the item's.
pub(super) fn written(recipe: &Recipe, manifests: &[Manifest], index: &Index) -> Option<ManifestSaid> {
    let workflows = manifests.iter().filter(|manifest| text(manifest.value(), "/kind") == Some("Workflow"));
    workflows.map(|workflow| referred(manifests, workflow).unwrap_or(workflow)).find_map(|workflow| {
        let (task, element) = task_of(workflow.value(), recipe, index)?;
        let mut caller = task.clone();
        let mut before = step(workflow.value(), &task);
        // Each layer is a local DAG of one item: around its recovery step and it, or around it alone, where a semaphore is held.
        while let Some((dag, inner)) = nested(workflow.value(), &caller) {
            before = before.or_else(|| step(workflow.value(), &inner).map(|_| dag));
            caller = inner;
        }
        let reference = workflow.value().pointer(&format!("{caller}/templateRef"))?;
        let own = element.as_ref().unwrap_or(&task);
        Some(ManifestSaid {
            lines: lines(recipe, workflow, own, true)?,
            task: element.is_some().then(|| lines(recipe, workflow, &task, false)).flatten(),
            before: before.and_then(|pointer| lines(recipe, workflow, &pointer, false)),
            template: template(recipe, manifests, reference),
        })
    })
}

/// The pointer of the task that runs an item, and of the item's element where the task runs several.
fn task_of(workflow: &Value, recipe: &Recipe, index: &Index) -> Option<(String, Option<String>)> {
    let parameter = recipe.items.index_parameter.value.as_str();
    for (at, template) in array(workflow, "/spec/templates") {
        for (task_at, task) in array(template, "/dag/tasks") {
            let pointer = format!("/spec/templates/{at}/dag/tasks/{task_at}");
            // A recovery step can be handed the index too.
            let runs = text(task, "/templateRef/template");
            if runs.is_some_and(|runs| runs != recipe.items.template.value) {
                continue;
            }
            let arguments = array(task, "/arguments/parameters");
            let argument = arguments.into_iter().find(|(_, given)| text(given, "/name") == Some(parameter));
            let Some(value) = argument.and_then(|(_, given)| text(given, "/value")) else { continue };
            if value == index.as_str() {
                return Some((pointer, None));
            }
            let key = value.strip_prefix("{{item.").and_then(|rest| rest.strip_suffix("}}"));
            let holds = |element: &Value| {
                key.and_then(|key| element.get(key)?.as_str()).is_some_and(|value| value == index.as_str())
            };
            let found = array(task, "/withItems").into_iter().find(|(_, element)| holds(element));
            if let Some((element, _)) = found {
                let element = format!("{pointer}/withItems/{element}");
                return Some((pointer, Some(element)));
            }
        }
    }
    None
}

/// The WorkflowTemplate that a Workflow refers to as a whole: it says what runs.
fn referred<'a>(manifests: &'a [Manifest], workflow: &Manifest) -> Option<&'a Manifest> {
    holder(manifests, text(workflow.value(), "/spec/workflowTemplateRef/name")?)
}

/// The WorkflowTemplate of a name.
fn holder<'a>(manifests: &'a [Manifest], name: &str) -> Option<&'a Manifest> {
    manifests.iter().find(|manifest| {
        text(manifest.value(), "/kind") == Some("WorkflowTemplate")
            && text(manifest.value(), "/metadata/name") == Some(name)
    })
}

/// The local template that a task runs for each item of a list, and in it the task that is the item's: the last one, behind its step.
fn nested(workflow: &Value, task: &str) -> Option<(String, String)> {
    let local = workflow.pointer(task)?.get("template")?.as_str()?;
    let templates = array(workflow, "/spec/templates");
    let (at, dag) = templates.into_iter().find(|(_, body)| text(body, "/name") == Some(local))?;
    let (last, _) = array(dag, "/dag/tasks").into_iter().next_back()?;
    Some((format!("/spec/templates/{at}"), format!("/spec/templates/{at}/dag/tasks/{last}")))
}

/// The task of the recovery step before a task.
fn step(workflow: &Value, task: &str) -> Option<String> {
    let (tasks, _) = task.rsplit_once('/')?;
    let name = format!("{BEFORE}{}", text(workflow, &format!("{task}/name"))?);
    let found = array(workflow, tasks).into_iter().find(|(_, task)| text(task, "/name") == Some(&name));
    found.map(|(at, _)| format!("{tasks}/{at}"))
}

/// The template of a reference, where one of these manifests holds it.
fn template(recipe: &Recipe, manifests: &[Manifest], reference: &Value) -> Option<Lines> {
    let (name, template) = (text(reference, "/name")?, text(reference, "/template")?);
    let is_of_the_namespace = reference.get("clusterScope") != Some(&Value::Bool(true));
    let holder = holder(manifests, name).filter(|_| is_of_the_namespace)?;
    let templates = array(holder.value(), "/spec/templates");
    let (at, _) = templates.into_iter().find(|(_, body)| text(body, "/name") == Some(template))?;
    lines(recipe, holder, &format!("/spec/templates/{at}"), false)
}

fn lines(recipe: &Recipe, manifest: &Manifest, pointer: &str, quoted: bool) -> Option<Lines> {
    let (first, last) = manifest.lines(pointer)?;
    let shown: Vec<&str> = manifest.text().lines().skip(first - 1).take(last + 1 - first).collect();
    let blank = |line: &&str| line.len() - line.trim_start().len();
    let margin = shown.iter().filter(|line| !line.trim().is_empty()).map(blank).min().unwrap_or_default();
    let cut: Vec<&str> = shown.iter().map(|line| line.get(margin..).unwrap_or_default()).collect();
    Some(Lines {
        file: format!("{}/{}", recipe.output.directory, manifest.file()),
        first,
        last,
        text: quoted.then(|| cut.join("\n")),
    })
}

fn text<'a>(value: &'a Value, pointer: &str) -> Option<&'a str> {
    value.pointer(pointer).and_then(Value::as_str)
}

fn array<'a>(value: &'a Value, pointer: &str) -> Vec<(usize, &'a Value)> {
    let array = value.pointer(pointer).and_then(Value::as_array);
    array.into_iter().flatten().enumerate().collect()
}
