//! Everything that is wrong with documents that refer to each other: what the API server refuses, and what Argo or a run does.

use serde_json::Value;

use super::references::{self, Known};
use super::{Finding, schema};
use crate::recipe::ArgoVersion;

/// The findings of each document, in the order of the documents.
///
/// What the schema refuses breeds follow-on findings among the references: a reference's finding about the same place, one
/// below it or the one that holds it is left out.
pub fn inspect(version: ArgoVersion, documents: &[Value], known: &Known) -> Vec<Vec<Finding>> {
    let referenced = references::check(documents, known);
    let whole = |(document, references): (&Value, Vec<Finding>)| {
        let mut findings = schema::check(version, document);
        let follows = |pointer: &str| findings.iter().any(|found| is_near(pointer, &found.pointer));
        let own: Vec<Finding> =
            references.into_iter().filter(|reference| !follows(&reference.pointer)).collect();
        findings.extend(own);
        findings
    };
    documents.iter().zip(referenced).map(whole).collect()
}

/// Whether a pointer leads to the refused place, below it, or to what holds it.
fn is_near(pointer: &str, refused: &str) -> bool {
    let holder = refused.rsplit_once('/').map_or("", |(holder, _)| holder);
    pointer == holder
        || pointer.strip_prefix(refused).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_near_a_refused_place() {
        for pointer in ["/spec/a", "/spec/a/b", "/spec"] {
            assert!(is_near(pointer, "/spec/a"), "{pointer}");
        }
        for pointer in ["", "/spec/ab", "/spec/b", "/metadata"] {
            assert!(!is_near(pointer, "/spec/a"), "{pointer}");
        }
    }
}
