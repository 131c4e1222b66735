//! One integration binary.

mod breakages;
#[cfg(feature = "schema")]
mod recipe_schema;
