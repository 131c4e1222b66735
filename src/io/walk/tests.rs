//! The walk over trees with every oddity that an output directory on a shared file system can have.

use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use super::*;

/// A tree of empty files in a new directory.
fn tree(files: &[&str]) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    for file in files {
        let path = folder.path().join("root").join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "12345").unwrap();
    }
    let root = folder.path().join("root").to_str().unwrap().to_owned();
    (folder, root)
}

fn csv(path: &str) -> bool {
    path.ends_with(".csv")
}

fn files(scan: &Scan) -> Vec<&str> {
    scan.files.keys().map(String::as_str).collect()
}

fn refusal(scan: &Scan, path: &str) -> String {
    match scan.unreadable.get(path) {
        Some(Unreadable::Refused(reason)) => reason.clone(),
        other => panic!("{path}: {other:?}"),
    }
}

#[test]
fn wanted_files_are_recorded_with_size_and_time_and_directories_all() {
    let (folder, root) = tree(&["b/2.csv", "a/deep/1.csv", "a/notes.txt", "top.csv"]);
    fs::create_dir(folder.path().join("root/empty")).unwrap();
    let scan = walk(&root, &csv).unwrap();
    assert_eq!(files(&scan), ["a/deep/1.csv", "b/2.csv", "top.csv"]);
    assert_eq!(scan.directories.iter().collect::<Vec<_>>(), ["a", "a/deep", "b", "empty"]);
    let fact = scan.files["top.csv"];
    assert_eq!((fact.bytes, fact.modified.subsec_nanosecond()), (5, 0));
    assert!(fact.modified.as_second() > 1_700_000_000, "{}", fact.modified);
    assert!(scan.unreadable.is_empty());
}

#[test]
fn links_inside_are_followed_and_links_outside_are_named() {
    let (folder, root) = tree(&["run/1.csv"]);
    let outside = folder.path().join("outside");
    fs::create_dir(&outside).unwrap();
    fs::write(outside.join("x.csv"), "").unwrap();
    let at = |name: &str| folder.path().join("root").join(name);
    symlink("run", at("latest")).unwrap();
    symlink("run/1.csv", at("one.csv")).unwrap();
    symlink(&outside, at("away")).unwrap();
    symlink(outside.join("x.csv"), at("x.csv")).unwrap();
    symlink(outside.join("x.csv"), at("x.unwanted")).unwrap();
    symlink("nowhere", at("gone")).unwrap();
    let scan = walk(&root, &csv).unwrap();
    assert_eq!(files(&scan), ["latest/1.csv", "one.csv", "run/1.csv"]);
    assert_eq!(refusal(&scan, "gone"), "dangling link to nowhere");
    for name in ["away", "x.csv"] {
        assert_eq!(scan.unreadable[name], Unreadable::LeadsOutside);
    }
    assert_eq!(scan.unreadable.len(), 3);
}

#[test]
fn a_root_that_is_a_link_is_walked_and_its_siblings_are_outside() {
    let (folder, root) = tree(&["a/1.csv"]);
    fs::create_dir(folder.path().join("root-of-others")).unwrap();
    symlink("../root-of-others", folder.path().join("root/others")).unwrap();
    let link = folder.path().join("link");
    symlink(&root, &link).unwrap();
    let scan = walk(link.to_str().unwrap(), &csv).unwrap();
    assert_eq!(files(&scan), ["a/1.csv"]);
    assert_eq!(scan.unreadable["others"], Unreadable::LeadsOutside);
}

#[test]
fn links_in_a_circle_end() {
    let (folder, root) = tree(&["a/1.csv", "b/2.csv"]);
    let at = |name: &str| folder.path().join("root").join(name);
    symlink("..", at("a/up")).unwrap();
    symlink("../b", at("a/to-b")).unwrap();
    symlink("../a", at("b/to-a")).unwrap();
    symlink("self", at("self")).unwrap();
    let scan = walk(&root, &csv).unwrap();
    assert_eq!(files(&scan), ["a/1.csv", "a/to-b/2.csv", "b/2.csv", "b/to-a/1.csv"]);
    assert_eq!(refusal(&scan, "a/up"), "the link leads back to a directory above it");
    assert!(scan.unreadable.contains_key("self") && scan.unreadable.contains_key("a/to-b/to-a"));
}

#[test]
fn a_name_that_is_not_utf8_is_recorded_as_well_as_it_can_be() {
    let (folder, root) = tree(&["a/1.csv"]);
    let name = std::ffi::OsStr::from_bytes(b"caf\xe9.csv");
    fs::write(folder.path().join("root").join(name), "").unwrap();
    let scan = walk(&root, &csv).unwrap();
    assert_eq!(refusal(&scan, "caf\u{fffd}.csv"), "its name is not UTF-8");
    assert_eq!(files(&scan), ["a/1.csv"]);
}

#[test]
fn a_directory_that_may_not_be_read_is_named_and_the_walk_goes_on() {
    let (folder, root) = tree(&["a/1.csv", "shut/2.csv"]);
    let shut = folder.path().join("root/shut");
    fs::set_permissions(&shut, fs::Permissions::from_mode(0o000)).unwrap();
    let scan = walk(&root, &csv).unwrap();
    // The superuser reads everything; then there is nothing to refuse and only the walk itself is tested.
    if fs::read_dir(&shut).is_ok() {
        assert_eq!(files(&scan), ["a/1.csv", "shut/2.csv"]);
    } else {
        assert_eq!(
            (files(&scan), refusal(&scan, "shut").as_str()),
            (vec!["a/1.csv"], "permission is denied")
        );
    }
    fs::set_permissions(&shut, fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn a_root_that_is_missing_or_a_file_is_a_fault() {
    let (_folder, root) = tree(&["a/1.csv"]);
    let missing = walk(&format!("{root}x"), &csv).unwrap_err();
    assert_eq!((missing.code, missing.help), (Code::ScanUnreadable, format!("write `{root}`")));
    let file = walk(&format!("{root}/a/1.csv"), &csv).unwrap_err();
    assert_eq!(file.code, Code::ScanUnreadable);
}

#[test]
fn thousands_of_entries_come_in_their_order() {
    let (folder, root) = tree(&["a/0.csv"]);
    (0..3000).for_each(|n| fs::write(folder.path().join(format!("root/a/{n}.csv")), "").unwrap());
    assert_eq!(walk(&root, &csv).unwrap().files.len(), 3000);
}
