//! A retryStrategy that works: its policy, limit, backoff, expression, and the rungs that its attempts climb.

use serde_json::Value;

use super::attempt;
use super::body::Body;
use super::evaluated::expressions;
use super::expression::{self, ladder};
use super::place::{child, finding, has, is_templated, known_names, text};
use super::template::is_pod;
use crate::error::Code;
use crate::evidence::snapshot::any_string;
use crate::units::Seconds;
use crate::verify::Finding;

const POLICIES: &[&str] = &["Always", "OnFailure", "OnError", "OnTransientError"];

/// Checks the retryStrategy of a template or a spec, if it has one.
pub(super) fn check(holder: &Value, base: &str, out: &mut Vec<Finding>) {
    let Some(strategy) = holder.get("retryStrategy").filter(|strategy| !strategy.is_null()) else { return };
    let base = child(base, "retryStrategy");
    let policy = text(strategy, "/retryPolicy");
    if !policy.is_empty() && !POLICIES.contains(&policy) {
        let message = format!("`{policy}` is no retry policy");
        let help = known_names(policy, "policies", POLICIES);
        out.push(finding(Code::VerifyRetry, child(&base, "retryPolicy"), message, help));
    }
    number(strategy, "limit", &base, out);
    if let Some(backoff) = strategy.get("backoff").filter(|backoff| !backoff.is_null()) {
        check_backoff(backoff, &child(&base, "backoff"), out);
    }
    let written = text(strategy, "/expression");
    if !written.is_empty()
        && let Err(refused) = expression::check_retry(written)
    {
        let at = child(&base, "expression");
        out.push(finding(Code::VerifyExpression, at, refused.message, refused.help));
    }
}

/// No attempt climbs past the last rung: a list that `retries` indexes has a value for each attempt that can start.
///
/// The attempt after the last value makes no pod: `failed to evaluate expression: unrecognized character: U+005C '\\'…`, and the
/// Retry is an Error that says `No more retries left`.
pub(super) fn ladders(body: &Body<'_, '_>, out: &mut Vec<Finding>) {
    let strategies = body.runner.strategies(body.template);
    if strategies.is_empty() {
        return without_strategy(body, out);
    }
    let limit = strategies.iter().find_map(|strategy| strategy.get("limit").and_then(any_string));
    let attempts = match limit.as_deref().map(str::parse::<usize>) {
        Some(Ok(limit)) => Some(limit.saturating_add(1)),
        // Made at run time, or told elsewhere.
        Some(Err(_)) => return,
        None => None,
    };
    let mut told = Vec::new();
    expressions(body.template, &body.base, &mut |pointer, written| {
        let Some(fewest) = ladder::rungs(written).into_iter().min() else { return };
        if attempts.is_some_and(|attempts| attempts <= fewest) || told.contains(&pointer.to_owned()) {
            return;
        }
        told.push(pointer.to_owned());
        let can_start = attempts.map_or_else(
            || "attempts have no limit".to_owned(),
            |attempts| format!("{attempts} attempts can start"),
        );
        out.push(finding(
            Code::VerifyRetry,
            pointer,
            format!("the list that `retries` indexes has {fewest} values, but {can_start}"),
            format!(
                "set retryStrategy.limit to {}, or add values: the attempt after the last value makes no pod",
                fewest.saturating_sub(1)
            ),
        ));
    });
}

/// What a template of another document, which has no retryStrategy itself, asks of the one that whoever runs it gives it.
pub(super) fn asked_of_caller(body: &Body<'_, '_>, out: &mut Vec<Finding>) {
    if body.runner.runs && !has(body.template, "retryStrategy") {
        ladders(body, out);
    }
}

/// Without a retryStrategy nothing counts attempts: the patch keeps its `{{retries}}`, and no amount can be read of that. One
/// that is written inline is filled in with the template around it.
fn without_strategy(body: &Body<'_, '_>, out: &mut Vec<Finding>) {
    let is_inline = text(body.template, "/name").is_empty();
    if body.runner.runs && is_pod(body.template) && !is_inline {
        let help = "give the template a retryStrategy, or write the patch without it";
        unfilled(body.template, &body.base, "without a retryStrategy nothing fills it in", help, out);
    }
}

/// The patch of a spec is filled in for each pod with inputs, `workflow.…` and `pod.name` alone (Argo 4.0.7,
/// `workflow/controller/workflowpod.go`, `processPodSpecPatch`).
pub(super) fn patch_of_all(spec: &Value, base: &str, out: &mut Vec<Finding>) {
    let help = "write the patch on the template that is retried: what is filled in there knows the attempt";
    unfilled(spec, base, "nothing fills it in here, in the patch of all pods", help, out);
}

/// A podSpecPatch that asks about the attempt where nothing tells it.
fn unfilled(holder: &Value, base: &str, why: &str, help: &str, out: &mut Vec<Finding>) {
    if let Some(name) = attempt::asked(text(holder, "/podSpecPatch")) {
        let message = format!("the patch asks for `{name}`, but {why}");
        out.push(finding(Code::VerifyVariable, child(base, "podSpecPatch"), message, help));
    }
}

/// A `backoff` without a duration is an error at the first retry (`no base duration specified for retryStrategy`,
/// `operator.go`, `processNodeRetries`).
fn check_backoff(backoff: &Value, base: &str, out: &mut Vec<Finding>) {
    if text(backoff, "/duration").is_empty() && !has(backoff, "duration") {
        let help = "add `duration`, such as 5m, or take the backoff out";
        out.push(finding(Code::VerifyRetry, base, "the backoff has no duration", help));
    }
    for key in ["duration", "maxDuration", "cap"] {
        if let Some(written) = backoff.get(key).and_then(any_string) {
            duration(&written, &child(base, key), out);
        }
    }
    number(backoff, "factor", base, out);
}

/// A length of time as Argo reads it: a bare number of seconds, or Go's form, which has no days (`ParseStringToDuration` in
/// `pkg/apis/workflow/v1alpha1/utils.go`).
pub(super) fn duration(written: &str, at: &str, out: &mut Vec<Finding>) {
    if !is_templated(written) && Seconds::parse_argo(written).is_none() {
        let message = format!("`{written}` is no duration");
        out.push(finding(
            Code::VerifyDuration,
            at,
            message,
            "write it with h, m and s, such as 36h or 1h30m; Go has no days",
        ));
    }
}

/// An int-or-string that is a whole number, or will be one when it is filled in. Both the API server and Argo's validator
/// pass `lots`; the controller then cannot read it (`intstr.Int32`, `processNodeRetries`).
fn number(holder: &Value, key: &str, base: &str, out: &mut Vec<Finding>) {
    let Some(written) = holder.get(key).and_then(any_string) else { return };
    if !is_templated(&written) && written.parse::<i32>().is_err() {
        let message = format!("`{written}` is no whole number");
        out.push(finding(Code::VerifyRetry, child(base, key), message, "write a number such as 3"));
    }
}
