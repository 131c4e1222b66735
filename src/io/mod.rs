//! The disk: reading inputs, walking outputs, writing manifests. Nothing else in the library touches it.
#![expect(clippy::disallowed_methods, reason = "this is the module that touches the disk")]

mod apply;
mod cases;
mod git;
mod kind;
mod lintable;
mod manifests;
mod missing;
mod read;
mod reason;
mod transaction;
mod walk;

pub use apply::apply;
pub use cases::cases;
pub use git::manifests_at;
pub use kind::{exists, is_directory};
pub use lintable::lintable;
pub use manifests::{manifests_in, manifests_on_disk};
pub use missing::or_make;
pub use read::{Disk, logs, read, read_text, templates};
pub use reason::not_printed;
pub use walk::walk;
