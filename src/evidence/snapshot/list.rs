//! Lists: `kubectl get workflows -o json` prints one, also where a selector found a single workflow.

use super::file::File;
use super::raw::{Head, RawList, RawWorkflow};
use super::refuse;
use crate::error::{Code, Fault, Faults};

/// Where the one workflow of a list stands: in an object with `items`, or in a bare list of JSON as `argo list -o json` prints it.
const IN_ITEMS: &[&str] = &["items", "0"];
const IN_BARE: &[&str] = &["0"];

/// How many names a message gives.
const SHOWN: usize = 10;

/// A list without an object around it.
pub(super) fn is_bare(file: &File) -> bool {
    file.json && file.text.trim_start().starts_with('[')
}

/// The workflow of a list that holds nothing else, and the path to it.
///
/// # Errors
/// [`Code::SnapshotList`] where the list holds none or several; what is wrong with the one.
pub(super) fn only(file: &File) -> Result<(RawWorkflow, &'static [&'static str]), Faults> {
    if let Some(fault) = fault(file) {
        return Err(fault.into());
    }
    let (raw, within) = if is_bare(file) {
        let list: Vec<RawWorkflow> = serde_json::from_str(file.text)
            .map_err(|error| refuse::json_through::<Vec<RawWorkflow>>(file, &error))?;
        (list, IN_BARE)
    } else {
        let list: RawList = if file.json {
            serde_json::from_str(file.text).map_err(|error| refuse::json_through::<RawList>(file, &error))
        } else {
            serde_yaml::from_str(file.text).map_err(|error| refuse::yaml(file, &error).into())
        }?;
        (list.items.unwrap_or_default(), IN_ITEMS)
    };
    Ok((raw.into_iter().next().unwrap_or_default(), within))
}

/// That the file is a list, and that it does not say by itself which workflow is meant; `None` where it is no list, or has only one.
pub(super) fn fault(file: &File) -> Option<Fault> {
    let heads = heads(file)?;
    match &heads[..] {
        [one] if is_workflow(one) => None,
        _ => Some(several(file, &heads)),
    }
}

/// The things that a list holds; `None` where the file is none. One whose things cannot be told apart is as good as empty.
fn heads(file: &File) -> Option<Vec<Head>> {
    if is_bare(file) {
        return Some(serde_json::from_str(file.text).unwrap_or_default());
    }
    let head: Option<Head> =
        if file.json { serde_json::from_str(file.text).ok() } else { serde_yaml::from_str(file.text).ok() };
    let head = head?;
    let kind = head.kind.and_then(|kind| kind.0).unwrap_or_default();
    match head.items {
        _ if kind == "Workflow" => None,
        None if kind.ends_with("List") => Some(Vec::new()),
        items => items,
    }
}

/// What a typed client prints has no kind.
fn is_workflow(head: &Head) -> bool {
    let kind = head.kind.as_ref().and_then(|kind| kind.0.as_deref());
    kind == Some("Workflow") || kind.is_none() && head.metadata.is_some()
}

fn several(file: &File, heads: &[Head]) -> Fault {
    let workflows: Vec<&Head> = heads.iter().filter(|head| is_workflow(head)).collect();
    let names: Vec<&str> =
        workflows.iter().filter_map(|head| head.metadata.as_ref()?.name.as_ref()?.0.as_deref()).collect();
    let count = match workflows.len() {
        0 => "no workflow".to_owned(),
        1 => "1 workflow".to_owned(),
        many => format!("{many} workflows"),
    };
    let others = match heads.len() - workflows.len() {
        0 => String::new(),
        1 => " and something else".to_owned(),
        many => format!(" and {many} other things"),
    };
    let shown = names.iter().take(SHOWN).copied().collect::<Vec<_>>().join(", ");
    let more = match names.len().saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let inside = if names.is_empty() { String::new() } else { format!("; inside are {shown}{more}") };
    let first = names.first().copied().unwrap_or("NAME");
    let path: &[&str] = match is_bare(file) {
        true => &[],
        false if heads.is_empty() => &["kind"],
        false => &["items"],
    };
    Fault::new(
        Code::SnapshotList,
        format!("this file is a list with {count}{others} in it, not one workflow"),
        format!("write one workflow to a file: `kubectl get workflow {first} -o json`{inside}"),
    )
    .at(&file.place_of(path), "a list")
}
