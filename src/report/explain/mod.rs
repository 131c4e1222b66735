//! One page about one item: what each witness says, why it is what it is, what was asked, and what came of it.
//!
//! It is gathered once; the text for people and the JSON for programs are made of the same value.

mod gather;
mod manifest;
mod text;

pub use gather::explain;
pub use text::page;

use serde::{Deserialize, Serialize};

/// The whole derivation for one item: what `explain RECIPE ITEM --format json` prints.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Explanation {
    /// The version of this format: 1.
    pub explanation: u32,
    /// What one item is called.
    pub noun: String,
    /// Its index.
    pub item: String,
    /// done, retry, deferred, skip, hold, exhausted or active.
    pub decision: String,
    /// Why, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The first witness: what lies in its output directories; absent where that is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outputs: Option<OutputsSaid>,
    /// Why that is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub no_outputs: Option<String>,
    /// The second witness: every workflow of the lineage that has something to say of it, the root first.
    pub runs: Vec<RunSaid>,
    /// Why its last attempt ended, also where it is done despite that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<CauseSaid>,
    /// Every rule that was asked, in order; the one that matched stands last.
    pub rules: Vec<RuleAsked>,
    /// Who decided; absent where nobody had to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decided: Option<Decider>,
    /// Where it runs again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry: Option<RetrySaid>,
    /// Where it stands; absent where it runs again and where nothing is left to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stands: Option<StandSaid>,
    /// The lines that came of it; absent where it does not run again or nothing is written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manifest: Option<ManifestSaid>,
    /// Why nothing is written although it would run again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_written: Option<String>,
    /// A `decisions.toml` to fill in, where it waits for a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to_decide: Option<String>,
}

/// What lies in the output directories of an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct OutputsSaid {
    /// complete, partial, stale, missing or unreadable.
    pub state: String,
    /// The directory that counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub directory: Option<String>,
    /// What could not be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unreadable: Option<String>,
    /// Parts that are there, in the run's order.
    pub present: Vec<String>,
    /// Parts that are missing, in the run's order: it died in the first.
    pub missing: Vec<String>,
    /// Markers that do not count, and why.
    pub markers: Vec<String>,
    /// Its other directories, each with its state.
    pub others: Vec<String>,
}

/// What one workflow of the lineage says of an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RunSaid {
    /// The workflow.
    pub workflow: String,
    /// Its generation; the root's is 1.
    pub generation: usize,
    /// The rule and the tier that the ledger says sent it there: `oom to highmem`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sent: Option<String>,
    /// Its node; absent where it never got one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node: Option<String>,
    /// The node's phase.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phase: Option<String>,
    /// What it ran: `TEMPLATE`, or `WORKFLOWTEMPLATE/TEMPLATE`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ran: Option<String>,
    /// Every attempt, the first one first.
    pub attempts: Vec<AttemptSaid>,
    /// Why Argo itself tried no more, in its words and in ours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stopped_trying: Option<String>,
    /// Why it ran again after this workflow; absent of the last one, whose cause is the item's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
}

/// One pod run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct AttemptSaid {
    /// Its node.
    pub node: String,
    /// How it ended.
    pub phase: String,
    /// When its node was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started: Option<String>,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finished: Option<String>,
    /// How long that took, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds: Option<u64>,
    /// Where it ran; absent: it was never scheduled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// The exit code of `main`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exit_code: Option<i32>,
    /// The signal that this code tells of, where it is one of those that end programs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signal: Option<String>,
    /// The most memory that it is known to have used, and who says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub peak: Option<String>,
    /// What Argo says about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// Why its last attempt ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct CauseSaid {
    /// The cause.
    pub cause: String,
    /// certain, likely or weak.
    pub confidence: String,
    /// The row of the catalogue (`gapit-compile explain A4` is its page), or what else decided.
    pub row: String,
    /// What the cause means.
    pub meaning: String,
    /// The facts, the deciding one first.
    pub because: Vec<String>,
    /// The neighbouring causes and what speaks against each.
    pub refused: Vec<RefusedSaid>,
}

/// A cause that it was not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RefusedSaid {
    /// The cause.
    pub cause: String,
    /// What speaks against it.
    pub because: String,
}

/// A line of a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Spot {
    /// A path, or a shipped recipe and its major.
    pub file: String,
    /// One-based line.
    pub line: usize,
}

/// A rule that was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RuleAsked {
    /// Its name.
    pub rule: String,
    /// Where it is written.
    pub at: Spot,
    /// Whether it was asked as if the cause were `oom`, because the policy says so of a bare 137.
    pub as_oom: bool,
    /// The first of its words that does not hold; absent: it matches.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed_on: Option<FailedOn>,
    /// The line of the item's log in which the rule that matches found what it looks for there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log: Option<String>,
}

/// A word of a rule that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct FailedOn {
    /// Its key in `when`.
    pub word: String,
    /// What the rule wants.
    pub wanted: String,
    /// What the item has.
    pub found: String,
}

/// Who decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Decider {
    /// The rule, the key of the policy, `decision`, `scan`, `upstream` or `--only`.
    pub by: String,
    /// Where that is written, for a rule and a decision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Spot>,
    /// What a person gave as the reason of a decision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Where an item runs again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RetrySaid {
    /// The tier it was in.
    pub from: TierSaid,
    /// The tier it goes to.
    pub to: TierSaid,
    /// How that tier was found, where its rule asked for a multiple of the memory that it had.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sizing: Option<String>,
    /// The memory that it had, where that is more than the tier it was in has: it ran outside the ladder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub had_memory: Option<String>,
    /// What the WorkflowTemplate that it runs has other than its tier's; absent: it runs the tier's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
    /// `--min-tier`, where it was typed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_least: Option<String>,
    /// Generations that its rule has spent on it before.
    pub used: u32,
    /// Generations that its rule may spend; absent: a person decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_retries: Option<u32>,
    /// How long it may take, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowance_seconds: Option<u64>,
    /// Where that comes from, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowance_from: Option<String>,
}

/// Where an item stands that does not run again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct StandSaid {
    /// The tier it was in.
    pub tier: TierSaid,
    /// The memory that it had, where that is more than this tier has: it ran outside the ladder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub had_memory: Option<String>,
    /// What the rule that matched has spent on it; absent: none matched, or it is one that does not retry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub budget: Option<BudgetSaid>,
}

/// What a rule has spent on an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct BudgetSaid {
    /// The rule, or the key of the policy.
    pub by: String,
    /// Generations that it has spent.
    pub used: u32,
    /// Generations that it may spend.
    pub max_retries: u32,
}

/// A tier, and what a pod of it requests and is limited to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct TierSaid {
    /// Its name.
    pub tier: String,
    /// Its WorkflowTemplate.
    pub template: String,
    /// Memory requested.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory: Option<String>,
    /// The limit of memory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory_limit: Option<String>,
    /// CPU requested.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu: Option<String>,
}

/// What is written for an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ManifestSaid {
    /// Its task, or its element of the task that all items of its tier share.
    pub lines: Lines,
    /// The shared task, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task: Option<Lines>,
    /// The task of its recovery step; where items are a list, the DAG of the step and the item.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Lines>,
    /// The template that the task refers to, where this compile writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template: Option<Lines>,
}

/// Lines of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Lines {
    /// The file.
    pub file: String,
    /// The first line, one-based.
    pub first: usize,
    /// The last line.
    pub last: usize,
    /// What they say, without the blanks that all share; absent of a template, which is long.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// The JSON schema of an [`Explanation`] (draft-07), as `schemas/explain.schema.json` holds it.
#[cfg(feature = "schema")]
pub fn schema() -> serde_json::Value {
    let generator = schemars::generate::SchemaSettings::draft07().into_generator();
    generator.into_root_schema_for::<Explanation>().to_value()
}
