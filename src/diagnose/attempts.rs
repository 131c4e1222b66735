//! What the snapshot holds of one item: its node in the latest generation, and every attempt of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;

use super::causes;
use super::moments::Moments;
use super::peaks::{self, NoLimit, Peak};
use super::place::{Place, Places};
use super::recovery::{FailedStep, Steps};
use crate::error::{Code, Faults};
use crate::evidence::logs::Log;
use crate::evidence::snapshot::{self, Lineage, Node, NodeType, Parameter, Phase, TemplateRef, Workflow};
use crate::recipe::{Cause, Recipe};
use crate::units::{Index, Memory, Seconds};

/// The exit code of a program that was told to end: whoever told it, it did not end by itself.
const SIGTERM: i32 = 143;

/// An item's node and its attempts.
#[derive(Debug, Clone)]
pub struct NodeFacts {
    /// The position of its workflow in the lineage; the root's is 0.
    pub position: usize,
    /// The workflow it belongs to.
    pub workflow: String,
    /// The node that stands for the item: a Retry, or the Pod where there is no Retry.
    pub id: String,
    /// What kind of node.
    pub kind: NodeType,
    /// Its own phase; the verdict is the last attempt's.
    pub phase: Phase,
    /// Its own message: on a Retry, why retrying stopped.
    pub message: String,
    /// The template of a WorkflowTemplate that it ran.
    pub template_ref: Option<TemplateRef>,
    /// The template that it ran by its plain name.
    pub template_name: Option<String>,
    /// Its resolved input parameters.
    pub parameters: Vec<Parameter>,
    /// Its resolved input artifacts.
    pub artifacts: Vec<Value>,
    /// Every attempt, the first one first; empty where no pod was ever made. Those of the node's earlier runs come first, where what encloses
    /// it was retried and ran it again.
    pub attempts: Vec<Attempt>,
    /// How many earlier runs of it there are: the number of its own.
    pub run: usize,
    /// How much memory its container `main` could use, or why that is not known.
    pub memory_limit: Result<Memory, NoLimit>,
    /// The body of the template as this run resolved it, with what the workflow gives to every template.
    pub template: Option<Value>,
    /// The workflow's parameters, which its template may name.
    pub globals: Vec<Parameter>,
    /// The recovery step before it, where that failed: the item was left out and never ran in this generation.
    pub unrecovered: Option<FailedStep>,
}

/// One pod run of an item.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// The node's id.
    pub id: String,
    /// How it ended.
    pub phase: Phase,
    /// What Argo says about it.
    pub message: String,
    /// The exit code of `main`.
    pub exit_code: Option<i32>,
    /// Where it ran; `None`: it never got a node.
    pub host: Option<String>,
    /// When its node was made.
    pub started: Option<Timestamp>,
    /// When it ended.
    pub finished: Option<Timestamp>,
    /// The name of its pod; `None` where no attempt was made, so that the item's own node stands in.
    pub pod: Option<String>,
    /// The most memory that it is known to have used.
    pub peak: Option<Peak>,
    /// What it wrote, where its log was given.
    pub log: Option<Arc<Log>>,
    /// Which try of its own node it is, and what it ran there.
    pub place: Place,
    /// The run of the item's node that it belongs to, from 0.
    pub run: usize,
}

impl Attempt {
    fn of(workflow: &Workflow, run: usize, node: &Node, place: Place) -> Self {
        // A Retry inside the item that got no attempt has no pod.
        let pod = (node.kind != NodeType::Retry).then(|| snapshot::pod_name(workflow, node));
        Self {
            run,
            pod,
            place,
            peak: peaks::of_message(&node.message),
            log: None,
            id: node.id.clone(),
            phase: node.phase.clone(),
            message: node.message.clone(),
            exit_code: node.exit_code,
            host: node.host.clone(),
            started: node.started,
            finished: node.finished,
        }
    }

    /// Whether it began: Argo gave it a host, or at least an exit code.
    pub fn has_run(&self) -> bool {
        self.host.is_some() || self.exit_code.is_some()
    }

    /// How long it lasted, from the making of its node.
    pub fn length(&self) -> Option<Seconds> {
        let seconds = self.finished?.duration_since(self.started?).as_secs();
        u64::try_from(seconds).ok().map(Seconds)
    }
}

impl NodeFacts {
    /// The attempt that decides, or the node itself where no attempt was made (a Retry that never got one, a memoized hit).
    pub fn last(&self) -> Attempt {
        self.last_made().cloned().unwrap_or_else(|| Attempt {
            run: self.run,
            id: self.id.clone(),
            phase: self.phase.clone(),
            message: self.message.clone(),
            exit_code: None,
            host: None,
            started: None,
            finished: None,
            pod: None,
            peak: None,
            log: None,
            place: Place::default(),
        })
    }

    /// The last attempt that the node itself made.
    pub fn last_made(&self) -> Option<&Attempt> {
        self.attempts.last().filter(|last| last.run == self.run)
    }

    /// The attempts before the one that decides.
    pub fn earlier(&self) -> &[Attempt] {
        &self.attempts[..self.attempts.len() - usize::from(self.last_made().is_some())]
    }

    /// The value of an input parameter.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|parameter| parameter.name == name)?.value.as_deref()
    }

    /// A duration field of the template (`activeDeadlineSeconds`, `timeout`, …), its inputs filled in.
    pub fn template_seconds(&self, path: &[&str]) -> Option<Seconds> {
        self.seconds(self.template.as_ref(), &self.parameters, path)
    }

    /// The same of the template that an attempt ran, which can be one inside the item.
    pub fn seconds_of(&self, attempt: &Attempt, path: &[&str]) -> Option<Seconds> {
        let inside = attempt.place.inside.as_deref();
        let parameters = inside.map_or(&self.parameters, |inside| &inside.parameters);
        self.seconds(self.template_of(attempt), parameters, path)
    }

    /// The template that an attempt ran.
    pub fn template_of<'a>(&'a self, attempt: &'a Attempt) -> Option<&'a Value> {
        let inside = attempt.place.inside.as_deref();
        inside.map_or(self.template.as_ref(), |inside| inside.template.as_ref())
    }

    /// How much memory an attempt could use, or why that is not known.
    pub fn limit_of<'a>(&'a self, attempt: &'a Attempt) -> &'a Result<Memory, NoLimit> {
        attempt.place.inside.as_deref().map_or(&self.memory_limit, |inside| &inside.memory_limit)
    }

    fn seconds(&self, template: Option<&Value>, parameters: &[Parameter], path: &[&str]) -> Option<Seconds> {
        let field = path.iter().try_fold(template?, |value, key| value.get(key))?;
        let text = snapshot::any_string(field)?;
        let inputs = parameters.iter().map(|parameter| ("inputs", parameter));
        let globals = self.globals.iter().map(|parameter| ("workflow", parameter));
        let filled = inputs.chain(globals).fold(text, |text, (scope, parameter)| {
            let value = parameter.value.as_deref().unwrap_or_default();
            text.replace(&format!("{{{{{scope}.parameters.{}}}}}", parameter.name), value)
        });
        Seconds::parse_argo(&filled)
    }
}

/// The longest attempt of any generation that ended by itself: it succeeded, or its own program or memory ended it.
pub(super) fn longest_by_itself(
    nodes: &BTreeMap<Index, Vec<NodeFacts>>,
    moments: &[Moments],
) -> Option<Seconds> {
    nodes.values().flatten().flat_map(|node| own_lengths(node, &moments[node.position])).max()
}

fn own_lengths(node: &NodeFacts, moments: &Moments) -> Vec<Seconds> {
    let by_itself = |attempt: &Attempt| {
        let own = match attempt.phase {
            Phase::Succeeded => true,
            Phase::Failed => {
                let judged = causes::judge_attempt(node, attempt, moments);
                matches!(judged.cause, Cause::Oom | Cause::Exit) && attempt.exit_code != Some(SIGTERM)
            }
            _ => false,
        };
        attempt.length().filter(|_| own)
    };
    node.attempts.iter().filter_map(by_itself).collect()
}

/// For every item that has a node, its node in each generation that holds one, the earliest first.
///
/// # Errors
/// Those of [`snapshot::items`].
pub(super) fn by_item(recipe: &Recipe, lineage: &Lineage) -> Result<BTreeMap<Index, Vec<NodeFacts>>, Faults> {
    let mut faults = Faults::new();
    let mut found: BTreeMap<Index, Vec<NodeFacts>> = BTreeMap::new();
    for (position, workflow) in lineage.generations().iter().enumerate() {
        let items =
            snapshot::items(workflow, &recipe.items.template.value, &recipe.items.index_parameter.value);
        let (places, steps) = (Places::new(workflow), Steps::new(workflow));
        for item in faults.take(items.map_err(|found| blamed(recipe, &found))).unwrap_or_default() {
            found
                .entry(item.index.clone())
                .or_default()
                .push(facts(workflow, position, &item, &places, &steps));
        }
    }
    faults.or(found)
}

/// The same faults where the recipe names what was looked for: the snapshot itself knows no recipe.
fn blamed(recipe: &Recipe, found: &Faults) -> Faults {
    let mut faults = Faults::new();
    for fault in found {
        let (place, label) = match fault.code {
            Code::SnapshotNoIndex | Code::SnapshotIndexClash => {
                (&recipe.items.index_parameter.place, "this input tells the items apart")
            }
            _ => (&recipe.items.template.place, "the template of the items"),
        };
        faults.push(fault.clone().at(place, label));
    }
    faults
}

fn facts(
    workflow: &Workflow,
    position: usize,
    item: &snapshot::Item<'_>,
    places: &Places<'_>,
    steps: &Steps<'_>,
) -> NodeFacts {
    let node = item.node;
    let template = template_of(workflow, node);
    let runs = item.earlier_runs.iter().chain([&item.attempts]).enumerate();
    let attempts = runs.flat_map(|(run, made)| {
        made.iter().map(move |attempt| Attempt::of(workflow, run, attempt, places.of(node, attempt)))
    });
    NodeFacts {
        position,
        workflow: workflow.name.clone(),
        id: node.id.clone(),
        kind: node.kind.clone(),
        phase: node.phase.clone(),
        message: node.message.clone(),
        template_ref: node.reference(),
        template_name: node.template_name.clone(),
        parameters: node.parameters.clone(),
        artifacts: node.artifacts.clone(),
        attempts: attempts.collect(),
        run: item.earlier_runs.len(),
        memory_limit: peaks::limit(workflow, template),
        template: template.map(|body| with_defaults(body, workflow)),
        globals: workflow.parameters(),
        unrecovered: steps.failed_for(node),
    }
}

/// A template with the workflow's `templateDefaults`, and with its `retryStrategy` where it has none of its own
/// (`mergedTemplateDefaultsInto` and `retryStrategy` in Argo's `workflow/controller/operator.go`).
pub(super) fn with_defaults(body: &Value, workflow: &Workflow) -> Value {
    let mut body = body.clone();
    if let Some(defaults) = workflow.spec.get("templateDefaults") {
        fill(&mut body, defaults);
    }
    if let (Some(fields), Some(strategy)) = (body.as_object_mut(), workflow.spec.get("retryStrategy")) {
        fields.entry("retryStrategy").or_insert_with(|| strategy.clone());
    }
    body
}

/// Gives an object the fields that it lacks.
fn fill(body: &mut Value, defaults: &Value) {
    let (Some(fields), Some(defaults)) = (body.as_object_mut(), defaults.as_object()) else { return };
    for (key, default) in defaults {
        match fields.get_mut(key) {
            Some(field) => fill(field, default),
            None => {
                fields.insert(key.clone(), default.clone());
            }
        }
    }
}

/// The template as this run resolved it: stored for a reference, from the effective spec for a local one.
pub(super) fn template_of<'a>(workflow: &'a Workflow, node: &Node) -> Option<&'a Value> {
    match node.reference() {
        Some(reference) => snapshot::stored_template(workflow, &reference),
        None => {
            let name = node.template_name.as_deref()?;
            let templates = workflow.spec.get("templates").and_then(Value::as_array);
            templates
                .into_iter()
                .flatten()
                .find(|template| template.get("name").and_then(Value::as_str) == Some(name))
        }
    }
}
