//! The README is executed: its console blocks are run on a copy of the examples, its recipes are loaded.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test reads and copies files of the repository"
)]

use std::fs;
use std::path::Path;

use gapit_compile::evidence::decisions;
use gapit_compile::recipe;
use gapit_compile::source::Source;

/// A recipe with one slip of the finger, which the README shows the fault of.
const BROKEN: &str = r#"version = 1
extends = "gapit3@1"

[[rules]]
name  = "oom"
retry = { tier = "higmem" }
"#;

/// A manifest with two slips, which the README shows the findings of.
const BROKEN_MANIFEST: &str = r#"apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata:
  generateName: gwas-
spec:
  entrypoint: mian
  templates:
  - name: main
    retryStrategy:
      limit: "5"
      retryPolicy: Allways
    container:
      image: registry.example.org/gapit3:3.1
"#;

/// The recipe that the README's cases are about: its rule for licences looks for another word.
const TESTED: &str = r#"version = 1
extends = "gapit3@1"

[[rules]]
name  = "licence"
when  = { exit-codes = [1], log = "(?i)license" }
retry = { max-retries = 3 }
"#;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

#[test]
fn the_commands_print_what_the_readme_says() {
    let copy = tempfile::tempdir().unwrap();
    let sandbox = copy.path().join("README.in");
    copy_tree(&Path::new(ROOT).join("examples"), &sandbox.join("examples"));
    fs::write(sandbox.join("broken.toml"), BROKEN).unwrap();
    fs::write(sandbox.join("broken.yaml"), BROKEN_MANIFEST).unwrap();
    let readme = fs::read_to_string(Path::new(ROOT).join("README.md")).unwrap();
    let cases: Vec<&str> = blocks(&readme).into_iter().filter(|block| block.contains("[[cases]]")).collect();
    assert_eq!(cases.len(), 1, "the README shows one file of cases");
    fs::create_dir(sandbox.join("tested")).unwrap();
    fs::write(sandbox.join("tested/recipe.toml"), TESTED).unwrap();
    fs::write(sandbox.join("tested/recipe.test.toml"), cases[0]).unwrap();
    fs::create_dir(copy.path().join("README.out")).unwrap();
    fs::copy(Path::new(ROOT).join("README.md"), copy.path().join("README.md")).unwrap();
    trycmd::TestCases::new().case(copy.path().join("README.md"));
}

/// The blocks of TOML.
fn blocks(readme: &str) -> Vec<&str> {
    readme.split("```toml\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect()
}

#[test]
fn the_recipes_are_recipes() {
    let readme = fs::read_to_string(Path::new(ROOT).join("README.md")).unwrap();
    let blocks = blocks(&readme);
    assert!(blocks.len() >= 2, "the README shows a recipe for one run and the language on one screen");
    let (decided, recipes): (Vec<&str>, Vec<&str>) = blocks
        .iter()
        .copied()
        .filter(|block| block.contains("version") && !block.contains("[[cases]]"))
        .partition(|block| block.contains("[[decisions]]"));
    for block in &decided {
        let faults = decisions::parse(&Source::new("README.md", *block)).err();
        assert!(faults.is_none(), "{faults:#?}\n{block}");
    }
    assert_eq!(decided.len(), 1);
    for block in &recipes {
        let faults = recipe::load(&Source::new("README.md", *block), &gapit_compile::io::Disk).err();
        assert!(faults.is_none(), "{faults:#?}\n{block}");
    }
    let shown = fs::read_to_string(Path::new(ROOT).join("examples/8nj24/recipe.toml")).unwrap();
    assert_eq!(blocks[0], shown, "the README says that this is all of examples/8nj24/recipe.toml");
}

fn copy_tree(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy_tree(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}
