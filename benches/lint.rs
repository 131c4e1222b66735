//! How long `lint` takes over 1,000 manifests of 50 lines: as a library on texts in memory, and as the program on files.
//!
//! `cargo bench --bench lint` prints the shortest and the middle one of some rounds, and fails where the program takes a second or
//! longer. No harness is needed for two numbers, and none is among the dependencies.
#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark writes files, looks at the clock and prints"
)]

use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use gapit_compile::pipeline::lint::{Task, lint};
use gapit_compile::recipe::ArgoVersion;
use gapit_compile::source::Source;

const MANIFESTS: usize = 1000;
const LINES: usize = 50;
const ROUNDS: usize = 15;
const AT_MOST: Duration = Duration::from_secs(1);

fn main() {
    let manifests: Vec<(String, String)> = (0..MANIFESTS).map(manifest).collect();
    assert!(manifests.iter().all(|(_, text)| text.lines().count() == LINES));
    let bytes: usize = manifests.iter().map(|(_, text)| text.len()).sum();
    println!("{MANIFESTS} manifests of {LINES} lines, {} KiB; {ROUNDS} rounds", bytes / 1024);

    let sources = manifests.iter().map(|(name, text)| Source::new(name.as_str(), text.as_str())).collect();
    let task = Task {
        sources,
        argo: ArgoVersion::NEWEST,
        run: None,
        templates: Vec::new(),
        allowed: Vec::new(),
        memory_cap: None,
    };
    let outcome = lint(&task);
    let errors: Vec<_> = outcome.found.iter().filter(|found| found.fault.code.stage() == "verify").collect();
    assert!(errors.is_empty() && outcome.objects == MANIFESTS, "{errors:#?}");
    report("library", measure(|| assert_eq!(lint(&task).objects, MANIFESTS)));

    let folder = tempfile::tempdir().unwrap();
    for (name, text) in &manifests {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let program = measure(|| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gapit-compile"));
        let status = command.arg("lint").arg(folder.path()).stdout(Stdio::null()).status().unwrap();
        assert!(matches!(status.code(), Some(0 | 1)), "{status}");
    });
    report("program", program);
    assert!(program.0 < AT_MOST, "the program takes {:?}, and is to take less than {AT_MOST:?}", program.0);
}

/// The shortest and the middle one of the rounds.
fn measure(run: impl Fn()) -> (Duration, Duration) {
    let mut rounds: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed()
        })
        .collect();
    rounds.sort();
    (rounds[0], rounds[ROUNDS / 2])
}

fn report(what: &str, (shortest, middle): (Duration, Duration)) {
    println!(
        "{what}: shortest {:.0} ms, middle {:.0} ms",
        shortest.as_secs_f64() * 1e3,
        middle.as_secs_f64() * 1e3
    );
}

/// Every third manifest is a Workflow whose tasks call the two WorkflowTemplates before it; all of these are as people write them.
fn manifest(number: usize) -> (String, String) {
    let text = if number % 3 == 2 {
        WORKFLOW.replace("FIRST", &(number - 2).to_string()).replace("SECOND", &(number - 1).to_string())
    } else {
        TEMPLATE.to_owned()
    };
    (format!("team-{:02}/{number:04}.yaml", number % 20), text.replace("NUMBER", &number.to_string()))
}

const TEMPLATE: &str = r#"# a step of the pipeline, as a team keeps it
apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata:
  name: step-NUMBER
  labels:
    app.kubernetes.io/part-of: pipeline
    team: genomics
spec:
  templates:
  - name: run
    inputs:
      parameters:
      - name: index
      - name: models
        value: BLINK,FarmCPU
      - name: image
        value: registry.example.org/tools/step:1.0.NUMBER
    metadata:
      labels:
        component: step
    activeDeadlineSeconds: 36000
    retryStrategy:
      limit: 3
      retryPolicy: Always
      backoff:
        duration: 2m
        factor: 2
    container:
      image: '{{inputs.parameters.image}}'
      command: [/bin/bash, -c]
      args:
      - |
        set -euo pipefail
        # the number of threads is that of the request
        for model in $(echo "$MODELS" | tr , ' '); do
          run-step --index '{{inputs.parameters.index}}' --model "$model"
        done
      env:
      - name: MODELS
        value: '{{inputs.parameters.models}}'
      - {name: OMP_NUM_THREADS, value: '8'}
      resources:
        requests: {cpu: '8', memory: 32Gi}
        limits: {cpu: '8', memory: 32Gi}
      workingDir: /work
      terminationMessagePolicy: FallbackToLogsOnError
      securityContext:
        runAsNonRoot: true
        allowPrivilegeEscalation: false
"#;

const WORKFLOW: &str = r#"# a run over two steps
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata:
  generateName: run-NUMBER-
  labels:
    team: genomics
spec:
  entrypoint: main
  serviceAccountName: pipeline
  activeDeadlineSeconds: 604800
  podGC:
    strategy: OnPodSuccess
  ttlStrategy:
    secondsAfterCompletion: 86400
  arguments:
    parameters:
    - name: from
      value: '1'
    - name: to
      value: '96'
  templates:
  - name: main
    dag:
      failFast: false
      tasks:
      - name: first
        templateRef:
          name: step-FIRST
          template: run
        arguments:
          parameters:
          - name: index
            value: '{{item}}'
        withSequence:
          start: '{{workflow.parameters.from}}'
          end: '{{workflow.parameters.to}}'
      - name: second
        depends: first.Succeeded || first.Failed || first.Errored
        templateRef:
          name: step-SECOND
          template: run
        arguments:
          parameters:
          - name: index
            value: all
          - name: models
            value: MLM
          - name: image
            value: 'registry.example.org/tools/collect:2.1'
"#;
