//! Stage 7: the delta.
