//! Applying deltas to directories in every state.

use super::*;
use crate::diff::delta;
use crate::emit::yaml::seal;

fn ours(body: &str) -> String {
    seal(&["written by gapit-compile from r.toml; do not edit".to_owned()], body)
}

fn files(list: &[(&str, &str)]) -> BTreeMap<String, String> {
    list.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}

/// A directory with these files.
fn folder(list: &[(&str, &str)]) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    list.iter().for_each(|(name, text)| fs::write(folder.path().join(name), text).unwrap());
    let path = folder.path().to_str().unwrap().to_owned();
    (folder, path)
}

fn now(directory: &str, wanted: &[(&str, &str)]) -> Delta {
    delta(&manifests_on_disk(directory).unwrap(), &files(wanted))
}

/// The names of everything in a directory, hidden files too.
fn names(directory: &str) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_directory_that_is_missing_is_made_and_applying_twice_changes_nothing() {
    let (_folder, path) = folder(&[]);
    let path = format!("{path}/a/manifests");
    let wanted = [("a.yaml", ours("a: 1\n")), ("ledger.toml", ours("a = 1\n"))];
    let wanted: Vec<(&str, &str)> = wanted.iter().map(|(name, text)| (*name, text.as_str())).collect();
    apply(&path, &now(&path, &wanted), false).unwrap();
    assert_eq!(manifests_on_disk(&path).unwrap(), files(&wanted));
    assert!(now(&path, &wanted).is_empty());
    apply(&path, &now(&path, &wanted), false).unwrap();
    assert_eq!(names(&path), ["a.yaml", "ledger.toml"]);
}

#[test]
fn only_our_files_are_replaced_and_removed() {
    let (old, new) = (ours("a: 1\n"), ours("a: 2\n"));
    let (_folder, path) =
        folder(&[("a.yaml", &old), ("gone.yaml", &old), ("notes.yaml", "x"), ("workflow.w-1.yaml", &old)]);
    apply(&path, &now(&path, &[("a.yaml", &new), ("workflow.w-2.yaml", &new)]), false).unwrap();
    let left = [("a.yaml", new.as_str()), ("notes.yaml", "x"), ("workflow.w-2.yaml", &new)];
    assert_eq!(manifests_on_disk(&path).unwrap(), files(&left));
}

#[test]
fn nothing_to_do_makes_no_directory() {
    let (_folder, path) = folder(&[]);
    let path = format!("{path}/manifests");
    apply(&path, &now(&path, &[]), false).unwrap();
    assert!(!Path::new(&path).exists());
}

#[test]
fn the_work_of_others_is_all_listed_and_lost_only_by_force() {
    let (old, new) = (ours("a: 1\n"), ours("a: 2\n"));
    let edited = old.replace("a: 1", "a: 9");
    let before = [("edited.yaml", edited.as_str()), ("foreign.yaml", "x"), ("gone.yaml", &edited)];
    let (_folder, path) = folder(&before);
    let delta = now(&path, &[("added.yaml", &new), ("edited.yaml", &new), ("foreign.yaml", &new)]);
    let faults = apply(&path, &delta, false).unwrap_err();
    let told: Vec<&str> = faults.iter().map(|fault| fault.message.as_str()).collect();
    assert_eq!(
        told,
        [
            format!("`{path}/edited.yaml` was edited by hand since it was written"),
            format!("`{path}/foreign.yaml` is in the way and was not written by gapit-compile"),
            format!("`{path}/gone.yaml` is no longer wanted, but was edited by hand since it was written"),
        ]
    );
    assert!(faults.iter().all(|fault| fault.code == Code::IoHandEdited && fault.help.contains("--force")));
    assert_eq!(manifests_on_disk(&path).unwrap(), files(&before));
    apply(&path, &delta, true).unwrap();
    let after = [("added.yaml", new.as_str()), ("edited.yaml", &new), ("foreign.yaml", &new)];
    assert_eq!(manifests_on_disk(&path).unwrap(), files(&after));
}

#[test]
fn a_second_compile_at_the_same_time_is_sent_away() {
    let (_folder, path) = folder(&[]);
    let delta = now(&path, &[("a.yaml", &ours("a: 1\n"))]);
    let held = lock(&path).unwrap();
    assert!(held.is_some(), "this file system has no locks");
    let faults = apply(&path, &delta, true).unwrap_err();
    assert_eq!(faults.iter().map(|fault| fault.code).collect::<Vec<_>>(), [Code::IoBusy]);
    assert!(names(&path).is_empty());
    drop(held);
    apply(&path, &delta, false).unwrap();
}

#[test]
fn a_directory_that_changed_since_is_left_as_it_is() {
    let (old, new) = (ours("a: 1\n"), ours("a: 2\n"));
    for (name, text) in [("a.yaml", ours("a: 3\n")), ("b.yaml", old.clone()), ("further.yaml", old.clone())] {
        let (_folder, path) = folder(&[("a.yaml", &old)]);
        let delta = now(&path, &[("a.yaml", &new), ("b.yaml", &new)]);
        fs::write(Path::new(&path).join(name), text).unwrap();
        let before = manifests_on_disk(&path).unwrap();
        let faults = apply(&path, &delta, true).unwrap_err();
        let told: Vec<String> = faults.iter().map(|fault| fault.message.clone()).collect();
        assert_eq!(told, [format!("`{path}/{name}` changed while this compile was running")]);
        assert_eq!(manifests_on_disk(&path).unwrap(), before);
    }
    let (_folder, path) = folder(&[("a.yaml", &old)]);
    let delta = now(&path, &[("a.yaml", &new)]);
    fs::write(Path::new(&path).join("notes.yaml"), "x").unwrap();
    apply(&path, &delta, false).expect("a foreign file that comes is no compile");
}

#[test]
fn a_write_that_fails_changes_nothing_and_leaves_nothing_behind() {
    let old = ours("a: 1\n");
    let (_folder, path) = folder(&[("a.yaml", &old), ("gone.yaml", &old)]);
    fs::create_dir(Path::new(&path).join("z.yaml")).unwrap();
    let new = ours("a: 2\n");
    let delta = now(&path, &[("a.yaml", &new), ("b.yaml", &new), ("z.yaml", &new)]);
    let faults = apply(&path, &delta, false).unwrap_err();
    let fault = faults.iter().next().unwrap();
    let message = format!("`{path}/z.yaml` cannot be written: it is a directory; nothing was changed");
    assert_eq!((fault.code, &fault.message, faults.len()), (Code::IoWrite, &message, 1));
    assert_eq!(names(&path), ["a.yaml", "gone.yaml", "z.yaml"]);
    assert_eq!(manifests_on_disk(&path).unwrap(), files(&[("a.yaml", &old), ("gone.yaml", &old)]));
}

#[test]
fn a_file_where_the_directory_must_be_is_a_fault() {
    let (_folder, path) = folder(&[("manifests", "x")]);
    let path = format!("{path}/manifests");
    let delta = delta(&BTreeMap::new(), &files(&[("a.yaml", &ours("a: 1\n"))]));
    let faults = apply(&path, &delta, false).unwrap_err();
    assert_eq!(faults.iter().map(|fault| fault.code).collect::<Vec<_>>(), [Code::IoWrite]);
}
