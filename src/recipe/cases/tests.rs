//! Files of cases as they are read: what is left out follows, and what is wrong is told where it stands.

use super::*;
use crate::error::Code;
use crate::recipe::{self, Files};

struct NoFiles;

impl Files for NoFiles {
    fn read(&self, path: &str) -> Result<Source, crate::error::Fault> {
        Err(crate::error::Fault::new(Code::IoRead, format!("there is no {path}"), "none"))
    }
}

fn recipe() -> Recipe {
    let text = "version = 1\nextends = \"gapit3@1\"\n";
    recipe::load(&Source::new("recipe.toml", text), &NoFiles).unwrap()
}

/// The cases of a text that begins with its version and one case's name in its first three lines.
fn read(rest: &str) -> Result<Vec<Case>, Faults> {
    let text = format!("version = 1\n[[cases]]\nname = \"a\"\n{rest}\n");
    load(&Source::new("a/a.test.toml", text), &recipe())
}

fn made(case: &Case) -> &MadeRun {
    let GivenRun::Made(made) = &case.run else { panic!("it is made up") };
    made
}

#[test]
fn what_is_left_out_of_a_node_follows_from_the_rest() {
    let cases = read(
        "forbidden = \"none\"\nnodes = [{ items = [2, \"4-5\"] }, { item = 6, message = \"main: OOMKilled (exit code 137)\" },\n\
         { item = 7, exit-code = 2 }, { item = 8, phase = \"Pending\" }, { item = 9, phase = \"Error\", message = \"x (exit code 64)\" },\n\
         { item = 10, phase = \"Failed\", started = false }, { item = 11, exit-code = 0 }]",
    )
    .unwrap();
    let told: Vec<String> = made(&cases[0])
        .nodes
        .iter()
        .map(|node| {
            let [attempt] = &node.attempts[..] else { panic!("one attempt") };
            let code = attempt.exit_code.map_or("-".to_owned(), |code| code.to_string());
            let host = attempt.host.as_deref().unwrap_or("-");
            format!("{} {:?} {code} {host} {}", node.item, attempt.phase, attempt.message)
                .trim_end()
                .to_owned()
        })
        .collect();
    assert_eq!(
        told,
        [
            "2 Succeeded 0 node01",
            "4 Succeeded 0 node01",
            "5 Succeeded 0 node01",
            "6 Failed 137 node01 main: OOMKilled (exit code 137)",
            "7 Failed 2 node01 Error (exit code 2)",
            "8 Pending - -",
            "9 Error - node01 x (exit code 64)",
            "10 Failed - -",
            "11 Succeeded 0 node01",
        ]
    );
    let range: Vec<&str> = cases[0].range.iter().flatten().map(Index::as_str).collect();
    assert_eq!(range, ["2", "4", "5", "6", "7", "8", "9", "10", "11"]);
}

#[test]
fn an_item_stays_in_its_tier_until_another_is_named() {
    let cases = read(
        "forbidden = \"none\"\nnodes = [{ item = 5, generation = 3 }, { item = 5, generation = 2, tier = \"highmem\" }, { item = 5 }]",
    )
    .unwrap();
    let made = made(&cases[0]);
    let tiers: Vec<(usize, usize)> = made.nodes.iter().map(|node| (node.position, node.tier)).collect();
    assert_eq!((tiers, made.workflows.len()), (vec![(0, 0), (1, 1), (2, 1)], 3));
}

#[test]
fn a_case_is_about_every_item_that_it_names() {
    let cases = read(
        "nodes = [{ item = \"x\" }]\noutputs = { complete = [\"2-3\"], stale = [4], partial = { 9 = [\"BLINK\"], \"b-1\" = [] } }\n\
         expect = [{ items = [\"20\"], decision = \"done\" }]\nlogs = \"../logs\"",
    )
    .unwrap();
    let range: Vec<&str> = cases[0].range.iter().flatten().map(Index::as_str).collect();
    assert_eq!(range, ["2", "3", "4", "9", "20", "b-1", "x"]);
    assert_eq!(cases[0].logs.as_ref().unwrap().value, "logs", "as seen from where the program runs");
}

/// The codes of the faults, with the line of each counted from behind the name.
fn told(rest: &str) -> Vec<(Code, usize)> {
    let faults = read(rest).unwrap_err();
    faults.iter().map(|fault| (fault.code, fault.labels[0].place.line_column().0.saturating_sub(3))).collect()
}

#[test]
fn every_fault_is_told_at_once_where_it_stands() {
    let faults = told(
        "nodes = [{ item = 5, items = [6] }, { exit-code = 300 },\n{ item = 5, tier = \"hihgmem\", ran = \"2\" },\n\
         { item = 7, generation = 0 },\n{ items = [\"9-2\"], started = false, host = \"a\" }]\n\
         expect = [{ item = 5, decision = \"retry\", rule = \"ooom\" },\n{ decision = \"done\" }]\n\
         workflow = { deadline = \"soon\" }\nflags = { only = \",\" , min-tier = \"big\" }\nscan = [\"\"]\nsnapshots = []",
    );
    assert_eq!(
        faults,
        [
            (Code::RecipeUnknownKey, 10),
            (Code::TestUnknownRule, 5),
            (Code::RecipeOneOf, 6),
            (Code::RecipeOneOf, 1),
            (Code::RecipeOneOf, 1),
            (Code::RecipeBadQuantity, 1),
            (Code::RecipeUnknownTier, 2),
            (Code::RecipeBadQuantity, 2),
            (Code::RecipeBadQuantity, 3),
            (Code::RecipeWrongType, 4),
            (Code::TestContradiction, 4),
            (Code::RecipeBadQuantity, 7),
            (Code::RecipeBadName, 9),
            (Code::RecipeWrongType, 8),
            (Code::RecipeUnknownTier, 8),
        ]
    );
}

#[test]
fn what_cannot_be_true_at_once_is_told() {
    for (text, codes) in [
        ("nodes = []", vec![Code::RecipeMissingKey]),
        ("expect = [{ item = 5, decision = \"done\" }]", vec![Code::RecipeOneOf]),
        ("forbidden = \"none\"\nnodes = []\nsnapshot = [\"a.json\"]", vec![Code::RecipeOneOf]),
        (
            "forbidden = \"none\"\nbase = {}\nretries = []\nsnapshot = [\"a.json\"]",
            vec![Code::TestContradiction; 2],
        ),
        ("forbidden = \"none\"\nnodes = []\noutputs = {}\nscan = [\"a.json\"]", vec![Code::RecipeOneOf]),
        ("forbidden = \"none\"\nnodes = [{ item = 5 }, { items = [4, 5] }]", vec![Code::TestContradiction]),
        (
            "forbidden = \"none\"\nnodes = [{ item = 5, ran = \"2h\", attempts = [{}] }]",
            vec![Code::TestContradiction],
        ),
        (
            "forbidden = \"none\"\nnodes = []\noutputs = { complete = [5], stale = [\"4-5\"] }",
            vec![Code::TestContradiction],
        ),
        (
            "forbidden = \"none\"\nnodes = [{ item = 5, peak = \"1Gi\" }]\nusage = \"a.csv\"",
            vec![Code::TestContradiction],
        ),
        ("forbidden = \"none\"\nnodes = [{ item = 5 }]\nrange = [6]", vec![Code::TestUnknownItem]),
        (
            "nodes = []\nrange = [6]\nexpect = [{ item = 7, decision = \"done\" }]",
            vec![Code::TestUnknownItem],
        ),
        ("forbidden = \"plan::stoploss\"\nnodes = []", vec![Code::RecipeUnknownWord]),
        (
            "forbidden = \"none\"\nnodes = []\n[[cases]]\nname = \"a\"\nforbidden = \"none\"\nnodes = []",
            vec![Code::RecipeDuplicateName],
        ),
    ] {
        let found: Vec<Code> = told(text).into_iter().map(|(code, _)| code).collect();
        assert_eq!(found, codes, "{text}");
    }
    let file = |text: &str| load(&Source::new("a.test.toml", text), &recipe()).unwrap_err();
    let codes = |text: &str| file(text).iter().map(|fault| fault.code).collect::<Vec<_>>();
    assert_eq!(codes("version = 2\ncases = []"), [Code::RecipeUnsupportedVersion]);
    assert_eq!(codes("version = 1\ncases = []"), [Code::RecipeWrongType]);
    assert_eq!(codes("version = 1"), [Code::RecipeMissingKey]);
    assert_eq!(codes("version = "), [Code::RecipeSyntax]);
}
