//! `lint::request-above-limit`: requests and limits that Kubernetes refuses when the pod is made.
//!
//! What stands in one container is found by `verify`, which also looks at what is compiled; here are the pairs that meet only at run time, through
//! `templateDefaults`, and the resources of which nothing may be promised twice. Source: Kubernetes 1.36,
//! `pkg/apis/core/validation/validation.go`, `ValidateContainerResourceRequirements`.

use serde_json::Value;

use super::pod::{amount, nearest, patches};
use super::survey::Survey;
use super::{Level, Lint};
use crate::error::Code;
use crate::verify::Finding;
use crate::verify::references::place::members;
use crate::verify::references::template::containers;

pub(super) const LINT: Lint = Lint {
    code: Code::LintRequestAboveLimit,
    title: "a request and a limit that Kubernetes refuses together when the pod is made",
    level: Level::Error,
    certain: true,
    check,
};

fn check(survey: &Survey<'_>, out: &mut [Vec<Finding>]) {
    for subject in &survey.subjects {
        for one in subject.own() {
            if patches(subject, one.template).iter().any(|patch| patch.contains("resources")) {
                continue;
            }
            let template = subject.with_defaults(one.template);
            let written = subject.object.document;
            for (container, pointer) in containers(&template, &one.pointer) {
                let alone = written.pointer(&pointer).unwrap_or(&Value::Null);
                for (name, _, at) in members(container, &pointer, "/resources/requests") {
                    let Some(message) = wrong(container, alone, name) else { continue };
                    out[subject.index].push(Finding::new(
                        Code::LintRequestAboveLimit,
                        nearest(written, &at),
                        message,
                        "make the request and the limit agree, in the template or in `templateDefaults`",
                    ));
                }
            }
        }
    }
}

/// What is wrong with one resource of a container; `alone` is the container as it is written, without defaults.
fn wrong(container: &Value, alone: &Value, name: &str) -> Option<String> {
    let (request, asked) = amount(container, "requests", name)?;
    let limit = amount(container, "limits", name);
    let templated = container.pointer("/resources/limits").is_some_and(|limits| limits.get(name).is_some());
    match limit {
        None if is_shared(name) || templated => None,
        None => Some(format!("{name} requests {asked} without a limit, which must be the same")),
        Some((limit, bound)) if !is_shared(name) && limit != request => {
            Some(format!("{name} requests {asked}, and its limit {bound} must be the same"))
        }
        Some((limit, bound)) => {
            let together =
                amount(alone, "requests", name).is_some() && amount(alone, "limits", name).is_some();
            (request > limit && !together)
                .then(|| format!("{name} requests {asked}, more than the limit {bound}: one of them comes from `templateDefaults`"))
        }
    }
}

/// Whether more of it may be promised than there is: CPU, memory and ephemeral storage (`IsOvercommitAllowed`).
fn is_shared(name: &str) -> bool {
    (!name.contains('/') || name.contains("kubernetes.io/")) && !name.starts_with("hugepages-")
}
