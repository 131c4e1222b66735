//! The whole way: from checked inputs to verified manifests. It touches no disk, no clock and no environment.

pub mod lint;
mod record;
pub mod test;

use crate::diagnose::{Diagnosis, diagnose};
use crate::emit::{Job, emit, emit_templates};
use crate::error::{Code, Faults};
use crate::evidence::Evidence;
use crate::evidence::ledger::Flags;
use crate::evidence::templates::ProvidedTemplate;
use crate::plan::{Ladder, Options, Plan, plan, upstream_faults};
use crate::recipe::Recipe;
use crate::verify::{Known, Manifest, verify};

/// What a compile reads.
#[derive(Debug, Clone)]
pub struct Inputs {
    /// The recipe.
    pub recipe: Recipe,
    /// The lineage and the scan; `None`: the recipe compiles to its tiers' WorkflowTemplates alone.
    pub evidence: Option<Evidence>,
    /// WorkflowTemplates that exist on the cluster.
    pub templates: Vec<ProvidedTemplate>,
    /// The flags that change the plan.
    pub flags: Flags,
}

/// What a compile makes.
#[derive(Debug, Clone)]
pub struct Compilation {
    /// The manifests; empty where the plan is forbidden.
    pub manifests: Vec<Manifest>,
    /// The ledger with this plan in it; `None` where it stays as it is.
    pub ledger: Option<String>,
    /// What was concluded about the run; `None` where there was none.
    pub run: Option<Run>,
    /// What a person should know.
    pub warnings: Vec<String>,
}

/// What was concluded about a run.
#[derive(Debug, Clone)]
pub struct Run {
    /// The judgement.
    pub diagnosis: Diagnosis,
    /// The tiers' templates.
    pub ladder: Ladder,
    /// What will run.
    pub plan: Plan,
}

/// Compiles. A plan that is forbidden is no fault: it comes back without manifests, with the reasons in the plan.
///
/// # Errors
/// The faults of every stage up to the first that has any.
pub fn compile(inputs: &Inputs) -> Result<Compilation, Faults> {
    let recipe = &inputs.recipe;
    let Some(evidence) = &inputs.evidence else {
        let ladder = Ladder::build(recipe, None, &inputs.templates)?;
        let emission = emit_templates(recipe, &ladder, &inputs.templates)?;
        let known = known(None, &inputs.templates);
        let manifests = verify(recipe.argo, &emission.drafts, &known)?;
        let warnings = [of_recipe(recipe), emission.warnings].concat();
        return Ok(Compilation { manifests, ledger: None, run: None, warnings });
    };
    let run = decide(inputs, evidence)?;
    let mut warnings = of_recipe(recipe);
    warnings.extend(run.diagnosis.warnings.iter().cloned());
    warnings.extend(run.plan.warnings.iter().cloned());
    if !run.plan.forbidden.is_empty() {
        return Ok(Compilation { manifests: Vec::new(), ledger: None, run: Some(run), warnings });
    }
    let job = Job {
        recipe,
        evidence,
        diagnosis: &run.diagnosis,
        ladder: &run.ladder,
        plan: &run.plan,
        flags: &inputs.flags,
    };
    let emission = emit(&job)?;
    warnings.extend(emission.warnings);
    let known = known(Some(evidence), &inputs.templates);
    let manifests = verify(recipe.argo, &emission.drafts, &known)?;
    let ledger = record::ledger(inputs, evidence, &run, &manifests);
    Ok(Compilation { manifests, ledger, run: Some(run), warnings })
}

/// The recipe's own warnings, each with its place: `recipe.toml:8: …`.
fn of_recipe(recipe: &Recipe) -> Vec<String> {
    let told = recipe.warnings.iter().map(|warning| {
        let place = &warning.place;
        format!("{}:{}: {}", place.source().name(), place.line_column().0, warning.value)
    });
    told.collect()
}

/// Judges and plans, without emitting anything.
///
/// # Errors
/// The faults of the diagnosis, the ladder or the plan.
pub fn decide(inputs: &Inputs, evidence: &Evidence) -> Result<Run, Faults> {
    let recipe = &inputs.recipe;
    let mut faults = Faults::new();
    let judged = diagnose(recipe, evidence);
    if let Err(found) = &judged
        && found.iter().any(|fault| fault.code == Code::SnapshotOtherPipeline)
    {
        // Another pipeline's workflow lacks our templates too: that would only be an echo.
        return Err(found.clone());
    }
    let diagnosis = faults.take(judged);
    let ladder = Ladder::build(recipe, Some(&evidence.lineage), &inputs.templates);
    if let (Some(diagnosis), Err(found)) = (&diagnosis, &ladder)
        && !diagnosis.upstream.is_empty()
        && found.iter().all(|fault| fault.code == Code::EmitBaseMissing)
    {
        // Argo stores a template when it first runs it: that the base lacks is an echo, too.
        return Err(upstream_faults(diagnosis));
    }
    let ladder = faults.take(ladder);
    let (Some(diagnosis), Some(ladder)) = (diagnosis, ladder) else { return Err(faults) };
    let options = Options::of(recipe, &inputs.flags)?;
    let plan = plan(recipe, evidence, &diagnosis, &ladder, &options)?;
    Ok(Run { diagnosis, ladder, plan })
}

/// Every template that exists outside what is emitted: the given files, and what each generation stored.
fn known(evidence: Option<&Evidence>, templates: &[ProvidedTemplate]) -> Known {
    let mut known = Known::new();
    for given in templates {
        known.add_document(&given.document);
    }
    for workflow in evidence.iter().flat_map(|evidence| evidence.lineage.generations()) {
        known.add_stored(&workflow.stored_templates);
    }
    known
}
