//! A path that does not exist: which part of it is missing, and what stands there instead.

use std::fs;
use std::path::{Path, PathBuf};

use crate::units::name::nearest;

/// As many neighbours as a person reads.
const SHOWN: usize = 8;

/// The sentence and the way out for a path of which some part does not exist; `wanted` says what it should be.
pub(super) fn explain(path: &str, wanted: &str) -> (String, String) {
    let (parent, missing, rest) = first_missing(Path::new(path));
    let is_last = rest.as_os_str().is_empty();
    let sentence = if is_last {
        format!("there is no {wanted} `{path}`")
    } else {
        format!("`{path}` cannot be read: there is no directory `{}`", parent.join(&missing).display())
    };
    let names = entries(&parent);
    let help = match nearest(&missing, names.iter().map(String::as_str)) {
        Some(near) if is_last => format!("write `{}`", parent.join(near).display()),
        Some(near) => format!("write `{}`", parent.join(near).join(rest).display()),
        None => format!("{}; check the path", list(&parent, &names)),
    };
    (sentence, help)
}

/// The deepest directory that exists, the name that is missing in it, and what the path says below that name.
fn first_missing(path: &Path) -> (PathBuf, String, PathBuf) {
    let mut parent = PathBuf::new();
    let mut parts = path.components();
    for part in parts.by_ref() {
        let next = parent.join(part);
        if fs::symlink_metadata(&next).is_err() {
            return (parent, part.as_os_str().to_string_lossy().into_owned(), parts.as_path().to_owned());
        }
        parent = next;
    }
    // Every part exists now: a dangling link, or a file that came since. The last part is the one to talk about.
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    (path.parent().unwrap_or(Path::new("")).to_owned(), name, PathBuf::new())
}

fn entries(directory: &Path) -> Vec<String> {
    let directory = if directory.as_os_str().is_empty() { Path::new(".") } else { directory };
    let mut names: Vec<String> = fs::read_dir(directory)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| !name.starts_with('.'))
        .collect();
    names.sort();
    names
}

fn list(directory: &Path, names: &[String]) -> String {
    let place = match directory.to_string_lossy() {
        empty if empty.is_empty() => "the working directory".to_owned(),
        shown => format!("`{shown}`"),
    };
    match names.len() {
        0 => format!("{place} is empty"),
        count if count <= SHOWN => format!("{place} holds {}", names.join(", ")),
        count => format!("{place} holds {} and {} more", names[..SHOWN].join(", "), count - SHOWN),
    }
}
