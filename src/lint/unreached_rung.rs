//! `lint::unreached-rung`: a list that `retries` indexes has more values than attempts can start.
//!
//! `limit` counts retries: with `limit: 2` three attempts start, of which `retries` is 0, 1 and 2 (Argo 4.0.7,
//! `workflow/controller/operator.go`, `processNodeRetries`). With fewer attempts than values, the last value, mostly the one that
//! would have been enough, is never used.

use super::strategy::Limit;
use super::survey::Survey;
use super::{Level, Lint};
use crate::error::Code;
use crate::verify::Finding;
use crate::verify::references::evaluated::expressions;
use crate::verify::references::expression::ladder::rungs;

pub(super) const LINT: Lint = Lint {
    code: Code::LintUnreachedRung,
    title: "a list that `retries` indexes has values that no attempt reaches",
    level: Level::Warning,
    certain: true,
    check,
};

fn check(survey: &Survey<'_>, out: &mut [Vec<Finding>]) {
    for subject in &survey.subjects {
        for one in subject.own() {
            let Some(strategy) = subject.strategy_of(one) else { continue };
            let Limit::Retries(limit) = strategy.limit() else { continue };
            let attempts = limit.saturating_add(1);
            expressions(one.template, &one.pointer, &mut |pointer, written| {
                let Some(most) = rungs(written).into_iter().max().filter(|most| *most as u64 > attempts)
                else {
                    return;
                };
                out[subject.index].push(Finding::new(
                    Code::LintUnreachedRung,
                    pointer,
                    format!(
                        "the list that `retries` indexes has {most} values, but limit {limit} lets only {attempts} {} start",
                        if attempts == 1 { "attempt" } else { "attempts" }
                    ),
                    format!(
                        "set retryStrategy.limit to {}, or take the values out that are not meant",
                        most.saturating_sub(1)
                    ),
                ));
            });
        }
    }
}
