//! What an API server with Argo's full CRDs takes: types, limits, closed objects, metadata, and the rules between fields.

mod facts;
mod formats;
mod metadata;
mod rules;
mod walk;
mod words;

use serde_json::Value;

use self::facts::{Facts, KINDS};
use super::Finding;
use crate::error::Code;
use crate::recipe::ArgoVersion;
use crate::units::name::nearest;

/// The only group and version that Argo has.
const API_VERSION: &str = "argoproj.io/v1alpha1";

/// Everything about `document` that an API server with the full CRDs of that Argo version would refuse, and what Argo's
/// validator says about one object by itself; one finding a mistake, outer places first.
///
/// The schema is chosen by kind, for a document that is asked against all kinds only hears that none fits. Nulls are taken as
/// absent, as an API server prunes them from objects before it validates (Kubernetes, "Defaulting and Nullable").
pub fn check(version: ArgoVersion, document: &Value) -> Vec<Finding> {
    let kind = match kind_of(document) {
        Ok(kind) => kind,
        Err(finding) => return vec![finding],
    };
    let mut findings = walk::check(Facts::of(version), kind, document);
    findings.extend(metadata::check(kind, document));
    for finding in &mut findings {
        finding.pointer.truncate(present(document, &finding.pointer));
    }
    findings
}

/// The kind of the document, where it is one of Argo's.
fn kind_of(document: &Value) -> Result<&'static str, Finding> {
    let given = |field| document.get(field).filter(|value: &&Value| !value.is_null());
    let api_version = given("apiVersion");
    if api_version.and_then(Value::as_str) != Some(API_VERSION) {
        let message = api_version.map_or_else(
            || "the document has no `apiVersion`".to_owned(),
            |found| format!("`apiVersion` is {}, which is not Argo's", words::shown(found)),
        );
        let pointer = if api_version.is_some() { "/apiVersion" } else { "" };
        return Err(refused(pointer, message, format!("write `apiVersion: {API_VERSION}`")));
    }
    let known = KINDS.join(", ");
    let Some(kind) = given("kind") else {
        return Err(refused("", "the document has no `kind`".to_owned(), format!("the kinds are {known}")));
    };
    let name = kind.as_str().unwrap_or_default();
    if let Some(kind) = KINDS.into_iter().find(|kind| *kind == name) {
        return Ok(kind);
    }
    let help = nearest(name, KINDS).map_or_else(
        || format!("the kinds are {known}"),
        |near| format!("`{near}` might be meant; the kinds are {known}"),
    );
    Err(refused("/kind", format!("`kind` is {}, which Argo does not know", words::shown(kind)), help))
}

/// How much of a pointer exists: a missing field is shown at the object that lacks it.
fn present(document: &Value, pointer: &str) -> usize {
    if document.pointer(pointer).is_some() {
        return pointer.len();
    }
    pointer.rfind('/').unwrap_or_default()
}

fn refused(pointer: &str, message: String, help: String) -> Finding {
    Finding::new(Code::VerifySchema, pointer, message, help)
}
