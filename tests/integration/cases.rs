//! What a user types and sees: every `case.md` below `tests/cases` and `tests/faults`, run as it stands.
//!
//! `TRYCMD=overwrite cargo test --test integration cases` writes what the program says now; what is accepted so is the product.
#![expect(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test that reads its own cases")]

use std::fs;
use std::path::{Path, PathBuf};

/// Every `case.md`, in order.
pub(crate) fn cases() -> Vec<PathBuf> {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let stages = entries(&tests.join("faults")).into_iter().flat_map(|stage| entries(&stage));
    let folders = entries(&tests.join("cases")).into_iter().chain(stages);
    folders.map(|folder| folder.join("case.md")).filter(|case| case.is_file()).collect()
}

/// The folders in a folder.
pub(crate) fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut folders: Vec<PathBuf> = entries.filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

#[test]
fn every_case_shows_what_a_user_sees() {
    trycmd::TestCases::new()
        .env("NO_COLOR", "1")
        .case("tests/cases/*/case.md")
        .case("tests/cases/*/case.toml")
        .case("tests/faults/*/*/case.md");
}

#[test]
fn no_case_can_write_into_the_repository() {
    // trycmd runs a case in a copy of its `case.in` only where it has a `case.out`.
    let open: Vec<PathBuf> =
        cases().into_iter().filter(|case| !case.with_extension("out").is_dir()).collect();
    assert!(open.is_empty(), "without case.out, so without a sandbox: {open:#?}");
}

#[test]
fn every_case_has_a_title_and_says_what_it_shows() {
    for case in cases() {
        let text = fs::read_to_string(&case).unwrap();
        let mut paragraphs = text.split("\n\n");
        let title = paragraphs.next().unwrap_or_default();
        let says = paragraphs.next().unwrap_or_default();
        let plain = |text: &str| !text.is_empty() && !text.starts_with('#') && !text.starts_with("```");
        assert!(title.starts_with("# ") && plain(says), "{}: no title or no sentence", case.display());
    }
}
