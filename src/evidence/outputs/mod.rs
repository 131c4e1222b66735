//! What lies in the output directories: a walk made now, or a scan saved earlier.

mod scan;
mod saved;

#[cfg(feature = "schema")]
pub use saved::schema;
pub use saved::{SCHEMA, parse};
pub use scan::{FileFact, Scan, Unreadable};
