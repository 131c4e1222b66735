//! Labels and annotations: what is carried from the parent, what the recipe adds, and what is ours.

use serde_json::{Map, Value, json};

use super::Job;
use super::clean::LAST_APPLIED;
use crate::error::{Code, Fault, Faults};
use crate::evidence::snapshot;
use crate::plan::budget::RECIPE_DIGEST;
use crate::recipe::{NamingMode, scope};
use crate::units::name;

/// Every object that we write carries it.
pub(super) const MANAGED_BY: (&str, &str) = ("app.kubernetes.io/managed-by", "gapit-compile");

/// The rule whose items a variant of a tier's template is for.
pub(super) const RULE: &str = "gapit-compile/rule";

/// Prefixes of labels and annotations that are another program's word about the parent.
const FOREIGN: &[&str] = &["workflows.argoproj.io/", "argocd.argoproj.io/", "gapit-compile/"];

fn is_carried(key: &str) -> bool {
    !FOREIGN.iter().any(|prefix| key.starts_with(prefix))
        && key != "app.kubernetes.io/instance"
        && key != MANAGED_BY.0
        && key != LAST_APPLIED
}

/// The labels of the retry Workflow.
///
/// # Errors
/// A label whose value Kubernetes would refuse, at its place in the recipe.
pub(super) fn labels(job: &Job<'_>) -> Result<Map<String, Value>, Faults> {
    let lineage = &job.evidence.lineage;
    let parent = lineage.parent();
    let carried = parent.labels.iter().filter(|(key, _)| is_carried(key));
    let mut labels: Map<String, Value> = carried.map(|(key, value)| (key.clone(), json!(value))).collect();
    let mut faults = Faults::new();
    let scope = scope::of_run(&job.recipe.pipeline.value, lineage);
    for (key, template) in &job.recipe.labels {
        match template.render(&scope) {
            Ok(value) if name::is_label_value(&value) => {
                labels.insert(key.value.clone(), json!(value));
            }
            Ok(value) => faults.push(
                Fault::new(
                    Code::EmitBadName,
                    format!("label {} would be {value:?}, which is no label value", key.value),
                    "at most 63 letters, digits, `-`, `_` and `.`, a letter or digit at both ends; `| short(63)` or `| slug` makes one",
                )
                .at(&template.written().place, "this value"),
            ),
            Err(fault) => faults.push(fault),
        }
    }
    let ours = [
        (MANAGED_BY.0, json!(MANAGED_BY.1)),
        ("workflows.argoproj.io/resubmitted-from-workflow", short(&parent.name)),
    ];
    labels.extend(ours.into_iter().chain(of_lineage(job)).map(|(key, value)| (key.to_owned(), value)));
    faults.or(labels)
}

/// A name as a label value.
pub(super) fn short(text: &str) -> Value {
    json!(name::short(text, name::OBJECT_MAX))
}

/// Whose retry it is, and which.
pub(super) fn of_lineage(job: &Job<'_>) -> [(&'static str, Value); 3] {
    let lineage = &job.evidence.lineage;
    [
        (snapshot::ROOT_LABEL, short(&lineage.root().name)),
        (snapshot::PARENT_LABEL, short(&lineage.parent().name)),
        (snapshot::GENERATION_LABEL, json!(lineage.next_generation().to_string())),
    ]
}

/// What makes the Workflow a hook of Argo CD (this shape ran on a real controller).
///
/// `Sync` and not `PostSync`: that waits until everything else in the application is healthy, which the items do not need. Wave 1 comes after the WorkflowTemplates, which are in wave 0. Of the delete policies this is the one that
/// deletes nothing, because no two syncs give a `generateName` the same name: the others delete the Workflow when it ends, and with
/// it the evidence for the next retry.
const HOOK: [(&str, &str); 3] = [
    ("argocd.argoproj.io/hook", "Sync"),
    ("argocd.argoproj.io/hook-delete-policy", "BeforeHookCreation"),
    AFTER_TEMPLATES,
];

/// The wave after that of the WorkflowTemplates. Within one, Argo CD applies what it does not know the order of by name.
const AFTER_TEMPLATES: (&str, &str) = ("argocd.argoproj.io/sync-wave", "1");

/// A finished run that is no longer in git stays: it is the evidence for the next retry. Hooks are never pruned.
pub(super) const KEPT: (&str, &str) = ("argocd.argoproj.io/sync-options", "Prune=false");

/// The order to keep what a run that stays refers to: a controller in secure mode reads it again for as long as the run goes on (Argo
/// 4.0.7, `setStoredWfSpec` in `workflow/controller/operator.go`).
pub(super) fn kept(mode: NamingMode) -> Option<(&'static str, &'static str)> {
    (mode == NamingMode::Name).then_some(KEPT)
}

/// The annotations of the retry Workflow: what Argo CD is to do with it, and digests of what it was compiled from.
pub(super) fn annotations(job: &Job<'_>) -> Map<String, Value> {
    let parent = job.evidence.lineage.parent();
    let carried = parent.annotations.iter().filter(|(key, _)| is_carried(key));
    let mut annotations: Map<String, Value> =
        carried.map(|(key, value)| (key.clone(), json!(value))).collect();
    let orders: &[(&str, &str)] = match job.recipe.output.naming_mode {
        NamingMode::Name if job.recipe.output.reference => &[KEPT, AFTER_TEMPLATES],
        NamingMode::Name => &[KEPT],
        NamingMode::GenerateName => &[],
        NamingMode::ArgocdHook => &HOOK,
    };
    annotations.extend(orders.iter().map(|(key, value)| ((*key).to_owned(), json!(value))));
    annotations.insert(RECIPE_DIGEST.to_owned(), json!(job.recipe.digest));
    annotations.insert("gapit-compile/snapshot-sha256".to_owned(), json!(snapshot::digest(parent)));
    if let Some(scan) = &job.evidence.scan {
        annotations.insert("gapit-compile/scan-sha256".to_owned(), json!(scan.digest()));
    }
    if let Some(decisions) = &job.evidence.decisions {
        annotations.insert("gapit-compile/decisions-sha256".to_owned(), json!(decisions.digest()));
    }
    if let Some(usage) = &job.evidence.usage {
        annotations.insert("gapit-compile/usage-sha256".to_owned(), json!(usage.digest()));
    }
    if let Some(logs) = &job.evidence.logs {
        annotations.insert("gapit-compile/logs-sha256".to_owned(), json!(logs.digest()));
    }
    annotations
}
