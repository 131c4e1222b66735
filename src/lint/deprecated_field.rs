//! `lint::deprecated-field`: fields that the version asked for has left behind.
//!
//! F 10 and F 11. Where a cluster has Argo's minimal CRDs, nobody refuses a field that is gone: it does nothing.

use serde_json::Value;

use super::survey::{Subject, Survey};
use super::{Level, Lint};
use crate::error::Code;
use crate::recipe::ArgoVersion;
use crate::verify::Finding;
use crate::verify::references::object::Kind;
use crate::verify::references::place::{child, has};
use crate::verify::references::template::calls;

pub(super) const LINT: Lint = Lint {
    code: Code::LintDeprecatedField,
    title: "a field is deprecated or gone in the version asked for",
    level: Level::Warning,
    certain: true,
    check,
};

/// A version of Argo as it is compared.
type Minor = (u8, u8);

/// One field that was left behind.
struct Left {
    key: &'static str,
    /// Since when something else is to be written.
    deprecated: Minor,
    /// Since when it does nothing; none while it still works.
    gone: Option<Minor>,
    /// What is lost where it does nothing.
    effect: &'static str,
    instead: &'static str,
}

const fn left(
    key: &'static str,
    deprecated: Minor,
    gone: Option<Minor>,
    effect: &'static str,
    instead: &'static str,
) -> Left {
    Left { key, deprecated, gone, effect, instead }
}

/// In `synchronization` of a spec or a template (F 10).
const SYNCHRONIZATION: &[Left] = &[
    left("mutex", (3, 6), Some((4, 0)), "no lock is taken", "write `mutexes`, a list of them"),
    left("semaphore", (3, 6), Some((4, 0)), "no lock is taken", "write `semaphores`, a list of them"),
];

/// In a workflow spec (F 11).
const SPEC: &[Left] =
    &[left("podPriority", (3, 7), Some((3, 7)), "the pods have no priority", "write `podPriorityClassName`")];

/// In a template (F 11).
const TEMPLATE: &[Left] =
    &[left("priority", (3, 7), Some((3, 7)), "the pod has no priority", "write `priorityClassName`")];

/// In a task or step (`DEPRECATED` in `workflow_types.go`).
const CALL: &[Left] = &[left("onExit", (3, 1), None, "", "write `hooks: {exit: {template: …}}`")];

/// In a CronWorkflow's spec (F 11).
const CRON: &[Left] =
    &[left("schedule", (3, 6), Some((4, 0)), "nothing is scheduled", "write `schedules`, a list of them")];

/// In `memoize.cache.configMap` (F 11).
const CACHE: &[Left] = &[
    left("key", (3, 6), Some((4, 0)), "it was never read", "take it out"),
    left("optional", (3, 6), Some((4, 0)), "it was never read", "take it out"),
];

fn minor(argo: ArgoVersion) -> Minor {
    match argo {
        ArgoVersion::V3_7 => (3, 7),
        ArgoVersion::V4_0 => (4, 0),
        ArgoVersion::V4_1 => (4, 1),
    }
}

fn check(survey: &Survey<'_>, out: &mut [Vec<Finding>]) {
    let argo = minor(survey.setting.argo);
    for subject in &survey.subjects {
        let found = &mut out[subject.index];
        for (holder, pointer, fields) in holders(subject) {
            for field in fields.iter().filter(|field| has(holder, field.key) && field.deprecated <= argo) {
                found.push(told(field, argo, &child(&pointer, field.key)));
            }
        }
    }
}

/// Every place where such a field can stand.
fn holders<'a>(subject: &Subject<'a>) -> Vec<(&'a Value, String, &'static [Left])> {
    let object = &subject.object;
    let mut all: Vec<(&Value, String, &'static [Left])> = vec![(object.spec, object.base.to_owned(), SPEC)];
    if object.kind == Kind::CronWorkflow {
        all.push((&object.document["spec"], "/spec".to_owned(), CRON));
    }
    let defaults =
        object.spec.get("templateDefaults").map(|defaults| (defaults, object.at("/templateDefaults")));
    let templates = subject.own().map(|one| (one.template, one.pointer.clone())).chain(defaults);
    for (template, pointer) in templates.collect::<Vec<_>>() {
        all.push((template, pointer.clone(), TEMPLATE));
        if let Some(map) = template.pointer("/memoize/cache/configMap") {
            all.push((map, format!("{pointer}/memoize/cache/configMap"), CACHE));
        }
        if let Some(synchronization) = template.get("synchronization") {
            all.push((synchronization, child(&pointer, "synchronization"), SYNCHRONIZATION));
        }
        all.extend(calls(template, &pointer).into_iter().map(|call| (call.value, call.pointer, CALL)));
    }
    if let Some(synchronization) = object.spec.get("synchronization") {
        all.push((synchronization, object.at("/synchronization"), SYNCHRONIZATION));
    }
    all
}

fn told(field: &Left, argo: Minor, pointer: &str) -> Finding {
    let version = |(major, minor): Minor| format!("{major}.{minor}");
    let message = match field.gone {
        Some(gone) if gone <= argo => {
            format!("`{}` is gone since Argo {}: {}", field.key, version(gone), field.effect)
        }
        Some(gone) => format!(
            "`{}` is deprecated since Argo {}, and gone in {}: there {}",
            field.key,
            version(field.deprecated),
            version(gone),
            field.effect
        ),
        None => format!("`{}` is deprecated since Argo {}", field.key, version(field.deprecated)),
    };
    Finding::new(Code::LintDeprecatedField, pointer, message, field.instead).at_key()
}
