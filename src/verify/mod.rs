//! Stage 6: verification. The only door to a manifest: syntax, the API's schema and references are checked here.

mod finding;
pub mod schema;
pub mod syntax;

pub use finding::Finding;
