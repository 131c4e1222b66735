//! Generated lineages: random items × attempts × messages × phases × shapes × endings, laid out as Argo would.

use gapit_compile::evidence::outputs::{self, Scan};
use gapit_compile::source::Source;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::causes;
use crate::layout::{Layout, dag, inputs};

/// How many items the recipe's range has.
pub(super) const ITEMS: usize = 4;

/// One pod run.
#[derive(Debug, Clone)]
pub(super) struct Attempt {
    pub(super) phase: &'static str,
    pub(super) message: String,
    pub(super) code: Option<i32>,
    pub(super) host: bool,
    /// Minutes after the workflow's beginning, and how long it lasted; `None`: it has no end.
    pub(super) start: u32,
    pub(super) length: Option<u32>,
}

/// What a workflow holds of one item.
#[derive(Debug, Clone)]
pub(super) enum Trace {
    Nothing,
    /// A node of the type Skipped, in this phase and with this message.
    Skipped(&'static str, String),
    Pod(Attempt),
    /// A Retry node over its attempts, with its own message.
    Retried(Vec<Attempt>, String),
    /// An item that is a DAG, with pods inside.
    Nested(&'static str, Vec<Attempt>),
    /// A pod with containers that bear its template.
    Containers(Attempt),
}

/// One workflow of a lineage.
#[derive(Debug, Clone)]
pub(super) struct Generation {
    pub(super) items: Vec<Trace>,
    pub(super) phase: &'static str,
    pub(super) message: String,
    pub(super) shutdown: Option<&'static str>,
    pub(super) deadline: Option<u32>,
    pub(super) finished: Option<u32>,
    /// The template's own: `activeDeadlineSeconds` and the window of its retries, in minutes.
    pub(super) limits: (Option<u32>, Option<u32>),
    /// Whether a retryStrategy of the whole workflow wraps its DAG.
    pub(super) wrapped: bool,
}

/// What lies in an item's output directory.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Files {
    None,
    Marker,
    Old,
    Other,
}

#[derive(Debug, Clone)]
pub(super) struct Case {
    pub(super) generations: Vec<Generation>,
    pub(super) files: Option<[Files; ITEMS]>,
}

pub(super) fn phase() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "Pending",
        "Running",
        "Succeeded",
        "Skipped",
        "Failed",
        "Error",
        "Omitted",
        "",
        "Odd",
    ])
}

/// Every message that the catalogue knows, some that it does not, and none.
pub(super) fn message() -> impl Strategy<Value = String> {
    let known = causes::messages();
    prop_oneof![
        4 => prop::sample::select(known),
        1 => Just(String::new()),
        1 => "\\PC{0,30}",
        1 => "(main: )?(OOMKilled|Error|)( \\(exit code -?[0-9]{1,20}\\))?(: .{0,10})?",
    ]
}

pub(super) fn attempt() -> impl Strategy<Value = Attempt> {
    let code = prop::option::of(prop::sample::select(vec![0, 1, 2, 137, 143, 255, -1, i32::MAX]));
    (phase(), message(), code, any::<bool>(), 0..400_u32, prop::option::of(0..400_u32)).prop_map(
        |(phase, message, code, host, start, length)| Attempt { phase, message, code, host, start, length },
    )
}

pub(super) fn trace() -> impl Strategy<Value = Trace> {
    prop_oneof![
        1 => Just(Trace::Nothing),
        1 => (phase(), prop_oneof![message(), Just("original pod: w-1".to_owned())]).prop_map(|(phase, message)| Trace::Skipped(phase, message)),
        2 => attempt().prop_map(Trace::Pod),
        4 => (prop::collection::vec(attempt(), 0..4), message()).prop_map(|(attempts, message)| Trace::Retried(attempts, message)),
        1 => (phase(), prop::collection::vec(attempt(), 0..4)).prop_map(|(phase, pods)| Trace::Nested(phase, pods)),
        1 => attempt().prop_map(Trace::Containers),
    ]
}

pub(super) fn generation() -> impl Strategy<Value = Generation> {
    let minutes = || prop::option::of(0..500_u32);
    (
        prop::collection::vec(trace(), ITEMS),
        phase(),
        message(),
        prop::option::of(prop::sample::select(vec!["Stop", "Terminate", ""])),
        minutes(),
        minutes(),
        (minutes(), minutes()),
        any::<bool>(),
    )
        .prop_map(|(items, phase, message, shutdown, deadline, finished, limits, wrapped)| Generation {
            items,
            phase,
            message,
            shutdown,
            deadline,
            finished,
            limits,
            wrapped,
        })
}

pub(super) fn case() -> impl Strategy<Value = Case> {
    let files = prop::sample::select(vec![Files::None, Files::Marker, Files::Old, Files::Other]);
    (prop::collection::vec(generation(), 1..4), prop::option::of(prop::array::uniform4(files)))
        .prop_map(|(generations, files)| Case { generations, files })
}

/// A time so many minutes after the beginning of a generation; generations begin three days apart.
pub(super) fn time(generation: usize, minutes: u32) -> String {
    let (day, rest) = (minutes / 1440, minutes % 1440);
    format!("2025-11-{:02}T{:02}:{:02}:00Z", 2 + 3 * generation as u32 + day, rest / 60, rest % 60)
}

pub(super) fn pod(generation: usize, item: usize, attempt: &Attempt) -> Value {
    let mut node = ran(item);
    node["phase"] = json!(attempt.phase);
    node["message"] = json!(attempt.message);
    node["startedAt"] = json!(time(generation, attempt.start));
    node["finishedAt"] = json!(attempt.length.map(|length| time(generation, attempt.start + length)));
    node["hostNodeName"] = json!(attempt.host.then_some("node"));
    node["outputs"] = json!({"exitCode": attempt.code.map(|code| code.to_string())});
    node
}

/// The fields of a node that ran the template of the lowest tier for an item.
pub(super) fn ran(item: usize) -> Value {
    let mut fields = inputs(&item.to_string());
    let fields = fields.as_object_mut().unwrap();
    fields.remove("templateName");
    fields.insert("templateRef".to_owned(), json!({"name": "base", "template": "run"}));
    Value::Object(fields.clone())
}

/// Lays out what a workflow holds of one item below the node `boundary`.
pub(super) fn lay(layout: &mut Layout, generation: usize, item: usize, boundary: &str, trace: &Trace) {
    let name = format!("{boundary}.t({}:{item})", item - 1);
    match trace {
        Trace::Nothing => {}
        Trace::Skipped(phase, message) => {
            let fields = json!({"templateRef": {"name": "base", "template": "run"}, "phase": phase, "message": message});
            layout.node(&name, "Skipped", boundary, fields);
        }
        Trace::Pod(attempt) => layout.node(&name, "Pod", boundary, pod(generation, item, attempt)),
        Trace::Retried(attempts, message) => {
            let names: Vec<String> = (0..attempts.len()).map(|number| format!("{name}({number})")).collect();
            let mut retry = ran(item);
            retry["message"] = json!(message);
            retry["phase"] = json!(attempts.last().map_or("Succeeded", |attempt| attempt.phase));
            retry["children"] = names.iter().map(|attempt| layout.id(attempt)).collect();
            layout.node(&name, "Retry", boundary, retry);
            for (name, attempt) in names.iter().zip(attempts) {
                let mut node = pod(generation, item, attempt);
                node["nodeFlag"] = json!({"retried": true});
                layout.node(name, "Pod", boundary, node);
            }
        }
        Trace::Nested(phase, pods) => {
            let mut dag = ran(item);
            dag["phase"] = json!(phase);
            layout.node(&name, "DAG", boundary, dag);
            for (number, inner) in pods.iter().enumerate() {
                let mut node = pod(generation, item, inner);
                node["templateRef"]["template"] = json!("work");
                layout.node(&format!("{name}.step-{number}"), "Pod", &name, node);
            }
        }
        Trace::Containers(attempt) => {
            layout.node(&name, "Pod", boundary, pod(generation, item, attempt));
            let fields = json!({"templateRef": {"name": "base", "template": "run"}, "phase": attempt.phase});
            layout.node(&format!("{name}.main"), "Container", &name, fields);
        }
    }
}

pub(super) fn laid_out(generation: usize, made: &Generation) -> Layout {
    let task = json!({"name": "t", "templateRef": {"name": "base", "template": "run"},
        "arguments": {"parameters": [{"name": "i", "value": "{{item}}"}]},
        "withSequence": {"start": "1", "end": ITEMS.to_string()}});
    let mut spec = dag(json!([task]), json!([]));
    spec["shutdown"] = json!(made.shutdown);
    if let Some(minutes) = made.deadline {
        spec["activeDeadlineSeconds"] = json!(60 * minutes);
    }
    let name = format!("p-{generation}");
    let mut layout = Layout::new(&name, spec);
    let (deadline, window) = made.limits;
    let mut body = json!({"name": "run", "inputs": {"parameters": [{"name": "i"}]},
        "retryStrategy": {"limit": 3, "backoff": {"duration": "1m"}},
        "container": {"image": "x", "resources": {"limits": {"memory": "8Gi"}}}});
    if let Some(minutes) = deadline {
        body["activeDeadlineSeconds"] = json!(60 * minutes);
    }
    if let Some(minutes) = window {
        body["retryStrategy"]["backoff"]["maxDuration"] = json!(format!("{minutes}m"));
    }
    layout.status.extend(Map::from_iter([
        ("phase".to_owned(), json!(made.phase)),
        ("message".to_owned(), json!(made.message)),
        ("startedAt".to_owned(), json!(time(generation, 0))),
        ("finishedAt".to_owned(), json!(made.finished.map(|minutes| time(generation, minutes)))),
        ("storedTemplates".to_owned(), json!({"namespaced/base/run": body})),
    ]));
    let boundary = if made.wrapped { format!("{name}(0)") } else { name.clone() };
    if made.wrapped {
        let children = vec![layout.id(&boundary)];
        layout.node(&name, "Retry", "", json!({"templateName": "main", "children": children}));
    }
    layout.node(&boundary, "DAG", "", json!({"templateName": "main", "phase": made.phase}));
    layout.node(&format!("{boundary}.t"), "TaskGroup", &boundary, json!({"templateName": "run"}));
    for (position, trace) in made.items.iter().enumerate() {
        lay(&mut layout, generation, position + 1, &boundary, trace);
    }
    layout
}

/// The snapshots of a case's workflows as JSON, the root first.
pub(super) fn snapshots(case: &Case) -> Vec<Value> {
    let snapshot = |(position, made): (usize, &Generation)| {
        let mut value = laid_out(position, made).json();
        value["metadata"]["creationTimestamp"] = json!(time(position, 0));
        if position > 0 {
            value["metadata"]["labels"] = json!({"gapit-compile/root": "p-0",
                "gapit-compile/parent": format!("p-{}", position - 1), "gapit-compile/generation": (position + 1).to_string()});
        }
        value
    };
    case.generations.iter().enumerate().map(snapshot).collect()
}

pub(super) fn scan(files: [Files; ITEMS]) -> Scan {
    let listed = |(position, files): (usize, &Files)| {
        let (name, day) = match files {
            Files::None => return None,
            Files::Marker => ("done.csv", "2025-11-20"),
            Files::Old => ("done.csv", "2025-11-01"),
            Files::Other => ("half.csv", "2025-11-20"),
        };
        let path = format!("item-{}", position + 1);
        Some(json!({"path": path, "files": {name: {"bytes": 5, "modified": format!("{day}T00:00:00Z")}}}))
    };
    let directories: Vec<Value> = files.iter().enumerate().filter_map(listed).collect();
    let text = json!({"scan": 1, "directories": directories}).to_string();
    outputs::parse(&Source::new("scan.json", text)).unwrap()
}
