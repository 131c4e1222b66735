//! Peaks against real runs: pods are named as the controller named them, and the thresholds of a bare 137 lie where they are said to lie.
#![expect(clippy::disallowed_methods, reason = "the tests read their evidence")]
#![expect(clippy::unwrap_used, reason = "these are tests, also outside their test functions")]

use std::fs;
use std::path::Path;

use gapit_compile::diagnose::{Diagnosis, ItemDiagnosis, PeakSource, Verdict, diagnose};
use gapit_compile::evidence::snapshot::{self, Workflow};
use gapit_compile::evidence::{Evidence, usage};
use gapit_compile::io::Disk;
use gapit_compile::recipe;
use gapit_compile::source::Source;

fn workflow(name: &str) -> Workflow {
    let file = format!("tests/evidence/{name}.json.gz");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(&file);
    snapshot::read(&file, &fs::read(path).unwrap()).unwrap()
}

/// The run `mixed` with these peaks, if any: its limit is 72Gi.
fn judged(peaks: Option<&str>) -> Diagnosis {
    let recipe =
        recipe::load(&Source::new("r.toml", "version = 1\nextends = \"gapit3@1\"\n"), &Disk).unwrap();
    let evidence = Evidence {
        usage: peaks.map(|text| usage::parse(&Source::new("usage.csv", text)).unwrap()),
        ..Evidence::from(snapshot::lineage(vec![workflow("mixed")]).unwrap())
    };
    diagnose(&recipe, &evidence).unwrap()
}

fn item<'a>(diagnosis: &'a Diagnosis, index: &str) -> &'a ItemDiagnosis {
    diagnosis.items.iter().find(|item| item.index.as_str() == index).unwrap()
}

#[test]
fn the_hash_of_every_pod_is_the_one_that_the_controller_gave_its_node() {
    let mut compared = 0;
    for name in ["mixed", "stopped", "deadline", "window", "retry", "h5nzl", "h5nzl-retry"] {
        let workflow = workflow(name);
        for node in workflow.nodes.0.values().filter(|node| node.name != workflow.name) {
            let Some(template) = node.template() else { continue };
            let hash = node.id.strip_prefix(&workflow.name).unwrap();
            assert_eq!(snapshot::pod_name(&workflow, node), format!("{}-{template}{hash}", workflow.name));
            compared += 1;
        }
    }
    assert!(compared > 1000, "only {compared}");
}

#[test]
fn the_share_of_the_limit_decides_a_bare_137() {
    let pod = item(&judged(None), "50").node.as_ref().unwrap().last().pod.unwrap();
    let limit: u64 = 72 << 30;
    let (from_95, from_80) = ((limit * 95).div_ceil(100), (limit * 80).div_ceil(100));
    for (bytes, verdict) in [
        (limit, "oom likely"),
        (from_95, "oom likely"),
        (from_95 - 1, "oom-probable likely"),
        (from_80, "oom-probable likely"),
        (from_80 - 1, "oom-probable weak"),
        (1 << 30, "oom-probable weak"),
    ] {
        for file in [format!("pod,peak_bytes\n{pod},{bytes}\n"), format!("item,peak_bytes\n50,{bytes}\n")] {
            let diagnosis = judged(Some(&file));
            let Verdict::Failed(judgement) = &item(&diagnosis, "50").verdict else { panic!("{file}") };
            assert_eq!(format!("{} {}", judgement.cause, judgement.confidence), verdict, "{file}");
            assert!(judgement.because[0].contains("its limit of 72Gi"), "{:?}", judgement.because);
            let refused =
                judgement.refused.iter().any(|refused| refused.because.contains("its peak memory was"));
            assert_eq!(refused, judgement.cause.as_str() == "oom-probable", "{:?}", judgement.refused);
        }
    }
}

#[test]
fn a_peak_decides_nothing_that_something_else_explains() {
    let plain = judged(None);
    let everything: String = (2..=187).map(|index| format!("{index},{}\n", 72_u64 << 30)).collect();
    let measured = judged(Some(&format!("item,peak_bytes\n{everything}")));
    for (before, after) in plain.items.iter().zip(&measured.items) {
        match (&before.verdict, &after.verdict) {
            (Verdict::Failed(before), Verdict::Failed(after)) => {
                let expected =
                    if before.cause.as_str() == "oom-probable" { "oom" } else { before.cause.as_str() };
                assert_eq!(after.cause.as_str(), expected);
            }
            (before, after) => assert_eq!(before, after),
        }
    }
}

#[test]
fn an_eviction_tells_a_peak_where_nothing_larger_was_measured() {
    let told = |peaks: Option<&str>| {
        let peak = item(&judged(peaks), "100").node.as_ref().unwrap().last().peak.unwrap();
        (peak.memory.about(), peak.source)
    };
    assert_eq!(told(None), ("69Gi".to_owned(), PeakSource::Eviction));
    assert_eq!(told(Some("item,peak_bytes\n100,68Gi\n")), ("69Gi".to_owned(), PeakSource::Eviction));
    assert_eq!(told(Some("item,peak_bytes\n100,71.5Gi\n")), ("71.5Gi".to_owned(), PeakSource::Item));
}
