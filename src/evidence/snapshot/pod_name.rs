//! The name of a node's pod (Argo's `workflow/util/pod_name.go`): metrics and logs know pods, a snapshot knows nodes.

use super::nodes::Node;
use super::workflow::Workflow;

/// The annotation by which a workflow says how its pods are named.
const FORMAT: &str = "workflows.argoproj.io/pod-name-format";

/// What a name of 253 characters leaves for the workflow and the template, before `-` and ten digits of hash.
const PREFIX_MAX: usize = 242;

/// The name of a node's pod: in format `v1` the node's id; in `v2`, which is the default, the workflow's own name for its root, else the
/// workflow, the template and the FNV-1a hash of the node's name (Argo 4.1.2, `workflow/util/pod_name.go`).
pub fn pod_name(workflow: &Workflow, node: &Node) -> String {
    if workflow.annotations.get(FORMAT).is_some_and(|format| format == "v1") {
        return node.id.clone();
    }
    if node.name == workflow.name {
        return workflow.name.clone();
    }
    let template = node.template().map_or(String::new(), |template| format!("-{template}"));
    let mut prefix = format!("{}{template}", workflow.name);
    prefix.truncate(prefix.floor_char_boundary(PREFIX_MAX));
    format!("{prefix}-{}", fnv1a(&node.name))
}

/// FNV-1a, 32 bits.
fn fnv1a(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::snapshot::read;

    #[test]
    fn the_hash_is_that_of_the_known_vectors() {
        for (name, hash) in [
            ("workflow-retry.launch", 2_014_360_908),
            ("workflow-retry.launch(1:fail)", 1_743_784_750),
            ("workflow-retry.launch(1:fail)(0)", 1_861_571_805),
            ("reproduce-bug-9tpfr.process-tasks(8:8)(0)", 1_384_515_437),
        ] {
            assert_eq!(fnv1a(name), hash, "{name}");
        }
    }

    fn name(workflow: &str, annotation: &str, node: &str) -> String {
        let text = format!(
            r#"{{"metadata": {{"name": "{workflow}", "annotations": {{{annotation}}}}}, "spec": {{}},
                "status": {{"phase": "Failed", "nodes": {{"an-id": {{"id": "an-id", {node}}}}}}}}}"#
        );
        let workflow = read("w.json", text.as_bytes()).unwrap();
        pod_name(&workflow, &workflow.nodes.0["an-id"])
    }

    #[test]
    fn both_formats_name_their_pods() {
        let launch = r#""name": "workflow-retry.launch(1:fail)(0)", "templateName": "run""#;
        let referred = r#""name": "workflow-retry.launch(1:fail)(0)", "templateRef": {"name": "t", "template": "run-gwas"}"#;
        let v1 = r#""workflows.argoproj.io/pod-name-format": "v1""#;
        let v2 = r#""workflows.argoproj.io/pod-name-format": "v2""#;
        assert_eq!(name("workflow-retry", v1, launch), "an-id");
        assert_eq!(name("workflow-retry", v2, launch), "workflow-retry-run-1861571805");
        assert_eq!(name("workflow-retry", "", referred), "workflow-retry-run-gwas-1861571805");
        assert_eq!(name("w", v2, r#""name": "w", "templateName": "run""#), "w");
        let inline = r#""name": "workflow-retry.launch(1:fail)(0)""#;
        assert_eq!(name("workflow-retry", v2, inline), "workflow-retry-1861571805");
    }

    #[test]
    fn a_long_name_is_cut_before_the_hash() {
        let template = "t".repeat(250);
        let node = format!(r#""name": "workflow-retry.launch", "templateName": "{template}""#);
        let cut = name("workflow-retry", "", &node);
        assert_eq!(cut, format!("workflow-retry-{}-2014360908", "t".repeat(242 - 15)));
        assert_eq!(cut.len(), 253);
    }
}
