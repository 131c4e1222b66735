//! `[aggregate]`.

use super::Entries;
use crate::recipe::AggregateWhen;

table! {
    /// What collects the results after the items.
    "[aggregate]" Aggregate {
        /// The WorkflowTemplate on the cluster and the template in it.
        Resolved "template-ref" template_ref: TemplateRef,
        /// `always`: whatever came of the items (default). `all-succeeded`: only where every item succeeded.
        Optional "when" when: AggregateWhen = "\"always\"",
        /// Its arguments; Argo's `{{ }}` pass through.
        Optional "arguments" arguments: Entries,
    }
}

table! {
    /// A template of a WorkflowTemplate on the cluster.
    "aggregate.template-ref" TemplateRef {
        /// The WorkflowTemplate.
        Resolved "name" name: String,
        /// The template in it.
        Resolved "template" template: String,
    }
}
