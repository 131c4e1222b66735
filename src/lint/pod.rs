//! Pods: the containers of a template with the defaults of whoever runs it, and the patches that change them.

use serde_json::Value;

use super::survey::Subject;
use crate::evidence::snapshot::any_string;
use crate::source::Source;
use crate::units::parse_milli;
use crate::verify::document;
use crate::verify::references::attempt;
use crate::verify::references::place::{list, text};

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

/// The memory that a patch gives the main container.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Patched {
    /// It says nothing of it.
    Nothing,
    /// This limit, in every attempt.
    Fixed(String),
    /// It depends on the attempt, or on what is filled in.
    Varies,
}

/// What a patch makes of the memory limit of the main container.
pub(super) fn memory_of(patch: &str) -> Patched {
    if !patch.contains("memory") {
        return Patched::Nothing;
    }
    if attempt::asked(patch).is_some() {
        return Patched::Varies;
    }
    let reading = document::read(&Source::new("podSpecPatch", patch));
    let [patch] = &reading.documents[..] else { return Patched::Varies };
    let mut containers = list(&patch.value, "", "/containers").map(|(container, _)| container);
    let Some(main) = containers.find(|container| text(container, "/name") == "main") else {
        return Patched::Nothing;
    };
    match main.pointer("/resources/limits/memory").and_then(any_string) {
        None => Patched::Nothing,
        Some(written) if parse_milli(&written).is_ok() => Patched::Fixed(written),
        Some(_) => Patched::Varies,
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_patch_fixes_memory_or_lets_it_vary() {
        let patch = |memory: &str| {
            format!("containers:\n- {{name: main, resources: {{limits: {{memory: {memory}}}}}}}\n")
        };
        for (patch, memory) in [
            (patch("2Gi"), Patched::Fixed("2Gi".to_owned())),
            (patch("'{{=(asInt(retries) + 1) * 64}}Gi'"), Patched::Varies),
            (patch("'{{inputs.parameters.memory}}'"), Patched::Varies),
            (patch("2Gi").replace("main", "other"), Patched::Nothing),
            (patch("2Gi").replace("limits", "requests"), Patched::Nothing),
            ("containers: []".to_owned(), Patched::Nothing),
        ] {
            assert_eq!(memory_of(&patch), memory, "{patch}");
        }
    }
}
