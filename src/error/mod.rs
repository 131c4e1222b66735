//! Faults: what is wrong with an input, where, and the way out; and the catalogue with a page for each code.

mod code;
mod fault;

pub use code::Code;
pub use fault::{Fault, Faults, Label};
