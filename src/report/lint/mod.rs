//! What `lint` found, for people and for programs: one file a format.

mod catalog;
mod github;
mod json;
mod sarif;
mod summary;

pub use catalog::{CatalogEntry, catalog, catalog_text};
pub use github::github;
pub use json::{LintReport, report};
pub use sarif::sarif;
pub use summary::{Told, silenced, summary};

#[cfg(feature = "schema")]
pub use json::schema;

use crate::lint::Level;

/// A level as it is written.
pub fn word(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Info => "info",
    }
}
