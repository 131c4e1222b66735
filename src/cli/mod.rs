//! The command line: it reads flags and the terminal's wishes, calls the library, and prints. Binary only.

mod args;
mod compile;
mod completions;
mod explain;
mod init;
mod lint;
mod load;
mod scan;
mod schema;
mod screen;
mod snapshot;
mod test;

use std::io::{ErrorKind, Write as _};
use std::process::ExitCode;

use clap::Parser as _;
use gapit_compile::io;

use args::{Cli, Command};
use screen::Screen;

/// Exit codes, as the help lists them. A bug (70) is what a panic becomes.
pub(crate) const DONE: u8 = 0;
/// `--check` found differences.
pub(crate) const DIFFERENCES: u8 = 1;
/// `lint` or `test` found something.
pub(crate) const FINDINGS: u8 = 1;
/// The command line is wrong.
pub(crate) const USAGE: u8 = 2;
/// The plan is forbidden.
pub(crate) const FORBIDDEN: u8 = 4;
/// A bug in gapit-compile.
const BUG: u8 = 70;

/// Runs the program.
pub(crate) fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // clap prints help and the version to stdout and its own complaints to stderr.
            let printed = error.print().and_then(|()| std::io::stdout().flush());
            return ExitCode::from(match printed {
                Err(lost) if !error.use_stderr() && lost.kind() != ErrorKind::BrokenPipe => {
                    faulted(&Screen::plain(), &io::not_printed(&lost).into())
                }
                _ if error.use_stderr() => USAGE,
                _ => DONE,
            });
        }
    };
    let outcome = std::panic::catch_unwind(|| dispatch(&cli));
    ExitCode::from(outcome.unwrap_or_else(|_| {
        screen::err("this is a bug in gapit-compile: please report it with the recipe and the snapshot that show it\n");
        BUG
    }))
}

fn dispatch(cli: &Cli) -> u8 {
    match &cli.command {
        None => match &cli.compile.recipe {
            Some(recipe) => compile::run(recipe, &cli.compile),
            None => {
                screen::err("gapit-compile: no recipe given\n\nTry `gapit-compile --help`.\n");
                USAGE
            }
        },
        Some(Command::Scan(args)) => scan::run(args),
        Some(Command::Snapshot(args)) => snapshot::run(args),
        Some(Command::Explain(args)) => explain::run(args),
        Some(Command::Init(args)) => init::run(args),
        Some(Command::Schema(args)) => schema::run(args),
        Some(Command::Completions(args)) => completions::completions(args),
        Some(Command::Man) => completions::man(),
        Some(Command::Lint(args)) => lint::run(args),
        Some(Command::Test(args)) => test::run(args),
    }
}

/// Prints a result and gives the exit code; one that is not printed whole is a fault, whatever the exit code would be.
fn printed(screen: &Screen, text: &str, exit: u8) -> u8 {
    screen::out(text).map_or_else(|lost| faulted(screen, &lost.into()), |()| exit)
}

/// Prints the faults and gives the exit code that they lead to.
fn faulted(screen: &Screen, faults: &gapit_compile::error::Faults) -> u8 {
    screen.faults(faults);
    faults.exit()
}
