//! Runs that were never run: a few lines of TOML say what was done to each item, and become the workflow that the controller of that
//! version of Argo would have left. The label of every item is written beside what was done to it.
#![expect(clippy::disallowed_methods, reason = "the tests read their cases")]
#![expect(clippy::unwrap_used, reason = "these are tests, also outside their test functions")]

use std::fs;
use std::path::Path;

use gapit_compile::diagnose::{Diagnosis, diagnose};
use gapit_compile::evidence::Evidence;
use gapit_compile::evidence::{snapshot, usage};
use gapit_compile::io::Disk;
use gapit_compile::recipe;
use gapit_compile::source::Source;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

/// When every played run began.
const BEGAN: &str = "2026-03-01T06:00:00Z";
const NAME: &str = "played-x7k2p";
const TASK: &str = "run-all-traits";

/// What the workflow says besides its items.
#[derive(Deserialize, Default, Clone)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(crate) struct Setting {
    /// `Failed` where nothing is said.
    phase: Option<String>,
    /// How long after its beginning it ended; absent: 240 h after it, or not at all where it still runs.
    ended: Option<String>,
    message: String,
    /// `spec.shutdown`.
    shutdown: Option<String>,
    /// More of the spec.
    spec: Map<String, Value>,
    /// The template of the items, but for its name.
    template: Map<String, Value>,
}

/// What was done to one item.
#[derive(Deserialize, Default, Clone)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Item {
    pub(crate) index: u32,
    /// Its cause, `done` or `active`.
    pub(crate) truth: String,
    pub(crate) row: Option<String>,
    pub(crate) confidence: Option<String>,
    /// `FROM..TO PHASE [CODE] [@HOST] | MESSAGE`, one an attempt.
    pub(crate) attempts: Vec<String>,
    /// The message of its Retry node, if it has one.
    pub(crate) retry: Option<String>,
    /// The phase of its Retry or DAG node, where it is not the last attempt's.
    pub(crate) phase: Option<String>,
    /// Instead of attempts: `TYPE PHASE | MESSAGE`.
    pub(crate) node: Option<String>,
    /// The peak of its memory, as metrics have it.
    pub(crate) peak: Option<String>,
    /// Pods below the item's own DAG: `TASK: FROM..TO …`.
    pub(crate) below: Vec<String>,
}

impl Item {
    /// Puts an attempt before the others, under a Retry node.
    pub(crate) fn go_before(&mut self, attempt: &str) {
        self.attempts.insert(0, attempt.to_owned());
        self.retry.get_or_insert_default();
    }
}

/// A run of one version.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Run {
    /// What was done, in a sentence.
    pub(crate) says: String,
    /// The minor version whose spelling it uses.
    pub(crate) argo: String,
    #[serde(default)]
    pub(crate) setting: Setting,
    pub(crate) item: Vec<Item>,
}

/// Reads a TOML file.
pub(crate) fn read<T: DeserializeOwned>(path: &Path) -> T {
    let text = fs::read_to_string(path).unwrap();
    toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The diagnosis of a played run, its items being the whole range.
pub(crate) fn judged(argo: &str, setting: &Setting, items: &[Item]) -> Diagnosis {
    let bytes = serde_json::to_vec(&workflow(argo, setting, items)).unwrap();
    let list: Vec<String> = items.iter().map(|item| format!("\"{}\"", item.index)).collect();
    let peaks: Vec<String> = items
        .iter()
        .filter_map(|item| item.peak.as_ref().map(|peak| format!("{},{peak}\n", item.index)))
        .collect();
    diagnosed(snapshot::read(NAME, &bytes).unwrap(), &list.join(", "), &peaks)
}

/// The diagnosis of a workflow whose range is this list of quoted items, with a line of a table for each that was measured.
pub(crate) fn diagnosed(workflow: snapshot::Workflow, list: &str, peaks: &[String]) -> Diagnosis {
    let lineage = snapshot::lineage(vec![workflow]).unwrap();
    let text = format!("version = 1\nextends = \"gapit3@1\"\n[items]\nrange = {{ list = [{list}] }}\n");
    let recipe = recipe::load(&Source::new("recipe.toml", text), &Disk).unwrap();
    let measured = format!("item,peak_bytes\n{}", peaks.concat());
    let usage = (!peaks.is_empty()).then(|| usage::parse(&Source::new("usage.csv", measured)).unwrap());
    let evidence = Evidence { usage, ..Evidence::from(lineage) };
    diagnose(&recipe, &evidence).unwrap()
}

/// The workflow as `kubectl get` prints it.
pub(crate) fn workflow(argo: &str, setting: &Setting, items: &[Item]) -> Value {
    let phase = setting.phase.as_deref().unwrap_or("Failed");
    let over = phase != "Running";
    let ended = over.then(|| at(setting.ended.as_deref().unwrap_or("240h")));
    let mut spec =
        json!({"entrypoint": "main", "templates": [{"name": "main", "dag": {"tasks": [task(items)]}}]});
    let fields = spec.as_object_mut().unwrap();
    fields.extend(setting.spec.clone());
    if let Some(strategy) = &setting.shutdown {
        fields.insert("shutdown".to_owned(), json!(strategy));
    }
    let mut template = json!({"name": "run-gwas", "container": {"image": "x:1"}});
    template.as_object_mut().unwrap().extend(setting.template.clone());
    let mut nodes = Nodes { argo, made: Map::new() };
    nodes.add(NAME, "DAG", phase, json!({"templateName": "main", "startedAt": BEGAN}));
    let group = json!({"boundaryID": NAME, "startedAt": BEGAN, "templateRef": template_ref()});
    nodes.add(&format!("{NAME}.{TASK}"), "TaskGroup", phase, group);
    for (position, item) in items.iter().enumerate() {
        nodes.item(position, item);
    }
    json!({
        "metadata": {"name": NAME, "namespace": "gwas", "creationTimestamp": BEGAN},
        "spec": spec,
        "status": {
            "phase": phase, "startedAt": BEGAN, "finishedAt": ended, "message": setting.message, "nodes": nodes.made,
            "storedTemplates": {"namespaced/gapit3-gwas-single-trait/run-gwas": template},
        },
    })
}

fn template_ref() -> Value {
    json!({"name": "gapit3-gwas-single-trait", "template": "run-gwas"})
}

fn task(items: &[Item]) -> Value {
    let list: Vec<String> = items.iter().map(|item| item.index.to_string()).collect();
    let index = json!({"parameters": [{"name": "trait-index", "value": "{{item}}"}]});
    json!({"name": TASK, "templateRef": template_ref(), "withItems": list, "arguments": index})
}

/// The nodes of the workflow that is made.
struct Nodes<'a> {
    argo: &'a str,
    made: Map<String, Value>,
}

impl Nodes<'_> {
    fn add(&mut self, name: &str, kind: &str, phase: &str, more: Value) {
        let id = id(name);
        let mut node = json!({"id": id, "name": name, "displayName": name, "type": kind, "phase": phase});
        node.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.made.insert(id, node);
    }

    fn item(&mut self, position: usize, item: &Item) {
        let name = format!("{NAME}.{TASK}({position}:{})", item.index);
        if let Some(node) = &item.node {
            let (head, message) = node.split_once(" |").unwrap();
            let message = message.strip_prefix(' ').unwrap_or(message);
            let (kind, phase) = head.split_once(' ').unwrap();
            let more = json!({"startedAt": at("1h"), "finishedAt": at("1h"), "message": message});
            self.add(&name, kind, phase, with(self.common(item, kind != "Skipped"), &more));
        } else if !item.below.is_empty() {
            self.composite(&name, item);
        } else if let Some(message) = &item.retry {
            self.retry(&name, item, message);
        } else if let [attempt] = &item.attempts[..] {
            let attempt = Attempt::read(attempt);
            self.add(&name, "Pod", attempt.phase, with(self.common(item, true), &attempt.fields()));
        } else {
            assert!(item.attempts.is_empty(), "{}: several attempts need a retry", item.index);
        }
    }

    /// What every node of an item carries; a Skipped one has no inputs.
    fn common(&self, item: &Item, inputs: bool) -> Value {
        let mut common = json!({"boundaryID": NAME, "templateRef": template_ref()});
        if inputs {
            common["inputs"] =
                json!({"parameters": [{"name": "trait-index", "value": item.index.to_string()}]});
        }
        common
    }

    fn retry(&mut self, name: &str, item: &Item, message: &str) {
        let children: Vec<String> = (0..item.attempts.len()).map(|n| id(&format!("{name}({n})"))).collect();
        let last = item.attempts.last().map(|attempt| Attempt::read(attempt));
        let phase = item.phase.as_deref().or(last.as_ref().map(|last| last.phase)).unwrap();
        let more = json!({"children": children, "message": message, "startedAt": BEGAN});
        self.add(name, "Retry", phase, with(self.common(item, true), &more));
        for (number, attempt) in item.attempts.iter().enumerate() {
            let attempt = Attempt::read(attempt);
            let mut pod = with(self.common(item, true), &attempt.fields());
            // 3.4 does not say which children are attempts.
            if self.argo != "3.4" {
                pod["nodeFlag"] = json!({"retried": true});
            }
            self.add(&format!("{name}({number})"), "Pod", attempt.phase, pod);
        }
    }

    /// An item whose template is itself a DAG: its pods are other templates of the same WorkflowTemplate.
    fn composite(&mut self, name: &str, item: &Item) {
        let phase = item.phase.as_deref().unwrap();
        self.add(name, "DAG", phase, with(self.common(item, true), &json!({"startedAt": BEGAN})));
        for pod in &item.below {
            let (task, attempt) = pod.split_once(": ").unwrap();
            let attempt = Attempt::read(attempt);
            let own = json!({"boundaryID": id(name), "templateName": task});
            self.add(&format!("{name}.{task}"), "Pod", attempt.phase, with(own, &attempt.fields()));
        }
    }
}

/// One line of a case.
struct Attempt<'a> {
    from: &'a str,
    to: &'a str,
    phase: &'a str,
    code: Option<&'a str>,
    host: Option<&'a str>,
    message: &'a str,
}

impl<'a> Attempt<'a> {
    fn read(line: &'a str) -> Self {
        let (head, message) = line.split_once(" |").unwrap_or_else(|| panic!("no `|` in {line:?}"));
        let mut words = head.split(' ');
        let (from, to) = words.next().unwrap().split_once("..").unwrap();
        let phase = words.next().unwrap();
        let (mut code, mut host) = (None, None);
        for word in words {
            match word.strip_prefix('@') {
                Some(name) => host = Some(name),
                None => code = Some(word),
            }
        }
        Self { from, to, phase, code, host, message: message.strip_prefix(' ').unwrap_or(message) }
    }

    fn fields(&self) -> Value {
        let ended = (!self.to.is_empty()).then(|| at(self.to));
        let mut fields = json!({"startedAt": at(self.from), "finishedAt": ended, "message": self.message});
        if let Some(code) = self.code {
            fields["outputs"] = json!({"exitCode": code});
        }
        if let Some(host) = self.host {
            fields["hostNodeName"] = json!(host);
        }
        fields
    }
}

fn with(mut node: Value, more: &Value) -> Value {
    node.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    node
}

/// A time so long after the beginning: `0`, `90s`, `2h30m`, `7d`.
fn at(after: &str) -> String {
    let mut seconds = 0;
    let mut number = 0;
    for character in after.chars() {
        if let Some(digit) = character.to_digit(10) {
            number = number * 10 + i64::from(digit);
            continue;
        }
        let unit = match character {
            'd' => 86_400,
            'h' => 3600,
            'm' => 60,
            's' => 1,
            _ => panic!("{after:?} is no length of time"),
        };
        seconds += number * unit;
        number = 0;
    }
    assert_eq!(number, 0, "{after:?} has no unit");
    let began: Timestamp = BEGAN.parse().unwrap();
    (began + SignedDuration::from_secs(seconds)).to_string()
}

/// The id of a node: FNV-1a of its full name (`NodeID` in Argo's `workflow_types.go`).
fn id(name: &str) -> String {
    if name == NAME {
        return NAME.to_owned();
    }
    let hash =
        name.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    format!("{NAME}-{hash}")
}
