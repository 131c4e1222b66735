//! `gapit-compile test RECIPE`: run the recipe's own cases.

use gapit_compile::error::{Code, Fault, Faults};
use gapit_compile::io;
use gapit_compile::pipeline::test::{Outcome, Task, test};
use gapit_compile::recipe::{Recipe, cases};
use gapit_compile::report::test::{self as report, Told};

use super::args::TestArgs;
use super::screen::{json, out};
use super::{DONE, FINDINGS, Screen, faulted, load};

/// Runs the cases.
pub(crate) fn run(args: &TestArgs) -> u8 {
    let screen = Screen::new(&args.screen);
    match tested(&args.recipe) {
        Err(faults) => faulted(&screen, &faults),
        Ok((recipe, outcome)) => {
            let report = report::report(&recipe, &outcome);
            let told = if args.quiet { Told::Failed } else { Told::All };
            let text = if screen.is_json() { json(&report) } else { report::render(&report, told) };
            if let Err(lost) = out(&text) {
                return faulted(&screen, &lost.into());
            }
            if !outcome.faults.is_empty() {
                // JSON holds them already.
                if !screen.is_json() {
                    screen.faults(&outcome.faults);
                }
                return outcome.faults.exit();
            }
            let lacks = args.require_coverage && !outcome.coverage.is_full();
            if outcome.failed() > 0 || lacks { FINDINGS } else { DONE }
        }
    }
}

/// Reads every case with its files, and runs them. A file of cases with a fault is mended first: nothing is run.
fn tested(path: &str) -> Result<(Recipe, Outcome), Faults> {
    let recipe = load::recipe(path)?;
    let sources = io::cases(path)?;
    if sources.is_empty() {
        let message = format!("there are no test cases beside {path}");
        let help =
            "write some to `recipe.test.toml` beside it; `gapit-compile schema test` describes every key";
        return Err(Fault::new(Code::CliNoTests, message, help).into());
    }
    let mut faults = Faults::new();
    let mut tasks = Vec::new();
    for source in &sources {
        for case in faults.take(cases::load(source, &recipe)).unwrap_or_default() {
            let files = faults.take(load::case_files(&recipe, &case));
            tasks.extend(files.map(|files| Task { case, files }));
        }
    }
    faults.or(())?;
    let outcome = test(&recipe, tasks);
    Ok((recipe, outcome))
}
