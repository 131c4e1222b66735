//! What the trimmed form keeps, drops and stands for.

use serde_json::{Value, json};

use super::trim;
use crate::evidence::snapshot::{Workflow, digest, read};

fn taken(value: &Value) -> Workflow {
    read("w.json", value.to_string().as_bytes()).unwrap()
}

fn written(value: &Value) -> Value {
    serde_json::from_str(&trim(&taken(value))).unwrap()
}

/// Every field that a stage needs, and beside it what an API server adds.
fn full() -> Value {
    json!({
        "apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow",
        "metadata": {
            "name": "run-x7k2p", "generateName": "run-", "namespace": "gwas", "uid": "u", "resourceVersion": "9", "generation": 3,
            "creationTimestamp": "2025-11-12T20:00:00Z", "managedFields": [{"manager": "argo"}], "labels": {"stage": "a"},
            "annotations": {"note": "b", "kubectl.kubernetes.io/last-applied-configuration": "{}", "workflows.argoproj.io/trace-id": "t"},
        },
        "spec": {"entrypoint": "m", "arguments": {"parameters": [{"name": "n", "value": 5}]}, "templates": [{"name": "m", "inputs": {}}]},
        "status": {
            "phase": "Failed", "message": "m", "startedAt": "2025-11-12T20:00:01Z", "finishedAt": null, "progress": "1/2",
            "estimatedDuration": 5, "resourcesDuration": {"cpu": 1}, "conditions": [{"type": "Completed"}],
            "storedTemplates": {"namespaced/t/run": {"name": "run"}},
            "nodes": {
                "b": {
                    "id": "b", "name": "run-x7k2p.t(0:1)(0)", "displayName": "t(0:1)(0)", "type": "Pod", "phase": "Failed", "boundaryID": "w",
                    "templateScope": "local/x", "templateRef": {"name": "t", "template": "run"}, "message": "OOMKilled (exit code 137)",
                    "startedAt": "2025-11-12T20:00:02Z", "finishedAt": "2025-11-12T21:00:02.5Z", "hostNodeName": "node1", "progress": "0/1",
                    "inputs": {"parameters": [{"name": "i", "value": "1"}], "artifacts": [{"name": "a", "s3": {"key": "k"}}]},
                    "outputs": {"exitCode": "137", "artifacts": [{"name": "main-logs", "s3": {"key": "l"}}]},
                    "nodeFlag": {"retried": true}, "resourcesDuration": {"cpu": 1}, "taskResultSynced": true,
                },
                "a": {
                    "id": "a", "name": "run-x7k2p.t(0:1)", "type": "Retry", "phase": "Failed", "children": ["b"], "outboundNodes": ["b"],
                    "inputs": {"parameters": [{"name": "i", "value": "1"}], "artifacts": [{"name": "a", "s3": {"key": "k"}}]},
                },
                "w": {"id": "w", "name": "run-x7k2p", "type": "DAG", "phase": "Error", "templateName": "m", "children": ["a"]},
                "h": {"type": "Novel", "phase": "Odd", "nodeFlag": {"hooked": true}, "templateRef": {"name": "c", "clusterScope": true}},
                "l": {"type": "Pod", "templateName": "m", "templateScope": "local/"},
                "n": {"type": "Pod", "templateName": "run", "templateScope": "t"},
                "s": {"type": "Pod", "templateName": "run", "templateScope": "cluster/t"},
            },
        },
    })
}

#[test]
fn what_no_stage_needs_is_gone_and_the_rest_is_all_there() {
    let parameters = json!([{"name": "i", "value": "1"}]);
    let artifacts = json!([{"name": "a", "s3": {"key": "k"}}]);
    let expected = json!({
        "apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow",
        "metadata": {
            "name": "run-x7k2p", "generateName": "run-", "namespace": "gwas", "creationTimestamp": "2025-11-12T20:00:00Z",
            "labels": {"stage": "a"}, "annotations": {"note": "b"},
        },
        "spec": {"entrypoint": "m", "arguments": {"parameters": [{"name": "n", "value": 5}]}, "templates": [{"name": "m", "inputs": {}}]},
        "status": {
            "phase": "Failed", "message": "m", "startedAt": "2025-11-12T20:00:01Z",
            "storedTemplates": {"namespaced/t/run": {"name": "run"}},
            "nodes": {
                "a": {"name": "run-x7k2p.t(0:1)", "type": "Retry", "phase": "Failed", "children": ["b"],
                    "inputs": {"parameters": parameters, "artifacts": artifacts}},
                "b": {"name": "run-x7k2p.t(0:1)(0)", "type": "Pod", "phase": "Failed", "boundaryID": "w",
                    "templateRef": {"name": "t", "template": "run"}, "message": "OOMKilled (exit code 137)",
                    "startedAt": "2025-11-12T20:00:02Z", "finishedAt": "2025-11-12T21:00:02.5Z", "hostNodeName": "node1",
                    "outputs": {"exitCode": "137"}, "nodeFlag": {"retried": true}},
                "h": {"type": "Novel", "phase": "Odd", "nodeFlag": {"hooked": true}, "templateRef": {"name": "c", "clusterScope": true}},
                "l": {"type": "Pod", "templateName": "m"},
                "n": {"type": "Pod", "templateName": "run", "templateScope": "namespaced/t"},
                "s": {"type": "Pod", "templateName": "run", "templateScope": "cluster/t"},
                "w": {"name": "run-x7k2p", "type": "DAG", "phase": "Error", "templateName": "m", "children": ["a"]},
            },
        },
    });
    assert_eq!(written(&full()), expected);
}

#[test]
fn the_trimmed_form_reads_back_as_the_same_workflow_and_trims_to_itself() {
    let raw = taken(&full());
    let text = trim(&raw);
    let again = read("w.json", text.as_bytes()).unwrap();
    assert_eq!(serde_json::to_value(&again).unwrap(), serde_json::to_value(&raw).unwrap());
    assert_eq!((digest(&again), trim(&again)), (digest(&raw), text));
    assert_eq!(again.nodes.0["b"].parameter("i"), Some("1"), "an attempt takes the inputs of its Retry node");
}

#[test]
fn neither_the_order_of_keys_nor_blanks_nor_the_form_of_the_file_show() {
    let text = trim(&taken(&full()));
    let mut sorted = full();
    sorted.sort_all_objects();
    let yaml = serde_yaml::to_string(&full()).unwrap();
    for form in [serde_json::to_string_pretty(&sorted).unwrap(), full().to_string(), yaml] {
        assert_eq!(trim(&read("other.json", form.as_bytes()).unwrap()), text);
    }
    assert!(text.ends_with("\n}\n"));
}

#[test]
fn an_attempt_that_differs_from_its_retry_keeps_its_inputs() {
    let mut raw = full();
    raw["status"]["nodes"]["b"]["inputs"]["parameters"][0]["value"] = json!("2");
    let written = written(&raw);
    assert_eq!(
        written["status"]["nodes"]["b"]["inputs"],
        json!({"parameters": [{"name": "i", "value": "2"}]})
    );
    assert_eq!(digest(&taken(&written)), digest(&taken(&raw)));
}

#[test]
fn of_two_specs_the_effective_one_is_kept_and_a_stop_with_it() {
    let mut raw = full();
    raw["spec"] = json!({"workflowTemplateRef": {"name": "t"}});
    raw["status"]["storedWorkflowTemplateSpec"] = json!({"entrypoint": "stored"});
    assert_eq!(written(&raw)["spec"], json!({"entrypoint": "stored"}));
    raw["spec"]["shutdown"] = json!("Stop");
    let both = written(&raw);
    assert_eq!(both["spec"], json!({"shutdown": "Stop"}));
    assert_eq!(both["status"]["storedWorkflowTemplateSpec"], json!({"entrypoint": "stored"}));
    let (before, after) = (taken(&raw), taken(&both));
    assert_eq!((after.shutdown.as_deref(), digest(&after)), (Some("Stop"), digest(&before)));
    let mut plain = full();
    plain["spec"]["shutdown"] = json!("Terminate");
    assert_eq!(written(&plain)["spec"]["shutdown"], "Terminate");
}
