//! `test` over every shipped recipe: its cases hold, and no rule and no tier is left without one.
#![expect(clippy::disallowed_methods, reason = "the tests look for recipes and run the program")]
#![expect(clippy::unwrap_used, reason = "these are tests, also outside their test functions")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const PROGRAM: &str = env!("CARGO_BIN_EXE_gapit-compile");

/// A recipe that comes with the program, as it stands in the repository.
pub(crate) struct ShippedRecipe {
    /// Its path from the root of the repository.
    path: String,
    /// Its files of cases.
    pub(crate) cases: Vec<PathBuf>,
}

/// Every recipe below `recipes/`.
pub(crate) fn shipped() -> Vec<ShippedRecipe> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("recipes");
    let mut folders: Vec<PathBuf> = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    let recipes = folders.into_iter().filter(|folder| folder.join("recipe.toml").is_file()).map(|folder| {
        let files = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
        let cases = files.filter(|file| file.to_string_lossy().ends_with(".test.toml")).collect();
        let name = folder.file_name().unwrap().to_str().unwrap();
        ShippedRecipe { path: format!("recipes/{name}/recipe.toml"), cases }
    });
    recipes.collect()
}

#[test]
fn the_cases_of_every_shipped_recipe_hold_and_reach_every_rule_and_tier() {
    let recipes = shipped();
    assert!(!recipes.is_empty());
    for recipe in recipes {
        let mut run = Command::new(PROGRAM);
        run.args(["test", recipe.path.as_str(), "--require-coverage"]);
        let output = run.env("NO_COLOR", "1").current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
        let told = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap()).concat();
        assert_eq!(output.status.code(), Some(0), "{}:\n{told}", recipe.path);
    }
}

#[test]
fn every_shipped_recipe_is_tested_with_more_than_one_case() {
    for recipe in shipped() {
        let texts = recipe.cases.iter().map(|file| fs::read_to_string(file).unwrap());
        let cases: usize = texts.map(|text| text.matches("\n[[cases]]").count()).sum();
        assert!(cases > 1, "{}: {cases} cases", recipe.path);
    }
}
