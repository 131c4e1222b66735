//! `lint::preemptible-policy`: pods that may be preempted are retried by a policy that does not retry a deleted pod.
//!
//! Preemption deletes the pod; where Argo did not see it end, the attempt is an Error (`pod deleted`; `podReconciliation` in
//! `workflow/controller/operator.go`), which `OnFailure` does not retry: `tests/evidence/mixed.json.gz` shows it.

use super::preemptible::mark_of;
use super::survey::Survey;
use super::{Level, Lint};
use crate::error::Code;
use crate::verify::Finding;
use crate::verify::references::expression::outcome::DELETED;
use crate::verify::references::template::is_pod;

pub(super) const LINT: Lint = Lint {
    code: Code::LintPreemptiblePolicy,
    title: "pods that may be preempted are retried by a policy that leaves out deleted pods",
    level: Level::Warning,
    certain: false,
    check,
};

fn check(survey: &Survey<'_>, out: &mut [Vec<Finding>]) {
    for subject in &survey.subjects {
        for one in subject.reached.iter().filter(|one| is_pod(one.template)) {
            let Some(strategy) =
                subject.strategy_of(one).filter(|strategy| strategy.here && strategy.retries())
            else {
                continue;
            };
            let policy = strategy.policy();
            let is_refused = strategy.wants_another(DELETED) == Some(false);
            if !is_refused && !["OnFailure", "OnTransientError"].contains(&policy) {
                continue;
            }
            let Some(said) = mark_of(subject, one) else { continue };
            if is_refused && ["Always", "OnError"].contains(&policy) {
                out[subject.index].push(Finding::new(
                    Code::LintPreemptiblePolicy,
                    strategy.at(&["expression"]),
                    format!(
                        "the expression beside the {}: a preempted pod of `{}` ends as an Error (pod deleted), which it does not \
                         want to try again",
                        said.written, one.name
                    ),
                    format!("let it take `lastRetry.status == 'Error'` as well ({})", said.mark.source),
                ));
                continue;
            }
            let policy = if strategy.expression().is_empty() && strategy.value.get("retryPolicy").is_none() {
                format!("no retryPolicy, which is {policy},")
            } else {
                format!("retryPolicy {policy}")
            };
            out[subject.index].push(Finding::new(
                Code::LintPreemptiblePolicy,
                strategy.at(&["retryPolicy"]),
                format!(
                    "{policy} beside the {}: a preempted pod of `{}` ends as an Error (pod deleted), which is not tried again",
                    said.written, one.name
                ),
                format!(
                    "write `retryPolicy: Always`, and refuse in an `expression` what is not worth another attempt ({})",
                    said.mark.source
                ),
            ));
        }
    }
}
