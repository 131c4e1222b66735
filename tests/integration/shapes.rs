//! Every shape in which Argo lays out the items of a fan-out: which items there are, with which attempts, and which there
//! should be by the spec alone.
#![expect(clippy::unwrap_used, reason = "these are tests, also outside their test functions")]

use gapit_compile::error::{Code, Fault};
use gapit_compile::evidence::snapshot::{self, Item, Workflow};
use gapit_compile::units::Index;
use serde_json::{Value, json};

use crate::layout::{Layout, dag, inputs, task};

/// Each item as `index: top (attempts)`, by the names of the nodes.
fn items(workflow: &Workflow) -> Vec<String> {
    let name = |name: &str| name.strip_prefix(&workflow.name).unwrap_or(name).to_owned();
    let shown = |item: &Item| {
        let attempts: Vec<String> = item.attempts.iter().map(|attempt| name(&attempt.name)).collect();
        let alone = attempts == [name(&item.node.name)];
        let attempts = if alone { String::new() } else { format!(" <- {}", attempts.join(" ")) };
        format!("{}: {}{attempts}", item.index, name(&item.node.name))
    };
    snapshot::items(workflow, "run", "i").unwrap().iter().map(shown).collect()
}

/// What the spec says there should be, one text a fan-out; `?` where it does not tell.
fn expected(workflow: &Workflow) -> Vec<String> {
    let list = |indexes: Vec<Index>| indexes.iter().map(Index::as_str).collect::<Vec<_>>().join(" | ");
    snapshot::fan_outs(workflow, "run")
        .iter()
        .map(|fan_out| snapshot::expected(fan_out, workflow, "i").map_or("?".to_owned(), list))
        .collect()
}

fn doubts(workflow: &Workflow) -> Vec<String> {
    snapshot::items(workflow, "run", "i").unwrap().into_iter().flat_map(|item| item.doubts).collect()
}

fn fault(workflow: &Workflow) -> Fault {
    let faults = snapshot::items(workflow, "run", "i").unwrap_err();
    assert_eq!(faults.len(), 1, "{faults:?}");
    faults.iter().next().unwrap().clone()
}

/// A node that its own `when` left out: it has no inputs.
fn skipped() -> Value {
    json!({"templateName": "run", "phase": "Skipped", "message": "when 'false' evaluated false"})
}

#[test]
fn a_workflow_name_with_dots() {
    let spec = dag(json!([task("withSequence", json!({"start": "2", "end": "4"}), "{{item}}")]), json!([]));
    let mut run = Layout::new("gapit.v1.2-abc", spec);
    run.node("gapit.v1.2-abc", "DAG", "", json!({"templateName": "main"}));
    run.node("gapit.v1.2-abc.t", "TaskGroup", "gapit.v1.2-abc", json!({"templateName": "run"}));
    run.retried("gapit.v1.2-abc.t(0:2)", "gapit.v1.2-abc", "2", &["Failed", "Succeeded"]);
    run.node("gapit.v1.2-abc.t(1:3)", "Skipped", "gapit.v1.2-abc", skipped());
    let workflow = run.read();
    assert_eq!(items(&workflow), ["2: .t(0:2) <- .t(0:2)(0) .t(0:2)(1)", "3: .t(1:3)"]);
    assert_eq!(expected(&workflow), ["2 | 3 | 4"]);
}

#[test]
fn a_retry_strategy_of_the_whole_workflow() {
    let mut spec = dag(json!([task("withSequence", json!({"count": "3"}), "{{item}}")]), json!([]));
    spec["retryStrategy"] = json!({"limit": 1});
    let mut run = Layout::new("w", spec);
    run.node("w", "Retry", "", json!({"templateName": "main", "children": [run.id("w(0)"), run.id("w(1)")]}));
    for attempt in ["w(0)", "w(1)"] {
        run.node(
            attempt,
            "DAG",
            "",
            json!({"templateName": "main", "phase": "Failed", "nodeFlag": {"retried": true}}),
        );
        run.node(&format!("{attempt}.t"), "TaskGroup", attempt, json!({"templateName": "run"}));
    }
    run.retried("w(0).t(0:0)", "w(0)", "0", &["Succeeded"]);
    run.retried("w(0).t(1:1)", "w(0)", "1", &["Failed"]);
    run.retried("w(0).t(2:2)", "w(0)", "2", &["Failed"]);
    run.retried("w(1).t(0:0)", "w(1)", "0", &["Failed"]);
    run.retried("w(1).t(1:1)", "w(1)", "1", &["Succeeded"]);
    run.retried("w(1).t(2:2)", "w(1)", "2", &["Failed"]);
    let workflow = run.read();
    assert_eq!(
        items(&workflow),
        [
            "0: (0).t(0:0) <- (0).t(0:0)(0)",
            "1: (1).t(1:1) <- (1).t(1:1)(0)",
            "2: (1).t(2:2) <- (1).t(2:2)(0)"
        ]
    );
    assert_eq!((expected(&workflow), doubts(&workflow)), (vec!["0 | 1 | 2".to_owned()], vec![]));
}

#[test]
fn a_sequence_with_a_format() {
    let sequence = json!({"start": "{{workflow.parameters.from}}", "end": "6", "format": "%03d"});
    let mut spec = dag(json!([task("withSequence", sequence, "{{item}}")]), json!([]));
    spec["arguments"] = json!({"parameters": [{"name": "from", "value": "5"}]});
    let mut run = Layout::new("w", spec);
    run.ran("w.t(0:005)", "Pod", "w", "005");
    run.node("w.t(1:006)", "Skipped", "w", skipped());
    let workflow = run.read();
    assert_eq!(items(&workflow), ["005: .t(0:005)", "006: .t(1:006)"]);
    assert_eq!((expected(&workflow), doubts(&workflow)), (vec!["005 | 006".to_owned()], vec![]));
}

#[test]
fn items_that_are_scalars() {
    let values = json!(["chr1 (short)", "chr1:5.2,x", 7, true]);
    let mut run = Layout::new("w", dag(json!([task("withItems", values, "{{item}}")]), json!([])));
    run.ran("w.t(0:chr1 short)", "Pod", "w", "chr1 (short)");
    run.node("w.t(1:chr1:5.2,x)", "Skipped", "w", skipped());
    run.ran("w.t(2:7)", "Pod", "w", "7");
    run.ran("w.t(3:true)", "Pod", "w", "true");
    let workflow = run.read();
    assert_eq!(
        items(&workflow),
        ["7: .t(2:7)", "chr1 (short): .t(0:chr1 short)", "chr1:5.2,x: .t(1:chr1:5.2,x)", "true: .t(3:true)"]
    );
    assert_eq!(
        (expected(&workflow), doubts(&workflow)),
        (vec!["chr1 (short) | chr1:5.2,x | 7 | true".to_owned()], vec![])
    );
}

#[test]
fn items_that_are_maps_or_lists() {
    // The text of a map does not tell where a value ends; the spec does.
    let maps = json!([{"k": "a,z:1", "n": 1}, {"k": "b (c)", "n": 2}]);
    let mut run = Layout::new("w", dag(json!([task("withItems", maps, "{{item.k}}")]), json!([])));
    run.node("w.t(0:k:a,z:1,n:1)", "Skipped", "w", skipped());
    run.ran("w.t(1:k:b c,n:2)", "Pod", "w", "b (c)");
    let workflow = run.read();
    assert_eq!(items(&workflow), ["a,z:1: .t(0:k:a,z:1,n:1)", "b (c): .t(1:k:b c,n:2)"]);
    assert_eq!((expected(&workflow), doubts(&workflow)), (vec!["a,z:1 | b (c)".to_owned()], vec![]));

    let lists = json!([["a", 1], ["b", 2]]);
    let mut run = Layout::new("w", dag(json!([task("withItems", lists, "{{item}}")]), json!([])));
    run.node("w.t(0:[a 1])", "Skipped", "w", skipped());
    run.ran("w.t(1:[b 2])", "Pod", "w", r#"["b",2]"#);
    let workflow = run.read();
    assert_eq!(items(&workflow), [r#"["a",1]: .t(0:[a 1])"#, r#"["b",2]: .t(1:[b 2])"#]);
    assert_eq!((expected(&workflow), doubts(&workflow)), (vec![r#"["a",1] | ["b",2]"#.to_owned()], vec![]));
}

#[test]
fn a_list_from_a_parameter_and_one_from_a_task() {
    let mut spec =
        dag(json!([task("withParam", json!("{{workflow.parameters.list}}"), "{{item.id}}")]), json!([]));
    spec["arguments"] = json!({"parameters": [{"name": "list", "value": "[{\"id\": 5}, {\"id\": \"Fe\"}]"}]});
    let mut run = Layout::new("w", spec);
    run.ran("w.t(0:id:5)", "Pod", "w", "5");
    run.node("w.t(1:id:Fe)", "Skipped", "w", skipped());
    let workflow = run.read();
    assert_eq!(
        (items(&workflow), expected(&workflow)),
        (vec!["5: .t(0:id:5)".into(), "Fe: .t(1:id:Fe)".into()], vec!["5 | Fe".into()])
    );

    let from_task = task("withParam", json!("{{tasks.list.outputs.result}}"), "{{item.id}}");
    let mut run = Layout::new("w", dag(json!([from_task]), json!([])));
    run.node("w.t(0:id:Fe,n:x)", "Skipped", "w", skipped());
    let workflow = run.read();
    assert_eq!(
        (items(&workflow), expected(&workflow)),
        (vec!["Fe: .t(0:id:Fe,n:x)".into()], vec!["?".into()])
    );
}

#[test]
fn a_fan_out_in_a_nested_dag_takes_its_index_from_around_it() {
    let outer = json!({"name": "each", "template": "one", "withItems": ["5", "6"],
        "arguments": {"parameters": [{"name": "trait", "value": "{{item}}"}]}});
    let one = json!({"name": "one", "inputs": {"parameters": [{"name": "trait"}]}, "dag": {"tasks": [
        {"name": "prepare", "template": "p"},
        {"name": "t", "template": "run", "depends": "prepare",
         "arguments": {"parameters": [{"name": "i", "value": "t-{{inputs.parameters.trait}}"}]}}]}});
    let mut run = Layout::new("w", dag(json!([outer]), json!([one])));
    run.node("w.each", "TaskGroup", "w", json!({"templateName": "one"}));
    for (place, index) in ["5", "6"].iter().enumerate() {
        let name = format!("w.each({place}:{index})");
        run.node(
            &name,
            "DAG",
            "w",
            json!({"templateName": "one", "inputs": {"parameters": [{"name": "trait", "value": index}]}}),
        );
    }
    run.retried("w.each(0:5).t", "w.each(0:5)", "t-5", &["Failed", "Failed"]);
    run.node("w.each(1:6).t", "Skipped", "w.each(1:6)", skipped());
    let workflow = run.read();
    assert_eq!(
        items(&workflow),
        ["t-5: .each(0:5).t <- .each(0:5).t(0) .each(0:5).t(1)", "t-6: .each(1:6).t"]
    );
    assert_eq!((expected(&workflow), doubts(&workflow)), (vec!["t-5 | t-6".to_owned()], vec![]));
}

#[test]
fn a_fan_out_in_nested_steps_takes_its_list_from_the_entrypoints_inputs() {
    let steps = json!([[{"name": "check", "template": "c"}],
        [{"name": "inner", "template": "fan", "arguments": {"parameters": [{"name": "list", "value": "{{inputs.parameters.all}}"}]}}]]);
    let fan = json!({"name": "fan", "inputs": {"parameters": [{"name": "list"}]},
        "steps": [[task("withParam", json!("{{inputs.parameters.list}}"), "{{item}}")]]});
    let spec = json!({"entrypoint": "main", "arguments": {"parameters": [{"name": "all", "value": "[\"a\", \"b\"]"}]},
        "templates": [{"name": "main", "inputs": {"parameters": [{"name": "all", "default": "[]"}]}, "steps": steps}, fan]});
    let mut run = Layout::new("w", spec);
    run.node("w", "Steps", "", json!({"templateName": "main"}));
    run.node("w[0]", "StepGroup", "w", json!({}));
    run.node("w[0].check", "Pod", "w", json!({"templateName": "c"}));
    run.node("w[1].inner", "Steps", "w", json!({"templateName": "fan"}));
    run.node("w[1].inner[0]", "StepGroup", "w[1].inner", json!({}));
    run.ran("w[1].inner[0].t(0:a)", "Pod", "w[1].inner", "a");
    let workflow = run.read();
    assert_eq!(items(&workflow), ["a: [1].inner[0].t(0:a)"]);
    assert_eq!((expected(&workflow), doubts(&workflow)), (vec!["a | b".to_owned()], vec![]));
}

#[test]
fn a_template_that_runs_itself_tells_no_range() {
    let again = json!({"name": "main", "template": "main", "arguments": {"parameters": [{"name": "x", "value": "{{inputs.parameters.x}}"}]}});
    let looping = json!({"name": "deep", "inputs": {"parameters": [{"name": "x"}]}, "dag": {"tasks": [
        {"name": "again", "template": "deep", "arguments": {"parameters": [{"name": "x", "value": "{{inputs.parameters.x}}"}]}},
        {"name": "t", "template": "run", "arguments": {"parameters": [{"name": "i", "value": "{{inputs.parameters.x}}"}]}}]}});
    let mut run = Layout::new("w", dag(json!([again]), json!([looping])));
    run.node("w", "DAG", "", json!({}));
    assert_eq!(expected(&run.read()), ["?"]);
}

#[test]
fn a_template_that_runs_itself_is_one_item_an_index() {
    let mut run = Layout::new("w", dag(json!([task("withItems", json!(["5"]), "{{item}}")]), json!([])));
    run.ran("w.t(0:5)", "Steps", "w", "5");
    run.node("w.t(0:5)[0].work", "Pod", "w.t(0:5)", json!({"templateName": "work", "phase": "Failed"}));
    let mut again = inputs("5");
    again["startedAt"] = json!("2025-11-12T21:00:00Z");
    run.node("w.t(0:5)[1].again", "Steps", "w.t(0:5)", again);
    run.node("w.t(0:5)[1].again[0].work", "Pod", "w.t(0:5)[1].again", json!({"templateName": "work"}));
    assert_eq!(items(&run.read()), ["5: .t(0:5) <- .t(0:5)[0].work .t(0:5)[1].again[0].work"]);
}

#[test]
fn several_fan_outs_of_one_template_with_other_items() {
    let named = |name: &str, values: Value| {
        let mut task = task("withItems", values, "{{item}}");
        task["name"] = json!(name);
        task
    };
    let tasks = json!([named("small", json!(["1", "2"])), named("large", json!(["3"]))]);
    let mut run = Layout::new("w", dag(tasks, json!([])));
    run.ran("w.small(0:1)", "Pod", "w", "1");
    run.node("w.small(1:2)", "Skipped", "w", skipped());
    run.ran("w.large(0:3)", "Pod", "w", "3");
    let workflow = run.read();
    assert_eq!(items(&workflow), ["1: .small(0:1)", "2: .small(1:2)", "3: .large(0:3)"]);
    assert_eq!((expected(&workflow), doubts(&workflow)), (vec!["1 | 2".to_owned(), "3".to_owned()], vec![]));
}

#[test]
fn several_fan_outs_of_one_template_over_the_same_items() {
    let staged = |stage: &str, phase: &str| {
        let mut fields = inputs("5");
        fields["inputs"]["parameters"].as_array_mut().unwrap().push(json!({"name": "stage", "value": stage}));
        fields["phase"] = json!(phase);
        fields
    };
    let tasks = ["a", "b"].map(|name| {
        let mut task = task("withItems", json!(["5"]), "{{item}}");
        task["name"] = json!(name);
        task
    });
    let run = |second: (&str, Value)| {
        let mut run = Layout::new("w", dag(json!(tasks), json!([])));
        run.node("w.a(0:5)", "Pod", "w", staged("train", "Failed"));
        run.node("w.b(0:5)", second.0, "w", second.1);
        run.read()
    };
    // Other work.
    let found = fault(&run(("Pod", staged("test", "Succeeded"))));
    assert_eq!(found.code, Code::SnapshotIndexClash);
    assert!(found.message.contains("`w.a(0:5)` and `w.b(0:5)` both run 5, with another `stage`"), "{found}");
    assert!(found.help.contains("(these differ in `stage`)"), "{}", found.help);
    // The same work again: what succeeded counts, and that is told.
    let workflow = run(("Pod", staged("train", "Succeeded")));
    assert_eq!(items(&workflow), ["5: .b(0:5)"]);
    assert_eq!(
        doubts(&workflow),
        ["in w, 5 was run by w.a(0:5) and by w.b(0:5): the last one, which succeeded, counts"]
    );
    let mut later = staged("train", "Failed");
    later["startedAt"] = json!("2025-11-12T21:00:00Z");
    assert_eq!(
        doubts(&run(("Pod", later))),
        ["in w, 5 was run by w.a(0:5) and by w.b(0:5): the last one, which began last, counts"]
    );
    // Alternatives: one was left out.
    for out in ["Skipped", "Omitted"] {
        let mut left_out = skipped();
        left_out["phase"] = json!(out);
        left_out["startedAt"] = json!("2025-11-12T21:00:00Z");
        let workflow = run(("Skipped", left_out));
        assert_eq!((items(&workflow), doubts(&workflow)), (vec!["5: .a(0:5)".to_owned()], vec![]));
    }
}

#[test]
fn a_container_set_is_one_item_and_its_containers_are_none() {
    let mut run = Layout::new("w", dag(json!([task("withItems", json!(["5", "6"]), "{{item}}")]), json!([])));
    run.retried("w.t(0:5)", "w", "5", &["Failed", "Failed"]);
    run.ran("w.t(1:6)", "Pod", "w", "6");
    for pod in ["w.t(0:5)(0)", "w.t(0:5)(1)", "w.t(1:6)"] {
        for container in ["main", "convert"] {
            let fields = json!({"templateName": "run", "nodeFlag": {"retried": true}});
            run.node(&format!("{pod}.{container}"), "Container", pod, fields);
        }
    }
    let workflow = run.read();
    assert_eq!(items(&workflow), ["5: .t(0:5) <- .t(0:5)(0) .t(0:5)(1)", "6: .t(1:6)"]);
    assert_eq!(doubts(&workflow), Vec::<String>::new());
}

#[test]
fn a_name_that_says_another_index_than_the_input_is_told_and_the_input_counts() {
    let mut run =
        Layout::new("w", dag(json!([task("withItems", json!(["5", "6"]), "t-{{item}}")]), json!([])));
    run.retried("w.t(0:5)", "w", "t-5", &["Failed"]);
    run.retried("w.t(1:6)", "w", "t-7", &["Failed"]);
    run.ran("w.t(8:9)", "Pod", "w", "t-8");
    let workflow = run.read();
    assert_eq!(items(&workflow).len(), 3);
    assert_eq!(
        doubts(&workflow),
        [
            "in w, the node w.t(1:6) holds i = t-7, and its name says t-6: the parameter counts",
            "in w, the node w.t(8:9) holds i = t-8, and its name says t-9: the parameter counts"
        ]
    );
}

#[test]
fn an_index_that_is_not_made_of_the_loop_alone_is_not_checked_by_the_name() {
    // `argo retry -p` changes what the parameter says, and not the nodes that exist.
    let mut spec =
        dag(json!([task("withItems", json!(["5"]), "{{workflow.parameters.set}}-{{item}}")]), json!([]));
    spec["arguments"] = json!({"parameters": [{"name": "set", "value": "new"}]});
    let mut run = Layout::new("w", spec);
    run.ran("w.t(0:5)", "Pod", "w", "old-5");
    let workflow = run.read();
    assert_eq!((items(&workflow), doubts(&workflow)), (vec!["old-5: .t(0:5)".to_owned()], vec![]));
}

#[test]
fn boundaries_that_run_in_a_circle_end() {
    let mut run = Layout::new("w", dag(json!([]), json!([])));
    run.ran("w.a", "DAG", "w.b", "5");
    run.node("w.b", "DAG", "w.a", json!({"templateName": "other"}));
    run.node(
        "w.c",
        "DAG",
        "w.c",
        json!({"templateName": "run", "inputs": {"parameters": [{"name": "i", "value": "6"}]}}),
    );
    assert_eq!(fault(&run.read()).code, Code::SnapshotOtherPipeline);
}
