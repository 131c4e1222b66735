//! The pages of the shipped recipes are executed: their console blocks are run on a copy of the examples.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test reads and copies files of the repository"
)]

use std::fs;
use std::path::Path;

use crate::program::{ROOT, contents};

/// The recipes whose pages show what the program prints, and how many blocks of it each has.
const SHOWN: [(&str, usize); 2] = [("failure-handlers", 2), ("hpc-recover", 3)];

#[test]
fn the_commands_print_what_the_pages_say() {
    for (recipe, blocks) in SHOWN {
        let page = fs::read_to_string(Path::new(ROOT).join(format!("recipes/{recipe}/README.md"))).unwrap();
        assert!(page.starts_with("# Coming from "), "{recipe}");
        assert_eq!(page.matches("```console\n").count(), blocks, "{recipe}");
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
}
