//! The disk: reading inputs, walking outputs, writing manifests.
