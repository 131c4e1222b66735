//! A resolved recipe line by line: each value with where it was written, in the language's own order.

use super::extend::Tree;
use super::named::{NAMED, Removed};
use super::parse::{Node, Table, Value};
use super::raw::{Defined as _, KeyDefinition, Recipe};
use super::{path, toml_text};
use crate::source::{Place, Source};

/// A recipe with everything it inherits, to be shown.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Resolution {
    /// The recipe and what it extends, each laid over the next.
    pub chain: Vec<String>,
    /// Its tables in the language's own order; the first is the file itself, without a header.
    pub sections: Vec<Section>,
    /// Inherited tiers and rules that it is without.
    pub removed: Vec<Removed>,
}

/// One table with a header.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Section {
    /// `[output]`, `[[tiers]]`.
    pub header: String,
    /// Where the table was written last.
    pub origin: Origin,
    /// Its values; tables in it are written with dotted keys, so that each value has a line.
    pub lines: Vec<Line>,
}

/// One value.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Line {
    /// Its key in TOML.
    pub key: String,
    /// The value in TOML, on one line.
    pub value: String,
    /// Where it comes from.
    pub origin: Origin,
}

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// It was written there.
    Written(Place),
    /// It was left out.
    Default,
}

/// The resolved recipe to be shown, for a reader in the folder of `own`.
pub(super) fn resolution(tree: &Tree, own: &Source) -> Resolution {
    let printer = Printer { own };
    let is_there = |gone: &&Removed| !is_named(&tree.root, gone);
    Resolution {
        chain: tree.chain.iter().map(|source| source.name().to_owned()).collect(),
        sections: printer.sections(&tree.root),
        removed: tree.removed.iter().filter(is_there).cloned().collect(),
    }
}

/// Whether there is a table of that name again.
fn is_named(root: &Node, gone: &Removed) -> bool {
    let (Value::Table(root), Some((list, _))) =
        (&root.value, NAMED.iter().find(|(_, noun)| *noun == gone.noun))
    else {
        return false;
    };
    let Some(Node { value: Value::Array(entries), .. }) = root.get(list) else { return false };
    entries.iter().any(|entry| entry.name().is_some_and(|name| name.value == gone.name.value))
}

/// Writes values for a reader in the folder of one recipe.
struct Printer<'a> {
    own: &'a Source,
}

impl Printer<'_> {
    fn sections(&self, root: &Node) -> Vec<Section> {
        let Value::Table(table) = &root.value else { return Vec::new() };
        let mut head = Section { header: String::new(), origin: written(root), lines: Vec::new() };
        let mut sections = Vec::new();
        for key in Recipe::KEYS {
            match table.get(key.key) {
                Some(node) => match &node.value {
                    Value::Table(inner) => {
                        sections.push(self.section(format!("[{}]", key.key), written(node), inner, key))
                    }
                    Value::Array(tables) if !tables.is_empty() && !key.inner.is_empty() => {
                        sections.extend(tables.iter().filter_map(|node| self.entry(node, key)));
                    }
                    _ => head.lines.push(self.line(key.key, key.key, node)),
                },
                None if key.default == Some("{}") => {
                    let header = format!("[{}]", key.key);
                    sections.push(self.section(header, Origin::Default, &Table::default(), key));
                }
                None => head.lines.extend(default(key.key, key.default)),
            }
        }
        sections.insert(0, head);
        sections
    }

    /// One table of a list.
    fn entry(&self, node: &Node, key: &KeyDefinition) -> Option<Section> {
        let Value::Table(table) = &node.value else { return None };
        Some(self.section(format!("[[{}]]", key.key), written(node), table, key))
    }

    fn section(&self, header: String, origin: Origin, table: &Table, key: &KeyDefinition) -> Section {
        let mut lines = Vec::new();
        self.table("", key.key, table, key.inner, &mut lines);
        Section { header, origin, lines }
    }

    /// The values of a table. `prefix` stands before its keys in the section, `full` names it in the recipe.
    fn table(&self, prefix: &str, full: &str, table: &Table, keys: &[KeyDefinition], lines: &mut Vec<Line>) {
        if keys.is_empty() {
            for (name, node) in &table.entries {
                let name = toml_text::key(&name.value);
                lines.push(self.line(&format!("{prefix}{name}"), &format!("{full}.{name}"), node));
            }
            return;
        }
        for key in keys {
            let (name, full) = (format!("{prefix}{}", key.key), format!("{full}.{}", key.key));
            match table.get(key.key) {
                Some(node) => self.value(&name, &full, node, key.inner, lines),
                None => lines.extend(default(&name, left_out(&full, table, key))),
            }
        }
    }

    /// A value, or all values of the table that it is; a table without any is written as such.
    fn value(&self, name: &str, full: &str, node: &Node, keys: &[KeyDefinition], lines: &mut Vec<Line>) {
        let before = lines.len();
        if let Value::Table(table) = &node.value {
            self.table(&format!("{name}."), full, table, keys, lines);
        }
        if lines.len() == before {
            lines.push(self.line(name, full, node));
        }
    }

    fn line(&self, key: &str, full: &str, node: &Node) -> Line {
        let value = if is_path(full) { toml_text::value(&self.seen(node)) } else { toml_text::value(node) };
        Line { key: key.to_owned(), value, origin: written(node) }
    }

    /// Paths are relative to the file they stand in, and that is to be this one.
    fn seen(&self, node: &Node) -> Node {
        let file = node.place.source().name();
        let value = match &node.value {
            Value::String(text) if file != self.own.name() => {
                Value::String(path::relative(self.own.name(), &path::beside(file, text)))
            }
            Value::Array(items) => Value::Array(items.iter().map(|item| self.seen(item)).collect()),
            other => other.clone(),
        };
        Node { value, place: node.place.clone() }
    }
}

/// Whether a key of the recipe takes paths.
fn is_path(full: &str) -> bool {
    full.starts_with("inputs.") || matches!(full, "output.directory" | "rules.before.script.file")
}

fn written(node: &Node) -> Origin {
    Origin::Written(node.place.clone())
}

fn default(name: &str, value: Option<&str>) -> Option<Line> {
    Some(Line { key: name.to_owned(), value: value?.to_owned(), origin: Origin::Default })
}

/// What a key is taken for that its table leaves out. One default depends on another key: a hook stands beside no kustomization.
fn left_out(full: &str, table: &Table, key: &KeyDefinition) -> Option<&'static str> {
    let is_hook = || {
        let mode = table.get("naming-mode").map(|node| &node.value);
        mode.is_some_and(|mode| *mode == Value::String("argocd-hook".to_owned()))
    };
    if full == "output.kustomization" && is_hook() { Some("false") } else { key.default }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every key whose description and default disagree about whether there is a default.
    fn at_odds(keys: &[KeyDefinition], prefix: &str, found: &mut Vec<String>) {
        for key in keys {
            let full = format!("{prefix}{}", key.key);
            let depends_on_the_run = ["default the parent", "default: from"];
            let says = key.about.contains("default")
                && !depends_on_the_run.iter().any(|words| key.about.contains(words));
            if says && key.default.is_none() {
                found.push(full.clone());
            }
            at_odds(key.inner, &format!("{full}."), found);
        }
    }

    #[test]
    fn every_default_that_a_description_tells_is_shown() {
        let mut found = Vec::new();
        at_odds(Recipe::KEYS, "", &mut found);
        assert_eq!(found, [""; 0]);
    }
}
