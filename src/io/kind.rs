//! What stands at a path.

use std::path::Path;

/// Whether a path is a directory; what cannot be looked at is none, and reading it says why.
pub fn is_directory(path: &str) -> bool {
    Path::new(path).is_dir()
}
