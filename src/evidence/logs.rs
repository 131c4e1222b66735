//! What the items wrote: a folder of log files, each named by its pod or its item.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::canonical;
use crate::units::Index;
use crate::units::name::sha256_hex;

/// Of a log that is longer, only the end is read, so many bytes of it: what a program says of its own end is there, and a run of hundreds
/// of items can write more than fits into memory.
pub const READ_AT_MOST: u64 = 4 << 20;

/// More of a line than this is not quoted.
const QUOTED_AT_MOST: usize = 160;

/// Endings of log files that are no part of the name of a pod or an item.
const ENDINGS: [&str; 3] = [".log", ".txt", ".out"];

/// The logs of a folder by the name of their file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Logs {
    folder: String,
    files: BTreeMap<String, Arc<Log>>,
}

/// One log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// Its file.
    pub path: String,
    /// What it says, or its end: see `is_cut`.
    pub text: String,
    /// Whether it is longer than [`READ_AT_MOST`], so that `text` is no more than its end.
    pub is_cut: bool,
}

/// A line of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line<'a> {
    log: &'a Log,
    /// One-based, in what was read.
    number: usize,
    text: &'a str,
}

impl Log {
    /// The line in which a byte of the text stands.
    pub fn line_at(&self, at: usize) -> Line<'_> {
        let begins = self.text[..at].rfind('\n').map_or(0, |end| end + 1);
        let text = self.text[begins..].lines().next().unwrap_or_default();
        Line { log: self, number: self.text[..begins].matches('\n').count() + 1, text }
    }

    /// The file and how much of it was read, as messages name it.
    pub fn named(&self) -> String {
        if self.is_cut {
            format!("the last {} MiB of {}", READ_AT_MOST >> 20, self.path)
        } else {
            self.path.clone()
        }
    }
}

/// `logs/5.log:12: Error: it did not converge`.
impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.log.is_cut {
            write!(f, "line {} of {}: ", self.number, self.log.named())?;
        } else {
            write!(f, "{}:{}: ", self.log.path, self.number)?;
        }
        let shown = self.text.trim().chars().map(|sign| if sign.is_control() { ' ' } else { sign });
        let text: String = shown.clone().take(QUOTED_AT_MOST).collect();
        f.write_str(&text)?;
        if shown.count() > QUOTED_AT_MOST { f.write_str(" …") } else { Ok(()) }
    }
}

impl Logs {
    /// The files of a folder by name, which messages name as `folder`.
    pub fn new(folder: &str, files: impl IntoIterator<Item = (String, Log)>) -> Self {
        let files = files.into_iter().map(|(name, log)| (name, Arc::new(log)));
        Self { folder: folder.to_owned(), files: files.collect() }
    }

    /// The folder, as messages name it.
    pub fn folder(&self) -> &str {
        &self.folder
    }

    /// The log of a pod, with the name of its file.
    pub fn of_pod(&self, pod: &str) -> Option<(&str, &Arc<Log>)> {
        self.named(|name| name == pod)
    }

    /// The log of an item, with the name of its file: by its index as it is, else by the same number with zeros before (`005.log` for 5).
    pub fn of_item(&self, index: &Index) -> Option<(&str, &Arc<Log>)> {
        let index = index.as_str();
        let is_number = !index.is_empty() && index.bytes().all(|byte| byte.is_ascii_digit());
        let padded = |name: &str| {
            let zeros = name.strip_suffix(index);
            is_number && zeros.is_some_and(|zeros| zeros.bytes().all(|byte| byte == b'0'))
        };
        self.named(|name| name == index).or_else(|| self.named(padded))
    }

    /// Every file.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// The logs of which only the end was read.
    pub fn cut(&self) -> Vec<&str> {
        self.files.values().filter(|log| log.is_cut).map(|log| log.path.as_str()).collect()
    }

    /// The digest of what the logs say, as far as they were read.
    pub fn digest(&self) -> String {
        let files = self.files.iter().map(|(name, log)| (name.as_str(), sha256_hex(log.text.as_bytes())));
        canonical::digest(&files.collect::<BTreeMap<&str, String>>())
    }

    /// The first file whose name fits, as it is or without its ending.
    fn named(&self, fits: impl Fn(&str) -> bool) -> Option<(&str, &Arc<Log>)> {
        let bare = |name: &'_ str| ENDINGS.iter().any(|end| name.strip_suffix(end).is_some_and(&fits));
        let found = self.files.iter().find(|(name, _)| fits(name) || bare(name));
        found.map(|(name, log)| (name.as_str(), log))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn logs(names: &[&str]) -> Logs {
        Logs::new("logs", names.iter().map(|name| ((*name).to_owned(), log(&format!("of {name}"), false))))
    }

    fn log(text: &str, is_cut: bool) -> Log {
        Log { path: "logs/5.log".to_owned(), text: text.to_owned(), is_cut }
    }

    #[test]
    fn a_line_is_told_with_its_file_and_its_number() {
        let text = "one\n  two: \tä\r\n\nfour";
        for (at, told) in [
            (0, "logs/5.log:1: one"),
            (3, "logs/5.log:1: one"),
            (4, "logs/5.log:2: two:  ä"),
            (text.len(), "logs/5.log:4: four"),
        ] {
            assert_eq!(log(text, false).line_at(at).to_string(), told);
        }
        assert_eq!(log(text, true).line_at(6).to_string(), "line 2 of the last 4 MiB of logs/5.log: two:  ä");
        let long = log(&"x".repeat(200), false);
        assert_eq!(long.line_at(9).to_string(), format!("logs/5.log:1: {} …", "x".repeat(QUOTED_AT_MOST)));
        assert_eq!(log("", false).line_at(0).to_string(), "logs/5.log:1: ");
    }

    #[test]
    fn a_log_is_found_by_the_name_of_its_pod_or_its_item() {
        let logs = logs(&["005.log", "5.txt", "007", "a.b-run-gwas-17.log", "chr 2.out", "70.log"]);
        let pod = |name: &str| logs.of_pod(name).map(|(file, _)| file);
        let item = |index: &str| logs.of_item(&Index::new(index)).map(|(file, _)| file);
        assert_eq!((pod("a.b-run-gwas-17"), pod("a.b-run-gwas-1")), (Some("a.b-run-gwas-17.log"), None));
        assert_eq!((item("5"), item("005")), (Some("5.txt"), Some("005.log")), "the exact name comes first");
        assert_eq!(
            (item("7"), item("chr 2"), item("0"), item("")),
            (Some("007"), Some("chr 2.out"), None, None)
        );
    }

    #[test]
    fn the_digest_is_of_names_and_texts() {
        assert_eq!(logs(&["a", "b"]).digest(), logs(&["b", "a"]).digest());
        assert_ne!(logs(&["a"]).digest(), logs(&["b"]).digest());
        assert_eq!(Logs { folder: "elsewhere".to_owned(), ..logs(&["a"]) }.digest(), logs(&["a"]).digest());
    }
}
