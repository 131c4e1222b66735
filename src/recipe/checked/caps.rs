//! `[caps]`.

use crate::source::At;
use crate::units::{Cpu, Memory, Seconds};

/// `[caps]`.
#[derive(Debug, Clone, Default)]
pub struct Caps {
    /// No tier is above it.
    pub memory: Option<At<Memory>>,
    /// The Workflow's deadline is at most this.
    pub deadline: Option<At<Seconds>>,
    /// `caps.total`.
    pub total: Total,
}

/// `caps.total`: what the pods of one retry Workflow request at once, over all tiers.
#[derive(Debug, Clone, Default)]
pub struct Total {
    /// Their memory.
    pub memory: Option<At<Memory>>,
    /// Their cores.
    pub cpu: Option<At<Cpu>>,
}
