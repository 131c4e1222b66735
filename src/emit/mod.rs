//! Stage 5: drafts.
