//! Memoization that works: a key of the right letters, an age that Go reads, a cache with a name.
//!
//! No validator looks. A wrong key makes the node an Error of type Skipped, `invalid cache key`
//! (`workflow/controller/cache/configmap_cache.go`); a wrong age, `invalid maxAge` (`operator.go`).

use super::body::Body;
use super::expression;
use super::library::Resolution;
use super::place::{child, finding, is_templated, list, text};
use super::template::{Call, calls};
use crate::error::Code;
use crate::evidence::snapshot::any_string;
use crate::units::Seconds;
use crate::verify::Finding;

const LETTERS: &str =
    "use letters, digits and `-`, a letter or digit first: the key becomes one of a ConfigMap's";

/// Checks the memoization of a template, and what its calls put into the keys of others.
pub(super) fn check(body: &Body<'_, '_>, out: &mut Vec<Finding>) {
    for call in calls(body.template, &body.base) {
        arguments(body, &call, out);
    }
    let Some(memoize) = body.template.get("memoize").filter(|memoize| memoize.is_object()) else { return };
    let base = child(&body.base, "memoize");
    let key = text(memoize, "/key");
    // A variable stands for letters that are right; where it stands first, its first letter counts.
    let shown = expression::filled(key, "x").unwrap_or_else(|| "x".to_owned());
    if !is_key(&shown) {
        let message = if key.is_empty() {
            "the memoization has no key".to_owned()
        } else {
            format!("`{key}` is no key of a cache")
        };
        out.push(finding(Code::VerifyMemoize, child(&base, "key"), message, LETTERS));
    }
    let age = memoize.get("maxAge").and_then(any_string).unwrap_or_default();
    let is_bare = age.parse::<f64>().is_ok_and(|number| number != 0.0);
    if !age.is_empty() && !is_templated(&age) && (is_bare || Seconds::parse_argo(&age).is_none()) {
        let message = format!("`{age}` is no duration");
        let help = "write a number with h, m or s, such as 720h; Go has no days";
        out.push(finding(Code::VerifyDuration, child(&base, "maxAge"), message, help));
    }
    if text(memoize, "/cache/configMap/name").is_empty() {
        let help = "name a ConfigMap in `cache.configMap.name`; Argo makes it in the controller's namespace";
        out.push(finding(Code::VerifyMemoize, child(&base, "cache"), "the memoization names no cache", help));
    }
}

/// `cacheKeyRegex` of `workflow/controller/cache/cache.go`.
fn is_key(key: &str) -> bool {
    key.starts_with(|first: char| first.is_ascii_alphanumeric())
        && key.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-')
}

/// A fixed argument that the called template's key contains has the letters of a key.
fn arguments(body: &Body<'_, '_>, call: &Call<'_>, out: &mut Vec<Finding>) {
    let Resolution::Found { template, name, .. } =
        body.library.resolve(call.value, body.home, body.namespace)
    else {
        return;
    };
    let key = text(template, "/memoize/key");
    for (argument, pointer) in list(call.value, &call.pointer, "/arguments/parameters") {
        let Some(value) = argument.get("value").filter(|value| !value.is_object()).and_then(any_string)
        else {
            continue;
        };
        let used = is_used(key, text(argument, "/name"));
        if used && !is_templated(&value) && !value.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
            let name = name.unwrap_or("inline");
            let message =
                format!("`{value}` becomes part of the memoization key of `{name}`, which cannot hold it");
            out.push(finding(Code::VerifyMemoize, child(&pointer, "value"), message, LETTERS));
        }
    }
}

/// Whether a key contains an input as it is.
fn is_used(key: &str, input: &str) -> bool {
    key.split("{{")
        .skip(1)
        .filter_map(|rest| rest.split_once("}}"))
        .any(|(tag, _)| tag.trim().strip_prefix("inputs.parameters.") == Some(input))
}
