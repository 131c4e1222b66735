//! The base: the WorkflowTemplate that derived tiers differ from, by one of three ways of finding it.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::error::{Code, Fault};
use crate::evidence::kind;
use crate::evidence::snapshot::{self, Lineage, Runs, TemplateRef, Workflow};
use crate::evidence::templates::{ProvidedTemplate, body_in};
use crate::recipe::{Recipe, TierForm};
use crate::units::name;

/// A WorkflowTemplate to derive tiers from.
#[derive(Debug, Clone)]
pub struct Base {
    /// The WorkflowTemplate's name, or the inline template's: `base` in names.
    pub name: String,
    /// Where it was found.
    pub origin: Origin,
    /// Whether it is a ClusterWorkflowTemplate. What is derived from it is none.
    pub cluster_scope: bool,
    /// The whole WorkflowTemplate; made up around the template where only that is known.
    pub document: Value,
}

/// Where a base was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// In a file of `inputs.templates`.
    Provided,
    /// In the workflow's own spec.
    Inline,
    /// In `status.storedTemplates` of the snapshot.
    Stored,
}

impl Base {
    /// Finds the base: a given file, the workflow's own template, or the one that the snapshot stored.
    ///
    /// # Errors
    /// [`Code::EmitBaseMissing`] that names what is missing, and those of [`kind::reference`].
    pub fn find(
        recipe: &Recipe,
        lineage: Option<&Lineage>,
        provided: &[ProvidedTemplate],
    ) -> Result<Self, Fault> {
        let declared = recipe.tiers.iter().find_map(|tier| match &tier.form {
            TierForm::Existing(name) => Some(name),
            TierForm::Derived(_) => None,
        });
        let root = lineage.map(Lineage::root);
        if let Some(workflow) = root
            && let Some(inline) = inline(recipe, workflow)
        {
            return inline;
        }
        let template = &recipe.items.template.value;
        let wanted = match declared {
            Some(name) => Some(kind::reference(name, template, lineage, provided)?),
            None => root.and_then(|workflow| referenced(recipe, workflow)),
        };
        let Some(wanted) = wanted else { return Err(nowhere(recipe, provided)) };
        named(recipe, &wanted, lineage, provided)
    }

    /// Where it was found, in words: `gapit3-gwas-single-trait, as the run stored it`.
    pub(super) fn told(&self) -> String {
        let place = match self.origin {
            Origin::Provided => "as `[inputs] templates` has it",
            Origin::Inline => "as the workflow has it",
            Origin::Stored => "as the run stored it",
        };
        format!("{}, {place}", self.name)
    }

    /// The template of the items in it.
    pub fn body(&self, recipe: &Recipe) -> Option<&Value> {
        body_in(&self.document, &recipe.items.template.value)
    }
}

/// The WorkflowTemplate of a reference: from a given file, else as the newest generation stored it.
///
/// # Errors
/// [`Code::EmitBaseMissing`] that names it, or the template it calls that was not stored.
pub(super) fn named(
    recipe: &Recipe,
    wanted: &TemplateRef,
    lineage: Option<&Lineage>,
    provided: &[ProvidedTemplate],
) -> Result<Base, Fault> {
    let template = &recipe.items.template;
    let name = &wanted.name;
    let found_in =
        |origin, document| Base { name: name.clone(), origin, cluster_scope: wanted.cluster_scope, document };
    if let Some(found) = provided.iter().find(|given| given.is(wanted)) {
        if body_in(&found.document, &template.value).is_none() {
            let known = templates_in(&found.document);
            let meant = name::meant(&template.value, known.iter().copied());
            return Err(Fault::new(
                Code::EmitBaseMissing,
                format!(
                    "{} {name} in {} has no template `{}`",
                    wanted.kind(),
                    found.place.source().name(),
                    template.value
                ),
                format!("{meant}its templates are {}", known.join(", ")),
            )
            .at(&template.place, "the template of the items"));
        }
        return Ok(found_in(Origin::Provided, found.document.clone()));
    }
    let generations = lineage.map_or(&[][..], Lineage::generations);
    for workflow in generations.iter().rev() {
        if let Some(body) = snapshot::stored_template(workflow, wanted) {
            let siblings = snapshot::stored_siblings(workflow, wanted);
            let templates =
                with_called(body, &siblings).map_err(|missing| not_stored(recipe, wanted, &missing))?;
            return Ok(found_in(Origin::Stored, wrap(name, templates)));
        }
    }
    Err(Fault::new(
        Code::EmitBaseMissing,
        format!("{} {name} is neither among the given templates nor stored in the snapshot", wanted.kind()),
        wanted.save(),
    )
    .at(&place_of(recipe, name), "this WorkflowTemplate is needed"))
}

/// Where the recipe names a WorkflowTemplate; the items' template where it does not.
fn place_of(recipe: &Recipe, wanted: &str) -> crate::source::Place {
    recipe
        .tiers
        .iter()
        .find_map(|tier| match &tier.form {
            TierForm::Existing(name) if name.value == wanted => Some(name.place.clone()),
            _ => None,
        })
        .unwrap_or_else(|| recipe.items.template.place.clone())
}

/// The workflow's own template, where its fan-out calls one by its local name.
fn inline(recipe: &Recipe, workflow: &Workflow) -> Option<Result<Base, Fault>> {
    let template = &recipe.items.template.value;
    let fan_outs = snapshot::fan_outs(workflow, template);
    fan_outs.iter().find(|fan_out| matches!(fan_out.runs, Runs::Local(_)))?;
    let templates: Vec<&Value> =
        workflow.spec.get("templates").and_then(Value::as_array).into_iter().flatten().collect();
    let body = templates.iter().find(|body| named_as(body) == Some(template))?;
    Some(match with_called(body, &templates) {
        Ok(called) => {
            let document = wrap(template, called);
            Ok(Base { name: template.clone(), origin: Origin::Inline, cluster_scope: false, document })
        }
        Err(missing) => {
            let own =
                TemplateRef { name: template.clone(), template: template.clone(), cluster_scope: false };
            Err(not_stored(recipe, &own, &missing))
        }
    })
}

/// The WorkflowTemplate that the fan-out refers to.
fn referenced(recipe: &Recipe, workflow: &Workflow) -> Option<TemplateRef> {
    let fan_outs = snapshot::fan_outs(workflow, &recipe.items.template.value);
    fan_outs.into_iter().find_map(|fan_out| match fan_out.runs {
        Runs::Reference(reference) => Some(reference),
        Runs::Local(_) => None,
    })
}

/// A template and the local templates it calls, itself first.
///
/// # Errors
/// The name of a called template that is not among `known`.
fn with_called(body: &Value, known: &[&Value]) -> Result<Vec<Value>, String> {
    let mut taken = vec![body.clone()];
    let mut seen: BTreeSet<String> = named_as(body).map(str::to_owned).into_iter().collect();
    let mut position = 0;
    while let Some(current) = taken.get(position) {
        for called in calls(current) {
            if seen.insert(called.clone()) {
                let found = known.iter().find(|template| named_as(template) == Some(&called));
                taken.push((*found.ok_or(called)?).clone());
            }
        }
        position += 1;
    }
    Ok(taken)
}

/// The local templates that a template's tasks, steps and hooks name.
fn calls(template: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let tasks = template.pointer("/dag/tasks").and_then(Value::as_array).into_iter().flatten();
    let steps = template.get("steps").and_then(Value::as_array).into_iter().flatten();
    let steps = steps.flat_map(|group| match group {
        Value::Array(steps) => steps.iter().collect(),
        other => vec![other],
    });
    for caller in tasks.chain(steps) {
        let hooks = caller.get("hooks").and_then(Value::as_object).into_iter().flat_map(Map::values);
        let named = std::iter::once(caller)
            .chain(hooks)
            .filter_map(|call| call.get("template").and_then(Value::as_str));
        found.extend(named.map(str::to_owned));
    }
    found
}

fn wrap(name: &str, templates: Vec<Value>) -> Value {
    json!({
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "WorkflowTemplate",
        "metadata": { "name": name },
        "spec": { "templates": templates },
    })
}

fn templates_in(document: &Value) -> Vec<&str> {
    let templates = document.pointer("/spec/templates").and_then(Value::as_array);
    templates.into_iter().flatten().filter_map(named_as).collect()
}

fn named_as(template: &Value) -> Option<&str> {
    template.get("name").and_then(Value::as_str)
}

fn not_stored(recipe: &Recipe, owner: &TemplateRef, missing: &str) -> Fault {
    let (template, owner_name) = (&recipe.items.template.value, &owner.name);
    Fault::new(
        Code::EmitBaseMissing,
        format!("template `{template}` of {owner_name} calls `{missing}`, which the snapshot did not store"),
        owner.save(),
    )
    .at(&recipe.items.template.place, "the template of the items")
}

fn nowhere(recipe: &Recipe, provided: &[ProvidedTemplate]) -> Fault {
    let known: Vec<&str> = provided.iter().map(|given| given.name.as_str()).collect();
    let given =
        if known.is_empty() { "none is given".to_owned() } else { format!("given are {}", known.join(", ")) };
    Fault::new(
        Code::EmitBaseMissing,
        "no tier names the WorkflowTemplate that the others are derived from, and there is no workflow to take it from",
        format!("write `template = \"NAME\"` in the first tier, and name its file in `[inputs] templates` ({given})"),
    )
    .at(&recipe.tiers.first().map_or_else(|| recipe.items.template.place.clone(), |tier| tier.name.place.clone()), "the first tier")
}
