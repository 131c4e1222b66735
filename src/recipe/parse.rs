//! TOML text as a tree in which every key and every value knows where it was written.

use toml::Spanned;
use toml::de::{DeInteger, DeTable, DeValue};

use crate::error::{Code, Fault, Faults};
use crate::source::{At, Place, Source};

/// A value of the tree and its place.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Node {
    /// What was written.
    pub(super) value: Value,
    /// Where: a value with its quotes or brackets, or the header of a table.
    pub(super) place: Place,
}

/// TOML's own kinds of value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    /// A text.
    String(String),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction.
    Float(f64),
    /// `true` or `false`.
    Boolean(bool),
    /// A date or a time; no key of the language takes one.
    Datetime(String),
    /// An array, also an array of tables.
    Array(Vec<Node>),
    /// A table in any of TOML's spellings.
    Table(Table),
}

/// The keys of a table in the order written.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Table {
    /// Each key once.
    pub(super) entries: Vec<(At<String>, Node)>,
}

impl Node {
    /// The `name` of a table, if it is a text: what tells the tables of a list apart.
    pub(super) fn name(&self) -> Option<At<String>> {
        let Value::Table(table) = &self.value else { return None };
        let node = table.get("name")?;
        let Value::String(name) = &node.value else { return None };
        Some(At::new(name.clone(), node.place.clone()))
    }
}

impl Table {
    /// The value of a key.
    pub(super) fn get(&self, key: &str) -> Option<&Node> {
        self.entries.iter().find(|(known, _)| known.value == key).map(|(_, node)| node)
    }

    /// The entries of a key that is a list.
    pub(super) fn list_mut(&mut self, key: &str) -> Option<&mut Vec<Node>> {
        match self.entries.iter_mut().find(|(known, _)| known.value == key) {
            Some((_, Node { value: Value::Array(entries), .. })) => Some(entries),
            _ => None,
        }
    }

    /// Takes a key out.
    pub(super) fn remove(&mut self, key: &str) -> Option<Node> {
        let at = self.entries.iter().position(|(known, _)| known.value == key)?;
        Some(self.entries.remove(at).1)
    }
}

/// Reads a text.
///
/// # Errors
/// [`Code::RecipeSyntax`] for each mistake that the parser finds: no tree is built of a broken text, because its holes would be
/// reported as missing keys.
pub(super) fn parse(source: &Source) -> Result<Node, Faults> {
    let (document, errors) = DeTable::parse_recoverable(source.text());
    let mut faults = syntax_faults(source, &errors);
    if !faults.is_empty() {
        return Err(faults);
    }
    let root = table(source, document.get_ref(), &mut faults);
    faults.or(Node { value: Value::Table(root), place: source.place(0..0) })
}

/// The parser's errors without their echoes: after a mistake the parser is out of step until the line ends, and after a bracket that
/// is never closed until the text ends.
fn syntax_faults(source: &Source, errors: &[toml::de::Error]) -> Faults {
    let mut told: Vec<(usize, Fault)> = Vec::new();
    let open = never_closed(source, errors);
    for error in errors {
        let place = shown(source, error.span().unwrap_or_default());
        let (line, _) = place.line_column();
        let is_echo = open.as_ref().is_some_and(|open| place.span().start >= open.span().start);
        if !is_echo && told.iter().all(|(before, _)| *before != line) {
            told.push((line, syntax(error.message(), &place)));
        }
    }
    if let Some(open) = &open {
        let closing = if open.text() == "[" { "]" } else { "}" };
        let message = format!("this is not TOML: the `{}` here is never closed", open.text());
        let fault = Fault::new(Code::RecipeSyntax, message, format!("close it with `{closing}`"));
        told.push((open.line_column().0, fault.at(open, "never closed")));
    }
    told.sort_by_key(|(line, _)| *line);
    let mut faults = Faults::new();
    told.into_iter().for_each(|(_, fault)| faults.push(fault));
    faults
}

/// The bracket of a value that swallows the rest of the text, if the parser says that there is one. It does not say which, so it is
/// looked for before the first thing that went wrong.
fn never_closed(source: &Source, errors: &[toml::de::Error]) -> Option<Place> {
    let is_sign = |error: &toml::de::Error| {
        error.message().starts_with("unclosed array") || error.message().starts_with("unclosed inline table")
    };
    let is_inside = |error: &&toml::de::Error| {
        ["array", "inline table", "key-value pairs"].iter().any(|word| error.message().contains(word))
    };
    errors.iter().find(|error| is_sign(error))?;
    let first = errors.iter().filter(is_inside).filter_map(|error| Some(error.span()?.start)).min()?;
    let text = source.text().get(..first)?;
    let mut closed = 0_usize;
    for (at, sign) in text.char_indices().rev() {
        match sign {
            ']' | '}' => closed += 1,
            '[' | '{' if closed > 0 => closed -= 1,
            '[' | '{' if text[..at].trim_end().ends_with('=') => return Some(source.place(at..at + 1)),
            _ => {}
        }
    }
    None
}

/// The parser's message as a fault; its own words are kept, because people search for them.
fn syntax(message: &str, place: &Place) -> Fault {
    let help = match message {
        _ if message.contains("duplicate key") => {
            "a key can be written once in a table, and a `[table]` once in a file: merge the two"
        }
        _ if message.contains("string values must be quoted") => "put the value in quotes",
        _ => "texts stand in quotes, lists in `[ ]`, and each key has a line of its own; see https://toml.io",
    };
    Fault::new(Code::RecipeSyntax, format!("this is not TOML: {message}"), help).at(place, "here")
}

/// A place that a caret can stand under: an empty one is drawn out over the character before it.
fn shown(source: &Source, span: std::ops::Range<usize>) -> Place {
    if !span.is_empty() {
        return source.place(span);
    }
    let before = source.text().get(..span.start).unwrap_or_default().trim_end();
    let width = before.chars().next_back().map_or(0, char::len_utf8);
    source.place(before.len() - width..before.len())
}

fn table(source: &Source, raw: &DeTable<'_>, faults: &mut Faults) -> Table {
    let mut keys: Vec<_> = raw.iter().collect();
    // The parser keeps keys by the alphabet; people are answered in the order in which they wrote.
    keys.sort_by_key(|(key, _)| key.span().start);
    let entries = keys.into_iter().map(|(key, value)| {
        let place = source.place(key.span());
        (At::new(key.get_ref().to_string(), place), node(source, value, faults))
    });
    Table { entries: entries.collect() }
}

fn node(source: &Source, raw: &Spanned<DeValue<'_>>, faults: &mut Faults) -> Node {
    let place = source.place(raw.span());
    let value = match raw.get_ref() {
        DeValue::String(text) => Value::String(text.to_string()),
        DeValue::Integer(number) => Value::Integer(integer(number, &place, faults)),
        DeValue::Float(number) => Value::Float(number.as_str().parse().unwrap_or(f64::NAN)),
        DeValue::Boolean(truth) => Value::Boolean(*truth),
        DeValue::Datetime(time) => Value::Datetime(time.to_string()),
        DeValue::Array(items) => Value::Array(items.iter().map(|item| node(source, item, faults)).collect()),
        DeValue::Table(inner) => Value::Table(table(source, inner, faults)),
    };
    Node { value, place }
}

fn integer(number: &DeInteger<'_>, place: &Place, faults: &mut Faults) -> i64 {
    i64::from_str_radix(number.as_str(), number.radix()).unwrap_or_else(|_| {
        let help = "numbers go up to 9223372036854775807";
        faults.push(Fault::new(Code::RecipeBadQuantity, "this number is too large", help).at(place, "here"));
        0
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(text: &str) -> Vec<((usize, usize), String)> {
        let faults = parse(&Source::new("recipe.toml", text)).unwrap_err();
        faults.iter().map(|f| (f.labels[0].place.line_column(), f.message.clone())).collect()
    }

    #[test]
    fn keys_stand_in_the_order_written_and_know_their_place() {
        let source = Source::new("recipe.toml", "b = 1\na = { z = \"x\", c = [0x10, 2.5] }\n[t]\n");
        let Value::Table(root) = parse(&source).unwrap().value else { panic!("a document is a table") };
        let keys: Vec<&str> = root.entries.iter().map(|(key, _)| key.value.as_str()).collect();
        assert_eq!(keys, ["b", "a", "t"]);
        let Some(Node { value: Value::Table(a), place }) = root.get("a") else { panic!("`a` is a table") };
        assert_eq!((a.entries[0].1.place.text(), place.line_column()), ("\"x\"", (2, 5)));
        let Some(Node { value: Value::Array(c), .. }) = a.get("c") else { panic!("`c` is an array") };
        assert_eq!((&c[0].value, &c[1].value), (&Value::Integer(16), &Value::Float(2.5)));
        assert_eq!(root.get("t").unwrap().place.text(), "[t]");
    }

    #[test]
    fn each_broken_line_is_told_once_in_the_order_of_the_text() {
        let found = faults("a = 96Gi\nb = 1\nc =\nd = \"open\nb = 2\n");
        let lines: Vec<usize> = found.iter().map(|((line, _), _)| *line).collect();
        assert_eq!(lines, [1, 3, 4, 5], "{found:?}");
    }

    #[test]
    fn a_bracket_that_is_never_closed_is_told_where_it_opens_and_swallows_the_rest() {
        for (text, places) in [
            ("a = [1\nb = 2\nc = 3\n", &[(1, 5)][..]),
            ("x = 9Gi\na = [[1, 2],\n\n[[t]]\ny = 1\n", &[(1, 5), (2, 5)]),
            ("a = { m = [1], n = 2\n\n[t]\nb = 2\n", &[(1, 5)]),
            ("a = [1,\n 2]\nb = 9Gi\n", &[(3, 5)]),
        ] {
            let found = faults(text);
            assert_eq!(
                found.iter().map(|(place, _)| *place).collect::<Vec<_>>(),
                places,
                "{text:?} {found:?}"
            );
        }
    }

    #[test]
    fn a_number_past_all_bounds_is_not_cut() {
        assert_eq!(faults("a = 99999999999999999999")[0].0, (1, 5));
    }
}
