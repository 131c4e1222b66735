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
mod first_recipe;
#[cfg(feature = "schema")]
mod explain_schema;
mod explained;
mod extends;
mod full_disk;
mod h5nzl;
#[cfg(feature = "schema")]
mod keys_in_use;
#[cfg(feature = "schema")]
mod ledger_schema;
mod layout;
mod licences;
mod lineages;
mod lints;
mod lint;
#[cfg(feature = "schema")]
mod lint_schema;
mod mend;
mod modes;
mod pages;
mod played;
mod program;
mod properties;
mod pyyaml;
mod reach;
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
mod shapes;
mod semantics;
mod shells;
mod shipped_recipes;
mod snapshots;
#[cfg(feature = "schema")]
mod test_schema;
mod tested;
mod trim;
mod truth;
mod usage;
mod yaml;
