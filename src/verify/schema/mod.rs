//! What an API server with Argo's full CRDs takes: types, limits, closed objects, and the rules between fields.

mod facts;
mod rules;
mod words;

use std::collections::BTreeSet;

use serde_json::Value;

use self::facts::Facts;
use self::words::Unknown;
use super::Finding;
use crate::error::Code;
use crate::recipe::ArgoVersion;
use crate::units::name::nearest;

/// The only group and version that Argo has (F 1.1).
const API_VERSION: &str = "argoproj.io/v1alpha1";

/// Everything about `document` that an API server of that Argo version would refuse; one finding a mistake.
///
/// The schema is chosen by kind first, for a document that is asked against all kinds only hears that none fits. Nulls are
/// taken as absent, as an API server prunes them from objects before it validates (Kubernetes, "Defaulting and Nullable").
pub fn check(version: ArgoVersion, document: &Value) -> Vec<Finding> {
    let facts = match version {
        ArgoVersion::V4_1 => Facts::v4_1(),
    };
    let kind = match kind_of(facts, document) {
        Ok(kind) => kind,
        Err(finding) => return vec![finding],
    };
    let (pruned, unknown) = (without_nulls(document), unknown_fields(facts, kind, document));
    let misspelt: BTreeSet<String> =
        unknown.iter().map(|found| parent(&found.finding.pointer).to_owned()).collect();
    // That a field is missing follows from its being misspelt.
    let meant: BTreeSet<String> = unknown.iter().filter_map(|found| found.meant.clone()).collect();
    let mut findings: Vec<Finding> = unknown.into_iter().map(|found| found.finding).collect();
    for error in facts.validator(kind).iter_errors(&pruned) {
        findings.extend(words::finding(facts, &error).filter(|found| !meant.contains(&found.pointer)));
    }
    findings.extend(rules::check(facts, kind, &pruned, &misspelt));
    for finding in &mut findings {
        finding.pointer = present(document, &finding.pointer).to_owned();
    }
    findings
}

/// The kind of the document, where it is one of Argo's.
fn kind_of<'a>(facts: &Facts, document: &'a Value) -> Result<&'a str, Finding> {
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
    let known = facts.kinds().join(", ");
    let Some(kind) = given("kind") else {
        return Err(refused("", "the document has no `kind`".to_owned(), format!("the kinds are {known}")));
    };
    let name = kind.as_str().unwrap_or_default();
    if facts.kinds().contains(&name) {
        return Ok(name);
    }
    let help = nearest(name, facts.kinds().iter().copied()).map_or_else(
        || format!("the kinds are {known}"),
        |near| format!("`{near}` might be meant; the kinds are {known}"),
    );
    Err(refused("/kind", format!("`kind` is {}, which Argo does not know", words::shown(kind)), help))
}

/// Every field that the API does not know. Asked of the document as written: that a value is null hides none of them.
fn unknown_fields(facts: &Facts, kind: &str, document: &Value) -> Vec<Unknown> {
    facts
        .validator(kind)
        .iter_errors(document)
        .flat_map(|error| words::unknown_fields(facts, &error))
        .collect()
}

/// The deepest place of a pointer that exists: a missing field is shown at the object that lacks it.
fn present<'a>(document: &Value, pointer: &'a str) -> &'a str {
    if document.pointer(pointer).is_some() { pointer } else { parent(pointer) }
}

/// The pointer of the object or list that holds this one.
fn parent(pointer: &str) -> &str {
    pointer.rsplit_once('/').map_or("", |(parent, _)| parent)
}

/// The same value without the null members of its objects; list items keep their places.
fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(members) => Value::Object(
            members
                .iter()
                .filter(|(_, member)| !member.is_null())
                .map(|(name, member)| (name.clone(), without_nulls(member)))
                .collect(),
        ),
        Value::Array(items) => Value::Array(items.iter().map(without_nulls).collect()),
        scalar => scalar.clone(),
    }
}

fn refused(pointer: &str, message: String, help: String) -> Finding {
    Finding::new(Code::VerifySchema, pointer, message, help)
}
