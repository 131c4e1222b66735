//! One integration binary.

mod yaml;
