//! Stage 6: verified manifests.
