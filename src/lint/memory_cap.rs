//! `lint::memory-cap`: a container may ask for more memory than the cap that was given.

use serde_json::Value;

use super::pod::{nearest, patches};
use super::survey::Survey;
use super::{Level, Lint};
use crate::error::Code;
use crate::evidence::snapshot::any_string;
use crate::units::Memory;
use crate::verify::Finding;
use crate::verify::references::template::containers;

pub(super) const LINT: Lint = Lint {
    code: Code::LintMemoryCap,
    title: "a container may ask for more memory than the cap that was given",
    level: Level::Error,
    certain: true,
    check,
};

const HELP: &str =
    "ask for no more than the cap, or raise it: no node holds such a pod, and it waits until the deadline";

fn check(survey: &Survey<'_>, out: &mut [Vec<Finding>]) {
    let Some(cap) = survey.setting.memory_cap else { return };
    for subject in &survey.subjects {
        for one in subject.own() {
            let template = subject.with_defaults(one.template);
            for (container, pointer) in containers(&template, &one.pointer) {
                for kind in ["limits", "requests"] {
                    let Some(memory) = memory(container, kind).filter(|memory| memory > cap) else {
                        continue;
                    };
                    let at = nearest(subject.object.document, &format!("{pointer}/resources/{kind}/memory"));
                    let message = format!("memory {kind} {memory} is above the cap of {cap}");
                    out[subject.index].push(Finding::new(Code::LintMemoryCap, at, message, HELP));
                    break;
                }
            }
            for patch in patches(subject, one.template) {
                if let Some(memory) = quantities(patch).into_iter().max().filter(|memory| memory > cap) {
                    let at = nearest(subject.object.document, &format!("{}/podSpecPatch", one.pointer));
                    let message = format!(
                        "the podSpecPatch of `{}` raises memory to {memory}, above the cap of {cap}",
                        one.name
                    );
                    out[subject.index].push(Finding::new(Code::LintMemoryCap, at, message, HELP));
                }
            }
        }
    }
}

fn memory(container: &Value, kind: &str) -> Option<Memory> {
    let written = container.get("resources")?.get(kind)?.get("memory").and_then(any_string)?;
    Memory::parse(&written).ok()
}

/// The amounts of memory in a patch: the rungs of a ladder stand in it as `"96Gi"`.
fn quantities(patch: &str) -> Vec<Memory> {
    if !patch.contains("memory") || patch.contains("storage") {
        return Vec::new();
    }
    patch
        .split(|c: char| !(c.is_ascii_alphanumeric() || c == '.'))
        .filter(|word| {
            word.starts_with(|c: char| c.is_ascii_digit()) && word.ends_with(['i', 'G', 'M', 'T', 'K'])
        })
        .filter_map(|word| Memory::parse(word).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rungs_of_a_ladder_are_read_and_other_numbers_are_not() {
        let patch = r#"requests: {memory: '{{=["64Gi", "160Gi"][asInt(retries)]}}', cpu: '{{=["12", "16"][asInt(retries)]}}'}"#;
        let read: Vec<String> = quantities(patch).iter().map(ToString::to_string).collect();
        assert_eq!(read, ["64Gi", "160Gi"]);
        assert!(quantities("limits: {ephemeral-storage: 500Gi, memory: 4Gi}").is_empty());
    }
}
