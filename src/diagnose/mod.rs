//! Stage 3: judgement.
