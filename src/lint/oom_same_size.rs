//! `lint::oom-same-size`: a pod that runs out of memory is tried again with the same memory.
//!
//! Argo repeats the pod as it is; only a template's `podSpecPatch` with `{{retries}}` makes the next one larger (`processPodSpecPatch`
//! in `workflow/controller/workflowpod.go`), and only an expression keeps an attempt that ran out of memory from being repeated.

use serde_json::Value;

use super::pod::{Patched, amount, memory_of, patches};
use super::strategy::{Limit, Strategy};
use super::survey::{Subject, Survey};
use super::{Level, Lint};
use crate::error::Code;
use crate::verify::Finding;
use crate::verify::references::expression::outcome::OUT_OF_MEMORY;
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
            let Some(limit) = limit(subject, one.template) else { continue };
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

/// The memory limit of every attempt; none where there is none, or where it varies from attempt to attempt.
fn limit(subject: &Subject<'_>, template: &Value) -> Option<String> {
    // The patch of the spec comes first, and the template's own over it.
    let patched: Vec<Patched> = patches(subject, template).into_iter().map(memory_of).collect();
    if patched.contains(&Patched::Varies) {
        return None;
    }
    let fixed = patched.into_iter().rev().find_map(|one| match one {
        Patched::Fixed(limit) => Some(limit),
        Patched::Nothing | Patched::Varies => None,
    });
    let template = subject.with_defaults(template);
    let main = ["container", "script"].into_iter().find(|key| has(&template, key))?;
    fixed.or_else(|| amount(&template[main], "limits", "memory").map(|(_, written)| written))
}

/// Whether an attempt that ran out of memory is repeated. Of an expression that asks about the attempt and cannot be reckoned
/// here, this is not known.
fn repeats(strategy: &Strategy<'_>) -> bool {
    let wanted = strategy.wants_another(OUT_OF_MEMORY);
    ["OnFailure", "Always"].contains(&strategy.policy())
        && strategy.retries()
        && wanted.unwrap_or_else(|| !strategy.expression().contains("lastRetry"))
}
