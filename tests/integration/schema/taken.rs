//! What must be taken: a manifest that the API and Argo's linter accept is never refused.

use serde_json::{Value, json};

use super::{changed, check, good};

/// Each change is taken without a word.
fn assert_taken(changes: Vec<(&str, Value)>) {
    for (pointer, value) in changes {
        assert_eq!(check(&changed(pointer, value.clone())), [], "{pointer} = {value}");
    }
}

#[test]
fn scalars_are_taken_in_every_form_that_the_api_takes() {
    assert_taken(vec![
        (item!("/retryStrategy/limit"), json!("3")),
        (item!("/retryStrategy/limit"), json!("lots")),
        (item!("/retryStrategy/limit"), json!("{{inputs.parameters.limit}}")),
        (item!("/retryStrategy/backoff/factor"), json!("2")),
        (item!("/retryStrategy/affinity"), json!({"nodeAntiAffinity": {}})),
        (item!("/activeDeadlineSeconds"), json!("{{inputs.parameters.seconds}}")),
        (item!("/activeDeadlineSeconds"), json!(60)),
        (item!("/timeout"), json!("1h30m")),
        (item!("/pendingTimeout"), json!("30m")),
        (item!("/container/resources/requests/cpu"), json!("500m")),
        (item!("/container/resources/requests/memory"), json!(1_073_741_824)),
        (item!("/container/resources/requests/memory"), json!("1.5Gi")),
        ("/spec/activeDeadlineSeconds", json!(-5)),
        (dag!("/tasks/0/withSequence"), json!({"count": 5})),
        (
            dag!("/tasks/0/withSequence"),
            json!({"start": 2, "end": "{{workflow.parameters.last}}", "format": "%03d"}),
        ),
        ("/metadata/creationTimestamp", Value::Null),
        (item!("/container/env/1/value"), Value::Null),
    ]);
}

#[test]
fn items_and_other_free_forms_stay_free() {
    assert_taken(vec![
        (dag!("/tasks/1/withItems"), json!(["a", 2, 2.5, true, {"index": "5", "n": 5}, ["x"]])),
        ("/spec/templates/-", json!({"name": "p", "plugin": {"any": {"thing": [1]}}})),
        (
            "/spec/templates/-",
            json!({"name": "r", "resource": {"action": "create", "manifest": "kind: Pod"}}),
        ),
        ("/spec/templates/-", json!({"name": "s", "steps": [[{"name": "a", "template": "run-trait"}]]})),
        ("/spec/templates/-", json!({"name": "w", "suspend": {"duration": "20"}})),
        (
            "/spec/templates/-",
            json!({"name": "c", "script": {"image": "i", "command": ["sh"], "source": "true"}}),
        ),
        (
            "/spec/templates/-",
            json!({"name": "set", "containerSet": {"containers": [{"name": "main", "image": "i"}]}}),
        ),
        (
            "/spec/templates/-",
            json!({"name": "h", "http": {"url": "http://x", "headers": [{"name": "a", "value": "b"}]}}),
        ),
        ("/spec/templateDefaults", json!({"timeout": "1h", "container": {"imagePullPolicy": "Always"}})),
        ("/status", json!({"phase": "Failed", "storedTemplates": {"x": {"whatever": 1}}})),
        // Below `inline` an API server looks at nothing, and Argo reads any parameter value.
        (
            dag!("/tasks/0/inline"),
            json!({"container": {"image": "i"},
            "inputs": {"parameters": [{"name": "n", "value": 5}]}}),
        ),
        (dag!("/tasks/0/hooks"), json!({"exit": {"template": "run-trait"}})),
        ("/spec/executorPlugins", json!([{"spec": {"sidecar": {"container": {"name": "p", "image": "i"}}}}])),
        ("/spec/podMetadata", json!({"labels": {"a": "b"}, "annotations": {"runai/preemptible": "true"}})),
        (
            "/spec/synchronization",
            json!({"mutexes": [{"name": "m"}], "semaphores": [{"configMapKeyRef": {"name": "c", "key": "k"}}]}),
        ),
        ("/spec/tolerations", json!([{"key": "gpu", "operator": "Exists", "effect": "NoSchedule"}])),
        ("/spec/ttlStrategy", json!({"secondsAfterCompletion": 3600})),
        ("/spec/podGC", json!({"strategy": "OnPodSuccess", "labelSelector": {"matchLabels": {"a": "b"}}})),
    ]);
}

#[test]
fn volumes_and_environments_of_every_common_kind_are_taken() {
    let volumes = [
        json!({"nfs": {"server": "s", "path": "/p", "readOnly": true}}),
        json!({"persistentVolumeClaim": {"claimName": "c"}}),
        json!({"emptyDir": {"medium": "Memory", "sizeLimit": "1Gi"}}),
        json!({"emptyDir": {}}),
        json!({"configMap": {"name": "c", "defaultMode": 420, "items": [{"key": "k", "path": "p"}]}}),
        json!({"secret": {"secretName": "s", "optional": true}}),
        json!({"projected": {"sources": [{"serviceAccountToken": {"path": "t"}}]}}),
        json!({"downwardAPI": {"items": [{"path": "l", "fieldRef": {"fieldPath": "metadata.labels"}}]}}),
        json!({"csi": {"driver": "d", "volumeAttributes": {"a": "b"}}}),
        json!({"ephemeral": {"volumeClaimTemplate": {"spec": {"accessModes": ["ReadWriteOnce"],
            "resources": {"requests": {"storage": "1Gi"}}}}}}),
        json!({"hostPath": {"path": "/x"}}),
    ];
    for mut volume in volumes {
        volume["name"] = json!("more");
        assert_taken(vec![("/spec/volumes/-", volume.clone()), (item!("/volumes"), json!([volume]))]);
    }
    assert_taken(vec![
        (item!("/container/env/-"), json!({"name": "EMPTY"})),
        (
            item!("/container/env/-"),
            json!({"name": "S", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}}),
        ),
        (
            item!("/container/env/-"),
            json!({"name": "F", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}}),
        ),
        (item!("/container/envFrom"), json!([{"configMapRef": {"name": "c"}, "prefix": "P_"}])),
        (item!("/container/livenessProbe"), json!({"httpGet": {"path": "/", "port": "web"}})),
        (
            "/spec/volumeClaimTemplates",
            json!([{"metadata": {"name": "w"}, "spec": {"accessModes": ["ReadWriteOnce"],
            "resources": {"requests": {"storage": "5Gi"}}}}]),
        ),
    ]);
}

#[test]
fn the_other_kinds_are_taken_too() {
    let spec = good()["spec"].clone();
    let object = |kind: &str, spec: &Value| json!({"apiVersion": "argoproj.io/v1alpha1", "kind": kind, "metadata": {"name": "x"}, "spec": spec});
    assert_eq!(check(&object("WorkflowTemplate", &spec)), []);
    assert_eq!(check(&object("ClusterWorkflowTemplate", &spec)), []);
    let mut cron = object(
        "CronWorkflow",
        &json!({"schedules": ["0 3 * * 1"], "timezone": "America/Los_Angeles",
        "concurrencyPolicy": "Forbid", "workflowSpec": spec}),
    );
    assert_eq!(check(&cron), []);
    cron["spec"]["schedules"] = json!(["every monday"]);
    cron["spec"]["workflowSpec"]["templates"][0]["timeout"] = json!("1h");
    let pointers: Vec<String> = check(&cron).into_iter().map(|finding| finding.pointer).collect();
    assert_eq!(pointers, ["/spec/schedules/0", "/spec/workflowSpec/templates/0/timeout"]);
}
