//! `lint::mutable-image`: the tag of an image names another image tomorrow, and a retry runs that one.

use super::survey::{Callers, Subject, Survey};
use super::{Level, Lint};
use crate::error::Code;
use crate::verify::Finding;
use crate::verify::references::place::{child, has, list, text};
use crate::verify::references::template::containers;

pub(super) const LINT: Lint = Lint {
    code: Code::LintMutableImage,
    title: "the tag of an image can name another image when the retry runs",
    level: Level::Info,
    certain: false,
    check,
};

/// Tags that are moved by custom; a version is not, though it can be.
pub(super) const MOVED: &[&str] = &[
    "latest",
    "main",
    "master",
    "trunk",
    "head",
    "dev",
    "develop",
    "development",
    "edge",
    "nightly",
    "snapshot",
    "canary",
    "rolling",
    "stable",
    "current",
    "staging",
    "prod",
    "production",
];

fn check(survey: &Survey<'_>, out: &mut [Vec<Finding>]) {
    let callers = Callers::of(survey);
    for subject in &survey.subjects {
        for one in subject.own() {
            for (container, pointer) in containers(one.template, &one.pointer) {
                if !has(container, "image") {
                    continue;
                }
                let image = text(container, "/image");
                let at = child(&pointer, "image");
                if !image.contains("{{") {
                    out[subject.index].extend(moved(image).map(|why| told(image, &why, at)));
                    continue;
                }
                for (place, at, image) in given(subject, &callers, one.template, image) {
                    out[place].extend(moved(&image).map(|why| told(&image, &why, at)));
                }
            }
        }
    }
}

/// The images that a variable stands for, where the files say them: a workflow parameter, or an input that callers fill.
fn given<'a>(
    subject: &Subject<'a>,
    callers: &Callers<'_, 'a>,
    template: &serde_json::Value,
    image: &str,
) -> Vec<(usize, String, String)> {
    if let Some(name) = variable(image, "workflow.parameters.") {
        return parameter(subject, name).into_iter().collect();
    }
    let Some(name) = variable(image, "inputs.parameters.") else { return Vec::new() };
    let mut found = Vec::new();
    for (caller, call) in callers.of_template(template) {
        for (argument, at) in list(call.value, &call.pointer, "/arguments/parameters") {
            let value = text(argument, "/value");
            if text(argument, "/name") != name || value.is_empty() {
                continue;
            }
            match variable(value, "workflow.parameters.") {
                Some(name) => found.extend(parameter(caller, name)),
                None if value.contains("{{") => {}
                None => found.push((caller.index, child(&at, "value"), value.to_owned())),
            }
        }
    }
    found
}

/// A workflow parameter of a document that says its value.
fn parameter(subject: &Subject<'_>, name: &str) -> Option<(usize, String, String)> {
    let mut all = list(subject.object.spec, subject.object.base, "/arguments/parameters");
    let (parameter, at) = all.find(|(parameter, _)| text(parameter, "/name") == name)?;
    let value = text(parameter, "/value");
    (!value.is_empty() && !value.contains("{{"))
        .then(|| (subject.index, child(&at, "value"), value.to_owned()))
}

/// The name in `{{prefixNAME}}`, if that is the whole text.
fn variable<'t>(text: &'t str, prefix: &str) -> Option<&'t str> {
    let inner = text.strip_prefix("{{")?.strip_suffix("}}")?.trim();
    inner.strip_prefix(prefix).filter(|name| !name.contains(['{', '}', ' ']))
}

/// Why an image can change under its name.
fn moved(image: &str) -> Option<String> {
    if image.trim().is_empty() || image.contains('@') || image.contains(char::is_whitespace) {
        return None;
    }
    let last = image.rsplit('/').next().unwrap_or(image);
    match last.split_once(':') {
        None => Some("has no tag, which is `latest`".to_owned()),
        Some((_, tag)) => MOVED.contains(&tag).then(|| format!("has the tag `{tag}`, which is moved")),
    }
}

fn told(image: &str, why: &str, at: String) -> Finding {
    Finding::new(
        Code::LintMutableImage,
        at,
        format!("`{image}` {why}: a retry can run another image than the attempt that it repeats"),
        "write a version, or the digest (`@sha256:…`), which is one image for ever",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_or_a_digest_stays_and_other_tags_move() {
        for image in
            ["alpine:3.23", "host:5000/a/b:1.0", "a@sha256:00", "a:latest@sha256:00", "a placeholder", ""]
        {
            assert_eq!(moved(image), None, "{image}");
        }
        for image in ["busybox", "host:5000/a/b", "debian:latest", "ghcr.io/a/b:main"] {
            assert!(moved(image).is_some(), "{image}");
        }
    }
}
