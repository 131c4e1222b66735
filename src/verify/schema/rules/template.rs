//! Rules of a template: its type, and the fields that only some types take.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{given, is_given};
use crate::verify::Finding;
use crate::verify::schema::walk::Part;
use crate::verify::schema::words::{place, shown};
use crate::verify::schema::{formats, refused};

/// The fields that say what a template is (rule 23).
const TYPES: [&str; 10] =
    ["container", "containerSet", "dag", "data", "http", "plugin", "resource", "script", "steps", "suspend"];

/// A field that some types do not take, those types, and what to do instead.
const MISPLACED: [(&str, &[&str], &str); 5] = [
    // Rule 27.
    ("timeout", &["dag", "steps"], "set it on the templates that run pods"),
    // Rule 29.
    ("pendingTimeout", &["dag", "steps"], "set it on the templates that run pods"),
    // Rule 31.
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
pub(super) fn check(pointer: &str, template: &Value) -> Vec<Finding> {
    let types: Vec<&str> = types(template).collect();
    let mut findings: Vec<Finding> = several_types(pointer, template).into_iter().collect();
    if let [only] = types[..] {
        let fields =
            MISPLACED.iter().filter(|(field, types, _)| types.contains(&only) && is_given(template, field));
        findings.extend(fields.map(|(field, _, help)| misplaced(pointer, only, field, help)));
        findings.extend(parallelism_of_a_leaf(pointer, template, only));
    }
    findings.extend(deadline(pointer, template, &types));
    findings.extend(timeout_without_unit(pointer, template));
    findings
}

fn types(template: &Value) -> impl Iterator<Item = &'static str> {
    TYPES.into_iter().filter(|name| given(template, name).is_some())
}

/// Rule 23.
pub(super) fn several_types(pointer: &str, template: &Value) -> Option<Finding> {
    let types: Vec<&str> = types(template).collect();
    let [_, second, ..] = types[..] else { return None };
    let what =
        template["name"].as_str().map_or_else(|| place(pointer), |name| format!("the template `{name}`"));
    let named = types.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" and ");
    let message = format!("{what} has {named}; a template is of one type");
    Some(refused(&format!("{pointer}/{second}"), message, "make a template of each".to_owned()))
}

/// The finding that steps or a dag have a field of leaves, where the template is one of them.
pub(super) fn on_no_leaf(pointer: &str, template: &Value, field: &str) -> Option<Finding> {
    let of_type = types(template).find(|name| matches!(*name, "dag" | "steps"))?;
    let (field, _, help) = MISPLACED.iter().find(|(known, ..)| *known == field)?;
    Some(misplaced(pointer, of_type, field, help))
}

fn misplaced(pointer: &str, of_type: &str, field: &str, help: &str) -> Finding {
    let message = format!("a template of type `{of_type}` takes no `{field}`");
    refused(&format!("{pointer}/{field}"), message, help.to_owned())
}

/// Rule 33.
fn parallelism_of_a_leaf(pointer: &str, template: &Value, of_type: &str) -> Option<Finding> {
    let leaf = !matches!(of_type, "dag" | "steps") && given(template, "parallelism").is_some();
    leaf.then(|| {
        let message = format!("a template of type `{of_type}` takes no `parallelism`: it runs one pod");
        refused(
            &format!("{pointer}/parallelism"),
            message,
            "set it on the dag or steps that call it".to_owned(),
        )
    })
}

/// Rule 32: above zero, or filled in at run time. Argo takes 0, and then no pod can be made: Kubernetes wants at least 1. (The
/// Workflow's own is not looked at.)
fn deadline(pointer: &str, template: &Value, types: &[&str]) -> Option<Finding> {
    let value = given(template, "activeDeadlineSeconds")?;
    let good = match value {
        Value::Number(_) => formats::integer(value).is_none_or(|seconds| seconds > 0),
        Value::String(text) => text.parse::<i64>().is_ok_and(|seconds| seconds > 0) || text.contains("{{"),
        // The schema has refused it.
        _ => true,
    };
    let leaf = !types.iter().any(|name| matches!(*name, "dag" | "steps"));
    (leaf && !good).then(|| {
        let message = format!("`activeDeadlineSeconds` is {}, which is no number above 0", shown(value));
        let help = "write seconds, or a variable such as \"{{inputs.parameters.deadline}}\"";
        refused(&format!("{pointer}/activeDeadlineSeconds"), message, help.to_owned())
    })
}

/// Rule 28.
fn timeout_without_unit(pointer: &str, template: &Value) -> Option<Finding> {
    let text = given(template, "timeout")?.as_str()?;
    text.parse::<i64>().is_ok().then(|| {
        let message = format!("`timeout` is \"{text}\", which has no unit");
        refused(&format!("{pointer}/timeout"), message, format!("write \"{text}s\" for seconds"))
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
