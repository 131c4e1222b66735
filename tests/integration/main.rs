//! One integration binary.

mod evidence_schema;
