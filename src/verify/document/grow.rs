//! From the parser's events to a tree, with what the clients' reader refuses.

use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;

use granit_parser::Event;
use serde_json::Value;

use super::tree::{Child, Content, Entry, Node};
use super::{RENDER, is_for_helm, scalar};
use crate::error::{Code, Fault, Faults};
use crate::source::Source;

/// Deeper than any manifest nests, and no deeper than the parser goes without aliases.
const DEPTH_AT_MOST: usize = 250;

/// Values that a document may come to before aliases are weighed against it: the 400,000 of `go.yaml.in/yaml/v2` (`decode.go`).
const SIZE_AT_MOST: usize = 400_000;

/// A document that grows from events.
pub(super) struct Growth<'a> {
    source: &'a Source,
    faults: Faults,
    /// Whether the value is none that can be relied on.
    is_lost: bool,
    open: Vec<Open>,
    /// What has an anchor, by the parser's number of it; none while it is still open.
    anchors: BTreeMap<usize, Option<Rc<Node>>>,
    root: Option<Child>,
    /// Values that came through aliases.
    aliased: usize,
}

/// A collection that is still open.
struct Open {
    start: Range<usize>,
    anchor: usize,
    kind: Kind,
}

enum Kind {
    List(Vec<Child>),
    Map { entries: Vec<Entry>, key: Option<Key> },
}

/// A key that waits for its value.
struct Key {
    /// None where it cannot be a key.
    text: Option<String>,
    span: Range<usize>,
    is_merge: bool,
}

/// What has grown.
pub(super) struct Grown {
    /// None where the document has no sure meaning.
    pub(super) root: Option<(Child, Value)>,
    pub(super) faults: Faults,
}

impl<'a> Growth<'a> {
    pub(super) fn new(source: &'a Source) -> Self {
        let (faults, open, anchors) = (Faults::new(), Vec::new(), BTreeMap::new());
        Self { source, faults, is_lost: false, open, anchors, root: None, aliased: 0 }
    }

    pub(super) fn take(&mut self, event: Event<'_>, span: Range<usize>) {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let is_merge = text == "<<"
                    && match &tag {
                        None => style == granit_parser::ScalarStyle::Plain,
                        Some(tag) => tag.is_yaml_core_schema() && tag.suffix() == "merge",
                    };
                let value = scalar::resolve(&text, style, tag.as_deref()).unwrap_or_else(|message| {
                    self.lose(
                        message,
                        "put it in quotes if it is meant as a text",
                        span.clone(),
                        "this value",
                    );
                    Value::Null
                });
                let node = Rc::new(Node::scalar(value, span));
                self.name(anchor, Some(&node));
                self.place(Child { node, alias: None }, is_merge);
            }
            Event::SequenceStart(_, anchor, _) => self.open(span, anchor, Kind::List(Vec::new())),
            Event::MappingStart(_, anchor, _) => {
                self.open(span, anchor, Kind::Map { entries: Vec::new(), key: None });
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(&span),
            Event::Alias(anchor) => self.alias(anchor, span),
            _ => {}
        }
    }

    pub(super) fn finish(self) -> Grown {
        let root = self.root.filter(|_| !self.is_lost).map(|root| {
            let value = root.node.value();
            (root, value)
        });
        Grown { root, faults: self.faults }
    }

    fn open(&mut self, start: Range<usize>, anchor: usize, kind: Kind) {
        self.name(anchor, None);
        self.open.push(Open { start, anchor, kind });
    }

    fn close(&mut self, end: &Range<usize>) {
        let Some(open) = self.open.pop() else { return };
        let span = open.start.start..end.end.max(open.start.end);
        let node = Rc::new(match open.kind {
            Kind::List(children) => Node::list(children, span),
            Kind::Map { entries, .. } => Node::map(entries, span),
        });
        self.name(open.anchor, Some(&node));
        self.place(Child { node, alias: None }, false);
    }

    /// Remembers what an anchor stands for. The parser numbers them from one, with zero for none.
    fn name(&mut self, anchor: usize, node: Option<&Rc<Node>>) {
        if anchor != 0 {
            self.anchors.insert(anchor, node.cloned());
        }
    }

    fn alias(&mut self, anchor: usize, span: Range<usize>) {
        let Some(Some(node)) = self.anchors.get(&anchor).cloned() else {
            let message = "an alias stands inside of what it stands for, so that this has no end".to_owned();
            self.lose(message, "write out what is meant", span.clone(), "the alias");
            return self.place(Child { node: Rc::new(Node::scalar(Value::Null, span)), alias: None }, false);
        };
        self.aliased = self.aliased.saturating_add(node.size);
        let is_deep = self.open.len() + node.depth > DEPTH_AT_MOST;
        if self.aliased > SIZE_AT_MOST || is_deep {
            let message = if is_deep {
                format!("aliases nest more than {DEPTH_AT_MOST} levels here")
            } else {
                format!("aliases make more than {SIZE_AT_MOST} values of this document")
            };
            let first = !self.is_lost;
            self.is_lost = true;
            if first {
                let help = "write a smaller document; the clients of a cluster refuse it too";
                self.refuse(Code::VerifySyntax, message, help, span.clone(), "the alias that is too many");
            }
            let node = Rc::new(Node::scalar(Value::Null, span));
            return self.place(Child { node, alias: None }, false);
        }
        self.place(Child { node, alias: Some(span) }, false);
    }

    /// Puts a node where it belongs.
    fn place(&mut self, child: Child, is_merge: bool) {
        let Some(open) = self.open.last_mut() else {
            self.root = Some(child);
            return;
        };
        match &mut open.kind {
            Kind::List(children) => children.push(child),
            Kind::Map { entries, key } => match key.take() {
                None => *key = Some(Key { text: key_text(&child), span: shown(&child), is_merge }),
                Some(Key { is_merge: true, span, .. }) => {
                    let merged = merged(&child);
                    let told: Vec<Fault> = match merged {
                        Some(merged) => {
                            merged.into_iter().filter_map(|entry| add(entries, entry, self.source)).collect()
                        }
                        None => vec![not_a_map(self.source, span)],
                    };
                    told.into_iter().for_each(|fault| self.faults.push(fault));
                }
                Some(Key { text: Some(key), span, .. }) => {
                    let entry = Entry { key, key_span: span, value: child, merged: None };
                    let told = add(entries, entry, self.source);
                    told.into_iter().for_each(|fault| self.faults.push(fault));
                }
                Some(Key { text: None, span, .. }) => self.bad_key(span),
            },
        }
    }

    /// A key that is a map, a list or null. Most of these are `{{ … }}` without quotes, which YAML reads as a map in a map.
    fn bad_key(&mut self, span: Range<usize>) {
        let text = self.source.text();
        let doubled = text[..span.start].ends_with('{') && text[span.start..].starts_with('{');
        let (message, help) = if doubled {
            let help = if is_for_helm(text) { RENDER } else { "put the value in quotes: `\"{{…}}\"`" };
            ("`{{` without quotes begins a map of YAML, not an expression of Argo", help)
        } else {
            ("a key is a map, a list or null, and JSON has only texts as keys", "write a text as the key")
        };
        let start = if doubled { span.start - 1 } else { span.start };
        self.lose(message.to_owned(), help, start..span.end, "here");
    }

    /// A fault after which the document means nothing for sure.
    fn lose(&mut self, message: String, help: &str, span: Range<usize>, label: &str) {
        self.is_lost = true;
        self.refuse(Code::VerifySyntax, message, help, span, label);
    }

    fn refuse(&mut self, code: Code, message: String, help: &str, span: Range<usize>, label: &str) {
        self.faults.push(Fault::new(code, message, help).at(&self.source.place(span), label));
    }
}

/// The text of a key: numbers and booleans as `sigs.k8s.io/yaml` (`yaml.go`) writes them.
fn key_text(child: &Child) -> Option<String> {
    match &child.node.content {
        Content::Scalar(Value::String(text)) => Some(text.clone()),
        Content::Scalar(Value::Null) | Content::List(_) | Content::Map(_) => None,
        Content::Scalar(other) => Some(other.to_string()),
    }
}

/// Where a node is seen: what an alias stands for is elsewhere.
fn shown(child: &Child) -> Range<usize> {
    child.alias.clone().unwrap_or_else(|| child.node.span.clone())
}

/// What `<<` brings, from the last map to the first, as the reader goes through them; none where it is not followed by maps.
fn merged(child: &Child) -> Option<Vec<Entry>> {
    let of_map = |child: &Child, via: &Child| match &child.node.content {
        Content::Map(entries) => {
            let via = child.alias.clone().or_else(|| via.alias.clone());
            let merge = |entry: &Entry| Entry {
                merged: entry.merged.clone().or_else(|| via.clone()),
                ..entry.clone()
            };
            Some(entries.iter().map(merge).collect::<Vec<_>>())
        }
        _ => None,
    };
    match &child.node.content {
        Content::Map(_) => of_map(child, child),
        Content::List(children) if child.alias.is_none() => {
            let maps: Option<Vec<Vec<Entry>>> =
                children.iter().rev().map(|inner| of_map(inner, child)).collect();
            maps.map(|maps| maps.concat())
        }
        _ => None,
    }
}

/// Adds a member, and says so where its key is there already. Readers that take both keep what comes later in the text, also where
/// that is what `<<` brings.
fn add(entries: &mut Vec<Entry>, entry: Entry, source: &Source) -> Option<Fault> {
    let first = entries
        .iter()
        .find(|other| other.key == entry.key)
        .map(|other| (other.key_span.clone(), other.merged.clone()));
    let (key, span, merge) = (entry.key.clone(), entry.key_span.clone(), entry.merged.clone());
    entries.push(entry);
    let (first, first_merge) = first?;
    let place = |span: Range<usize>| source.place(span);
    let told = |message: String, help: &str| Fault::new(Code::VerifyDuplicateKey, message, help);
    Some(match (merge, first_merge) {
        (None, None) => told(
            format!("the key `{key}` stands twice in one map"),
            "remove one of the two; a reader that takes both keeps the last without a word",
        )
        .at(&place(span), "again")
        .at(&place(first), "first here"),
        (merge, first_merge) => {
            let (own, brought) = if merge.is_none() { (span, first) } else { (first, span) };
            let via = merge.or(first_merge).unwrap_or_else(|| brought.clone());
            told(
                format!("the key `{key}` comes in by `<<` and stands here too"),
                "take it out of one of the two: `argo lint` refuses it, and `kubectl` takes what comes later in the text",
            )
            .at(&place(own), "here")
            .at(&place(via), "`<<` brings it")
        }
    })
}

fn not_a_map(source: &Source, span: Range<usize>) -> Fault {
    let message = "`<<` is followed by something else than a map, or a list of maps";
    Fault::new(Code::VerifySyntax, message, "give it an alias of a map: `<<: *name`")
        .at(&source.place(span), "this merge")
}
