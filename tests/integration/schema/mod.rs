//! What the API's schema takes and refuses: one change of a good Workflow at a time.

use gapit_compile::recipe::ArgoVersion;
use gapit_compile::source::Source;
use gapit_compile::verify::{Finding, document, schema};
use serde_json::Value;

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

mod facts;
mod refused;
mod taken;
mod versions;

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
    let reading = document::read(&Source::new("good.yaml", GOOD));
    reading.documents.into_iter().next().expect("there is one document").value
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
    schema::check(ArgoVersion::NEWEST, document)
}

#[test]
fn the_good_one_is_good_in_every_version() {
    for version in ArgoVersion::ALL {
        assert_eq!(schema::check(version, &good()), [], "{version}");
    }
}
