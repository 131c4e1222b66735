//! Where what a JSON pointer leads to stands in the text.

use std::ops::Range;

use super::Document;
use super::tree::{Child, Content};
use crate::source::Place;
use crate::verify::Side;

/// A place in a document's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// The key or the value.
    pub place: Place,
    /// The alias that brings this text to where the pointer leads, where one does.
    pub alias: Option<Place>,
}

/// What a pointer led to.
struct Found<'a> {
    child: &'a Child,
    /// The key, where it is a member of a map.
    key: Option<Range<usize>>,
    /// The outermost alias or merge on the way to the key, and on the way to the value.
    key_alias: Option<Range<usize>>,
    alias: Option<Range<usize>>,
}

impl Document {
    /// Where the key or the value stands that a pointer leads to; where there is none, what would hold it.
    ///
    /// A map or list that spreads over lines is shown by its key: what is wrong with the whole of it is not to be seen in its
    /// first line. In a list, where it has no key, it is shown by that line, and so is a text of several lines.
    pub fn mark(&self, pointer: &str, side: Side) -> Mark {
        let (found, exact) = self.find(pointer);
        let span = found.child.node.span.clone();
        let text = self.source.text().get(span.clone()).unwrap_or_default();
        let shows_itself = match &found.child.node.content {
            Content::Scalar(_) => !span.is_empty(),
            _ => text.starts_with(['{', '[']) && !text.contains('\n'),
        };
        let by_key = side == Side::Key && exact || !shows_itself;
        match &found.key {
            Some(key) if by_key => self.at(key.clone(), found.key_alias),
            _ => self.at(first_line(span, text), found.alias),
        }
    }

    fn at(&self, span: Range<usize>, alias: Option<Range<usize>>) -> Mark {
        Mark { place: self.source.place(span), alias: alias.map(|alias| self.source.place(alias)) }
    }

    /// The deepest part of the pointer that is there, and whether that is all of it.
    fn find(&self, pointer: &str) -> (Found<'_>, bool) {
        let mut found =
            Found { child: &self.root, key: None, key_alias: None, alias: self.root.alias.clone() };
        for step in pointer.split('/').skip(1) {
            let step = step.replace("~1", "/").replace("~0", "~");
            let next = match &found.child.node.content {
                Content::Scalar(_) => None,
                Content::List(children) => {
                    step.parse().ok().and_then(|at: usize| children.get(at)).map(|child| {
                        let alias = found.alias.clone().or_else(|| child.alias.clone());
                        Found { child, key: None, key_alias: None, alias }
                    })
                }
                // Of equal keys the last one counts.
                Content::Map(entries) => entries.iter().rev().find(|entry| entry.key == step).map(|entry| {
                    let key_alias = found.alias.clone().or_else(|| entry.merged.clone());
                    let alias = key_alias.clone().or_else(|| entry.value.alias.clone());
                    Found { child: &entry.value, key: Some(entry.key_span.clone()), key_alias, alias }
                }),
            };
            match next {
                Some(next) => found = next,
                None => return (found, false),
            }
        }
        (found, true)
    }
}

fn first_line(span: Range<usize>, text: &str) -> Range<usize> {
    let line = text.lines().next().unwrap_or_default().trim_end();
    span.start..span.start + line.len()
}
