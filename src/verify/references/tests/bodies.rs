//! Names and bodies that Argo's validator, Kubernetes or a run refuses are found, once and where they stand.

use super::{BASE, Breakages, changed, each, findings};
use crate::verify::references::Known;

const NAMES_THAT_ARE_NOT_TAKEN: Breakages = &[
    (
        "  name: retry\n",
        "  name: Retry\n",
        "1 verify::name /metadata/name: `Retry` is no name that Kubernetes takes",
    ),
    (
        "  name: retry\n",
        "  name: a-name-that-is-a-little-longer-than-the-sixty-three-characters-of-labels\n",
        "1 verify::name /metadata/name: the name has 72 characters, more than 63",
    ),
    ("  name: retry\n", "", "1 verify::name /metadata: the object has no name"),
    ("stage: retry", "stage: re try", "1 verify::name /metadata/labels/stage: `re try` is no label value"),
    ("stage: retry", "a/b/c: retry", "1 verify::name /metadata/labels/a~1b~1c: `a/b/c` is no label key"),
    (
        "component: item",
        "component: it em",
        "0 verify::name /spec/templates/0/metadata/labels/component: `it em` is no label value",
    ),
    (
        "- {name: models, default: BLINK}",
        "- {name: mod.els, default: BLINK}",
        "0 verify::name /spec/templates/0/inputs/parameters/1/name: `mod.els` is no name that Argo takes for inputs.parameters",
    ),
    (
        "- {name: models, default: BLINK}",
        "- {name: index, default: BLINK}",
        "0 verify::name /spec/templates/0/inputs/parameters/1/name: `index` stands twice among the inputs.parameters",
    ),
    (
        "- name: dynamic",
        "- name: dyn_amic",
        "1 verify::name /spec/templates/0/dag/tasks/2/name: `dyn_amic` is no name that Argo takes for tasks or steps",
    ),
    (
        "  - name: speak\n",
        "  - name: many\n    suspend: {}\n  - name: speak\n",
        "1 verify::name /spec/templates/3/name: `many` stands twice among the templates",
    ),
    (
        "  - name: spare\n    suspend: {}",
        "  - name: Spare\n    container: {image: x}",
        "1 verify::name /spec/templates/4/name: template `Spare` runs a pod, and its name has upper case letters",
    ),
];

#[test]
fn names_that_are_not_taken() {
    each(NAMES_THAT_ARE_NOT_TAKEN);
}

const BODIES_THAT_CANNOT_RUN: Breakages = &[
    (
        "requests: {memory: 64Gi",
        "requests: {memory: 80Gi",
        "0 lint::request-above-limit /spec/templates/0/container/resources/requests/memory: memory requests 80Gi, more than the limit 72Gi",
    ),
    (
        "requests: {memory: 64Gi",
        "requests: {memory: 64gb",
        "0 verify::schema /spec/templates/0/container/resources/requests/memory: `64gb` is no amount of memory: its suffix is not one of m, k, M, G, T, P, E, Ki, Mi, Gi, Ti, Pi, Ei",
    ),
    (
        "image: '{{workflow.parameters.image}}'",
        "image: ''",
        "0 verify::schema /spec/templates/0/container/image: the container has no image",
    ),
    ("timeout: 36h", "timeout: '36'", "0 verify::duration /spec/templates/0/timeout: `36` is no timeout"),
    ("timeout: 36h", "timeout: 2d", "0 verify::duration /spec/templates/0/timeout: `2d` is no timeout"),
    (
        "timeout: 36h",
        "activeDeadlineSeconds: 0",
        "0 verify::schema /spec/templates/0/activeDeadlineSeconds: `0` is no deadline",
    ),
    (
        "timeout: 36h",
        "parallelism: 2",
        "0 verify::schema /spec/templates/0/parallelism: parallelism of a template that calls no others",
    ),
    (
        "parallelism: 2",
        "parallelism: 0",
        "1 verify::schema /spec/templates/1/parallelism: parallelism is below 1",
    ),
    (
        "parallelism: 2",
        "timeout: 1h",
        "1 verify::schema /spec/templates/1/timeout: a dag template has a timeout",
    ),
    (
        "parallelism: 2",
        "activeDeadlineSeconds: 60",
        "1 verify::schema /spec/templates/1/activeDeadlineSeconds: a dag template has activeDeadlineSeconds",
    ),
    (
        "retryPolicy: Always",
        "retryPolicy: Allways",
        "0 verify::retry /spec/templates/0/retryStrategy/retryPolicy: `Allways` is no retry policy",
    ),
    (
        "limit: 3",
        "limit: lots",
        "0 verify::retry /spec/templates/0/retryStrategy/limit: `lots` is no whole number",
    ),
    (
        "duration: 5m, ",
        "",
        "0 verify::retry /spec/templates/0/retryStrategy/backoff: the backoff has no duration",
    ),
    (
        "cap: 30m",
        "cap: 1d",
        "0 verify::duration /spec/templates/0/retryStrategy/backoff/cap: `1d` is no duration",
    ),
    (
        "OOMKilled \")",
        "OOMKilled \\(\")",
        "0 verify::expression /spec/templates/0/retryStrategy/expression: the retry expression cannot be read: `\\(` is no escape",
    ),
    (
        "OOMKilled \")",
        "OOMKilled \"",
        "0 verify::expression /spec/templates/0/retryStrategy/expression: the retry expression cannot be read: `)` is missing at the end",
    ),
    (
        "podSpecPatch: '{\"containers\": []}'",
        "podSpecPatch: 'containers: ['",
        "1 verify::pod-spec-patch /spec/templates/3/podSpecPatch: the podSpecPatch cannot be read: did not find expected node content at line 2 column 1, while parsing a flow node",
    ),
    (
        "podSpecPatch: '{\"containers\": []}'",
        "sidecars: [{name: wait, image: x}]",
        "1 verify::name /spec/templates/3/sidecars/0/name: `wait` is a container of Argo's own",
    ),
    (
        "podSpecPatch: '{\"containers\": []}'",
        "initContainers: [{image: x}]",
        "1 verify::name /spec/templates/3/initContainers/0: the init container has no name",
    ),
    (
        "podSpecPatch: '{\"containers\": []}'",
        "outputs: {parameters: [{name: x, valueFrom: {jsonPath: y}}]}",
        "1 verify::argument /spec/templates/3/outputs/parameters/0: the output `x` cannot come from jsonPath",
    ),
    (
        "podSpecPatch: '{\"containers\": []}'",
        "outputs: {parameters: [{name: x}]}",
        "1 verify::argument /spec/templates/3/outputs/parameters/0: the output `x` comes from nowhere",
    ),
    (
        "podSpecPatch: '{\"containers\": []}'",
        "metrics: {prometheus: [{name: a-b, help: x}]}",
        "1 verify::name /spec/templates/3/metrics/prometheus/0/name: `a-b` is no name of a metric",
    ),
    (
        "suspend: {}",
        "resource: {action: mend, manifest: 'a: b'}",
        "1 verify::schema /spec/templates/4/resource/action: `mend` is no action on a resource",
    ),
    (
        "suspend: {}",
        "resource: {action: create}",
        "1 verify::schema /spec/templates/4/resource: the resource has no manifest",
    ),
    (
        "suspend: {}",
        "resource: {action: get, manifest: ': ['}\n    parallelism: 1",
        "1 verify::schema /spec/templates/4/parallelism: parallelism of a template that calls no others",
    ),
    (
        "suspend: {}",
        "suspend: {}\n    timeout: 1h",
        "1 verify::schema /spec/templates/4/timeout: a suspend template has a timeout",
    ),
    ("suspend: {}", "dag: {tasks: []}", "1 verify::depends /spec/templates/4/dag/tasks: the DAG has 0 tasks"),
    (
        "suspend: {}",
        "suspend: {}\n    outputs: {artifacts: [{name: a, path: /a}]}",
        "1 verify::argument /spec/templates/4/outputs/artifacts/0/path: the artifact `a` has a path in a template that runs no container",
    ),
    (
        "  onExit: farewell\n",
        "  onExit: farewell\n  podGC: {strategy: OnPodComplete}\n",
        "1 verify::schema /spec/podGC/strategy: `OnPodComplete` is no podGC strategy",
    ),
    (
        "suspend: {}",
        "containerSet: {containers: [{name: a, dependencies: [b]}]}",
        "1 verify::depends /spec/templates/4/containerSet/containers/0/dependencies/0: container `a` waits for `b`, which does not exist",
    ),
    (
        "suspend: {}",
        "containerSet: {containers: [{name: a, dependencies: [a]}]}",
        "1 verify::depends /spec/templates/4/containerSet/containers: containers of the set wait for each other",
    ),
    (
        "suspend: {}",
        "script: {image: x, source: y}\n    outputs: {artifacts: [{name: a}]}",
        "1 verify::argument /spec/templates/4/outputs/artifacts/0: the artifact `a` has no path",
    ),
    (
        "path: /extra,",
        "path: /extra/../x,",
        "0 verify::argument /spec/templates/0/inputs/artifacts/0/path: the path of the artifact `extra` goes up by `..`",
    ),
];

#[test]
fn bodies_that_cannot_run() {
    each(BODIES_THAT_CANNOT_RUN);
}

#[test]
fn more_tasks_than_a_dag_holds() {
    let tasks = |count: usize| {
        let written: Vec<String> = (0..count).map(|n| format!("{{name: t{n}, template: spare}}")).collect();
        let text = changed(
            "suspend: {}",
            &format!("suspend: {{}}\n  - name: wide\n    dag: {{tasks: [{}]}}", written.join(", ")),
        );
        findings(&text, &Known::new())
    };
    assert_eq!(tasks(200), Vec::<String>::new());
    assert_eq!(tasks(201), ["1 verify::depends /spec/templates/5/dag/tasks: the DAG has 201 tasks"]);
}

#[test]
fn two_documents_of_one_name() {
    let (item, _) = BASE.split_once("---\n").unwrap();
    assert_eq!(
        findings(&format!("{BASE}---\n{item}"), &Known::new()),
        ["2 verify::name /metadata/name: another document here has the kind, name and namespace of `item`"]
    );
}

/// A Workflow of that name in `spec` and the template.
fn ladder(kind: &str, spec: &str, template: &str) -> Vec<String> {
    findings(
        &format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: {kind}\nmetadata: {{name: w}}\nspec:\n  entrypoint: a\n  {spec}\n  \
             templates:\n  - name: a\n    container: {{image: x}}\n    {template}\n"
        ),
        &Known::new(),
    )
}

#[test]
fn a_ladder_is_held_against_the_strategy_that_holds_for_its_template() {
    let rungs = "podSpecPatch: 'x: {{=[\"64Gi\", \"96Gi\"][asInt(retries)]}}'";
    let patch = |pointer: &str, message: &str| vec![format!("0 {pointer}: {message}")];
    let at = "verify::retry /spec/templates/0/podSpecPatch";
    let (six, three) = (
        patch(at, "the list that `retries` indexes has 2 values, but 6 attempts can start"),
        patch(at, "the list that `retries` indexes has 2 values, but 3 attempts can start"),
    );
    for (spec, own, expected) in [
        ("retryStrategy: {limit: 5}", "", &six),
        ("templateDefaults: {retryStrategy: {limit: 5}}", "", &six),
        (
            "templateDefaults: {retryStrategy: {limit: 2}}",
            "retryStrategy: {retryPolicy: Always}\n    ",
            &three,
        ),
        ("retryStrategy: {limit: 5}", "retryStrategy: {limit: 2}\n    ", &three),
        ("retryStrategy: {limit: 5}", "retryStrategy: {limit: 1}\n    ", &Vec::new()),
        ("retryStrategy: {limit: 1}", "", &Vec::new()),
    ] {
        assert_eq!(&ladder("Workflow", spec, &format!("{own}{rungs}")), expected, "{spec} {own}");
    }
    let never = "verify::variable /spec/templates/0/podSpecPatch";
    let never = patch(never, "the patch asks for `retries`, but without a retryStrategy nothing fills it in");
    assert_eq!(ladder("Workflow", "priority: 1", rungs), never);
    assert_eq!(
        ladder("WorkflowTemplate", "priority: 1", rungs),
        Vec::<String>::new(),
        "its caller may have one"
    );
}

#[test]
fn the_patch_of_all_pods_knows_no_attempt() {
    let found =
        |patch: &str| ladder("Workflow", &format!("podSpecPatch: '{patch}'"), "retryStrategy: {limit: 1}");
    let told = "0 verify::variable /spec/podSpecPatch: the patch asks for `retries`, but nothing fills it in here, in the patch of all pods";
    assert_eq!(found("x: {{retries}}"), [told]);
    assert_eq!(found("x: \"{{=(asInt(retries) + 1) * 64}}Gi\""), [told]);
    assert_eq!(found("x: {{workflow.name}}"), Vec::<String>::new());
}

#[test]
fn a_ladder_of_another_document_is_held_against_what_its_caller_gives_it() {
    let template = "apiVersion: argoproj.io/v1alpha1\nkind: WorkflowTemplate\nmetadata: {name: t}\nspec:\n  templates:\n  - name: a\n    \
                    container: {image: x}\n    podSpecPatch: 'x: {{=[1, 2][asInt(retries)]}}'\n---\n";
    let caller = |strategy: &str| {
        format!(
            "{template}apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: {{name: w}}\nspec:\n  entrypoint: m\n  {strategy}\n  \
             templates:\n  - name: m\n    dag: {{tasks: [{{name: a, templateRef: {{name: t, template: a}}}}]}}\n"
        )
    };
    let found = |strategy: &str| findings(&caller(strategy), &Known::new());
    let at = "1 verify::retry /spec/templates/0/dag/tasks/0/templateRef: in template `a` of WorkflowTemplate `t`: ";
    assert_eq!(
        found("retryStrategy: {limit: 4}"),
        [format!("{at}the list that `retries` indexes has 2 values, but 5 attempts can start")]
    );
    assert_eq!(found("retryStrategy: {limit: 1}"), Vec::<String>::new());
}
