//! From drafts to manifests: nothing that was not verified leaves here.

use std::collections::BTreeMap;
use std::ops::Range;

use serde_json::Value;

use super::references::Known;
use super::{Finding, config_map, inspect, syntax};
use crate::emit::Draft;
use crate::emit::yaml::{self, Rendered};
use crate::error::{Code, Fault, Faults};
use crate::recipe::ArgoVersion;
use crate::source::Source;

/// A verified manifest. Its fields are private: holding one is the proof that it was verified.
#[derive(Debug, Clone)]
pub struct Manifest {
    file: String,
    text: String,
    value: Value,
    places: BTreeMap<String, Range<usize>>,
}

impl Manifest {
    /// The file it belongs in, in the output directory.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The whole file.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The document.
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// The first and the last line, one-based, of the value that a JSON pointer leads to: it ends where the next one that is not
    /// part of it begins.
    pub fn lines(&self, pointer: &str) -> Option<(usize, usize)> {
        let start = self.places.get(pointer)?.start;
        let inside = |other: &str| other == pointer || other.starts_with(&format!("{pointer}/"));
        let later = self.places.iter().filter(|(other, place)| place.start > start && !inside(other));
        let end = later.map(|(_, place)| place.start).min();
        let line = |at: usize| self.text.get(..at).unwrap_or_default().matches('\n').count() + 1;
        let last = end.map_or_else(|| self.text.trim_end().lines().count(), |end| line(end) - 1);
        Some((line(start), last.max(line(start))))
    }
}

/// Verifies drafts together, because they refer to each other.
///
/// # Errors
/// Everything that a cluster would refuse or that fails at run time, shown in the text that would have been written.
pub fn verify(version: ArgoVersion, drafts: &[Draft], known: &Known) -> Result<Vec<Manifest>, Faults> {
    let rendered: Vec<Rendered> =
        drafts.iter().map(|draft| yaml::render(&draft.header, &draft.value)).collect();
    let other = |draft: &Draft| match draft.value.get("kind").and_then(Value::as_str) {
        Some("Kustomization") => Some(kustomization(draft, drafts)),
        Some("ConfigMap") => Some(config_map::check(&draft.value)),
        _ => None,
    };
    let documents: Vec<Value> =
        drafts.iter().filter(|draft| other(draft).is_none()).map(|draft| draft.value.clone()).collect();
    let mut inspected = inspect(version, &documents, known).into_iter();
    let mut faults = Faults::new();
    let mut manifests = Vec::new();
    for (draft, rendered) in drafts.iter().zip(rendered) {
        let findings = other(draft).unwrap_or_else(|| inspected.next().unwrap_or_default());
        let source = Source::new(draft.file.as_str(), rendered.text.as_str());
        findings.iter().for_each(|finding| faults.push(fault(finding, &source, &rendered)));
        if !syntax::reads_back(&rendered.text, &draft.value) {
            faults.push(not_read_back(&source));
        }
        manifests.push(Manifest {
            file: draft.file.clone(),
            text: rendered.text,
            value: draft.value.clone(),
            places: rendered.places,
        });
    }
    faults.or(manifests)
}

/// A finding at its place in the text, or at the nearest place above it that has one.
fn fault(finding: &Finding, source: &Source, rendered: &Rendered) -> Fault {
    let mut pointer = finding.pointer.as_str();
    let span = loop {
        match (rendered.places.get(pointer), pointer.rfind('/')) {
            (Some(span), _) => break span.clone(),
            (None, Some(cut)) => pointer = &pointer[..cut],
            (None, None) => break 0..0,
        }
    };
    Fault::new(finding.code, finding.message.clone(), finding.help.clone())
        .at(&source.place(span), "in what would be written")
}

/// Every resource of a kustomization is a file of the same compile.
fn kustomization(draft: &Draft, drafts: &[Draft]) -> Vec<Finding> {
    let resources = draft.value.get("resources").and_then(Value::as_array);
    let missing = |(position, resource): (usize, &Value)| {
        let found = drafts.iter().any(|other| Some(other.file.as_str()) == resource.as_str());
        (!found).then(|| {
            Finding::new(
                Code::VerifyReference,
                format!("/resources/{position}"),
                format!("resource {resource} is no file of this compile"),
                "this is a defect of gapit-compile: please report it",
            )
        })
    };
    resources.into_iter().flatten().enumerate().filter_map(missing).collect()
}

fn not_read_back(source: &Source) -> Fault {
    Fault::new(
        Code::VerifySchema,
        format!("{} does not read back as what was meant", source.name()),
        "this is a defect of gapit-compile: please report it with the recipe and the snapshot that show it",
    )
    .at(&source.place(0..0), "this file")
}
