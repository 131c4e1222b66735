//! Small workflows, each with one trait of how Argo lays out items.

use super::*;
use crate::evidence::snapshot::read;

/// A node by id (the id is its name without the workflow's), with more fields as JSON.
fn node(id: &str, kind: &str, fields: &str) -> String {
    let comma = if fields.is_empty() { "" } else { ", " };
    format!(r#""{id}": {{"name": "w.{id}", "type": "{kind}", "boundaryID": "w"{comma}{fields}}}"#)
}

fn workflow(tasks: &str, nodes: &[String]) -> Workflow {
    let root = r#""w": {"name": "w", "type": "DAG", "templateName": "main"}"#;
    let text = format!(
        r#"{{"metadata": {{"name": "w"}}, "spec": {{"arguments": {{"parameters": [{{"name": "p", "value": "9"}}]}},
            "templates": [{{"name": "main", "dag": {{"tasks": [{tasks}]}}}}]}},
            "status": {{"nodes": {{{root}, {}}}}}}}"#,
        nodes.join(", ")
    );
    read("w.json", text.as_bytes()).unwrap()
}

const RUN: &str = r#""templateName": "run""#;

fn with(index: &str, more: &str) -> String {
    let comma = if more.is_empty() { "" } else { ", " };
    format!(r#"{RUN}, "inputs": {{"parameters": [{{"name": "i", "value": "{index}"}}]}}{comma}{more}"#)
}

/// Each item as `index: top [attempts]`.
fn shown(workflow: &Workflow) -> Vec<String> {
    let items = items(workflow, "run", "i").unwrap();
    let attempts =
        |item: &Item| item.attempts.iter().map(|node| node.id.as_str()).collect::<Vec<_>>().join(" ");
    items.iter().map(|item| format!("{}: {} [{}]", item.index, item.node.id, attempts(item))).collect()
}

#[test]
fn groups_attempts_and_hooks_are_not_items_and_indexes_count_as_people_do() {
    let workflow = workflow(
        "",
        &[
            node("t", "TaskGroup", RUN),
            node(
                "t(0:10)",
                "Retry",
                &with("10", r#""children": ["t(0:10)(1)", "t(0:10)(0)", "h", "c", "gone"]"#),
            ),
            node("t(0:10)(0)", "Pod", &with("10", r#""nodeFlag": {"retried": true}"#)),
            node("t(0:10)(1)", "Pod", &with("10", r#""nodeFlag": {"retried": true}"#)),
            node("h", "Pod", &with("10", r#""nodeFlag": {"hooked": true}"#)),
            node("t(0:10).onExit", "Pod", &with("10", "")),
            node("c", "Pod", r#""templateName": "collect""#),
            node("t(1:2)", "Pod", &with("2", "")),
        ],
    );
    assert_eq!(shown(&workflow), ["2: t(1:2) [t(1:2)]", "10: t(0:10) [t(0:10)(0) t(0:10)(1)]"]);
}

#[test]
fn attempts_of_old_argo_are_known_by_their_names_and_counted_as_numbers() {
    let names: Vec<String> = (0..11).rev().map(|n| format!("\"t({n})\"")).collect();
    let mut nodes: Vec<String> = (0..11).map(|n| node(&format!("t({n})"), "Pod", &with("5", ""))).collect();
    nodes.push(node("t", "Retry", &format!(r#"{RUN}, "children": [{}, "d"]"#, names.join(", "))));
    nodes.push(node("d", "Pod", r#""templateName": "downstream""#));
    let workflow = workflow("", &nodes);
    let items = items(&workflow, "run", "i").unwrap();
    assert_eq!((items.len(), items[0].attempts.len(), items[0].last().id.as_str()), (1, 11, "t(10)"));
    assert_eq!(items[0].index, Index::new("5"));
}

#[test]
fn a_retry_without_attempts_is_judged_by_itself() {
    let workflow = workflow("", &[node("t", "Retry", &with("5", r#""phase": "Succeeded""#))]);
    let items = items(&workflow, "run", "i").unwrap();
    assert_eq!((items[0].attempts.len(), items[0].last().id.as_str()), (0, "t"));
}

#[test]
fn nodes_without_inputs_are_known_by_their_names() {
    let tasks = r#"{"name": "s", "template": "run", "withItems": [2],
          "arguments": {"parameters": [{"name": "i", "value": "{{item}}"}]}},
        {"name": "m", "template": "run", "withParam": "{{tasks.x.outputs.result}}",
          "arguments": {"parameters": [{"name": "i", "value": "{{item.index}}"}]}},
        {"name": "one", "template": "run",
          "arguments": {"parameters": [{"name": "i", "value": "{{workflow.parameters.p}}"}]}}"#;
    let workflow = workflow(
        tasks,
        &[
            node("s(0:2)", "Skipped", RUN),
            node("m(4:index:5,name:x)", "Skipped", RUN),
            node("one", "Skipped", RUN),
        ],
    );
    assert_eq!(
        shown(&workflow),
        ["2: s(0:2) [s(0:2)]", "5: m(4:index:5,name:x) [m(4:index:5,name:x)]", "9: one [one]"]
    );
}

#[test]
fn of_two_nodes_with_one_index_the_later_started_counts() {
    let workflow = workflow(
        "",
        &[
            node("z", "Pod", &with("5", r#""startedAt": "2025-11-12T20:00:00Z""#)),
            node("a", "Pod", &with("5", r#""startedAt": "2025-11-13T20:00:00Z""#)),
            node("b", "Pod", &with("5", "")),
        ],
    );
    assert_eq!(shown(&workflow), ["5: a [a]"]);
}

#[test]
fn the_attempts_of_earlier_runs_of_one_node_are_kept_and_those_of_another_node_are_not() {
    let run = |id: &str, name: &str, more: &str| {
        format!(r#""{id}": {{"name": "{name}", "type": "Pod", "boundaryID": "w", {}}}"#, with("5", more))
    };
    let shown = |nodes: &[String]| {
        let workflow = workflow("", nodes);
        let items = items(&workflow, "run", "i").unwrap();
        let runs = items[0].earlier_runs.iter();
        let earlier: Vec<&str> = runs.flatten().map(|node| node.id.as_str()).collect();
        (items[0].node.id.clone(), earlier.join(" "))
    };
    let failed = |id: &str, name: &str| run(id, name, r#""phase": "Failed""#);
    let three = [failed("c", "w(10).t(0:5)"), failed("a", "w(8).t(0:5)"), failed("b", "w(9).t(0:5)")];
    assert_eq!(shown(&three[1..]), ("b".to_owned(), "a".to_owned()));
    let succeeded = run("b", "w(9).t(0:5)", r#""phase": "Succeeded""#);
    let [later, first, _] = three;
    assert_eq!(
        shown(&[later, first, succeeded]),
        ("b".to_owned(), "a".to_owned()),
        "what comes after a success"
    );
    let twice = [failed("a", "w.t(0:5)"), failed("b", "w.u(0:5)")];
    assert_eq!(shown(&twice), ("b".to_owned(), String::new()), "two tasks are no runs of one");
}

#[test]
fn an_item_that_is_a_dag_is_judged_by_the_pod_that_failed_for_good() {
    let inner = |id: &str, phase: &str, minute: u8, more: &str| {
        format!(
            r#""{id}": {{"name": "w.t.{id}", "type": "Pod", "boundaryID": "t", "phase": "{phase}",
                "startedAt": "2025-11-12T20:{minute:02}:00Z"{more}}}"#
        )
    };
    let nodes = [
        node("t", "DAG", &with("5", r#""phase": "Failed", "children": ["prepare"]"#)),
        inner("prepare", "Succeeded", 1, ""),
        r#""r": {"name": "w.t.r", "type": "Retry", "boundaryID": "t", "phase": "Succeeded", "children": ["r(0)", "r(1)"]}"#.to_owned(),
        inner("work", "Failed", 2, ""),
        inner("r(0)", "Failed", 3, ""),
        inner("r(1)", "Succeeded", 4, ""),
        inner("x.hooks.h", "Failed", 5, ""),
        r#""s": {"name": "w.t.s", "type": "Skipped", "phase": "Omitted", "boundaryID": "t"}"#.to_owned(),
        r#""m": {"name": "w.t.m", "type": "Retry", "phase": "Succeeded", "boundaryID": "t"}"#.to_owned(),
    ];
    assert_eq!(shown(&workflow("", &nodes)), ["5: t [prepare r(0) r(1) work]"]);
    let stopped = [
        nodes[0].clone(),
        nodes[1].clone(),
        r#""e": {"name": "w.t.e", "type": "Retry", "phase": "Failed", "boundaryID": "t",
            "message": "Stopped with strategy 'Stop'"}"#
            .to_owned(),
    ];
    assert_eq!(shown(&workflow("", &stopped)), ["5: t [prepare e]"], "a Retry that got no attempt");
}

#[test]
fn the_pods_of_a_retried_dag_come_run_by_run() {
    let nodes = [
        node("t", "Retry", &with("5", r#""children": ["t(0)", "t(1)"]"#)),
        node("t(0)", "DAG", &with("5", r#""phase": "Failed", "nodeFlag": {"retried": true}"#)),
        node("t(1)", "DAG", &with("5", r#""phase": "Succeeded", "nodeFlag": {"retried": true}"#)),
        r#""a": {"name": "w.t(0).x", "type": "Pod", "boundaryID": "t(0)", "phase": "Failed"}"#.to_owned(),
        r#""b": {"name": "w.t(1).x", "type": "Pod", "boundaryID": "t(1)", "phase": "Succeeded"}"#.to_owned(),
        r#""c": {"name": "w.t(1).y", "type": "Pod", "boundaryID": "t(1)", "phase": "Failed"}"#.to_owned(),
    ];
    assert_eq!(shown(&workflow("", &nodes)), ["5: t [a c b]"]);
}

#[test]
fn a_loop_that_was_omitted_before_it_had_items_is_no_item() {
    let tasks = r#"{"name": "t", "template": "run", "withItems": [1]}, {"name": "once", "template": "run",
        "arguments": {"parameters": [{"name": "i", "value": "7"}]}}"#;
    let omitted = r#""templateName": "run", "phase": "Omitted""#;
    let nodes = [node("t", "Skipped", omitted), node("once", "Skipped", omitted)];
    assert_eq!(shown(&workflow(tasks, &nodes)), ["7: once [once]"]);
}

#[test]
fn a_workflow_that_died_before_its_fan_out_has_no_items() {
    let tasks = r#"{"name": "t", "templateRef": {"name": "x", "template": "run"}, "withItems": [1]}"#;
    let workflow = workflow(tasks, &[node("v", "Pod", r#""templateName": "validate""#)]);
    assert!(shown(&workflow).is_empty());
}

#[test]
fn another_pipelines_workflow_names_what_it_ran() {
    let workflow = workflow("", &[node("v", "Pod", r#""templateName": "ran""#)]);
    let faults = items(&workflow, "run", "i").unwrap_err();
    let fault = faults.iter().next().unwrap();
    assert_eq!(fault.code, Code::SnapshotOtherPipeline);
    assert!(fault.message.contains("`w` in w.json"), "{fault}");
    assert!(
        fault.help.starts_with("`items.template` might be `ran`; it ran `main`, `ran`"),
        "{}",
        fault.help
    );
}

#[test]
fn nodes_without_an_index_are_one_fault_with_the_inputs_there_are() {
    let workflow = workflow("", &[node("a", "Pod", &with("1", "")), node("b", "Pod", &with("2", ""))]);
    let faults = items(&workflow, "run", "ii").unwrap_err();
    let fault = faults.iter().next().unwrap();
    assert_eq!((faults.len(), fault.code), (1, Code::SnapshotNoIndex));
    assert!(fault.message.contains("2 nodes (the first is `w.a`) have no value for `ii`"), "{fault}");
    assert!(fault.help.contains("might be `i`; the inputs of `run` are `i`"), "{}", fault.help);
}
