//! `explain RECIPE ITEM`: the golden page of the bare 137 in `examples/h5nzl`, and what holds of every page.
#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test may panic, and reads its files")]

use std::fs;
use std::path::Path;

use gapit_compile::report::explain::{Explanation, Lines};
use serde_json::Value;

use crate::program::{ROOT, run};

/// More than this does not fit on a screen.
const LINES_AT_MOST: usize = 60;

/// The two plans of one run, and items of every fate in them.
const PAGES: &[(&str, &[&str])] = &[
    ("examples/h5nzl/first/recipe.toml", &["5", "6", "8", "46", "114", "134", "177"]),
    ("examples/h5nzl/second/recipe.toml", &["12", "114", "134", "177", "187"]),
    ("examples/6hjx8/recipe.toml", &["61", "185"]),
    ("examples/8nj24/recipe.toml", &["5", "28"]),
    ("examples/inline/recipe.toml", &["ath-002"]),
];

fn explained(recipe: &str, item: &str) -> (String, Explanation) {
    let page = run(&["explain", recipe, item]);
    assert_eq!((page.code, page.err.as_str()), (0, ""), "{recipe} {item}");
    let json = run(&["explain", recipe, item, "--format", "json"]);
    assert_eq!((json.code, json.err.as_str()), (0, ""), "{recipe} {item}");
    let explanation: Explanation = serde_json::from_str(&json.out).unwrap();
    let schema: Value = serde_json::from_str(include_str!("../../schemas/explain.schema.json")).unwrap();
    let refused: Vec<String> = jsonschema::draft7::new(&schema)
        .unwrap()
        .iter_errors(&serde_json::from_str(&json.out).unwrap())
        .map(|error| error.to_string())
        .collect();
    assert_eq!(refused, Vec::<String>::new(), "{recipe} {item}");
    (page.out, explanation)
}

#[test]
fn the_bare_137_of_h5nzl_is_explained_on_one_page() {
    let (page, explanation) = explained("examples/h5nzl/first/recipe.toml", "114");
    let golden = Path::new(ROOT).join("tests/integration/explained/h5nzl-114.txt");
    if std::env::var("GAPIT_UPDATE").is_ok() {
        fs::write(&golden, &page).unwrap();
    }
    assert_eq!(page, fs::read_to_string(&golden).unwrap(), "run: GAPIT_UPDATE=1 cargo test --all-features");
    for said in [
        "exit code 137 (SIGKILL)",
        "no shutdown",
        "the workflow's deadline of 7 d is at 2026-01-11T18:02:11Z, 137 h after its end",
        "the window of 30 min ended at 2026-01-05T22:12:27Z",
        "no peak memory is known",
        "[[decisions]] # trait 114",
    ] {
        assert!(page.contains(said), "{said}\n{page}");
    }
    assert_eq!(explanation.cause.unwrap().cause, "oom-probable");
    assert!(explanation.rules.len() == 9 && explanation.rules.iter().all(|rule| rule.failed_on.is_some()));
}

#[test]
fn every_page_fits_a_screen_and_says_who_decided() {
    for (recipe, items) in PAGES {
        for item in *items {
            let (page, explanation) = explained(recipe, item);
            let lines = page.lines().count();
            assert!(lines <= LINES_AT_MOST, "{recipe} {item}: {lines} lines\n{page}");
            assert_eq!(explanation.decided.is_none(), explanation.decision == "done", "{page}");
            let matched = explanation.rules.iter().filter(|rule| rule.failed_on.is_none()).count();
            assert!(matched <= 1, "{page}");
            assert_eq!(
                explanation.manifest.is_some(),
                explanation.decision == "retry",
                "what runs again is written\n{page}"
            );
            assert_eq!(explanation.to_decide.is_some(), explanation.decision == "hold", "{page}");
        }
    }
}

#[test]
fn the_lines_of_the_manifest_are_those_on_disk() {
    for (recipe, item) in [
        ("examples/h5nzl/first/recipe.toml", "8"),
        ("examples/h5nzl/first/recipe.toml", "6"),
        ("examples/8nj24/recipe.toml", "5"),
    ] {
        let (_, explanation) = explained(recipe, item);
        let manifest = explanation.manifest.unwrap();
        let own = on_disk(&manifest.lines);
        let said: Vec<String> = manifest.lines.text.as_ref().unwrap().lines().map(str::to_owned).collect();
        let trimmed: Vec<&str> = own.iter().map(|line| line.trim_start()).collect();
        assert_eq!(trimmed, said.iter().map(|line| line.trim_start()).collect::<Vec<_>>(), "{recipe} {item}");
        assert!(own.iter().any(|line| line.contains(&format!("'{item}'"))), "{own:?}");
        for template in manifest.template.iter().chain(&manifest.task) {
            let lines = on_disk(template);
            assert!(lines[0].trim_start().starts_with("- name: "), "{lines:?}");
        }
        let (outer, inner) = (manifest.task, &manifest.lines);
        assert!(outer.is_none_or(|task| task.first < inner.first && inner.last <= task.last));
    }
}

fn on_disk(lines: &Lines) -> Vec<String> {
    let text = fs::read_to_string(Path::new(ROOT).join(&lines.file)).unwrap();
    text.lines().skip(lines.first - 1).take(lines.last + 1 - lines.first).map(str::to_owned).collect()
}
