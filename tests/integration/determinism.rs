//! The same inputs give the same bytes: wherever, whenever and however they are written.
#![expect(clippy::disallowed_methods, reason = "the tests lay out folders and read them back")]
#![expect(clippy::disallowed_types, reason = "a tree is laid out with the times that its scan tells")]
#![expect(clippy::unwrap_used, reason = "these are tests, also outside their test functions")]

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, SystemTime};

use flate2::{Compression, GzBuilder};
use gapit_compile::evidence::outputs::{self, Scan};
use gapit_compile::source::Source;
use serde_json::Value;

use crate::program::{ROOT, Run, committed, contents, copy, examples, program, run};
use crate::pyyaml;

/// The example with the most to say: a snapshot, a scan, two tiers.
const EXAMPLE: &str = "8nj24";

#[test]
fn another_folder_another_locale_and_another_clock_zone_change_nothing() {
    for (number, example) in examples().into_iter().enumerate() {
        let folder = tempfile::tempdir().unwrap();
        let below = folder.path().join("a folder/with spaces");
        let recipe = copy(&example, &below);
        let (zone, language) =
            [("Pacific/Kiritimati", "tr_TR.UTF-8"), ("America/St_Johns", "C"), ("UTC", "")][number % 3];
        let mut command = program();
        command.env("TZ", zone).env("LANG", language).env("LC_ALL", language).env("HOME", folder.path());
        // Relative paths in the recipe are the recipe's, whatever the working directory is.
        let run: Run = command
            .current_dir(folder.path())
            .arg(recipe.strip_prefix(folder.path()).unwrap())
            .output()
            .unwrap()
            .into();
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{example}");
        assert_same(&contents(&recipe.with_file_name("manifests")), &committed(&example), &example);
    }
}

#[test]
fn compiling_again_touches_nothing() {
    for example in examples() {
        let folder = tempfile::tempdir().unwrap();
        let recipe = copy(&example, folder.path());
        let manifests = recipe.with_file_name("manifests");
        let recipe = recipe.to_str().unwrap();
        assert_eq!(run(&[recipe]).code, 0);
        let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
        for file in contents(&manifests).keys() {
            File::options().write(true).open(manifests.join(file)).unwrap().set_modified(long_ago).unwrap();
        }
        let before = contents(&manifests);
        for mode in [&["--check"][..], &["--diff"], &["--stdout"], &[]] {
            let run = run(&[&[recipe], mode].concat());
            assert_eq!(run.code, 0, "{example} {mode:?}: {}{}", run.out, run.err);
            assert_same(&contents(&manifests), &before, &example);
            for file in before.keys() {
                let modified = fs::metadata(manifests.join(file)).unwrap().modified().unwrap();
                assert_eq!(modified, long_ago, "{example} {mode:?}: {file}");
            }
        }
    }
}

#[test]
fn a_snapshot_is_what_it_says_however_it_is_written() {
    let text = fs::read(snapshot()).unwrap();
    let value: Value = serde_json::from_slice(&text).unwrap();
    let mut gzip = GzBuilder::new().filename("x.json").mtime(1).write(Vec::new(), Compression::fast());
    gzip.write_all(&text).unwrap();
    for (name, bytes) in [
        ("compact.json", serde_json::to_vec(&value).unwrap()),
        ("pretty.json", serde_json::to_vec_pretty(&value).unwrap()),
        ("reversed.json", serde_json::to_vec(&reversed(value.clone())).unwrap()),
        ("snapshot.yaml", serde_yaml::to_string(&value).unwrap().into_bytes()),
        ("reversed.yaml", serde_yaml::to_string(&reversed(value.clone())).unwrap().into_bytes()),
        ("snapshot.json.gz", gzip.finish().unwrap()),
        ("crlf.json", String::from_utf8(text.clone()).unwrap().replace('\n', "\r\n").into_bytes()),
        ("mark.json", [b"\xef\xbb\xbf", text.as_slice()].concat()),
    ] {
        assert_ne!(bytes, text, "{name}");
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(name);
        fs::write(&file, bytes).unwrap();
        assert_same(&compiled(&["--workflow", file.to_str().unwrap()]), &committed(EXAMPLE), name);
    }
}

#[test]
fn a_snapshot_from_standard_input_is_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("out");
    let mut command = program();
    command.args([&recipe(), "--workflow", "-", "--output", output.to_str().unwrap()]);
    let run: Run = command.stdin(Stdio::from(File::open(snapshot()).unwrap())).output().unwrap().into();
    assert_eq!(run.code, 0, "{}", run.err);
    assert_same(&contents(&output), &committed(EXAMPLE), "standard input");
}

#[test]
fn a_scan_is_what_it_says_however_it_is_written() {
    let value: Value = serde_json::from_str(&saved_scan()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    for (name, value) in [("compact.json", value.clone()), ("reversed.json", reversed(value))] {
        let file = folder.path().join(name);
        fs::write(&file, serde_json::to_vec(&value).unwrap()).unwrap();
        assert_same(&compiled(&["--scan", file.to_str().unwrap()]), &committed(EXAMPLE), name);
    }
}

#[test]
fn a_tree_is_scanned_alike_in_whatever_order_its_files_came() {
    let scan = outputs::parse(&Source::new("scan", saved_scan())).unwrap();
    for backwards in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let tree = folder.path().join("outputs");
        lay_out(&scan, &tree, backwards);
        let tree = tree.to_str().unwrap();
        let run = run(&["scan", tree, "--recipe", &recipe()]);
        assert_eq!((run.code, run.err.as_str()), (0, ""));
        assert!(run.out == saved_scan(), "the scan of the tree is not the one that was saved");
        assert_same(&compiled(&["--scan", tree]), &committed(EXAMPLE), "a tree");
    }
}

#[test]
fn two_scans_of_one_tree_in_parts_are_the_whole() {
    let scan = outputs::parse(&Source::new("scan", saved_scan())).unwrap();
    let part = |odd: bool| {
        let mine = |path: &String| path.bytes().map(usize::from).sum::<usize>() % 2 == usize::from(odd);
        let files = scan
            .files
            .iter()
            .filter(|(path, _)| mine(path))
            .map(|(path, fact)| (path.clone(), *fact))
            .collect();
        Scan { directories: scan.directories.clone(), files, unreadable: BTreeMap::default() }
    };
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    fs::write(path("odd"), part(true).to_json()).unwrap();
    fs::write(path("even"), part(false).to_json()).unwrap();
    for (first, second) in [("odd", "even"), ("even", "odd")] {
        let made = compiled(&["--scan", &path(first), "--scan", &path(second)]);
        assert_same(&made, &committed(EXAMPLE), first);
    }
}

#[test]
fn a_yaml_1_1_reader_reads_every_manifest_as_we_do() {
    if !pyyaml::is_here() {
        return;
    }
    for example in examples() {
        let files = committed(&example);
        let texts: Vec<&str> = files.values().map(|bytes| std::str::from_utf8(bytes).unwrap()).collect();
        assert_eq!(
            pyyaml::compare(texts.iter().copied()),
            format!("{} passed, 0 failed\n", texts.len()),
            "{example}"
        );
    }
}

/// What the example compiles to with other inputs.
fn compiled(flags: &[&str]) -> BTreeMap<String, Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("out");
    let run = run(&[&[recipe().as_str(), "--output", output.to_str().unwrap()], flags].concat());
    assert_eq!((run.code, run.err.as_str()), (0, ""), "{flags:?}");
    contents(&output)
}

/// Compares with a message that names the file and its first other line, not with two screens of bytes.
fn assert_same(made: &BTreeMap<String, Vec<u8>>, expected: &BTreeMap<String, Vec<u8>>, what: &str) {
    let names = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(made), names(expected), "{what}");
    for (file, bytes) in expected {
        let (made, expected) = (String::from_utf8_lossy(&made[file]), String::from_utf8_lossy(bytes));
        let other = made.lines().zip(expected.lines()).find(|(a, b)| a != b);
        assert!(made == expected, "{what}: {file} is another: {other:?}");
    }
}

/// The same value with the members of every object the other way round.
fn reversed(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            Value::Object(members.into_iter().rev().map(|(key, value)| (key, reversed(value))).collect())
        }
        Value::Array(entries) => Value::Array(entries.into_iter().map(reversed).collect()),
        other => other,
    }
}

/// Makes the tree that a scan tells of: empty files of the right length and time.
fn lay_out(scan: &Scan, root: &Path, backwards: bool) {
    let mut directories: Vec<&String> = scan.directories.iter().collect();
    let mut files: Vec<_> = scan.files.iter().collect();
    if backwards {
        directories.reverse();
        files.reverse();
    }
    directories.iter().for_each(|directory| fs::create_dir_all(root.join(directory)).unwrap());
    for (path, fact) in files {
        let file = File::create(root.join(path)).unwrap();
        file.set_len(fact.bytes).unwrap();
        file.set_modified(SystemTime::from(fact.modified)).unwrap();
    }
}

fn recipe() -> String {
    format!("examples/{EXAMPLE}/recipe.toml")
}

fn snapshot() -> String {
    format!("{ROOT}/examples/{EXAMPLE}/evidence/gapit3-gwas-parallel-{EXAMPLE}.json")
}

fn saved_scan() -> String {
    fs::read_to_string(format!("{ROOT}/examples/{EXAMPLE}/evidence/{EXAMPLE}.scan.json")).unwrap()
}
