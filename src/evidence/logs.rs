//! What the items wrote: a folder of log files, each named by its pod or its item.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::canonical;
use crate::units::Index;

/// Endings of log files that are no part of the name of a pod or an item.
const ENDINGS: [&str; 3] = [".log", ".txt", ".out"];

/// The logs of a folder by the name of their file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Logs {
    folder: String,
    files: BTreeMap<String, Arc<str>>,
}

impl Logs {
    /// The files of a folder, which messages name as `folder`.
    pub fn new(folder: &str, files: impl IntoIterator<Item = (String, String)>) -> Self {
        let files = files.into_iter().map(|(name, text)| (name, Arc::from(text)));
        Self { folder: folder.to_owned(), files: files.collect() }
    }

    /// The folder, as messages name it.
    pub fn folder(&self) -> &str {
        &self.folder
    }

    /// The log of a pod, with the name of its file.
    pub fn of_pod(&self, pod: &str) -> Option<(&str, &Arc<str>)> {
        self.named(|name| name == pod)
    }

    /// The log of an item, with the name of its file: by its index as it is, else by the same number with zeros before (`005.log` for 5).
    pub fn of_item(&self, index: &Index) -> Option<(&str, &Arc<str>)> {
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

    /// The digest of what the logs say.
    pub fn digest(&self) -> String {
        let files = self.files.iter().map(|(name, text)| (name.as_str(), &**text));
        canonical::digest(&files.collect::<BTreeMap<&str, &str>>())
    }

    /// The first file whose name fits, as it is or without its ending.
    fn named(&self, fits: impl Fn(&str) -> bool) -> Option<(&str, &Arc<str>)> {
        let bare = |name: &'_ str| ENDINGS.iter().any(|end| name.strip_suffix(end).is_some_and(&fits));
        let found = self.files.iter().find(|(name, _)| fits(name) || bare(name));
        found.map(|(name, text)| (name.as_str(), text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn logs(names: &[&str]) -> Logs {
        Logs::new("logs", names.iter().map(|name| ((*name).to_owned(), format!("of {name}"))))
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
