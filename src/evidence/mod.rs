//! Stage 1: facts. What the workflow's snapshot and the scan of the outputs say, with no judgement and no recipe.

pub mod canonical;
mod locate;
pub mod outputs;
pub mod snapshot;
pub mod templates;

#[cfg(test)]
mod examples;

/// What is known about a run: the lineage of workflows and what lies in the output directories.
#[derive(Debug, Clone)]
pub struct Evidence {
    /// The workflows, the root first and the one to retry last.
    pub lineage: snapshot::Lineage,
    /// What the scan saw; `None` where no scan was given.
    pub scan: Option<outputs::Scan>,
}
