//! Why a file is not a workflow's snapshot, and what to do about it.

use std::ops::Range;

use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::error::Category;

use super::file::File;
use super::list;
use super::raw::{Head, RawNodes, RawWorkflow};
use crate::error::{Code, Fault, Faults};
use crate::evidence::locate;

/// How a good snapshot is taken.
pub(super) const TAKE: &str =
    "take the snapshot with `kubectl get workflow NAME -o json` or `argo get NAME -o json`";

/// How many wrong values are told at once.
const MOST_TOLD: usize = 10;

/// What the JSON reader says, as a fault.
pub(super) fn json(file: &File, error: &serde_json::Error) -> Fault {
    let end = file.offset(error.line(), error.column());
    let last = || file.place(previous_character(file.text, end)..end);
    match error.classify() {
        Category::Eof => truncated().at(&last(), "the text ends here"),
        Category::Data => other_shape(file).unwrap_or_else(|| {
            let (path, span) = blamed(file.name, file.text, error);
            wrong_type(&path, &without_place(error)).at(&file.place(span), "this value")
        }),
        // The reader stops at the first thing after a whole value: a second object is a second command's output.
        Category::Syntax if error.to_string().starts_with("trailing") && last().text() == "{" => {
            let what = "this file holds several JSON objects, not one workflow";
            Fault::new(Code::SnapshotList, what, "write one workflow to a file")
                .at(&last(), "the second object begins here")
        }
        Category::Syntax | Category::Io => {
            let what = format!("this file is not JSON: {}", without_place(error));
            Fault::new(Code::SnapshotSyntax, what, TAKE).at(&last(), "here")
        }
    }
}

/// What the JSON reader says, and of wrong values the further ones too: each is taken for absent, which every field may be, and the text
/// is read again.
pub(super) fn json_through<T: DeserializeOwned>(file: &File, error: &serde_json::Error) -> Faults {
    let mut faults = Faults::from(json(file, error));
    if error.classify() != Category::Data || other_shape(file).is_some() {
        return faults;
    }
    let mut text = file.text.to_owned();
    let (_, mut span) = blamed(file.name, &text, error);
    let mut removed = 0;
    while faults.len() < MOST_TOLD {
        let length = value_length(&text[span.start..]);
        text.replace_range(span.start..span.start + length, "null");
        removed += length;
        let error = match serde_json::from_str::<T>(&text) {
            Err(error) if error.classify() == Category::Data => error,
            _ => break,
        };
        let (path, next) = blamed(file.name, &text, &error);
        if next.start <= span.start {
            // In a list nothing may be absent.
            break;
        }
        // Every value before this one that was taken for absent left four bytes behind.
        let moved = |at: usize| (at + removed).saturating_sub("null".len() * faults.len());
        let place = file.place(moved(next.start)..moved(next.end));
        faults.push(wrong_type(&path, &without_place(&error)).at(&place, "this value"));
        span = next;
    }
    faults
}

/// The path to the value that the reader complains about, and where it stands.
fn blamed(name: &str, text: &str, error: &serde_json::Error) -> (String, Range<usize>) {
    let end = File::new(name, text).offset(error.line(), error.column());
    locate::value_blamed(text, end, &without_place(error))
}

/// The length of the value that a text begins with; 0 where it is none.
fn value_length(text: &str) -> usize {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<IgnoredAny>();
    values.next().and_then(Result::ok).map_or(0, |_| values.byte_offset())
}

/// What the YAML reader says, as a fault.
pub(super) fn yaml(file: &File, error: &serde_yaml::Error) -> Fault {
    let (line, column) = error.location().map_or((1, 1), |place| (place.line(), place.column()));
    let place = file.place_at(line, column);
    let mut message = error.to_string();
    if let Some(at) = message.rfind(&format!(" at line {line} column {column}")) {
        message.truncate(at);
    }
    if let Some(second) = second_document(file.text) {
        let what = "this file holds several YAML documents, not one workflow";
        return Fault::new(Code::SnapshotList, what, "write one workflow to a file")
            .at(&file.place(second..second + 3), "the second document begins here");
    }
    if serde_yaml::from_str::<serde::de::IgnoredAny>(file.text).is_ok() {
        return other_shape(file).unwrap_or_else(|| wrong_type_at(&message).at(&place, "this value"));
    }
    // The reader stumbles over the end of the text only where something is still open there.
    if place.span().start >= file.text.trim_end().len() {
        return truncated().at(&place, "the text ends here");
    }
    let what = format!("this file is not YAML: {message}");
    Fault::new(Code::SnapshotSyntax, what, TAKE).at(&place, "here")
}

/// A list or another kind of object, where the file was read without trouble.
pub(super) fn other_kind(file: &File, raw: &RawWorkflow) -> Option<Fault> {
    match raw.kind.as_deref() {
        Some("Workflow") => None,
        None if raw.items.is_none() && (raw.metadata.is_some() || raw.spec.is_some()) => None,
        _ => other_shape(file),
    }
}

/// What the nodes in `status.compressedNodes` have wrong; `unpacked` is their text.
pub(super) fn nodes(file: &File, unpacked: &str) -> Result<RawNodes, Fault> {
    serde_json::from_str(unpacked).map_err(|error| {
        let place = file.place_of(&["status", "compressedNodes"]);
        let help = "`argo get NAME -o json` through the Argo Server gives the nodes unpacked";
        match error.classify() {
            Category::Eof => truncated().at(&place, "the nodes in here"),
            Category::Data => {
                let end = File::new(file.name, unpacked).offset(error.line(), error.column());
                let message = without_place(&error);
                let (path, _) = locate::value_blamed(unpacked, end, &message);
                let dot = if path.is_empty() { "" } else { "." };
                wrong_type(&format!("status.compressedNodes{dot}{path}"), &message)
                    .at(&place, "the nodes in here")
            }
            Category::Syntax | Category::Io => Fault::new(
                Code::SnapshotBadCompression,
                format!("`status.compressedNodes` unpacks to what is not JSON: {}", without_place(&error)),
                help,
            )
            .at(&place, "the nodes in here"),
        }
    })
}

/// A list that does not tell its workflow, another kind, or something that is no object at all; `None` for what can be a workflow.
fn other_shape(file: &File) -> Option<Fault> {
    if let Some(fault) = list::fault(file) {
        return Some(fault);
    }
    if list::is_bare(file) {
        return None;
    }
    let head: Option<Head> =
        if file.json { serde_json::from_str(file.text).ok() } else { serde_yaml::from_str(file.text).ok() };
    let Some(head) = head else { return not_an_object(file) };
    let kind = head.kind.and_then(|kind| kind.0);
    match kind.as_deref() {
        Some("Workflow") => None,
        _ if head.items.is_some() => None,
        Some(kind) => Some(another(file, kind)),
        None if head.metadata.is_some() => None,
        None => Some(no_kind(file)),
    }
}

fn truncated() -> Fault {
    Fault::new(
        Code::SnapshotTruncated,
        "this file ends in the middle",
        "copy it again, or take the snapshot again: the command that wrote it was cut off",
    )
}

/// YAML that ends between two lines: a node that another one leads to is not there.
pub(super) fn lines_lost(file: &File, lost: &str) -> Fault {
    let end = file.text.trim_end().len();
    Fault::new(
        Code::SnapshotTruncated,
        format!("the node `{lost}` is not in this file, and another node leads to it"),
        "take the snapshot again, with `-o json`: there a file that was cut off is told from a whole one",
    )
    .at(&file.place(previous_character(file.text, end)..end), "the text ends here")
}

fn another(file: &File, kind: &str) -> Fault {
    let help = match kind {
        "CronWorkflow" => {
            "a CronWorkflow only makes workflows: find the one that failed with `argo list` and take its snapshot"
        }
        "WorkflowTemplate" | "ClusterWorkflowTemplate" => {
            "a template belongs into the recipe's `inputs.templates`; the snapshot is of a Workflow that ran it"
        }
        _ => TAKE,
    };
    let article = if kind.starts_with(['A', 'E', 'I', 'O', 'U']) { "an" } else { "a" };
    Fault::new(Code::SnapshotNotAWorkflow, format!("this is {article} {kind}, not a Workflow"), help)
        .at(&file.place_of(&["kind"]), "not a Workflow")
}

fn no_kind(file: &File) -> Fault {
    let what = "this is not a Workflow: it has no kind, no metadata and no spec";
    Fault::new(Code::SnapshotNotAWorkflow, what, TAKE).at(&file.place(0..1), "not a Workflow")
}

/// A scalar or a list where an object should be; `None` where it is an object whose `kind` or `items` cannot be read.
fn not_an_object(file: &File) -> Option<Fault> {
    let object = if file.json {
        file.text.trim_start().starts_with('{')
    } else {
        serde_yaml::from_str::<serde_yaml::Value>(file.text).is_ok_and(|value| value.is_mapping())
    };
    let fault = Fault::new(Code::SnapshotNotAWorkflow, "this is not a Workflow: it is not an object", TAKE);
    (!object).then(|| fault.at(&file.place(0..1), "not an object"))
}

fn wrong_type(path: &str, reason: &str) -> Fault {
    wrong_type_at(&if path.is_empty() { reason.to_owned() } else { format!("{path}: {reason}") })
}

/// `told` is the path and what serde says: "invalid type: integer `5`, expected a string".
fn wrong_type_at(told: &str) -> Fault {
    let expected = told.split_once("expected ").map_or("another type", |(_, expected)| expected);
    Fault::new(
        Code::SnapshotWrongType,
        format!("a field of this workflow is not what Argo writes there: {told}"),
        format!("Argo writes {expected} there; undo the edit, or {TAKE}"),
    )
}

/// The message without the place that the reader adds: the fault shows it.
fn without_place(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    message.strip_suffix(&place).unwrap_or(&message).to_owned()
}

fn previous_character(text: &str, end: usize) -> usize {
    text.get(..end).and_then(|before| before.char_indices().next_back()).map_or(0, |(at, _)| at)
}

/// Where a second YAML document begins: a marker after something that is not a comment.
fn second_document(text: &str) -> Option<usize> {
    let mut content = false;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if content && (line.trim_end() == "---" || line.starts_with("--- ")) {
            return Some(start);
        }
        content |= !line.trim().is_empty() && !line.starts_with(['#', '%']) && line.trim_end() != "---";
        start += line.len();
    }
    None
}
