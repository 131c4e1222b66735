//! `gapit-compile completions SHELL` and `gapit-compile man`: the command line as shells and `man` read it.

use clap::CommandFactory as _;

use super::args::{Cli, CompletionsArgs};
use super::{DONE, Screen, printed};

const NAME: &str = "gapit-compile";

/// Prints the completions of a shell.
pub(crate) fn completions(args: &CompletionsArgs) -> u8 {
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), NAME, &mut text);
    printed(&Screen::plain(), &String::from_utf8_lossy(&text), DONE)
}

/// Prints the manual page: the program, and each subcommand behind it.
pub(crate) fn man() -> u8 {
    let mut program = Cli::command();
    // It gives the subcommands their full names: gapit-compile-scan.
    program.build();
    let mut text = page(&program);
    for command in program.get_subcommands().filter(|command| command.get_name() != "help") {
        text.push_str(&page(command));
    }
    printed(&Screen::plain(), &text, DONE)
}

fn page(command: &clap::Command) -> String {
    let mut text = Vec::new();
    clap_mangen::Man::new(command.clone())
        .render(&mut text)
        .expect("a list of bytes in memory takes everything that is written");
    String::from_utf8_lossy(&text).into_owned()
}
