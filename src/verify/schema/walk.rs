//! One walk over a document beside the facts: whatever an API server refuses, where it stands.
//!
//! Nulls are absent wherever a field has a name, as an API server prunes them from objects before it validates (Kubernetes,
//! "Defaulting and Nullable"; no field of these CRDs is nullable). A null in a list is refused. What an unknown field holds is
//! not looked at.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::facts::{Facts, Kind, Schema};
use super::formats;
use super::rules;
use super::words::{self, At};
use crate::units::name::nearest;
use crate::verify::Finding;

/// A place of a document, and what the facts say of it.
pub(super) struct Part<'a> {
    /// The definition's name (`Template`, `core.v1.Container`); empty where the schema stands in its parent's.
    pub(super) definition: &'a str,
    /// Where it stands in the document.
    pub(super) pointer: &'a str,
    /// What stands there.
    pub(super) value: &'a Value,
}

/// The walk, and what it has found.
pub(super) struct Walk<'a> {
    facts: &'a Facts,
    pointer: String,
    /// Whether only Argo's decoder looks here (below `inline`).
    decoded: bool,
    /// The objects with an unknown field: what seems to be missing there is probably what was misspelt.
    misspelt: BTreeSet<String>,
    /// The places that a rule between fields refuses.
    ruled: BTreeSet<String>,
    findings: Vec<Finding>,
}

/// Everything that is wrong with a document of a kind.
pub(super) fn check(facts: &Facts, kind: &str, document: &Value) -> Vec<Finding> {
    let mut walk = Walk {
        facts,
        pointer: String::new(),
        decoded: false,
        misspelt: BTreeSet::new(),
        ruled: BTreeSet::new(),
        findings: Vec::new(),
    };
    if let Some((name, schema)) = facts.definition(kind) {
        walk.part(name, schema, document);
    }
    walk.findings
}

impl Walk<'_> {
    /// What stands at a place whose schema may be a reference.
    fn place(&mut self, schema: &Schema, value: &Value) {
        let outer = self.decoded;
        let (mut name, mut schema) = ("", schema);
        self.decoded |= schema.decoded;
        while let Some(target) = schema.reference.as_deref().and_then(|name| self.facts.definition(name)) {
            (name, schema) = target;
            self.decoded |= schema.decoded;
        }
        self.part(name, schema, value);
        self.decoded = outer;
    }

    fn part(&mut self, name: &str, schema: &Schema, value: &Value) {
        if self.decoded && (value.is_null() || schema.any_string) || !self.has_type(schema, value) {
            return;
        }
        match value {
            Value::Object(members) => self.object(schema, members),
            Value::Array(items) => self.list(schema, items),
            Value::String(text) => self.text(schema, value, text),
            _ => self.number(schema, value),
        }
        let rules = schema.rules.iter().filter(|_| !self.decoded).filter_map(|digest| rules::cel::of(digest));
        let mut found: Vec<Finding> = rules.flat_map(|rule| (rule.check)(&self.pointer, value)).collect();
        if value.is_object() {
            let part = Part { definition: name, pointer: &self.pointer, value };
            found.extend(rules::argo::check(&part, &self.misspelt));
        }
        // Argo's validator has rules that the CRDs have too: what one said of a place, the other need not.
        for finding in found {
            if self.ruled.insert(finding.pointer.clone()) {
                self.findings.push(finding);
            }
        }
    }

    fn here(&self) -> At<'_> {
        At { pointer: &self.pointer, taker: if self.decoded { "Argo" } else { "the API" } }
    }

    /// Whether the value has the type; says it where it has not.
    fn has_type(&mut self, schema: &Schema, value: &Value) -> bool {
        let kinds: &[Kind] = match (schema.int_or_string, schema.kind) {
            // Argo's decoder reads a quantity from any number.
            (true, _) if self.decoded && schema.pattern.is_some() => &[Kind::Number, Kind::String],
            (true, _) => &[Kind::Integer, Kind::String],
            (false, Some(Kind::Boolean)) => &[Kind::Boolean],
            (false, Some(Kind::Integer)) => &[Kind::Integer],
            (false, Some(Kind::Number)) => &[Kind::Number],
            (false, Some(Kind::String)) => &[Kind::String],
            (false, Some(Kind::Array)) => &[Kind::Array],
            (false, Some(Kind::Object)) => &[Kind::Object],
            (false, None) => return true,
        };
        let good = kinds.iter().any(|kind| formats::is(value, *kind));
        if !good {
            self.findings.push(words::wrong_type(self.here(), value, kinds));
        }
        good
    }

    fn number(&mut self, schema: &Schema, value: &Value) {
        if let Some(meant) = schema.format.and_then(|format| formats::broken(value, format)) {
            self.findings.push(words::format(self.here(), value, meant));
        }
        let Some(number) = formats::integer(value).filter(|_| !self.decoded) else { return };
        if let Some(most) = schema.maximum.filter(|most| number > *most) {
            self.findings.push(words::bounded(self.here(), value, &format!("at most {most}")));
        }
        if let Some(least) = schema.minimum.filter(|least| number < *least) {
            self.findings.push(words::bounded(self.here(), value, &format!("at least {least}")));
        }
    }

    fn text(&mut self, schema: &Schema, value: &Value, text: &str) {
        if let Some(meant) = schema.format.and_then(|format| formats::broken(value, format)) {
            self.findings.push(words::format(self.here(), value, meant));
        }
        // A quantity must match for Argo's decoder too; every other pattern is the CRDs' alone.
        let matched = schema.pattern.as_ref().filter(|_| !self.decoded || schema.int_or_string);
        if let Some(pattern) = matched.filter(|pattern| !self.facts.matches(pattern, text)) {
            self.findings.push(words::unlike(self.here(), value, pattern, schema.int_or_string));
        }
        if self.decoded {
            return;
        }
        if !schema.words.is_empty() && !schema.words.iter().any(|word| word == text) {
            self.findings.push(words::one_of(self.here(), value, &schema.words));
        }
        let count = text.chars().count();
        self.sized(count, "characters", schema.min_length, schema.max_length);
    }

    /// A count within its limits.
    fn sized(&mut self, count: usize, of_what: &str, least: Option<usize>, most: Option<usize>) {
        if let Some(most) = most.filter(|most| count > *most) {
            self.findings.push(words::sized(self.here(), count, of_what, &format!("at most {most}")));
        }
        if let Some(least) = least.filter(|least| count < *least) {
            self.findings.push(words::sized(self.here(), count, of_what, &format!("at least {least}")));
        }
    }

    fn list(&mut self, schema: &Schema, items: &[Value]) {
        if !self.decoded {
            self.sized(items.len(), "items", schema.min_items, schema.max_items);
            self.repeated(schema, items);
        }
        let Some(inner) = &schema.items else { return };
        for (at, item) in items.iter().enumerate() {
            self.below(&at.to_string(), inner, item);
        }
    }

    /// Two entries of a list whose keys must differ (Kubernetes, structural schemas: `x-kubernetes-list-type: map`).
    fn repeated(&mut self, schema: &Schema, items: &[Value]) {
        if schema.keys.is_empty() {
            return;
        }
        let facts = self.facts;
        let defaults = schema.items.as_deref().map(|inner| resolved(facts, inner));
        let mut seen = BTreeMap::new();
        for (at, item) in items.iter().enumerate().filter(|(_, item)| item.is_object()) {
            let identity: Vec<String> = schema.keys.iter().map(|key| identity(item, key, defaults)).collect();
            if let Some(first) = seen.get(&identity) {
                self.findings.push(words::repeated(&self.pointer, at, *first, &schema.keys, &identity));
            } else {
                seen.insert(identity, at);
            }
        }
    }

    fn object(&mut self, schema: &Schema, members: &Map<String, Value>) {
        let given = members.values().filter(|member| !member.is_null()).count();
        self.sized(given, "fields", schema.min_properties, schema.max_properties);
        let meant = self.unknown(schema, members);
        self.missing(schema, members, &meant);
        for (name, member) in members.iter().filter(|(_, member)| !member.is_null()) {
            let inner = schema.properties.get(name).or(schema.additional_properties.as_deref());
            if let Some(inner) = inner {
                self.below(&escaped(name), inner, member);
            }
        }
    }

    /// Says every field that is not known here; the answer is what was probably meant by them. That a value is null hides no
    /// unknown field: those are told before nulls are pruned.
    fn unknown<'s>(&mut self, schema: &'s Schema, members: &Map<String, Value>) -> Vec<&'s str> {
        let closed =
            !schema.open && schema.additional_properties.is_none() && schema.kind == Some(Kind::Object);
        let mut meant = Vec::new();
        if !closed {
            return meant;
        }
        for field in members.keys().filter(|field| !schema.properties.contains_key(*field)) {
            let known: Vec<&str> = schema.properties.keys().map(String::as_str).collect();
            self.findings.push(words::unknown_field(self.here(), field, &known));
            meant.extend(nearest(field, known));
            self.misspelt.insert(self.pointer.clone());
        }
        meant
    }

    /// Says what is required and neither there, nor filled in, nor misspelt. Argo's decoder requires nothing.
    fn missing(&mut self, schema: &Schema, members: &Map<String, Value>, meant: &[&str]) {
        let absent = |field: &&String| members.get(*field).is_none_or(Value::is_null);
        for field in schema.required.iter().filter(absent).filter(|_| !self.decoded) {
            let filled = schema.properties.get(field).is_some_and(|inner| inner.default.is_some());
            if !filled && !meant.contains(&field.as_str()) {
                self.findings.push(words::missing(&self.pointer, field));
            }
        }
    }

    /// What stands one step below.
    fn below(&mut self, step: &str, schema: &Schema, value: &Value) {
        let length = self.pointer.len();
        self.pointer.push('/');
        self.pointer.push_str(step);
        self.place(schema, value);
        self.pointer.truncate(length);
    }
}

/// The schema that a reference leads to.
fn resolved<'a>(facts: &'a Facts, schema: &'a Schema) -> &'a Schema {
    let target = schema.reference.as_deref().and_then(|name| facts.definition(name));
    target.map_or(schema, |(_, schema)| schema)
}

/// What an entry has for a key: its own value, or the one that an API server fills in.
fn identity(item: &Value, key: &str, schema: Option<&Schema>) -> String {
    let filled = || schema?.properties.get(key)?.default.as_ref();
    match item.get(key).filter(|value| !value.is_null()).or_else(filled) {
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
        None => String::new(),
    }
}

/// A field's name as a step of a JSON pointer (RFC 6901).
pub(super) fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
