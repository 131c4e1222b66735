//! `[output]`.

use crate::recipe::{Layout, NamingMode};

table! {
    /// Where the manifests go and in which form.
    "[output]" Output {
        /// The directory of the manifests, relative to this file; default `manifests`.
        Optional "directory" directory: String = "\"manifests\"",
        /// `name`: the Workflow has a fixed name and can be applied (default). `generate-name`: it can only be created.
        /// `argocd-hook`: Argo CD creates it in every sync.
        Optional "naming-mode" naming_mode: NamingMode = "\"name\"",
        /// Whether a `kustomization.yaml` is written; default true, and false for `argocd-hook`.
        Optional "kustomization" kustomization: bool = "true",
        /// How a tier of the Workflow lists its items. `tasks`: a task for each. `items`: one task with `withItems`. `auto`: tasks up to 20
        /// items, else one task with items (default).
        Optional "layout" layout: Layout = "\"auto\"",
        /// Whether a WorkflowTemplate of the Workflow's name holds all that runs and the Workflow only refers to it, as controllers demand
        /// that run nothing else (`workflowRestrictions`); default false.
        Optional "reference" reference: bool = "false",
    }
}
