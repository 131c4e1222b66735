//! What has to change on disk, file by file.

use std::collections::{BTreeMap, BTreeSet};

use crate::emit::yaml::{HEADER, Origin, origin};
use crate::evidence::ledger;

/// What the file of a retry Workflow begins and ends with.
const WORKFLOW_FILE: (&str, &str) = ("workflow.", ".yaml");

/// The same of a WorkflowTemplate.
const TEMPLATE_FILE: (&str, &str) = ("workflow-template.", ".yaml");

/// What becomes of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// It is new.
    Added,
    /// Its content changes.
    Changed,
    /// It is ours and no longer wanted.
    Removed,
    /// It takes the place of the previous generation's Workflow, which goes.
    Renamed {
        /// The file that goes.
        from: String,
    },
    /// It is as it should be.
    Same,
    /// It is ours, would be replaced or removed, and somebody edited it since it was written.
    HandEdited,
    /// It would be replaced and is not ours.
    Foreign,
}

/// One file before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileDelta {
    /// Its name in the output directory.
    pub file: String,
    /// What becomes of it.
    pub change: Change,
    /// What stands there, or stood under the old name; `None` if nothing does.
    pub before: Option<String>,
    /// What is to stand there; `None` if it goes.
    pub after: Option<String>,
}

impl FileDelta {
    /// Whether writing over it would lose somebody's work, so that it takes `--force`.
    pub fn needs_force(&self) -> bool {
        matches!(self.change, Change::HandEdited | Change::Foreign)
    }

    /// The name under which `before` stands on disk.
    pub fn old_name(&self) -> &str {
        match &self.change {
            Change::Renamed { from } => from,
            _ => &self.file,
        }
    }
}

/// Every file that is wanted, and every file of ours that is not, by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Delta {
    /// In the order of their names.
    pub files: Vec<FileDelta>,
}

impl Delta {
    /// Whether what is on disk is what is wanted.
    pub fn is_empty(&self) -> bool {
        self.changes().next().is_none()
    }

    /// The files that are not as they should be.
    pub fn changes(&self) -> impl Iterator<Item = &FileDelta> {
        self.files.iter().filter(|file| file.change != Change::Same)
    }
}

/// Compares what is on disk with what is wanted. Foreign files that are not wanted are none of our business.
pub fn delta(on_disk: &BTreeMap<String, String>, wanted: &BTreeMap<String, String>) -> Delta {
    let names: BTreeSet<&String> = on_disk.keys().chain(wanted.keys()).collect();
    let files = names.into_iter().filter_map(|name| {
        let (before, after) = (on_disk.get(name), wanted.get(name));
        let change = change(name, before?.as_str(), after.map(String::as_str))?;
        Some(FileDelta { file: name.clone(), change, before: before.cloned(), after: after.cloned() })
    });
    let added = wanted.iter().filter(|(name, _)| !on_disk.contains_key(*name)).map(|(name, after)| {
        FileDelta { file: name.clone(), change: Change::Added, before: None, after: Some(after.clone()) }
    });
    let mut files: Vec<FileDelta> = files.chain(added).collect();
    files.sort_by(|a, b| a.file.cmp(&b.file));
    pair_generations(&mut files);
    Delta { files }
}

/// Compares what once was, or is elsewhere, with what is wanted. Nothing there would be written over, so that it does not matter who
/// edited it.
pub fn between(before: &BTreeMap<String, String>, wanted: &BTreeMap<String, String>) -> Delta {
    let mut delta = delta(before, wanted);
    for file in delta.files.iter_mut().filter(|file| file.needs_force()) {
        file.change = if file.after.is_some() { Change::Changed } else { Change::Removed };
    }
    pair_generations(&mut delta.files);
    delta
}

/// What becomes of a file that is on disk; `None` if it is to be left alone.
fn change(name: &str, before: &str, after: Option<&str>) -> Option<Change> {
    if after.is_some_and(|after| same_text(before, after)) {
        return Some(Change::Same);
    }
    // The entries of the ledger bear digests of their own, which are checked when it is read.
    let origin =
        if name == ledger::FILE && before.starts_with(HEADER) { Origin::Ours } else { origin(before) };
    match (origin, after) {
        (Origin::Ours, Some(_)) => Some(Change::Changed),
        (Origin::Ours, None) => Some(Change::Removed),
        (Origin::HandEdited, _) => Some(Change::HandEdited),
        (Origin::Foreign, Some(_)) => Some(Change::Foreign),
        (Origin::Foreign, None) => None,
    }
}

/// Equal but for line ends: git may have checked the files out with CR LF, and would commit them with LF again.
fn same_text(before: &str, after: &str) -> bool {
    before == after || (before.contains("\r\n") && before.replace("\r\n", "\n") == after)
}

/// One Workflow that goes and one that comes are two generations of the same retry: one change, shown against each other. So are the
/// WorkflowTemplates that the two refer to, which have their names.
fn pair_generations(files: &mut Vec<FileDelta>) {
    let only = |change: Change| {
        let mut found = files.iter().filter(|file| file.change == change);
        let name = found.by_ref().find_map(|file| name_of(WORKFLOW_FILE, &file.file))?;
        found.all(|file| name_of(WORKFLOW_FILE, &file.file).is_none()).then(|| name.to_owned())
    };
    let (Some(gone), Some(come)) = (only(Change::Removed), only(Change::Added)) else { return };
    for (begin, end) in [WORKFLOW_FILE, TEMPLATE_FILE] {
        let at = |change: Change, name: &str| {
            let file = format!("{begin}{name}{end}");
            files.iter().position(|known| known.change == change && known.file == file)
        };
        let (Some(from), Some(to)) = (at(Change::Removed, &gone), at(Change::Added, &come)) else { continue };
        files[to].before = files[from].before.clone();
        files[to].change = Change::Renamed { from: files[from].file.clone() };
        files.remove(from);
    }
}

/// The name of the object that a file of this kind holds.
fn name_of<'a>((begin, end): (&str, &str), file: &'a str) -> Option<&'a str> {
    file.strip_prefix(begin)?.strip_suffix(end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emit::yaml::seal;

    fn ours(body: &str) -> String {
        seal(&["written by gapit-compile from r.toml; do not edit".to_owned()], body)
    }

    fn files(list: &[(&str, &str)]) -> BTreeMap<String, String> {
        list.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
    }

    fn changes(delta: &Delta) -> Vec<(&str, &Change)> {
        delta.files.iter().map(|file| (file.file.as_str(), &file.change)).collect()
    }

    #[test]
    fn each_file_is_told_by_who_wrote_it_and_whether_it_is_wanted() {
        let (old, new) = (ours("a: 1\n"), ours("a: 2\n"));
        let edited = old.replace("a: 1", "a: 9");
        let on_disk = files(&[
            ("changed.yaml", &old),
            ("edited.yaml", &edited),
            ("edited-and-gone.yaml", &edited),
            ("foreign.yaml", "kind: X\n"),
            ("gone.yaml", &old),
            ("notes.yaml", "kind: X\n"),
            ("same.yaml", &new),
            ("same-crlf.yaml", &new.replace('\n', "\r\n")),
        ]);
        let names =
            ["added.yaml", "changed.yaml", "edited.yaml", "foreign.yaml", "same.yaml", "same-crlf.yaml"];
        let wanted = names.iter().map(|name| ((*name).to_owned(), new.clone())).collect();
        let delta = delta(&on_disk, &wanted);
        assert_eq!(
            changes(&delta),
            [
                ("added.yaml", &Change::Added),
                ("changed.yaml", &Change::Changed),
                ("edited-and-gone.yaml", &Change::HandEdited),
                ("edited.yaml", &Change::HandEdited),
                ("foreign.yaml", &Change::Foreign),
                ("gone.yaml", &Change::Removed),
                ("same-crlf.yaml", &Change::Same),
                ("same.yaml", &Change::Same),
            ]
        );
        assert!(!delta.is_empty());
        assert_eq!(delta.files.iter().filter(|file| file.needs_force()).count(), 3);
    }

    #[test]
    fn what_was_written_is_no_difference_any_more() {
        let wanted = files(&[("a.yaml", &ours("a: 1\n")), ("workflow.x.yaml", &ours("b: 1\n"))]);
        assert!(delta(&wanted, &wanted).is_empty());
        assert!(delta(&files(&[("notes.yaml", "x")]), &BTreeMap::new()).is_empty());
    }

    #[test]
    fn the_next_generations_workflow_is_one_change() {
        let (old, new) = (ours("generation: 2\n"), ours("generation: 3\n"));
        let one = delta(&files(&[("workflow.w-1.yaml", &old)]), &files(&[("workflow.w-2.yaml", &new)]));
        assert_eq!(
            changes(&one),
            [("workflow.w-2.yaml", &Change::Renamed { from: "workflow.w-1.yaml".to_owned() })]
        );
        assert_eq!(
            (one.files[0].before.as_ref(), one.files[0].old_name()),
            (Some(&old), "workflow.w-1.yaml")
        );
        let two = delta(
            &files(&[("workflow.w-1.yaml", &old)]),
            &files(&[("workflow.a.yaml", &new), ("workflow.b.yaml", &new)]),
        );
        assert_eq!(two.files.len(), 3, "which of two follows the one that goes cannot be told");
        let referring = delta(
            &files(&[("workflow-template.w-1.yaml", &old), ("workflow.w-1.yaml", &old)]),
            &files(&[
                ("workflow-template.t.yaml", &new),
                ("workflow-template.w-2.yaml", &new),
                ("workflow.w-2.yaml", &new),
            ]),
        );
        let renamed = |from: &str| Change::Renamed { from: from.to_owned() };
        assert_eq!(
            changes(&referring),
            [
                ("workflow-template.t.yaml", &Change::Added),
                ("workflow-template.w-2.yaml", &renamed("workflow-template.w-1.yaml")),
                ("workflow.w-2.yaml", &renamed("workflow.w-1.yaml")),
            ]
        );
        let template = delta(
            &files(&[("workflow-template.a.yaml", &old)]),
            &files(&[("workflow-template.b.yaml", &new)]),
        );
        assert_eq!(template.files.len(), 2, "two WorkflowTemplates are two things");
    }
}
