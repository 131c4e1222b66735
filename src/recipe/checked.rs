//! The checked recipe: every value means something, every name resolves, every tier grows.
//!
//! Only `recipe/check` builds these types; holding a [`Recipe`] is the proof that it was checked.

mod output;
mod lineage_parameters;
mod memoize;
mod parameters;
mod caps;
mod concurrency;
mod before;
mod policy;
mod when;
mod retry;

pub use before::{Before, BeforeScript};
pub use caps::{Caps, Total};
pub use concurrency::Semaphore;
pub use lineage_parameters::LineageParameters;
pub use memoize::Memoize;
pub use output::{Layout, NamingMode, Output};
pub use parameters::Parameters;
pub use policy::{OnCap, OomProbable, OpenDecisions, Policy, Unmatched, WhenActive};
pub use retry::{Retry, RetryTier, RuleBackoff, SizedFrom, Sizing};
pub use when::When;

use super::{ArgoVersion, NameTemplate};
use crate::error::Code;
use crate::source::{At, Place, Source};
use crate::units::{Cpu, Index, Memory, Seconds};

/// A checked recipe with everything it inherits.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Recipe {
    /// The recipe's own file (not the files it extends).
    pub source: Source,
    /// SHA-256 of the resolved recipe as canonical JSON.
    pub digest: String,
    /// `pipeline`: the name of the pipeline.
    pub pipeline: At<String>,
    /// `[inputs]`.
    pub inputs: Inputs,
    /// `[output]`.
    pub output: Output,
    /// `argo.version`: whose schema and semantics to verify against.
    pub argo: ArgoVersion,
    /// `[items]`.
    pub items: Items,
    /// `[outputs]`; without it files are not consulted.
    pub outputs: Option<Outputs>,
    /// `[naming]`.
    pub naming: Naming,
    /// `[labels]` of the Workflow, in the order written.
    pub labels: Vec<(At<String>, NameTemplate)>,
    /// `[parameters]`.
    pub parameters: Parameters,
    /// `[lineage-parameters]`; `None`: the retry says nothing of its lineage in its parameters.
    pub lineage_parameters: Option<LineageParameters>,
    /// `[[tiers]]` in ladder order; never empty.
    pub tiers: Vec<Tier>,
    /// `[[rules]]` in the order in which they are asked.
    pub rules: Vec<Rule>,
    /// `[policy]`.
    pub policy: Policy,
    /// `[caps]`.
    pub caps: Caps,
    /// `concurrency.semaphore`.
    pub semaphore: Option<Semaphore>,
    /// `deadline.workflow`: the floor of the retry's deadline.
    pub deadline: Option<At<Seconds>>,
    /// `[aggregate]`.
    pub aggregate: Option<Aggregate>,
    /// `[memoize]`; `None`: nothing is memoized.
    pub memoize: Option<Memoize>,
    /// `lint.allow`, in the order written.
    pub allowed: Vec<Allowed>,
    /// What is sound and may still not be meant, each with what it is about.
    pub warnings: Vec<At<String>>,
}

/// `[inputs]`: paths as they are to be opened, already resolved against the file they stand in.
#[derive(Debug, Clone, Default)]
pub struct Inputs {
    /// Snapshots of the lineage.
    pub workflow: Vec<At<String>>,
    /// Scan files or directories; later ones win path by path.
    pub scan: Vec<At<String>>,
    /// Files or directories with WorkflowTemplates that exist on the cluster.
    pub templates: Vec<At<String>>,
    /// The file with what people decided about items.
    pub decisions: Option<At<String>>,
    /// Peak memory of pods or items.
    pub usage: Option<At<String>>,
    /// The folder of logs.
    pub logs: Option<At<String>>,
}

/// `[items]`: what an item is.
#[derive(Debug, Clone)]
pub struct Items {
    /// What messages call one item.
    pub noun: String,
    /// Nodes that ran this template are items.
    pub template: At<String>,
    /// The input parameter that holds the index.
    pub index_parameter: At<String>,
    /// The input parameter that holds the item's name; `None`: the name is made of noun and index.
    pub name_parameter: Option<At<String>>,
    /// Whether items get the variables of their attempt.
    pub attempt_env: bool,
    /// The whole range; `None`: from the root's own fan-out.
    pub range: Option<Range>,
}

/// `items.range`.
#[derive(Debug, Clone)]
pub enum Range {
    /// From one workflow parameter of the root to another, both included.
    Parameters {
        /// The parameter with the first index.
        from: At<String>,
        /// The parameter with the last index.
        to: At<String>,
    },
    /// From one number to another, both included.
    Numbers {
        /// The first index.
        from: u64,
        /// The last index; not below `from`.
        to: u64,
    },
    /// Exactly these.
    List(Vec<Index>),
}

impl Range {
    /// More items than any cluster runs in one workflow: a range past this is a mistake.
    pub const MOST: u64 = 1_000_000;
}

/// `[outputs]`: when an item's outputs are complete.
#[derive(Debug, Clone)]
pub struct Outputs {
    /// Directories of an item below the scanned root: a glob once `index` is put in.
    pub directory: NameTemplate,
    /// Files (globs, relative to the item's directory) that must all be there; never empty.
    pub complete_when: Vec<At<String>>,
    /// A smaller marker does not count.
    pub min_bytes: u64,
    /// An older marker does not count.
    pub since: Since,
    /// Pieces of an item's output that can be missing alone.
    pub parts: Option<Parts>,
}

/// `outputs.since`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Since {
    /// The root's creation.
    Root,
    /// Every file counts.
    Any,
}

/// `outputs.parts`.
#[derive(Debug, Clone)]
pub struct Parts {
    /// Root parameters that may hold the list of parts; the first that exists does.
    pub from_parameter: Vec<At<String>>,
    /// What stands between two parts in that parameter.
    pub split: String,
    /// The file of a part: a glob once `index` and `part` are put in.
    pub file: NameTemplate,
}

/// `[naming]`.
#[derive(Debug, Clone)]
pub struct Naming {
    /// The retry Workflow.
    pub workflow: NameTemplate,
    /// A tier's WorkflowTemplate.
    pub template: NameTemplate,
    /// An item's task.
    pub task: NameTemplate,
}

/// One `[[tiers]]`.
#[derive(Debug, Clone)]
pub struct Tier {
    /// Its name.
    pub name: At<String>,
    /// Where its WorkflowTemplate comes from.
    pub form: TierForm,
    /// Pods at once; `None`: the parent's.
    pub parallelism: Option<u32>,
}

/// Either a template that exists, or differences from the base.
#[derive(Debug, Clone)]
pub enum TierForm {
    /// The WorkflowTemplate of that name exists on the cluster and is not emitted.
    Existing(At<String>),
    /// The base with only these differences; emitted.
    Derived(Box<Resources>),
}

/// The differences of a derived tier.
#[derive(Debug, Clone, Default)]
pub struct Resources {
    /// `requests.memory`.
    pub request_memory: Option<At<Memory>>,
    /// `requests.cpu`.
    pub request_cpu: Option<At<Cpu>>,
    /// `limits.memory`.
    pub limit_memory: Option<At<Memory>>,
    /// `limits.cpu`.
    pub limit_cpu: Option<At<Cpu>>,
    /// Environment variables set to the whole cores of `requests.cpu`.
    pub threads_env: Vec<At<String>>,
    /// Labels of the pod, added to the base's.
    pub labels: Vec<(At<String>, At<String>)>,
    /// Replaces the base's retry strategy whole.
    pub retry_strategy: Option<RetryStrategy>,
}

/// `retry-strategy` of a tier: what Argo itself repeats inside one generation.
#[derive(Debug, Clone)]
pub struct RetryStrategy {
    /// Retries after the first attempt; `None`: without limit.
    pub limit: Option<u32>,
    /// Which phases are repeated.
    pub policy: Option<RetryPolicy>,
    /// What is not repeated, whatever the policy.
    pub not_on: Vec<NotOn>,
    /// Waits between attempts.
    pub backoff: Option<Backoff>,
}

/// `retryStrategy.retryPolicy` (`RetryPolicy` in Argo's `workflow_types.go`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "Argo's own words")]
pub enum RetryPolicy {
    Always,
    OnFailure,
    OnError,
    OnTransientError,
}

/// A word of `not-on`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NotOn {
    /// An attempt that was out of memory.
    Oom,
    /// A bare 137 too.
    OomProbable,
}

/// `retryStrategy.backoff`; Argo demands a duration.
#[derive(Debug, Clone)]
pub struct Backoff {
    /// The first wait.
    pub duration: Seconds,
    /// What each next wait is multiplied by.
    pub factor: Option<u32>,
    /// The longest wait (Argo 3.7 and later).
    pub cap: Option<Seconds>,
    /// Becomes `maxDuration`: the deadline of every attempt after the first.
    pub window: Option<Seconds>,
}

/// One `[[rules]]`.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Its table.
    pub place: Place,
    /// Its name.
    pub name: At<String>,
    /// What the evidence must look like; all of it.
    pub when: When,
    /// What to do then.
    pub treatment: Treatment,
    /// What runs before an item that this rule retries.
    pub before: Option<Before>,
}

/// What a rule does.
#[derive(Debug, Clone)]
pub enum Treatment {
    /// Run it again.
    Retry(Retry),
    /// Leave it, for this reason.
    Skip(String),
    /// A person must decide, for this reason.
    Hold(String),
}

/// An entry of `lint.allow`: findings that are passed over, and why.
#[derive(Debug, Clone)]
pub struct Allowed {
    /// Their code, one that a manifest can have.
    pub code: At<Code>,
    /// Why; never empty.
    pub reason: At<String>,
}

/// `[aggregate]`: what collects the results after the items.
#[derive(Debug, Clone)]
pub struct Aggregate {
    /// The WorkflowTemplate.
    pub name: At<String>,
    /// The template in it; also the name of its task.
    pub template: At<String>,
    /// What calls it.
    pub placed: AggregateAs,
    /// When it runs.
    pub when: AggregateWhen,
    /// Its arguments, in the order written; Argo's `{{ }}` pass through.
    pub arguments: Vec<(At<String>, At<String>)>,
}

/// `aggregate.as`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AggregateAs {
    /// A task behind every tier; it does not run after a deadline or a stop.
    Task,
    /// The Workflow's exit handler; it runs after a deadline and a stop too, and not on Terminate.
    ExitHandler,
}

/// `aggregate.when`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AggregateWhen {
    /// Whatever came of the items.
    Always,
    /// Only where every item succeeded.
    AllSucceeded,
}
