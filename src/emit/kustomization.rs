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

/// Lists every draft that can be applied. A Workflow with a `generateName` can only be created (F 13), and kustomize refuses to build
/// it (`missing metadata.name in object`, kustomize 5.5), so it is left out.
pub(super) fn draft(recipe: &Recipe, drafts: &[Draft]) -> Draft {
    let applied = |draft: &&Draft| {
        recipe.output.naming_mode == NamingMode::Name
            || draft.value.get("kind").and_then(|kind| kind.as_str()) != Some("Workflow")
    };
    let resources: Vec<&str> = drafts.iter().filter(applied).map(|draft| draft.file.as_str()).collect();
    Draft {
        file: "kustomization.yaml".to_owned(),
        header: vec![header(recipe)],
        value: json!({
            "apiVersion": "kustomize.config.k8s.io/v1beta1",
            "kind": "Kustomization",
            "resources": resources,
        }),
    }
}
