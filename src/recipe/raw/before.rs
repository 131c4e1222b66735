//! `before` of a rule.

use crate::source::At;

table! {
    /// A recovery step that runs before each item of the rule and must succeed, or the item does not run: exactly one of
    /// `template-ref` and `script`.
    "before" Before {
        /// A template on the cluster. It is given what it declares of the `gapit-…` parameters, and of the item's own.
        Optional "template-ref" template_ref: BeforeTemplate,
        /// A script beside the recipe. It finds the `GAPIT_…` variables in its environment and the item's volumes where the item has them.
        Optional "script" script: BeforeScript,
    }
}

table! {
    /// The template of the recovery step.
    "before.template-ref" BeforeTemplate {
        /// The WorkflowTemplate.
        Resolved "name" name: String,
        /// The template in it.
        Resolved "template" template: String,
    }
}

table! {
    /// The script of the recovery step.
    "before.script" BeforeScript {
        /// The file, relative to this one, at most 256 KiB; what it says is a part of the recipe. Argo's `{{ }}` cannot stand in it.
        Resolved "file" file: String,
        /// The image that it runs in; Argo's `{{ }}` pass through.
        Resolved "image" image: String,
        /// What reads it; default `["bash"]`.
        Optional "command" command: Vec<At<String>> = "[\"bash\"]",
        /// What its pod asks for and may use.
        Optional "resources" resources: BeforeResources = "{}",
    }
}

table! {
    /// Kubernetes quantities, in quotes.
    "before.script.resources" BeforeResources {
        /// An amount of memory; default `"512Mi"`.
        Optional "memory" memory: String = "\"512Mi\"",
        /// A number of cores; default `"500m"`.
        Optional "cpu" cpu: String = "\"500m\"",
    }
}
