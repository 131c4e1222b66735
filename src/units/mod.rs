//! Values that refuse nonsense: memory, CPU, durations, intervals, item indexes, Kubernetes names and numbers in words.

mod cpu;
mod duration;
mod factor;
mod index;
mod interval;
mod memory;
pub mod name;
mod quantity;
mod selection;
mod visible;

pub use cpu::Cpu;
pub use duration::Seconds;
pub use factor::Factor;
pub use index::{Index, named, ranges};
pub use interval::Interval;
pub use memory::Memory;
pub use quantity::parse_milli;
pub use selection::{Selection, parse_ranges};
pub use visible::visible;
