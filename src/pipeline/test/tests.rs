//! Made-up runs are judged as real ones are, and what is not as expected is told with its reason.

use super::*;
use crate::error::{Code, Fault};
use crate::recipe::{self, Files, cases};
use crate::source::Source;

struct NoFiles;

impl Files for NoFiles {
    fn read(&self, path: &str) -> Result<Source, Fault> {
        Err(Fault::new(Code::IoRead, format!("there is no {path}"), "none"))
    }
}

const GAPIT3: &str = "extends = \"gapit3@1\"";

/// Every tier derived from what the workflow itself holds, items that are no numbers, no outputs.
const SAMPLES: &str = r#"
pipeline = "calls"
argo = { version = "4.1" }
items = { noun = "sample", template = "call", index-parameter = "sample" }
naming = { template = "<< base >>-<< tier >>-<< root.suffix >>" }
[[tiers]]
name = "small"
limits = { memory = "8Gi" }
[[tiers]]
name = "large"
limits = { memory = "16Gi" }
[[rules]]
name = "oom"
when = { causes = ["oom"] }
retry = { tier = "next" }
[[rules]]
name = "disk"
when = { log = "no space" }
hold = "the disk is full"
"#;

fn tested(recipe: &str, case: &str) -> Outcome {
    let recipe =
        recipe::load(&Source::new("recipe.toml", format!("version = 1\n{recipe}")), &NoFiles).unwrap();
    let text = format!("version = 1\n[[cases]]\nname = \"a\"\n{case}\n");
    let cases = cases::load(&Source::new("a.test.toml", text), &recipe).unwrap();
    let tasks = cases.into_iter().map(|case| Task { case, files: CaseFiles::default() });
    test(&recipe, tasks.collect())
}

/// What does not hold of the one case, a line a thing.
fn missed(recipe: &str, case: &str) -> Vec<String> {
    let outcome = tested(recipe, case);
    assert!(outcome.faults.is_empty(), "{case}: {:#?}", outcome.faults);
    let tested = &outcome.cases[0];
    let failures = tested.failures.iter().flat_map(|failure| {
        let items = crate::units::ranges(&failure.items);
        let line = move |missed: &Missed| format!("{items} {}: {}", missed.key, missed.got);
        failure.missed.iter().map(line)
    });
    let refusal =
        tested.refusal.iter().map(|refusal| format!("plan: {:?}", refusal.got.first().map(|(code, _)| code)));
    failures.chain(refusal).collect()
}

/// Holds where every line of the case does.
fn holds(recipe: &str, case: &str) {
    assert_eq!(missed(recipe, case), Vec::<String>::new(), "{case}");
}

#[test]
fn a_run_that_is_not_over_is_active() {
    holds(
        GAPIT3,
        "nodes = [{ item = 5, phase = \"Running\" }, { item = 6, phase = \"Pending\" }]\nforbidden = \"plan::active\"\n\
         expect = [{ items = [5, 6], decision = \"active\" }]",
    );
}

#[test]
fn tiers_that_are_all_derived_have_their_limits_and_their_names() {
    holds(
        SAMPLES,
        "nodes = [{ item = \"x-1\", exit-code = 137, peak = \"7.99Gi\" },\n\
         { item = \"x-2\", tier = \"large\", exit-code = 137, peak = \"7.99Gi\" },\n\
         { item = \"x-3\", tier = \"large\", exit-code = 3, log = \"write: no space left on device\" }]\n\
         expect = [{ item = \"x-1\", decision = \"retry\", tier = \"large\", cause = \"oom\" },\n\
         { item = \"x-2\", decision = \"hold\", cause = \"oom-probable\" },\n\
         { item = \"x-3\", decision = \"hold\", rule = \"disk\" }]",
    );
}

#[test]
fn peaks_and_logs_are_of_the_attempt_that_they_stand_in() {
    let case = |first: &str, second: &str| {
        format!(
            "nodes = [{{ item = \"x\", attempts = [{{ exit-code = 3{first} }}, {{ exit-code = 3{second} }}] }}]\n\
             expect = [{{ item = \"x\", decision = \"hold\", rule = \"disk\" }}]"
        )
    };
    holds(SAMPLES, &case("", ", log = \"no space\""));
    assert_eq!(
        missed(SAMPLES, &case(", log = \"no space\"", "")),
        ["x decision: skip", "x rule: policy.unmatched"]
    );
}

#[test]
fn the_base_of_a_case_is_the_template_of_the_first_tier() {
    let case = |tier: &str| {
        format!(
            "base = {{ deadline = \"2h\" }}\nnodes = [{{ item = 5, tier = \"{tier}\", ran = \"2h\",\n\
             message = \"Pod was active on the node longer than the specified deadline\" }}]\n\
             expect = [{{ item = 5, decision = \"retry\", tier = \"{tier}\", may-take = \"3h\", cause = \"deadline\", rule = \"too-slow\" }}]"
        )
    };
    holds(GAPIT3, &case("standard"));
    holds(GAPIT3, &case("highmem"));
}

#[test]
fn each_generation_has_its_own_end() {
    holds(
        GAPIT3,
        "workflow = { deadline = \"7d\" }\nretries = [{ shutdown = \"Terminate\" }]\n\
         nodes = [{ item = 5, message = \"Step exceeded its deadline\", ran = \"7d\" },\n\
         { item = 5, generation = 2, phase = \"Failed\", started = false, message = \"workflow shutdown with strategy: Terminate\" },\n\
         { item = 6, message = \"Step exceeded its deadline\", ran = \"7d\" }]\n\
         expect = [{ item = 5, decision = \"retry\", cause = \"stopped\" }, { item = 6, decision = \"retry\", cause = \"deadline\" }]",
    );
}

#[test]
fn items_without_a_node_are_told_by_the_end_of_the_workflow() {
    for (workflow, cause) in
        [("shutdown = \"Stop\"", "stopped"), ("deadline = \"3h\", ran = \"3h\"", "starved")]
    {
        holds(
            GAPIT3,
            &format!(
                "workflow = {{ {workflow} }}\nnodes = []\nrange = [\"2-4\"]\n\
                 expect = [{{ items = [\"2-4\"], decision = \"retry\", tier = \"standard\", cause = \"{cause}\" }}]"
            ),
        );
    }
}

#[test]
fn what_does_not_hold_is_told_once_for_items_of_a_kind_with_the_rule_that_was_meant() {
    let outcome = tested(
        GAPIT3,
        "nodes = [{ items = [\"5-7\"], exit-code = 1 }, { item = 8, message = \"OOMKilled (exit code 137)\" }]\nforbidden = \"none\"\n\
         expect = [{ items = [\"5-7\"], decision = \"retry\", rule = \"mount-failure\" },\n\
         { item = 8, decision = \"skip\", rule = \"configuration-error\" }]",
    );
    let tested = &outcome.cases[0];
    assert_eq!((outcome.failed(), tested.holds()), (1, false));
    let [alike, other] = &tested.failures[..] else { panic!("two kinds: {:#?}", tested.failures) };
    assert_eq!(crate::units::ranges(&alike.items), "5-7");
    let at = alike.got.at.as_ref().unwrap();
    assert_eq!((at.source().name(), alike.got.by.as_deref()), ("gapit3@1", Some("configuration-error")));
    let unmet = alike.unmatched.as_ref().unwrap();
    let failed_on = unmet.failed_on.as_ref().unwrap();
    assert_eq!(
        (unmet.rule.as_str(), failed_on.word, failed_on.found.as_str()),
        ("mount-failure", "exit-codes", "1")
    );
    assert_eq!(other.unmatched.as_ref().unwrap().failed_on, None, "oom matched before it was asked");
    assert_eq!(tested.refusal.as_ref().unwrap().got[0].0, Code::PlanStopLoss);
}

#[test]
fn the_coverage_counts_rules_that_decide_and_tiers_that_take() {
    let outcome = tested(
        SAMPLES,
        "flags = { only = \"x\" }\nnodes = [{ items = [\"x\", \"y\"], message = \"OOMKilled (exit code 137)\" }, { item = \"z\" }]\n\
         expect = [{ item = \"y\", decision = \"deferred\" }, { item = \"z\", decision = \"done\" }]",
    );
    let counts = |list: &[Covered]| list.iter().map(|covered| covered.items).collect::<Vec<_>>();
    assert_eq!((counts(&outcome.coverage.rules), counts(&outcome.coverage.tiers)), (vec![2, 0], vec![0, 1]));
    assert!(outcome.cases[0].holds() && !outcome.coverage.is_full());
}

#[test]
fn a_part_that_the_run_was_not_asked_for_is_a_fault_of_the_case() {
    for (parameters, help) in [("", "model = \"BLNK\""), ("parameters = { models = \"BLINK\" }", "BLINK")] {
        let outcome = tested(
            GAPIT3,
            &format!(
                "workflow = {{ {parameters} }}\nnodes = [{{ item = 5 }}]\noutputs = {{ partial = {{ 5 = [\"BLNK\"] }} }}\n\
                 expect = [{{ item = 5, decision = \"retry\" }}]"
            ),
        );
        let fault = outcome.faults.iter().next().unwrap();
        assert_eq!((fault.code, outcome.not_run, outcome.cases.len()), (Code::TestContradiction, 1, 0));
        assert!(fault.help.contains(help) && fault.labels[0].place.line_column().0 == 6, "{fault:?}");
    }
}
