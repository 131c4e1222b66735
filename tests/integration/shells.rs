//! What shells and `man` are told of the command line: all of it, and in their own language.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use crate::program::run;

/// Every subcommand, as the help lists them.
fn subcommands() -> Vec<String> {
    let help = run(&["--help"]).out;
    let listed = help.split("Commands:").nth(1).unwrap().split("Arguments:").next().unwrap();
    let lines = listed.lines().filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
    lines.filter(|name| !name.is_empty() && *name != "help").map(str::to_owned).collect()
}

#[test]
fn every_shell_completes_every_subcommand() {
    let names = subcommands();
    assert!(names.len() >= 8, "{names:?}");
    for (shell, sign) in [
        ("bash", "complete -F"),
        ("zsh", "#compdef gapit-compile"),
        ("fish", "complete -c gapit-compile"),
        ("elvish", "edit:completion"),
        ("powershell", "Register-ArgumentCompleter"),
    ] {
        let made = run(&["completions", shell]);
        assert_eq!((made.code, made.err.as_str()), (0, ""), "{shell}");
        assert!(made.out.contains(sign), "{shell}");
        let missing: Vec<&String> = names.iter().filter(|name| !made.out.contains(name.as_str())).collect();
        assert!(missing.is_empty(), "{shell} does not know {missing:?}");
        assert!(made.out.contains("rows"), "{shell} does not know explain --rows");
    }
    assert_eq!(run(&["completions", "tcsh"]).code, 2);
}

#[test]
fn the_manual_has_a_page_for_the_program_and_each_subcommand() {
    let made = run(&["man"]);
    assert_eq!((made.code, made.err.as_str()), (0, ""));
    let pages = made.out.lines().filter(|line| line.starts_with(".TH ")).count();
    assert_eq!(pages, subcommands().len() + 1);
    assert!(
        made.out.contains("\\-\\-only") && made.out.contains("Exit codes"),
        "the flags and the exit codes"
    );
    assert!(made.out.contains("RECIPE|CODE|ROW") && made.out.contains("\\-\\-rows"), "the rows");
}
