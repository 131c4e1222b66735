//! Rules of a template: its type, and the fields that only some types take.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Part, is_given};
use crate::verify::Finding;
use crate::verify::schema::refused;
use crate::verify::schema::words::{place, shown};

/// The fields that say what a template is (F 6.1 rule 23).
const TYPES: [&str; 10] =
    ["container", "containerSet", "dag", "data", "http", "plugin", "resource", "script", "steps", "suspend"];

/// A field that some types do not take, those types, and what to do instead.
const MISPLACED: [(&str, &[&str], &str); 5] = [
    // CEL; rule 27.
    ("timeout", &["dag", "steps"], "set it on the templates that run pods"),
    // Rule 29.
    ("pendingTimeout", &["dag", "steps"], "set it on the templates that run pods"),
    // CEL; rule 31.
    (
        "activeDeadlineSeconds",
        &["dag", "steps"],
        "set it on the templates that run pods, or on the Workflow's `spec`",
    ),
    // Rule 26: these make no pod.
    (
        "resourceClaims",
        &["dag", "steps", "suspend", "http", "plugin"],
        "set it on the templates that run pods",
    ),
    // Rule 16: these run in the agent's pod.
    ("podResources", &["http", "plugin"], "set it on the templates that run pods"),
];

/// Every rule of one template.
pub(super) fn check(part: &Part<'_>) -> Vec<Finding> {
    let types: Vec<&str> = TYPES.into_iter().filter(|name| part.value.get(name).is_some()).collect();
    let mut findings: Vec<Finding> = several_types(part, &types).into_iter().collect();
    if let [only] = types[..] {
        findings.extend(misplaced(part, only));
        findings.extend(parallelism_of_a_leaf(part, only));
    }
    findings.extend(deadline(part, &types));
    findings.extend(timeout_without_unit(part));
    findings
}

/// CEL; rule 23.
fn several_types(part: &Part<'_>, types: &[&str]) -> Option<Finding> {
    let [_, second, ..] = types else { return None };
    let what = part.value["name"]
        .as_str()
        .map_or_else(|| place(&part.pointer), |name| format!("the template `{name}`"));
    let named = types.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" and ");
    let message = format!("{what} has {named}; a template is of one type");
    Some(refused(&format!("{}/{second}", part.pointer), message, "make a template of each".to_owned()))
}

fn misplaced(part: &Part<'_>, of_type: &str) -> Vec<Finding> {
    MISPLACED
        .iter()
        .filter(|(field, types, _)| types.contains(&of_type) && is_given(part.value, field))
        .map(|(field, _, help)| {
            let message = format!("a template of type `{of_type}` takes no `{field}`");
            refused(&format!("{}/{field}", part.pointer), message, (*help).to_owned())
        })
        .collect()
}

/// Rule 33.
fn parallelism_of_a_leaf(part: &Part<'_>, of_type: &str) -> Option<Finding> {
    let leaf = !matches!(of_type, "dag" | "steps") && part.value.get("parallelism").is_some();
    leaf.then(|| {
        let message = format!("a template of type `{of_type}` takes no `parallelism`: it runs one pod");
        refused(
            &format!("{}/parallelism", part.pointer),
            message,
            "set it on the dag or steps that call it".to_owned(),
        )
    })
}

/// Rule 32: above zero, or filled in at run time. (The Workflow's own is not looked at: F 13.)
fn deadline(part: &Part<'_>, types: &[&str]) -> Option<Finding> {
    let value = part.value.get("activeDeadlineSeconds")?;
    let good = match value {
        Value::Number(number) => number.as_i64().is_some_and(|seconds| seconds > 0),
        Value::String(text) => text.parse::<i64>().is_ok_and(|seconds| seconds > 0) || text.contains("{{"),
        // The schema has refused it.
        _ => true,
    };
    let leaf = !types.iter().any(|name| matches!(*name, "dag" | "steps"));
    (leaf && !good).then(|| {
        let message = format!("`activeDeadlineSeconds` is {}, which is no number above 0", shown(value));
        let help = "write seconds, or a variable such as \"{{inputs.parameters.deadline}}\"";
        refused(&format!("{}/activeDeadlineSeconds", part.pointer), message, help.to_owned())
    })
}

/// Rule 28.
fn timeout_without_unit(part: &Part<'_>) -> Option<Finding> {
    let text = part.value.get("timeout")?.as_str()?;
    text.parse::<i64>().is_ok().then(|| {
        let message = format!("`timeout` is \"{text}\", which has no unit");
        refused(&format!("{}/timeout", part.pointer), message, format!("write \"{text}s\" for seconds"))
    })
}

/// Rule 36: an image for every container and script, its own or the one of `templateDefaults`.
pub(super) fn images(spec: &Part<'_>, misspelt: &BTreeSet<String>) -> Vec<Finding> {
    let defaults = &spec.value["templateDefaults"];
    let mut findings = Vec::new();
    for (at, template) in spec.value["templates"].as_array().into_iter().flatten().enumerate() {
        for field in ["container", "script"] {
            let pointer = format!("{}/templates/{at}/{field}", spec.pointer);
            let bare = template[field].is_object() && !is_given(&template[field], "image");
            if bare && !is_given(&defaults[field], "image") && !misspelt.contains(&pointer) {
                let message = format!("`{field}` has no `image`");
                findings.push(refused(
                    &format!("{pointer}/image"),
                    message,
                    "name the image that it runs".to_owned(),
                ));
            }
        }
    }
    findings
}
