//! Several files changed together or not at all, as far as a file system allows.
//!
//! Everything that can fail for want of space or of rights happens first and beside the files: the new texts are written and synced
//! under other names, and what stands there is kept under a second name (a hard link, which takes no space, else a copy). Only then
//! are the new files renamed into place, which is one step for each, and those that go removed. If a step fails all the same, the
//! steps before it are taken back.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

/// What the names of the files beside begin with. They are left behind only if the process is killed, and the next one sweeps them.
const BESIDE: &str = ".gapit-compile.";

/// The path that something failed at, and the system's error.
pub(super) type Failure = (PathBuf, io::Error);

/// One file to be written (with its new text) or removed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step<'a> {
    pub(super) file: &'a str,
    pub(super) text: Option<&'a str>,
}

/// Steps under way in one directory. The caller holds its lock.
pub(super) struct Transaction<'a> {
    directory: &'a Path,
    /// Writing before removing, so that no step leaves fewer files than there were.
    steps: Vec<Step<'a>>,
    /// How many of the steps are done.
    done: usize,
}

impl<'a> Transaction<'a> {
    pub(super) fn new(directory: &'a Path, mut steps: Vec<Step<'a>>) -> Self {
        steps.sort_by_key(|step| step.text.is_none());
        Self { directory, steps, done: 0 }
    }

    /// Takes every step, or none.
    ///
    /// On failure: the path and error, and those files that could not be put back, each with the name under which it is kept.
    pub(super) fn run(mut self) -> Result<(), (Failure, Vec<(PathBuf, PathBuf)>)> {
        let outcome = self.prepare().and_then(|()| self.commit());
        let lost = if outcome.is_err() { self.undo() } else { Vec::new() };
        self.sweep(&lost);
        outcome.map_err(|failure| (failure, lost))
    }

    /// Writes every new text under its other name and keeps what stands there. Changes nothing that anyone reads.
    fn prepare(&self) -> Result<(), Failure> {
        self.sweep(&[]);
        for step in &self.steps {
            let (target, fresh, kept) = self.names(step.file);
            let standing = match fs::symlink_metadata(&target) {
                Ok(found) if found.is_dir() => return Err((target, ErrorKind::IsADirectory.into())),
                Ok(_) => true,
                Err(error) if error.kind() == ErrorKind::NotFound => false,
                Err(error) => return Err((target, error)),
            };
            if standing {
                keep(&target, &kept).map_err(|error| (target.clone(), error))?;
            }
            if let Some(text) = step.text {
                write(&fresh, text, standing.then_some(&target)).map_err(|error| (target, error))?;
            }
        }
        Ok(())
    }

    /// Renames the new files into place and removes those that go.
    fn commit(&mut self) -> Result<(), Failure> {
        for step in &self.steps {
            let (target, fresh, _) = self.names(step.file);
            let outcome = match step.text {
                Some(_) => fs::rename(&fresh, &target),
                None => fs::remove_file(&target),
            };
            outcome.map_err(|error| (target, error))?;
            self.done += 1;
        }
        // Not every file system can sync a directory; the renames hold without it, unless the machine fails now.
        let _ = File::open(self.directory).and_then(|directory| directory.sync_all());
        Ok(())
    }

    /// Takes the steps back, the last one first; returns the files that would not go back, and where each is kept.
    fn undo(&mut self) -> Vec<(PathBuf, PathBuf)> {
        let mut lost = Vec::new();
        for step in self.steps[..self.done].iter().rev() {
            let (target, _, kept) = self.names(step.file);
            let was_there = fs::symlink_metadata(&kept).is_ok();
            let outcome = if was_there { fs::rename(&kept, &target) } else { fs::remove_file(&target) };
            if outcome.is_err() && was_there {
                lost.push((target, kept));
            }
        }
        lost
    }

    /// Removes the files beside, also those of a process that was killed, but not what is kept and could not be put back.
    fn sweep(&self, lost: &[(PathBuf, PathBuf)]) {
        for entry in fs::read_dir(self.directory).into_iter().flatten().flatten() {
            let beside = entry.file_name().to_str().is_some_and(|name| name.starts_with(BESIDE));
            if beside && lost.iter().all(|(_, kept)| *kept != entry.path()) {
                // One that stays does no harm: it is hidden, and the next run sweeps again.
                let _ = fs::remove_file(entry.path());
            }
        }
    }

    /// Where the file goes, where its new text waits, and where what stands there is kept.
    fn names(&self, file: &str) -> (PathBuf, PathBuf, PathBuf) {
        let beside = |end: &str| self.directory.join(format!("{BESIDE}{file}.{end}"));
        (self.directory.join(file), beside("new"), beside("old"))
    }
}

/// A second name for a file's content, a copy where the file system has no hard links.
fn keep(target: &Path, kept: &Path) -> io::Result<()> {
    fs::hard_link(target, kept).or_else(|_| fs::copy(target, kept).map(drop))
}

/// Writes a text so that it is on the disk when this returns, with the rights of the file that it is going to replace.
fn write(fresh: &Path, text: &str, replaces: Option<&PathBuf>) -> io::Result<()> {
    let mut file = File::create(fresh)?;
    file.write_all(text.as_bytes())?;
    if let Some(found) = replaces.and_then(|old| fs::metadata(old).ok()) {
        // A file system without such rights refuses this; the text is what matters.
        let _ = file.set_permissions(found.permissions());
    }
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// Every entry of a directory with its text; `None` is a directory.
    fn contents(directory: &Path) -> BTreeMap<String, Option<String>> {
        let entries = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap());
        entries
            .map(|entry| (entry.file_name().into_string().unwrap(), fs::read_to_string(entry.path()).ok()))
            .collect()
    }

    fn steps<'a>(list: &[(&'a str, Option<&'a str>)]) -> Vec<Step<'a>> {
        list.iter().map(|(file, text)| Step { file, text: *text }).collect()
    }

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for file in ["changed", "removed"] {
            fs::write(folder.path().join(file), "old").unwrap();
        }
        folder
    }

    #[test]
    fn all_steps_are_taken_and_nothing_is_left_beside() {
        let folder = folder();
        fs::write(folder.path().join(".gapit-compile.x.old"), "from a killed process").unwrap();
        let list = [("removed", None), ("changed", Some("new")), ("added", Some("new"))];
        Transaction::new(folder.path(), steps(&list)).run().unwrap();
        let expected = [("added", Some("new")), ("changed", Some("new"))];
        assert_eq!(
            contents(folder.path()),
            expected.map(|(file, text)| (file.to_owned(), text.map(str::to_owned))).into()
        );
    }

    #[test]
    fn a_directory_in_the_way_stops_it_before_anything_changed() {
        let folder = folder();
        fs::create_dir(folder.path().join("zz")).unwrap();
        let before = contents(folder.path());
        let list = [("added", Some("new")), ("changed", Some("new")), ("removed", None), ("zz", Some("new"))];
        let ((path, error), lost) = Transaction::new(folder.path(), steps(&list)).run().unwrap_err();
        assert_eq!((path, error.kind(), lost.len()), (folder.path().join("zz"), ErrorKind::IsADirectory, 0));
        assert_eq!(contents(folder.path()), before);
    }

    #[test]
    fn a_step_that_fails_half_way_takes_the_others_back() {
        let folder = folder();
        let before = contents(folder.path());
        let list = [("added", Some("new")), ("changed", Some("new")), ("removed", None), ("zz", Some("new"))];
        let mut transaction = Transaction::new(folder.path(), steps(&list));
        transaction.prepare().unwrap();
        // The directory comes between the look and the rename, as a full disk or a lost mount might.
        fs::create_dir(folder.path().join("zz")).unwrap();
        transaction.commit().unwrap_err();
        assert_eq!((transaction.done, contents(folder.path())["changed"].as_deref()), (2, Some("new")));
        assert!(transaction.undo().is_empty());
        transaction.sweep(&[]);
        fs::remove_dir(folder.path().join("zz")).unwrap();
        assert_eq!(contents(folder.path()), before);
    }

    #[cfg(unix)]
    #[test]
    fn a_replaced_file_keeps_its_rights() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = folder();
        let path = folder.path().join("changed");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o664)).unwrap();
        Transaction::new(folder.path(), steps(&[("changed", Some("new"))])).run().unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o664);
    }
}
