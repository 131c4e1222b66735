//! Stage 5: drafts.

pub mod yaml;
