//! Making the output directory what is wanted, under a lock, all or nothing.

use std::collections::BTreeMap;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use super::manifests_on_disk;
use super::reason::{reason, way_out_of_writing};
use super::transaction::{Failure, Step, Transaction};
use crate::diff::{Change, Delta, FileDelta};
use crate::emit::yaml::{Origin, origin};
use crate::error::{Code, Fault, Faults};

/// Carries out a delta. Files edited by hand and files of others are touched only with `force`.
///
/// # Errors
/// [`Code::IoHandEdited`] for every file that takes `force`, [`Code::IoBusy`] if another compile is at work or was since the delta was
/// computed, [`Code::IoWrite`] if the system refuses. What stood in the directory is untouched then.
pub fn apply(directory: &str, delta: &Delta, force: bool) -> Result<(), Faults> {
    if !force {
        refuse_to_lose_work(directory, delta)?;
    }
    if delta.is_empty() {
        return Ok(());
    }
    let path = Path::new(directory);
    fs::create_dir_all(path).map_err(|error| not_written(&(path.to_owned(), error), &[]))?;
    let lock = lock(directory)?;
    check_unchanged(directory, delta)?;
    let outcome = Transaction::new(path, steps(delta)).run();
    drop(lock);
    outcome.map_err(|(failure, lost)| not_written(&failure, &lost).into())
}

/// What is to be written and what removed. The previous generation's Workflow goes when the new one stands.
fn steps(delta: &Delta) -> Vec<Step<'_>> {
    let of_file = |file| -> Vec<Step<'_>> {
        let FileDelta { file, change, after, .. }: &FileDelta = file;
        let step = Step { file, text: after.as_deref() };
        match change {
            Change::Renamed { from } => vec![step, Step { file: from, text: None }],
            _ => vec![step],
        }
    };
    delta.changes().flat_map(of_file).collect()
}

/// One fault for each file that holds somebody else's work.
fn refuse_to_lose_work(directory: &str, delta: &Delta) -> Result<(), Faults> {
    let mut faults = Faults::new();
    for file in delta.changes().filter(|file| file.needs_force()) {
        let path = Path::new(directory).join(&file.file);
        let (fact, end) = match (&file.change, &file.after) {
            (Change::Foreign, _) => ("is in the way and was not written by gapit-compile", "writes over it"),
            (_, Some(_)) => ("was edited by hand since it was written", "writes over it"),
            (_, None) => ("is no longer wanted, but was edited by hand since it was written", "removes it"),
        };
        let help = match file.change {
            Change::Foreign => {
                format!("move it away, or give another directory with --output; --force {end}")
            }
            _ => format!("carry the edit over into the recipe (--diff shows it); --force {end}"),
        };
        faults.push(Fault::new(Code::IoHandEdited, format!("`{}` {fact}", path.display()), help));
    }
    faults.or(())
}

/// The directory's lock, held until it is dropped; `None` where the file system has no locks (NFS has none for directories), for
/// then the look at the directory that follows is all that can be done.
fn lock(directory: &str) -> Result<Option<File>, Fault> {
    let path = Path::new(directory);
    let handle = File::open(path).map_err(|error| not_written(&(path.to_owned(), error), &[]))?;
    match handle.try_lock() {
        Ok(()) => Ok(Some(handle)),
        Err(TryLockError::Error(_)) => Ok(None),
        Err(TryLockError::WouldBlock) => Err(Fault::new(
            Code::IoBusy,
            format!("another compile is writing to `{directory}`"),
            "wait until it has ended and compile again",
        )),
    }
}

/// Whether the directory still holds what the delta was computed from: every file in it as it was, and no further one of ours.
fn check_unchanged(directory: &str, delta: &Delta) -> Result<(), Fault> {
    let mut now = manifests_on_disk(directory)?;
    let expected: BTreeMap<&str, &str> =
        delta.files.iter().filter_map(|file| Some((file.old_name(), file.before.as_deref()?))).collect();
    let names: Vec<&str> =
        delta.files.iter().flat_map(|file| [file.file.as_str(), file.old_name()]).collect();
    let moved =
        names.iter().find(|name| now.get(**name).map(String::as_str) != expected.get(**name).copied());
    names.iter().for_each(|name| drop(now.remove(*name)));
    let further = now.iter().find(|(_, text)| origin(text) != Origin::Foreign).map(|(name, _)| name.as_str());
    match moved.copied().or(further) {
        None => Ok(()),
        Some(name) => Err(Fault::new(
            Code::IoBusy,
            format!("`{}` changed while this compile was running", Path::new(directory).join(name).display()),
            "somebody else compiled or edited meanwhile; compile again",
        )),
    }
}

/// The system's refusal, with what became of the files.
fn not_written((path, error): &Failure, lost: &[(PathBuf, PathBuf)]) -> Fault {
    let rest = match lost {
        [] => "nothing was changed".to_owned(),
        lost => {
            let each = lost
                .iter()
                .map(|(file, kept)| format!("`{}` is kept as `{}`", file.display(), kept.display()));
            format!(
                "not all could be put back: until the next compile, {}",
                each.collect::<Vec<_>>().join(", ")
            )
        }
    };
    let message = format!("`{}` cannot be written: {}; {rest}", path.display(), reason(error));
    Fault::new(Code::IoWrite, message, way_out_of_writing(error))
}

#[cfg(test)]
mod tests;
