//! What lies in the output directories: a walk made now, or a scan saved earlier.

mod scan;

pub use scan::{FileFact, Scan, Unreadable};
