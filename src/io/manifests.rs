//! The manifests that stand in an output directory.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;

use super::{missing, reason::reason};
use crate::error::{Code, Fault};

/// The texts of the files in an output directory that a compile might write or remove: the `.yaml` files right in it, and the
/// ledger. A missing directory is an empty one. A text that is not UTF-8 is read as well as it can be: it is foreign or edited
/// either way, and no reason to refuse the rest.
///
/// # Errors
/// [`Code::IoRead`] if the directory or a file in it cannot be read.
pub fn manifests_on_disk(directory: &str) -> Result<BTreeMap<String, String>, Fault> {
    let refused = |path: &str, error: &io::Error| {
        let message = format!("`{path}` cannot be read: {}", reason(error));
        Fault::new(Code::IoRead, message, "make it readable, or give another directory with --output")
    };
    let entries = match fs::read_dir(directory) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(BTreeMap::new()),
        Err(error) if error.kind() == ErrorKind::NotADirectory => return Err(not_a_directory(directory)),
        other => other.map_err(|error| refused(directory, &error))?,
    };
    let mut texts = BTreeMap::new();
    for entry in entries {
        let entry = entry.map_err(|error| refused(directory, &error))?;
        let Some(name) = entry.file_name().to_str().filter(|name| is_ours_to_read(name)).map(str::to_owned)
        else {
            continue;
        };
        let path = Path::new(directory).join(&name);
        // A directory of such a name, or a link to nowhere, has no text; if a file must go there, writing it says so.
        if !path.is_file() {
            continue;
        }
        let bytes = fs::read(&path).map_err(|error| refused(&path.to_string_lossy(), &error))?;
        texts.insert(name, String::from_utf8_lossy(&bytes).into_owned());
    }
    Ok(texts)
}

/// A file stands where the manifests are to go, or where a directory above them is.
fn not_a_directory(directory: &str) -> Fault {
    let message = format!("`{directory}` is no directory, and the manifests go into one");
    Fault::new(Code::IoRead, message, "move what stands there away, or give another directory with --output")
}

/// The same of a directory that has to be there: one that was named to be compared with.
///
/// # Errors
/// [`Code::IoRead`] if there is no such directory, or it or a file in it cannot be read.
pub fn manifests_in(directory: &str) -> Result<BTreeMap<String, String>, Fault> {
    let path = Path::new(directory);
    if path.is_dir() {
        return manifests_on_disk(directory);
    }
    let (message, help) = if path.exists() {
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let help = format!("name the directory that it is in: `--against {}`", parent.display());
        (format!("`{directory}` is not a directory"), help)
    } else {
        missing::explain(directory, "directory")
    };
    Err(Fault::new(Code::IoRead, message, help))
}

/// Whether a file of this name is one that a compile might write or remove.
pub(super) fn is_ours_to_read(name: &str) -> bool {
    (name.ends_with(".yaml") && !name.starts_with('.')) || name == "ledger.toml"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn manifests_are_read_and_all_else_is_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        assert!(manifests_on_disk(path.join("missing").to_str().unwrap()).unwrap().is_empty());
        for (name, bytes) in [
            ("a.yaml", &b"a"[..]),
            ("latin.yaml", b"\xe4"),
            ("ledger.toml", b"l"),
            ("notes.md", b""),
            (".x.yaml", b""),
        ] {
            fs::write(path.join(name), bytes).unwrap();
        }
        fs::create_dir(path.join("d.yaml")).unwrap();
        let texts = manifests_on_disk(path.to_str().unwrap()).unwrap();
        let expected = [("a.yaml", "a"), ("latin.yaml", "\u{fffd}"), ("ledger.toml", "l")];
        assert_eq!(texts, expected.map(|(name, text)| (name.to_owned(), text.to_owned())).into());
        assert_eq!(manifests_on_disk(path.join("a.yaml").to_str().unwrap()).unwrap_err().code, Code::IoRead);
    }
}
