//! Whether a folder is synced: what the files say of who applies them.

use serde_json::Value;

use super::Setting;
use crate::verify::references::place::{list, members, text};

/// Annotations that only a synced object bears. Argo CD: `argocd.argoproj.io/…` of its user guide; Flux: the labels of its
/// kustomize controller.
const MARKS: &[&str] = &[
    "argocd.argoproj.io/sync-options",
    "argocd.argoproj.io/sync-wave",
    "argocd.argoproj.io/compare-options",
    "argocd.argoproj.io/tracking-id",
    "kustomize.toolkit.fluxcd.io/name",
];

/// The names that kustomize looks for.
const KUSTOMIZATIONS: &[&str] = &["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// Annotations by which a tool creates an object anew in each run instead of applying it.
const HOOKS: &[&str] = &["argocd.argoproj.io/hook", "helm.sh/hook"];

/// Whether a document is made anew by a hook.
pub(super) fn is_hook(document: &Value) -> bool {
    members(document, "", "/metadata/annotations").any(|(key, ..)| HOOKS.contains(&key))
}

/// Who applies a document, as far as the files say: a `kustomization.yaml` that lists its file, or a mark of its own.
pub(super) fn by(setting: &Setting<'_>, index: usize) -> Option<String> {
    let document = &setting.documents[index];
    let marks = ["/metadata/annotations", "/metadata/labels"];
    let mark =
        marks.iter().flat_map(|path| members(document, "", path)).find(|(key, ..)| MARKS.contains(key));
    if let Some((key, ..)) = mark {
        return Some(format!("`{key}` says that it is synced"));
    }
    let file = setting.files.get(index)?;
    setting.documents.iter().enumerate().find_map(|(other, document)| {
        let lists = setting.files.get(other)?;
        let (folder, name) = lists.rsplit_once('/').unwrap_or(("", lists));
        // Its kind can be left out.
        if text(document, "/kind") != "Kustomization" && !KUSTOMIZATIONS.contains(&name) {
            return None;
        }
        let mut resources = list(document, "", "/resources").filter_map(|(resource, _)| resource.as_str());
        resources
            .any(|resource| joined(folder, resource) == joined("", file))
            .then(|| format!("`{lists}` lists it"))
    })
}

/// A path relative to a folder, without `.` and `..`.
fn joined(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let root = if folder.starts_with('/') || folder.is_empty() && path.starts_with('/') { "/" } else { "" };
    format!("{root}{}", parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resource_is_found_from_the_folder_of_its_kustomization() {
        for (folder, path, file) in [
            ("", "a.yaml", "a.yaml"),
            ("x", "./a.yaml", "x/a.yaml"),
            ("x/y", "../a.yaml", "x/a.yaml"),
            ("/x", "y/a.yaml", "/x/y/a.yaml"),
            ("", "./x//a.yaml", "x/a.yaml"),
            ("", "/x/a.yaml", "/x/a.yaml"),
        ] {
            assert_eq!(joined(folder, path), file);
        }
    }
}
