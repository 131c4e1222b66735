//! The cases that a recipe is tested with (`*.test.toml`): the run that is given, and what is expected of it.

mod check;
mod expected;
mod items;
mod nodes;

pub(crate) use check::outside_range;

use crate::error::{Code, Faults};
use crate::evidence::ledger::Flags;
use crate::evidence::snapshot::Phase;
use crate::recipe::{Cause, Recipe, parse, raw, raw::Decode as _};
use crate::source::{At, Place, Source};
use crate::units::{Index, Memory, Seconds};

/// What a file of cases is called: whatever stands before, and this.
pub const ENDING: &str = ".test.toml";

/// One case.
#[derive(Debug, Clone)]
pub struct Case {
    /// What it shows.
    pub name: At<String>,
    /// Its table.
    pub place: Place,
    /// The run.
    pub run: GivenRun,
    /// All items that there should be; `None`: as the recipe says, which only a run from snapshots can answer.
    pub range: Option<Vec<Index>>,
    /// What lies in the output directories.
    pub outputs: GivenOutputs,
    /// A file of peak memory.
    pub usage: Option<At<String>>,
    /// A folder of logs.
    pub logs: Option<At<String>>,
    /// What people decided.
    pub decisions: Option<At<String>>,
    /// The ledger.
    pub ledger: Option<At<String>>,
    /// WorkflowTemplates of the cluster; `None`: those of the recipe.
    pub templates: Option<Vec<At<String>>>,
    /// Flags that change the plan.
    pub flags: Flags,
    /// What is expected of the items.
    pub expected: Vec<Expected>,
    /// Why the plan should be refused, where that is asked.
    pub forbidden: Option<At<Forbidden>>,
}

/// Where a case's run comes from.
#[derive(Debug, Clone)]
pub enum GivenRun {
    /// Snapshots of a lineage.
    Snapshots(Vec<At<String>>),
    /// It is made up.
    Made(MadeRun),
}

/// A run that is made up.
#[derive(Debug, Clone)]
pub struct MadeRun {
    /// The workflows, one a generation, the root first; never empty.
    pub workflows: Vec<MadeWorkflow>,
    /// What the items did, in the order written; an item at most once a generation.
    pub nodes: Vec<MadeNode>,
    /// The template of the first tier, where no file of it is given.
    pub base: MadeBase,
}

/// A workflow that is made up.
#[derive(Debug, Clone, Default)]
pub struct MadeWorkflow {
    /// Its deadline.
    pub deadline: Option<Seconds>,
    /// Who ended it.
    pub shutdown: Option<Shutdown>,
    /// How long it ran; `None`: to the end of its last node.
    pub ran: Option<Seconds>,
    /// Its phase; `None`: what its nodes make of it.
    pub phase: Option<Phase>,
    /// Its message.
    pub message: String,
    /// Its parameters, in the order written.
    pub parameters: Vec<(String, String)>,
}

/// The template that the first tier is taken to have.
#[derive(Debug, Clone, Default)]
pub struct MadeBase {
    /// `limits.memory`, and the same requested.
    pub memory: Option<Memory>,
    /// `activeDeadlineSeconds`.
    pub deadline: Option<Seconds>,
    /// `retryStrategy.backoff.maxDuration`.
    pub window: Option<Seconds>,
}

/// What one item did in one generation.
#[derive(Debug, Clone)]
pub struct MadeNode {
    /// The item.
    pub item: Index,
    /// The position of its workflow; the root's is 0.
    pub position: usize,
    /// Its tier, a position in the recipe.
    pub tier: usize,
    /// The node that holds Argo's own attempts; `None`: the one attempt stands by itself.
    pub retry: Option<(Phase, String)>,
    /// Its pod runs; exactly one where there is no `retry`.
    pub attempts: Vec<MadeAttempt>,
}

/// One pod run that is made up.
#[derive(Debug, Clone)]
pub struct MadeAttempt {
    /// How it ended.
    pub phase: Phase,
    /// What Argo says about it.
    pub message: String,
    /// The exit code of `main`.
    pub exit_code: Option<i32>,
    /// Where it ran; `None`: it never got a host.
    pub host: Option<String>,
    /// When it began, from the beginning of its workflow.
    pub after: Option<Seconds>,
    /// How long it ran; `None`: nothing is said.
    pub ran: Option<Seconds>,
    /// The most memory that it used.
    pub peak: Option<Memory>,
    /// What it wrote.
    pub log: Option<String>,
}

/// What lies in the output directories.
#[derive(Debug, Clone)]
pub enum GivenOutputs {
    /// Nobody looked.
    NotScanned,
    /// Scan files.
    Scans(Vec<At<String>>),
    /// It is made up: every item that has something there, with what.
    Made(Vec<(Index, MadeOutput)>),
}

/// What lies in an output directory that is made up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MadeOutput {
    /// Every marker.
    Complete,
    /// Every marker, older than the run.
    Stale,
    /// These parts, and no marker.
    Parts(Vec<At<String>>),
}

/// `workflow.shutdown` of a case, and Argo's `spec.shutdown`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shutdown {
    /// What runs may end.
    Stop,
    /// What runs is killed.
    Terminate,
}

/// The word of a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words of decisions are the product's own")]
pub enum Word {
    Done,
    Retry,
    Deferred,
    Skip,
    Hold,
    Exhausted,
    Active,
}

impl Word {
    /// As people read it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Retry => "retry",
            Self::Deferred => "deferred",
            Self::Skip => "skip",
            Self::Hold => "hold",
            Self::Exhausted => "exhausted",
            Self::Active => "active",
        }
    }
}

/// `forbidden` of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the pages of the codes say what each means")]
pub enum Forbidden {
    /// The plan may run.
    Not,
    StopLoss,
    Active,
    Upstream,
    OpenDecisions,
    LedgerPast,
    NothingRetryable,
}

impl Forbidden {
    /// The fault that the plan is refused with; `None`: it is not.
    pub fn code(self) -> Option<Code> {
        match self {
            Self::Not => None,
            Self::StopLoss => Some(Code::PlanStopLoss),
            Self::Active => Some(Code::PlanActive),
            Self::Upstream => Some(Code::PlanUpstream),
            Self::OpenDecisions => Some(Code::PlanOpenDecisions),
            Self::LedgerPast => Some(Code::PlanLedgerPast),
            Self::NothingRetryable => Some(Code::PlanNothingRetryable),
        }
    }
}

/// What is expected of items.
#[derive(Debug, Clone)]
pub struct Expected {
    /// Its table.
    pub place: Place,
    /// The items, with the place where they are named.
    pub items: At<Vec<Index>>,
    /// What becomes of them.
    pub decision: Word,
    /// The tier that they go to, a position in the recipe.
    pub tier: Option<usize>,
    /// Why they ended.
    pub cause: Option<Cause>,
    /// Who decides.
    pub rule: Option<String>,
    /// How long each may take.
    pub may_take: Option<Seconds>,
    /// The parts of their output that are missing.
    pub missing: Option<Vec<String>>,
}

/// Reads the cases of a file. They are about one recipe: its tiers and rules are what they can name.
///
/// # Errors
/// Every fault that can be told at once, each where it was written.
pub fn load(source: &Source, recipe: &Recipe) -> Result<Vec<Case>, Faults> {
    let tree = parse::parse(source)?;
    let mut faults = Faults::new();
    let file = raw::TestFile::decode(&tree, "the test file", &mut faults);
    let cases = file.map(|file| check::file(&file, recipe, &mut faults)).unwrap_or_default();
    faults.or(cases)
}

#[cfg(test)]
mod tests;
