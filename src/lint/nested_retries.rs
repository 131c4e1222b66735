//! `lint::nested-retries`: a template that is retried calls one that is retried itself: limit times limit.
//!
//! A retryStrategy can stand on any template, and that of the spec goes to every template without one, the entry DAG among them. Each
//! attempt of the outer one begins everything inside anew, what had succeeded as well (`retryStrategy` and `processNodeRetries` in
//! `workflow/controller/operator.go`).

use super::strategy::{Limit, Origin, Strategy};
use super::survey::{Callee, Subject, Survey, address};
use super::{Level, Lint};
use crate::error::Code;
use crate::verify::Finding;
use crate::verify::references::template::is_dag_or_steps;

pub(super) const LINT: Lint = Lint {
    code: Code::LintNestedRetries,
    title: "a template that is retried calls one that is retried itself: limit times limit",
    level: Level::Warning,
    certain: true,
    check,
};

fn check(survey: &Survey<'_>, out: &mut [Vec<Finding>]) {
    for subject in &survey.subjects {
        let mut told: Vec<String> = Vec::new();
        for one in subject.reached.iter().filter(|one| is_dag_or_steps(one.template)) {
            let retried = |strategy: &Strategy<'_>| strategy.here && strategy.retries();
            let Some(outer) = subject.strategy_of(one).filter(retried) else { continue };
            // One strategy is one finding, at the outermost template that it goes to.
            if told.contains(&outer.pointer) {
                continue;
            }
            let callee = Callee { template: one.template, home: one.home, name: &one.name };
            let Some(inner) = most(survey, subject, callee, &mut Vec::new()) else { continue };
            out[subject.index].push(told_of(&one.name, &outer, &inner));
            told.push(outer.pointer);
        }
    }
}

/// The retries inside a template that multiply most.
struct Inner {
    /// The template that is retried, and those between.
    path: Vec<String>,
    /// How many attempts all of them make; none where there is no bound or it is not known.
    attempts: Option<u64>,
}

/// Of all the calls of a template, the chain of retries that makes most attempts.
fn most<'a>(
    survey: &Survey<'a>,
    subject: &Subject<'a>,
    outer: Callee<'a>,
    open: &mut Vec<usize>,
) -> Option<Inner> {
    open.push(address(outer.template));
    let mut found: Option<Inner> = None;
    for (_, callee) in survey.calls_of(outer.template, outer.home, "", subject.object.namespace) {
        let Some(callee) = callee.filter(|callee| !open.contains(&address(callee.template))) else {
            continue;
        };
        let strategy = subject.strategy(callee.template, "", false).filter(Strategy::retries);
        let below = most(survey, subject, callee, open);
        let here = match (strategy, below) {
            (None, below) => below,
            (Some(own), None) => Some(Inner { path: vec![callee.name.to_owned()], attempts: attempts(&own) }),
            (Some(own), Some(below)) => Some(Inner {
                path: [vec![callee.name.to_owned()], below.path].concat(),
                attempts: attempts(&own).zip(below.attempts).and_then(|(a, b)| a.checked_mul(b)),
            }),
        };
        let more = |inner: &Inner| inner.attempts.unwrap_or(u64::MAX);
        if let Some(here) = here
            && found.as_ref().is_none_or(|known| more(&here) > more(known))
        {
            found = Some(here);
        }
    }
    open.pop();
    found
}

fn attempts(strategy: &Strategy<'_>) -> Option<u64> {
    match strategy.limit() {
        Limit::Retries(limit) => limit.checked_add(1),
        Limit::Unlimited | Limit::Unknown => None,
    }
}

fn told_of(name: &str, outer: &Strategy<'_>, inner: &Inner) -> Finding {
    let own = attempts(outer);
    let inside = inner.path.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" in ");
    let message = match own
        .zip(inner.attempts)
        .and_then(|(own, inside)| Some((own, inside, own.checked_mul(inside)?)))
    {
        Some((own, times, all)) => format!(
            "`{name}` makes up to {own} attempts, and in each of them {inside} up to {times}: one pod can run {all} times"
        ),
        None => format!("`{name}` is retried, and in each of its attempts {inside} is retried as well"),
    };
    let help = match outer.origin {
        Origin::Template => {
            "retry the template that runs the pod, and take the retryStrategy off what calls it"
        }
        Origin::Defaults | Origin::Spec => {
            "write the retryStrategy on the templates that run pods: here it also goes to those that call them"
        }
    };
    Finding::new(Code::LintNestedRetries, outer.at(&["limit"]), message, help)
}

/// Whether what is called is retried, or anything in it.
pub(super) fn is_retried<'a>(survey: &Survey<'a>, subject: &Subject<'a>, callee: Callee<'a>) -> bool {
    let own = subject.strategy(callee.template, "", false);
    own.is_some_and(|own| own.retries()) || most(survey, subject, callee, &mut Vec::new()).is_some()
}
