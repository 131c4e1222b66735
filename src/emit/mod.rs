//! Stage 5: drafts. Manifests are built as values from the base and the parent, never as text; `verify` makes them manifests.

pub mod yaml;

mod aggregate;
mod arguments;
mod attempt;
mod carry;
mod clean;
mod concurrency;
mod dag;
mod dropped;
mod kustomization;
mod labels;
mod layout;
mod lineage;
mod memoize;
mod names;
mod parameters;
mod pod_labels;
mod recovery;
mod redacted;
mod reference;
mod retry_strategy;
mod taken;
mod tier_template;
mod variant_template;
mod workflow;

use serde_json::Value;

use crate::diagnose::Diagnosis;
use crate::error::Faults;
use crate::evidence::Evidence;
use crate::evidence::ledger::Flags;
use crate::evidence::templates::ProvidedTemplate;
use crate::plan::{Fate, Ladder, Plan};
use crate::recipe::Recipe;

pub use lineage::values as lineage_values;
pub use parameters::Changes;

/// A manifest that was not verified yet.
#[derive(Debug, Clone)]
pub struct Draft {
    /// The file it is to be written to, in the output directory.
    pub file: String,
    /// Comment lines above the document, without their `# `.
    pub header: Vec<String>,
    /// The document.
    pub value: Value,
}

/// What emission adds to the drafts themselves.
#[derive(Debug, Clone, Default)]
pub struct Emission {
    /// The drafts, in the order in which they are shown.
    pub drafts: Vec<Draft>,
    /// What a person should know about them.
    pub warnings: Vec<String>,
}

/// What is needed to emit the retry of a run.
#[derive(Debug, Clone, Copy)]
pub struct Job<'a> {
    /// The recipe.
    pub recipe: &'a Recipe,
    /// The facts.
    pub evidence: &'a Evidence,
    /// The judgement.
    pub diagnosis: &'a Diagnosis,
    /// The tiers' templates.
    pub ladder: &'a Ladder,
    /// What will run.
    pub plan: &'a Plan,
    /// The flags that changed the plan; they stand in the Workflow's header.
    pub flags: &'a Flags,
}

/// The tiers' WorkflowTemplates, the retry Workflow where something runs again, and the kustomization.
///
/// # Errors
/// Names, arguments or sizes that a cluster would refuse, each at the place in the recipe that can mend it.
pub fn emit(job: &Job<'_>) -> Result<Emission, Faults> {
    let mut faults = Faults::new();
    let changes = faults.take(Changes::new(job));
    let Some(changes) = changes else { return Err(faults) };
    let namespace = job.evidence.lineage.parent().namespace.clone();
    let mut drafts = tier_templates(
        job.recipe,
        job.ladder,
        &job.evidence.templates,
        namespace.as_deref(),
        &changes,
        &mut faults,
    );
    let mut warnings = lineage::warnings(job);
    let variants = variant_template::drafts(job, &drafts, namespace.as_deref(), &changes, &mut faults);
    drafts.extend(variants);
    memoize::templates(job.recipe, Some(job), &mut drafts);
    if job.plan.decisions.iter().any(|decision| matches!(decision.fate, Fate::Retry(_))) {
        let retry = faults.take(workflow::drafts(job, &changes, &drafts, &mut warnings));
        drafts.extend(retry.iter().flat_map(|_| concurrency::config_map(job)));
        drafts.extend(retry.into_iter().flatten());
        warnings.extend(kustomization::hides(job.recipe).map(str::to_owned));
    }
    lineage::environment(job.recipe, &mut drafts, &mut warnings);
    faults.take(dropped::check(job, &changes, &drafts));
    faults.take(redacted::check(job, &drafts, &mut warnings));
    finish(job.recipe, &mut drafts);
    faults.or(Emission { drafts, warnings })
}

/// The tiers' WorkflowTemplates alone: what a recipe without a workflow compiles to.
///
/// # Errors
/// Those of [`emit`] that need no workflow.
pub fn emit_templates(
    recipe: &Recipe,
    ladder: &Ladder,
    provided: &[ProvidedTemplate],
) -> Result<Emission, Faults> {
    let mut faults = Faults::new();
    let namespace =
        ladder.base.as_ref().and_then(|base| base.document.pointer("/metadata/namespace")?.as_str());
    let mut drafts = tier_templates(recipe, ladder, provided, namespace, &Changes::default(), &mut faults);
    let mut warnings = Vec::new();
    memoize::templates(recipe, None, &mut drafts);
    lineage::environment(recipe, &mut drafts, &mut warnings);
    finish(recipe, &mut drafts);
    faults.or(Emission { drafts, warnings })
}

fn tier_templates(
    recipe: &Recipe,
    ladder: &Ladder,
    provided: &[ProvidedTemplate],
    namespace: Option<&str>,
    changes: &Changes,
    faults: &mut Faults,
) -> Vec<Draft> {
    let drafts = (0..recipe.tiers.len()).filter_map(|tier| {
        let draft = tier_template::draft(recipe, ladder, tier, namespace, changes)?;
        let taken = taken::check_tier(recipe, ladder, provided, tier);
        Some(draft.and_then(|draft| Ok(taken.map(|()| draft)?)))
    });
    drafts.filter_map(|draft| faults.take(draft)).collect()
}

/// The first line of every file that is ours.
pub fn header(recipe: &Recipe) -> String {
    let name = recipe.source.name().rsplit(['/', '\\']).next().unwrap_or_default();
    format!("written by gapit-compile from {name}; do not edit")
}

fn finish(recipe: &Recipe, drafts: &mut Vec<Draft>) {
    // Of nothing there is none: kustomize 5.3 refuses one that lists nothing (`kustomization.yaml is empty`), and what 5.5 builds of it
    // kubectl does not apply. Beside a Workflow that can only be created it stands all the same, and lists nothing: without it a GitOps
    // controller would take every file that it finds.
    if recipe.output.kustomization && !drafts.is_empty() {
        let kustomization = kustomization::draft(recipe, drafts);
        drafts.push(kustomization);
    }
}
