//! Every fault code of recipes: a recipe that triggers it and nothing else, and the catalogue's page held to that recipe.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test that cannot read its files has failed"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use gapit_compile::error::{Code, Fault, Faults};
use gapit_compile::recipe::{Files, load};
use gapit_compile::source::Source;

/// The files beside one recipe.
struct Folder(PathBuf);

impl Files for Folder {
    fn read(&self, path: &str) -> Result<Source, Fault> {
        let text = fs::read_to_string(self.0.join(path));
        let text = text.map_err(|error| Fault::new(Code::IoRead, error.to_string(), "check the path"))?;
        Ok(Source::new(path, text))
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faults/recipe")
}

/// Each folder with its code and its recipe.
fn cases() -> Vec<(String, Code, Folder, String)> {
    let mut folders: Vec<PathBuf> =
        fs::read_dir(root()).unwrap().map(|entry| entry.unwrap().path()).collect();
    // Whether there is an input is known to the command line, not to a recipe.
    folders.retain(|path| path.is_dir() && !path.ends_with("no-input"));
    folders.sort();
    folders
        .into_iter()
        .map(|path| {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            let code = Code::from_spelling(&format!("recipe::{name}"));
            let sandbox = path.join("case.in");
            let text = fs::read_to_string(sandbox.join("recipe.toml")).unwrap();
            (name.clone(), code.unwrap_or_else(|| panic!("{name} is not a code")), Folder(sandbox), text)
        })
        .collect()
}

fn faults(text: &str, files: &Folder) -> Faults {
    load(&Source::new("recipe.toml", text), files).err().unwrap_or_default()
}

/// The fenced blocks of a language on a page.
fn blocks<'a>(page: &'a str, language: &str) -> Vec<&'a str> {
    let open = format!("```{language}\n");
    page.split(open.as_str()).skip(1).map(|rest| rest.split("```").next().unwrap_or_default()).collect()
}

#[test]
fn every_recipe_code_has_a_folder() {
    let folders: BTreeSet<Code> = cases().into_iter().map(|(_, code, _, _)| code).collect();
    let codes = Code::ALL.iter().copied().filter(|code| *code != Code::RecipeNoInput);
    let codes: BTreeSet<Code> = codes.filter(|code| code.as_str().starts_with("recipe::")).collect();
    assert_eq!(folders, codes);
}

#[test]
fn each_folder_gives_its_code_and_nothing_else() {
    for (name, code, files, text) in cases() {
        let found = faults(&text, &files);
        assert_eq!(found.iter().map(|fault| fault.code).collect::<Vec<_>>(), [code], "{name}: {found:#?}");
    }
}

#[test]
fn each_page_shows_the_folders_recipe_its_message_and_a_fix_that_works() {
    for (name, code, files, text) in cases() {
        let page = code.page();
        let [example, fix] = blocks(page, "toml")[..] else { panic!("{name}: two blocks of TOML") };
        assert!(text.contains(example), "{name}: the example is not in its recipe.toml");
        let told: Vec<String> = faults(&text, &files).iter().map(|fault| format!("{fault}\n")).collect();
        assert_eq!(blocks(page, "text"), told, "{name}: the message on the page");
        let mended = faults(&text.replace(example, fix), &files);
        assert!(mended.is_empty(), "{name}: the fix does not help: {mended:#?}");
    }
}
