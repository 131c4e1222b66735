//! `extends`: finds the chain of recipes that a recipe stands on, and makes one tree of them.

use super::named::{Removed, keep_first_of_a_name, refuse_changes};
use super::overlay::Overlay;
use super::parse::{Node, Value, parse};
use super::raw::{Decode as _, Key, Recipe, key_of};
use super::{Files, path, shipped};
use crate::error::{Code, Fault, Faults};
use crate::source::{At, Source};

/// The longest chain of recipes, the first one included.
const LONGEST: usize = 8;

/// The version of the language that this program reads.
const VERSION: i64 = 1;

/// A recipe with everything it inherits.
#[derive(Debug)]
pub(super) struct Tree {
    /// All of it, without `extends`, `after` and `remove`.
    pub(super) root: Node,
    /// The recipes it is made of, each laid over the next.
    pub(super) chain: Vec<Source>,
    /// Inherited tiers and rules that are taken away.
    pub(super) removed: Vec<Removed>,
    /// Whether every tier has found its place; if not, that has been said, and the order of tiers says nothing.
    pub(super) ladder_is_known: bool,
}

/// The recipe with everything it inherits, as one tree.
///
/// `None` where a text of the chain is missing or broken: what the rest lacks could stand there. Other faults are pushed and the
/// tree goes on.
pub(super) fn resolve(source: &Source, files: &dyn Files, faults: &mut Faults) -> Option<Tree> {
    let mut layers: Vec<Node> = Vec::new();
    let mut sources = Vec::new();
    let mut chain = vec![path::plain(source.name())];
    let mut next = Some(source.clone());
    while let Some(source) = next {
        let (layer, extends) = layer(&source, faults)?;
        layers.push(layer);
        sources.push(source);
        next = match extends {
            Some(written) => Some(faults.take(parent(&written, &mut chain, files).map_err(Faults::from))?),
            None => None,
        };
    }
    let mut overlay = Overlay::new(faults);
    let root = layers.into_iter().rev().reduce(|parent, child| overlay.lay_over(parent, child))?;
    let Overlay { removed, ladder_is_known, .. } = overlay;
    Some(Tree { root, chain: sources, removed, ladder_is_known })
}

/// One text of the chain as a tree, and what it extends.
fn layer(source: &Source, faults: &mut Faults) -> Option<(Node, Option<At<String>>)> {
    let mut node = faults.take(parse(source))?;
    let Value::Table(table) = &mut node.value else { return None };
    let version: Key<i64> = key_of::<Recipe, _>(table, &node.place, "version", faults);
    if let Some(other) = version.given().filter(|version| version.value != VERSION) {
        faults.push(unsupported(other));
        return None;
    }
    let extends = match table.remove("extends") {
        Some(written) => Some(At::new(String::decode(&written, "extends", faults)?, written.place)),
        None => None,
    };
    keep_first_of_a_name(table, faults);
    if extends.is_none() {
        refuse_changes(table, faults);
    }
    Some((node, extends))
}

fn unsupported(version: &At<i64>) -> Fault {
    let message = format!("version {} of the recipe language is not known here", version.value);
    let help =
        format!("write `version = {VERSION}`, or use the gapit-compile that this recipe was written for");
    Fault::new(Code::RecipeUnsupportedVersion, message, help).at(&version.place, "unknown version")
}

/// Finds the text that `extends` names, and notes it in the chain.
fn parent(written: &At<String>, chain: &mut Vec<String>, files: &dyn Files) -> Result<Source, Fault> {
    let is_path = written.value.contains('/') || written.value.ends_with(".toml");
    let name = if is_path {
        path::beside(written.place.source().name(), &written.value)
    } else {
        written.value.clone()
    };
    if chain.contains(&name) {
        return Err(cycle(written, &name, chain));
    }
    if chain.len() == LONGEST {
        let message = format!("this is the {}th recipe of one chain", LONGEST + 1);
        let help = format!("a chain has at most {LONGEST} recipes: merge some of {}", chain.join(", "));
        return Err(Fault::new(Code::RecipeCycle, message, help).at(&written.place, "too far"));
    }
    chain.push(name.clone());
    if !is_path {
        return shipped::find(written);
    }
    files.read(&name).map_err(|fault| {
        let message = format!("the recipe `{name}` cannot be read: {}", fault.message);
        let help = "the path is relative to the file it stands in; a shipped recipe is named like gapit3@1";
        Fault::new(Code::RecipeUnknownParent, message, help).at(&written.place, "this recipe")
    })
}

fn cycle(written: &At<String>, name: &str, chain: &[String]) -> Fault {
    let start = chain.iter().position(|known| known == name).unwrap_or_default();
    let mut round: Vec<&str> = chain[start..].iter().map(String::as_str).collect();
    round.push(name);
    let message = format!("the recipe `{name}` extends itself: {}", round.join(" → "));
    let help = "remove one `extends` of this round; what both need belongs in a third recipe";
    Fault::new(Code::RecipeCycle, message, help).at(&written.place, "closes the round")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    struct Map(BTreeMap<&'static str, String>);

    impl Files for Map {
        fn read(&self, path: &str) -> Result<Source, Fault> {
            let text =
                self.0.get(path).ok_or_else(|| Fault::new(Code::IoRead, "there is no such file", ""))?;
            Ok(Source::new(path, text.as_str()))
        }
    }

    fn codes(files: &[(&'static str, String)]) -> Vec<(Code, String, String)> {
        let map = Map(files.iter().cloned().collect());
        let mut faults = Faults::new();
        let first = map.read(files[0].0).unwrap();
        resolve(&first, &map, &mut faults);
        let seen =
            faults.iter().map(|f| (f.code, f.labels[0].place.source().name().to_owned(), f.message.clone()));
        seen.collect()
    }

    fn extends(parent: &str) -> String {
        format!("version = 1\nextends = \"{parent}\"\n")
    }

    #[test]
    fn a_round_is_shown_where_it_closes() {
        let files = [
            ("r/a.toml", extends("../s/b.toml")),
            ("s/b.toml", extends("./c.toml")),
            ("s/c.toml", extends("../r/a.toml")),
        ];
        let [(code, source, message)] = &codes(&files)[..] else { panic!("one fault") };
        assert_eq!((*code, source.as_str()), (Code::RecipeCycle, "s/c.toml"));
        assert!(message.ends_with("r/a.toml → s/b.toml → s/c.toml → r/a.toml"), "{message}");
    }

    #[test]
    fn eight_recipes_are_a_chain_and_nine_are_too_many() {
        let names =
            ["1.toml", "2.toml", "3.toml", "4.toml", "5.toml", "6.toml", "7.toml", "8.toml", "9.toml"];
        let chain = |length: usize| -> Vec<(&'static str, String)> {
            let last = std::iter::once((names[length - 1], "version = 1\n".to_owned()));
            (0..length - 1).map(|at| (names[at], extends(names[at + 1]))).chain(last).collect()
        };
        assert_eq!(codes(&chain(8)), []);
        assert_eq!(codes(&chain(9))[0].0, Code::RecipeCycle);
    }

    #[test]
    fn what_is_not_there_is_told_at_the_word_that_names_it() {
        for (parent, word) in
            [("gapit@1", "no recipe"), ("gapit3", "major"), ("gapit3@9", "major"), ("x.toml", "no such file")]
        {
            let [(code, _, message)] = &codes(&[("a.toml", extends(parent))])[..] else {
                panic!("one fault")
            };
            assert_eq!((*code, message.contains(word)), (Code::RecipeUnknownParent, true), "{message}");
        }
    }

    #[test]
    fn every_text_of_the_chain_states_its_version() {
        let files = [("a.toml", extends("b.toml")), ("b.toml", "version = 2\n".to_owned())];
        assert_eq!(codes(&files)[0].1, "b.toml");
        let files = [("a.toml", "extends = \"b.toml\"\n".to_owned()), ("b.toml", "version = 1\n".to_owned())];
        assert_eq!(codes(&files)[0].0, Code::RecipeMissingKey);
    }
}
