//! Every volume that a container mounts exists.
//!
//! Argo's validator does not look; the pod is never made: `volume 'nfs-data' not found in workflow spec`
//! (`workflow/controller/workflowpod.go`).

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::body::Body;
use super::library::Library;
use super::object::{NOTHING, Object};
use super::place::{child, finding, is_templated, known_names, list, text};
use super::reach::{Reached, Root, referred};
use super::template::containers;
use crate::error::Code;
use crate::verify::Finding;

/// The mounts of a template with their pointers.
fn mounts<'a>(template: &'a Value, base: &str) -> Vec<(&'a Value, String)> {
    let mut found: Vec<(&Value, String)> = containers(template, base)
        .into_iter()
        .flat_map(|(container, pointer)| list(container, &pointer, "/volumeMounts").collect::<Vec<_>>())
        .collect();
    found.extend(list(template, base, "/containerSet/volumeMounts"));
    found
}

/// The volumes of a spec by name: `volumes` and the claims made from `volumeClaimTemplates`.
fn volumes(spec: &Value) -> BTreeSet<&str> {
    let plain = list(spec, "", "/volumes").map(|(volume, _)| text(volume, "/name"));
    let defaults = list(spec, "", "/templateDefaults/volumes").map(|(volume, _)| text(volume, "/name"));
    let claims = list(spec, "", "/volumeClaimTemplates").map(|(claim, _)| text(claim, "/metadata/name"));
    plain.chain(defaults).chain(claims).collect()
}

/// The volumes that the templates of a run mount: each template's own come first, then those of the Workflow that runs, never
/// those of the WorkflowTemplate that a templateRef leads to (`workflowpod.go`, `addVolumeReferences`).
pub(super) fn of_run<'a>(
    object: &Object<'a>,
    library: &Library<'a>,
    reached: &[Reached<'a>],
    out: &mut Vec<Finding>,
) {
    if !object.runs() {
        return;
    }
    let outer = match referred(object, library) {
        Some(Ok(home)) => library.home(home).spec,
        _ => &NOTHING,
    };
    let mut have = volumes(object.spec);
    have.extend(volumes(outer));
    // One missing volume is one thing to mend, however many templates mount it.
    let mut missing: BTreeMap<&str, (String, Vec<String>)> = BTreeMap::new();
    for one in reached.iter().filter(|one| one.root != Root::Unused) {
        let own = volumes(one.template);
        let base = if one.local { one.pointer.as_str() } else { "" };
        for (mount, pointer) in mounts(one.template, base) {
            let name = text(mount, "/name");
            // A name that is made at run time is looked up then.
            if own.contains(name) || have.contains(name) || is_templated(name) {
                continue;
            }
            let at = if one.local { pointer } else { one.pointer.clone() };
            let user = if one.local {
                format!("template `{}`", one.name)
            } else {
                format!("template `{}` of {}", one.name, library.home(one.home).label)
            };
            let (_, users) = missing.entry(name).or_insert_with(|| (at, Vec::new()));
            if !users.contains(&user) {
                users.push(user);
            }
        }
    }
    if have.iter().any(|name| is_templated(name)) {
        missing.clear();
    }
    let have: Vec<&str> = have.into_iter().collect();
    for (name, (at, users)) in missing {
        out.push(finding(
            Code::VerifyVolume,
            at,
            format!("volume `{name}`, mounted by {}, is not a volume of this Workflow", users.join(" and ")),
            format!(
                "add it to the Workflow's spec.volumes: a templateRef does not bring the WorkflowTemplate's volumes; {}",
                known_names(name, "volumes", &have)
            ),
        ));
    }
}

/// No two mounts of a container, and no input artifact, share a path (rules 34 and 35).
///
/// Argo looks at `container` alone; Kubernetes refuses the pod for any container (`mountPath: must be unique`).
pub(super) fn check(body: &Body<'_, '_>, out: &mut Vec<Finding>) {
    distinct(list(body.template, &body.base, "/containerSet/volumeMounts"), &mut Vec::new(), out);
    for (container, pointer) in containers(body.template, &body.base) {
        let mut paths: Vec<&str> = Vec::new();
        distinct(list(container, &pointer, "/volumeMounts"), &mut paths, out);
        if !pointer.ends_with("/container") {
            continue;
        }
        for (artifact, at) in list(body.template, &body.base, "/inputs/artifacts") {
            let path = text(artifact, "/path");
            if paths.contains(&path) {
                let message = format!("the artifact's path `{path}` is taken by a mount or another artifact");
                out.push(finding(Code::VerifyVolume, child(&at, "path"), message, "give it another path"));
            }
            paths.push(path);
        }
    }
}

/// No mount has the path of an earlier one.
fn distinct<'a>(
    mounts: impl Iterator<Item = (&'a Value, String)>,
    paths: &mut Vec<&'a str>,
    out: &mut Vec<Finding>,
) {
    for (mount, at) in mounts {
        let path = text(mount, "/mountPath");
        if paths.contains(&path) {
            let message = format!("`{path}` is mounted twice in one container");
            let help = "give one of the mounts another mountPath";
            out.push(finding(Code::VerifyVolume, at, message, help));
        }
        paths.push(path);
    }
}
