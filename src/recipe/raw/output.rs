//! `[output]`.

use crate::recipe::NamingMode;

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
    }
}
