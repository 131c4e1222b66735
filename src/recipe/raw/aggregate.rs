//! `[aggregate]`.

use super::Entries;
use crate::recipe::{AggregateAs, AggregateWhen};

table! {
    /// What collects the results after the items.
    "[aggregate]" Aggregate {
        /// The WorkflowTemplate on the cluster and the template in it.
        Resolved "template-ref" template_ref: TemplateRef,
        /// `always`: whatever came of the items (default). `all-succeeded`: only where every item succeeded.
        Optional "when" when: AggregateWhen = "\"always\"",
        /// `task`: behind every tier; it does not run after a deadline or a stop (default). `exit-handler`: at the end of the
        /// Workflow, after a deadline or a stop too; only Terminate keeps it from running.
        Optional "as" placed: AggregateAs = "\"task\"",
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
