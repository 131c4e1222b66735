//! What Argo takes and runs is not refused.

use serde_json::{Value, json};

use super::{BASE, changed, findings};
use crate::verify::references::Known;

#[test]
fn the_base_is_sound() {
    assert_eq!(findings(BASE, &Known::new()), Vec::<String>::new());
}

#[test]
fn what_argo_takes_is_taken() {
    for (from, to) in [
        // The default comes from the caller's own spec, and more than is asked for may be passed.
        (
            "- {name: models, default: BLINK}",
            "- {name: models, valueFrom: {configMapKeyRef: {name: c, key: k}}}",
        ),
        ("'{{.Values.x}}'", "'{{=sprig.upper(inputs.parameters.nothing)}} {{retires}} {{ }} {{'"),
        ("'{{pod.name}}'", "'{{workflow.creationTimestamp.Y}} {{outputs.parameters.x}} {{tasks.name}}'"),
        ("{memory: 64Gi, cpu: '12'}", "{memory: 72Gi, cpu: 0, nvidia.com/gpu: '1'}"),
        ("timeout: 36h", "timeout: '{{inputs.parameters.index}}'"),
        ("timeout: 36h", "activeDeadlineSeconds: '{{inputs.parameters.index}}'"),
        ("cap: 30m", "maxDuration: '90'"),
        ("limit: 3", "limit: '{{inputs.parameters.index}}'"),
        ("stage: retry", "stage: ''"),
        (
            "  name: retry\n",
            "  generateName: a-name-that-kubernetes-itself-cuts-before-it-adds-five-characters-to-it-\n",
        ),
        ("target: many one tail", "target: '{{tasks.name}} tail'"),
        ("        - {index: '2'}", "        - {index: '2', extra: 1}"),
        ("depends: one\n", "depends: ''\n"),
        (
            "inline:\n",
            "hooks: {exit: {template: speak}, late: {template: speak, expression: 'true'}}\n        inline:\n",
        ),
        (
            "podSpecPatch: '{\"containers\": []}'",
            "retryStrategy: {limit: 1}\n    podSpecPatch: '{{=lastRetry.status}}: x'",
        ),
    ] {
        assert_eq!(findings(&changed(from, to), &Known::new()), Vec::<String>::new(), "{to}");
    }
}

#[test]
fn a_claim_template_is_a_volume_of_the_workflow() {
    let text = changed(
        "  volumes:\n  - {name: data, emptyDir: {}}",
        "  volumeClaimTemplates:\n  - {metadata: {name: data}, spec: {}}",
    );
    assert_eq!(findings(&text, &Known::new()), Vec::<String>::new());
}

#[test]
fn a_workflow_that_refers_to_a_whole_template_has_all_that_it_brings() {
    let text = BASE.replacen(
        "kind: Workflow\nmetadata:\n  name: retry",
        "kind: WorkflowTemplate\nmetadata:\n  name: whole",
        1,
    );
    let caller =
        "---\nkind: Workflow\nmetadata: {name: caller}\nspec: {workflowTemplateRef: {name: whole}}\n";
    assert_eq!(findings(&format!("{text}{caller}"), &Known::new()), Vec::<String>::new());
    // Its templates stand elsewhere, so what they lack is told where the Workflow refers to them.
    let poor = text.replacen("    - {name: batch, value: b1}\n", "", 1);
    assert_eq!(
        findings(&format!("{poor}{caller}"), &Known::new()),
        [
            "2 verify::variable /spec/workflowTemplateRef: in template `main` of WorkflowTemplate `whole`: workflow \
          parameter `batch` is not declared"
        ]
    );
}

#[test]
fn what_a_snapshot_stored_is_known_in_part() {
    let (_, workflow) = BASE.split_once("---\n").unwrap();
    let stored = |template| {
        let mut known = Known::new();
        known.add_stored(&std::collections::BTreeMap::from([(
            "namespaced/item/run-item".to_owned(),
            template,
        )]));
        known
    };
    let leaf = json!({"name": "run-item", "container": {"args": ["{{workflow.parameters.image}}"]}});
    assert_eq!(findings(workflow, &stored(leaf)), Vec::<String>::new());
    let caller = json!({"name": "run-item", "steps": [[{"name": "a", "template": "prepare"}]]});
    assert_eq!(
        findings(workflow, &stored(caller)),
        [
            "0 verify::reference /spec/templates/1/dag/tasks/0/templateRef: in template `run-item` of WorkflowTemplate \
          `item`: template `prepare` of WorkflowTemplate `item` is not known"
        ]
    );
}

#[test]
fn a_whole_template_that_is_given_is_known_whole() {
    let (item, workflow) = BASE.split_once("---\n").unwrap();
    let mut known = Known::new();
    assert!(known.add_document(&super::documents(item)[0]));
    assert!(!known.add_document(&super::documents(workflow)[0]));
    assert_eq!(findings(workflow, &known), Vec::<String>::new());
    let other = workflow.replacen("template: run-item", "template: run-itme", 1);
    assert_eq!(
        findings(&other, &known),
        [
            "0 verify::reference /spec/templates/0/dag/tasks/1/templateRef/template: WorkflowTemplate `item` has no \
          template `run-itme`"
        ]
    );
}

#[test]
fn a_whole_spec_that_is_known_in_part_is_not_guessed() {
    let mut known = Known::new();
    known.add_template("whole", false, "main", json!({"name": "main", "suspend": {}}));
    let caller = "kind: Workflow\nmetadata: {name: caller}\nspec: {workflowTemplateRef: {name: whole}}\n";
    assert_eq!(
        findings(caller, &known),
        [
            "0 verify::reference /spec/workflowTemplateRef/name: WorkflowTemplate `whole` is known only in part"
        ]
    );
}

/// Every pointer below a value.
fn pointers(value: &Value, base: &str, found: &mut Vec<String>) {
    found.push(base.to_owned());
    match value {
        Value::Object(map) => {
            map.iter().for_each(|(key, inner)| pointers(inner, &format!("{base}/{key}"), found))
        }
        Value::Array(list) => {
            list.iter()
                .enumerate()
                .for_each(|(index, inner)| pointers(inner, &format!("{base}/{index}"), found));
        }
        _ => {}
    }
}

#[test]
fn no_shape_of_a_document_stops_the_check() {
    // The schema says what has a wrong shape; here it must only not be stumbled over.
    let sound = super::documents(BASE);
    for (index, document) in sound.iter().enumerate() {
        let mut places = Vec::new();
        pointers(document, "", &mut places);
        for place in places {
            for wrong in [json!(null), json!(5), json!("x"), json!([[]]), json!({"name": []})] {
                let mut broken = sound.clone();
                *broken[index].pointer_mut(&place).unwrap() = wrong;
                let _ = super::check(&broken, &Known::new());
            }
        }
    }
}

#[test]
fn workflows_of_one_name_may_be_for_different_times() {
    let (item, run) = BASE.split_once("---\n").unwrap();
    assert_eq!(findings(&format!("{item}---\n{run}---\n{run}"), &Known::new()), Vec::<String>::new());
}
