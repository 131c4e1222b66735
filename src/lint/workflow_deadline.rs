//! `lint::workflow-deadline`: the workflow's deadline cannot hold the waves of a fan-out.
//!
//! `parallelism` lets so many pods run at once, so that the rest come in waves; at `activeDeadlineSeconds` of the
//! Workflow everything that runs is killed and everything that waits fails without having run (`applyExecutionControl` in
//! `workflow/controller/exec_control.go`).

use std::collections::BTreeMap;

use serde_json::Value;

use super::fan_out::count;
use super::record::{attempts, longest, succeeded};
use super::survey::{Callee, Subject, Survey, address};
use super::{Level, Lint};
use crate::error::Code;
use crate::evidence::snapshot::any_string;
use crate::units::Seconds;
use crate::verify::Finding;
use crate::verify::references::place::{has, text};
use crate::verify::references::reach::{Reached, Root};
use crate::verify::references::template::is_pod;

pub(super) const LINT: Lint = Lint {
    code: Code::LintWorkflowDeadline,
    title: "the workflow's deadline cannot hold the waves of a fan-out",
    level: Level::Warning,
    certain: false,
    check,
};

fn check(survey: &Survey<'_>, out: &mut [Vec<Finding>]) {
    for subject in &survey.subjects {
        let deadline = subject.effective("activeDeadlineSeconds").and_then(Value::as_u64).map(Seconds);
        let Some(deadline) = deadline.filter(|deadline| deadline.0 > 0) else { continue };
        if !has(subject.object.spec, "activeDeadlineSeconds") {
            continue;
        }
        for one in subject.reached.iter().filter(|one| one.root == Root::Entry) {
            out[subject.index].extend(waves(survey, subject, one, deadline));
        }
    }
}

/// One leaf template that a DAG or steps template calls, and how often.
struct Leaf<'a> {
    callee: Callee<'a>,
    items: u64,
}

fn waves<'a>(
    survey: &Survey<'a>,
    subject: &Subject<'a>,
    one: &Reached<'a>,
    deadline: Seconds,
) -> Vec<Finding> {
    let Some(at_once) = parallelism(subject, one.template) else { return Vec::new() };
    let mut leaves: BTreeMap<usize, Option<Leaf<'a>>> = BTreeMap::new();
    for (call, callee) in survey.calls(subject, one) {
        let Some(callee) = callee.filter(|callee| is_pod(callee.template)) else { continue };
        let leaf = leaves.entry(address(callee.template)).or_insert(Some(Leaf { callee, items: 0 }));
        *leaf = match (leaf.take(), count(subject, &call)) {
            (Some(known), Some(more)) => Some(Leaf { items: known.items + more, ..known }),
            _ => None,
        };
    }
    let mut told: Vec<Finding> = leaves
        .into_values()
        .flatten()
        .filter_map(|leaf| late(survey, subject, &leaf, at_once, deadline))
        .collect();
    told.sort_by(|a, b| a.message.cmp(&b.message));
    told
}

/// How many pods of a template's calls run at once: the smaller of its own parallelism and the workflow's.
fn parallelism(subject: &Subject<'_>, template: &Value) -> Option<u64> {
    let own = template.get("parallelism").and_then(Value::as_u64);
    let all = subject.effective("parallelism").and_then(Value::as_u64);
    own.into_iter().chain(all).min().filter(|at_once| *at_once > 0)
}

fn late(
    survey: &Survey<'_>,
    subject: &Subject<'_>,
    leaf: &Leaf<'_>,
    at_once: u64,
    deadline: Seconds,
) -> Option<Finding> {
    let waves = leaf.items.div_ceil(at_once);
    if waves < 2 {
        return None;
    }
    let (each, why) = one_attempt(survey, leaf.callee)?;
    let need = each.repeated(waves);
    (need > deadline).then(|| {
        Finding::new(
            Code::LintWorkflowDeadline,
            subject.object.at("/activeDeadlineSeconds"),
            format!(
                "{} pods of `{}`, {at_once} at once, come in {waves} waves; at {each} each ({why}) they take {need}, \
                 and the deadline is {deadline}",
                leaf.items, leaf.callee.name,
            ),
            "raise `activeDeadlineSeconds` or `parallelism`; what has not started by then fails without having run",
        )
    })
}

/// How long one attempt takes, and who says so: the record, else the template's own bound.
fn one_attempt(survey: &Survey<'_>, callee: Callee<'_>) -> Option<(Seconds, String)> {
    let home = survey.library.home(callee.home);
    let subject = survey.subjects.iter().find(|subject| Some(subject.index) == home.document);
    let recorded = survey.setting.run.zip(subject).and_then(|(run, subject)| {
        let all = attempts(run, subject, callee.name);
        longest(&succeeded(&all)).map(|longest| longest.ran)
    });
    recorded
        .map(|ran| (ran, "the longest on record that succeeded".to_owned()))
        .or_else(|| of_attempt(callee.template).map(|(key, most)| (most, format!("at most, by {key}"))))
}

/// The longest that a template lets one attempt run, and the key that says so.
pub(super) fn of_attempt(template: &Value) -> Option<(&'static str, Seconds)> {
    let deadline = template.get("activeDeadlineSeconds").and_then(any_string);
    let deadline = deadline.and_then(|written| written.parse().ok()).map(Seconds);
    let timeout = Seconds::parse_argo(text(template, "/timeout"));
    // A timeout replaces the deadline of the pod, whichever is shorter (`workflow/controller/workflowpod.go`).
    let known =
        timeout.map(|most| ("timeout", most)).or(deadline.map(|most| ("activeDeadlineSeconds", most)));
    known.filter(|(_, most)| most.0 > 0)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_bound_of_an_attempt_is_known_only_where_it_is_written() {
        for (template, known) in [
            (json!({"activeDeadlineSeconds": "3600"}), Some(("activeDeadlineSeconds", Seconds(3600)))),
            (json!({"activeDeadlineSeconds": 60, "timeout": "2h"}), Some(("timeout", Seconds(7200)))),
            (json!({"activeDeadlineSeconds": "{{inputs.parameters.t}}"}), None),
            (json!({}), None),
        ] {
            assert_eq!(of_attempt(&template), known, "{template}");
        }
    }
}
