//! What the attempts of a made-up run used and wrote, under the names of their pods.

use serde_json::json;

use crate::error::Faults;
use crate::evidence::logs::{Log, Logs};
use crate::evidence::snapshot::{Lineage, pod_name};
use crate::evidence::usage::{self, Usage};
use crate::recipe::cases::{MadeAttempt, MadeRun};
use crate::source::Source;

use super::workflows::attempt_id;

/// The peaks, as a query of Prometheus answers; `None` where no attempt has one.
pub(super) fn usage(made: &MadeRun, lineage: &Lineage) -> Result<Option<Usage>, Faults> {
    let peaks = of_pods(made, lineage, |attempt| attempt.peak.as_ref());
    if peaks.is_empty() {
        return Ok(None);
    }
    let series: Vec<_> = peaks
        .into_iter()
        .map(|(pod, peak)| {
            let value = json!([0, peak.bytes().to_string()]);
            json!({ "metric": { "pod": pod, "container": "main" }, "value": value })
        })
        .collect();
    let answer = json!({ "status": "success", "data": { "resultType": "vector", "result": series } });
    usage::parse(&Source::new("the peaks of the case", answer.to_string())).map(Some)
}

/// The logs; `None` where no attempt has one.
pub(super) fn logs(made: &MadeRun, lineage: &Lineage) -> Option<Logs> {
    let texts = of_pods(made, lineage, |attempt| attempt.log.as_ref());
    let log = |(pod, text): (String, &String)| {
        let log = Log { path: "its log".to_owned(), text: text.clone(), is_cut: false };
        (pod, log)
    };
    let files: Vec<(String, Log)> = texts.into_iter().map(log).collect();
    (!files.is_empty()).then(|| Logs::new("the logs of the case", files))
}

/// Something of every attempt that has it, with the name of its pod.
fn of_pods<'a, T>(
    made: &'a MadeRun,
    lineage: &Lineage,
    what: impl Fn(&'a MadeAttempt) -> Option<&'a T>,
) -> Vec<(String, &'a T)> {
    let mut found = Vec::new();
    for (number, node) in made.nodes.iter().enumerate() {
        let workflow = &lineage.generations()[node.position];
        for (attempt, given) in node.attempts.iter().enumerate() {
            let id = attempt_id(&workflow.name, number, node.retry.as_ref().map(|_| attempt));
            if let (Some(value), Some(pod)) = (what(given), workflow.nodes.0.get(&id)) {
                found.push((pod_name(workflow, pod), value));
            }
        }
    }
    found
}
