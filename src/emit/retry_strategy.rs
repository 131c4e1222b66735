//! A tier's `retryStrategy`: what Argo itself repeats inside one generation (`processNodeRetries` in `workflow/controller/operator.go`).

use serde_json::{Map, Value, json};

use crate::recipe::{NotOn, RetryPolicy, RetryStrategy};
use crate::units::Seconds;

/// The strategy as Argo reads it.
pub(super) fn value(strategy: &RetryStrategy) -> Value {
    let mut value = Map::new();
    if let Some(limit) = strategy.limit {
        value.insert("limit".to_owned(), json!(limit));
    }
    if let Some(policy) = strategy.policy {
        value.insert("retryPolicy".to_owned(), json!(policy_word(policy)));
    }
    if let Some(expression) = expression(&strategy.not_on) {
        value.insert("expression".to_owned(), json!(expression));
    }
    if let Some(backoff) = &strategy.backoff {
        let mut waits = waits(backoff.duration, backoff.factor, backoff.cap);
        if let Some(window) = backoff.window {
            waits["maxDuration"] = json!(window.to_argo());
        }
        value.insert("backoff".to_owned(), waits);
    }
    Value::Object(value)
}

/// A `backoff` without a window.
pub(super) fn waits(duration: Seconds, factor: Option<u32>, cap: Option<Seconds>) -> Value {
    let mut waits = Map::from_iter([("duration".to_owned(), json!(duration.to_argo()))]);
    waits.extend(factor.map(|factor| ("factor".to_owned(), json!(factor))));
    waits.extend(cap.map(|cap| ("cap".to_owned(), json!(cap.to_argo()))));
    Value::Object(waits)
}

/// Argo's word.
pub(super) fn policy_word(policy: RetryPolicy) -> &'static str {
    match policy {
        RetryPolicy::Always => "Always",
        RetryPolicy::OnFailure => "OnFailure",
        RetryPolicy::OnError => "OnError",
        RetryPolicy::OnTransientError => "OnTransientError",
    }
}

/// Refuses by message, because the code 137 also refuses evictions and misses an OOMKilled with another code; and without any
/// backslash, because one passes every validator and then breaks every retry (both seen on a real controller).
fn expression(not_on: &[NotOn]) -> Option<String> {
    let pattern = match (not_on.contains(&NotOn::Oom), not_on.contains(&NotOn::OomProbable)) {
        (true, true) => "^(main: )?(OOMKilled |Error [(]exit code 137[)])",
        (true, false) => "^(main: )?OOMKilled ",
        (false, true) => "^(main: )?Error [(]exit code 137[)]",
        (false, false) => return None,
    };
    Some(format!("!(lastRetry.message matches \"{pattern}\")"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipe::Backoff;

    #[test]
    fn the_refusal_is_by_message_and_days_become_hours() {
        let strategy = RetryStrategy {
            limit: Some(3),
            policy: Some(RetryPolicy::Always),
            not_on: vec![NotOn::Oom],
            backoff: Some(Backoff {
                duration: Seconds(300),
                factor: Some(2),
                cap: Some(Seconds(86_400)),
                window: None,
            }),
        };
        assert_eq!(
            value(&strategy),
            json!({
                "limit": 3, "retryPolicy": "Always", "expression": "!(lastRetry.message matches \"^(main: )?OOMKilled \")",
                "backoff": { "duration": "5m", "factor": 2, "cap": "24h" },
            })
        );
    }

    #[test]
    fn no_expression_holds_a_backslash() {
        for not_on in [&[NotOn::Oom][..], &[NotOn::OomProbable], &[NotOn::Oom, NotOn::OomProbable]] {
            assert!(!expression(not_on).unwrap().contains('\\'));
        }
        assert_eq!(expression(&[]), None);
    }
}
