//! One integration binary.

mod schema;
