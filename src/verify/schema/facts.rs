//! The facts of one Argo version: `schemas/argo/<version>.json`, read once.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use regex::Regex;
use serde::Deserialize;
use serde_json::Value;

use crate::recipe::ArgoVersion;

/// The kinds that have a definition, in the order in which messages name them.
pub(super) const KINDS: [&str; 4] =
    ["Workflow", "WorkflowTemplate", "ClusterWorkflowTemplate", "CronWorkflow"];

/// A version's definitions, by the names of their Go types.
pub(super) struct Facts {
    definitions: BTreeMap<String, Schema>,
    patterns: BTreeMap<String, Regex>,
}

/// What an API server knows of one place: a structural schema of Kubernetes, and three words of our own.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Schema {
    /// The definition that stands for this place.
    #[serde(rename = "$ref")]
    pub(super) reference: Option<String>,
    /// The type of the value; any where there is none.
    #[serde(rename = "type")]
    pub(super) kind: Option<Kind>,
    /// What a number or a text must be beside its type.
    pub(super) format: Option<Format>,
    /// The fields of an object.
    pub(super) properties: BTreeMap<String, Schema>,
    /// What each entry of a list is.
    pub(super) items: Option<Box<Schema>>,
    /// What each value of a map with keys of its own is.
    pub(super) additional_properties: Option<Box<Schema>>,
    /// The fields that an object needs.
    pub(super) required: Vec<String>,
    /// The texts that are taken, where not every text is.
    #[serde(rename = "enum")]
    pub(super) words: Vec<String>,
    /// What a text must match.
    pub(super) pattern: Option<String>,
    /// What an API server fills in for an absent field, before it asks what is required.
    pub(super) default: Option<Value>,
    /// The most entries of a list.
    pub(super) max_items: Option<usize>,
    /// The fewest entries of a list.
    pub(super) min_items: Option<usize>,
    /// The most characters of a text.
    pub(super) max_length: Option<usize>,
    /// The fewest characters of a text.
    pub(super) min_length: Option<usize>,
    /// The most fields of an object.
    pub(super) max_properties: Option<usize>,
    /// The fewest fields of an object.
    pub(super) min_properties: Option<usize>,
    /// The greatest number.
    pub(super) maximum: Option<i64>,
    /// The least number.
    pub(super) minimum: Option<i64>,
    /// An integer or a text.
    #[serde(rename = "x-kubernetes-int-or-string")]
    pub(super) int_or_string: bool,
    /// The fields by which the entries of a list differ.
    #[serde(rename = "x-kubernetes-list-map-keys")]
    pub(super) keys: Vec<String>,
    /// Whether fields that are not described may stand here.
    #[serde(rename = "x-kubernetes-preserve-unknown-fields")]
    pub(super) open: bool,
    /// The CEL rules, each by the beginning of its SHA-256.
    #[serde(rename = "x-kubernetes-validations")]
    pub(super) rules: Vec<String>,
    /// Whether the API server looks at nothing from here on, and Argo's decoder reads it as what the definition says.
    #[serde(rename = "x-argo-decoded")]
    pub(super) decoded: bool,
    /// Whether Argo's decoder makes a text of whatever stands here.
    #[serde(rename = "x-argo-any-string")]
    pub(super) any_string: bool,
}

/// A type, as JSON has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kind {
    /// `true` or `false`.
    Boolean,
    /// A number without a fraction.
    Integer,
    /// A number.
    Number,
    /// A text.
    String,
    /// A list.
    Array,
    /// A map.
    Object,
}

/// A format that an API server enforces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Format {
    /// 32 bits.
    Int32,
    /// 64 bits.
    Int64,
    /// A date and a time with its offset (RFC 3339).
    DateTime,
    /// Base64.
    Byte,
}

impl Facts {
    /// Those of a version.
    pub(super) fn of(version: ArgoVersion) -> &'static Self {
        static FACTS: [OnceLock<Facts>; 3] = [const { OnceLock::new() }; 3];
        let (at, text) = match version {
            ArgoVersion::V3_7 => (0, include_str!("../../../schemas/argo/3.7.json")),
            ArgoVersion::V4_0 => (1, include_str!("../../../schemas/argo/4.0.json")),
            ArgoVersion::V4_1 => (2, include_str!("../../../schemas/argo/4.1.json")),
        };
        FACTS[at].get_or_init(|| Self::read(text))
    }

    fn read(text: &str) -> Self {
        let file: File =
            serde_json::from_str(text).expect("the file is part of the program and a test reads each");
        let mut patterns = BTreeMap::new();
        file.definitions.values().for_each(|schema| gather(schema, &mut patterns));
        Self { definitions: file.definitions, patterns }
    }

    /// The definition of that name, with the name as the facts keep it.
    pub(super) fn definition(&self, name: &str) -> Option<(&str, &Schema)> {
        self.definitions.get_key_value(name).map(|(name, schema)| (name.as_str(), schema))
    }

    /// Whether a text matches a pattern of these facts.
    pub(super) fn matches(&self, pattern: &str, text: &str) -> bool {
        self.patterns.get(pattern).is_none_or(|pattern| pattern.is_match(text))
    }

    /// Every definition, by name.
    #[cfg(test)]
    pub(super) fn definitions(&self) -> &BTreeMap<String, Schema> {
        &self.definitions
    }
}

/// The whole file; its head says where it comes from.
#[derive(Deserialize)]
struct File {
    definitions: BTreeMap<String, Schema>,
}

/// Every pattern of a schema, compiled as Go reads it: there `\s` is a space of ASCII.
fn gather(schema: &Schema, patterns: &mut BTreeMap<String, Regex>) {
    if let Some(pattern) = &schema.pattern
        && !patterns.contains_key(pattern)
    {
        let ours = Regex::new(&pattern.replace("\\s", "[\\t\\n\\f\\r ]"))
            .expect("the pattern is part of the program and a test compiles each");
        patterns.insert(pattern.clone(), ours);
    }
    for inner in schema
        .properties
        .values()
        .chain(schema.items.as_deref())
        .chain(schema.additional_properties.as_deref())
    {
        gather(inner, patterns);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn references<'a>(schema: &'a Schema, found: &mut Vec<&'a str>) {
        found.extend(schema.reference.as_deref());
        let lists = schema.items.as_deref().into_iter().chain(schema.additional_properties.as_deref());
        schema.properties.values().chain(lists).for_each(|inner| references(inner, found));
    }

    #[test]
    fn every_version_reads_and_every_reference_leads_somewhere() {
        for version in ArgoVersion::ALL {
            let facts = Facts::of(version);
            for kind in KINDS {
                assert!(
                    facts.definition(kind).unwrap().1.properties.contains_key("spec"),
                    "{version} {kind}"
                );
            }
            for (name, schema) in facts.definitions() {
                let mut found = Vec::new();
                references(schema, &mut found);
                for reference in found {
                    assert!(facts.definition(reference).is_some(), "{version} {name}: {reference}");
                }
            }
        }
    }

    #[test]
    fn a_pattern_reads_spaces_as_go_does() {
        let facts = Facts::of(ArgoVersion::V4_1);
        let schedule =
            facts.definition("CronWorkflowSpec").unwrap().1.properties["schedules"].items.as_deref();
        let pattern = schedule.and_then(|schema| schema.pattern.as_deref()).unwrap();
        for good in ["0 3 * * 1", "@every 90m", "30 2 * JAN-JUN mon"] {
            assert!(facts.matches(pattern, good), "{good}");
        }
        for bad in ["0 3 *\u{a0}* 1", "0 3 * *", "@often"] {
            assert!(!facts.matches(pattern, bad), "{bad}");
        }
    }
}
