//! `lint::deprecated-field`: fields that the version asked for has left behind.
//!
//! Source: Argo's `docs/deprecations.md`, and the CRDs of each version. Where a cluster has Argo's minimal CRDs, nobody refuses a field
//! that is gone: it does nothing.

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

/// One field that was left behind. What was left behind before 3.7, the oldest version known here, is always told.
struct Left {
    key: &'static str,
    /// The first version here that does not know it any more; none while it still works.
    gone: Option<ArgoVersion>,
    /// What is lost where it is gone.
    effect: &'static str,
    instead: &'static str,
}

const fn left(
    key: &'static str,
    gone: Option<ArgoVersion>,
    effect: &'static str,
    instead: &'static str,
) -> Left {
    Left { key, gone, effect, instead }
}

/// In `synchronization` of a spec or a template.
const SYNCHRONIZATION: &[Left] = &[
    left("mutex", Some(ArgoVersion::V4_0), "no lock is taken", "write `mutexes`, a list of them"),
    left("semaphore", Some(ArgoVersion::V4_0), "no lock is taken", "write `semaphores`, a list of them"),
];

/// In a workflow spec.
const SPEC: &[Left] = &[left(
    "podPriority",
    Some(ArgoVersion::V3_7),
    "the pods have no priority",
    "write `podPriorityClassName`",
)];

/// In a template.
const TEMPLATE: &[Left] =
    &[left("priority", Some(ArgoVersion::V3_7), "the pod has no priority", "write `priorityClassName`")];

/// In a task or step (`DEPRECATED` in `workflow_types.go`).
const CALL: &[Left] = &[left("onExit", None, "", "write `hooks: {exit: {template: …}}`")];

/// In a CronWorkflow's spec.
const CRON: &[Left] =
    &[left("schedule", Some(ArgoVersion::V4_0), "nothing is scheduled", "write `schedules`, a list of them")];

/// In `memoize.cache.configMap`.
const CACHE: &[Left] = &[
    left("key", Some(ArgoVersion::V4_0), "it does nothing", "take it out"),
    left("optional", Some(ArgoVersion::V4_0), "it does nothing", "take it out"),
];

fn check(survey: &Survey<'_>, out: &mut [Vec<Finding>]) {
    let argo = survey.setting.argo;
    for subject in &survey.subjects {
        let found = &mut out[subject.index];
        for (holder, pointer, fields) in holders(subject) {
            for field in fields.iter().filter(|field| has(holder, field.key)) {
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

fn told(field: &Left, argo: ArgoVersion, pointer: &str) -> Finding {
    let message = match field.gone {
        Some(gone) if gone <= argo => format!("Argo {argo} knows no `{}`: {}", field.key, field.effect),
        Some(gone) => {
            format!("`{}` is deprecated, and gone in Argo {gone}: there {}", field.key, field.effect)
        }
        None => format!("`{}` of a task or step is deprecated", field.key),
    };
    Finding::new(Code::LintDeprecatedField, pointer, message, field.instead).at_key()
}
