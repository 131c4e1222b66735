//! `[output]`: where the manifests go and in which form.

use crate::source::At;

/// `[output]`.
#[derive(Debug, Clone)]
pub struct Output {
    /// Where the manifests go, resolved against the file it stands in; default `manifests` beside the recipe.
    pub directory: String,
    /// How the Workflow gets its name.
    pub naming_mode: NamingMode,
    /// Whether `kustomization.yaml` is written; by default not beside a hook, which it would hide from Argo CD.
    pub kustomization: bool,
    /// How a tier lists its items; left out, it is [`Layout::Auto`] at the beginning of the recipe.
    pub layout: At<Layout>,
    /// Whether a WorkflowTemplate holds the retry's spec and the Workflow only refers to it.
    pub reference: bool,
}

/// `output.naming-mode`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NamingMode {
    /// The Workflow has a fixed `metadata.name`.
    Name,
    /// The Workflow has a `metadata.generateName`; it is created, never applied.
    GenerateName,
    /// The Workflow has a `metadata.generateName` and is a hook: Argo CD creates it in every sync.
    ArgocdHook,
}

/// `output.layout`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// Tasks where the items of a tier are few, else one task with items.
    Auto,
    /// One task for each item.
    Tasks,
    /// One task with `withItems`, also for a single item.
    Items,
}
