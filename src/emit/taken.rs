//! The names that WorkflowTemplates and Workflows on the cluster have already. What is written may take none of them: applied, it would
//! take their place, and everything that calls them would run something else.

use serde_json::Value;

use super::{Job, labels};
use crate::error::{Code, Fault};
use crate::evidence::templates::ProvidedTemplate;
use crate::plan::{Ladder, Origin};
use crate::recipe::{Before, NameTemplate, NamingMode, Recipe, TierForm};

/// Whose a WorkflowTemplate is that exists and is not written here; `None` where no such template is known to have the name.
pub(super) fn owner(
    recipe: &Recipe,
    ladder: &Ladder,
    provided: &[ProvidedTemplate],
    name: &str,
) -> Option<String> {
    let tier = recipe.tiers.iter().find_map(|tier| match &tier.form {
        TierForm::Existing(template) if template.value == name => {
            Some(format!("the tier `{}`", tier.name.value))
        }
        _ => None,
    });
    let base = || {
        let base = ladder.base.as_ref().filter(|base| base.origin != Origin::Inline && base.name == name)?;
        Some(format!("the base of the tiers, {}", base.name))
    };
    let aggregate = || {
        recipe.aggregate.as_ref().filter(|call| call.name.value == name).map(|_| "the aggregation".to_owned())
    };
    let step = || {
        recipe.rules.iter().find_map(|rule| match rule.before.as_ref()? {
            Before::TemplateRef { name: of_step, .. } if of_step.value == name => {
                Some(format!("the recovery step of the rule `{}`", rule.name.value))
            }
            _ => None,
        })
    };
    let given = || {
        let mut foreign = provided.iter().filter(|given| !given.cluster_scope && !is_ours(&given.document));
        let given = foreign.find(|given| given.name == name)?;
        Some(format!("the one in {}", given.place.source().name()))
    };
    tier.or_else(base).or_else(aggregate).or_else(step).or_else(given)
}

/// Whether a document says that it was written here: an earlier compile may have left it among the given templates.
fn is_ours(document: &Value) -> bool {
    let labels = document.pointer("/metadata/labels");
    labels.and_then(|labels| labels.get(labels::MANAGED_BY.0)?.as_str()) == Some(labels::MANAGED_BY.1)
}

/// Checks that the WorkflowTemplate of a derived tier is nobody else's.
///
/// # Errors
/// [`Code::EmitNameClash`] at `naming.template`.
pub(super) fn check_tier(
    recipe: &Recipe,
    ladder: &Ladder,
    provided: &[ProvidedTemplate],
    tier: usize,
) -> Result<(), Fault> {
    let name = ladder.template(tier);
    let earlier = (0..tier).find(|other| ladder.template(*other) == name);
    let earlier = earlier.map(|other| format!("the tier `{}`", recipe.tiers[other].name.value));
    let Some(whose) = owner(recipe, ladder, provided, name).or(earlier) else { return Ok(()) };
    Err(clash(
        &recipe.naming.template,
        format!(
            "the tier `{}` and {whose} would both be WorkflowTemplate {name}",
            recipe.tiers[tier].name.value
        ),
        "applied, one would take the place of the other: a name with `<< base >>` and `<< tier >>` in it is that tier's alone",
    ))
}

/// Checks that the WorkflowTemplate which the Workflow refers to would replace none that the retry runs.
///
/// # Errors
/// [`Code::EmitNameClash`] at `naming.workflow`.
pub(super) fn check_reference(job: &Job<'_>, name: &str) -> Result<(), Fault> {
    let tier = (0..job.recipe.tiers.len()).any(|tier| job.ladder.template(tier) == name);
    let variant = job.plan.variants.iter().any(|variant| variant.name == name);
    if !tier && !variant && owner(job.recipe, job.ladder, &job.evidence.templates, name).is_none() {
        return Ok(());
    }
    Err(clash(
        &job.recipe.naming.workflow,
        format!(
            "the WorkflowTemplate that the Workflow refers to would be {name}, and another has that name"
        ),
        "with `output.reference` the Workflow's name is also that of a WorkflowTemplate: give it one that no other has, such as `<< pipeline >>-retry-<< root.suffix >>`",
    ))
}

/// Checks that the Workflow is not called like one of its own lineage. Applied under such a name it would only patch what ended long ago,
/// and nothing would run; with a `generateName` the API server makes the name another one.
///
/// # Errors
/// [`Code::EmitNameClash`] at `naming.workflow`.
pub(super) fn check_workflow(job: &Job<'_>, name: &str) -> Result<(), Fault> {
    if job.recipe.output.naming_mode != NamingMode::Name {
        return Ok(());
    }
    let lineage = &job.evidence.lineage;
    let Some(taken) = lineage.generations().iter().find(|workflow| workflow.name == name) else {
        return Ok(());
    };
    let whose = if taken.name == lineage.root().name { "the root" } else { "an earlier retry" };
    Err(clash(
        &job.recipe.naming.workflow,
        format!("the retry would be Workflow {name}, and {whose} has that name"),
        "applied, it would change a Workflow that has ended, and nothing would run: name the retry by its number too, `<< pipeline >>-retry-<< root.suffix >><% if retry > 1 %>-<< retry >><% endif %>`",
    ))
}

fn clash(template: &NameTemplate, message: String, help: &str) -> Fault {
    Fault::new(Code::EmitNameClash, message, help).at(&template.written().place, "this name")
}
