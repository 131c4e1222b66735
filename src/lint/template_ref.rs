//! `lint::template-ref`: a templateRef leaves behind what the WorkflowTemplate says for all of its templates.
//!
//! A templateRef brings one template and `podMetadata` (`workflow/templateresolution/context.go`); a missing volume or parameter is told
//! by `verify`, because the run fails; what is here is lost in silence.

use serde_json::Value;

use super::survey::{Subject, Survey};
use super::{Level, Lint};
use crate::error::Code;
use crate::verify::Finding;
use crate::verify::references::place::{child, has, list, text};
use crate::verify::references::template::{containers, is_pod};

pub(super) const LINT: Lint = Lint {
    code: Code::LintTemplateRef,
    title: "a templateRef leaves behind what the WorkflowTemplate says for its own runs",
    level: Level::Warning,
    certain: true,
    check,
};

/// What a spec says for its pods, and the key by which a template can say it itself; empty where it cannot.
const LEFT: &[(&str, &str)] = &[
    ("serviceAccountName", "serviceAccountName"),
    ("imagePullSecrets", ""),
    ("nodeSelector", "nodeSelector"),
    ("tolerations", "tolerations"),
    ("affinity", "affinity"),
    ("podPriorityClassName", "priorityClassName"),
    ("securityContext", "securityContext"),
    ("podSpecPatch", "podSpecPatch"),
    ("retryStrategy", "retryStrategy"),
    ("templateDefaults", ""),
];

fn check(survey: &Survey<'_>, out: &mut [Vec<Finding>]) {
    for subject in survey.subjects.iter().filter(|subject| subject.object.runs()) {
        for one in subject.own() {
            for (call, callee) in survey.calls(subject, one) {
                let Some(callee) =
                    callee.filter(|callee| has(call.value, "templateRef") && is_pod(callee.template))
                else {
                    continue;
                };
                let home = survey.library.home(callee.home);
                if !home.complete {
                    continue;
                }
                let lost = lost(subject, home.spec, callee.template);
                let other = other_volumes(subject, home.spec, callee.template);
                let at = child(&call.pointer, "templateRef");
                for (what, help) in lost.into_iter().chain(other) {
                    let message =
                        format!("{what} of {} does not come along with `{}`", home.label, callee.name);
                    out[subject.index].push(Finding::new(Code::LintTemplateRef, at.clone(), message, help));
                }
            }
        }
    }
}

/// What the WorkflowTemplate says for its runs, and neither the template nor this caller says.
fn lost(subject: &Subject<'_>, home: &Value, template: &Value) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (key, own) in LEFT.iter().filter(|(key, _)| has(home, key)) {
        let said = !own.is_empty() && has(template, own);
        if said || subject.effective(key).is_some() {
            continue;
        }
        let value = home[*key].as_str().filter(|_| *key == "serviceAccountName");
        let what = value.map_or_else(|| format!("spec.{key}"), |value| format!("spec.{key} `{value}`"));
        let help = if own.is_empty() {
            format!("write spec.{key} in this Workflow as well")
        } else {
            format!("write {own} on the template itself, or spec.{key} in this Workflow")
        };
        found.push((what, help));
    }
    found
}

/// Volumes of that name that both have, and that are not the same.
fn other_volumes(subject: &Subject<'_>, home: &Value, template: &Value) -> Vec<(String, String)> {
    let named = |spec: &Value, name: &str| {
        let found = list(spec, "", "/volumes").find(|(volume, _)| text(volume, "/name") == name);
        found.map(|(volume, _)| volume.clone())
    };
    let own: Vec<&str> = list(template, "", "/volumes").map(|(volume, _)| text(volume, "/name")).collect();
    let mut found: Vec<(String, String)> = Vec::new();
    for (container, _) in containers(template, "") {
        for (mount, _) in list(container, "", "/volumeMounts") {
            let name = text(mount, "/name");
            let here = named(subject.object.spec, name).or_else(|| named(subject.outer, name));
            let (Some(there), Some(here)) = (named(home, name), here) else { continue };
            let told = format!("the volume `{name}`, which is another one in this Workflow,");
            if own.contains(&name) || here == there || found.iter().any(|(known, _)| *known == told) {
                continue;
            }
            found.push((
                told,
                "make the two volumes the same, or call one of them by another name".to_owned(),
            ));
        }
    }
    found
}
