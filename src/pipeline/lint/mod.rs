//! Linting: texts are read, their objects verified and linted together, and what is wrong is told at its place.

mod allow;
mod found;
mod objects;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde_json::Value;

pub use self::allow::{Origin, Silenced};
use self::found::Finder;
pub use self::found::{Found, Span, level};
use self::objects::{Object, objects};
use crate::error::Faults;
use crate::evidence::snapshot::Lineage;
use crate::evidence::templates::ProvidedTemplate;
use crate::lint::{self, Setting};
use crate::recipe::{Allowed, ArgoVersion};
use crate::source::Source;
use crate::units::Memory;
use crate::verify::document::{self, Comment, Document};
use crate::verify::{Known, inspect};

/// What is to be linted, and what is known beside it.
#[derive(Debug, Clone)]
pub struct Task {
    /// The texts.
    pub sources: Vec<Source>,
    /// Whose schema and semantics.
    pub argo: ArgoVersion,
    /// A run whose stored templates are known and whose attempts are measured against.
    pub run: Option<Lineage>,
    /// WorkflowTemplates that exist on the cluster.
    pub templates: Vec<ProvidedTemplate>,
    /// What the recipe passes over.
    pub allowed: Vec<Allowed>,
    /// The most memory that a container may ask for.
    pub memory_cap: Option<Memory>,
}

/// What was found.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// Everything that is wrong, in the order of the texts and of the places in them.
    pub found: Vec<Found>,
    /// What would be among it if nobody had said that it is fine.
    pub silenced: Vec<Silenced>,
    /// How many texts were read.
    pub files: usize,
    /// How many objects of Argo's they hold.
    pub objects: usize,
    /// How many documents are of other kinds, by their kind; those without a kind have an empty one.
    pub others: BTreeMap<String, usize>,
    /// How many documents could not be read.
    pub lost: usize,
}

/// Lints the texts together: they refer to each other.
pub fn lint(task: &Task) -> Outcome {
    let (mut documents, mut comments, mut faults) = (Vec::new(), Vec::new(), Vec::new());
    let mut outcome = Outcome { files: task.sources.len(), ..Outcome::default() };
    for (file, source) in task.sources.iter().enumerate() {
        let reading = document::read(source);
        outcome.lost += reading.lost;
        documents.extend(reading.documents.into_iter().map(|document| (file, document)));
        comments.push(reading.comments);
        faults.push(reading.faults);
    }
    let objects: Vec<Object> = objects(&mut documents);
    for object in &objects {
        if object.is_argo {
            outcome.objects += 1;
        } else {
            *outcome.others.entry(object.kind().to_owned()).or_default() += 1;
        }
    }
    let found = find(task, &documents, &objects, &faults);
    (outcome.found, outcome.silenced) = allow::sift(task, found, &comments);
    outcome
}

/// Everything that is wrong, whether or not somebody says that it is fine.
fn find(task: &Task, documents: &[(usize, Document)], objects: &[Object], faults: &[Faults]) -> Vec<Found> {
    let known = known(task);
    let argo: Vec<Value> =
        objects.iter().filter(|object| object.is_argo).map(|object| object.value.clone()).collect();
    let mut refused = inspect(task.argo, &argo, &known).into_iter();
    let all: Vec<Value> = objects.iter().map(|object| object.value.clone()).collect();
    let files: Vec<&str> =
        objects.iter().map(|object| task.sources[documents[object.document].0].name()).collect();
    let setting = Setting {
        documents: &all,
        files: &files,
        known: &known,
        argo: task.argo,
        run: task.run.as_ref(),
        memory_cap: task.memory_cap.as_ref(),
    };
    let mut regretted = lint::check(&setting).into_iter();
    let mut finder = Finder::new(&task.sources);
    for (file, faults) in faults.iter().enumerate() {
        faults.iter().for_each(|fault| finder.fault(file, fault));
    }
    for object in objects {
        let (file, document) = &documents[object.document];
        let refused = if object.is_argo { refused.next().unwrap_or_default() } else { Vec::new() };
        for finding in refused.into_iter().chain(regretted.next().unwrap_or_default()) {
            finder.finding(*file, document, object, finding);
        }
    }
    finder.finish()
}

/// The templates that exist beside the texts.
fn known(task: &Task) -> Known {
    let mut known = Known::new();
    for workflow in task.run.iter().flat_map(Lineage::generations) {
        known.add_stored(&workflow.stored_templates);
    }
    for template in &task.templates {
        known.add_document(&template.document);
    }
    known
}
