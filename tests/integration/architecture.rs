//! The shape of the code: what may name what, and what the repository may hold. Each law has a test that it can fail.
#![expect(clippy::disallowed_methods, reason = "the test reads the sources")]
#![expect(clippy::unwrap_used, reason = "these are tests, also outside their test functions")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::rust_text::{Path as RustPath, code, paths};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Where each third-party crate may be named: files, or folders with a `/`, below `src/`. Every home listed is in use.
const HOMES: &[(&str, &[&str])] = &[
    ("base64", &["evidence/snapshot/"]),
    ("brotli_decompressor", &["evidence/snapshot/"]),
    ("clap", &["cli/"]),
    ("clap_complete", &["cli/"]),
    ("clap_mangen", &["cli/"]),
    ("flate2", &["evidence/snapshot/"]),
    ("globset", &["recipe/check/pattern.rs", "diagnose/"]),
    ("granit_parser", &["verify/document/"]),
    ("jiff", &["evidence/", "diagnose/", "verify/references/schedule.rs", "pipeline/test/", "io/walk.rs"]),
    ("miette", &["source.rs", "error/fault.rs", "cli/screen.rs"]),
    ("minijinja", &["recipe/naming.rs", "recipe/scope.rs"]),
    (
        "regex",
        &[
            "recipe/",
            "diagnose/causes/mod.rs",
            "evidence/snapshot/redact/",
            "verify/references/expression/outcome.rs",
            "verify/schema/facts.rs",
        ],
    ),
    ("ruzstd", &["evidence/snapshot/"]),
    ("schemars", &["evidence/", "recipe/", "report/"]),
    ("serde", &["units/", "evidence/", "verify/", "report/", "cli/screen.rs"]),
    (
        "serde_json",
        &[
            "evidence/",
            "recipe/",
            "plan/",
            "diagnose/",
            "emit/",
            "verify/",
            "lint/",
            "pipeline/",
            "init/",
            "report/",
            "cli/screen.rs",
        ],
    ),
    ("serde_yaml", &["evidence/", "emit/yaml/mod.rs", "verify/"]),
    ("sha2", &["units/name.rs"]),
    ("similar", &["diff/text.rs"]),
    ("toml", &["recipe/parse.rs", "evidence/decisions/read.rs", "evidence/ledger/parse.rs"]),
];

/// Crates that only tests name.
const FOR_TESTS: &[&str] = &["jsonschema", "proptest", "tempfile", "trycmd"];

/// What the top level of the repository may hold.
const TOP_LEVEL: &[&str] = &[
    ".ci",
    ".gitignore",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "benches",
    "clippy.toml",
    "examples",
    "recipes",
    "rustfmt.toml",
    "schemas",
    "src",
    "tests",
];

/// Names that say nothing about what is inside.
const NAMELESS: &[&str] = &["imp", "core", "common", "utils", "helpers", "misc", "types", "tasks", "manager"];

const LINES_AT_MOST: usize = 400;

#[test]
fn a_module_imports_only_modules_declared_above_it() {
    let order = Order::of_the_library();
    assert_eq!(against(&sources(), |file, text| order.broken_by(file, text)), "");
}

#[test]
fn an_import_against_the_order_is_seen_however_it_is_written() {
    let order = Order::read(
        "pub mod units;\npub mod evidence;\npub mod plan;\npub mod io;\npub use plan::{Plan, best};\n",
    );
    let wrong = |file: &str, text: &str| order.broken_by(file, text).len();
    for text in [
        "use crate::plan::Plan;",
        "use crate::{units::Memory, plan::{self, Plan}};",
        "use crate::Plan;",
        "fn f() -> crate::io::Disk { crate::units::x() }",
        "use super::super::plan;",
        "use super::{super::{units, io}};",
        "mod tests { use super::super::super::plan::Plan; }",
        "use crate::cli::Screen;",
        "use crate::*;",
    ] {
        assert_eq!(wrong("evidence/outputs.rs", text), 1, "{text}");
    }
    for text in [
        "use crate::evidence::Scan; use crate::units::{Memory, Cpu};",
        "// crate::plan is told of in a comment\n/* and crate::io */ const A: &str = \"crate::plan\";",
        "const A: &str = r#\"use crate::plan::\"{}\"#; const B: char = '\"'; use super::plan;",
        "mod tests { use super::super::plan::Plan; } use super::nodes;",
        "fn f<'a>(x: &'a str) -> bool { x == \"'\" } use super::super::units;",
    ] {
        assert_eq!(wrong("evidence/outputs.rs", text), 0, "{text}");
    }
    assert_eq!(wrong("evidence/mod.rs", "use super::plan::Plan;"), 1);
    assert_eq!(wrong("plan.rs", "use super::evidence;"), 0);
}

#[test]
fn every_file_of_the_library_is_declared_in_the_drawing() {
    let order = Order::of_the_library();
    let found: BTreeSet<String> = sources()
        .into_iter()
        .map(|(file, _)| top_module(&file).to_owned())
        .filter(|name| !["main", "lib", "cli"].contains(&name.as_str()))
        .collect();
    assert_eq!(found, order.rank.keys().cloned().collect());
    assert_eq!(fs::read_to_string(Path::new(ROOT).join("src/main.rs")).unwrap().matches("\nmod ").count(), 1);
}

#[test]
fn files_have_names_that_say_something() {
    let nameless = |file: &str| {
        let name = file.strip_suffix(".rs").unwrap_or(file);
        name.split('/').any(|part| NAMELESS.contains(&part))
    };
    assert!(nameless("plan/utils.rs") && nameless("core/a.rs") && !nameless("plan/cores.rs"));
    let found: Vec<String> =
        sources().into_iter().map(|(file, _)| file).filter(|file| nameless(file)).collect();
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn a_file_says_what_it_is_and_is_short() {
    let told = against(&sources(), |_, text| {
        let mut wrong = Vec::new();
        if !text.starts_with("//! ") {
            wrong.push("does not open with `//! `".to_owned());
        }
        if text.lines().count() > LINES_AT_MOST {
            wrong.push(format!("has {} lines, more than {LINES_AT_MOST}", text.lines().count()));
        }
        wrong
    });
    assert_eq!(told, "");
}

#[test]
fn evidence_does_not_know_the_recipe() {
    let named = |text: &str| {
        code(text).contains(&"Recipe")
            || paths(text).iter().any(|path| path.names.iter().any(|name| name == "recipe"))
    };
    assert!(named("use crate::recipe::Cause;") && !named("let a = \"--recipe RECIPE\"; // the recipe"));
    let told = against(&sources(), |file, text| {
        let wrong = top_module(file) == "evidence" && named(text);
        wrong.then(|| "names the recipe".to_owned()).into_iter().collect()
    });
    assert_eq!(told, "");
}

#[test]
fn the_disk_the_terminal_and_the_environment_have_one_place_each() {
    let elsewhere = |file: &str, text: &str| {
        let home = top_module(file);
        let words = code(text);
        let std = |module: &str| {
            paths(text).iter().any(|path| {
                path.names.first().is_some_and(|name| name == "std")
                    && path.names.get(1).is_some_and(|name| name == module)
            })
        };
        let prints = words.windows(2).any(|pair| {
            ["print", "println", "eprint", "eprintln", "dbg"].contains(&pair[0]) && pair[1] == "!"
        });
        let mut wrong = Vec::new();
        if std("fs") && home != "io" {
            wrong.push("names std::fs, which is for `io`".to_owned());
        }
        if home != "cli"
            && (prints
                || words.windows(2).any(|pair| ["stdout", "stderr"].contains(&pair[0]) && pair[1] == "("))
        {
            wrong.push("prints, which is for `cli`".to_owned());
        }
        if home != "cli" && std("env") {
            wrong.push("reads the environment, which is for `cli`".to_owned());
        }
        if std("process") && !["cli", "main"].contains(&home) && file != "io/git.rs" {
            wrong.push("names std::process, which is for `cli` and io/git.rs".to_owned());
        }
        if std("time") || std("net") || std("thread") {
            wrong.push("names a clock, the network or a thread".to_owned());
        }
        wrong
    };
    for (file, text) in [
        ("plan/mod.rs", "use std::{cmp, fs};"),
        ("cli/scan.rs", "let x = std::fs::read(\"a\");"),
        ("plan/mod.rs", "println!(\"a\");"),
        ("io/read.rs", "std::io::stdout().lock()"),
        ("io/read.rs", "use std::env;"),
        ("cli/mod.rs", "use std::time::Instant;"),
    ] {
        assert_eq!(elsewhere(file, text).len(), 1, "{file}: {text}");
    }
    assert!(elsewhere("io/read.rs", "use std::fs; // println!").is_empty());
    assert_eq!(against(&sources(), elsewhere), "");
}

#[test]
fn each_third_party_crate_has_its_homes() {
    let sources: Vec<(String, BTreeSet<String>)> =
        sources().into_iter().map(|(file, text)| (file, first_names(&text))).collect();
    let at_home =
        |home: &str, file: &str| if home.ends_with('/') { file.starts_with(home) } else { file == home };
    let mut wrong = Vec::new();
    for (name, homes) in HOMES {
        let users: Vec<&str> = sources
            .iter()
            .filter(|(_, named)| named.contains(*name))
            .map(|(file, _)| file.as_str())
            .collect();
        let strays = users.iter().filter(|file| !homes.iter().any(|home| at_home(home, file)));
        wrong.extend(strays.map(|file| format!("{file} names `{name}`, which lives in {homes:?}")));
        let empty = homes.iter().filter(|home| !users.iter().any(|file| at_home(home, file)));
        wrong.extend(empty.map(|home| format!("`{name}` has a home in {home} and does not live there")));
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn a_crate_is_seen_in_paths_and_attributes_but_not_in_words() {
    for text in [
        "use serde::Serialize;",
        "let x = serde::de::Y;",
        "#[serde(rename = \"a\")] struct A;",
        "use serde;",
        "use {serde as s};",
    ] {
        assert!(first_names(text).contains("serde"), "{text}");
    }
    for text in
        ["use crate::serde::X;", "let serde = 1;", "// use serde::X;", "use serde_json::X;", "a.serde::<X>()"]
    {
        assert!(!first_names(text).contains("serde"), "{text}");
    }
}

#[test]
fn the_direct_dependencies_are_the_ones_that_were_argued_for() {
    let manifest: toml::Table =
        toml::from_str(&fs::read_to_string(Path::new(ROOT).join("Cargo.toml")).unwrap()).unwrap();
    let names = |table: &str| -> Vec<String> {
        manifest
            .get(table)
            .and_then(toml::Value::as_table)
            .into_iter()
            .flat_map(toml::Table::keys)
            .cloned()
            .collect()
    };
    let expected: Vec<&str> = HOMES.iter().map(|(name, _)| *name).collect();
    // Code writes a crate's name with `_`, also where the manifest has `-`.
    let named: Vec<String> = names("dependencies").iter().map(|name| name.replace('-', "_")).collect();
    assert_eq!(named, expected, "a new dependency gets a home in HOMES, and its commit says why");
    assert_eq!(names("dev-dependencies"), FOR_TESTS);
    for table in ["build-dependencies", "target", "patch", "replace"] {
        assert_eq!(names(table), Vec::<String>::new(), "{table}");
    }
}

#[test]
fn the_top_level_holds_what_it_is_known_to_hold() {
    let strange: BTreeSet<String> = tracked()
        .iter()
        .map(|file| file.split('/').next().unwrap_or_default().to_owned())
        .filter(|name| !TOP_LEVEL.contains(&name.as_str()))
        .collect();
    assert_eq!(strange, BTreeSet::new());
}

#[test]
fn nothing_is_left_for_later() {
    let marks = [["TO", "DO"].concat(), ["FIX", "ME"].concat(), ["XX", "X"].concat()];
    let told = against(&sources(), |_, text| {
        let words = code(text);
        let stubs =
            words.windows(2).filter(|pair| ["todo", "unimplemented"].contains(&pair[0]) && pair[1] == "!");
        let marked = marks.iter().filter(|mark| text.contains(mark.as_str()));
        stubs
            .map(|pair| format!("holds `{}!`", pair[0]))
            .chain(marked.map(|mark| format!("holds {mark}")))
            .collect()
    });
    assert_eq!(told, "");
}

#[test]
fn no_text_names_a_path_of_somebodys_machine() {
    // Put together here, so that this file holds none of them.
    let machine =
        [["/wo", "rk/"].concat(), ["/tmp", "/wt"].concat(), ["/ho", "me/"].concat(), ["/ro", "ot/"].concat()];
    let mut wrong = Vec::new();
    for file in tracked() {
        let Ok(text) = fs::read_to_string(Path::new(ROOT).join(&file)) else { continue };
        wrong.extend(
            machine.iter().filter(|path| text.contains(path.as_str())).map(|path| format!("{file}: {path}")),
        );
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn no_source_cites_a_text_that_nobody_can_look_up() {
    // Notes that are not part of the repository: their letter and a section, or their name. Put together, so that this file holds none.
    let named = [["design", ", section"].concat(), ["design", ".md"].concat(), ["argo-", "facts"].concat()];
    let by_letter = |line: &str| {
        line.match_indices("F ").any(|(at, _)| {
            !line[..at].ends_with(char::is_alphanumeric)
                && line[at + 2..].starts_with(|c: char| c.is_ascii_digit())
        })
    };
    assert!(by_letter(&["(F", " 2.3, D5)"].concat()) && !by_letter("the rows of D and F end it"));
    let mut wrong = Vec::new();
    for file in tracked().iter().filter(|file| file.ends_with(".rs") || file.starts_with("schemas/argo/")) {
        let text = fs::read_to_string(Path::new(ROOT).join(file)).unwrap();
        let cites = |line: &&str| by_letter(line) || named.iter().any(|name| line.contains(name.as_str()));
        wrong.extend(text.lines().filter(cites).map(|line| format!("{file}: {line}")));
    }
    assert_eq!(wrong, Vec::<String>::new());
}

/// The modules of the library, in the order in which `src/lib.rs` declares them.
struct Order {
    rank: BTreeMap<String, usize>,
    /// What `src/lib.rs` gives out again under the crate's own name, and whose it is.
    again: BTreeMap<String, String>,
}

impl Order {
    fn of_the_library() -> Self {
        Self::read(&fs::read_to_string(Path::new(ROOT).join("src/lib.rs")).unwrap())
    }

    fn read(lib: &str) -> Self {
        let words = code(lib);
        let declared = words.windows(3).filter(|three| three[0] == "mod" && three[2] == ";");
        let rank: BTreeMap<String, usize> =
            declared.enumerate().map(|(at, three)| (three[1].to_owned(), at)).collect();
        let own = paths(lib).into_iter().filter(|path| rank.contains_key(&path.names[0]));
        let again =
            own.map(|path| (path.names.last().cloned().unwrap_or_default(), path.names[0].clone())).collect();
        Self { rank, again }
    }

    /// What is wrong with the imports of a file below `src/`.
    fn broken_by(&self, file: &str, text: &str) -> Vec<String> {
        let own = top_module(file);
        if ["main", "lib", "cli"].contains(&own) {
            return Vec::new();
        }
        let mut wrong = BTreeSet::new();
        for path in paths(text) {
            let Some(name) = from_the_top(&module_of(file), &path) else { continue };
            let module = self.again.get(&name).unwrap_or(&name);
            let told = match (self.rank.get(module), self.rank.get(own)) {
                (Some(other), Some(own)) if other <= own => continue,
                (Some(_), _) => format!("names `{module}`, which is declared below `{own}`"),
                (None, _) => format!("names `crate::{name}`, which src/lib.rs does not declare"),
            };
            wrong.insert(told);
        }
        wrong.into_iter().collect()
    }
}

/// What a path names right below the crate; `None` where it stays inside the file's own top module or leaves the crate.
fn from_the_top(module: &[String], path: &RustPath) -> Option<String> {
    if path.names.first().is_some_and(|name| name == "crate") {
        return Some(path.names.get(1).cloned().unwrap_or_default());
    }
    let ups = path.names.iter().take_while(|name| *name == "super").count();
    let leaves = ups > 0 && ups >= module.len() + path.inside;
    leaves.then(|| path.names.get(ups).cloned().unwrap_or_default())
}

/// The module that a file below `src/` is.
fn module_of(file: &str) -> Vec<String> {
    let name = file.strip_suffix(".rs").unwrap_or(file);
    let name = name.strip_suffix("/mod").unwrap_or(name);
    name.split('/').map(str::to_owned).collect()
}

fn top_module(file: &str) -> &str {
    let first = file.split('/').next().unwrap_or_default();
    first.strip_suffix(".rs").unwrap_or(first)
}

/// The first names of paths, and what stands alone in a `use` or opens an attribute: where a crate can be named.
fn first_names(text: &str) -> BTreeSet<String> {
    let words = code(text);
    let attributes = words
        .windows(3)
        .filter(|three| ["[", ","].contains(&three[0]) && three[2] == "(")
        .map(|three| three[1].to_owned());
    paths(text).into_iter().filter_map(|path| path.names.into_iter().next()).chain(attributes).collect()
}

/// One line for everything that a check says of a file.
fn against(sources: &[(String, String)], check: impl Fn(&str, &str) -> Vec<String>) -> String {
    sources
        .iter()
        .flat_map(|(file, text)| {
            check(file, text).into_iter().map(move |wrong| format!("src/{file} {wrong}\n"))
        })
        .collect()
}

/// Every Rust file below `src/`, by its path from there.
fn sources() -> Vec<(String, String)> {
    fn walk(directory: &Path, below: &str, found: &mut Vec<(String, String)>) {
        for entry in fs::read_dir(directory).unwrap().map(Result::unwrap) {
            let name = entry.file_name().into_string().unwrap();
            let path = format!("{below}{name}");
            if entry.path().is_dir() {
                walk(&entry.path(), &format!("{path}/"), found);
            } else if name.ends_with(".rs") {
                found.push((path, fs::read_to_string(entry.path()).unwrap()));
            }
        }
    }
    let mut found = Vec::new();
    walk(&Path::new(ROOT).join("src"), "", &mut found);
    found.sort();
    assert!(found.len() > 100, "the sources were not found");
    found
}

/// The files that git tracks.
fn tracked() -> Vec<String> {
    let output = Command::new("git").args(["ls-files", "-z"]).current_dir(ROOT).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let list = String::from_utf8(output.stdout).unwrap();
    list.split('\0').filter(|name| !name.is_empty()).map(str::to_owned).collect()
}
