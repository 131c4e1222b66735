//! `lint::oom-same-size`: a pod that runs out of memory is tried again with the same memory.
//!
//! Argo repeats the pod as it is; only a template's `podSpecPatch` with `{{retries}}` makes the next one larger (`processPodSpecPatch`
//! in `workflow/controller/workflowpod.go`), and only an expression keeps an attempt that ran out of memory from being repeated.

use super::pod::{amount, patches};
use super::strategy::{Limit, Strategy};
use super::survey::Survey;
use super::{Level, Lint};
use crate::error::Code;
use crate::verify::Finding;
use crate::verify::references::place::has;

pub(super) const LINT: Lint = Lint {
    code: Code::LintOomSameSize,
    title: "a pod that runs out of memory is tried again with the same memory",
    level: Level::Warning,
    certain: false,
    check,
};

fn check(survey: &Survey<'_>, out: &mut [Vec<Finding>]) {
    for subject in &survey.subjects {
        for one in subject.own() {
            let Some(strategy) = subject.strategy_of(one).filter(repeats) else { continue };
            if patches(subject, one.template).iter().any(|patch| patch.contains("memory")) {
                continue;
            }
            let template = subject.with_defaults(one.template);
            let main = ["container", "script"].into_iter().find(|key| has(&template, key));
            let Some((_, limit)) = main.and_then(|key| amount(&template[key], "limits", "memory")) else {
                continue;
            };
            let times = match strategy.limit() {
                Limit::Retries(1) => "once more".to_owned(),
                Limit::Retries(times) => format!("up to {times} times"),
                Limit::Unlimited | Limit::Unknown => "again and again".to_owned(),
            };
            out[subject.index].push(Finding::new(
                Code::LintOomSameSize,
                strategy.pointer.clone(),
                format!(
                    "an attempt of `{}` that runs out of its {limit} is tried {times} with the same {limit}",
                    one.name
                ),
                "refuse it, so that something larger can be tried: with policy Always, \
                 `expression: '!(lastRetry.message matches \"^(main: )?OOMKilled \")'`; \
                 or let a `podSpecPatch` raise memory with `{{retries}}`",
            ));
        }
    }
}

/// Whether an attempt that ran out of memory is repeated, as far as the files say: what an expression that asks about the attempt
/// makes of it is not judged here.
fn repeats(strategy: &Strategy<'_>) -> bool {
    ["OnFailure", "Always"].contains(&strategy.policy())
        && strategy.retries()
        && !strategy.expression().contains("lastRetry.")
}
