//! Lists whose tables are known by name, `[[tiers]]` and `[[rules]]`, laid over each other: `after` places a new one, `remove` takes an
//! inherited one away. Both are said to the list, so neither ever stands in what comes out.

use super::check::against;
use super::overlay::Overlay;
use super::parse::{Node, Table, Value};
use super::raw::{Decode as _, Remove};
use crate::error::{Code, Fault, Faults};
use crate::source::{At, Place};
use crate::units::name::nearest;

/// The lists whose tables are known by name, and what messages call one of them.
pub(super) const NAMED: &[(&str, &str)] = &[("tiers", "tier"), ("rules", "rule")];

/// An inherited tier or rule that a recipe of the chain takes away.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Removed {
    /// `tier` or `rule`.
    pub noun: &'static str,
    /// Its name, where it stands that it would be without.
    pub name: At<String>,
    /// The `remove` that takes it away.
    pub by: Place,
}

/// The tables of a list while another text is laid over them.
struct Laid {
    noun: &'static str,
    /// Inherited tables and, of tiers, the new ones, in ladder order.
    tables: Vec<Placed>,
    /// New rules: they are asked before inherited ones, so that a special case of this run comes first.
    first: Vec<Node>,
    /// The names of this text that are still to come.
    coming: Vec<String>,
}

/// A table of the list.
struct Placed {
    node: Node,
    /// The name that a new tier of this text stands behind.
    behind: Option<String>,
}

impl Overlay<'_> {
    /// The parent's tables with the child's laid over.
    pub(super) fn lay_named(&mut self, noun: &'static str, parent: Vec<Node>, child: Vec<Node>) -> Vec<Node> {
        let mut laid = Laid {
            noun,
            tables: parent.into_iter().map(|node| Placed { node, behind: None }).collect(),
            first: Vec::new(),
            coming: child.iter().filter_map(|node| Some(node.name()?.value)).rev().collect(),
        };
        for node in child {
            if node.name().is_some() {
                laid.coming.pop();
            }
            self.lay_one(&mut laid, node);
        }
        laid.first.into_iter().chain(laid.tables.into_iter().map(|placed| placed.node)).collect()
    }

    /// One table of the child: it removes, changes or adds.
    fn lay_one(&mut self, laid: &mut Laid, mut node: Node) {
        let known = node.name().and_then(|name| laid.position(&name.value));
        if let Some(remove) = take(&mut node, "remove") {
            let is_settled = self.remove(laid, known, &node, &remove);
            // What is left may say nothing by itself; that would only follow from the fault that has been told.
            if is_settled || known.is_none() && other_key(&node).is_none() {
                return;
            }
            // What was meant to be removed has no place of its own.
            self.ladder_is_known &= known.is_some();
        }
        let after = if laid.noun == "tier" { take(&mut node, "after") } else { None };
        let after = after.and_then(|node| {
            let name = String::decode(&node, "after", self.faults);
            self.ladder_is_known &= name.is_some();
            Some(At::new(name?, node.place))
        });
        match known {
            Some(at) => {
                if let Some(after) = &after {
                    self.faults.push(keeps_its_place(&laid.tables[at].node, after));
                }
                let below = laid.tables[at].node.clone();
                laid.tables[at].node = self.merge(below, node, &format!("{}s[]", laid.noun));
            }
            None if laid.noun == "rule" => laid.first.push(node),
            None => self.add_tier(laid, node, after),
        }
    }

    /// What `remove` says; whether nothing is left to do with its table.
    fn remove(&mut self, laid: &mut Laid, known: Option<usize>, node: &Node, remove: &Node) -> bool {
        let noun = laid.noun;
        if Remove::decode(remove, "remove", self.faults).is_none() {
            return false;
        }
        let Some(name) = node.name() else {
            self.faults.push(nameless(noun, &node.place, &remove.place));
            return true;
        };
        let Some(at) = known else {
            self.faults.push(self.not_inherited(laid, &name));
            return false;
        };
        if let Some(other) = other_key(node) {
            self.faults.push(changes_too(noun, &name, &other.place, &remove.place));
            return true;
        }
        let inherited = laid.tables.remove(at).node.name().unwrap_or(name);
        self.removed.push(Removed { noun, name: inherited, by: remove.place.clone() });
        true
    }

    /// A new tier goes behind the one that `after` names, else last: new tiers are mostly larger ones, on top of the ladder.
    fn add_tier(&mut self, laid: &mut Laid, node: Node, after: Option<At<String>>) {
        let behind = after.and_then(|after| {
            if laid.position(&after.value).is_none() {
                self.ladder_is_known = false;
                self.faults.push(self.no_place(laid, &node, &after));
                return None;
            }
            Some(after.value)
        });
        let at = behind.as_ref().and_then(|name| laid.place_behind(name)).unwrap_or(laid.tables.len());
        laid.tables.insert(at, Placed { node, behind });
    }

    /// `remove` names what no recipe below has.
    fn not_inherited(&self, laid: &Laid, name: &At<String>) -> Fault {
        let noun = laid.noun;
        let message = format!("no {noun} `{}` is inherited, so there is none to remove", name.value);
        if let Some(gone) = self.find_removed(noun, &name.value) {
            let help = format!("remove this table: the {noun} is gone already");
            let fault = Fault::new(Code::RecipeBadRemove, message, help).at(&name.place, "not there");
            return against(fault, &gone.by, "removed");
        }
        let known = laid.names();
        let near = nearest(&name.value, known.iter().map(String::as_str));
        let meant = near.map_or(String::new(), |near| format!("write \"{near}\"; "));
        let help = match &known[..] {
            [] => format!("remove this table: nothing below has a {noun}"),
            known => format!("{meant}inherited are {}", listed(known)),
        };
        Fault::new(Code::RecipeBadRemove, message, help).at(&name.place, "not inherited")
    }

    /// `after` names what is not there for a tier to stand behind.
    fn no_place(&self, laid: &Laid, tier: &Node, after: &At<String>) -> Fault {
        let name = tier.name().map_or(String::new(), |name| name.value);
        if name == after.value {
            let message = format!("the tier `{name}` cannot stand after itself");
            let help = format!("name the tier below it: one of {}", listed(&laid.names()));
            return Fault::new(Code::RecipeBadAfter, message, help).at(&after.place, "itself");
        }
        if laid.coming.contains(&after.value) {
            let message = format!("the tier `{}` is new too, and written further down", after.value);
            let help = format!("write `{}` before this tier", after.value);
            return Fault::new(Code::RecipeBadAfter, message, help).at(&after.place, "not there yet");
        }
        unknown_tier(after, &laid.names(), self.find_removed("tier", &after.value), "a tier stands after")
    }

    fn find_removed(&self, noun: &str, name: &str) -> Option<&Removed> {
        self.removed.iter().rev().find(|gone| gone.noun == noun && gone.name.value == name)
    }
}

impl Laid {
    /// Where the table of a name stands among the inherited ones (and, of tiers, the new ones).
    fn position(&self, name: &str) -> Option<usize> {
        self.tables.iter().position(|placed| placed.node.name().is_some_and(|known| known.value == name))
    }

    /// The place right behind a tier and those that this text has put behind it before: they keep the order written.
    fn place_behind(&self, name: &str) -> Option<usize> {
        let mut at = self.position(name)? + 1;
        let mut family = vec![name.to_owned()];
        while let Some(Placed { node, behind: Some(behind) }) = self.tables.get(at)
            && family.contains(behind)
        {
            family.extend(node.name().map(|name| name.value));
            at += 1;
        }
        Some(at)
    }

    fn names(&self) -> Vec<String> {
        self.tables.iter().filter_map(|placed| Some(placed.node.name()?.value)).collect()
    }
}

/// Takes `after` and `remove` out of a text that is laid over no other: there is nothing that they could change.
pub(super) fn refuse_changes(table: &mut Table, faults: &mut Faults) {
    for (list, noun) in NAMED {
        let Some(entries) = table.list_mut(list) else { continue };
        entries.retain_mut(|entry| {
            let remove = take(entry, "remove");
            let after = if *noun == "tier" { take(entry, "after") } else { None };
            for (key, node) in [("remove", &remove), ("after", &after)] {
                let Some(node) = node else { continue };
                let message = format!("`{key}` changes what is inherited, and this recipe extends nothing");
                let help = match key {
                    "remove" => {
                        format!("leave the {noun} out, or say what it removes it from: `extends = …`")
                    }
                    _ => "tiers stand in the order written: move this one".to_owned(),
                };
                let fault = Fault::new(Code::RecipeExtendsNothing, message, help);
                faults.push(fault.at(&node.place, "nothing is inherited"));
            }
            remove.is_none() || other_key(entry).is_some()
        });
    }
}

/// Refuses a second tier or rule of one name in one text; laid over another text, it would seem to mean a change of the first.
pub(super) fn keep_first_of_a_name(table: &mut Table, faults: &mut Faults) {
    for (list, noun) in NAMED {
        let Some(entries) = table.list_mut(list) else { continue };
        let mut seen: Vec<At<String>> = Vec::new();
        entries.retain(|entry| {
            let Some(name) = entry.name() else { return true };
            let first = seen.iter().find(|first| first.value == name.value);
            if let Some(first) = first {
                faults.push(twice(noun, &name, first));
            }
            let fresh = first.is_none();
            seen.push(name);
            fresh
        });
    }
}

/// A name that no tier has. Where a tier of that name was removed, that is said, and where.
pub(super) fn unknown_tier(
    written: &At<String>,
    known: &[String],
    gone: Option<&Removed>,
    who: &str,
) -> Fault {
    let near = nearest(&written.value, known.iter().map(String::as_str));
    let meant = near.map_or(String::new(), |near| format!("write \"{near}\"; "));
    let help = format!("{meant}{who} one of {}", listed(known));
    let Some(gone) = gone else {
        let message = format!("there is no tier `{}`", written.value);
        return Fault::new(Code::RecipeUnknownTier, message, help).at(&written.place, "unknown tier");
    };
    let (file, line) = (gone.by.source().name(), gone.by.line_column().0);
    let message = format!("the tier `{}` was removed: {file}, line {line}", written.value);
    let fault = Fault::new(Code::RecipeUnknownTier, message, help);
    fault.at(&written.place, "names it").at(&gone.by, "removed")
}

fn listed(names: &[String]) -> String {
    names.join(", ")
}

/// Takes a key out of a table of a list.
fn take(node: &mut Node, key: &str) -> Option<Node> {
    let Value::Table(table) = &mut node.value else { return None };
    table.remove(key)
}

/// A key that is not the name.
fn other_key(node: &Node) -> Option<&At<String>> {
    let Value::Table(table) = &node.value else { return None };
    table.entries.iter().map(|(key, _)| key).find(|key| key.value != "name")
}

fn keeps_its_place(inherited: &Node, after: &At<String>) -> Fault {
    let name = inherited.name().map_or(String::new(), |name| name.value);
    let message = format!("the tier `{name}` is inherited and keeps its place");
    let help = "remove `after`; to move a tier, remove it and give a new one another name";
    let fault = Fault::new(Code::RecipeBadAfter, message, help).at(&after.place, "only of a new tier");
    against(fault, &inherited.place, "inherited")
}

fn nameless(noun: &str, table: &Place, remove: &Place) -> Fault {
    let message = format!("`remove` does not say which {noun}");
    let help = format!("add the `name` of an inherited {noun}");
    Fault::new(Code::RecipeBadRemove, message, help).at(remove, "removes what?").at(table, "no sound `name`")
}

fn changes_too(noun: &str, name: &At<String>, other: &Place, remove: &Place) -> Fault {
    let message = format!("the {noun} `{}` is removed and changed at once", name.value);
    let help = format!("keep `name` and `remove` alone, or remove `remove` to change the {noun}");
    Fault::new(Code::RecipeBadRemove, message, help).at(remove, "removes it").at(other, "changes it")
}

fn twice(noun: &str, name: &At<String>, first: &At<String>) -> Fault {
    let message = format!("there are two {noun}s named `{}`", name.value);
    let help = format!("give this {noun} another name, or merge the two");
    Fault::new(Code::RecipeDuplicateName, message, help)
        .at(&name.place, "the second")
        .at(&first.place, "the first")
}
