//! What the API's schema takes and refuses: one change of a good Workflow at a time.

use gapit_compile::error::Code;
use gapit_compile::recipe::ArgoVersion;
use gapit_compile::source::Source;
use gapit_compile::verify::{Finding, schema, syntax};
use serde_json::{Value, json};

/// A Workflow that the API takes; every case below changes one thing of it.
const GOOD: &str = r"
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata:
  name: gwas-retry-1
  labels: {app.kubernetes.io/managed-by: gapit-compile}
  annotations: {argocd.argoproj.io/sync-options: Prune=false}
spec:
  entrypoint: main
  parallelism: 10
  activeDeadlineSeconds: 604800
  arguments:
    parameters:
    - {name: image, value: 'gapit3:1'}
  volumes:
  - name: data
    hostPath: {path: /data, type: Directory}
  templates:
  - name: main
    parallelism: 4
    dag:
      failFast: false
      target: run collect
      tasks:
      - name: run
        template: run-trait
        arguments: {parameters: [{name: trait, value: '5'}]}
        withSequence: {start: '2', end: '187'}
      - name: collect
        template: run-trait
        depends: run.Succeeded || run.Failed
        arguments: {parameters: [{name: trait, value: all}]}
  - name: run-trait
    inputs:
      parameters: [{name: trait}]
      artifacts: [{name: model, path: /model, raw: {data: x}}]
    retryStrategy:
      limit: 3
      retryPolicy: Always
      backoff: {duration: 5m, factor: 2, cap: 30m}
    container:
      image: '{{workflow.parameters.image}}'
      command: [run]
      ports: [{containerPort: 80}]
      env:
      - {name: TRAIT, value: '{{inputs.parameters.trait}}'}
      - {name: THREADS, value: '12'}
      resources: {requests: {memory: 64Gi, cpu: 12}, limits: {memory: 72Gi}}
      volumeMounts:
      - {name: data, mountPath: /data}
";

fn good() -> Value {
    let documents = syntax::read(&Source::new("good.yaml", GOOD)).expect("the text is good YAML");
    documents.into_iter().next().expect("there is one document")
}

/// The good Workflow with another value at `pointer`; `-` at its end adds to a list.
fn changed(pointer: &str, value: Value) -> Value {
    let mut document = good();
    let (holder, last) = pointer.rsplit_once('/').expect("a pointer has a last step");
    match document.pointer_mut(holder).expect("the change is made to something that exists") {
        Value::Array(items) if last == "-" => items.push(value),
        Value::Array(items) => items[last.parse::<usize>().expect("a list has indices")] = value,
        object => object[last.replace("~1", "/")] = value,
    }
    document
}

fn check(document: &Value) -> Vec<Finding> {
    schema::check(ArgoVersion::V4_1, document)
}

/// The pointer of a field of the template that runs an item.
macro_rules! item {
    ($path:literal) => {
        concat!("/spec/templates/1", $path)
    };
}

/// The pointer of a field of the DAG.
macro_rules! dag {
    ($path:literal) => {
        concat!("/spec/templates/0/dag", $path)
    };
}

/// What is changed, to what; where the finding stands (`=`: there), and a word of it. A null takes the field away.
type Breakage = (&'static str, Value, &'static str, &'static str);

/// Each change gives one finding of that code, at that place, with that word in its message or help.
fn assert_refused(code: Code, breakages: Vec<Breakage>) {
    for (pointer, value, at, word) in breakages {
        let findings = check(&changed(pointer, value.clone()));
        let [finding] = &findings[..] else { panic!("{pointer} = {value}: {findings:#?}") };
        let at = if at == "=" { pointer } else { at };
        assert_eq!((finding.pointer.as_str(), finding.code), (at, code), "{pointer} = {value}: {finding:#?}");
        assert!(
            format!("{} {}", finding.message, finding.help).contains(word),
            "{finding:#?} lacks {word:?}"
        );
    }
}

#[test]
fn the_good_one_is_good() {
    assert_eq!(check(&good()), []);
}

#[test]
fn wrong_types_are_refused() {
    assert_refused(
        Code::VerifySchema,
        vec![
            (
                "/spec/parallelism",
                json!("5"),
                "=",
                "`parallelism` is \"5\", a string; the API takes an integer",
            ),
            ("/spec/parallelism", json!(2.5), "=", "2.5, a number; the API takes an integer"),
            ("/spec/activeDeadlineSeconds", json!("60"), "=", "write 60 without quotes"),
            ("/spec/suspend", json!("true"), "=", "write true without quotes"),
            ("/spec/arguments/parameters/0/value", json!(5), "=", "put it in quotes: \"5\""),
            ("/spec/arguments/parameters/0/value", json!(true), "=", "put it in quotes: \"true\""),
            ("/spec/arguments/parameters/0/value", json!({"a": 1}), "=", "a map; the API takes a string"),
            ("/spec/templates", json!({"a": {}}), "=", "a list"),
            (
                "/metadata/labels/app.kubernetes.io~1managed-by",
                json!(1),
                "=",
                "`app.kubernetes.io/managed-by`",
            ),
            (dag!("/tasks/0/withItems"), json!("[1]"), "=", "a list"),
            (item!("/retryStrategy/limit"), json!({}), "=", "a map; the API takes an integer or a string"),
            (item!("/retryStrategy/backoff/duration"), json!(120), "=", "put it in quotes"),
            (item!("/container/command"), json!("run"), "=", "a list"),
            (item!("/container/env/1/value"), json!(12), "=", "`value` is 12"),
            (item!("/container"), json!([]), "=", "a map"),
            (item!("/inputs/artifacts/0/mode"), json!("0755"), "=", "in decimal: 493"),
        ],
    );
}

#[test]
fn what_is_past_a_limit_or_not_in_a_list_is_refused() {
    let tasks = |n: usize| {
        (0..n).map(|i| json!({"name": format!("t{i}"), "template": "run-trait"})).collect::<Value>()
    };
    let templates =
        |n: usize| (0..n).map(|i| json!({"name": format!("t{i}"), "suspend": {}})).collect::<Value>();
    let parameters = |n: usize| (0..n).map(|i| json!({"name": format!("p{i}")})).collect::<Value>();
    assert_refused(
        Code::VerifySchema,
        vec![
            (dag!("/tasks"), tasks(201), "=", "`tasks` has 201 items; the API takes at most 200"),
            (dag!("/tasks"), tasks(0), "=", "at least 1"),
            ("/spec/templates", templates(201), "=", "at most 200"),
            (item!("/inputs/parameters"), parameters(501), "=", "at most 500"),
            ("/spec/parallelism", json!(0), "=", "`parallelism` is 0; the API takes at least 1"),
            ("/spec/templates/0/parallelism", json!(0), "=", "at least 1"),
            (item!("/inputs/artifacts/0/mode"), json!(512), "=", "at most 511"),
            (item!("/name"), json!("n".repeat(129)), "=", "129 characters; the API takes at most 128"),
            (item!("/name"), json!("run_trait"), "=", "letters, digits and `-`"),
            (dag!("/tasks/0/name"), json!("-run"), "=", "a letter or digit first"),
            (item!("/inputs/parameters/0/name"), json!("a b"), "=", "`_`"),
            (item!("/retryStrategy/retryPolicy"), json!("OnFailures"), "=", "`OnFailure` might be meant"),
            ("/spec/podGC", json!({"strategy": "Sometimes"}), "/spec/podGC/strategy", "OnPodSuccess"),
            (item!("/container/resources/requests/memory"), json!("64 GB"), "=", "no quantity"),
            (
                item!("/container/resources/limits/memory"),
                json!("{{inputs.parameters.m}}"),
                "=",
                "podSpecPatch",
            ),
            (item!("/container/resources/requests/cpu"), json!(0.5), "=", "put it in quotes: \"0.5\""),
        ],
    );
}

#[test]
fn what_is_missing_is_told_where_it_is_missing() {
    assert_refused(
        Code::VerifySchema,
        vec![
            ("/spec", Value::Null, "=", "the document has no `spec`"),
            ("/apiVersion", Value::Null, "", "has no `apiVersion`"),
            ("/kind", Value::Null, "", "has no `kind`"),
            ("/apiVersion", json!("v1"), "=", "not Argo's"),
            ("/kind", json!("WorkflowTemplates"), "=", "`WorkflowTemplate` might be meant"),
            ("/kind", json!("Pod"), "=", "CronWorkflow"),
            ("/spec/arguments/parameters/0", json!({"value": "x"}), "=", "`parameters[0]` has no `name`"),
            (dag!("/tasks"), Value::Null, "=", "`dag` has no `tasks`"),
            (
                item!("/container/image"),
                Value::Null,
                "/spec/templates/1/container/image",
                "`container` has no `image`",
            ),
            (item!("/memoize"), json!({"key": "a", "cache": {"configMap": {"name": "c"}}}), "=", "`maxAge`"),
            (
                item!("/sidecars"),
                json!([{"image": "x"}]),
                "/spec/templates/1/sidecars/0",
                "`sidecars[0]` has no `name`",
            ),
            (item!("/container/volumeMounts/0"), json!({"name": "data"}), "=", "`mountPath`"),
        ],
    );
}

#[test]
fn unknown_fields_are_answered_with_the_nearest_and_nothing_else_is_said() {
    assert_refused(
        Code::VerifyUnknownField,
        vec![
            ("/spec/entrypont", json!("main"), "=", "`entrypoint` might be meant"),
            ("/spec/mutex", json!({}), "=", "the fields here are activeDeadlineSeconds"),
            ("/specs", json!({}), "=", "in the document"),
            ("/metadata/label", json!({}), "=", "`labels` might be meant"),
            (item!("/container/comand"), json!([]), "=", "the API knows no field `comand` in `container`"),
            (item!("/container/dependsOn"), Value::Null, "=", "remove it"),
            (item!("/retryStrategy/backoff/maxduration"), json!("1h"), "=", "`maxDuration` might be meant"),
            (
                item!("/retryStrategy/affinity"),
                json!({"nodeAntiAffinity": {"x": 1}}),
                "/spec/templates/1/retryStrategy/affinity/nodeAntiAffinity/x",
                "no field stands here",
            ),
            (
                item!("/synchronization"),
                json!({"semaphore": {}}),
                "/spec/templates/1/synchronization/semaphore",
                "`semaphores` might be meant",
            ),
            // A required field that is misspelt is one mistake, not two.
            (
                item!("/inputs/parameters/0"),
                json!({"nam": "trait"}),
                "/spec/templates/1/inputs/parameters/0/nam",
                "`name`",
            ),
            (
                item!("/container"),
                json!({"imge": "x"}),
                "/spec/templates/1/container/imge",
                "`image` might be meant",
            ),
            // A misspelt type of template does not also say that the template has none.
            (
                "/spec/templates/-",
                json!({"name": "x", "containr": {"image": "y"}}),
                "/spec/templates/2/containr",
                "container",
            ),
        ],
    );
}

#[test]
fn fields_that_exclude_each_other_are_refused() {
    let (first, second) = (dag!("/tasks/0"), dag!("/tasks/1"));
    let sequence = json!({"start": "2", "end": "9", "count": "3"});
    let resource = json!({"name": "x", "resource": {"action": "create", "manifest": "a", "manifestFrom": {"artifact": {"name": "m"}}}});
    let gauge = json!({"prometheus": [{"name": "m", "help": "h",
        "gauge": {"realtime": true, "value": "{{resourcesDuration.cpu}}"}}]});
    assert_refused(
        Code::VerifySchema,
        vec![
            (
                dag!("/tasks/0/withSequence"),
                sequence,
                "/spec/templates/0/dag/tasks/0/withSequence/end",
                "`count` and `end`",
            ),
            (dag!("/tasks/0/dependencies"), json!(["collect"]), "=", "`collect` has `depends`"),
            (dag!("/tasks/1/dependencies"), json!(["run"]), "=", "a DAG uses one of the two"),
            (dag!("/tasks/0/continueOn"), json!({"failed": true}), "=", "run || run.Failed || run.Errored"),
            (
                first,
                json!({"name": "2nd", "template": "run-trait"}),
                "/spec/templates/0/dag/tasks/0/name",
                "begins with a digit",
            ),
            (
                second,
                json!({"name": "2", "template": "x", "dependencies": ["run"]}),
                "/spec/templates/0/dag/tasks/1/name",
                "task-2",
            ),
            (item!("/suspend"), json!({}), "=", "`container` and `suspend`; a template is of one type"),
            (
                "/spec/templates/-",
                resource,
                "/spec/templates/2/resource/manifestFrom",
                "one of `manifest` and `manifestFrom`",
            ),
            (item!("/inputs/artifacts/0/s3"), json!({"key": "k"}), "=", "of which Argo takes one"),
            (item!("/metrics"), gauge, "/spec/templates/1/metrics/prometheus/0/gauge/value", "real time"),
        ],
    );
}

#[test]
fn fields_on_the_wrong_type_of_template_are_refused() {
    assert_refused(
        Code::VerifySchema,
        vec![
            ("/spec/templates/0/timeout", json!("1h"), "=", "type `dag` takes no `timeout`"),
            ("/spec/templates/0/activeDeadlineSeconds", json!(60), "=", "or on the Workflow's `spec`"),
            ("/spec/templates/0/pendingTimeout", json!("1h"), "=", "no `pendingTimeout`"),
            ("/spec/templates/0/resourceClaims", json!([{"name": "gpu"}]), "=", "no `resourceClaims`"),
            (item!("/parallelism"), json!(2), "=", "it runs one pod"),
            (item!("/activeDeadlineSeconds"), json!(0), "=", "no number above 0"),
            (item!("/activeDeadlineSeconds"), json!("soon"), "=", "a variable such as"),
            (item!("/timeout"), json!("90"), "=", "write \"90s\""),
            (
                item!("/podResources"),
                json!({"requests": {"memory": "1 Gi"}}),
                "/spec/templates/1/podResources/requests/memory",
                "64Gi",
            ),
        ],
    );
}

#[test]
fn lists_that_are_maps_take_each_key_once() {
    assert_refused(
        Code::VerifySchema,
        vec![
            (
                item!("/container/env/-"),
                json!({"name": "TRAIT"}),
                "/spec/templates/1/container/env/2",
                "`env[0]`: TRAIT",
            ),
            (
                item!("/container/volumeMounts/-"),
                json!({"name": "x", "mountPath": "/data"}),
                "/spec/templates/1/container/volumeMounts/1",
                "mountPath",
            ),
            (
                item!("/container/ports/-"),
                json!({"containerPort": 80, "protocol": "TCP"}),
                "/spec/templates/1/container/ports/1",
                "80 TCP",
            ),
        ],
    );
    let udp = changed(item!("/container/ports/-"), json!({"containerPort": 80, "protocol": "UDP"}));
    assert_eq!(check(&udp), [], "another protocol is another port");
}

#[test]
fn several_mistakes_are_all_told() {
    let mut document = changed("/spec/parallelism", json!("5"));
    document["spec"]["templates"][1]["container"]["comand"] = json!([]);
    document["spec"]["templates"][0]["timeout"] = json!("1h");
    let codes: Vec<Code> = check(&document).iter().map(|finding| finding.code).collect();
    assert_eq!(codes, [Code::VerifyUnknownField, Code::VerifySchema, Code::VerifySchema]);
}

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
        ("/status", json!({"phase": "Failed", "nodes": {"x": {"whatever": 1}}})),
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

const FACTS: &str = include_str!("../../schemas/argo/4.1.json");

#[test]
fn the_facts_hold_no_description_text() {
    /// Whether a schema describes itself. Below `properties` a `description` is the name of a field.
    fn describes(schema: &Value) -> bool {
        let Some(members) = schema.as_object() else { return false };
        members.iter().any(|(keyword, inner)| match keyword.as_str() {
            "description" | "title" | "$comment" => true,
            "properties" | "definitions" => {
                inner.as_object().is_some_and(|fields| fields.values().any(describes))
            }
            _ => describes(inner),
        })
    }
    let facts: Value = serde_json::from_str(FACTS).unwrap();
    assert!(!describes(&facts));
    assert!(describes(&json!({"properties": {"a": {"items": {"description": "x"}}}})), "the test can fail");
    assert!(FACTS.len() < 250_000, "{} bytes", FACTS.len());
    assert_eq!(
        FACTS.lines().count(),
        facts["definitions"].as_object().unwrap().len() + 3,
        "one definition a line"
    );
}

#[test]
fn every_correction_shows_in_the_facts() {
    let facts: Value = serde_json::from_str(FACTS).unwrap();
    let table: Value = toml::from_str(include_str!("../../schemas/argo/corrections.toml")).unwrap();
    let corrections = table["correction"].as_array().unwrap();
    assert!(corrections.len() > 20);
    for correction in corrections {
        let at = correction["at"].as_str().unwrap();
        assert!(correction["proof"].as_str().is_some_and(|proof| proof.len() > 10), "{at} has no proof");
        assert_eq!(facts.pointer(at), correction.get("set"), "{at}");
        assert_eq!(correction.get("set").is_none(), correction.get("absent").is_some(), "{at}");
    }
}
