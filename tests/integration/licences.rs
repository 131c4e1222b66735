//! The licences that `Cargo.toml` names lie beside it, word for word, and go into the package.
#![expect(clippy::disallowed_methods, reason = "the test reads files of the repository")]
#![expect(clippy::unwrap_used, reason = "these are tests, also outside their test functions")]

use std::fs;
use std::path::Path;
use std::process::Command;

use sha2::{Digest as _, Sha256};

use crate::program::ROOT;

/// Who holds the copyright, in the one line of a licence's text that is not the licence's own.
const HOLDER: &str = "Copyright (c) the gapit-compile authors\n";

/// A licence as `Cargo.toml` names it, its file, and the digest of the standard text without the line of the holder.
const LICENCES: [(&str, &str, &str); 2] = [
    ("MIT", "LICENSE-MIT", "c9b7c49cdeb4ccab2f2cb69e67f3405518e4bcf611bd3b01de101b070659d11d"),
    ("Apache-2.0", "LICENSE-APACHE", "cfc7749b96f63bd31c3c42b5c471bf756814053e847c10f3eb003417bc523d30"),
];

fn text(file: &str) -> String {
    fs::read_to_string(Path::new(ROOT).join(file)).unwrap()
}

#[test]
fn each_licence_that_is_named_has_its_standard_text() {
    let manifest: toml::Table = toml::from_str(&text("Cargo.toml")).unwrap();
    let named: Vec<&str> = manifest["package"]["license"].as_str().unwrap().split(" OR ").collect();
    assert_eq!(named, LICENCES.map(|(name, ..)| name));
    assert!(text("LICENSE-MIT").contains(HOLDER));
    let readme = text("README.md");
    for (name, file, digest) in LICENCES {
        let standard = text(file).replace(HOLDER, "");
        let found: String = Sha256::digest(&standard).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(found, digest, "{file} is not the standard text");
        assert!(readme.contains(&format!("[{name}]({file})")), "README.md does not link {file}");
    }
}

#[test]
fn the_package_holds_the_licences() {
    let listed = Command::new(env!("CARGO"))
        .args(["package", "--list", "--allow-dirty", "--offline"])
        .current_dir(ROOT)
        .output()
        .unwrap();
    let files = String::from_utf8(listed.stdout).unwrap();
    for (_, file, _) in LICENCES {
        assert!(files.lines().any(|line| line == file), "{file} is not in the package:\n{files}");
    }
}
