//! `gapit-compile lint PATH...`: verify and lint any Argo manifests.

use gapit_compile::error::{Code, Fault, Faults};
use gapit_compile::evidence::snapshot::{self, Lineage};
use gapit_compile::io;
use gapit_compile::pipeline::lint::{Outcome, Task, lint};
use gapit_compile::recipe::ArgoVersion;
use gapit_compile::report::lint::{self as report, Told};

use super::args::{LintArgs, LintFormat};
use super::screen::{json, out};
use super::{DONE, FINDINGS, Screen, load, printed};

/// Runs the lint.
pub(crate) fn run(args: &LintArgs) -> u8 {
    let screen = Screen::new(&args.screen());
    if args.list {
        let list = match args.format {
            LintFormat::Json => json(&report::catalog()),
            _ => report::catalog_text(),
        };
        return printed(&screen, &list, DONE);
    }
    match task(args) {
        // What to lint against is not known: nothing is linted.
        Err(faults) => super::faulted(&screen, &faults),
        Ok((task, mut faults)) => {
            let outcome = lint(&task);
            faults.extend(nothing(&outcome, &faults));
            if let Err(lost) = print(args, &screen, task.argo, &outcome, &faults) {
                return super::faulted(&screen, &lost.into());
            }
            let fails = outcome.found.iter().any(|found| found.level >= args.fail_on.into());
            if !faults.is_empty() {
                faults.exit()
            } else if fails {
                FINDINGS
            } else {
                DONE
            }
        }
    }
}

/// What to lint, with the faults of the files that cannot be. Where it is said against what to lint, that must be usable.
fn task(args: &LintArgs) -> Result<(Task, Faults), Faults> {
    // A path that is linted may be named twice: it is read once.
    let linted = args.paths.iter().find(|path| *path == "-").map(String::as_str);
    let named = linted.into_iter().chain(load::texts(&args.snapshot)).chain(args.recipe.as_deref());
    load::stdin_once(named)?;
    let mut faults = Faults::new();
    let recipe = args.recipe.as_deref().map(load::recipe).and_then(|recipe| faults.take(recipe));
    let run = if args.snapshot.is_empty() { None } else { faults.take(run_of(&args.snapshot)) };
    let templates = recipe.as_ref().map_or_else(Vec::new, |recipe| load::provided(recipe, &mut faults));
    faults.or(())?;
    let (sources, faults) = io::lintable(&args.paths);
    let argo = args.argo.or(recipe.as_ref().map(|recipe| recipe.argo)).unwrap_or(ArgoVersion::NEWEST);
    let memory_cap =
        recipe.as_ref().and_then(|recipe| recipe.caps.memory.as_ref()).map(|cap| cap.value.clone());
    let allowed = recipe.map_or_else(Vec::new, |recipe| recipe.allowed);
    Ok((Task { sources, argo, run, templates, allowed, memory_cap }, faults))
}

fn run_of(paths: &[String]) -> Result<Lineage, Faults> {
    let mut faults = Faults::new();
    let mut workflows = Vec::new();
    for path in paths {
        let read =
            load::snapshot_file(path).map_err(Faults::from).and_then(|bytes| snapshot::read(path, &bytes));
        workflows.extend(faults.take(read));
    }
    faults.or(())?;
    snapshot::lineage(workflows)
}

/// A lint that found nothing to look at has not found that all is well.
fn nothing(outcome: &Outcome, faults: &Faults) -> Faults {
    if outcome.objects + outcome.lost + faults.len() > 0 {
        return Faults::new();
    }
    let others: usize = outcome.others.values().sum();
    let message = match others {
        0 => "there is nothing to lint: what was given holds no document".to_owned(),
        1 => "there is nothing to lint: the one document is of another kind".to_owned(),
        _ => format!("there is nothing to lint: all {others} documents are of other kinds"),
    };
    let kinds: Vec<&str> =
        outcome.others.keys().map(|kind| if kind.is_empty() { "without a kind" } else { kind }).collect();
    let found = if kinds.is_empty() { String::new() } else { format!(" (found: {})", kinds.join(", ")) };
    let help = format!("give Workflows, WorkflowTemplates, ClusterWorkflowTemplates or CronWorkflows{found}");
    Fault::new(Code::CliNothingToLint, message, help).into()
}

fn print(
    args: &LintArgs,
    screen: &Screen,
    argo: ArgoVersion,
    outcome: &Outcome,
    faults: &Faults,
) -> Result<(), Fault> {
    match args.format {
        LintFormat::Json => out(&json(&report::report(outcome, faults, argo))),
        LintFormat::Sarif => out(&json(&report::sarif(outcome, faults))),
        LintFormat::Github => out(&report::github(outcome, faults)),
        LintFormat::Text => {
            out(&screen.findings(&outcome.found))?;
            if !args.quiet && outcome.objects + outcome.lost > 0 {
                let told = if args.verbose { Told::Silenced } else { Told::Counts };
                out(&report::summary(outcome, argo, told))?;
            }
            screen.faults(faults);
            Ok(())
        }
    }
}
