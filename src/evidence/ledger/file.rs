//! The ledger's form on disk.

use std::collections::BTreeMap;

use serde::Deserialize;

/// The JSON schema of the form below, as `schemas/ledger.schema.json` holds it.
pub const SCHEMA: &str = include_str!("../../../schemas/ledger.schema.json");

/// The version of the form.
pub(super) const VERSION: u64 = 1;

/// The whole file.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct File {
    /// The version of this form: 1.
    #[expect(
        dead_code,
        reason = "it is looked at before the rest is read, so that a later form is told as such"
    )]
    pub(super) ledger: u64,
    /// What was planned, by generation.
    #[serde(default)]
    pub(super) generations: Vec<Generation>,
}

/// What was planned for one generation.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Generation {
    /// The generation that was planned; the first retry is 2.
    pub(super) generation: usize,
    /// The lineage's root.
    pub(super) root: String,
    /// The workflow that was to be retried.
    pub(super) parent: String,
    /// The name of the Workflow that was emitted.
    pub(super) workflow: String,
    /// SHA-256 of the resolved recipe.
    pub(super) recipe: String,
    /// SHA-256 of the parent's snapshot.
    pub(super) snapshot: String,
    /// SHA-256 of the scan.
    pub(super) scan: Option<String>,
    /// SHA-256 of what people decided.
    pub(super) decisions: Option<String>,
    /// SHA-256 of the usage.
    pub(super) usage: Option<String>,
    /// SHA-256 of the logs.
    pub(super) logs: Option<String>,
    /// The flags that changed the plan.
    #[serde(default)]
    pub(super) flags: Flags,
    /// Sixteen hex digits over all of the above and the items: an edit by hand shows.
    pub(super) digest: String,
    /// The items that run again, by index.
    #[serde(default)]
    pub(super) items: BTreeMap<String, Item>,
}

/// Flags that changed a plan.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Flags {
    /// `--only`.
    pub(super) only: Option<String>,
    /// `--retry-unknown`.
    #[serde(default)]
    pub(super) retry_unknown: bool,
    /// `--min-tier`.
    pub(super) min_tier: Option<String>,
    /// `--param`.
    #[serde(default)]
    pub(super) param: BTreeMap<String, String>,
}

/// One item.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Item {
    /// The rule that decided.
    pub(super) rule: String,
    /// The cause.
    pub(super) cause: String,
    /// The tier it goes to.
    pub(super) tier: String,
    /// The variant of the tier's WorkflowTemplate that it runs; absent: it runs the tier's own.
    pub(super) variant: Option<String>,
    /// Generations that the rule had spent on it before.
    pub(super) used: u32,
}

/// The schema that the types make (draft-07).
#[cfg(feature = "schema")]
pub fn schema() -> serde_json::Value {
    schemars::generate::SchemaSettings::draft07().into_generator().into_root_schema_for::<File>().to_value()
}
