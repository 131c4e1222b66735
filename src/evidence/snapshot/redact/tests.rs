//! Where in a snapshot secrets are looked for, and that none survives.

use serde_json::{Value, json};

use crate::evidence::snapshot::{Workflow, digest, read, trim};

fn taken(spec: &Value, stored: &Value, nodes: &Value) -> Workflow {
    let status = json!({"nodes": nodes, "storedTemplates": stored});
    let text = json!({"metadata": {"name": "run-x7k2p"}, "spec": spec, "status": status}).to_string();
    read("w.json", text.as_bytes()).unwrap()
}

fn paths(workflow: &Workflow) -> Vec<&str> {
    workflow.redacted.iter().map(|redaction| redaction.path.as_str()).collect()
}

fn one_node() -> Value {
    json!({"w": {"name": "run-x7k2p"}})
}

#[test]
fn every_place_that_gives_a_name_a_value_is_looked_at() {
    let spec = json!({
        "arguments": {"parameters": [
            {"name": "db-password", "value": "hunter2!"}, {"name": "pin-token", "default": 1234},
            {"name": "image", "value": "registry.example.org/x:1"},
        ]},
        "templates": [{
            "name": "run",
            "inputs": {"parameters": [{"name": "secret", "value": "s", "enum": ["s", "t"]},
                {"name": "token", "valueFrom": {"parameter": "{{x}}", "default": "dflt"}}]},
            "container": {
                "env": [{"name": "API_KEY", "value": "k"}, {"name": "API_TOKEN", "valueFrom": {"secretKeyRef": {"name": "s", "key": "password"}}}],
                "args": ["--user", "u", "--password", "pw", "--api-token=t0", "--max-tokens=9"],
            },
            "dag": {"tasks": [{"name": "t", "withItems": [{"index": 5, "password": "p"}],
                "arguments": {"parameters": [{"name": "password", "value": "{{item.password}}"}]}}]},
            "http": {"headers": [{"name": "Authorization", "value": "Bearer abc"}]},
            "script": {"source": "import x\npassword = \"s3cret\"\ntoken = read()\n"},
        }],
    });
    let workflow = taken(&spec, &json!({}), &one_node());
    assert_eq!(
        paths(&workflow),
        [
            "spec.arguments.parameters[db-password]",
            "spec.arguments.parameters[pin-token]",
            "spec.templates[run].container.args[3]",
            "spec.templates[run].container.args[4]",
            "spec.templates[run].container.env[API_KEY]",
            "spec.templates[run].dag.tasks[t].withItems[].password",
            "spec.templates[run].http.headers[Authorization]",
            "spec.templates[run].inputs.parameters[secret]",
            "spec.templates[run].inputs.parameters[token]",
            "spec.templates[run].script.source",
        ]
    );
    let run = &workflow.spec["templates"][0];
    assert_eq!(
        run["container"]["args"],
        json!(["--user", "u", "--password", "<redacted>", "--api-token=<redacted>", "--max-tokens=9"])
    );
    assert_eq!(
        run["container"]["env"][1]["valueFrom"],
        spec["templates"][0]["container"]["env"][1]["valueFrom"]
    );
    assert_eq!(run["dag"]["tasks"][0]["arguments"], spec["templates"][0]["dag"]["tasks"][0]["arguments"]);
    assert_eq!(run["script"]["source"], "import x\npassword = \"<redacted>\"\ntoken = read()\n");
    assert_eq!(workflow.parameters()[1].value.as_deref(), Some("<redacted>"));
}

#[test]
fn an_input_of_many_nodes_is_told_once() {
    let node = |number: usize| json!({"name": format!("run-x7k2p.t({number}:{number})"), "inputs": {"parameters": [{"name": "token", "value": "t"}]}});
    let workflow = taken(&json!({}), &json!({}), &json!({"a": node(0), "b": node(1), "c": node(2)}));
    assert_eq!(paths(&workflow), ["status.nodes[a].inputs.parameters[token]"]);
    assert_eq!(
        (workflow.redacted[0].nodes, workflow.nodes.0["c"].parameter("token")),
        (3, Some("<redacted>"))
    );
}

#[test]
fn a_secret_is_taken_from_every_other_place_too() {
    let secret = "correct-horse-7-battery";
    let spec = json!({
        "arguments": {"parameters": [{"name": "password", "value": secret}, {"name": "dsn", "value": format!("db:{secret}")}]},
        "templates": [{"name": "m", "container": {"command": ["sh", "-c", format!("login {secret}")]}}],
    });
    let stored = json!({"namespaced/t/run": {"container": {"env": [{"name": "X", "value": secret}]}}});
    let nodes = json!({"a": {"name": format!("run-x7k2p.t(0:p:{secret})"), "message": format!("cannot log in with {secret}")}});
    let workflow = taken(&spec, &stored, &nodes);
    assert!(!format!("{workflow:?}{}", trim(&workflow)).contains(secret));
    assert_eq!(workflow.nodes.0["a"].name, "run-x7k2p.t(0:p:<redacted>)");
    assert_eq!(
        paths(&workflow),
        [
            "spec.arguments.parameters[dsn]",
            "spec.arguments.parameters[password]",
            "spec.templates[m].container.command[2]",
            "status.nodes[a].message",
            "status.nodes[a].name",
            "status.storedTemplates[namespaced/t/run].container.env[X]",
        ]
    );
}

#[test]
fn a_poor_password_that_is_part_of_the_runs_name_leaves_the_name_alone() {
    let spec = json!({"arguments": {"parameters": [{"name": "password", "value": "run-x7k2p"}]}});
    let workflow = taken(&spec, &json!({}), &json!({"a": {"name": "run-x7k2p.t(0:1)"}}));
    assert_eq!(
        (workflow.name.as_str(), workflow.nodes.0["a"].name.as_str()),
        ("run-x7k2p", "run-x7k2p.t(0:1)")
    );
    assert_eq!(paths(&workflow), ["spec.arguments.parameters[password]"]);
}

#[test]
fn what_was_redacted_before_is_told_again_and_is_the_same_workflow() {
    let spec = json!({"arguments": {"parameters": [{"name": "token", "value": "t0ken-abcdef"}, {"name": "dsn", "value": "pg://u:pw@h/d"},
        {"name": "session", "value": "kq7x2m9d4p1z8c5v3b6n0w7e2r4t9y1u"}, {"name": "git-sha", "value": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b"}]}});
    let raw = taken(&spec, &json!({}), &one_node());
    let trimmed = read("t.json", trim(&raw).as_bytes()).unwrap();
    assert_eq!(paths(&trimmed), paths(&raw));
    assert_eq!((digest(&trimmed), trim(&trimmed)), (digest(&raw), trim(&raw)));
    let whys: Vec<&str> = raw.redacted.iter().map(|redaction| redaction.why.as_str()).collect();
    assert_eq!(
        whys,
        [
            "it holds a password in a URL",
            "it is long and random, as a key is",
            "its name, token, says that it is a secret"
        ]
    );
    assert!(trimmed.redacted.iter().all(|redaction| redaction.why == "it was redacted before"));
}
