//! Names that we give: the Workflow's, the tiers' and the tasks'. Nothing is cut in silence.

use std::collections::BTreeMap;

use super::{Job, taken};
use crate::error::{Code, Fault, Faults};
use crate::plan::Retried;
use crate::recipe::{NameTemplate, NamingMode, Recipe, scope};
use crate::units::{Index, name};

/// What the API server appends to a `generateName`.
const RANDOM: usize = 5;

/// What Argo CD appends to the `generateName` of a hook, which it does not leave to the API server: seven digits of the revision,
/// the phase, and the second of the sync's start (argo-cd, `gitops-engine/pkg/sync/sync_context.go`, `getSyncTasks`).
const OF_A_SYNC: &str = "1a2b3c4-sync-1700000000";

/// The Workflow's name; where it has a `generateName`, what that is without the last `-`.
///
/// # Errors
/// A name that is too long, that Kubernetes would refuse, or that a workflow of the lineage has.
pub(super) fn workflow(job: &Job<'_>) -> Result<String, Faults> {
    let template = &job.recipe.naming.workflow;
    let rendered = template.render(&scope::of_run(&job.recipe.pipeline.value, &job.evidence.lineage))?;
    let spare = match job.recipe.output.naming_mode {
        NamingMode::Name => 0,
        NamingMode::GenerateName => RANDOM + 1,
        NamingMode::ArgocdHook => OF_A_SYNC.len() + 1,
    };
    let name = object(template, rendered, name::OBJECT_MAX - spare)?;
    taken::check_workflow(job, &name)?;
    Ok(name)
}

/// A name of a template or a task that nothing has yet: as wanted, else with a number behind it. Such names are made of a tier's and a
/// rule's, and two pairs can make the same: tier `a-b` with rule `c`, and tier `a` with rule `b-c`.
pub(super) fn fresh(wanted: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let numbered = (2..).map(|number: u32| format!("{wanted}-{number}"));
    let mut names = std::iter::once(wanted.to_owned()).chain(numbered);
    names.find(|name| !is_taken(name)).expect("the numbers do not end, and what is taken does")
}

/// Checks the name of an object.
///
/// # Errors
/// [`Code::EmitNameTooLong`] or [`Code::EmitBadName`] at the template.
pub(super) fn object(template: &NameTemplate, rendered: String, max: usize) -> Result<String, Fault> {
    if rendered.chars().count() > max {
        return Err(too_long(template, &rendered, max));
    }
    if name::is_object_name(&rendered) {
        return Ok(rendered);
    }
    Err(Fault::new(
        Code::EmitBadName,
        format!("{rendered:?} cannot name a Kubernetes object"),
        "lower-case letters, digits, `-` and `.`, a letter or digit at both ends; `| slug` makes one of any text",
    )
    .at(&template.written().place, "this name"))
}

/// The task names of the items of one tier.
///
/// # Errors
/// A name that is too long or empty, or two items with one name.
pub(super) fn tasks(job: &Job<'_>, items: &[(&Index, &Retried)]) -> Result<Vec<String>, Faults> {
    let template = &job.recipe.naming.task;
    let mut faults = Faults::new();
    let mut owners: BTreeMap<String, &Index> = BTreeMap::new();
    let mut names = Vec::new();
    let run = scope::of_run(&job.recipe.pipeline.value, &job.evidence.lineage);
    for (index, retried) in items {
        let scope = run
            .clone()
            .with("index", index.as_str())
            .with("item", index.as_str())
            .with("tier", &job.recipe.tiers[retried.to].name.value)
            .with("rule", &retried.by);
        match template.render(&scope).and_then(|rendered| task(template, &rendered)) {
            Err(fault) => faults.push(fault),
            Ok(task) => {
                if let Some(first) = owners.insert(task.clone(), index) {
                    faults.push(clash(job.recipe, &task, first, index));
                }
                names.push(task);
            }
        }
    }
    faults.or(names)
}

fn task(template: &NameTemplate, rendered: &str) -> Result<String, Fault> {
    let slug = name::slug(rendered);
    if slug.len() > name::TASK_MAX {
        return Err(too_long(template, &slug, name::TASK_MAX));
    }
    if slug.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return Ok(slug);
    }
    Err(Fault::new(
        Code::EmitBadName,
        format!("{rendered:?} leaves {slug:?}, which cannot name a task"),
        "begin it with a letter: `retry-<< index >>`",
    )
    .at(&template.written().place, "this name"))
}

fn clash(recipe: &Recipe, task: &str, first: &Index, second: &Index) -> Fault {
    let noun = &recipe.items.noun;
    Fault::new(
        Code::EmitNameClash,
        format!("{noun} {first} and {noun} {second} would both be task {task}"),
        "put `<< index >>` into `naming.task` so that it tells them apart; a task name keeps letters, digits and `-` only",
    )
    .at(&recipe.naming.task.written().place, "this name")
}

/// The fault of a name that is too long.
pub(super) fn too_long(template: &NameTemplate, rendered: &str, max: usize) -> Fault {
    Fault::new(
        Code::EmitNameTooLong,
        format!(
            "the name {rendered} has {} characters, {max} at most are allowed here",
            rendered.chars().count()
        ),
        format!(
            "shorten the template, or let it be cut with a digest at its end: `<< (…) | short({max}) >>`"
        ),
    )
    .at(&template.written().place, "this name")
}
