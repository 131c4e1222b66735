//! One integration binary over files: a new case is a new folder.

mod breakages;
mod cases;
mod catalogue;
mod evidence_schema;
#[cfg(feature = "schema")]
mod ledger_schema;
mod lineages;
mod readme;
mod recipe_faults;
mod recipes;
#[cfg(feature = "schema")]
mod recipe_schema;
#[cfg(feature = "schema")]
mod report_schema;
mod schema;
mod trim;
mod yaml;
