//! Stage 7: the delta. What is on disk against what is wanted, by file name; and the same as a text for people.

mod delta;
mod text;

pub use delta::{Change, Delta, FileDelta, between, delta};
pub use text::render;
