//! `lint::nested-retries`: a template that is retried calls one that is retried itself: limit times limit.
//!
//! A retryStrategy can stand on any template, and that of the spec goes to every template without one, the entry DAG among them. Each
//! attempt of the outer one begins everything inside anew, what had succeeded as well (`retryStrategy` and `processNodeRetries` in
//! `workflow/controller/operator.go`).

use std::collections::{BTreeMap, BTreeSet};

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

/// A longer chain of retries is not named link by link.
const WRITTEN_OUT: usize = 6;

fn check(survey: &Survey<'_>, out: &mut [Vec<Finding>]) {
    for subject in &survey.subjects {
        let mut told: Vec<String> = Vec::new();
        let mut retries = Retries::of(survey, subject);
        for one in subject.reached.iter().filter(|one| is_dag_or_steps(one.template)) {
            let retried = |strategy: &Strategy<'_>| strategy.here && strategy.retries();
            let Some(outer) = subject.strategy_of(one).filter(retried) else { continue };
            // One strategy is one finding, at the outermost template that it goes to.
            if told.contains(&outer.pointer) {
                continue;
            }
            let callee = Callee { template: one.template, home: one.home, name: &one.name };
            let Some(inner) = retries.inside(callee) else { continue };
            out[subject.index].push(told_of(&one.name, &outer, &inner));
            told.push(outer.pointer);
        }
    }
}

/// The retries inside a template that multiply most.
struct Inner<'a> {
    /// The template that is retried, and those between.
    path: Vec<&'a str>,
    /// How many attempts all of them make; none where there is no bound or it is not known.
    attempts: Option<u64>,
}

/// Of all the calls of a template, the one that leads to most attempts.
#[derive(Debug, Clone, Copy)]
struct Chain<'a> {
    callee: Callee<'a>,
    /// Whether that template is retried itself, rather than only something in it.
    is_retried: bool,
    attempts: Option<u64>,
}

/// What is retried inside the templates of one subject, each template looked into once.
pub(super) struct Retries<'s, 'a> {
    survey: &'s Survey<'a>,
    subject: &'s Subject<'a>,
    /// By the template's own place in memory.
    known: BTreeMap<usize, Option<Chain<'a>>>,
}

/// A template that is being looked into.
struct Open<'a> {
    template: usize,
    /// What it calls and is still to be looked at, the next one last.
    rest: Vec<Callee<'a>>,
    most: Option<Chain<'a>>,
}

impl<'s, 'a> Retries<'s, 'a> {
    pub(super) fn of(survey: &'s Survey<'a>, subject: &'s Subject<'a>) -> Self {
        Self { survey, subject, known: BTreeMap::new() }
    }

    /// Whether what is called is retried, or anything in it.
    pub(super) fn is_retried(&mut self, callee: Callee<'a>) -> bool {
        let own = self.subject.strategy(callee.template, "", false);
        own.is_some_and(|own| own.retries()) || self.most(callee).is_some()
    }

    fn inside(&mut self, outer: Callee<'a>) -> Option<Inner<'a>> {
        let first = self.most(outer)?;
        let (mut path, mut seen, mut next) = (Vec::new(), BTreeSet::new(), Some(first));
        while let Some(chain) = next.filter(|chain| seen.insert(address(chain.callee.template))) {
            if chain.is_retried {
                path.push(chain.callee.name);
            }
            next = self.known.get(&address(chain.callee.template)).copied().flatten();
        }
        Some(Inner { path, attempts: first.attempts })
    }

    /// Of the calls of a template, the one that leads to most attempts. Templates that call each other in a circle, as Argo lets
    /// them, are looked into up to where it closes.
    fn most(&mut self, outer: Callee<'a>) -> Option<Chain<'a>> {
        let start = address(outer.template);
        if let Some(known) = self.known.get(&start) {
            return *known;
        }
        let mut in_work = BTreeSet::from([start]);
        let mut open = vec![self.open(outer)];
        while let Some(top) = open.last_mut() {
            let Some(callee) = top.rest.last().copied() else {
                self.known.insert(top.template, top.most);
                in_work.remove(&top.template);
                open.pop();
                continue;
            };
            let at = address(callee.template);
            let below = self.known.get(&at).copied();
            if below.is_none() && in_work.insert(at) {
                open.push(self.open(callee));
                continue;
            }
            top.rest.pop();
            // One that is in work and not known closes a circle.
            let Some(chain) = below.and_then(|below| self.chain(callee, below)) else { continue };
            let more = |chain: &Chain<'_>| chain.attempts.unwrap_or(u64::MAX);
            if top.most.is_none_or(|most| more(&chain) > more(&most)) {
                top.most = Some(chain);
            }
        }
        self.known.get(&start).copied().flatten()
    }

    fn open(&self, callee: Callee<'a>) -> Open<'a> {
        let namespace = self.subject.object.namespace;
        let calls = self.survey.calls_of(callee.template, callee.home, "", namespace);
        let rest = calls.into_iter().rev().filter_map(|(_, callee)| callee).collect();
        Open { template: address(callee.template), rest, most: None }
    }

    /// The retries of what is called, and those inside it.
    fn chain(&self, callee: Callee<'a>, below: Option<Chain<'a>>) -> Option<Chain<'a>> {
        let own = self.subject.strategy(callee.template, "", false).filter(Strategy::retries);
        let (is_retried, attempts) = match (own, below) {
            (None, None) => return None,
            (None, Some(below)) => (false, below.attempts),
            (Some(own), None) => (true, attempts(&own)),
            (Some(own), Some(below)) => {
                (true, attempts(&own).zip(below.attempts).and_then(|(a, b)| a.checked_mul(b)))
            }
        };
        Some(Chain { callee, is_retried, attempts })
    }
}

fn attempts(strategy: &Strategy<'_>) -> Option<u64> {
    match strategy.limit() {
        Limit::Retries(limit) => limit.checked_add(1),
        Limit::Unlimited | Limit::Unknown => None,
    }
}

fn told_of(name: &str, outer: &Strategy<'_>, inner: &Inner<'_>) -> Finding {
    let own = attempts(outer);
    let mut path: Vec<String> = inner.path.iter().map(|name| format!("`{name}`")).collect();
    if path.len() > WRITTEN_OUT {
        path.splice(2..path.len() - 1, ["…".to_owned()]);
    }
    let inside = path.join(" in ");
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
