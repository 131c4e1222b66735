//! `*.test.toml`: the cases that a recipe is tested with.

use super::{Entries, PartsByItem};
use crate::evidence::snapshot::Phase;
use crate::recipe::Cause;
use crate::recipe::cases::{Forbidden, Shutdown, Word};
use crate::source::At;
use crate::units::Index;

table! {
    /// Cases that a recipe is tested with: of this run, expect these decisions.
    "the test file" TestFile {
        /// The version of the test language: 1.
        Always "version" version: i64,
        /// The cases, each `[[cases]]`.
        Always "cases" cases: Vec<At<TestCase>>,
    }
}

table! {
    /// One case: a run, made up of a few nodes or read from snapshots, and what is expected of it.
    "a case" TestCase {
        /// What it shows, in a few words.
        Always "name" name: String,
        /// What the items did, where the run is made up; an item without a node never got one.
        Optional "nodes" nodes: Vec<At<NodeGiven>>,
        /// Instead of nodes: snapshots of a real lineage, relative to this file, in any order.
        Optional "snapshot" snapshot: Vec<At<String>>,
        /// The workflow of the made-up run, its first generation.
        Optional "workflow" workflow: WorkflowGiven,
        /// The workflows of its retries: the generations 2, 3 and so on.
        Optional "retries" retries: Vec<At<WorkflowGiven>>,
        /// The template of the first tier, where it is on the cluster and no file of it is given.
        Optional "base" base: BaseGiven,
        /// All items that there should be, such as `["2-10"]`; default: every item that the case names.
        Optional "range" range: Vec<At<Index>>,
        /// What lies in the output directories; without it and without `scan`, no scan is given.
        Optional "outputs" outputs: OutputsGiven,
        /// Instead of outputs: scan files, relative to this file.
        Optional "scan" scan: Vec<At<String>>,
        /// A file of peak memory, relative to this file; a made-up node gives its own `peak`.
        Optional "usage" usage: String,
        /// A folder of logs, relative to this file; a made-up node gives its own `log`.
        Optional "logs" logs: String,
        /// What people decided, relative to this file.
        Optional "decisions" decisions: String,
        /// The ledger of the lineage, relative to this file.
        Optional "ledger" ledger: String,
        /// Files or directories with WorkflowTemplates of the cluster, relative to this file; default: the recipe's `inputs.templates`.
        Optional "templates" templates: Vec<At<String>>,
        /// Flags that change the plan, as on the command line.
        Optional "flags" flags: FlagsGiven,
        /// What is expected of the items; what is not named is not asked.
        Optional "expect" expect: Vec<At<Expectation>>,
        /// Why the plan is refused: the code of that fault, or `none`; left out, it is not asked.
        Optional "forbidden" forbidden: Forbidden,
    }
}

table! {
    /// A workflow of the run. Its times count from its own beginning.
    "a workflow" WorkflowGiven {
        /// Its `activeDeadlineSeconds`, such as `7d`; default none.
        Optional "deadline" deadline: String,
        /// Somebody ended it: `Stop` or `Terminate`.
        Optional "shutdown" shutdown: Shutdown,
        /// How long it ran; default: to the end of the last node.
        Optional "ran" ran: String,
        /// Its phase; default: Running where a node still is, else Failed where one failed, else Succeeded.
        Optional "phase" phase: Phase,
        /// Its message.
        Optional "message" message: String,
        /// Its parameters.
        Optional "parameters" parameters: Entries,
    }
}

table! {
    /// The template of the first tier as the cluster has it.
    "base" BaseGiven {
        /// The memory that its container can use, such as `72Gi`.
        Optional "memory" memory: String,
        /// Its `activeDeadlineSeconds`, such as `12h`.
        Optional "deadline" deadline: String,
        /// The `backoff.maxDuration` of its retry strategy.
        Optional "window" window: String,
    }
}

table! {
    /// What one item did in one generation, or several items that did the same.
    "a node" NodeGiven {
        /// The item.
        Optional "item" item: Index,
        /// Several items that did the same, such as `["2-4", 7]`.
        Optional "items" items: Vec<At<Index>>,
        /// The tier that it ran in; default: the one of its generation before, else the first.
        Optional "tier" tier: String,
        /// The workflow that it ran in: 1 (default) is the first, 2 its first retry.
        Optional "generation" generation: u32 = "1",
        /// How it ended; default: Failed where there is a message or an exit code that is not 0, else Succeeded.
        Optional "phase" phase: Phase,
        /// What Argo says about it, such as `OOMKilled (exit code 137)`; default: `Error (exit code N)` of a failure with a code.
        Optional "message" message: String,
        /// The exit code of `main`; default: the one that the message names.
        Optional "exit-code" exit_code: i64,
        /// Whether it ever got a host; default `true`, unless it is Pending.
        Optional "started" started: bool,
        /// The host that it ran on.
        Optional "host" host: String,
        /// When it began, counted from the beginning of its workflow; default: at once, or where the attempt before it ended.
        Optional "after" after: String,
        /// How long it ran; default `1h`.
        Optional "ran" ran: String,
        /// The most memory that it used, such as `70Gi`.
        Optional "peak" peak: String,
        /// What it wrote.
        Optional "log" log: String,
        /// Argo's own attempts, the first one first; phase and message above are then those of the node that holds them.
        Optional "attempts" attempts: Vec<At<AttemptGiven>>,
    }
}

table! {
    /// One pod run of an item; its keys mean what they mean of a node.
    "an attempt" AttemptGiven {
        /// How it ended.
        Optional "phase" phase: Phase,
        /// What Argo says about it.
        Optional "message" message: String,
        /// The exit code of `main`.
        Optional "exit-code" exit_code: i64,
        /// Whether it ever got a host.
        Optional "started" started: bool,
        /// The host that it ran on.
        Optional "host" host: String,
        /// When it began, counted from the beginning of its workflow.
        Optional "after" after: String,
        /// How long it ran.
        Optional "ran" ran: String,
        /// The most memory that it used.
        Optional "peak" peak: String,
        /// What it wrote.
        Optional "log" log: String,
    }
}

table! {
    /// What lies in the output directories of the items; nothing of an item that is not named.
    "outputs" OutputsGiven {
        /// Items with every file of `complete-when`, such as `["2-4"]`.
        Optional "complete" complete: Vec<At<Index>>,
        /// Items with some of their parts and no file of `complete-when`: `{ 7 = ["BLINK"] }`.
        Optional "partial" partial: PartsByItem,
        /// Items with every file of `complete-when`, but older than the run.
        Optional "stale" stale: Vec<At<Index>>,
    }
}

table! {
    /// Flags that change the plan.
    "flags" FlagsGiven {
        /// `--only`, such as `"5,28-31"`.
        Optional "only" only: String,
        /// `--retry-unknown`.
        Optional "retry-unknown" retry_unknown: bool,
        /// `--min-tier`.
        Optional "min-tier" min_tier: String,
    }
}

table! {
    /// What is expected of one item or of several; each key given must hold.
    "an expectation" Expectation {
        /// The item.
        Optional "item" item: Index,
        /// Several items, such as `["2-4", 7]`.
        Optional "items" items: Vec<At<Index>>,
        /// What becomes of it.
        Always "decision" decision: Word,
        /// The tier that it goes to.
        Optional "tier" tier: String,
        /// Why it ended.
        Optional "cause" cause: Cause,
        /// Who decides: a rule, `policy.unmatched`, `policy.oom-probable` or `decision`.
        Optional "rule" rule: String,
        /// How long it may take, such as `10d12h`.
        Optional "may-take" may_take: String,
        /// The parts of its output that are missing, all of them.
        Optional "missing" missing: Vec<At<String>>,
    }
}
