//! One integration binary over files: a new case is a new folder.

mod architecture;
mod breakages;
mod cases;
mod catalogue;
mod causes;
mod corpus;
mod decisions;
mod decisions_schema;
mod determinism;
mod evidence_schema;
mod examples;
#[cfg(feature = "schema")]
mod explain_schema;
mod explained;
mod extends;
mod h5nzl;
#[cfg(feature = "schema")]
mod ledger_schema;
mod lineages;
mod modes;
mod played;
mod program;
mod pyyaml;
mod readme;
mod recipe_faults;
mod recipes;
#[cfg(feature = "schema")]
mod recipe_schema;
#[cfg(feature = "schema")]
mod report_schema;
mod resolved;
mod rust_text;
mod schema;
mod snapshots;
mod trim;
mod truth;
mod yaml;
