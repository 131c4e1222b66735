//! Secrets in a snapshot: they are replaced while it is read, so that no stage, no message and no manifest ever holds one.
//!
//! Reading is the one place through which the raw file and the trimmed one both go; that is why what is compiled from the two is
//! the same. A value counts as a secret by its name ([`name`]), by its shape ([`shape`]) or by what a text assigns it to
//! ([`assignment`]).

mod assignment;
mod name;
mod shape;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::workflow::{Workflow, any_string};

/// What stands where a secret stood.
pub const MARK: &str = "<redacted>";

/// A secret that was replaced: where it stood and what told. Its value is nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redaction {
    /// The path in the snapshot; of the nodes, the first one's.
    pub path: String,
    /// In how many nodes the same input was replaced; zero for what is not in a node.
    pub nodes: usize,
    /// What told that it is a secret.
    pub why: String,
}

/// The shortest secret that is looked for in other places by its text.
const TELLING: usize = 8;

/// Replaces every secret in a workflow and notes each in [`Workflow::redacted`].
pub(super) fn redact(workflow: &mut Workflow) {
    let mut named = Redactor::default();
    named.workflow(workflow);
    // What was a secret under its name is a secret wherever else it stands: in a message, in another input, in a node's name.
    let mut copies: Vec<String> =
        named.secrets.iter().filter(|secret| is_telling(secret, workflow)).cloned().collect();
    if !copies.is_empty() {
        copies.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        let mut copied = Redactor { copies, ..Redactor::default() };
        copied.workflow(workflow);
        for (path, first) in named.found {
            copied.found.entry(path).and_modify(|again| again.why.clone_from(&first.why)).or_insert(first);
        }
        named.found = copied.found;
    }
    workflow.redacted = named.found.into_values().collect();
}

#[derive(Default)]
struct Redactor {
    /// By path, with the ids of nodes left out.
    found: BTreeMap<String, Redaction>,
    secrets: BTreeSet<String>,
    copies: Vec<String>,
}

impl Redactor {
    fn workflow(&mut self, workflow: &mut Workflow) {
        for (key, text) in workflow.annotations.iter_mut().chain(&mut workflow.labels) {
            self.text(text, &format!("metadata[{key}]"));
        }
        self.text(&mut workflow.message, "status.message");
        self.object(&mut workflow.spec, "spec");
        for (key, body) in &mut workflow.stored_templates {
            self.value(body, &format!("status.storedTemplates[{key}]"));
        }
        self.nodes(workflow);
    }

    /// The nodes of a fan-out repeat one input hundreds of times: it is noted once, with how often.
    fn nodes(&mut self, workflow: &mut Workflow) {
        let mut inside = Self { copies: self.copies.clone(), ..Self::default() };
        for (id, node) in &mut workflow.nodes.0 {
            for parameter in &mut node.parameters {
                if let Some(value) = &mut parameter.value {
                    inside.named(&parameter.name, value, &format!("inputs.parameters[{}]", parameter.name));
                }
            }
            for artifact in &mut node.artifacts {
                inside.value(artifact, "inputs.artifacts");
            }
            inside.text(&mut node.message, "message");
            inside.text(&mut node.name, "name");
            for (below, redaction) in std::mem::take(&mut inside.found) {
                let path = format!("status.nodes[{id}].{below}");
                let first = Redaction { path, nodes: 0, why: redaction.why };
                let noted = self.found.entry(format!("status.nodes.{below}")).or_insert(first);
                noted.nodes += 1;
            }
        }
        self.secrets.append(&mut inside.secrets);
    }

    fn value(&mut self, value: &mut Value, path: &str) {
        match value {
            Value::String(text) => self.text(text, path),
            Value::Object(map) => self.object(map, path),
            Value::Array(list) => self.list(list, path),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn list(&mut self, list: &mut [Value], path: &str) {
        for (position, inner) in list.iter_mut().enumerate() {
            let name = inner.get("name").and_then(Value::as_str).map(str::to_owned);
            match (name, inner) {
                (Some(name), Value::Object(pair)) => self.pair(&name, pair, &format!("{path}[{name}]")),
                (_, inner) => self.value(inner, &format!("{path}[{position}]")),
            }
        }
    }

    fn object(&mut self, map: &mut Map<String, Value>, path: &str) {
        for (key, inner) in map {
            self.field(key, inner, &format!("{path}.{key}"));
        }
    }

    fn field(&mut self, key: &str, value: &mut Value, path: &str) {
        match (key, value) {
            // Names that other parts refer to.
            ("name" | "template" | "entrypoint", Value::String(_)) => {}
            ("withItems", Value::Array(list)) => self.items(list, path),
            ("args" | "command", Value::Array(list)) => self.arguments(list, path),
            (_, value) => self.value(value, path),
        }
    }

    /// A parameter, a variable, a header: an object with a name, and mostly a value.
    fn pair(&mut self, name: &str, pair: &mut Map<String, Value>, path: &str) {
        for (key, inner) in pair {
            match (key.as_str(), inner) {
                ("value" | "default", inner) => self.named_value(name, inner, path),
                ("enum", Value::Array(list)) => {
                    list.iter_mut().for_each(|inner| self.named_value(name, inner, path));
                }
                ("valueFrom", Value::Object(from)) if from.contains_key("default") => {
                    self.named_value(name, &mut from["default"], path);
                }
                (key, inner) => self.field(key, inner, &format!("{path}.{key}")),
            }
        }
    }

    /// The values of a loop: in a map, a key is the name of its value.
    fn items(&mut self, list: &mut [Value], path: &str) {
        for item in list {
            match item {
                Value::Object(map) => {
                    for (key, inner) in map {
                        self.named_value(key, inner, &format!("{path}[].{key}"));
                    }
                }
                other => self.value(other, path),
            }
        }
    }

    /// What a container is started with: the argument after a flag is the flag's value.
    fn arguments(&mut self, list: &mut [Value], path: &str) {
        let mut flag: Option<String> = None;
        for (position, argument) in list.iter_mut().enumerate() {
            let path = format!("{path}[{position}]");
            let next = argument.as_str().and_then(assignment::lone_flag).map(str::to_owned);
            match flag.take().filter(|_| next.is_none()) {
                Some(name) => self.named_value(&name, argument, &path),
                None => self.value(argument, &path),
            }
            flag = next;
        }
    }

    fn named_value(&mut self, name: &str, value: &mut Value, path: &str) {
        let Some(mut text) = any_string(value) else { return self.value(value, path) };
        let before = text.clone();
        self.named(name, &mut text, path);
        if text != before {
            *value = Value::String(text);
        }
    }

    /// A value under a name.
    fn named(&mut self, name: &str, value: &mut String, path: &str) {
        let why = if name::is_secret(name) && assignment::is_literal(value) {
            format!("its name, {name}, says that it is a secret")
        } else if !name::is_digest(name) && shape::is_random(value) {
            "it is long and random, as a key is".to_owned()
        } else {
            return self.text(value, path);
        };
        self.secrets.insert(value.clone());
        MARK.clone_into(value);
        self.note(path, why);
    }

    /// A text that can hold secrets among other things.
    fn text(&mut self, text: &mut String, path: &str) {
        let mut repeats = false;
        for secret in &self.copies {
            if text.contains(secret.as_str()) {
                *text = text.replace(secret.as_str(), MARK);
                repeats = true;
            }
        }
        if repeats {
            self.note(path, "it repeats a secret that stands elsewhere".to_owned());
        }
        if let Some((replaced, what)) = shape::replace(text) {
            *text = replaced;
            self.note(path, format!("it holds {what}"));
        }
        if let Some(replaced) = assignment::replace(text) {
            *text = replaced;
            self.note(path, "it sets something whose name says that it is a secret".to_owned());
        }
        if text.contains(MARK) {
            self.note(path, "it was redacted before".to_owned());
        }
    }

    /// The first reason counts.
    fn note(&mut self, path: &str, why: String) {
        let redaction = Redaction { path: path.to_owned(), nodes: 0, why };
        self.found.entry(path.to_owned()).or_insert(redaction);
    }
}

/// Whether a text can only be this secret: a word such as a project's name might be somebody's password, and stands everywhere.
fn is_telling(secret: &str, workflow: &Workflow) -> bool {
    let letters = secret.bytes().any(|byte| byte.is_ascii_alphabetic());
    let others = secret.bytes().any(|byte| !byte.is_ascii_alphabetic() && byte != b'-');
    let mut names = workflow.stored_templates.keys().chain([&workflow.name]);
    secret.len() >= TELLING && letters && others && !names.any(|name| name.contains(secret))
}

#[cfg(test)]
mod tests;
