//! Mappings, sequences and scalars as lines, and where each of them came to stand.

use std::collections::BTreeMap;
use std::ops::Range;

use serde_json::{Map, Value};

use super::number;
use super::order::{self, Role};
use super::scalar::{self, Block};

/// Readers need the colon of an implicit key within 1024 characters (YAML 1.2.2, section 7.4.2); past this a key gets its `?`.
const LONGEST_IMPLICIT_KEY: usize = 1000;

/// The text of a document, and the places of its values by JSON pointer.
pub(super) fn write(value: &Value) -> (String, BTreeMap<String, Range<usize>>) {
    let mut writer = Writer::default();
    match value {
        Value::Object(map) if !map.is_empty() => writer.mapping(map, 0, Role::Document, ""),
        Value::Array(list) if !list.is_empty() => writer.sequence(list, 0, Role::Document, ""),
        // What a block scalar with an indicator means at the root differs between readers, so it stays on one line there.
        other => {
            writer.text.push_str(&inline(other));
            writer.text.push('\n');
        }
    }
    writer.remember("", 0);
    (writer.text, writer.places)
}

/// What is written so far.
#[derive(Default)]
struct Writer {
    text: String,
    places: BTreeMap<String, Range<usize>>,
}

impl Writer {
    /// A non-empty mapping whose first line is already indented.
    fn mapping(&mut self, map: &Map<String, Value>, indent: usize, role: Role, pointer: &str) {
        for (position, (key, value)) in order::sorted(role, map).into_iter().enumerate() {
            self.indent_unless_first(position, indent);
            let start = self.text.len();
            let pointer = format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"));
            let written = scalar::inline(key);
            if written.chars().count() > LONGEST_IMPLICIT_KEY {
                self.text.push_str(&format!("? {written}\n{:indent$}:", ""));
            } else {
                self.text.push_str(&format!("{written}:"));
            }
            self.value_of_key(value, indent, order::child(role, key), &pointer);
            self.remember(&pointer, start);
        }
    }

    /// What follows a key's colon, up to the end of its last line.
    fn value_of_key(&mut self, value: &Value, indent: usize, role: Role, pointer: &str) {
        match value {
            Value::Object(map) if !map.is_empty() => {
                self.text.push_str(&format!("\n{:1$}", "", indent + 2));
                self.mapping(map, indent + 2, role, pointer);
            }
            Value::Array(list) if !list.is_empty() => {
                self.text.push_str(&format!("\n{:indent$}", ""));
                self.sequence(list, indent, role, pointer);
            }
            other => self.scalar(other, indent),
        }
    }

    /// A non-empty sequence whose first dash is already indented.
    fn sequence(&mut self, list: &[Value], indent: usize, role: Role, pointer: &str) {
        for (position, value) in list.iter().enumerate() {
            self.indent_unless_first(position, indent);
            self.text.push('-');
            let start = self.text.len() + 1;
            let pointer = format!("{pointer}/{position}");
            match value {
                Value::Object(map) if !map.is_empty() => {
                    self.text.push(' ');
                    self.mapping(map, indent + 2, role, &pointer);
                }
                Value::Array(inner) if !inner.is_empty() => {
                    self.text.push(' ');
                    self.sequence(inner, indent + 2, role, &pointer);
                }
                other => self.scalar(other, indent),
            }
            self.remember(&pointer, start);
        }
    }

    /// A scalar or an empty collection after a colon or a dash; a block scalar's lines stand two deeper than `indent`.
    fn scalar(&mut self, value: &Value, indent: usize) {
        self.text.push(' ');
        match value.as_str().and_then(scalar::block) {
            Some(Block { indicator, lines }) => {
                self.text.push_str(&indicator);
                self.text.push('\n');
                for line in lines {
                    if !line.is_empty() {
                        self.text.push_str(&format!("{:1$}{line}", "", indent + 2));
                    }
                    self.text.push('\n');
                }
            }
            None => {
                self.text.push_str(&inline(value));
                self.text.push('\n');
            }
        }
    }

    fn indent_unless_first(&mut self, position: usize, indent: usize) {
        if position > 0 {
            self.text.push_str(&" ".repeat(indent));
        }
    }

    /// The line that begins at `start` is where the pointer's value shows.
    fn remember(&mut self, pointer: &str, start: usize) {
        let line = self.text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or_default();
        self.places.insert(pointer.to_owned(), start..start + line.len());
    }
}

/// A value on one line: a scalar or an empty collection.
fn inline(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(truth) => truth.to_string(),
        Value::Number(number) => number::written(number),
        Value::String(text) => scalar::inline(text),
        Value::Array(_) => "[]".to_owned(),
        Value::Object(_) => "{}".to_owned(),
    }
}
