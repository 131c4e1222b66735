//! What a recovery step takes over from its item, and how its templates are named.

use serde_json::json;

use super::*;
use crate::source::Source;
use crate::units::{Cpu, Memory};

fn script() -> BeforeScript {
    let at = |text: &str| At::new(text.to_owned(), Source::new("recipe.toml", "x").place(0..1));
    BeforeScript {
        file: at("recover.sh"),
        source: "true\n".to_owned(),
        image: at("tools:1.4"),
        command: vec![at("sh")],
        memory: Memory::parse("512Mi").unwrap(),
        cpu: Cpu::parse("500m").unwrap(),
    }
}

#[test]
fn a_script_runs_where_the_item_does_and_takes_the_inputs_that_this_mentions() {
    let body = json!({
        "inputs": { "parameters": [{ "name": "index" }, { "name": "pool", "default": "big" }, { "name": "image" }] },
        "nodeSelector": { "pool": "{{inputs.parameters.pool}}" },
        "retryStrategy": { "limit": 3 },
        "container": {
            "image": "{{inputs.parameters.image}}",
            "volumeMounts": [{ "name": "out", "mountPath": "/out", "subPath": "{{=inputs.parameters['index']}}" }],
            "env": [{ "name": "X", "value": "1" }],
        },
    });
    let (template, mentioned) = script_template(&body, &script(), "tools:1.4");
    let template = Value::Object(template);
    assert_eq!(mentioned, ["index", "pool"]);
    assert_eq!(template["nodeSelector"], body["nodeSelector"]);
    assert_eq!(template["script"]["volumeMounts"], body["container"]["volumeMounts"]);
    let names: Vec<&str> =
        inputs(&template, "parameters").iter().filter_map(|input| input["name"].as_str()).collect();
    assert_eq!(names[7..], ["index", "pool"]);
    assert!(template.get("retryStrategy").is_none(), "a step succeeds once or not at all");
}

#[test]
fn equal_templates_are_one_and_others_have_names_of_their_own() {
    let body = |image: &str| Map::from_iter([("script".to_owned(), json!({ "image": image }))]);
    let mut templates = Templates::default();
    let names = ["a", "b", "a"].map(|image| templates.add("before-x", body(image)));
    assert_eq!(names, ["before-x", "before-x-2", "before-x"]);
    assert_eq!(templates.add("before-x-2", body("c")), "before-x-2-2");
    assert_eq!(templates.into_list().len(), 3);
}

#[test]
fn a_list_of_thousands_says_once_what_all_of_it_shares() {
    const ITEMS: usize = 4000;
    let own = |at: usize| -> Parameters {
        let alike = (0..20).map(|name| (format!("alike-{name}"), "x".to_owned()));
        alike.chain([("index".to_owned(), at.to_string())]).collect()
    };
    let step = |at: usize| Step {
        rule: "r".to_owned(),
        runs: ("template", json!("before-r")),
        parameters: vec![
            ("gapit-item".to_owned(), at.to_string()),
            ("gapit-cause".to_owned(), "oom".to_owned()),
        ],
    };
    let items: Vec<(Arguments, Step)> =
        (0..ITEMS).map(|at| (Arguments { parameters: own(at), artifacts: Vec::new() }, step(at))).collect();
    let group: Vec<(&Arguments, &Step)> = items.iter().map(|(item, step)| (item, step)).collect();
    let list = List::of(&group);
    // Compared with all others, item by item and name by name, this takes minutes.
    let written: usize = list.held.iter().map(|one| list.written(one).count()).sum();
    assert_eq!(written, ITEMS, "the index of each");
    let one = List::of(&group[..1]);
    assert_eq!(
        one.written(&one.held[0]).count(),
        22,
        "nothing of one item differs, and all of it is written"
    );
}
