//! Kinds of body with rules of their own: resource, container set; and the metrics of a template (rules 30, 37, 39).

use std::collections::BTreeMap;

use serde::Deserialize as _;
use serde_json::Value;

use super::body::Body;
use super::place::{child, finding, has, is_templated, known_names, list, text};
use crate::error::Code;
use crate::units::name::is_task_name;
use crate::verify::Finding;

const ACTIONS: &[&str] = &["get", "create", "apply", "delete", "replace", "patch"];

/// Checks what is particular to the kind of body.
pub(super) fn check(body: &Body<'_, '_>, out: &mut Vec<Finding>) {
    if let Some(resource) = body.template.get("resource").filter(|resource| resource.is_object()) {
        self::resource(body, resource, &child(&body.base, "resource"), out);
    }
    if has(body.template, "containerSet") {
        container_set(body, out);
    }
    for (metric, pointer) in list(body.template, &body.base, "/metrics/prometheus") {
        self::metric(metric, &pointer, out);
    }
}

fn resource(body: &Body<'_, '_>, resource: &Value, base: &str, out: &mut Vec<Finding>) {
    let action = text(resource, "/action");
    if !is_templated(action) && !ACTIONS.contains(&action) {
        let message = format!("`{action}` is no action on a resource");
        out.push(finding(
            Code::VerifySchema,
            child(base, "action"),
            message,
            known_names(action, "actions", ACTIONS),
        ));
    }
    if matches!(action, "delete" | "get") {
        return;
    }
    let (written, from) = (text(resource, "/manifest"), has(resource, "manifestFrom"));
    if written.is_empty() != from {
        let message =
            if from { "manifest and manifestFrom stand together" } else { "the resource has no manifest" };
        out.push(finding(Code::VerifySchema, base, message, "give one of manifest and manifestFrom"));
    }
    let artifact = text(resource, "/manifestFrom/artifact/name");
    let inputs: Vec<&str> =
        list(body.template, "", "/inputs/artifacts").map(|(input, _)| text(input, "/name")).collect();
    if !artifact.is_empty() && !inputs.contains(&artifact) {
        let message = format!("the manifest comes from `{artifact}`, which is no input artifact");
        let help = known_names(artifact, "input artifacts", &inputs);
        out.push(finding(Code::VerifyReference, child(base, "manifestFrom"), message, help));
    }
    // Of several documents Argo reads the first, as `yaml.Unmarshal` does.
    let filled = filled(written);
    if let Some(Err(error)) =
        serde_yaml::Deserializer::from_str(&filled).next().map(serde_yaml::Value::deserialize)
    {
        let message = format!("the manifest is no YAML: {error}");
        out.push(finding(Code::VerifySchema, child(base, "manifest"), message, "mend the YAML"));
    }
}

/// A text with a word in the place of each variable, as Argo fills it in before it reads the manifest.
fn filled(text: &str) -> String {
    let mut pieces = text.split("{{");
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (word, rest) = piece.split_once("}}").map_or(("", piece), |(_, rest)| ("placeholder", rest));
        out.extend([word, rest]);
    }
    out
}

/// Containers with names of their own that wait for one another without a circle, and `main` where there are outputs.
fn container_set(body: &Body<'_, '_>, out: &mut Vec<Finding>) {
    let base = format!("{}/containerSet/containers", body.base);
    let containers: Vec<(&Value, String)> =
        list(body.template, &body.base, "/containerSet/containers").collect();
    let names: Vec<&str> = containers.iter().map(|(container, _)| text(container, "/name")).collect();
    if containers.is_empty() {
        out.push(finding(Code::VerifySchema, &base, "the container set has no containers", "add one"));
    }
    let mut waits: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (index, (container, pointer)) in containers.iter().enumerate() {
        let name = names[index];
        if !is_task_name(name) || names[..index].contains(&name) {
            let message = format!("`{name}` is no name for a container, or another has it");
            out.push(finding(
                Code::VerifyName,
                pointer,
                message,
                "use letters, digits and `-`, each name once",
            ));
        }
        for (wanted, at) in list(container, pointer, "/dependencies") {
            let wanted = wanted.as_str().unwrap_or_default();
            if !names.contains(&wanted) {
                let message = format!("container `{name}` waits for `{wanted}`, which does not exist");
                out.push(finding(
                    Code::VerifyDepends,
                    at,
                    message,
                    known_names(wanted, "containers", &names),
                ));
            }
            waits.entry(name).or_default().push(wanted);
        }
    }
    if names.iter().any(|name| reaches(&waits, name, name)) {
        let message = "containers of the set wait for each other";
        out.push(finding(Code::VerifyDepends, &base, message, "take one dependency out of the circle"));
    }
    let exchanges = ["/inputs/artifacts", "/outputs/parameters", "/outputs/artifacts"]
        .iter()
        .any(|path| list(body.template, "", path).next().is_some());
    if exchanges && !names.contains(&"main") {
        let help = "call the container that reads and writes them `main`";
        out.push(finding(
            Code::VerifyReference,
            &base,
            "a container set with inputs or outputs has no `main`",
            help,
        ));
    }
}

/// Whether waiting leads from one container to another.
fn reaches(waits: &BTreeMap<&str, Vec<&str>>, from: &str, to: &str) -> bool {
    let mut seen: Vec<&str> = Vec::new();
    let mut open: Vec<&str> = waits.get(from).cloned().unwrap_or_default();
    while let Some(name) = open.pop() {
        if name == to {
            return true;
        }
        if !seen.contains(&name) {
            seen.push(name);
            open.extend(waits.get(name).into_iter().flatten());
        }
    }
    false
}

fn is_metric_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

fn metric(metric: &Value, pointer: &str, out: &mut Vec<Finding>) {
    let name = text(metric, "/name");
    if !is_metric_name(name) {
        let message = format!("`{name}` is no name of a metric");
        out.push(finding(Code::VerifyName, child(pointer, "name"), message, "use letters, digits and `_`"));
    }
    for (label, at) in list(metric, pointer, "/labels") {
        let key = text(label, "/key");
        if !is_metric_name(key) {
            let message = format!("`{key}` is no name of a metric's label");
            out.push(finding(Code::VerifyName, child(&at, "key"), message, "use letters, digits and `_`"));
        }
    }
    if text(metric, "/help").is_empty() {
        out.push(finding(
            Code::VerifySchema,
            pointer,
            "the metric has no help text",
            "say in `help` what it counts",
        ));
    }
    for kind in ["gauge", "counter", "histogram"] {
        if has(metric, kind) && text(metric, &format!("/{kind}/value")).is_empty() {
            let message = format!("the {kind} has no value");
            out.push(finding(Code::VerifySchema, child(pointer, kind), message, "give it one"));
        }
    }
}
