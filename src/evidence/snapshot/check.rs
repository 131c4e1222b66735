//! From what the JSON holds to a workflow that the other stages can rely on.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::any_text::AnyText;
use super::compressed;
use super::file::File;
use super::inherit;
use super::nodes::{Node, NodeType, Nodes, Parameter, Phase, TemplateRef};
use super::raw::{RawInputs, RawNode, RawNodes, RawParameter, RawStatus, RawTemplateRef, RawWorkflow};
use super::redact::redact;
use super::refuse;
use super::workflow::Workflow;
use crate::error::{Code, Fault, Faults};
use crate::source::Source;

/// Annotations that only record how the object came about: large, different for every snapshot, needed by no stage.
const NOISE: [&str; 2] =
    ["kubectl.kubernetes.io/last-applied-configuration", "workflows.argoproj.io/trace-id"];

/// Checks a workflow.
///
/// # Errors
/// Nodes that are missing, offloaded or cannot be unpacked; a missing name or spec.
pub(super) fn workflow(raw: RawWorkflow, file: &File) -> Result<Workflow, Faults> {
    let Some(mut status) = raw.status else { return Err(no_status(file).into()) };
    let mut faults = Faults::new();
    let died = died_before_its_first_node(&status, raw.spec.as_ref());
    let nodes = faults.take(nodes(&mut status, file, died).map_err(Faults::from));
    let metadata = raw.metadata.unwrap_or_default();
    let name = metadata.name.filter(|name| !name.is_empty());
    if name.is_none() {
        faults.push(missing("metadata.name", file, &["metadata"]));
    }
    let shutdown = |spec: &Map<String, Value>| {
        spec.get("shutdown").and_then(Value::as_str).filter(|word| !word.is_empty()).map(str::to_owned)
    };
    let shutdown = [&raw.spec, &status.stored_spec].into_iter().flatten().find_map(shutdown);
    let spec = status.stored_spec.or(raw.spec);
    if spec.is_none() {
        faults.push(missing("spec", file, &[]));
    }
    let (Some(name), Some(mut spec), Some(mut nodes)) = (name, spec, nodes) else { return Err(faults) };
    let mut stored_templates = status.stored_templates.unwrap_or_default();
    in_one_order(&mut spec, &mut stored_templates, &mut nodes);
    inherit::restore(&mut nodes);
    let mut workflow = Workflow {
        source: Source::new(file.name, ""),
        name,
        generate_name: metadata.generate_name,
        namespace: metadata.namespace,
        labels: texts(metadata.labels, &[]),
        annotations: texts(metadata.annotations, &NOISE),
        created: metadata.created.and_then(|time| time.0),
        spec,
        shutdown,
        phase: Phase::from(status.phase.unwrap_or_default()),
        started: status.started.and_then(|time| time.0),
        finished: status.finished.and_then(|time| time.0),
        message: status.message.unwrap_or_default(),
        stored_templates,
        nodes,
        redacted: Vec::new(),
    };
    redact(&mut workflow);
    faults.or(workflow)
}

/// Sorts the keys of what is kept as it stands. An API server gives JSON in whatever order its client writes: that must not show in
/// what is compiled.
fn in_one_order(spec: &mut Map<String, Value>, stored: &mut BTreeMap<String, Value>, nodes: &mut Nodes) {
    spec.sort_keys();
    let artifacts = nodes.0.values_mut().flat_map(|node| &mut node.artifacts);
    spec.values_mut().chain(stored.values_mut()).chain(artifacts).for_each(Value::sort_all_objects);
}

/// The nodes, wherever the status keeps them. Argo unpacks only where `nodes` is empty (`DecompressWorkflow` in
/// `workflow/packer/packer.go`).
fn nodes(status: &mut RawStatus, file: &File, died: bool) -> Result<Nodes, Fault> {
    let plain = status.nodes.take().filter(|nodes| !nodes.is_empty());
    let packed = status.compressed_nodes.take().filter(|packed| !packed.is_empty());
    let raw: RawNodes = match (plain, packed) {
        (Some(nodes), _) => nodes,
        (None, Some(packed)) => refuse::nodes(file, &compressed::nodes(file, &packed)?)?,
        (None, None) => RawNodes::new(),
    };
    let offloaded = status.offloaded.as_ref().and_then(|version| version.0.as_ref());
    let offloaded = offloaded.is_some_and(|version| !version.is_empty());
    if raw.is_empty() && (offloaded || !died) {
        return Err(if offloaded { self::offloaded(file) } else { no_nodes(file, status) });
    }
    Ok(Nodes(raw.into_iter().map(|(id, raw)| (id.clone(), node(id, raw.unwrap_or_default()))).collect()))
}

/// Whether the controller gave the workflow up before it made a node, and says why: that message is the whole evidence. Without templates
/// nobody can tell what it was to run.
fn died_before_its_first_node(status: &RawStatus, spec: Option<&Map<String, Value>>) -> bool {
    let phase = Phase::from(status.phase.clone().unwrap_or_default());
    let spec = status.stored_spec.as_ref().or(spec);
    let templates = spec.and_then(|spec| spec.get("templates")).and_then(Value::as_array);
    matches!(phase, Phase::Failed | Phase::Error)
        && status.message.as_ref().is_some_and(|message| !message.trim().is_empty())
        && templates.is_some_and(|templates| !templates.is_empty())
}

fn node(id: String, raw: RawNode) -> Node {
    let inputs = raw.inputs.unwrap_or_default();
    let flag = raw.flag.unwrap_or_default();
    let exit_code = raw.outputs.unwrap_or_default().exit_code.and_then(|code| code.0);
    let filled = |text: Option<String>| text.filter(|text| !text.is_empty());
    let template_name = filled(raw.template_name);
    let called_by_name = template_name.is_some() && raw.template_ref.is_none();
    Node {
        id,
        name: raw.name.unwrap_or_default(),
        kind: NodeType::from(raw.kind.unwrap_or_default()),
        phase: Phase::from(raw.phase.unwrap_or_default()),
        template_name,
        template_ref: raw.template_ref.map(template_ref),
        template_scope: raw
            .template_scope
            .filter(|_| called_by_name)
            .and_then(|scope| workflow_template(&scope)),
        boundary: filled(raw.boundary),
        message: raw.message.unwrap_or_default(),
        started: raw.started.and_then(|time| time.0),
        finished: raw.finished.and_then(|time| time.0),
        host: filled(raw.host),
        exit_code: exit_code.and_then(|code| code.trim().parse().ok()),
        parameters: parameters(&inputs),
        artifacts: inputs.artifacts.unwrap_or_default(),
        children: raw.children.unwrap_or_default(),
        hooked: flag.hooked.unwrap_or_default(),
        retried: flag.retried.unwrap_or_default(),
    }
}

fn template_ref(raw: RawTemplateRef) -> TemplateRef {
    TemplateRef {
        name: raw.name.unwrap_or_default(),
        template: raw.template.unwrap_or_default(),
        cluster_scope: raw.cluster_scope.unwrap_or_default(),
    }
}

/// The scope of a node where it is a WorkflowTemplate and not the workflow itself. A word alone is the name of one of the namespace
/// (Argo 4.0.7, `GetTemplateScope` in `workflow_types.go`).
fn workflow_template(scope: &str) -> Option<String> {
    let (kind, name) = scope.split_once('/').unwrap_or(("namespaced", scope));
    let is_known = matches!(kind, "namespaced" | "cluster") && !name.is_empty();
    is_known.then(|| format!("{kind}/{name}"))
}

fn parameters(inputs: &RawInputs) -> Vec<Parameter> {
    let one = |raw: &RawParameter| {
        let value = raw.value.as_ref().and_then(|value| value.0.clone());
        Some(Parameter { name: raw.name.clone()?, value })
    };
    inputs.parameters.iter().flatten().filter_map(one).collect()
}

fn texts(raw: Option<BTreeMap<String, AnyText>>, without: &[&str]) -> BTreeMap<String, String> {
    raw.unwrap_or_default()
        .into_iter()
        .filter(|(key, _)| !without.contains(&key.as_str()))
        .filter_map(|(key, value)| Some((key, value.0?)))
        .collect()
}

fn missing(path: &str, file: &File, above: &[&str]) -> Fault {
    Fault::new(Code::SnapshotWrongType, format!("`{path}` is missing"), refuse::TAKE)
        .at(&file.place_of(above), format!("no `{path}`"))
}

fn no_status(file: &File) -> Fault {
    Fault::new(
        Code::SnapshotNoNodes,
        "this workflow has no status",
        format!("a manifest as it is submitted is no snapshot, and a workflow that has not begun shows nothing; {}", refuse::TAKE),
    )
    .at(&file.place_of(&["status"]), "no status")
}

fn no_nodes(file: &File, status: &RawStatus) -> Fault {
    let phase = status.phase.as_deref().filter(|phase| !phase.is_empty());
    let phase = phase.map_or(String::new(), |phase| format!(" ({phase})"));
    let message = status.message.as_deref().map(str::trim).filter(|message| !message.is_empty());
    let (message, help) = match message {
        Some(message) => (
            format!(": {message}"),
            "no node was made: mend what that message says, or wait until it has run, then take the snapshot again",
        ),
        None => (
            String::new(),
            "no node was made: see that it has started and read its `status.message`, then take the snapshot again",
        ),
    };
    Fault::new(Code::SnapshotNoNodes, format!("this workflow has no nodes{phase}{message}"), help)
        .at(&file.place_of(&["status"]), "no nodes in here")
}

fn offloaded(file: &File) -> Fault {
    Fault::new(
        Code::SnapshotOffloaded,
        "the nodes of this workflow are in a database, not in this file",
        "take the snapshot with `argo get NAME -o json` through the Argo Server, or with `argo archive get UID -o json`",
    )
    .at(&file.place_of(&["status", "offloadNodeStatusVersion"]), "offloaded")
}
