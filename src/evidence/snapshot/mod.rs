//! The snapshot of a workflow: what `kubectl get workflow X -o json` or `argo get X -o json` prints.

mod workflow;
mod nodes;
mod file;
mod unpack;
mod compressed;
mod raw;
mod any_text;
mod redact;
mod inherit;
mod check;
mod refuse;
mod list;
mod read;
mod lineage;
mod tags;
mod fan_out;
mod expected;
mod scopes;
mod scope_runs;
mod node_name;
mod pod_name;
mod spoken;
mod attempts;
mod items;
mod stored;
mod trim;

pub use attempts::attempts;
pub use expected::{expand, expected};
pub use fan_out::{FanOut, Loop, Runs, Task, fan_outs, templates_run};
pub use items::{Item, items};
pub use lineage::{GENERATION_LABEL, PARENT_LABEL, ROOT_LABEL, lineage};
pub use nodes::{Node, NodeType, Nodes, Parameter, Phase, TemplateRef};
pub use pod_name::pod_name;
pub use read::read;
pub use redact::{MARK, Redaction};
pub use scope_runs::{ScopeRun, runs_of, way_to};
pub use stored::{stored_siblings, stored_template};
pub use tags::{replace_tags, substitute_item, workflow_tag};
pub use trim::trim;
pub use workflow::{Lineage, Workflow, any_string};

/// The digest of what a snapshot says: the same for a file as it was taken and for its trimmed form, because a [`Workflow`]
/// holds only what some stage needs (no `managedFields`, no `resourceVersion`, no `displayName`).
pub fn digest(workflow: &Workflow) -> String {
    super::canonical::digest(workflow)
}
