//! Stage 8: the report. What was decided and what it takes, for people and for programs.

pub mod explain;
mod gather;
pub mod lint;
mod open;
mod plain;
mod resolved;
pub mod test;
mod resubmit;
mod row;
mod statistics;
mod text;

pub use gather::gather;
pub use resolved::resolved;
pub use resubmit::ResubmitReport;
pub use row::{row_ids, row_list, row_page};
pub use statistics::Statistics;
pub use text::{Detail, render};

use serde::{Deserialize, Serialize};

/// Everything that a compile found out and decided: what `--format json` prints.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Report {
    /// The version of this format: 1.
    pub report: u32,
    /// The pipeline of the recipe.
    pub pipeline: String,
    /// What one item is called.
    pub noun: String,
    /// The workflow that is retried; absent where the recipe compiled to its tiers' templates alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workflow: Option<WorkflowReport>,
    /// How many items met which fate.
    pub counts: Counts,
    /// The same by cause, rule and tier, and what was tried for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub statistics: Option<Statistics>,
    /// Every item of the range, in natural order.
    pub items: Vec<ItemReport>,
    /// Every tier that has something to run.
    pub tiers: Vec<TierReport>,
    /// The Workflow's deadline.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deadline: Option<DeadlineReport>,
    /// The stop-loss.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stop_loss: Option<StopLossReport>,
    /// Argo's own way to run the workflow again, where the recipe has `[memoize]` or `[lineage-parameters]`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resubmit: Option<ResubmitReport>,
    /// A `decisions.toml` to fill in for the items that wait for a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to_decide: Option<String>,
    /// Why nothing may be written; empty where it may.
    pub forbidden: Vec<FaultReport>,
    /// What a person should know.
    pub warnings: Vec<String>,
    /// What becomes of each file.
    pub files: Vec<FileReport>,
}

/// The workflow that is retried.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct WorkflowReport {
    /// Its name.
    pub name: String,
    /// Its phase.
    pub phase: String,
    /// The lineage's first workflow: all pods of its retries have it as their label `gapit-compile/root`.
    pub root: String,
    /// The generation that the retry will be; the root is 1.
    pub next_generation: usize,
    /// Its namespace, in which the retry runs; absent: it says none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
}

/// How many items met which fate.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[expect(missing_docs, reason = "the words of decisions are the product's own")]
pub struct Counts {
    pub done: usize,
    pub retry: usize,
    pub skip: usize,
    pub hold: usize,
    pub deferred: usize,
    pub exhausted: usize,
    pub active: usize,
}

/// One item.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ItemReport {
    /// Its index.
    pub index: String,
    /// done, retry, deferred, skip, hold, exhausted or active.
    pub decision: String,
    /// Why its last attempt ended, also where it is done despite that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// certain, likely or weak.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confidence: Option<String>,
    /// The facts behind the cause, the deciding one first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub because: Vec<String>,
    /// The rule, or the key of the policy, that decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// The reason of a skip, a hold or an exhaustion, or why it is done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The line of its log in which the rule that decided found what it looks for there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log: Option<String>,
    /// The tier it was in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The tier it goes to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// How that tier was found, where its rule asked for a multiple of the memory that it had.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sizing: Option<String>,
    /// The memory that it had, where that is more than the tier it was in has: it ran outside the ladder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub had_memory: Option<String>,
    /// The memory of the tier it goes to, then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gets_memory: Option<String>,
    /// The variant of that tier's WorkflowTemplate that it runs; absent: it runs the tier's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
    /// How long it may take, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowance_seconds: Option<u64>,
    /// Where that comes from, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowance_from: Option<String>,
    /// complete, partial, stale, missing or unreadable; absent where no scan was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outputs: Option<String>,
    /// The output directory that counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub directory: Option<String>,
    /// Parts that are missing, in the run's order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
    /// Its node in the latest generation that has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node: Option<String>,
    /// How many attempts that node had.
    pub attempts: usize,
}

/// One tier that has something to run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct TierReport {
    /// Its name.
    pub name: String,
    /// Its WorkflowTemplate.
    pub template: String,
    /// Variants of that WorkflowTemplate, each for the items of one rule.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub variants: Vec<VariantReport>,
    /// How many items, those of the variants among them.
    pub items: usize,
    /// How many pods run at once.
    pub pods: u64,
    /// How many would run at once without `caps.total`, where that lowers them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lowered_from: Option<u64>,
    /// Memory that they request at once, in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory_bytes: Option<u64>,
    /// CPU that they request at once, in thousandths of a core.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu_milli: Option<u64>,
    /// ⌈items ÷ pods⌉.
    pub waves: u64,
    /// The largest allowance of its items, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowance_seconds: Option<u64>,
    /// Where that comes from, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowance_from: Option<String>,
    /// Waves × allowance.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub need_seconds: Option<u64>,
    /// The sum of its items' allowances.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub worst_case_seconds: Option<u64>,
}

/// A tier's WorkflowTemplate with other waits or a longer deadline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct VariantReport {
    /// Its WorkflowTemplate.
    pub template: String,
    /// The rule whose items run it.
    pub rule: String,
    /// How many.
    pub items: usize,
    /// How long one attempt may take, in seconds, where that is longer than the tier's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deadline_seconds: Option<u64>,
    /// What it changes, in words.
    pub changes: String,
}

/// The Workflow's deadline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct DeadlineReport {
    /// `[deadline] workflow`, else the parent's; absent: neither has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base_seconds: Option<u64>,
    /// The parent's own; absent: it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent_seconds: Option<u64>,
    /// What the Workflow gets; absent: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value_seconds: Option<u64>,
    /// What it would be without `[caps] deadline`, where that cuts it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capped_from_seconds: Option<u64>,
    /// What the tiers wait for each other at the semaphore of the batch; it comes on top of the largest need.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub queue: Option<QueueReport>,
}

/// The wait at a semaphore that lets fewer items run at once than the tiers have pods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct QueueReport {
    /// The items of all tiers.
    pub items: u64,
    /// How many of them run at once.
    pub limit: u32,
    /// ⌈items ÷ limit⌉ × the largest allowance of an item.
    pub wait_seconds: u64,
}

/// The stop-loss.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct StopLossReport {
    /// Items that are not done for a cause of the workload.
    pub counted: usize,
    /// The root's whole range.
    pub range: usize,
    /// `policy.max-failed-fraction`.
    pub limit: f64,
    /// Whether it forbids the plan.
    pub exceeded: bool,
}

/// A fault, as far as a program needs it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct FaultReport {
    /// `stage::kebab-name`.
    pub code: String,
    /// The fact.
    pub message: String,
    /// The way out.
    pub help: String,
    /// The text it stands in, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// One-based line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// One-based column, in characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<usize>,
}

impl From<&crate::error::Fault> for FaultReport {
    fn from(fault: &crate::error::Fault) -> Self {
        let place = fault.labels.first().map(|label| &label.place);
        let position = place.map(crate::source::Place::line_column);
        Self {
            code: fault.code.to_string(),
            message: fault.message.clone(),
            help: fault.help.clone(),
            file: place.map(|place| place.source().name().to_owned()),
            line: position.map(|(line, _)| line),
            column: position.map(|(_, column)| column),
        }
    }
}

/// What becomes of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct FileReport {
    /// Its name in the output directory.
    pub file: String,
    /// new, changed, removed, same, edited-by-hand or foreign.
    pub change: String,
}

/// The JSON schema of a [`Report`] (draft-07), as `schemas/report.schema.json` holds it.
#[cfg(feature = "schema")]
pub fn schema() -> serde_json::Value {
    let generator = schemars::generate::SchemaSettings::draft07().into_generator();
    generator.into_root_schema_for::<Report>().to_value()
}
