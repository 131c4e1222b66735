//! What comes with every shipped recipe: an entry in the program, an example that extends it, a page for those who come from another
//! tool, and a line in the README.

#![expect(clippy::disallowed_methods, reason = "the tests read the repository")]
#![expect(clippy::unwrap_used, reason = "these are tests, also outside their test functions")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use gapit_compile::recipe::{Files, load, shipped};
use gapit_compile::source::Source;
use serde_json::Value;

use crate::cases::entries;
use crate::program::{ROOT, committed, contents, copy, run};

/// The folders below `recipes/`.
fn folders() -> BTreeSet<String> {
    let folders = entries(&Path::new(ROOT).join("recipes"));
    folders.iter().map(|folder| folder.file_name().unwrap().to_str().unwrap().to_owned()).collect()
}

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(ROOT).join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn every_folder_is_a_recipe_that_the_program_knows() {
    let known: BTreeSet<String> = shipped().iter().map(|recipe| recipe.name.to_owned()).collect();
    assert_eq!(folders(), known);
}

#[test]
fn every_shipped_recipe_has_an_example_that_extends_it() {
    let files = contents(&Path::new(ROOT).join("examples"));
    let recipes = files.into_iter().filter(|(file, _)| file.ends_with(".toml"));
    let texts: Vec<String> = recipes.map(|(_, bytes)| String::from_utf8(bytes).unwrap()).collect();
    for recipe in shipped() {
        let extends = format!("\"{}\"", recipe.spelling());
        assert!(
            texts
                .iter()
                .any(|text| text.lines().any(|line| line.starts_with("extends") && line.ends_with(&extends))),
            "no example extends {extends}"
        );
    }
}

#[test]
fn every_shipped_recipe_has_a_page_and_opens_with_its_schema() {
    for name in folders() {
        let page = read(&format!("recipes/{name}/README.md"));
        let comes_from = page.starts_with("# Coming from ");
        assert_eq!(comes_from, name != "minimal", "{name}: {:?}", page.lines().next());
        let tables = page.lines().filter(|line| line.starts_with("|---")).count();
        assert!(tables > 0, "{name}: no table says what becomes of what");
        let text = read(&format!("recipes/{name}/recipe.toml"));
        assert!(text.starts_with("#:schema ../../schemas/recipe.schema.json\n"), "{name}");
    }
}

#[test]
fn the_page_of_the_smallest_recipe_shows_all_of_its_example() {
    let page = read("recipes/minimal/README.md");
    let shown = page.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    assert_eq!(shown, read("examples/minimal/recipe.toml"));
}

/// The relative links of a page, without the part behind `#`.
fn links(page: &str) -> Vec<String> {
    let targets = page.split("](").skip(1).map(|rest| rest.split(')').next().unwrap());
    let relative = targets.filter(|target| !target.contains("://") && !target.starts_with('#'));
    relative.map(|target| target.split('#').next().unwrap().to_owned()).collect()
}

#[test]
fn every_link_of_the_pages_leads_somewhere() {
    let pages = folders().into_iter().map(|name| format!("recipes/{name}"));
    for folder in pages.chain([String::new()]) {
        let at = Path::new(ROOT).join(&folder);
        let page = fs::read_to_string(at.join("README.md")).unwrap();
        let found = links(&page);
        assert!(!found.is_empty(), "{folder}: the page leads nowhere");
        let lost: Vec<&String> = found.iter().filter(|link| !at.join(link).exists()).collect();
        assert!(lost.is_empty(), "{folder}/README.md: no {lost:?}");
    }
}

#[test]
fn the_readme_lists_every_shipped_recipe_with_its_page() {
    let readme = read("README.md");
    let section = readme.split("\n## Shipped recipes\n").nth(1).unwrap();
    let section = section.split("\n## ").next().unwrap();
    for recipe in shipped() {
        let line = section.lines().find(|line| line.starts_with(&format!("| `{}` |", recipe.spelling())));
        let line = line.unwrap_or_else(|| panic!("{} is not listed", recipe.spelling()));
        assert!(line.contains(&format!("(recipes/{}/README.md)", recipe.name)), "{line}");
    }
}

/// A workflow of the examples of `gapit3`.
fn workflow(example: &str) -> Value {
    let mut files = committed(example).into_iter().filter(|(file, _)| file.starts_with("workflow."));
    serde_yaml::from_slice(&files.next().unwrap().1).unwrap()
}

#[test]
fn the_examples_of_gapit3_show_threads_mixed_tiers_both_names_of_the_models_and_an_aggregation() {
    for example in ["8nj24", "6hjx8", "h5nzl/first", "h5nzl/second"] {
        for tier in ["highmem", "ultrahighmem"] {
            let file = format!("workflow-template.gapit3-gwas-single-trait-{tier}.yaml");
            let template: Value = serde_yaml::from_slice(&committed(example)[&file]).unwrap();
            let container = &template["spec"]["templates"][0]["container"];
            let cpu = &container["resources"]["requests"]["cpu"];
            for name in ["OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"] {
                let entries = container["env"].as_array().unwrap();
                let threads = entries.iter().find(|entry| entry["name"] == name).unwrap();
                assert_eq!(&threads["value"], cpu, "{example}: {tier}: {name}");
            }
        }
        let main = workflow(example)["spec"]["templates"][0]["dag"].clone();
        let tasks = main["tasks"].as_array().unwrap();
        let collector = tasks.iter().find(|task| task["name"] == "collect-results").unwrap();
        let depends = collector["depends"].as_str().unwrap();
        let target = main["target"].as_str().unwrap();
        for task in tasks {
            let name = task["name"].as_str().unwrap();
            assert!(target.split(' ').any(|word| word == name), "{example}: {target}");
            for result in ["Succeeded", "Failed", "Errored", "Skipped", "Omitted"] {
                let waits = depends.contains(&format!("{name}.{result}"));
                assert_eq!(waits, name != "collect-results", "{example}: {name}.{result} in {depends}");
            }
        }
    }
    let tiers = |example: &str| -> Vec<String> {
        let templates = workflow(example)["spec"]["templates"].as_array().unwrap().clone();
        templates.iter().skip(1).map(|template| template["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(tiers("8nj24"), ["retry-standard", "retry-highmem"]);
    assert_eq!(tiers("h5nzl/first"), ["retry-highmem", "retry-ultrahighmem"]);
    let has = |example: &str, name: &str| {
        let spec = workflow(example)["spec"].clone();
        let parameters = spec["arguments"]["parameters"].as_array().unwrap().clone();
        parameters.iter().any(|parameter| parameter["name"] == name)
    };
    assert!(has("8nj24", "models") && !has("8nj24", "model"));
    assert!(has("h5nzl/first", "model") && !has("h5nzl/first", "models"));
}

/// Nothing but what is at hand.
struct Nothing;

impl Files for Nothing {
    fn read(&self, path: &str) -> Result<Source, gapit_compile::error::Fault> {
        panic!("{path} is asked for");
    }
}

/// The smallest recipe without one key: a value at the end of a path through its tables.
fn without(path: &[&str]) -> String {
    let mut recipe: toml::Table = toml::from_str(&read("recipes/minimal/recipe.toml")).unwrap();
    let (key, above) = path.split_last().unwrap();
    let mut table = &mut recipe;
    for name in above {
        let value = table.get_mut(*name).unwrap();
        table = match value {
            toml::Value::Array(list) => list[0].as_table_mut().unwrap(),
            other => other.as_table_mut().unwrap(),
        };
    }
    assert!(table.remove(*key).is_some(), "{path:?}");
    toml::to_string(&recipe).unwrap()
}

/// Every key of a table that is no table itself, by its path.
fn paths<'a>(table: &'a toml::Table, above: &[&'a str], found: &mut Vec<Vec<&'a str>>) {
    for (key, value) in table {
        let path = [above, &[key.as_str()]].concat();
        match value {
            toml::Value::Table(inner) if !inner.is_empty() => paths(inner, &path, found),
            toml::Value::Array(list) if list[0].is_table() => {
                paths(list[0].as_table().unwrap(), &path, found);
            }
            _ => found.push(path),
        }
    }
}

#[test]
fn the_smallest_recipe_has_no_key_that_it_can_do_without() {
    let text = read("recipes/minimal/recipe.toml");
    assert!(load(&Source::new("recipe.toml", text.as_str()), &Nothing).is_ok());
    let recipe: toml::Table = toml::from_str(&text).unwrap();
    let mut found = Vec::new();
    paths(&recipe, &[], &mut found);
    assert_eq!(found.len(), 10, "{found:?}");
    for path in found {
        let loaded = load(&Source::new("recipe.toml", without(&path)), &Nothing);
        assert!(loaded.is_err(), "it loads without {path:?}");
    }
}

#[test]
fn without_its_rule_the_smallest_recipe_compiles_and_retries_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let recipe = copy("minimal", folder.path());
    let bare = without(&["rules"]);
    assert!(load(&Source::new("recipe.toml", bare.as_str()), &Nothing).is_ok());
    let left: toml::Table = toml::from_str(&bare).unwrap();
    let mut found = Vec::new();
    paths(&left, &[], &mut found);
    assert_eq!(found.len(), 7, "{found:?}");
    fs::write(recipe.with_file_name("bare.toml"), bare).unwrap();
    let own = fs::read_to_string(&recipe).unwrap().replace("\"minimal@1\"", "\"./bare.toml\"");
    fs::write(&recipe, own).unwrap();
    let run = run(&[recipe.to_str().unwrap(), "--stdout"]);
    assert_eq!(run.code, 4, "{}", run.err);
    assert!(run.err.contains("plan::nothing-retryable"), "{}", run.err);
}
