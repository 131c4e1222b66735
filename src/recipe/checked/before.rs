//! `before` of a rule: the recovery step.

use crate::source::At;
use crate::units::{Cpu, Memory};

/// What runs before each item of a rule and must succeed.
#[derive(Debug, Clone)]
pub enum Before {
    /// A template of a WorkflowTemplate on the cluster.
    TemplateRef {
        /// The WorkflowTemplate.
        name: At<String>,
        /// The template in it.
        template: At<String>,
    },
    /// A script that stands in the Workflow itself.
    Script(BeforeScript),
}

/// `before.script`.
#[derive(Debug, Clone)]
pub struct BeforeScript {
    /// Where the recipe names its file.
    pub file: At<String>,
    /// What the file says: lines that end with LF, the last one too.
    pub source: String,
    /// The image; Argo's `{{ }}` pass through.
    pub image: At<String>,
    /// What reads the script; never empty.
    pub command: Vec<At<String>>,
    /// Memory that its pod asks for and may use.
    pub memory: Memory,
    /// Cores that its pod asks for and may use.
    pub cpu: Cpu,
}
