//! The facts of one Argo version: `schemas/argo/<version>.json`, and a walk that finds what each part of a document is.

use std::sync::OnceLock;

use jsonschema::{Draft, Validator};
use serde_json::{Value, json};

/// The kinds that have a definition, in the order in which messages name them.
const KINDS: [&str; 4] = ["Workflow", "WorkflowTemplate", "ClusterWorkflowTemplate", "CronWorkflow"];

/// A version's definitions, and a validator for each kind, compiled when it is first asked.
pub(super) struct Facts {
    schema: Value,
    validators: [OnceLock<Validator>; KINDS.len()],
}

/// An object or a list of a document, and what the facts say of it.
pub(super) struct Part<'a> {
    /// The definition's name (`Template`, `core.v1.Container`); empty where the schema stands in its parent's.
    pub(super) definition: &'a str,
    /// The schema itself.
    pub(super) schema: &'a Value,
    /// Where it stands in the document.
    pub(super) pointer: String,
    /// What stands there.
    pub(super) value: &'a Value,
}

impl Facts {
    /// Argo 4.1's.
    pub(super) fn v4_1() -> &'static Self {
        static FACTS: OnceLock<Facts> = OnceLock::new();
        FACTS.get_or_init(|| Self {
            schema: serde_json::from_str(include_str!("../../../schemas/argo/4.1.json"))
                .expect("the file is part of the program and a test reads it"),
            validators: Default::default(),
        })
    }

    /// The kinds that can be checked.
    pub(super) fn kinds(&self) -> &'static [&'static str] {
        &KINDS
    }

    /// The validator of a kind.
    pub(super) fn validator(&self, kind: &str) -> &Validator {
        let at =
            KINDS.iter().position(|known| *known == kind).expect("the caller took the kind from the list");
        self.validators[at].get_or_init(|| {
            let rooted =
                json!({ "$ref": format!("#/definitions/{kind}"), "definitions": self.schema["definitions"] });
            jsonschema::options()
                .with_draft(Draft::Draft7)
                .build(&rooted)
                .expect("the file is part of the program and a test compiles each kind")
        })
    }

    /// The schema at a pointer of the file; null where there is none.
    pub(super) fn at(&self, pointer: &str) -> &Value {
        self.schema.pointer(pointer).unwrap_or(&Value::Null)
    }

    /// Every object and list of the document that the facts describe, outermost first. What is free-form is not entered.
    pub(super) fn walk<'a>(&'a self, kind: &str, document: &'a Value) -> Vec<Part<'a>> {
        let mut parts = Vec::new();
        if let Some((name, schema)) = self.definition(kind) {
            self.descend(name, schema, String::new(), document, &mut parts);
        }
        parts
    }

    fn descend<'a>(
        &'a self,
        definition: &'a str,
        schema: &'a Value,
        pointer: String,
        value: &'a Value,
        parts: &mut Vec<Part<'a>>,
    ) {
        if let Some(target) = schema["$ref"].as_str() {
            if let Some((name, schema)) = self.definition(target.trim_start_matches("#/definitions/")) {
                self.descend(name, schema, pointer, value, parts);
            }
            return;
        }
        if !(value.is_object() || value.is_array()) {
            return;
        }
        parts.push(Part { definition, schema, pointer: pointer.clone(), value });
        for (step, inner, below) in children(schema, value) {
            self.descend("", inner, format!("{pointer}/{step}"), below, parts);
        }
    }

    fn definition(&self, name: &str) -> Option<(&str, &Value)> {
        let (name, schema) = self.schema["definitions"].as_object()?.get_key_value(name)?;
        Some((name, schema))
    }
}

/// What stands directly in an object or list, each with its step of the pointer and its schema, where there is one.
fn children<'a>(schema: &'a Value, value: &'a Value) -> Vec<(String, &'a Value, &'a Value)> {
    match value {
        Value::Object(members) => members
            .iter()
            .filter_map(|(name, member)| {
                let inner = schema["properties"].get(name).or_else(|| schema.get("additionalProperties"))?;
                Some((escaped(name), inner, member))
            })
            .collect(),
        Value::Array(items) => schema.get("items").map_or_else(Vec::new, |inner| {
            items.iter().enumerate().map(|(at, item)| (at.to_string(), inner, item)).collect()
        }),
        _ => Vec::new(),
    }
}

/// A field's name as a step of a JSON pointer (RFC 6901).
pub(super) fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_compiles_and_has_its_definition() {
        let facts = Facts::v4_1();
        for kind in facts.kinds() {
            assert!(!facts.validator(kind).is_valid(&json!(5)), "{kind}");
            assert!(facts.at(&format!("/definitions/{kind}/properties/spec")).is_object(), "{kind}");
        }
    }

    #[test]
    fn the_walk_names_what_it_finds_and_leaves_free_form_alone() {
        let facts = Facts::v4_1();
        let document = json!({"spec": {"templates": [
            {"name": "a", "container": {"env": [{"name": "X"}]}},
            {"name": "b", "dag": {"tasks": [{"name": "t", "withItems": [{"name": "free"}]}]}},
        ]}});
        let parts = facts.walk("Workflow", &document);
        let at =
            |pointer: &str| parts.iter().find(|part| part.pointer == pointer).map(|part| part.definition);
        assert_eq!(at("/spec/templates/0/container/env/0"), Some("core.v1.EnvVar"));
        assert_eq!(at("/spec/templates/1/dag/tasks/0"), Some("DAGTask"));
        assert_eq!(at("/spec/templates/1/dag/tasks/0/withItems/0"), Some(""), "an item has no definition");
    }
}
