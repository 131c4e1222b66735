//! Breakages: each gives one finding, at its place, with the word that helps.

use gapit_compile::error::Code;
use serde_json::{Value, json};

use super::{changed, check};

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
            (
                dag!("/tasks/1/dependencies"),
                json!(["run"]),
                "=",
                "`depends` and `dependencies`, of which Argo takes one",
            ),
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
    assert_eq!(codes, [Code::VerifySchema, Code::VerifySchema, Code::VerifyUnknownField]);
}
