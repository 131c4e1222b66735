//! `gapit-compile snapshot FILE`: what is compiled from a trimmed snapshot is what is compiled from the raw one, and no secret leaves.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test reads the repository's files and lays out folders of its own"
)]

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use gapit_compile::evidence::snapshot::{digest, read, trim};
use serde_json::{Value, json};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const SECRET: &str = "correct-horse-7-battery";

fn program(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_gapit-compile"))
        .args(arguments)
        .env("NO_COLOR", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that stops at its arguments has closed its input.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

fn said(output: &Output) -> (i32, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

/// Every example with its snapshots.
fn examples() -> Vec<(PathBuf, Vec<PathBuf>)> {
    let list = |folder: &Path| -> Vec<PathBuf> {
        let mut paths: Vec<PathBuf> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        paths
    };
    let examples: Vec<(PathBuf, Vec<PathBuf>)> = list(&Path::new(ROOT).join("examples"))
        .into_iter()
        .filter(|folder| folder.join("recipe.toml").is_file())
        .map(|folder| {
            let evidence = list(&folder.join("evidence"));
            // A folder there holds logs.
            let is_snapshot = |path: &PathBuf| path.is_file() && read("f", &fs::read(path).unwrap()).is_ok();
            (folder, evidence.into_iter().filter(is_snapshot).collect())
        })
        .collect();
    assert!(
        examples.len() >= 3 && examples.iter().all(|(_, snapshots)| !snapshots.is_empty()),
        "{examples:?}"
    );
    examples
}

/// The snapshots of the examples, and the real ones where the repository has them.
fn snapshots() -> Vec<PathBuf> {
    let real = fs::read_dir(Path::new(ROOT).join("tests/evidence")).into_iter().flatten();
    let real = real.map(|entry| entry.unwrap().path()).filter(|path| {
        let name = path.to_string_lossy().into_owned();
        !name.contains("truth")
            && !name.contains(".scan.")
            && (name.ends_with(".json") || name.ends_with(".json.gz"))
    });
    examples().into_iter().flat_map(|(_, snapshots)| snapshots).chain(real).collect()
}

#[test]
fn a_trimmed_snapshot_is_the_same_evidence_and_holds_no_redaction_that_nobody_asked_for() {
    for path in snapshots() {
        let raw = read("raw", &fs::read(&path).unwrap()).unwrap();
        let text = trim(&raw);
        let trimmed = read("trimmed", text.as_bytes()).unwrap();
        assert_eq!(digest(&trimmed), digest(&raw), "{}", path.display());
        assert_eq!(trim(&trimmed), text, "{}", path.display());
        assert_eq!(raw.redacted, [], "{}", path.display());
    }
}

#[test]
fn a_trimmed_snapshot_is_well_under_half_of_what_kubectl_prints() {
    let path = Path::new(ROOT).join("examples/8nj24/evidence/gapit3-gwas-parallel-8nj24.json");
    let mut value: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    value.sort_all_objects();
    let printed = serde_json::to_string_pretty(&value).unwrap();
    let trimmed = trim(&read("w", printed.as_bytes()).unwrap());
    assert!(trimmed.len() * 2 < printed.len(), "{} of {}", trimmed.len(), printed.len());
}

#[test]
fn every_example_compiles_to_the_same_bytes_from_its_trimmed_snapshot() {
    for (folder, snapshots) in examples() {
        let directory = tempfile::tempdir().unwrap();
        let recipe = folder.join("recipe.toml").display().to_string();
        let mut outputs = Vec::new();
        for trimmed in [false, true] {
            let out = directory.path().join(trimmed.to_string()).display().to_string();
            let mut arguments = vec![recipe.clone(), "--output".to_owned(), out.clone(), "-q".to_owned()];
            for (position, path) in snapshots.iter().enumerate() {
                let file = directory.path().join(format!("{trimmed}-{position}.json"));
                let raw = path.display().to_string();
                if trimmed {
                    let (code, text, _) = said(&program(&["snapshot", &raw], b""));
                    assert_eq!(code, 0, "{raw}");
                    fs::write(&file, text).unwrap();
                } else {
                    fs::copy(path, &file).unwrap();
                }
                arguments.extend(["--workflow".to_owned(), file.display().to_string()]);
            }
            let (code, _, err) =
                said(&program(&arguments.iter().map(String::as_str).collect::<Vec<_>>(), b""));
            assert_eq!(code, 0, "{recipe}: {err}");
            outputs.push(contents(Path::new(&out)));
        }
        assert!(!outputs[0].is_empty(), "{recipe}");
        assert_eq!(outputs[0], outputs[1], "{recipe}");
    }
}

fn contents(folder: &Path) -> BTreeMap<String, String> {
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files
        .map(|path| {
            (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read_to_string(&path).unwrap())
        })
        .collect()
}

/// The 8nj24 example's snapshot with one more parameter of the workflow.
fn with_parameter(name: &str, value: &str) -> Value {
    let path = Path::new(ROOT).join("examples/8nj24/evidence/gapit3-gwas-parallel-8nj24.json");
    let mut workflow: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    let parameters = workflow["spec"]["arguments"]["parameters"].as_array_mut().unwrap();
    parameters.push(json!({"name": name, "value": value}));
    workflow
}

/// Compiles 8nj24 with this snapshot, raw and trimmed: exit code, stdout with the manifests, stderr.
fn compiled(workflow: &Value, more: &[&str]) -> (i32, String, String) {
    let recipe = Path::new(ROOT).join("examples/8nj24/recipe.toml").display().to_string();
    let mut arguments = vec![recipe.as_str(), "--workflow", "-", "--stdout"];
    arguments.extend(more);
    let raw = said(&program(&arguments, workflow.to_string().as_bytes()));
    let (code, trimmed, told) = said(&program(&["snapshot", "-"], workflow.to_string().as_bytes()));
    assert_eq!(code, 0, "{told}");
    assert_eq!(said(&program(&arguments, trimmed.as_bytes())), raw);
    for text in [&raw.1, &raw.2, &trimmed, &told] {
        assert!(!text.contains(SECRET), "{text}");
    }
    raw
}

#[test]
fn secrets_are_named_by_their_path_and_never_shown() {
    let mut workflow = with_parameter("db-password", SECRET);
    workflow["status"]["message"] = json!(format!("cannot log in with {SECRET}"));
    let (code, out, err) = said(&program(&["snapshot", "-"], workflow.to_string().as_bytes()));
    assert_eq!(code, 0);
    assert!(out.contains(r#"{"name": "db-password", "value": "<redacted>"}"#) && !out.contains(SECRET));
    assert_eq!(
        err,
        "redacted spec.arguments.parameters[db-password]: its name, db-password, says that it is a secret\n\
         redacted status.message: it repeats a secret that stands elsewhere\n"
    );
}

#[test]
fn a_secret_that_nothing_uses_is_a_warning_and_one_that_is_used_a_fault() {
    let (code, out, err) = compiled(&with_parameter("db-password", SECRET), &[]);
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("value: <redacted>"), "{out}");
    assert!(
        format!("{out}{err}")
            .contains("the value of parameter db-password looks like a secret and was redacted"),
        "{err}"
    );

    let mut used = with_parameter("db-password", SECRET);
    let stored = &mut used["status"]["storedTemplates"]["namespaced/gapit3-gwas-single-trait/run-gwas"];
    let variables = stored["container"]["env"].as_array_mut().unwrap();
    variables.push(json!({"name": "DB", "value": "{{workflow.parameters.db-password}}"}));
    let (code, out, err) = compiled(&used, &[]);
    assert_eq!((code, out.as_str()), (2, ""), "{err}");
    assert!(err.contains("emit::redacted") && err.contains("parameter db-password is used"), "{err}");
    let (code, out, err) = compiled(&used, &["--param", "db-password=from-the-vault"]);
    assert_eq!((code, out.contains("from-the-vault")), (0, true), "{err}");
}

#[test]
fn a_secret_in_a_template_that_is_derived_from_is_a_fault() {
    let mut workflow = with_parameter("x", "1");
    let stored = &mut workflow["status"]["storedTemplates"]["namespaced/gapit3-gwas-single-trait/run-gwas"];
    let variables = stored["container"]["env"].as_array_mut().unwrap();
    variables.push(json!({"name": "API_TOKEN", "value": SECRET}));
    let (code, _, err) = compiled(&workflow, &[]);
    assert_eq!(code, 2, "{err}");
    assert!(
        err.contains("emit::redacted") && err.contains("API_TOKEN") && err.contains("secretKeyRef"),
        "{err}"
    );
}

#[test]
fn what_is_no_snapshot_is_exit_3_and_prints_nothing() {
    for (file, input, code) in
        [("-", "{\"kind\": \"Pod\"}", "snapshot::not-a-workflow"), ("nowhere.json", "", "io::read")]
    {
        let (exit, out, err) = said(&program(&["snapshot", file], input.as_bytes()));
        assert_eq!((exit, out.as_str()), (3, ""), "{err}");
        assert!(err.contains(code), "{err}");
    }
    assert_eq!(said(&program(&["snapshot"], b"")).0, 2);
}
