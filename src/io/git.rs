//! The manifests of a git revision, by the `git` program: it knows every form of a repository, and this reads only one directory.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};
use std::process::Command;

use super::manifests::is_ours_to_read;
use super::reason::reason;
use crate::error::{Code, Fault};
use crate::units::name::nearest;

/// As many branches and tags as a person reads.
const SHOWN: usize = 8;

/// The texts of the files in an output directory that a compile might have written, as they were at a revision of the repository
/// that the directory is in. A directory that was not there is an empty one.
///
/// # Errors
/// [`Code::IoGit`] if there is no `git`, no repository, or no such revision; with what git says.
pub fn manifests_at(directory: &str, revision: &str) -> Result<BTreeMap<String, String>, Fault> {
    let (there, rest) = existing(Path::new(directory));
    let git = Git { there };
    let prefix =
        git.text(&["rev-parse", "--show-prefix"])?.map_err(|said| no_repository(directory, &git, &said))?;
    let commit = git
        .text(&["rev-parse", "--verify", &format!("{revision}^{{commit}}")])?
        .map_err(|said| no_revision(revision, &git, &said))?;
    // Without a directory's name `ls-tree` lists the top; with one, a slash at its end asks for what is in it.
    let inside = format!("{prefix}{rest}");
    let mut asked = vec!["ls-tree", "-z", "--full-tree", &commit];
    if !inside.is_empty() {
        asked.extend(["--", &inside]);
    }
    let listed = git.text(&asked)?.map_err(|said| unreadable(&inside, revision, &said))?;
    let mut texts = BTreeMap::new();
    for (name, blob) in listed.split('\0').filter_map(entry) {
        // The blob itself: `git show` might pass it through a text conversion that the repository configures.
        let bytes =
            git.run(&["cat-file", "blob", blob])?.map_err(|said| unreadable(name, revision, &said))?;
        texts.insert(name.to_owned(), String::from_utf8_lossy(&bytes).into_owned());
    }
    Ok(texts)
}

/// The name and the blob of a listed file, if it is one of ours to read: `100644 blob 1a2b…<TAB>manifests/a.yaml`.
fn entry(line: &str) -> Option<(&str, &str)> {
    let (facts, path) = line.split_once('\t')?;
    let name = path.rsplit('/').next()?;
    let mut facts = facts.split(' ');
    // A file's mode begins with 100; a link (120000) holds a path and no manifest.
    let is_file = facts.next()?.starts_with("100") && facts.next()? == "blob";
    (is_file && is_ours_to_read(name)).then_some((name, facts.next()?))
}

/// The nearest directory that exists, and what the path says below it, each name with a slash behind it.
fn existing(path: &Path) -> (PathBuf, String) {
    let there = path.ancestors().find(|ancestor| ancestor.is_dir()).unwrap_or(Path::new(""));
    let mut rest: Vec<String> = Vec::new();
    for part in path.strip_prefix(there).unwrap_or(path).components() {
        match part {
            Component::Normal(name) => rest.push(format!("{}/", name.to_string_lossy())),
            Component::ParentDir => drop(rest.pop()),
            Component::CurDir | Component::RootDir | Component::Prefix(_) => {}
        }
    }
    let there = if there.as_os_str().is_empty() { PathBuf::from(".") } else { there.to_owned() };
    (there, rest.concat())
}

/// The `git` program in a directory.
struct Git {
    there: PathBuf,
}

impl Git {
    /// What it prints, or what it says when it refuses: in English, as all of this program speaks.
    fn run(&self, arguments: &[&str]) -> Result<Result<Vec<u8>, String>, Fault> {
        let outcome =
            Command::new("git").arg("-C").arg(&self.there).args(arguments).env("LC_ALL", "C").output();
        let output = outcome.map_err(|error| not_started(&error))?;
        Ok(if output.status.success() { Ok(output.stdout) } else { Err(first_line(&output.stderr)) })
    }

    /// The same as text, without the line end.
    fn text(&self, arguments: &[&str]) -> Result<Result<String, String>, Fault> {
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).trim_end_matches(['\n', '\r']).to_owned();
        Ok(self.run(arguments)?.map(text))
    }
}

/// What git says first, without its `fatal: `; further lines are advice.
fn first_line(said: &[u8]) -> String {
    let text = String::from_utf8_lossy(said);
    let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or("it failed without a word");
    line.trim().trim_start_matches("fatal: ").to_owned()
}

fn not_started(error: &std::io::Error) -> Fault {
    let (message, help) = match error.kind() {
        ErrorKind::NotFound => (
            "`--against git:…` needs the program `git`, which is not on the PATH".to_owned(),
            "install git, or compare with a directory: `--against DIR`",
        ),
        _ => (
            format!("the program `git` cannot be started: {}", reason(error)),
            "mend that, or compare with a directory: `--against DIR`",
        ),
    };
    Fault::new(Code::IoGit, message, help)
}

fn no_repository(directory: &str, git: &Git, said: &str) -> Fault {
    Fault::new(
        Code::IoGit,
        format!("`{directory}` is in no git repository that can be read: git says \"{said}\""),
        format!(
            "`git -C {} status` tells more; or compare with a directory: `--against DIR`",
            git.there.display()
        ),
    )
}

/// A revision that git does not know, with the nearest branch or tag.
fn no_revision(revision: &str, git: &Git, said: &str) -> Fault {
    let listed = git.text(&["for-each-ref", "--format=%(refname:short)"]);
    let listed = listed.ok().and_then(Result::ok).unwrap_or_default();
    let names: Vec<&str> = listed.lines().filter(|name| !name.is_empty()).collect();
    let meant = match nearest(revision, names.iter().copied()) {
        Some(near) => format!("write `git:{near}`; "),
        None if names.is_empty() => "the repository has no commit yet, or none was fetched; ".to_owned(),
        None => {
            let more = if names.len() > SHOWN { ", …" } else { "" };
            format!("there are {}{more}; ", names[..names.len().min(SHOWN)].join(", "))
        }
    };
    Fault::new(
        Code::IoGit,
        format!("git knows no commit `{revision}` here: it says \"{said}\""),
        format!("{meant}a clone made for CI often holds one branch only, and `git fetch` brings the others"),
    )
}

fn unreadable(path: &str, revision: &str, said: &str) -> Fault {
    Fault::new(
        Code::IoGit,
        format!("`{path}` at {revision} cannot be read: git says \"{said}\""),
        "`git fsck` tells whether the repository is whole; a partial clone has to be able to reach its remote",
    )
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// A repository with one commit of these files, and the path of `out/manifests` in it.
    fn repository(files: &[(&str, &str)]) -> (tempfile::TempDir, String) {
        let folder = tempfile::tempdir().unwrap();
        let git = |arguments: &[&str]| {
            let mut command = Command::new("git");
            command.arg("-C").arg(folder.path()).args([
                "-c",
                "user.name=n",
                "-c",
                "user.email=n@example.org",
            ]);
            assert!(command.args(arguments).output().unwrap().status.success(), "{arguments:?}");
        };
        git(&["init", "--quiet", "--initial-branch", "main"]);
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        git(&["add", "."]);
        git(&["commit", "--quiet", "--no-gpg-sign", "--message", "first"]);
        let manifests = folder.path().join("out/manifests").to_str().unwrap().to_owned();
        (folder, manifests)
    }

    fn names(texts: &BTreeMap<String, String>) -> Vec<&str> {
        texts.keys().map(String::as_str).collect()
    }

    #[test]
    fn a_directory_is_read_as_it_was_even_when_it_is_gone() {
        let files =
            [("out/manifests/ä b.yaml", "a: 1\n"), ("out/manifests/in/c.yaml", ""), ("out/d.yaml", "")];
        let (folder, manifests) = repository(&files);
        let before = manifests_at(&manifests, "main").unwrap();
        assert_eq!(before, BTreeMap::from([("ä b.yaml".to_owned(), "a: 1\n".to_owned())]));
        fs::remove_dir_all(folder.path().join("out")).unwrap();
        assert_eq!(manifests_at(&manifests, "HEAD").unwrap(), before);
        let top = folder.path().to_str().unwrap();
        assert_eq!(names(&manifests_at(&format!("{top}/out/x/../"), "HEAD").unwrap()), ["d.yaml"]);
        assert!(manifests_at(top, "HEAD").unwrap().is_empty());
        assert!(manifests_at(&format!("{top}/never"), "HEAD").unwrap().is_empty());
    }

    #[test]
    fn an_unknown_revision_is_answered_with_the_nearest() {
        let (_folder, manifests) = repository(&[("out/manifests/a.yaml", "")]);
        let fault = manifests_at(&manifests, "mian").unwrap_err();
        assert_eq!(fault.code, Code::IoGit);
        assert!(
            fault.message.starts_with("git knows no commit `mian` here: it says \""),
            "{}",
            fault.message
        );
        assert!(fault.help.starts_with("write `git:main`; "), "{}", fault.help);
    }

    #[test]
    fn a_directory_outside_of_git_is_told_with_gits_words() {
        let folder = tempfile::tempdir().unwrap();
        let fault = manifests_at(folder.path().to_str().unwrap(), "main").unwrap_err();
        assert!(fault.message.contains("is in no git repository that can be read: git says \""), "{fault}");
    }
}
