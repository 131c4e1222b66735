//! `kustomization.yaml`: what `kubectl apply -k` or a GitOps controller takes.

use serde_json::json;

use super::{Draft, header};
use crate::recipe::{NamingMode, Recipe};

/// What to know where the recipe itself asks for a kustomization beside a hook.
pub(super) fn hides(recipe: &Recipe) -> Option<&'static str> {
    (recipe.output.kustomization && recipe.output.naming_mode == NamingMode::ArgocdHook).then_some(
        "kustomization.yaml cannot list the hook, because kustomize builds nothing without a metadata.name: Argo CD has to be told to \
         read the directory (`source.directory`), or leave `output.kustomization` out",
    )
}

/// Lists every draft that can be applied. A Workflow with a `generateName` can only be created, not applied, and kustomize refuses to build
/// it (`missing metadata.name in object`, kustomize 5.5), so it is left out.
///
/// A Workflow that refers to a WorkflowTemplate as a whole is an Error for good where the controller sees it first (`setExecWorkflow` in
/// Argo's `operator.go`), and kustomize sorts by kind, `Workflow` before `WorkflowTemplate`, unless it is told to keep the order (seen with
/// kustomize 5.5; 5.0 and later know the key).
pub(super) fn draft(recipe: &Recipe, drafts: &[Draft]) -> Draft {
    let is_workflow =
        |draft: &Draft| draft.value.get("kind").and_then(|kind| kind.as_str()) == Some("Workflow");
    let applied = |draft: &&Draft| recipe.output.naming_mode == NamingMode::Name || !is_workflow(draft);
    let listed: Vec<&Draft> = drafts.iter().filter(applied).collect();
    let resources: Vec<&str> = listed.iter().map(|draft| draft.file.as_str()).collect();
    let mut value = json!({
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "resources": resources,
    });
    if recipe.output.reference && listed.into_iter().any(is_workflow) {
        value["sortOptions"] = json!({ "order": "fifo" });
    }
    Draft { file: "kustomization.yaml".to_owned(), header: vec![header(recipe)], value }
}
