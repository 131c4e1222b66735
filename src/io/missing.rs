//! A path that does not exist: which part of it is missing, and what stands there instead.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::Fault;
use crate::units::name::nearest;

/// As many neighbours as a person reads.
const SHOWN: usize = 8;

/// The sentence and the way out for a path of which some part does not exist; `wanted` says what it should be.
pub(super) fn explain(path: &str, wanted: &str) -> (String, String) {
    let (parent, missing, rest) = first_missing(Path::new(path));
    let sentence = if rest.as_os_str().is_empty() {
        format!("there is no {wanted} `{path}`")
    } else {
        format!("`{path}` cannot be read: there is no directory `{}`", parent.join(&missing).display())
    };
    let names = entries(&parent);
    let help = match meant(&missing, &names) {
        Some(near) => format!("write `{}`", whole(&parent.join(near), &rest)),
        None => format!("{}; check the path", list(&parent, &names)),
    };
    (sentence, help)
}

/// A fault about a file that can be made, with the command that makes it as the way out if the file is not there and nothing that
/// stands there can be meant; any other fault as it is.
pub fn or_make(fault: Fault, path: &str, command: &str) -> Fault {
    if path == "-" || fs::symlink_metadata(path).is_ok() {
        return fault;
    }
    let (parent, missing, _) = first_missing(Path::new(path));
    let names = entries(&parent);
    match meant(&missing, &names) {
        Some(_) => fault,
        None => {
            let help = format!("make it with `{command}`, or check the path: {}", list(&parent, &names));
            Fault { help, ..fault }
        }
    }
}

/// The name that was meant. What the names end with alike (`.json`, `.scan.json`) says nothing about that, and in a name of one or two
/// letters any other is as near.
fn meant<'a>(wrong: &str, names: &'a [String]) -> Option<&'a str> {
    let near = |name: &&str| {
        let (stem, other) = stems(wrong, name);
        stem.chars().count() > 2 && nearest(stem, [other]).is_some()
    };
    nearest(wrong, names.iter().map(String::as_str).filter(near))
}

/// Two names without the extensions that both have.
fn stems<'a>(left: &'a str, right: &'a str) -> (&'a str, &'a str) {
    match (left.rsplit_once('.'), right.rsplit_once('.')) {
        (Some((stem, end)), Some((other, same))) if end == same => stems(stem, other),
        _ => (left, right),
    }
}

/// A path and what comes below it, if anything does.
fn whole(path: &Path, rest: &Path) -> String {
    let path = if rest.as_os_str().is_empty() { path.to_owned() } else { path.join(rest) };
    path.display().to_string()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_meant_by_what_comes_before_the_extensions_that_are_alike() {
        let table = [
            ("8nj42.json", "8nj24.json", true),
            ("recip.toml", "recipe.toml", true),
            ("recipe.tml", "recipe.toml", true),
            ("8nj42.scan.json", "8nj24.scan.json", true),
            ("evidense", "evidence", true),
            // Another kind of file of the same run is none that was meant, and no other run's is.
            ("run.scan.json", "run.json", false),
            ("run.json", "run.scan.json", false),
            ("8nj24.scan.json", "6hjx8.scan.json", false),
            ("nope.toml", "hook.toml", false),
            ("a.json", "b.json", false),
            ("*.yaml", "a.yaml", false),
        ];
        for (wrong, name, expected) in table {
            assert_eq!(meant(wrong, &[name.to_owned()]).is_some(), expected, "{wrong} beside {name}");
        }
        let names = ["recipe-2.toml".to_owned(), "recipe.toml".to_owned()];
        assert_eq!(meant("recip.toml", &names), Some("recipe.toml"));
    }
}
