//! The tables of the language as they are written: one definition a table gives its Rust type, its reader and its JSON schema.
//!
//! Every key may be absent or broken here ([`Key`]), so that one wrong value does not hide the next; what a value *means* is
//! settled in `check`.

#[macro_use]
mod table;
mod aggregate;
mod any;
mod argo;
mod before;
mod caps;
mod cases;
mod concurrency;
mod deadline;
mod inputs;
mod interval;
mod entries;
mod items;
mod keyword;
mod lineage_parameters;
mod lint;
mod memoize;
mod naming;
mod output;
mod outputs;
mod parameters;
mod policy;
mod recipe;
mod remove;
mod rule_backoff;
mod rules;
mod sizing;
mod tiers;
mod value;
mod when;

pub(super) use aggregate::Aggregate;
pub(super) use any::Any;
pub(super) use argo::Argo;
pub(super) use before::{Before, BeforeScript, BeforeTemplate};
pub(super) use caps::{Caps, Total};
pub(super) use cases::{
    AttemptGiven, BaseGiven, Expectation, NodeGiven, OutputsGiven, TestCase, TestFile, WorkflowGiven,
};
pub(super) use concurrency::Concurrency;
pub(super) use deadline::Deadline;
pub(super) use entries::{Entries, PartsByItem};
pub(super) use inputs::Inputs;
pub(super) use interval::Interval;
pub(super) use items::{Items, Range};
pub(super) use lineage_parameters::LineageParameters;
pub(super) use lint::Lint;
pub(super) use memoize::Memoize;
pub(super) use naming::Naming;
pub(super) use output::Output;
pub(super) use outputs::{Outputs, Parts};
pub(super) use parameters::Parameters;
pub(super) use policy::Policy;
pub(super) use recipe::Recipe;
pub(super) use remove::Remove;
pub(super) use rule_backoff::RuleBackoff;
pub(super) use rules::{Retry, Rule};
pub(super) use sizing::{Sizing, TierChoice};
#[cfg(feature = "schema")]
pub(super) use table::Presence;
pub(super) use table::{Defined, Key, KeyDefinition, key_of};
pub(super) use tiers::{Backoff, Resources, RetryStrategy, Tier};
pub(super) use value::Decode;
pub(super) use when::When;
