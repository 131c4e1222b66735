//! Stage 6: verification. The only door to a [`Manifest`]: syntax, the API's schema and references are checked here.

pub mod document;
pub mod references;
pub mod schema;
pub mod syntax;

mod config_map;
mod finding;
mod inspect;
mod manifest;

pub use finding::{Finding, Side};
pub use inspect::inspect;
pub use manifest::{Manifest, verify};
pub use references::Known;
