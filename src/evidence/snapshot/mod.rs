//! The snapshot of a workflow: what `kubectl get workflow X -o json` or `argo get X -o json` prints.

mod workflow;
mod nodes;

pub use nodes::{Node, NodeType, Nodes, Parameter, Phase, TemplateRef};
pub use workflow::{Lineage, Workflow, any_string};
