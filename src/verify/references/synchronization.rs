//! Locks that can be had: each names one thing to hold, and none is asked for twice.
//!
//! No validator looks. The node, or the Workflow, is an Error: `invalid semaphore with both ConfigMapKeyRef and
//! Database`, `cannot get LockName for a Semaphore without a ConfigMapRef or Database` (`workflow/sync/lock_name.go`),
//! `duplicate synchronization item found` (`syncitems.go`). The singular keys are those of Argo 3; whether the version that runs
//! still knows them, its schema says.

use serde_json::Value;

use super::place::{child, finding, has, list, text};
use crate::error::Code;
use crate::verify::Finding;

/// Checks the locks of a template or of a spec.
pub(super) fn check(holder: &Value, base: &str, out: &mut Vec<Finding>) {
    let Some(locks) = holder.get("synchronization").filter(|locks| locks.is_object()) else { return };
    let base = child(base, "synchronization");
    for (key, plural) in [("semaphore", "semaphores"), ("mutex", "mutexes")] {
        let single = locks.get(key).filter(|lock| lock.is_object()).map(|lock| (lock, child(&base, key)));
        let mut earlier: Vec<&Value> = Vec::new();
        for (lock, pointer) in single.into_iter().chain(list(locks, &base, &format!("/{plural}"))) {
            if earlier.contains(&lock) {
                let message = format!("the same {key} is asked for twice");
                let help = "take one out: Argo refuses to hold one lock twice";
                out.push(finding(Code::VerifySynchronization, &pointer, message, help));
            } else if let Some((message, help)) =
                if key == "semaphore" { semaphore(lock) } else { mutex(lock) }
            {
                out.push(finding(Code::VerifySynchronization, pointer, message, help));
            }
            earlier.push(lock);
        }
    }
}

type Wrong = Option<(&'static str, &'static str)>;

fn semaphore(lock: &Value) -> Wrong {
    match (has(lock, "configMapKeyRef"), has(lock, "database")) {
        (true, true) => Some(("the semaphore has both configMapKeyRef and database", "keep one of the two")),
        (false, false) => Some((
            "the semaphore says not where its limit stands",
            "name a ConfigMap and its key in `configMapKeyRef`, or a key in `database`",
        )),
        (true, false)
            if text(lock, "/configMapKeyRef/name").is_empty()
                || text(lock, "/configMapKeyRef/key").is_empty() =>
        {
            Some(("the semaphore's configMapKeyRef is not complete", "it has a `name` and a `key`"))
        }
        (false, true) if text(lock, "/database/key").is_empty() => {
            Some(("the semaphore's database has no key", "name the `key` that holds the limit"))
        }
        _ => None,
    }
}

fn mutex(lock: &Value) -> Wrong {
    text(lock, "/name")
        .is_empty()
        .then_some(("the mutex has no name", "name it: who holds that name excludes the others"))
}
