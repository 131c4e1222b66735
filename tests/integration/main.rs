//! One integration binary.

mod breakages;
mod recipe_faults;
mod recipes;
#[cfg(feature = "schema")]
mod recipe_schema;
