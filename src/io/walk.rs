//! The walk over an output tree, for the scan.

use std::fs::{self, DirEntry, Metadata};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::missing;
use super::reason::reason;
use crate::error::{Code, Fault};
use crate::evidence::outputs::{FileFact, Scan, Unreadable};

/// Everything below `root`: all directories, and the files whose path below the root is `wanted`. The root itself is not listed.
/// What cannot be read is recorded with the reason, and the walk goes on. A symbolic link is followed where it stays inside.
///
/// # Errors
/// [`Code::ScanUnreadable`] if the root cannot be listed.
pub fn walk(root: &str, wanted: &dyn Fn(&str) -> bool) -> Result<Scan, Fault> {
    let unreadable = |error: io::Error| refused(root, &error);
    let canonical = fs::canonicalize(root).map_err(unreadable)?;
    let entries = list(&canonical).map_err(unreadable)?;
    let mut walk = Walk { root: canonical.clone(), wanted, scan: Scan::default(), above: vec![canonical] };
    walk.entries("", entries);
    Ok(walk.scan)
}

/// A walk under way.
struct Walk<'a> {
    root: PathBuf,
    wanted: &'a dyn Fn(&str) -> bool,
    scan: Scan,
    /// The canonical paths of the directory that is being read and of all above it up to the root.
    above: Vec<PathBuf>,
}

impl Walk<'_> {
    /// The entries of the innermost directory of `above`, whose path below the root is `relative`.
    fn entries(&mut self, relative: &str, entries: Vec<DirEntry>) {
        for entry in entries {
            let name = entry.file_name();
            let lossy = name.to_string_lossy();
            let path = if relative.is_empty() { lossy.to_string() } else { format!("{relative}/{lossy}") };
            if name.to_str().is_none() {
                self.refuse(path, "its name is not UTF-8".to_owned());
                continue;
            }
            match entry.file_type() {
                Err(error) => self.refuse(path, reason(&error)),
                Ok(kind) if kind.is_symlink() => self.link(path, &entry.path()),
                Ok(kind) if kind.is_dir() => self.directory(path, entry.path()),
                Ok(_) if !(self.wanted)(&path) => {}
                Ok(_) => match entry.metadata() {
                    Err(error) => self.refuse(path, reason(&error)),
                    Ok(found) => self.file(path, &found),
                },
            }
        }
    }

    /// A directory by its canonical path, unless it is one of those above: then a link led back up, and following it never ends.
    fn directory(&mut self, path: String, canonical: PathBuf) {
        if self.above.contains(&canonical) {
            self.refuse(path, "the link leads back to a directory above it".to_owned());
            return;
        }
        match list(&canonical) {
            Err(error) => self.refuse(path, reason(&error)),
            Ok(entries) => {
                self.above.push(canonical);
                self.entries(&path, entries);
                self.above.pop();
                self.scan.directories.insert(path);
            }
        }
    }

    /// A symbolic link: to a directory always, to a file only if its path is wanted.
    fn link(&mut self, path: String, full: &Path) {
        let target = fs::canonicalize(full).and_then(|target| Ok((fs::metadata(&target)?, target)));
        match target {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                // Where it leads is told: a tree that is mounted elsewhere here has links that only its own machine can follow.
                let target = fs::read_link(full).unwrap_or_default();
                self.refuse(path, format!("dangling link to {}", target.display()));
            }
            Err(error) => self.refuse(path, reason(&error)),
            Ok((found, _)) if !found.is_dir() && !(self.wanted)(&path) => {}
            Ok((_, target)) if !target.starts_with(&self.root) => {
                self.scan.unreadable.insert(path, Unreadable::LeadsOutside);
            }
            Ok((found, target)) if found.is_dir() => self.directory(path, target),
            Ok((found, _)) => self.file(path, &found),
        }
    }

    /// A wanted file. Pipes and devices hold no output.
    fn file(&mut self, path: String, found: &Metadata) {
        if !found.is_file() {
            return;
        }
        match modified(found) {
            Ok(modified) => {
                self.scan.files.insert(path, FileFact { bytes: found.len(), modified });
            }
            Err(reason) => self.refuse(path, reason),
        }
    }

    fn refuse(&mut self, path: String, reason: String) {
        self.scan.unreadable.insert(path, Unreadable::Refused(reason));
    }
}

/// The entries of a directory by name, so that the walk does not depend on the order in which the system tells them.
fn list(directory: &Path) -> io::Result<Vec<DirEntry>> {
    let mut entries = fs::read_dir(directory)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(DirEntry::file_name);
    Ok(entries)
}

/// When a file was last written: whole seconds, as Kubernetes writes the times that these are compared with.
fn modified(found: &Metadata) -> Result<Timestamp, String> {
    let exact = found.modified().map_err(|error| reason(&error))?;
    let exact = Timestamp::try_from(exact).map_err(|error| error.to_string())?;
    Timestamp::from_second(exact.as_second()).map_err(|error| error.to_string())
}

/// A root that cannot be listed: there is nothing to go on with.
fn refused(root: &str, error: &io::Error) -> Fault {
    let sentence = || format!("the output directory `{root}` cannot be read: {}", reason(error));
    let (message, help) = match error.kind() {
        ErrorKind::NotFound => missing::explain(root, "directory"),
        ErrorKind::NotADirectory => {
            (sentence(), "give the directory that holds the items' outputs".to_owned())
        }
        _ => (sentence(), "scan it where it can be read, and give the saved scan instead".to_owned()),
    };
    Fault::new(Code::ScanUnreadable, message, help)
}

#[cfg(test)]
#[cfg(unix)]
mod tests;
