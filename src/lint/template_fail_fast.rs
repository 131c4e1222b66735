//! `lint::template-fail-fast`: `failFast` of a template counts every failed attempt, kills the retries and leaves the workflow Running.
//!
//! Seen on a controller: the template is Failed with `template has failed or errored children and failFast
//! enabled`, its Retry child stays Running, siblings are never made, and the workflow does not end (`checkParallelism`
//! in `workflow/controller/operator.go`).

use serde_json::Value;

use super::strategy::Strategy;
use super::survey::Survey;
use super::{Level, Lint};
use crate::error::Code;
use crate::verify::Finding;
use crate::verify::references::place::child;

pub(super) const LINT: Lint = Lint {
    code: Code::LintTemplateFailFast,
    title: "`failFast` of a template kills the retries inside it and leaves the workflow Running",
    level: Level::Error,
    certain: true,
    check,
};

fn check(survey: &Survey<'_>, out: &mut [Vec<Finding>]) {
    for subject in &survey.subjects {
        for one in subject.own() {
            let template = subject.with_defaults(one.template);
            if template.get("failFast").and_then(Value::as_bool) != Some(true) {
                continue;
            }
            // Argo counts nodes right inside the template: the attempts of what it calls itself.
            let retried = survey.calls(subject, one).into_iter().find_map(|(call, callee)| {
                let strategy = subject.strategy(callee?.template, &call.pointer, false);
                strategy.filter(Strategy::retries).map(|_| call)
            });
            let Some(call) = retried else { continue };
            let at = child(&one.pointer, "failFast");
            out[subject.index].push(Finding::new(
                Code::LintTemplateFailFast,
                super::pod::nearest(subject.object.document, &at),
                format!(
                    "the first failed attempt of {} `{}` fails `{}` before it is tried again, and the workflow stays Running",
                    call.noun(),
                    call.name,
                    one.name
                ),
                "take it out; `dag.failFast` is another switch, which does not count attempts",
            ));
        }
    }
}
