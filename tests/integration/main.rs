//! One integration binary over files: a new case is a new folder.

mod architecture;
mod breakages;
mod determinism;
mod evidence_schema;
mod examples;
mod program;
mod pyyaml;
mod recipe_faults;
mod recipes;
#[cfg(feature = "schema")]
mod recipe_schema;
#[cfg(feature = "schema")]
mod report_schema;
mod rust_text;
mod schema;
mod snapshots;
mod truth;
mod yaml;
