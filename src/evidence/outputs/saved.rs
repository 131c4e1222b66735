//! The scan as a file: JSON, one line a file, so that its history in git can be read.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::scan::{FileFact, Scan, Unreadable};
use crate::error::{Code, Fault, Faults};
use crate::evidence::{canonical, locate};
use crate::source::Source;
use crate::units::name;

/// The JSON schema of a saved scan.
pub const SCHEMA: &str = include_str!("../../../schemas/scan.schema.json");

/// The version of the format that is read and written.
const VERSION: u64 = 1;

/// The path of the root itself, which only says where the files that lie directly in it belong.
const ROOT: &str = ".";

/// What `gapit-compile scan` saw in an output tree.
#[derive(Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(title = "gapit-compile scan"))]
#[serde(deny_unknown_fields)]
struct Saved {
    /// The version of this format: 1.
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 1)))]
    scan: u64,
    /// The directories that could be listed, also empty ones.
    directories: Vec<Directory>,
    /// What could not be read; it does not count as missing.
    #[serde(default)]
    unreadable: Vec<Closed>,
}

/// One directory and the files directly in it.
#[derive(Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct Directory {
    /// Relative to the root, `/` between the parts; `.` is the root itself.
    path: String,
    /// Files by name.
    #[serde(default)]
    files: BTreeMap<String, FileFact>,
}

/// A path that could not be read.
#[derive(Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct Closed {
    /// Relative to the root, `/` between the parts.
    path: String,
    /// What stood in the way.
    reason: Unreadable,
}

/// Reads a saved scan.
///
/// # Errors
/// [`Code::ScanNotAScan`] at the place of what is wrong; of paths, all that are wrong.
pub fn parse(source: &Source) -> Result<Scan, Faults> {
    let text = source.text().trim_start_matches('\u{feff}');
    let source = &Source::new(source.name(), text);
    if let Some(version) = other_version(source) {
        return Err(version.into());
    }
    let saved: Saved = serde_json::from_str(text).map_err(|error| not_a_scan(source, &error))?;
    let mut faults = Faults::new();
    let mut scan = Scan::default();
    for (position, directory) in saved.directories.into_iter().enumerate() {
        let at = position.to_string();
        check(source, &["directories", &at, "path"], path_trouble(&directory.path, true), &mut faults);
        for (name, file) in directory.files {
            let trouble = file_trouble(&name);
            check(source, &["directories", &at, "files", &name], trouble, &mut faults);
            scan.files.insert(joined(&directory.path, &name), FileFact::new(file.bytes, file.modified));
        }
        if directory.path != ROOT {
            scan.directories.insert(directory.path);
        }
    }
    for (position, closed) in saved.unreadable.into_iter().enumerate() {
        let place = ["unreadable", &position.to_string(), "path"];
        check(source, &place, path_trouble(&closed.path, false), &mut faults);
        scan.unreadable.insert(closed.path, closed.reason);
    }
    faults.or(scan)
}

impl Scan {
    /// The scan as it is saved: the same bytes for the same scan.
    pub fn to_json(&self) -> String {
        let saved = self.saved();
        let mut text = format!("{{\n  \"scan\": {VERSION},\n  \"directories\": [");
        let mut comma = "";
        for directory in &saved.directories {
            let path = json(&directory.path);
            let _ = write!(text, "{comma}\n    {{\"path\": {path}, \"files\": {{");
            let files = directory.files.iter().map(|(name, file)| {
                let modified = json(&file.modified);
                format!("\n      {}: {{\"bytes\": {}, \"modified\": {modified}}}", json(name), file.bytes)
            });
            text.push_str(&files.collect::<Vec<_>>().join(","));
            text.push_str(if directory.files.is_empty() { "}}" } else { "\n    }}" });
            comma = ",";
        }
        text.push_str(if saved.directories.is_empty() { "],\n" } else { "\n  ],\n" });
        let closed = saved.unreadable.iter().map(|closed| {
            let reason = match &closed.reason {
                Unreadable::Refused(why) => format!("{{\"refused\": {}}}", json(why)),
                other => json(other),
            };
            format!("\n    {{\"path\": {}, \"reason\": {reason}}}", json(&closed.path))
        });
        let closed = closed.collect::<Vec<_>>().join(",");
        let end = if closed.is_empty() { "]" } else { "\n  ]" };
        let _ = writeln!(text, "  \"unreadable\": [{closed}{end}\n}}");
        text
    }

    /// The digest of what the scan says.
    pub fn digest(&self) -> String {
        canonical::digest(&self.saved())
    }

    fn saved(&self) -> Saved {
        let mut directories: BTreeMap<&str, BTreeMap<String, FileFact>> =
            self.directories.iter().map(|path| (path.as_str(), BTreeMap::new())).collect();
        for (path, file) in &self.files {
            let (directory, name) = path.rsplit_once('/').unwrap_or((ROOT, path));
            let file = FileFact::new(file.bytes, file.modified);
            directories.entry(directory).or_default().insert(name.to_owned(), file);
        }
        let directory = |(path, files): (&str, _)| Directory { path: path.to_owned(), files };
        let closed =
            |(path, reason): (&String, &Unreadable)| Closed { path: path.clone(), reason: reason.clone() };
        Saved {
            scan: VERSION,
            directories: directories.into_iter().map(directory).collect(),
            unreadable: self.unreadable.iter().map(closed).collect(),
        }
    }
}

/// The schema of a saved scan, from the types above; `schemas/scan.schema.json` is held in step with it by a test.
#[cfg(feature = "schema")]
pub fn schema() -> Value {
    let generator = schemars::generate::SchemaSettings::draft07().into_generator();
    generator.into_root_schema_for::<Saved>().to_value()
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("texts, times and reasons have no maps")
}

fn joined(directory: &str, name: &str) -> String {
    if directory == ROOT { name.to_owned() } else { format!("{directory}/{name}") }
}

/// A later version of the format, told before its unknown keys are.
fn other_version(source: &Source) -> Option<Fault> {
    let version = serde_json::from_str::<Value>(source.text()).ok()?.get("scan")?.as_u64()?;
    if version == VERSION {
        return None;
    }
    let place = source.place(locate::place_of(source.text(), &["scan"])?);
    Some(
        Fault::new(
            Code::ScanNotAScan,
            format!("this scan has version {version}, and this program reads version {VERSION}"),
            "scan the tree again with this program: `gapit-compile scan DIR --recipe RECIPE`",
        )
        .at(&place, "another version"),
    )
}

fn not_a_scan(source: &Source, error: &serde_json::Error) -> Fault {
    let message = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    let message = message.strip_suffix(&place).unwrap_or(&message);
    let before: usize =
        source.text().split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
    let end = (before + error.column()).min(source.text().len());
    let start = source.text().get(..end).and_then(|text| text.char_indices().next_back());
    let near = nearest_key(message).map_or(String::new(), |near| format!("write `{near}`, or "));
    let help = format!("{near}scan the tree again: `gapit-compile scan DIR --recipe RECIPE > FILE`");
    let what = if error.is_eof() { "this scan ends in the middle" } else { "this is not a saved scan" };
    Fault::new(Code::ScanNotAScan, format!("{what}: {message}"), help)
        .at(&source.place(start.map_or(0, |(at, _)| at)..end), "here")
}

/// The known key nearest to the unknown one that serde names (``unknown field `x`, expected `a` or `b` ``).
fn nearest_key(message: &str) -> Option<&str> {
    let mut quoted = message.strip_prefix("unknown field ")?.split('`').skip(1).step_by(2);
    let wrong = quoted.next()?;
    name::nearest(wrong, quoted)
}

fn check(source: &Source, path: &[&str], trouble: Option<&str>, faults: &mut Faults) {
    let Some(trouble) = trouble else { return };
    let place = source.place(locate::place_of(source.text(), path).unwrap_or(0..0));
    let shown = path
        .last()
        .filter(|_| path.contains(&"files"))
        .map_or(place.text().to_owned(), |name| format!("\"{name}\""));
    faults.push(
        Fault::new(
            Code::ScanNotAScan,
            format!("the path {shown} {trouble}"),
            "paths are relative to the scanned root, as `gapit-compile scan` writes them: `trait_005_x/models`",
        )
        .at(&place, "this path"),
    );
}

/// What is wrong with a path below the root.
fn path_trouble(path: &str, root_allowed: bool) -> Option<&'static str> {
    if root_allowed && path == ROOT {
        return None;
    }
    if path.starts_with('/') {
        return Some("is absolute");
    }
    let trouble = |part: &str| match part {
        "" => Some("has an empty part"),
        "." => Some("has a part `.`"),
        ".." => Some("leads out of the root"),
        _ => None,
    };
    path.split('/').find_map(trouble)
}

/// What is wrong with the name of a file.
fn file_trouble(name: &str) -> Option<&'static str> {
    path_trouble(name, false)
        .or_else(|| name.contains('/').then_some("is not the name of a file in this directory"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCAN: &str = r#"{
  "scan": 1,
  "directories": [
    {"path": ".", "files": {
      "log.txt": {"bytes": 3, "modified": "2025-11-12T21:06:42Z"}
    }},
    {"path": "trait_005_x", "files": {
      "a \"b\".csv": {"bytes": 1, "modified": "2025-11-12T21:06:42Z"},
      "b.csv": {"bytes": 0, "modified": "2025-11-12T21:07:00Z"}
    }},
    {"path": "trait_006_x", "files": {}},
    {"path": "trait_006_x/sub", "files": {}}
  ],
  "unreadable": [
    {"path": "trait_007_x", "reason": {"refused": "permission denied"}},
    {"path": "trait_008_x", "reason": "leads-outside"}
  ]
}
"#;

    fn faults(text: &str) -> Vec<(Option<(usize, usize)>, String)> {
        let faults = parse(&Source::new("s.json", text)).unwrap_err();
        assert!(
            faults
                .iter()
                .all(|fault| fault.code == Code::ScanNotAScan && fault.help.contains("gapit-compile scan"))
        );
        let place = |fault: &Fault| fault.labels.first().map(|label| label.place.line_column());
        faults.iter().map(|fault| (place(fault), format!("{fault} / {}", fault.help))).collect()
    }

    #[test]
    fn a_scan_is_written_as_it_was_read() {
        let scan = parse(&Source::new("s.json", SCAN)).unwrap();
        assert_eq!(scan.to_json(), SCAN);
        assert_eq!(
            scan.directories.iter().collect::<Vec<_>>(),
            ["trait_005_x", "trait_006_x", "trait_006_x/sub"]
        );
        assert_eq!(
            scan.files.keys().collect::<Vec<_>>(),
            ["log.txt", "trait_005_x/a \"b\".csv", "trait_005_x/b.csv"]
        );
        assert_eq!(scan.unreadable["trait_008_x"], Unreadable::LeadsOutside);
        let empty = Scan::default().to_json();
        assert_eq!(parse(&Source::new("s.json", empty)).unwrap(), Scan::default());
    }

    #[test]
    fn the_digest_is_of_what_the_scan_says_and_not_of_how_it_is_written() {
        let scan = parse(&Source::new("s.json", SCAN)).unwrap();
        let value: Value = serde_json::from_str(SCAN).unwrap();
        let other =
            value.to_string().replace("21:06:42Z", "21:06:42.5Z").replace("T21:07:00Z", "T22:07:00+01:00");
        assert_eq!(parse(&Source::new("t.json", other)).unwrap().digest(), scan.digest());
        let other = SCAN.replace("\"bytes\": 3", "\"bytes\": 4");
        assert_ne!(parse(&Source::new("t.json", other)).unwrap().digest(), scan.digest());
    }

    #[test]
    fn what_is_not_a_scan_is_shown_where_it_is_wrong() {
        for (text, place, words) in [
            (r#"{"scan": 1, "directorys": []}"#, (1, 24), "write `directories`"),
            (r#"{"scan": 2, "roots": []}"#, (1, 10), "has version 2"),
            (r#"{"directories": []}"#, (1, 19), "missing field `scan`"),
            ("{\"scan\": 1,\n", (1, 12), "ends in the middle"),
            ("kind: Workflow", (1, 1), "not a saved scan"),
            (
                r#"{"scan": 1, "directories": [{"path": "a", "files": {"x": {"bytes": -1}}}]}"#,
                (1, 69),
                "integer `-1`",
            ),
        ] {
            let found = faults(text);
            assert_eq!((found.len(), found[0].0), (1, Some(place)), "{}", found[0].1);
            assert!(found[0].1.contains(words), "{}", found[0].1);
        }
    }

    #[test]
    fn every_path_that_leaves_the_root_is_told() {
        let found = faults(
            r#"{"scan": 1, "directories": [{"path": "/a", "files": {}}, {"path": "a/../..", "files": {
                "x/y": {"bytes": 1, "modified": "2025-11-12T21:06:42Z"}}}],
                "unreadable": [{"path": "", "reason": "leads-outside"}]}"#,
        );
        let told: Vec<&str> = found.iter().map(|(_, text)| text.split(" / ").next().unwrap()).collect();
        assert_eq!(
            told,
            [
                "the path \"/a\" is absolute",
                "the path \"a/../..\" leads out of the root",
                "the path \"x/y\" is not the name of a file in this directory",
                "the path \"\" has an empty part"
            ]
        );
        assert_eq!(found[1].0, Some((1, 67)));
    }
}
