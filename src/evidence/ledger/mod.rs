//! The ledger: what was planned for each generation, so that another compile, on another machine, counts on from there.
//!
//! It is TOML in a stable order, a line an item, and each entry bears a digest of its own: two branches that plan the same parent
//! differently conflict in that entry, and an edit by hand shows.

mod file;
mod parse;
mod render;

pub use file::SCHEMA;
#[cfg(feature = "schema")]
pub use file::schema;
pub use parse::parse;
pub use render::render;

use std::collections::BTreeMap;

use serde::Serialize;

use super::canonical;
use super::snapshot::Workflow;
use crate::units::{Index, name};

/// The ledger's file name in the output directory.
pub const FILE: &str = "ledger.toml";

/// Every plan on record, by generation and parent.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Ledger {
    /// The entries, sorted.
    pub entries: Vec<Entry>,
}

/// What was planned for one generation.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Entry {
    /// The generation that was planned; the first retry is 2.
    pub generation: usize,
    /// The lineage's root.
    pub root: String,
    /// The workflow that was to be retried.
    pub parent: String,
    /// The name of the Workflow that was emitted; in mode `generate-name` its `generateName`.
    pub workflow: String,
    /// Digest of the resolved recipe.
    pub recipe: String,
    /// Digest of the parent's snapshot.
    pub snapshot: String,
    /// Digest of the scan, where one was given.
    pub scan: Option<String>,
    /// Digest of what people decided, where a file of it was given. Not written where not: entries made before there was such a file
    /// keep their digests.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decisions: Option<String>,
    /// Digest of the usage, where one was given. An entry without one bears the digest that it bore before there was any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usage: Option<String>,
    /// Digest of the logs, where any were given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logs: Option<String>,
    /// The flags that changed the plan.
    pub flags: Flags,
    /// The items that run again.
    pub items: BTreeMap<Index, Planned>,
}

/// Flags that change a plan, as they were typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Flags {
    /// `--only`.
    pub only: Option<String>,
    /// `--retry-unknown`.
    pub retry_unknown: bool,
    /// `--min-tier`.
    pub min_tier: Option<String>,
    /// `--param`.
    pub param: BTreeMap<String, String>,
}

/// What was planned for one item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Planned {
    /// The rule, or the key of the policy, that decided.
    pub rule: String,
    /// The cause.
    pub cause: String,
    /// The tier it goes to.
    pub tier: String,
    /// The variant of the tier's WorkflowTemplate that it runs, where it does not run the tier's own. Not written where not: entries
    /// made before there were variants keep their digests.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
    /// Generations that the rule had spent on it before.
    pub used: u32,
}

impl Flags {
    /// Whether none was given.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The flags as a command line has them, a word each.
    pub fn typed(&self) -> Vec<String> {
        let with = |flag: &str, value: String| [flag.to_owned(), value];
        let mut typed: Vec<String> = Vec::new();
        typed.extend(self.only.iter().flat_map(|items| with("--only", items.clone())));
        typed.extend(self.retry_unknown.then(|| "--retry-unknown".to_owned()));
        typed.extend(self.min_tier.iter().flat_map(|tier| with("--min-tier", tier.clone())));
        typed.extend(self.param.iter().flat_map(|(name, value)| with("--param", format!("{name}={value}"))));
        typed
    }
}

impl Entry {
    /// The digest that the entry bears.
    pub fn digest(&self) -> String {
        canonical::digest(self).chars().take(16).collect()
    }
}

impl Ledger {
    /// The entry of the plan that became this workflow: by the labels for parent and generation, by name only where these are absent.
    pub fn of(&self, workflow: &Workflow) -> Option<&Entry> {
        let label = |key: &str| workflow.labels.get(key);
        let parent = label(super::snapshot::PARENT_LABEL);
        match (parent, label(super::snapshot::GENERATION_LABEL)) {
            (Some(parent), Some(_)) => self.planned(parent, workflow.generation()),
            _ => self.entries.iter().find(|entry| entry.workflow == workflow.name),
        }
    }

    /// The plan for a generation of a parent. Labels hold names shortened to 63 characters, so these are compared.
    pub fn planned(&self, parent: &str, generation: usize) -> Option<&Entry> {
        let short = |text: &str| name::short(text, name::OBJECT_MAX);
        self.entries
            .iter()
            .find(|entry| entry.generation == generation && short(&entry.parent) == short(parent))
    }

    /// The latest entry of a lineage that was planned for a later generation than this one.
    pub fn past(&self, root: &str, generation: usize) -> Option<&Entry> {
        self.entries
            .iter()
            .filter(|entry| entry.root == root && entry.generation > generation)
            .max_by_key(|entry| entry.generation)
    }

    /// The ledger with a plan in place of the one for the same parent and generation.
    #[must_use]
    pub fn with(&self, entry: Entry) -> Self {
        let is_other = |known: &&Entry| known.generation != entry.generation || known.parent != entry.parent;
        let mut entries: Vec<Entry> = self.entries.iter().filter(is_other).cloned().collect();
        entries.push(entry);
        entries.sort_by(|a, b| (&a.root, a.generation, &a.parent).cmp(&(&b.root, b.generation, &b.parent)));
        Self { entries }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::snapshot::read;

    fn entry(generation: usize, parent: &str, workflow: &str) -> Entry {
        Entry {
            generation,
            root: "a".into(),
            parent: parent.into(),
            workflow: workflow.into(),
            recipe: "r".into(),
            snapshot: "s".into(),
            scan: None,
            decisions: None,
            usage: None,
            logs: None,
            flags: Flags::default(),
            items: BTreeMap::new(),
        }
    }

    fn workflow(name: &str, labels: &str) -> Workflow {
        let text = format!(
            r#"{{"metadata": {{"name": "{name}", "labels": {{{labels}}}}}, "spec": {{}}, "status": {{"nodes": {{"w": {{}}}}}}}}"#
        );
        read("w.json", text.as_bytes()).unwrap()
    }

    #[test]
    fn an_entry_is_a_workflows_by_its_labels_and_by_name_only_without_them() {
        let ledger = Ledger { entries: vec![entry(2, "a", "a-retry"), entry(3, "a-retry", "a-retry-2")] };
        let labels = r#""gapit-compile/parent": "a", "gapit-compile/generation": "2""#;
        let of = |name: &str, labels: &str| ledger.of(&workflow(name, labels)).map(|entry| entry.generation);
        // What `generateName` made of it is no name that the plan knew.
        assert_eq!(of("a-retry-x7k2p", labels), Some(2));
        assert_eq!(of("a-retry-2", labels), Some(2), "the labels are believed, not the name");
        assert_eq!(of("a-retry-2", ""), Some(3));
        assert_eq!(of("b", ""), None);
    }

    #[test]
    fn a_plan_replaces_its_own_entry_and_a_later_one_is_seen() {
        let ledger = Ledger::default().with(entry(2, "a", "one")).with(entry(2, "a", "two"));
        assert_eq!(ledger.entries, [entry(2, "a", "two")]);
        assert_eq!(ledger.past("a", 2), None);
        let later = ledger.with(entry(3, "two", "three"));
        assert_eq!(later.past("a", 2).map(|entry| entry.generation), Some(3));
        assert_eq!(later.past("b", 2), None, "another root's plans are another story");
    }
}
