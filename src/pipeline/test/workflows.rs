//! The workflows of a made-up run: snapshots as the controller of Argo would have left them, which are then read as any snapshot is.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::timeline::{Span, attempts, is_open, spans};
use crate::emit::emit_templates;
use crate::error::Faults;
use crate::evidence::snapshot::{
    self, GENERATION_LABEL, Lineage, PARENT_LABEL, Phase, ROOT_LABEL, TemplateRef, Workflow,
};
use crate::evidence::templates::ProvidedTemplate;
use crate::plan::Ladder;
use crate::recipe::cases::{MadeBase, MadeNode, MadeRun, MadeWorkflow, Shutdown};
use crate::recipe::{Range, Recipe, TierForm};
use crate::units::Index;

/// The templates that a run resolved, by their key.
type Stored = BTreeMap<String, Value>;

/// The lineage of a made-up run.
///
/// The names of derived tiers can speak of the root, so the ladder is built against workflows without items first; it says which
/// WorkflowTemplate a node of each tier ran, and emission what stood in it.
///
/// # Errors
/// Those of the ladder and of emission: the recipe cannot do with these templates what the case asks.
pub(super) fn lineage(
    recipe: &Recipe,
    made: &MadeRun,
    range: &[Index],
    templates: &[ProvidedTemplate],
) -> Result<Lineage, Faults> {
    let spans = spans(made);
    let mut making = Making {
        recipe,
        made,
        range,
        spans: &spans,
        stored: Stored::new(),
        names: Vec::new(),
        cluster: BTreeSet::new(),
    };
    making.exists(templates);
    let bare = making.read(false)?;
    let ladder = Ladder::build(recipe, Some(&bare), templates)?;
    making.names = (0..recipe.tiers.len()).map(|tier| ladder.template(tier).to_owned()).collect();
    making.derived(&ladder)?;
    making.read(true)
}

/// The id of the node of an attempt; `attempt` is absent where the item has no node above its one attempt.
pub(super) fn attempt_id(workflow: &str, number: usize, attempt: Option<usize>) -> String {
    match attempt {
        None => format!("{workflow}-{}", number + 1),
        Some(attempt) => format!("{workflow}-{}-{attempt}", number + 1),
    }
}

/// Workflows that are being made up.
struct Making<'a> {
    recipe: &'a Recipe,
    made: &'a MadeRun,
    range: &'a [Index],
    spans: &'a [Span],
    stored: Stored,
    /// The WorkflowTemplate of each tier; empty as long as that is not known.
    names: Vec<String>,
    /// Those that are given as ClusterWorkflowTemplates.
    cluster: BTreeSet<String>,
}

impl Making<'_> {
    fn template(&self) -> &str {
        &self.recipe.items.template.value
    }

    /// The base: the first tier that exists, else a WorkflowTemplate named like the template of the items.
    fn base(&self) -> &str {
        let existing = self.recipe.tiers.iter().find_map(|tier| match &tier.form {
            TierForm::Existing(name) => Some(name.value.as_str()),
            TierForm::Derived(_) => None,
        });
        existing.unwrap_or(self.template())
    }

    /// Stores the templates that exist on the cluster: as they are given, else made up.
    fn exists(&mut self, templates: &[ProvidedTemplate]) {
        let existing = self.recipe.tiers.iter().filter_map(|tier| match &tier.form {
            TierForm::Existing(name) => Some(name.value.clone()),
            TierForm::Derived(_) => None,
        });
        let base = self.base().to_owned();
        for name in existing.chain([base.clone()]) {
            let mut of_name = templates.iter().filter(|given| given.name == name);
            let given = of_name.clone().find(|given| !given.cluster_scope).or_else(|| of_name.next());
            if given.is_some_and(|given| given.cluster_scope) {
                self.cluster.insert(name.clone());
            }
            let bodies = match given {
                Some(given) => bodies(&given.document),
                None if name == base => vec![self.body(&self.made.base)],
                None => vec![self.body(&MadeBase::default())],
            };
            self.store(&name, bodies);
        }
    }

    fn store(&mut self, owner: &str, bodies: Vec<Value>) {
        for body in bodies {
            if let Some(name) = body.get("name").and_then(Value::as_str) {
                let scope = if self.cluster.contains(owner) { "cluster" } else { "namespaced" };
                self.stored.insert(format!("{scope}/{owner}/{name}"), body);
            }
        }
    }

    /// A template of the items that says no more than a case does.
    fn body(&self, base: &MadeBase) -> Value {
        let mut container = json!({ "image": "registry.example.org/tested:1.0" });
        if let Some(memory) = &base.memory {
            let amount = json!({ "memory": memory.to_string() });
            container["resources"] = json!({ "requests": amount, "limits": amount });
        }
        let index = &self.recipe.items.index_parameter.value;
        let mut body = json!({
            "name": self.template(),
            "inputs": { "parameters": [{ "name": index }] },
            "container": container,
        });
        if let Some(deadline) = base.deadline {
            body["activeDeadlineSeconds"] = json!(deadline.0);
        }
        if let Some(window) = base.window {
            let backoff = json!({ "duration": "1m", "maxDuration": window.to_argo() });
            body["retryStrategy"] = json!({ "limit": "3", "backoff": backoff });
        }
        body
    }

    /// Stores the templates of derived tiers, as they would be emitted.
    fn derived(&mut self, ladder: &Ladder) -> Result<(), Faults> {
        for draft in emit_templates(self.recipe, ladder, &[])?.drafts {
            let name = draft.value.pointer("/metadata/name").and_then(Value::as_str);
            if let Some(name) = name.filter(|_| draft.value["kind"] == "WorkflowTemplate") {
                let name = name.to_owned();
                self.store(&name, bodies(&draft.value));
            }
        }
        Ok(())
    }

    /// Reads the workflows back, with their items or without.
    fn read(&self, with_items: bool) -> Result<Lineage, Faults> {
        let workflows = self.made.workflows.iter().enumerate();
        let read: Result<Vec<Workflow>, Faults> = workflows
            .map(|(position, workflow)| {
                let value = self.workflow(position, workflow, with_items);
                snapshot::read("the run of the case", value.to_string().as_bytes())
            })
            .collect();
        snapshot::lineage(read?)
    }

    fn name(&self, position: usize) -> String {
        let root = format!("{}-tested", self.recipe.pipeline.value);
        if position == 0 { root } else { format!("{root}-{}", position + 1) }
    }

    fn workflow(&self, position: usize, given: &MadeWorkflow, with_items: bool) -> Value {
        let (name, span) = (self.name(position), self.spans[position]);
        let phase = self.phase(position, given);
        let mut labels = Map::new();
        if position > 0 {
            labels.insert(ROOT_LABEL.to_owned(), json!(self.name(0)));
            labels.insert(PARENT_LABEL.to_owned(), json!(self.name(position - 1)));
            labels.insert(GENERATION_LABEL.to_owned(), json!((position + 1).to_string()));
        }
        let mut nodes = Map::new();
        let top = json!({ "id": name, "name": name, "type": "DAG", "templateName": "main", "phase": word(&phase),
            "startedAt": span.began.written() });
        nodes.insert(name.clone(), top);
        if with_items {
            self.items(position, &name, &mut nodes);
        }
        let mut spec = json!({ "entrypoint": "main", "arguments": { "parameters": self.parameters(given) },
            "templates": [{ "name": "main", "dag": { "tasks": self.tasks(position) } }] });
        if let Some(deadline) = given.deadline {
            spec["activeDeadlineSeconds"] = json!(deadline.0);
        }
        if let Some(shutdown) = given.shutdown {
            spec["shutdown"] = json!(strategy(shutdown));
        }
        let mut status = json!({ "phase": word(&phase), "startedAt": span.began.written(), "message": given.message,
            "storedTemplates": self.stored, "nodes": nodes });
        if !is_open(&phase) {
            status["finishedAt"] = json!(span.ended.written());
        }
        json!({ "apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow",
            "metadata": { "name": name, "labels": labels, "creationTimestamp": span.began.written() },
            "spec": spec, "status": status })
    }

    fn nodes_of(&self, position: usize) -> impl Iterator<Item = (usize, &MadeNode)> {
        self.made.nodes.iter().enumerate().filter(move |(_, node)| node.position == position)
    }

    /// The phase of a workflow: as it is given, else what its nodes and its end make of it.
    fn phase(&self, position: usize, given: &MadeWorkflow) -> Phase {
        let phases: Vec<&Phase> = self
            .nodes_of(position)
            .flat_map(|(_, node)| {
                let own = node.retry.iter().map(|(phase, _)| phase);
                own.chain(node.attempts.last().map(|attempt| &attempt.phase))
            })
            .collect();
        let failed = |phase: &Phase| matches!(phase, Phase::Failed | Phase::Error);
        let span = self.spans[position];
        let is_cut = given.shutdown.is_some() || given.deadline.is_some_and(|length| span.length() >= length);
        match &given.phase {
            Some(phase) => phase.clone(),
            None if phases.iter().any(|phase| is_open(phase)) => Phase::Running,
            None if is_cut || phases.iter().any(|phase| failed(phase)) => Phase::Failed,
            None => Phase::Succeeded,
        }
    }

    /// The parameters that are given, and the bounds of the range where the recipe asks for them.
    fn parameters(&self, given: &MadeWorkflow) -> Vec<Value> {
        let mut parameters = given.parameters.clone();
        if let (Some(first), Some(last), Some(Range::Parameters { from, to })) =
            (self.range.first(), self.range.last(), &self.recipe.items.range)
        {
            for (name, value) in [(from, first), (to, last)] {
                if parameters.iter().all(|(known, _)| *known != name.value) {
                    parameters.push((name.value.clone(), value.to_string()));
                }
            }
        }
        parameters.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect()
    }

    /// A task a tier, over the items that it ran; the root's first also over those that never got a node.
    fn tasks(&self, position: usize) -> Vec<Value> {
        let ran = |item: &Index| self.nodes_of(position).any(|(_, node)| node.item == *item);
        let tiers = 0..self.recipe.tiers.len();
        let tasks = tiers.filter_map(|tier| {
            let of_tier = self.nodes_of(position).filter(|(_, node)| node.tier == tier);
            let mut items: Vec<&Index> = of_tier.map(|(_, node)| &node.item).collect();
            if position == 0 && tier == 0 {
                items.extend(self.range.iter().filter(|item| !ran(item)));
            }
            let is_needed = !items.is_empty() || tier == 0 && (position == 0 || self.nodes_of(position).next().is_none());
            is_needed.then(|| {
                let index = &self.recipe.items.index_parameter.value;
                json!({ "name": task(tier), "templateRef": self.reference(tier),
                    "arguments": { "parameters": [{ "name": index, "value": "{{item}}" }] }, "withItems": items })
            })
        });
        tasks.collect()
    }

    /// What the items of a tier run.
    fn reference(&self, tier: usize) -> Value {
        let name = self.names.get(tier).map_or_else(|| self.base(), String::as_str);
        let template = self.template().to_owned();
        TemplateRef { name: name.to_owned(), template, cluster_scope: self.cluster.contains(name) }.value()
    }

    /// The nodes of the items.
    fn items(&self, position: usize, workflow: &str, nodes: &mut Map<String, Value>) {
        let span = self.spans[position];
        for (number, node) in self.nodes_of(position) {
            let own = format!("{workflow}.{}({number}:{})", task(node.tier), node.item);
            let times = attempts(node, span.length());
            let mut attempt_ids = Vec::new();
            for (attempt, (given, (from, to))) in node.attempts.iter().zip(&times).enumerate() {
                let inner = node.retry.as_ref().map(|_| attempt);
                let id = attempt_id(workflow, number, inner);
                let name = inner.map_or_else(|| own.clone(), |inner| format!("{own}({inner})"));
                let kind =
                    if matches!(given.phase, Phase::Skipped | Phase::Omitted) { "Skipped" } else { "Pod" };
                let mut made = self.node(node, workflow, &id, &name, kind, &given.phase, &given.message);
                made["startedAt"] = json!(span.began.after(*from).written());
                if !is_open(&given.phase) {
                    made["finishedAt"] = json!(span.began.after(*to).written());
                }
                if let Some(host) = &given.host {
                    made["hostNodeName"] = json!(host);
                }
                if let Some(code) = given.exit_code.filter(|_| kind == "Pod" && !is_open(&given.phase)) {
                    made["outputs"] = json!({ "exitCode": code.to_string() });
                }
                if inner.is_some() {
                    made["nodeFlag"] = json!({ "retried": true });
                }
                attempt_ids.push(id.clone());
                nodes.insert(id, made);
            }
            if let Some((phase, message)) = &node.retry {
                let id = attempt_id(workflow, number, None);
                let mut made = self.node(node, workflow, &id, &own, "Retry", phase, message);
                let began = times.first().map_or(span.began, |(from, _)| span.began.after(*from));
                made["startedAt"] = json!(began.written());
                if !is_open(phase) {
                    let ended = times.last().map_or(span.ended, |(_, to)| span.began.after(*to));
                    made["finishedAt"] = json!(ended.written());
                }
                made["children"] = json!(attempt_ids);
                nodes.insert(id, made);
            }
        }
    }

    #[expect(clippy::too_many_arguments, reason = "a node of Argo has that many sides")]
    fn node(
        &self,
        given: &MadeNode,
        workflow: &str,
        id: &str,
        name: &str,
        kind: &str,
        phase: &Phase,
        message: &str,
    ) -> Value {
        let inputs = [json!({ "name": self.recipe.items.index_parameter.value, "value": given.item })];
        json!({ "id": id, "name": name, "type": kind, "phase": word(phase), "message": message, "boundaryID": workflow,
            "templateRef": self.reference(given.tier),
            "inputs": { "parameters": inputs } })
    }
}

/// The templates in a WorkflowTemplate.
fn bodies(document: &Value) -> Vec<Value> {
    document.pointer("/spec/templates").and_then(Value::as_array).cloned().unwrap_or_default()
}

/// The name of the task over the items of a tier.
fn task(tier: usize) -> String {
    format!("items-{}", tier + 1)
}

fn strategy(shutdown: Shutdown) -> &'static str {
    match shutdown {
        Shutdown::Stop => "Stop",
        Shutdown::Terminate => "Terminate",
    }
}

fn word(phase: &Phase) -> Value {
    json!(phase)
}
