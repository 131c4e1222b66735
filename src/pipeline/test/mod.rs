//! The recipe's own cases: each run is judged and planned as a compile would, and compared with what its author expects.

mod compare;
mod coverage;
mod files;
mod measured;
mod timeline;
mod workflows;

pub use compare::{Failure, Got, Missed, Refusal, Unmatched};
pub use coverage::{Coverage, Covered};

use super::{Inputs, Run, decide};
use crate::error::Faults;
use crate::evidence::Evidence;
use crate::evidence::decisions::Decisions;
use crate::evidence::ledger::Ledger;
use crate::evidence::logs::Logs;
use crate::evidence::outputs::Scan;
use crate::evidence::snapshot::{self, Workflow};
use crate::evidence::templates::ProvidedTemplate;
use crate::evidence::usage::Usage;
use crate::plan::Options;
use crate::recipe::cases::{Case, GivenOutputs, GivenRun};
use crate::recipe::{Range, Recipe};

/// A case, with the files that it names already read.
#[derive(Debug, Clone)]
pub struct Task {
    /// The case.
    pub case: Case,
    /// Its files.
    pub files: CaseFiles,
}

/// What the files say that a case names; empty for what it makes up itself.
#[derive(Debug, Clone, Default)]
pub struct CaseFiles {
    /// The lineage, in any order.
    pub workflows: Vec<Workflow>,
    /// The scan.
    pub scan: Option<Scan>,
    /// Peak memory.
    pub usage: Option<Usage>,
    /// Logs.
    pub logs: Option<Logs>,
    /// What people decided.
    pub decisions: Option<Decisions>,
    /// What was planned before.
    pub ledger: Ledger,
    /// WorkflowTemplates of the cluster.
    pub templates: Vec<ProvidedTemplate>,
}

/// What came of all cases.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Every case that could be run, in the order given.
    pub cases: Vec<Tested>,
    /// Which rules and tiers the cases came to.
    pub coverage: Coverage,
    /// How many cases could not be run.
    pub not_run: usize,
    /// What is wrong with those.
    pub faults: Faults,
}

/// A case that was run.
#[derive(Debug, Clone)]
pub struct Tested {
    /// The case.
    pub case: Case,
    /// What is not as expected; empty where all is.
    pub failures: Vec<Failure>,
    /// The plan is refused, or not, where the case expects otherwise.
    pub refusal: Option<Refusal>,
}

impl Tested {
    /// Whether everything is as expected.
    pub fn holds(&self) -> bool {
        self.failures.is_empty() && self.refusal.is_none()
    }
}

impl Outcome {
    /// How many cases do not hold.
    pub fn failed(&self) -> usize {
        self.cases.iter().filter(|tested| !tested.holds()).count()
    }
}

/// Runs every case. One that cannot be run is a fault, and the others still run.
pub fn test(recipe: &Recipe, tasks: Vec<Task>) -> Outcome {
    let mut coverage = Coverage::of(recipe);
    let mut faults = Faults::new();
    let all = tasks.len();
    let run = tasks.into_iter().filter_map(|task| faults.take(one(recipe, task, &mut coverage)));
    let cases: Vec<Tested> = run.collect();
    Outcome { not_run: all - cases.len(), cases, coverage, faults }
}

/// Runs one case.
fn one(recipe: &Recipe, task: Task, coverage: &mut Coverage) -> Result<Tested, Faults> {
    let Task { case, files } = task;
    let evidence = evidence(recipe, &case, files)?;
    let mut recipe = recipe.clone();
    if let Some(range) = &case.range {
        recipe.items.range = Some(Range::List(range.clone()));
    }
    let templates = evidence.templates.clone();
    let inputs = Inputs { recipe, evidence: None, templates, flags: case.flags.clone() };
    let run = decide(&inputs, &evidence)?;
    let options = Options::of(&inputs.recipe, &inputs.flags)?;
    let ran = Ran { recipe: &inputs.recipe, evidence: &evidence, run: &run, options: &options };
    coverage.add(&ran);
    let failures = compare::items(&ran, &case)?;
    let refusal = compare::refusal(&ran, &case);
    Ok(Tested { case, failures, refusal })
}

/// A case that was judged and planned.
struct Ran<'a> {
    recipe: &'a Recipe,
    evidence: &'a Evidence,
    run: &'a Run,
    options: &'a Options,
}

/// The evidence of a case: read, or made up.
fn evidence(recipe: &Recipe, case: &Case, files: CaseFiles) -> Result<Evidence, Faults> {
    let CaseFiles { workflows, scan, usage, logs, decisions, ledger, templates } = files;
    let (lineage, peaks, texts) = match &case.run {
        GivenRun::Snapshots(_) => (snapshot::lineage(workflows)?, None, None),
        GivenRun::Made(made) => {
            let range = case.range.as_deref().unwrap_or_default();
            let lineage = workflows::lineage(recipe, made, range, &templates)?;
            let (peaks, texts) = (measured::usage(made, &lineage)?, measured::logs(made, &lineage));
            (lineage, peaks, texts)
        }
    };
    let scan = match &case.outputs {
        GivenOutputs::Made(outputs) => Some(files::scan(recipe, case, outputs, &lineage)?),
        GivenOutputs::Scans(_) | GivenOutputs::NotScanned => scan,
    };
    let (usage, logs) = (usage.or(peaks), logs.or(texts));
    Ok(Evidence { lineage, scan, usage, logs, ledger, decisions, templates })
}

#[cfg(test)]
mod tests;
