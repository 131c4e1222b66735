//! Everything that is wrong with documents that refer to each other: what the API server refuses, and what Argo or a run does.

use serde_json::Value;

use super::references::{self, Known};
use super::{Finding, schema};
use crate::recipe::ArgoVersion;

/// The findings of each document, in the order of the documents.
///
/// What the schema refuses breeds follow-on findings among the references: a reference's finding about the same place, the one
/// that holds it, or one below it that is not in the document is left out. What is written below such a place is a mistake of its
/// own.
pub fn inspect(version: ArgoVersion, documents: &[Value], known: &Known) -> Vec<Vec<Finding>> {
    let referenced = references::check(documents, known);
    let whole = |(document, references): (&Value, Vec<Finding>)| {
        let mut findings = schema::check(version, document);
        let written = |pointer: &str| document.pointer(pointer).is_some();
        let follows = |pointer: &str| {
            findings.iter().any(|found| follows_from(pointer, &found.pointer, written(pointer)))
        };
        let own: Vec<Finding> =
            references.into_iter().filter(|reference| !follows(&reference.pointer)).collect();
        findings.extend(own);
        findings
    };
    documents.iter().zip(referenced).map(whole).collect()
}

/// Whether a finding at a pointer follows from a place that was refused: it is that place, what holds it, or a place below it
/// where nothing is written.
fn follows_from(pointer: &str, refused: &str, written: bool) -> bool {
    let holder = refused.rsplit_once('/').map(|(holder, _)| holder);
    let below = |rest: &str| rest.is_empty() || (!written && rest.starts_with('/'));
    Some(pointer) == holder || pointer.strip_prefix(refused).is_some_and(below)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_follows_from_a_refused_place() {
        for (pointer, written) in [("/spec/a", true), ("/spec/a/b", false), ("/spec", true)] {
            assert!(follows_from(pointer, "/spec/a", written), "{pointer}");
        }
        for (pointer, written) in
            [("", true), ("/spec/ab", false), ("/spec/b", true), ("/metadata", true), ("/spec/a/b", true)]
        {
            assert!(!follows_from(pointer, "/spec/a", written), "{pointer}");
        }
        assert!(!follows_from("/spec/entrypoint", "", true), "the document as a whole has two mistakes");
    }
}
