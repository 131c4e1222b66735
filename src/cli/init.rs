//! `gapit-compile init SNAPSHOT`: a first recipe from a workflow.

use gapit_compile::error::Faults;
use gapit_compile::evidence::snapshot::{self, Workflow};
use gapit_compile::init;

use super::args::InitArgs;
use super::{DONE, Screen, faulted, load, printed};

/// Prints the recipe.
pub(crate) fn run(args: &InitArgs) -> u8 {
    let screen = Screen::new(&args.screen);
    match recipe(&args.files) {
        Err(faults) => faulted(&screen, &faults),
        Ok(text) => printed(&screen, &text, DONE),
    }
}

fn recipe(paths: &[String]) -> Result<String, Faults> {
    load::stdin_once(load::texts(paths))?;
    let mut faults = Faults::new();
    let mut read: Vec<(Workflow, String)> = Vec::new();
    for path in paths {
        match load::snapshot_file(path) {
            Ok(bytes) => {
                let workflow = faults.take(snapshot::read(path, &bytes));
                read.extend(workflow.map(|workflow| {
                    let named = named(path, &workflow);
                    (workflow, named)
                }));
            }
            Err(fault) => faults.push(fault),
        }
    }
    faults.or(())?;
    let (workflows, files): (Vec<Workflow>, Vec<String>) = read.into_iter().unzip();
    init::first_recipe(snapshot::lineage(workflows)?, &files)
}

/// The path that the recipe names: what came from standard input is to be saved under the run's name.
fn named(path: &str, workflow: &Workflow) -> String {
    if path == "-" { format!("{}.json", workflow.name) } else { path.to_owned() }
}
