//! Inputs that an attempt shares with its Retry node: the trimmed form writes them once.

use super::node_name::attempt_number;
use super::nodes::{Node, NodeType, Nodes};

/// The ids of attempts, each with the id of its Retry node.
fn attempts(nodes: &Nodes) -> Vec<(String, String)> {
    let retries = nodes.0.values().filter(|node| node.kind == NodeType::Retry);
    let of = |retry: &Node| -> Vec<(String, String)> {
        let children = retry.children.iter().filter_map(|id| nodes.0.get(id));
        let own = children.filter(|child| is_attempt(retry, child));
        own.map(|child| (child.id.clone(), retry.id.clone())).collect()
    };
    retries.flat_map(of).collect()
}

fn is_attempt(retry: &Node, child: &Node) -> bool {
    child.id != retry.id && attempt_number(&retry.name, &child.name).is_some()
}

/// Gives an attempt without inputs those of its Retry node: the controller makes every attempt from the same resolved template
/// (Argo 4.1.2, `operator.go`, `executeTemplate`), so an attempt has none only where the trimmed form left them out.
pub(super) fn restore(nodes: &mut Nodes) {
    for (attempt, retry) in attempts(nodes) {
        let Some(retry) = nodes.0.get(&retry) else { continue };
        let (parameters, artifacts) = (retry.parameters.clone(), retry.artifacts.clone());
        let Some(attempt) = nodes.0.get_mut(&attempt) else { continue };
        if attempt.parameters.is_empty() {
            attempt.parameters = parameters;
        }
        if attempt.artifacts.is_empty() {
            attempt.artifacts = artifacts;
        }
    }
}

/// Takes away what [`restore`] gives back.
pub(super) fn strip(nodes: &mut Nodes) {
    for (attempt, retry) in attempts(nodes) {
        let Some(retry) = nodes.0.get(&retry) else { continue };
        let (parameters, artifacts) = (retry.parameters.clone(), retry.artifacts.clone());
        let Some(attempt) = nodes.0.get_mut(&attempt) else { continue };
        if attempt.parameters == parameters {
            attempt.parameters.clear();
        }
        if attempt.artifacts == artifacts {
            attempt.artifacts.clear();
        }
    }
}
