//! The lines of the manifests that came of one item.

use serde_json::Value;

use super::{Lines, ManifestSaid};
use crate::recipe::Recipe;
use crate::units::Index;
use crate::verify::Manifest;

/// Its task and the template that the task refers to; `None` where no task is the item's.
pub(super) fn written(recipe: &Recipe, manifests: &[Manifest], index: &Index) -> Option<ManifestSaid> {
    let workflows = manifests.iter().filter(|manifest| text(manifest.value(), "/kind") == Some("Workflow"));
    workflows.map(|workflow| referred(manifests, workflow).unwrap_or(workflow)).find_map(|workflow| {
        let (task, element) = task_of(workflow.value(), &recipe.items.index_parameter.value, index)?;
        let reference = reference(workflow.value(), &task)?;
        let own = element.as_ref().unwrap_or(&task);
        Some(ManifestSaid {
            lines: lines(recipe, workflow, own, true)?,
            task: element.is_some().then(|| lines(recipe, workflow, &task, false)).flatten(),
            template: template(recipe, manifests, reference),
        })
    })
}

/// The pointer of the task that runs an item, and of the item's element where the task runs several.
fn task_of(workflow: &Value, parameter: &str, index: &Index) -> Option<(String, Option<String>)> {
    for (at, template) in array(workflow, "/spec/templates") {
        for (task_at, task) in array(template, "/dag/tasks") {
            let pointer = format!("/spec/templates/{at}/dag/tasks/{task_at}");
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

/// The template that a task runs in the end: what it refers to, or what the task of the local DAG refers to that it calls, as where a
/// semaphore is held around the item.
fn reference<'a>(workflow: &'a Value, task: &str) -> Option<&'a Value> {
    let task = workflow.pointer(task)?;
    task.get("templateRef").or_else(|| {
        let called = text(task, "/template")?;
        let templates = array(workflow, "/spec/templates");
        let (_, local) =
            templates.into_iter().find(|(_, template)| text(template, "/name") == Some(called))?;
        array(local, "/dag/tasks").into_iter().find_map(|(_, task)| task.get("templateRef"))
    })
}

/// The template of a reference, where one of these manifests holds it.
fn template(recipe: &Recipe, manifests: &[Manifest], reference: &Value) -> Option<Lines> {
    let (name, template) = (text(reference, "/name")?, text(reference, "/template")?);
    let holder = holder(manifests, name)?;
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
