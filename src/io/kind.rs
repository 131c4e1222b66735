//! What stands at a path.

use std::path::Path;

/// Whether a path is a directory; what cannot be looked at is none, and reading it says why.
pub fn is_directory(path: &str) -> bool {
    Path::new(path).is_dir()
}

/// Whether anything stands at a path, also a link to nowhere: reading it says what is wrong with it.
pub fn exists(path: &str) -> bool {
    Path::new(path).symlink_metadata().is_ok()
}
