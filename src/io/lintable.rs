//! The texts that `lint` is given: files, standard input, and what manifests lie below directories.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read as _};
use std::path::{Path, PathBuf};

use super::missing;
use super::read::{refused, text_of};
use super::reason::reason;
use crate::error::{Code, Fault, Faults};
use crate::source::Source;

/// What a file may hold. An API server takes requests of 3 MiB; what is larger than many of them is no file of manifests.
const BYTES_AT_MOST: u64 = 64 * 1024 * 1024;

/// The texts at the paths, in their order; below a directory every `.yaml`, `.yml` and `.json` file by its path, without what is
/// hidden. A file that is named twice is read once. What cannot be read is a fault, and the rest is still given.
pub fn lintable(paths: &[String]) -> (Vec<Source>, Faults) {
    let mut gathering =
        Gathering { sources: Vec::new(), faults: Faults::new(), seen: BTreeSet::new(), above: Vec::new() };
    for path in paths {
        if path == "-" {
            gathering.input();
        } else if Path::new(path).is_dir() {
            let before = gathering.sources.len() + gathering.faults.len();
            let seen = gathering.seen.len();
            gathering.directory(Path::new(path));
            if gathering.sources.len() + gathering.faults.len() == before && gathering.seen.len() == seen {
                gathering.faults.push(empty(path));
            }
        } else {
            gathering.file(Path::new(path));
        }
    }
    (gathering.sources, gathering.faults)
}

/// What was gathered so far.
struct Gathering {
    sources: Vec<Source>,
    faults: Faults,
    /// The files that were read, by their canonical paths.
    seen: BTreeSet<PathBuf>,
    /// The canonical paths of the directory that is being read and of those above it: a link that leads back never ends.
    above: Vec<PathBuf>,
}

impl Gathering {
    fn input(&mut self) {
        if !self.seen.insert(PathBuf::from("-")) {
            return;
        }
        let read = bounded(io::stdin().lock()).map_err(|error| {
            let message = format!("standard input cannot be read: {error}");
            Fault::new(Code::IoRead, message, "give the path of a file instead of `-`")
        });
        self.take("-", read);
    }

    fn file(&mut self, path: &Path) {
        // `./a.yaml`, as it is called below `.`, is `a.yaml` to whoever reads a report.
        let name = path.strip_prefix(".").unwrap_or(path).to_string_lossy().into_owned();
        if !fs::canonicalize(path).is_ok_and(|canonical| !self.seen.insert(canonical)) {
            let read = File::open(path)
                .and_then(bounded)
                .map_err(|error| no_link(path).unwrap_or_else(|| refused(&name, &error)));
            self.take(&name, read);
        }
    }

    fn take(&mut self, name: &str, read: Result<Option<Vec<u8>>, Fault>) {
        let text = read
            .and_then(|bytes| bytes.ok_or_else(|| too_large(name)))
            .and_then(|bytes| text_of(name, bytes));
        match text {
            Ok(source) => self.sources.push(source),
            Err(fault) => self.faults.push(fault),
        }
    }

    fn directory(&mut self, path: &Path) {
        let listed = fs::canonicalize(path).and_then(|canonical| {
            let mut entries = fs::read_dir(path)?.collect::<io::Result<Vec<_>>>()?;
            entries.sort_by_key(fs::DirEntry::file_name);
            Ok((canonical, entries))
        });
        let (canonical, entries) = match listed {
            Ok(listed) => listed,
            Err(error) => {
                self.faults.push(refused(&path.to_string_lossy(), &error));
                return;
            }
        };
        if self.above.contains(&canonical) {
            return;
        }
        self.above.push(canonical);
        for entry in entries {
            let path = path.join(entry.file_name());
            let hidden = entry.file_name().to_string_lossy().starts_with('.');
            if hidden {
                continue;
            }
            let is_manifest =
                path.extension().is_some_and(|end| end == "yaml" || end == "yml" || end == "json");
            match fs::metadata(&path) {
                Ok(found) if found.is_dir() => self.directory(&path),
                // A pipe or a device would never end.
                Ok(found) if is_manifest && found.is_file() => self.file(&path),
                Err(_) if is_manifest => self.file(&path),
                _ => {}
            }
        }
        self.above.pop();
    }
}

/// All bytes; none if there are more than a file of manifests has.
fn bounded(from: impl io::Read) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    from.take(BYTES_AT_MOST + 1).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= BYTES_AT_MOST).then_some(bytes))
}

fn too_large(name: &str) -> Fault {
    let message = format!("`{name}` is larger than {} MiB", BYTES_AT_MOST / 1024 / 1024);
    Fault::new(
        Code::IoRead,
        message,
        "an API server takes objects of 3 MiB at most: give the manifests in smaller files",
    )
}

/// The fault of a link that leads nowhere; none where it is another reason.
fn no_link(path: &Path) -> Option<Fault> {
    let is_link = fs::symlink_metadata(path).is_ok_and(|found| found.is_symlink());
    let target = fs::read_link(path).ok().filter(|_| is_link)?;
    let error = fs::metadata(path).err()?;
    let why =
        if error.kind() == ErrorKind::NotFound { "which does not exist".to_owned() } else { reason(&error) };
    let message = format!("`{}` is a link to `{}`, {why}", path.display(), target.display());
    Some(Fault::new(Code::IoRead, message, "make the link anew, or remove it"))
}

fn empty(path: &str) -> Fault {
    let message = format!("there is no .yaml, .yml or .json file in `{path}`");
    let (_, help) = missing::explain(&format!("{path}/*.yaml"), "file");
    Fault::new(Code::CliNothingToLint, message, help)
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        folder
    }

    /// The names below the folder and the faults of linting it.
    fn read(folder: &tempfile::TempDir, paths: &[&str]) -> (Vec<String>, Vec<Fault>) {
        let root = folder.path().to_str().unwrap();
        let paths: Vec<String> = paths.iter().map(|path| format!("{root}{path}")).collect();
        let (sources, faults) = lintable(&paths);
        let below = |source: &Source| source.name().strip_prefix(root).unwrap().to_owned();
        (sources.iter().map(below).collect(), faults.iter().cloned().collect())
    }

    #[test]
    fn a_folder_gives_its_manifests_in_order_and_without_what_is_hidden() {
        let folder =
            folder(&[("b.yml", ""), ("a/z.json", ""), ("a/y.yaml", ""), (".git/x.yaml", ""), ("n.md", "")]);
        let (names, faults) = read(&folder, &["", "/a/y.yaml", "/n.md"]);
        assert_eq!(
            names,
            ["/a/y.yaml", "/a/z.json", "/b.yml", "/n.md"],
            "named twice, read once; named, read"
        );
        assert!(faults.is_empty(), "{faults:?}");
    }

    #[test]
    fn links_are_followed_and_those_to_nowhere_or_back_are_not() {
        let folder = folder(&[("a/x.yaml", ""), ("other.yaml", "")]);
        symlink("../a", folder.path().join("a/back")).unwrap();
        symlink("nowhere", folder.path().join("a/gone.yaml")).unwrap();
        symlink("../other.yaml", folder.path().join("a/linked.yaml")).unwrap();
        let (names, faults) = read(&folder, &["/a"]);
        assert_eq!(names, ["/a/linked.yaml", "/a/x.yaml"]);
        let [fault] = &faults[..] else { panic!("{faults:?}") };
        assert!(
            fault.message.ends_with("gone.yaml` is a link to `nowhere`, which does not exist"),
            "{fault}"
        );
    }

    #[test]
    fn what_cannot_be_read_does_not_hide_the_rest() {
        let folder = folder(&[("a.yaml", "a: 1"), ("empty/n.md", "")]);
        fs::write(folder.path().join("b.yaml"), b"a: \xe4").unwrap();
        let (names, faults) = read(&folder, &["", "/none.yaml", "/empty"]);
        assert_eq!(names, ["/a.yaml"]);
        let codes: Vec<Code> = faults.iter().map(|fault| fault.code).collect();
        assert_eq!(codes, [Code::IoRead, Code::IoRead, Code::CliNothingToLint]);
    }

    #[test]
    fn what_is_too_large_is_told_before_it_fills_the_memory() {
        assert_eq!(bounded(io::repeat(b'a')).unwrap(), None);
        assert_eq!(bounded(&b"abc"[..]).unwrap(), Some(b"abc".to_vec()));
    }
}
