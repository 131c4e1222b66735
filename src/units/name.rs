//! Names as Kubernetes and Argo take them, and the nearest known name to a misspelt one.

use sha2::{Digest as _, Sha256};

/// The longest name of a Workflow or WorkflowTemplate (Argo's `workflow/validate/validate.go`), and the longest label value
/// (Kubernetes, "Labels and Selectors").
pub const OBJECT_MAX: usize = 63;

/// The longest name of a template or a task (`isValidWorkflowFieldName` in Argo's `workflow/validate/validate.go`).
pub const TASK_MAX: usize = 128;

/// The longest DNS subdomain: the prefix of a label's key, the key of a ConfigMap (Kubernetes, "Object Names and IDs").
pub const SUBDOMAIN_MAX: usize = 253;

/// Whether `text` can name a Kubernetes object: lower case letters, digits, `-` and `.`, ends in a letter or digit.
///
/// Source: Kubernetes, "Object Names and IDs", DNS subdomain names.
pub fn is_object_name(text: &str) -> bool {
    !text.is_empty()
        && text.split('.').all(|part| {
            !part.is_empty()
                && !part.starts_with('-')
                && !part.ends_with('-')
                && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        })
}

/// Whether `text` can name a template, a task or a step: letters, digits and `-`, not `-` first.
///
/// Source: Argo, `isValidWorkflowFieldName` in `workflow/validate/validate.go`.
pub fn is_task_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}

/// Whether `text` can name a parameter or an artifact: letters, digits, `-` and `_`.
///
/// Source: Argo, `isValidParamOrArtifactName` in `workflow/validate/validate.go`.
pub fn is_parameter_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
}

/// Whether `text` can be a label value: at most 63 letters, digits, `-`, `_`, `.`, a letter or digit at both ends; empty is allowed.
///
/// Source: Kubernetes, "Labels and Selectors", syntax and character set.
pub fn is_label_value(text: &str) -> bool {
    text.len() <= OBJECT_MAX && (text.is_empty() || is_qualified_part(text))
}

/// Whether `text` can be a label or annotation key: a name of at most 63 with an optional `prefix/` that is a DNS subdomain.
pub fn is_label_key(text: &str) -> bool {
    let (prefix, name) = text.rsplit_once('/').map_or((None, text), |(prefix, name)| (Some(prefix), name));
    name.len() <= OBJECT_MAX
        && is_qualified_part(name)
        && prefix.is_none_or(|p| p.len() <= SUBDOMAIN_MAX && is_object_name(p))
}

fn is_qualified_part(text: &str) -> bool {
    let edge = |c: char| c.is_ascii_alphanumeric();
    text.starts_with(edge)
        && text.ends_with(edge)
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
}

/// Whether `text` can be a key of a ConfigMap: at most 253 letters, digits, `-`, `_` and `.`, neither `.` nor begun with `..`.
///
/// Source: Kubernetes, `k8s.io/apimachinery/pkg/util/validation/validation.go`, `IsConfigMapKey`.
pub fn is_config_map_key(text: &str) -> bool {
    (1..=SUBDOMAIN_MAX).contains(&text.len())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
        && text != "."
        && !text.starts_with("..")
}

/// Lower case, with every run of other characters than letters and digits turned into one `-`, none at the ends.
pub fn slug(text: &str) -> String {
    let lower = text.to_lowercase();
    lower
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("-")
}

/// How many characters of a cut name say what was cut: a `-` and six hex digits.
pub const DIGEST: usize = 7;

/// `text` itself if it fits in `max` characters, else its beginning, a `-` and six hex digits of its SHA-256.
pub fn short(text: &str, max: usize) -> String {
    if text.chars().count() <= max {
        return text.to_owned();
    }
    let keep = max.saturating_sub(DIGEST);
    let head: String = text.chars().take(keep).collect();
    format!("{}-{}", head.trim_end_matches(['-', '.', '_']), &sha256_hex(text.as_bytes())[..6])
}

/// SHA-256 in lower case hex.
pub fn sha256_hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The known name nearest to `wrong`, if one is near enough to be what was meant.
pub fn nearest<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = wrong.chars().count().div_ceil(3).max(1);
    let lower = |text: &str| text.chars().flat_map(char::to_lowercase).collect::<Vec<char>>();
    let wrong = lower(wrong);
    known
        .into_iter()
        // Each letter more or less is an edit.
        .filter(|name| name.chars().flat_map(char::to_lowercase).count().abs_diff(wrong.len()) <= limit)
        .map(|name| (distance(&wrong, &lower(name)), name))
        .filter(|(far, _)| *far <= limit)
        .min_by_key(|(far, _)| *far)
        .map(|(_, name)| name)
}

/// The beginning of a way out of a misspelt name: "write `NEAR`; ", or nothing where no known name is near.
pub fn meant<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    nearest(wrong, known).map_or(String::new(), |near| format!("write `{near}`; "))
}

/// Edits (insert, delete, replace, swap of neighbours) between two texts: optimal string alignment.
fn distance(a: &[char], b: &[char]) -> usize {
    // The last row and the one before it are all that the next one looks at.
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = Vec::with_capacity(b.len() + 1);
        row.push(i);
        for j in 1..=b.len() {
            let replace = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = replace.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(before[j - 2] + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_from_what_looks_like_names() {
        assert!(
            is_object_name("gapit3-gwas.v2")
                && !is_object_name("Gapit")
                && !is_object_name("a-")
                && !is_object_name("")
        );
        assert!(is_task_name("retry-trait-5") && !is_task_name("retry_trait") && !is_task_name("-x"));
        assert!(
            is_label_value("")
                && is_label_value("a_b.c")
                && !is_label_value("a b")
                && !is_label_value(&"x".repeat(64))
        );
        assert!(is_label_key("gapit-compile/root") && !is_label_key("a/b/c") && !is_label_key("/x"));
        assert_eq!(slug("Fe (root) 3.1"), "fe-root-3-1");
    }

    #[test]
    fn short_names_keep_their_difference() {
        let (one, two) =
            (short(&format!("{}a", "x".repeat(80)), 63), short(&format!("{}b", "x".repeat(80)), 63));
        assert_eq!((one.len(), one == two), (63, false));
        assert_eq!(short("fits", 63), "fits");
    }

    #[test]
    fn a_misspelt_name_finds_its_neighbour_and_a_foreign_one_does_not() {
        let known = ["highmem", "standard", "ultrahighmem"];
        assert_eq!(nearest("higmem", known), Some("highmem"));
        assert_eq!(nearest("standrad", known), Some("standard"));
        assert_eq!(nearest("gpu", known), None);
        assert_eq!(
            (meant("higmem", known).as_str(), meant("gpu", known).as_str()),
            ("write `highmem`; ", "")
        );
    }
}
