//! Pods: the containers of a template with the defaults of whoever runs it, and the patches that change them.

use serde_json::Value;

use super::survey::Subject;
use crate::evidence::snapshot::any_string;
use crate::units::parse_milli;
use crate::verify::references::place::text;

/// An amount of a resource as it is written; none where it is templated, wrong or absent.
pub(super) fn amount(container: &Value, kind: &str, resource: &str) -> Option<(u128, String)> {
    let written = container.get("resources")?.get(kind)?.get(resource).and_then(any_string)?;
    parse_milli(&written).ok().map(|milli| (milli, written))
}

/// Everything that is laid over the pods of a template after it was read: the patch of the spec and its own.
pub(super) fn patches<'v>(subject: &Subject<'v>, template: &'v Value) -> Vec<&'v str> {
    let of_spec = subject.effective("podSpecPatch").and_then(Value::as_str);
    let of_defaults =
        subject.effective("templateDefaults").map_or("", |defaults| text(defaults, "/podSpecPatch"));
    let own = text(template, "/podSpecPatch");
    [of_spec.unwrap_or_default(), if own.is_empty() { of_defaults } else { own }]
        .into_iter()
        .filter(|patch| !patch.is_empty())
        .collect()
}

/// The pointer, cut back to what the document has: what comes from defaults is told where they join.
pub(super) fn nearest(document: &Value, pointer: &str) -> String {
    let mut pointer = pointer;
    while document.pointer(pointer).is_none() {
        let Some((holder, _)) = pointer.rsplit_once('/') else { return String::new() };
        pointer = holder;
    }
    pointer.to_owned()
}
