//! Linting as a whole, on texts.

use super::*;
use crate::error::Code;
use crate::lint::Level;

fn task(texts: &[(&str, &str)]) -> Task {
    Task {
        sources: texts.iter().map(|(name, text)| Source::new(*name, *text)).collect(),
        argo: ArgoVersion::NEWEST,
        run: None,
        templates: Vec::new(),
        allowed: Vec::new(),
        memory_cap: None,
    }
}

/// File, line, column and code of each finding that verification makes.
fn found(texts: &[(&str, &str)]) -> Vec<(String, usize, usize, Code)> {
    let outcome = lint(&task(texts));
    let refused = outcome.found.iter().filter(|found| found.level == Level::Error);
    refused
        .map(|found| (found.file_name().to_owned(), found.span.line, found.span.column, found.fault.code))
        .collect()
}

const GOOD: &str = "apiVersion: argoproj.io/v1alpha1\nkind: WorkflowTemplate\nmetadata: {name: t}\nspec:\n  templates:\n  - name: a\n    container: {image: x}\n";

#[test]
fn every_wrong_field_of_a_file_is_found_at_its_line() {
    let fields: String = (0..200).map(|number| format!("    - {{name: v{number}, valeu: x}}\n")).collect();
    let text = format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: {{generateName: w-}}\nspec:\n  entrypoint: a\n  arguments:\n    parameters:\n{fields}  templates:\n  - name: a\n    container: {{image: x}}\n"
    );
    let found: Vec<(usize, usize)> = found(&[("many.yaml", &text)])
        .into_iter()
        .filter(|(.., code)| *code == Code::VerifyUnknownField)
        .map(|(_, line, column, _)| (line, column))
        .collect();
    let wanted: Vec<(usize, usize)> =
        (0..200).map(|number| (8 + number, 17 + number.to_string().len())).collect();
    assert_eq!(found, wanted);
}

#[test]
fn findings_stand_in_the_order_of_files_and_places() {
    let bad = GOOD.replace("image: x", "imge: x").replace("{name: t}", "{name: T}");
    let places: Vec<(String, usize)> = found(&[("b.yaml", &bad), ("a.yaml", "a: [\n")])
        .into_iter()
        .map(|(file, line, ..)| (file, line))
        .collect();
    let b = |line| ("b.yaml".to_owned(), line);
    assert_eq!(places[..2], [b(3), b(7)]);
    assert_eq!(places.last(), Some(&("a.yaml".to_owned(), 1)));
}

#[test]
fn what_is_the_same_at_an_anchor_is_told_once_with_every_alias() {
    let text = format!(
        "{GOOD}  - name: b\n    container: &c {{imge: x}}\n  - {{name: c, container: *c}}\n  - {{name: d, container: *c}}\n"
    );
    let outcome = lint(&task(&[("x.yaml", &text)]));
    let unknown: Vec<&Found> =
        outcome.found.iter().filter(|found| found.fault.code == Code::VerifyUnknownField).collect();
    assert_eq!(unknown.len(), 1, "{unknown:#?}");
    assert_eq!(unknown[0].fault.labels.len(), 3, "the place and two aliases");
}

#[test]
fn the_path_of_a_finding_names_what_it_goes_through() {
    let text = GOOD.replace("image: x", "image: x, env: [{name: A/B, valeu: c}]");
    let outcome = lint(&task(&[("x.yaml", &text)]));
    let paths: Vec<&str> = outcome.found.iter().map(|found| found.path.as_str()).collect();
    assert!(paths.contains(&"/spec/templates/a/container/env/A~1B/valeu"), "{paths:?}");
    assert_eq!(outcome.found[0].object.as_deref(), Some("WorkflowTemplate t"));
}

#[test]
fn other_kinds_are_counted_and_lists_are_opened() {
    let list = format!(
        "kind: List\nitems:\n- {{kind: Secret}}\n- {{a: 1}}\n- {}---\nkind: WorkflowTemplateList\napiVersion: argoproj.io/v1alpha1\nitems:\n- metadata: {{name: u}}\n  spec: {{}}\n",
        GOOD.replace("{name: t}", "{name: t, namespace: n}").replace('\n', "\n  ").trim_end().to_owned()
            + "\n"
    );
    let outcome = lint(&task(&[("list.yaml", &list)]));
    assert_eq!(outcome.objects, 2, "{outcome:#?}");
    let others: Vec<(&str, usize)> =
        outcome.others.iter().map(|(kind, count)| (kind.as_str(), *count)).collect();
    assert_eq!(others, [("", 1), ("Secret", 1)]);
}

#[test]
fn the_help_names_what_was_written() {
    let text = GOOD.replace("image: x", "image: x, env: [{name: A, value: 0755}]");
    let outcome = lint(&task(&[("x.yaml", &text)]));
    let refused = outcome.found.iter().find(|found| found.fault.code == Code::VerifySchema);
    assert_eq!(
        refused.unwrap().fault.help,
        "put it in quotes: \"0755\"; `0755` without quotes is 493 to `kubectl` and `argo`, which read YAML 1.1"
    );
}

/// The codes of the warnings about one template, given what stands in it.
fn warnings(template: &str) -> Vec<Code> {
    let text = format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: WorkflowTemplate\nmetadata: {{name: t}}\nspec:\n  templates:\n  - name: item\n    \
         retryStrategy: {{limit: 1, retryPolicy: Always}}\n    container: {{image: x:1}}\n  - name: last\n    container: {{image: x:1}}\n  \
         - name: a\n{template}"
    );
    let outcome = lint(&task(&[("t.yaml", &text)]));
    outcome.found.iter().map(|found| found.fault.code).collect()
}

#[test]
fn an_expression_is_reckoned_for_an_attempt_that_ran_out_of_memory() {
    let strategy = |rest: &str| {
        format!(
            "    retryStrategy: {{limit: 2, retryPolicy: Always{rest}}}\n    \
             container: {{image: 'x:1', resources: {{limits: {{memory: 1Gi}}}}}}\n"
        )
    };
    for (rest, told) in [
        ("", true),
        (", expression: 'lastRetry.message contains \"OOMKilled\"'", true),
        (", expression: 'asInt(lastRetry.exitCode) != 1'", true),
        (", expression: '!(lastRetry.message contains \"OOMKilled\")'", false),
        (", expression: 'lastRetry.exitCode == \"2\"'", false),
        (", expression: 'sprig.regexMatch(\"OOM\", lastRetry.message)'", false),
    ] {
        let expected: &[Code] = if told { &[Code::LintOomSameSize] } else { &[] };
        assert_eq!(warnings(&strategy(rest)), expected, "{rest}");
    }
    let patched = |memory: &str| {
        let patch = format!(
            "{{\"containers\":[{{\"name\":\"main\",\"resources\":{{\"limits\":{{\"memory\":\"{memory}\"}}}}}}]}}"
        );
        format!("    podSpecPatch: '{patch}'\n{}", strategy(""))
    };
    assert_eq!(warnings(&patched("2Gi")), [Code::LintOomSameSize]);
    assert_eq!(warnings(&patched("{{=(asInt(retries) + 1) * 2}}Gi")), []);
}

#[test]
fn an_expression_that_leaves_out_deleted_pods_is_told_whatever_the_policy() {
    let pod = |expression: &str| {
        format!(
            "    retryStrategy: {{limit: 2, retryPolicy: Always, expression: '{expression}'}}\n    \
             metadata: {{annotations: {{runai/preemptible: 'true'}}}}\n    container: {{image: 'x:1'}}\n"
        )
    };
    assert_eq!(warnings(&pod("lastRetry.status == \"Failed\"")), [Code::LintPreemptiblePolicy]);
    assert_eq!(warnings(&pod("lastRetry.status in [\"Failed\", \"Error\"]")), []);
}

#[test]
fn what_gathers_a_loop_of_steps_or_all_ends_of_a_loop_is_told_when_it_is_left_out() {
    let steps = |goes_on: &str, last: &str| {
        format!(
            "    steps:\n    - - {{name: run, template: item, withItems: ['1', '2']{goes_on}}}\n    - - {{name: last, template: last{last}}}\n"
        )
    };
    let reads = ", arguments: {parameters: [{name: x, value: '{{steps.run.outputs.parameters.y}}'}]}";
    for (goes_on, last, told) in [
        ("", "", true),
        (", continueOn: {failed: true}", "", true),
        (", continueOn: {failed: true, error: true}", "", false),
        ("", ", withItems: [1]", false),
    ] {
        let expected: &[Code] = if told { &[Code::LintAggregationSkipped] } else { &[] };
        assert_eq!(warnings(&steps(goes_on, last)), expected, "{goes_on} {last}");
    }
    assert!(!warnings(&steps("", reads)).contains(&Code::LintAggregationSkipped));
    let dag = |depends: &str| {
        format!(
            "    dag:\n      tasks:\n      - {{name: run, template: item, withItems: ['1', '2']}}\n      \
             - {{name: last, template: last, depends: {depends}}}\n"
        )
    };
    assert_eq!(warnings(&dag("run.AnySucceeded || run.AllFailed")), [Code::LintAggregationSkipped]);
    let all = "run.Succeeded || run.Failed || run.Errored || run.Skipped || run.Omitted";
    assert_eq!(warnings(&dag(all)), []);
}

#[test]
fn a_code_without_its_stage_is_suggested_and_a_reason_may_follow_a_colon() {
    let text = |comment: &str| {
        format!("{GOOD}  - name: b\n    # gapit-compile: {comment}\n    container: {{image: 'x:latest'}}\n")
    };
    let outcome = lint(&task(&[("t.yaml", &text("allow(mutable-image) tests"))]));
    let bad = outcome.found.iter().find(|found| found.fault.code == Code::LintBadAllow).unwrap();
    assert!(bad.fault.help.starts_with("write `lint::mutable-image`; "), "{}", bad.fault.help);
    let outcome = lint(&task(&[("t.yaml", &text("allow(lint::mutable-image): tests"))]));
    assert_eq!(outcome.silenced.iter().map(|one| one.reason.as_str()).collect::<Vec<_>>(), ["tests"]);
}

#[test]
fn many_allow_comments_are_read_in_a_moment() {
    let text = format!("{}{GOOD}", "# gapit-compile: allow(lint::mutable-image) x\n".repeat(20_000));
    assert_eq!(lint(&task(&[("t.yaml", &text)])).found.len(), 20_001, "none is used, and the image is found");
}
