//! The tables of the language as they are written: one definition a table gives its Rust type, its reader and its JSON schema.
//!
//! Every key may be absent or broken here ([`Key`]), so that one wrong value does not hide the next; what a value *means* is
//! settled in `check`.

#[macro_use]
mod table;
mod aggregate;
mod argo;
mod before;
mod caps;
mod deadline;
mod inputs;
mod entries;
mod items;
mod keyword;
mod lint;

mod naming;
mod output;
mod outputs;
mod parameters;
mod policy;
mod recipe;
mod remove;
mod rules;
mod tiers;
mod value;

pub(super) use aggregate::Aggregate;
pub(super) use argo::Argo;
pub(super) use before::{Before, BeforeScript, BeforeTemplate};
pub(super) use caps::Caps;
pub(super) use deadline::Deadline;
pub(super) use entries::Entries;
pub(super) use inputs::Inputs;
pub(super) use items::{Items, Range};
pub(super) use lint::Lint;
pub(super) use naming::Naming;
pub(super) use output::Output;
pub(super) use outputs::{Outputs, Parts};
pub(super) use parameters::Parameters;
pub(super) use policy::Policy;
pub(super) use recipe::Recipe;
pub(super) use remove::Remove;
pub(super) use rules::{Retry, Rule, When};
#[cfg(feature = "schema")]
pub(super) use table::Presence;
pub(super) use table::{Defined, Key, KeyDefinition, key_of};
pub(super) use tiers::{Backoff, Resources, RetryStrategy, Tier};
pub(super) use value::Decode;
