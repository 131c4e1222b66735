//! From paths to inputs: flags replace the recipe's `[inputs]`, and every file is read before anything is judged.

use gapit_compile::Inputs;
use gapit_compile::diagnose::output_files;
use gapit_compile::error::{Code, Fault, Faults};
use gapit_compile::evidence::Evidence;
use gapit_compile::evidence::outputs::{self, Scan};
use gapit_compile::evidence::snapshot;
use gapit_compile::evidence::templates::{self, ProvidedTemplate};
use gapit_compile::io;
use gapit_compile::plan::Options;
use gapit_compile::recipe::{self, Recipe};
use gapit_compile::source::{At, Place};
use gapit_compile::units::name;

use super::args::{EvidenceArgs, PlanArgs};

/// A path to read, and where the recipe names it.
struct Wanted {
    path: String,
    named: Option<Place>,
}

impl Wanted {
    /// The flag's paths, else the recipe's.
    fn from(flags: &[String], inherited: &[At<String>]) -> Vec<Self> {
        if flags.is_empty() {
            let list = inherited.iter();
            list.map(|at| Self { path: at.value.clone(), named: Some(at.place.clone()) }).collect()
        } else {
            flags.iter().map(|path| Self { path: path.clone(), named: None }).collect()
        }
    }

    /// A fault about this file shows where the recipe names it, unless it has a better place of its own.
    fn blame(&self, fault: Fault) -> Fault {
        match &self.named {
            Some(place) if fault.labels.is_empty() => fault.at(place, "named here"),
            _ => fault,
        }
    }
}

/// Reads the recipe.
pub(crate) fn recipe(path: &str) -> Result<Recipe, Faults> {
    recipe::load(&io::read_text(path)?, &io::Disk)
}

/// Reads everything that a compile needs.
pub(crate) fn inputs(path: &str, evidence: &EvidenceArgs, plan: &PlanArgs) -> Result<Inputs, Faults> {
    let recipe = recipe(path)?;
    let mut faults = Faults::new();
    if evidence.workflow.iter().chain(&evidence.scan).filter(|path| *path == "-").count() > 1 {
        faults.push(Fault::new(
            Code::IoRead,
            "standard input is named twice",
            "give one of the two as a file",
        ));
        return Err(faults);
    }
    let templates = provided(&recipe, &mut faults);
    let workflows = Wanted::from(&evidence.workflow, &recipe.inputs.workflow);
    let scans = Wanted::from(&evidence.scan, &recipe.inputs.scan);
    let evidence = if workflows.is_empty() {
        None
    } else {
        let lineage = faults.take(lineage(&workflows));
        let scan = faults.take(scan(&recipe, &scans));
        lineage.zip(scan).map(|(lineage, scan)| Evidence { lineage, scan, templates: templates.clone() })
    };
    let options = Options {
        only: plan.only.as_ref().map(|items| items.indexes.clone()),
        retry_unknown: plan.retry_unknown,
        min_tier: plan
            .min_tier
            .as_ref()
            .and_then(|name| faults.take(tier(&recipe, name).map_err(Faults::from))),
    };
    faults.or(Inputs {
        recipe,
        evidence,
        templates,
        options,
        params: plan.param.clone(),
        flags: plan.typed(),
    })
}

/// The position of the tier that `--min-tier` names.
fn tier(recipe: &Recipe, wanted: &str) -> Result<usize, Fault> {
    let names: Vec<&str> = recipe.tiers.iter().map(|tier| tier.name.value.as_str()).collect();
    names.iter().position(|name| *name == wanted).ok_or_else(|| {
        let meant = name::nearest(wanted, names.iter().copied());
        let meant = meant.map_or(String::new(), |near| format!("write `--min-tier {near}`; "));
        Fault::new(
            Code::CliUnknownName,
            format!("--min-tier names {wanted}, which is no tier of {}", recipe.source.name()),
            format!("{meant}the tiers are {}", names.join(", ")),
        )
    })
}

fn lineage(wanted: &[Wanted]) -> Result<snapshot::Lineage, Faults> {
    let mut faults = Faults::new();
    let mut workflows = Vec::new();
    for file in wanted {
        match io::read(&file.path) {
            Ok(bytes) => workflows.extend(faults.take(snapshot::read(&file.path, &bytes))),
            Err(fault) => faults.push(file.blame(fault)),
        }
    }
    faults.or(())?;
    snapshot::lineage(workflows)
}

fn scan(recipe: &Recipe, wanted: &[Wanted]) -> Result<Option<Scan>, Faults> {
    let mut faults = Faults::new();
    let mut whole: Option<Scan> = None;
    for input in wanted {
        if let Some(scan) = faults.take(one_scan(recipe, input)) {
            whole.get_or_insert_default().overlay(scan);
        }
    }
    faults.or(whole)
}

fn one_scan(recipe: &Recipe, input: &Wanted) -> Result<Scan, Faults> {
    if io::is_directory(&input.path) {
        let files = output_files(recipe)?;
        return io::walk(&input.path, &|path| files.wants(path)).map_err(|fault| input.blame(fault).into());
    }
    let source = io::read_text(&input.path).map_err(|fault| input.blame(fault))?;
    outputs::parse(&source)
}

fn provided(recipe: &Recipe, faults: &mut Faults) -> Vec<ProvidedTemplate> {
    let mut found = Vec::new();
    for input in Wanted::from(&[], &recipe.inputs.templates) {
        match io::templates(&input.path) {
            Ok(sources) => {
                for source in &sources {
                    found.extend(faults.take(templates::parse(source)).unwrap_or_default());
                }
            }
            Err(fault) => faults.push(input.blame(fault)),
        }
    }
    found
}
