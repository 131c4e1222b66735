//! Single values: quantities, and the names that Kubernetes and Argo take.

use crate::error::{Code, Fault, Faults};
use crate::recipe::raw::Key;
use crate::source::At;
use crate::units::name::{
    OBJECT_MAX, TASK_MAX, is_config_map_key, is_label_key, is_label_value, is_object_name, is_parameter_name,
    is_task_name, slug,
};
use crate::units::{Cpu, Memory, Seconds};

/// An amount of memory.
pub(in crate::recipe) fn memory(written: &Key<String>, faults: &mut Faults) -> Option<At<Memory>> {
    quantity(written.given()?, "an amount of memory", "64Gi or 500M", Memory::parse, faults)
}

/// An amount of memory in bytes.
pub(super) fn bytes(written: &Key<String>, faults: &mut Faults) -> Option<u64> {
    memory(written, faults).map(|at| at.value.bytes())
}

/// A number of cores.
pub(super) fn cpu(written: &Key<String>, faults: &mut Faults) -> Option<At<Cpu>> {
    quantity(written.given()?, "a number of cores", "16 or 1500m", Cpu::parse, faults)
}

/// A length of time.
pub(in crate::recipe) fn duration(written: &Key<String>, faults: &mut Faults) -> Option<At<Seconds>> {
    quantity(written.given()?, "a duration", "7d, 36h, 1h30m or 90s", Seconds::parse, faults)
}

fn quantity<T>(
    written: &At<String>,
    what: &str,
    examples: &str,
    parse: impl Fn(&str) -> Result<T, &'static str>,
    faults: &mut Faults,
) -> Option<At<T>> {
    match parse(&written.value) {
        Ok(value) => Some(At::new(value, written.place.clone())),
        Err(why) => {
            let message = format!("\"{}\" is not {what}: {why}", written.value);
            let help = format!("write {what} like {examples}");
            faults.push(
                Fault::new(Code::RecipeBadQuantity, message, help).at(&written.place, format!("not {what}")),
            );
            None
        }
    }
}

/// A whole number that counts something, so at least 1.
pub(super) fn at_least_one(written: &Key<u32>, key: &str, way_out: &str, faults: &mut Faults) -> Option<u32> {
    let at = written.given()?;
    if at.value == 0 {
        let message = format!("`{key}` is 0");
        faults.push(Fault::new(Code::RecipeBadQuantity, message, way_out).at(&at.place, "at least 1"));
    }
    Some(at.value)
}

/// What each wait of a backoff is multiplied by.
pub(super) fn wait_factor(written: &Key<u32>, faults: &mut Faults) -> Option<u32> {
    at_least_one(written, "factor", "write 1 for waits of one length, 2 to double them", faults)
}

/// A list that says nothing when it is empty.
pub(super) fn not_empty<T>(list: &At<Vec<T>>, key: &str, way_out: &str, faults: &mut Faults) {
    if list.value.is_empty() {
        let message = format!("`{key}` is empty");
        faults.push(Fault::new(Code::RecipeWrongType, message, way_out).at(&list.place, "at least one"));
    }
}

/// What a kind of name can be made of.
pub(super) struct NameKind {
    what: &'static str,
    rule: &'static str,
    accepts: fn(&str) -> bool,
}

/// A Workflow or WorkflowTemplate.
pub(super) const OBJECT: NameKind = NameKind {
    what: "the name of a Kubernetes object",
    rule: "at most 63 lower-case letters, digits, `-` and `.`, with a letter or digit at both ends",
    accepts: |text| text.len() <= OBJECT_MAX && is_object_name(text),
};

/// A tier or a rule, whose name becomes a part of other names.
pub(super) const OWN: NameKind = NameKind {
    what: "a name for a tier or a rule",
    rule: "at most 63 lower-case letters, digits and `-`, with a letter or digit at both ends, because other names are made of it",
    accepts: |text| text.len() <= OBJECT_MAX && is_object_name(text) && !text.contains('.'),
};

/// A template inside a workflow, or a task.
pub(super) const TEMPLATE: NameKind = NameKind {
    what: "the name of an Argo template",
    rule: "at most 128 letters, digits and `-`, with a letter or digit first",
    accepts: |text| text.len() <= TASK_MAX && is_task_name(text),
};

/// A parameter.
pub(super) const PARAMETER: NameKind = NameKind {
    what: "the name of an Argo parameter",
    rule: "letters, digits, `-` and `_`",
    accepts: is_parameter_name,
};

/// The key of a label.
pub(super) const LABEL_KEY: NameKind = NameKind {
    what: "the key of a label",
    rule: "at most 63 letters, digits, `-`, `_` and `.`, with a letter or digit at both ends, and perhaps a DNS name and `/` before",
    accepts: is_label_key,
};

/// The value of a label.
pub(super) const LABEL_VALUE: NameKind = NameKind {
    what: "the value of a label",
    rule: "at most 63 letters, digits, `-`, `_` and `.`, with a letter or digit at both ends",
    accepts: is_label_value,
};

/// A key of a ConfigMap (Kubernetes, `IsConfigMapKey`).
pub(super) const CONFIG_MAP_KEY: NameKind = NameKind {
    what: "a key of a ConfigMap",
    rule: "at most 253 letters, digits, `-`, `_` and `.`, and more than dots",
    accepts: is_config_map_key,
};

/// An environment variable (POSIX; Kubernetes takes more, programs that read it do not).
pub(super) const VARIABLE: NameKind = NameKind {
    what: "the name of an environment variable",
    rule: "letters, digits and `_`, not a digit first",
    accepts: |text| {
        !text.starts_with(|c: char| c.is_ascii_digit())
            && !text.is_empty()
            && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    },
};

/// A name of a kind.
pub(super) fn name(written: Option<&At<String>>, kind: &NameKind, faults: &mut Faults) -> Option<At<String>> {
    let written = written?;
    named(&written.value, written, kind, faults).then(|| written.clone())
}

/// Whether `text`, which comes of what is written, is a name of a kind; else a fault.
pub(super) fn named(text: &str, written: &At<String>, kind: &NameKind, faults: &mut Faults) -> bool {
    let fits = (kind.accepts)(text);
    if !fits {
        let proposal = slug(text);
        let meant = if (kind.accepts)(&proposal) && text == written.value {
            format!("write \"{proposal}\"; ")
        } else {
            String::new()
        };
        let message = format!("\"{text}\" cannot be {}", kind.what);
        let help = format!("{meant}it takes {}", kind.rule);
        faults.push(Fault::new(Code::RecipeBadName, message, help).at(&written.place, "not such a name"));
    }
    fits
}
