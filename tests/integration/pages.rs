//! The pages of the shipped recipes are executed: their console blocks are run on a copy of the examples.
#![expect(clippy::disallowed_methods, reason = "a test reads and copies files of the repository")]

use std::fs;
use std::path::Path;

use crate::cases::entries;
use crate::program::{ROOT, contents};

#[test]
fn the_commands_print_what_the_pages_say() {
    let mut shown = 0;
    for recipe in entries(&Path::new(ROOT).join("recipes")) {
        let Ok(page) = fs::read_to_string(recipe.join("README.md")) else { continue };
        if !page.contains("```console\n$ gapit-compile ") {
            continue;
        }
        shown += 1;
        let copy = tempfile::tempdir().unwrap();
        for (file, bytes) in contents(&Path::new(ROOT).join("examples")) {
            let target = copy.path().join("page.in/examples").join(file);
            fs::create_dir_all(target.parent().unwrap()).unwrap();
            fs::write(target, bytes).unwrap();
        }
        fs::create_dir(copy.path().join("page.out")).unwrap();
        fs::write(copy.path().join("page.md"), page).unwrap();
        trycmd::TestCases::new().case(copy.path().join("page.md"));
    }
    assert!(shown >= 4, "only {shown} pages show what the program prints");
}
