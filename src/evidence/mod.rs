//! Stage 1: facts. What the workflow's snapshot and the scan of the outputs say, with no judgement and no recipe.

pub mod canonical;
pub mod decisions;
pub mod kind;
mod locate;
pub mod ledger;
pub mod logs;
pub mod outputs;
pub mod snapshot;
pub mod templates;
pub mod usage;

#[cfg(test)]
mod examples;

/// What is known about a run: the lineage of workflows and what lies in the output directories.
#[derive(Debug, Clone)]
pub struct Evidence {
    /// The workflows, the root first and the one to retry last.
    pub lineage: snapshot::Lineage,
    /// What the scan saw; `None` where no scan was given.
    pub scan: Option<outputs::Scan>,
    /// Peak memory as it was measured; `None` where none was given.
    pub usage: Option<usage::Usage>,
    /// What the items wrote; `None` where no logs were given.
    pub logs: Option<logs::Logs>,
    /// What was planned before; empty where there is no ledger yet.
    pub ledger: ledger::Ledger,
    /// What people decided about items; `None` where the recipe names no such file.
    pub decisions: Option<decisions::Decisions>,
    /// WorkflowTemplates that were given as files.
    pub templates: Vec<templates::ProvidedTemplate>,
}

/// A lineage and nothing beside it: no scan, no ledger, no files of the user's.
impl From<snapshot::Lineage> for Evidence {
    fn from(lineage: snapshot::Lineage) -> Self {
        Self {
            lineage,
            scan: None,
            usage: None,
            logs: None,
            ledger: ledger::Ledger::default(),
            decisions: None,
            templates: Vec::new(),
        }
    }
}

impl Evidence {
    /// The template that a reference means: from a given file, else as the newest generation stored it.
    pub fn template(&self, reference: &snapshot::TemplateRef) -> Option<&serde_json::Value> {
        let given = self.templates.iter().find(|given| given.is(reference));
        match given {
            Some(given) => templates::body_in(&given.document, &reference.template),
            None => {
                let newest_first = self.lineage.generations().iter().rev();
                newest_first.into_iter().find_map(|run| snapshot::stored_template(run, reference))
            }
        }
    }

    /// The reference to a template of a WorkflowTemplate that the recipe names.
    ///
    /// # Errors
    /// Those of [`kind::reference`].
    pub fn reference(
        &self,
        name: &crate::source::At<String>,
        template: &str,
    ) -> Result<snapshot::TemplateRef, crate::error::Fault> {
        kind::reference(name, template, Some(&self.lineage), &self.templates)
    }
}
