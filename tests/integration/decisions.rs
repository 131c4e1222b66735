//! `decisions.toml`: the ready-made file for held items, and what a decision does to the plan of `examples/h5nzl`.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test may panic, and lays out its files"
)]

use std::fs;
use std::path::{Path, PathBuf};

use gapit_compile::report::{ItemReport, Report};

use crate::program::{copy, run};

/// A plan of `examples/h5nzl` in a folder of its own, with these decisions.
fn with_decisions(plan: &str, folder: &Path, decisions: &str) -> PathBuf {
    let recipe = copy(plan, folder);
    let named = fs::read_to_string(&recipe)
        .unwrap()
        .replace("[inputs]\n", "[inputs]\ndecisions = \"decisions.toml\"\n");
    fs::write(&recipe, named).unwrap();
    fs::write(recipe.with_file_name("decisions.toml"), decisions).unwrap();
    recipe
}

fn report(recipe: &Path) -> Report {
    let run = run(&[recipe.to_str().unwrap(), "--format", "json"]);
    assert_eq!(run.code, 0, "{}", run.err);
    serde_json::from_str(&run.out).unwrap()
}

fn item<'a>(report: &'a Report, index: &str) -> &'a ItemReport {
    report.items.iter().find(|item| item.index == index).unwrap()
}

/// What the report of the first plan offers to fill in.
fn ready_made() -> String {
    let folder = tempfile::tempdir().unwrap();
    report(&copy("h5nzl/first", folder.path())).to_decide.unwrap()
}

#[test]
fn the_ready_made_file_lacks_only_the_choice_and_the_reason() {
    let ready = ready_made();
    let folder = tempfile::tempdir().unwrap();
    let undecided = with_decisions("h5nzl/first", folder.path(), &ready);
    let told = run(&[undecided.to_str().unwrap()]);
    assert_eq!(told.code, 2);
    assert!(told.err.contains("decisions::one-of"), "{}", told.err);
    for (choice, decision, tier) in [
        ("# retry = { tier = \"next\", reason = \"\"", "retry", Some("ultrahighmem")),
        ("# skip  = \"\"", "skip", None),
        ("# done  = \"\"", "done", None),
    ] {
        let chosen = choice.trim_start_matches("# ").replace("\"\"", "\"looked at it\"");
        let folder = tempfile::tempdir().unwrap();
        let recipe = with_decisions("h5nzl/first", folder.path(), &ready.replace(choice, &chosen));
        let report = report(&recipe);
        let decided = item(&report, "114");
        let by = decided.by.as_deref();
        assert_eq!(
            (decided.decision.as_str(), by, decided.to.as_deref()),
            (decision, Some("decision"), tier)
        );
        assert_eq!((report.counts.hold, report.to_decide), (0, None));
    }
}

#[test]
fn a_decision_is_on_record_and_open_again_for_the_next_parent() {
    let decided = ready_made()
        .replace("# until", "until")
        .replace("# retry = { tier = \"next\", reason = \"\"", "retry = { tier = \"same\", reason = \"r\"");
    let folder = tempfile::tempdir().unwrap();
    let recipe = with_decisions("h5nzl/first", folder.path(), &decided);
    assert_eq!(run(&[recipe.to_str().unwrap(), "-q"]).code, 0);
    let manifests = recipe.with_file_name("manifests");
    let ledger = fs::read_to_string(manifests.join("ledger.toml")).unwrap();
    assert!(
        ledger.contains(
            "\n114 = { rule = \"decision\", cause = \"oom-probable\", tier = \"highmem\", used = 0 }\n"
        ),
        "{ledger}"
    );
    let digest =
        ledger.lines().find_map(|line| line.strip_prefix("decisions = \"")?.strip_suffix('"')).unwrap();
    let workflow = fs::read_to_string(manifests.join("workflow.gapit3-gwas-retry-h5nzl.yaml")).unwrap();
    assert!(workflow.contains(&format!("gapit-compile/decisions-sha256: {digest}\n")), "{workflow}");
    assert_eq!(run(&[recipe.to_str().unwrap(), "--check", "-q"]).code, 0);

    let folder = tempfile::tempdir().unwrap();
    let second = report(&with_decisions("h5nzl/second", folder.path(), &decided));
    assert_eq!(item(&second, "114").decision, "hold");
    let told = second
        .warnings
        .iter()
        .filter(|warning| warning.contains("retry for trait 114 is open again"))
        .count();
    assert_eq!(told, 1, "{:?}", second.warnings);
}

#[test]
fn what_a_person_calls_done_does_not_count_as_failed() {
    let folder = tempfile::tempdir().unwrap();
    let before = report(&copy("h5nzl/first", folder.path()));
    let folder = tempfile::tempdir().unwrap();
    let done =
        "version = 1\n[[decisions]]\nitems = \"114, 177\"\ndone = \"the results lie in the archive\"\n";
    let after = report(&with_decisions("h5nzl/first", folder.path(), done));
    assert_eq!(after.counts.done, before.counts.done + 2);
    let counted = |report: &Report| report.stop_loss.as_ref().unwrap().counted;
    assert_eq!(counted(&after) + 2, counted(&before));
}
