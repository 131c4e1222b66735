//! Laying a recipe over the one it extends, before either is read: every value keeps its own place.

use super::named::{NAMED, Removed};
use super::parse::{Node, Table, Value};
use crate::error::Faults;

/// Tables that choose between forms: where the child writes keys of one form, the parent's keys of the others go.
const CHOICES: &[(&str, &[Form])] = &[
    ("tiers[]", &[Form::of(&["template"]), Form { keys: &["requests", "limits"], with: DIFFERENCES }]),
    ("rules[]", &[Form::of(&["retry", "before"]), Form::of(&["skip"]), Form::of(&["hold"])]),
    ("rules[].before", &[Form::of(&["template-ref"]), Form::of(&["script"])]),
    ("rules[].when", &[Form::of(&["any"]), Form::of(WORDS)]),
    (
        "items.range",
        &[Form::of(&["from-parameter", "to-parameter"]), Form::of(&["from", "to"]), Form::of(&["list"])],
    ),
];

/// One form of a table.
struct Form {
    /// The keys that choose it.
    keys: &'static [&'static str],
    /// Keys that only stand with it, and say too little to choose it.
    with: &'static [&'static str],
}

impl Form {
    const fn of(keys: &'static [&'static str]) -> Self {
        Self { keys, with: &[] }
    }
}

/// Differences that do not make another size: a child that gives no more than these to a tier that exists has most likely forgotten
/// that it cannot be changed, and is told so.
const DIFFERENCES: &[&str] = &["threads-env", "labels", "retry-strategy"];

/// The words of `when` that narrow it: the child's `any` clears them away, and they the parent's `any`.
const WORDS: &[&str] = &[
    "causes",
    "exit-codes",
    "exit-codes-not-in",
    "message",
    "log",
    "missing-parts",
    "present-parts",
    "started",
    "ran-longer-than",
    "tiers",
    "items",
    "generation",
];

/// One recipe laid over another, and what came of it beside the tree.
pub(super) struct Overlay<'a> {
    /// What is wrong with `after` and `remove`; whatever else is wrong is seen in the tree.
    pub(super) faults: &'a mut Faults,
    /// What was taken away, the earliest first.
    pub(super) removed: Vec<Removed>,
    /// Whether every new tier has found its place.
    pub(super) ladder_is_known: bool,
}

impl<'a> Overlay<'a> {
    /// Nothing laid over anything yet.
    pub(super) fn new(faults: &'a mut Faults) -> Self {
        Self { faults, removed: Vec::new(), ladder_is_known: true }
    }

    /// The child over the parent: scalars and plain arrays replace, tables merge key by key, tiers and rules merge by name.
    pub(super) fn lay_over(&mut self, mut parent: Node, child: Node) -> Node {
        if let (Value::Table(parent), Value::Table(child)) = (&mut parent.value, &child.value) {
            prepare_lists(parent, child);
        }
        self.merge(parent, child, "")
    }

    /// `path` says which table of the language the two are: `tiers` is the list, `tiers[]` a table in it.
    pub(super) fn merge(&mut self, parent: Node, child: Node, path: &str) -> Node {
        let named = NAMED.iter().find(|(list, _)| *list == path);
        let value = match (parent.value, child.value, named) {
            (Value::Table(parent), Value::Table(child), _) => {
                Value::Table(self.merge_tables(parent, child, path))
            }
            (Value::Array(parent), Value::Array(child), Some((_, noun))) => {
                Value::Array(self.lay_named(noun, parent, child))
            }
            (_, child, _) => child,
        };
        Node { value, place: child.place }
    }

    fn merge_tables(&mut self, mut parent: Table, child: Table, path: &str) -> Table {
        drop_other_forms(&mut parent, &child, path);
        for (key, node) in child.entries {
            let inner = if path.is_empty() { key.value.clone() } else { format!("{path}.{}", key.value) };
            match parent.entries.iter_mut().find(|(known, _)| known.value == key.value) {
                Some(entry) => {
                    let below = entry.1.clone();
                    *entry = (key, self.merge(below, node, &inner));
                }
                None => parent.entries.push((key, node)),
            }
        }
        parent
    }
}

/// Gives the parent an empty list where only the child has one, because what the child's tables say to the list is to be heard.
fn prepare_lists(parent: &mut Table, child: &Table) {
    for (list, _) in NAMED {
        let written = child.entries.iter().find(|(key, _)| key.value == *list);
        if let Some((key, node)) = written.filter(|_| parent.get(list).is_none()) {
            let empty = Node { value: Value::Array(Vec::new()), place: node.place.clone() };
            parent.entries.push((key.clone(), empty));
        }
    }
}

/// Makes room in the parent for the child's form, or the two together would be two forms.
fn drop_other_forms(parent: &mut Table, child: &Table, path: &str) {
    let Some((_, forms)) = CHOICES.iter().find(|(table, _)| *table == path) else { return };
    let is_chosen = |form: &&Form| form.keys.iter().any(|key| child.get(key).is_some());
    if !forms.iter().any(|form| is_chosen(&form)) {
        return;
    }
    for form in forms.iter().filter(|form| !is_chosen(form)) {
        let goes = |key: &str| form.keys.contains(&key) || form.with.contains(&key);
        parent.entries.retain(|(key, _)| !goes(&key.value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipe::digest::digest;
    use crate::recipe::parse::parse;
    use crate::recipe::raw::{Defined as _, Tier, When};
    use crate::recipe::scripts::Scripts;
    use crate::source::Source;

    fn tree(name: &str, text: &str) -> Node {
        parse(&Source::new(name, text)).unwrap()
    }

    fn laid(parent: &str, child: &str) -> Node {
        let mut faults = Faults::new();
        let laid = Overlay::new(&mut faults).lay_over(tree("parent", parent), tree("child", child));
        assert!(faults.is_empty(), "{faults:#?}");
        laid
    }

    /// Asserts that `child` over `parent` says the same as `whole`.
    fn assert_laid(parent: &str, child: &str, whole: &str) {
        let laid = laid(parent, child);
        assert_eq!(
            digest(&laid, &Scripts::new()),
            digest(&tree("whole", whole), &Scripts::new()),
            "{laid:#?}"
        );
    }

    #[test]
    fn scalars_and_arrays_replace_and_tables_merge() {
        assert_laid(
            "a = 1\nl = [1, 2]\n[t]\nx = 1\ny = { p = 1, q = 2 }\n",
            "l = [3]\n[t]\ny = { q = 3 }\nz = 4\n",
            "a = 1\nl = [3]\n[t]\nx = 1\ny = { p = 1, q = 3 }\nz = 4\n",
        );
    }

    #[test]
    fn a_known_tier_merges_in_place_and_a_new_one_goes_last() {
        assert_laid(
            "tiers = [{ name = \"a\", parallelism = 1 }, { name = \"b\" }]",
            "tiers = [{ name = \"c\" }, { name = \"a\", parallelism = 2 }]",
            "tiers = [{ name = \"a\", parallelism = 2 }, { name = \"b\" }, { name = \"c\" }]",
        );
    }

    #[test]
    fn a_known_rule_merges_in_place_and_new_ones_go_first_in_their_order() {
        assert_laid(
            "rules = [{ name = \"a\", retry = { tier = \"next\", max-retries = 1 } }, { name = \"b\", skip = \"x\" }]",
            "rules = [{ name = \"d\" }, { name = \"a\", retry = { max-retries = 2 } }, { name = \"c\" }]",
            "rules = [{ name = \"d\" }, { name = \"c\" }, { name = \"a\", retry = { tier = \"next\", max-retries = 2 } }, { name = \"b\", skip = \"x\" }]",
        );
    }

    #[test]
    fn the_childs_form_replaces_the_parents() {
        assert_laid(
            "rules = [{ name = \"a\", when = { any = true }, retry = {} }]",
            "rules = [{ name = \"a\", hold = \"x\" }]",
            "rules = [{ name = \"a\", when = { any = true }, hold = \"x\" }]",
        );
        assert_laid(
            "rules = [{ name = \"a\", when = { causes = [\"oom\"], started = true }, retry = {} }]",
            "rules = [{ name = \"a\", when = { any = true } }]",
            "rules = [{ name = \"a\", when = { any = true }, retry = {} }]",
        );
        assert_laid(
            "rules = [{ name = \"a\", when = { any = true }, retry = {} }]",
            "rules = [{ name = \"a\", when = { items = [5] } }]",
            "rules = [{ name = \"a\", when = { items = [5] }, retry = {} }]",
        );
        assert_laid(
            "rules = [{ name = \"a\", retry = {}, before = { template-ref = { name = \"t\", template = \"u\" } } }]",
            "rules = [{ name = \"a\", before = { script = { file = \"f\" } } }]",
            "rules = [{ name = \"a\", retry = {}, before = { script = { file = \"f\" } } }]",
        );
        assert_laid(
            "rules = [{ name = \"a\", retry = {}, before = { script = { file = \"f\" } } }]",
            "rules = [{ name = \"a\", skip = \"x\" }]",
            "rules = [{ name = \"a\", skip = \"x\" }]",
        );
        assert_laid(
            "tiers = [{ name = \"a\", template = \"t\", parallelism = 2 }]",
            "tiers = [{ name = \"a\", limits = { memory = \"8Gi\" } }]",
            "tiers = [{ name = \"a\", parallelism = 2, limits = { memory = \"8Gi\" } }]",
        );
        assert_laid(
            "tiers = [{ name = \"a\", requests = { cpu = \"2\" }, threads-env = [\"N\"], labels = { x = \"y\" }, parallelism = 2 }]",
            "tiers = [{ name = \"a\", template = \"t\" }]",
            "tiers = [{ name = \"a\", parallelism = 2, template = \"t\" }]",
        );
        assert_laid(
            "items.range = { from-parameter = \"a\", to-parameter = \"b\" }",
            "items.range = { list = [1] }",
            "items.range = { list = [1] }",
        );
        assert_laid(
            "items.range = { from = 1, to = 2 }",
            "items.range = { to = 3 }",
            "items.range = { from = 1, to = 3 }",
        );
    }

    #[test]
    fn what_a_tier_has_beside_its_form_chooses_none() {
        assert_laid(
            "tiers = [{ name = \"a\", template = \"t\" }]",
            "tiers = [{ name = \"a\", parallelism = 2 }]",
            "tiers = [{ name = \"a\", template = \"t\", parallelism = 2 }]",
        );
        // The two are told as a fault: this child has not said that the tier is to be made.
        assert_laid(
            "tiers = [{ name = \"a\", template = \"t\" }]",
            "tiers = [{ name = \"a\", labels = { x = \"y\" } }]",
            "tiers = [{ name = \"a\", template = \"t\", labels = { x = \"y\" } }]",
        );
    }

    #[test]
    fn every_difference_of_a_tier_makes_room_for_a_template() {
        let keys = Tier::KEYS.iter().map(|key| key.key);
        let of_any_form = ["name", "after", "remove", "template", "parallelism"];
        let differences: Vec<&str> = keys.filter(|key| !of_any_form.contains(key)).collect();
        assert_eq!(differences, [&["requests", "limits"], DIFFERENCES].concat());
    }

    #[test]
    fn every_word_of_when_makes_room_for_any() {
        let keys: Vec<&str> = When::KEYS.iter().map(|key| key.key).collect();
        assert_eq!(keys, [WORDS, &["any"]].concat());
    }

    #[test]
    fn what_is_inherited_keeps_its_place() {
        let laid = laid("[t]\nx = 1\n", "[t]\ny = 2\n");
        let Value::Table(root) = laid.value else { panic!("a document is a table") };
        let Some(Node { value: Value::Table(t), place }) = root.get("t") else { panic!("`t` is a table") };
        let sources = [place, &t.get("x").unwrap().place, &t.get("y").unwrap().place]
            .map(|p| p.source().name().to_owned());
        assert_eq!(sources, ["child", "parent", "child"]);
    }
}
