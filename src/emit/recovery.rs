//! Recovery steps: what runs before an item, and the DAG of the two where items are a list.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::arguments::{Arguments, Filler, inputs, location, shared};
use super::{Job, attempt, clean, names};
use crate::diagnose::BEFORE;
use crate::error::{Code, Fault, Faults};
use crate::evidence::snapshot::TemplateRef;
use crate::evidence::templates::main_container;
use crate::recipe::{Before, BeforeScript, Rule};
use crate::source::At;
use crate::units::{Index, name};

/// What a recovery pod takes over from the item's template: where it runs, as whom, and what it can mount.
const OF_THE_POD: &[&str] = &[
    "nodeSelector",
    "tolerations",
    "affinity",
    "schedulerName",
    "serviceAccountName",
    "automountServiceAccountToken",
    "securityContext",
    "hostAliases",
    "volumes",
];

/// The same of its container.
const OF_THE_CONTAINER: &[&str] = &["volumeMounts", "securityContext"];

/// The call of a recovery step for one item.
#[derive(Debug, Clone)]
pub(super) struct Step {
    /// The rule that asks for it.
    pub rule: String,
    /// `template` or `templateRef`, and its value.
    runs: (&'static str, Value),
    /// Its parameters.
    pub parameters: Vec<(String, String)>,
}

/// The templates that recovery steps need beside the tiers' DAGs.
#[derive(Default)]
pub(super) struct Templates(Vec<Value>);

impl Templates {
    /// The name of a template that says this: one that is there already, else a new one, called as wanted where that is free.
    fn add(&mut self, wanted: &str, body: Map<String, Value>) -> String {
        let same = self.0.iter().find(|known| {
            known.as_object().is_some_and(|known| {
                known.len() == body.len() + 1 && body.iter().all(|(key, value)| known.get(key) == Some(value))
            })
        });
        if let Some(name) = same.and_then(|known| known["name"].as_str()) {
            return name.to_owned();
        }
        let fresh = names::fresh(wanted, |name| self.0.iter().any(|known| known["name"] == json!(name)));
        let named = std::iter::once(("name".to_owned(), json!(fresh)));
        self.0.push(Value::Object(named.chain(body).collect()));
        fresh
    }

    /// The templates, in the order in which they were first needed.
    pub(super) fn into_list(self) -> Vec<Value> {
        self.0
    }
}

/// The rule that retries an item, if it has a recovery step. Whoever is sent by a person or by the policy has no rule.
fn rule_of<'a>(job: &Job<'a>, by: &str) -> Option<(&'a Rule, &'a Before)> {
    let rule = job.recipe.rules.iter().find(|rule| rule.name.value == by)?;
    Some((rule, rule.before.as_ref()?))
}

/// The recovery steps that the plan makes use of.
pub(super) fn used<'a>(job: &Job<'a>) -> Vec<&'a Before> {
    let retried = job.plan.decisions.iter().filter_map(|decision| match &decision.fate {
        crate::plan::Fate::Retry(retried) => Some(retried.by.as_str()),
        _ => None,
    });
    let rules: BTreeSet<&str> = retried.collect();
    rules.into_iter().filter_map(|by| Some(rule_of(job, by)?.1)).collect()
}

/// The step before each item of a tier; `None` for items that have none.
///
/// # Errors
/// A template that is not known, and an input of it that nothing fills.
pub(super) fn steps(
    job: &Job<'_>,
    filler: &Filler<'_>,
    tier: usize,
    items: &[(&Index, &str)],
    arguments: &[Arguments],
    templates: &mut Templates,
) -> Result<Vec<Option<Step>>, Faults> {
    let mut faults = Faults::new();
    let mut steps = Vec::new();
    let mut told = BTreeSet::new();
    for ((index, by), arguments) in items.iter().zip(arguments) {
        let Some((rule, before)) = rule_of(job, by) else {
            steps.push(None);
            continue;
        };
        let values = attempt::values(job, tier, index, arguments);
        let made = match before {
            Before::Script(script) => {
                Ok(scripted(job, filler, tier, rule, script, values, arguments, templates))
            }
            Before::TemplateRef { name, template } => {
                referred(job, filler, name, template, &values, arguments)
            }
        };
        match made {
            Ok((runs, parameters)) => {
                steps.push(Some(Step { rule: rule.name.value.clone(), runs, parameters }))
            }
            // What a template lacks, it lacks for every item.
            Err(fault) if told.insert(fault.message.clone()) => faults.push(fault),
            Err(_) => {}
        }
    }
    faults.or(steps)
}

/// What a task runs, and with which parameters.
type Call = ((&'static str, Value), Vec<(String, String)>);

#[expect(clippy::too_many_arguments, reason = "a template is made of what stands in eight places")]
fn scripted(
    job: &Job<'_>,
    filler: &Filler<'_>,
    tier: usize,
    rule: &Rule,
    script: &BeforeScript,
    values: Vec<(String, String)>,
    arguments: &Arguments,
    templates: &mut Templates,
) -> Call {
    let nothing = Value::Null;
    let mut body = job.ladder.body(job.recipe, tier).unwrap_or(&nothing).clone();
    clean::round_trip(&mut body);
    filler.changes().rewrite(&mut body);
    let image = filler.changes().rewritten(&script.image.value);
    let (template, mentioned) = script_template(&body, script, &image);
    let name = templates.add(&format!("{BEFORE}{}", rule.name.value), template);
    let own = arguments.parameters.iter().filter(|(name, _)| mentioned.contains(name));
    (("template", json!(name)), values.into_iter().chain(own.cloned()).collect())
}

/// The template of a script, and the inputs of the item's template that it needs, because what it takes over mentions them.
fn script_template(body: &Value, script: &BeforeScript, image: &str) -> (Map<String, Value>, Vec<String>) {
    let take = |from: &Value, keys: &[&str]| -> Map<String, Value> {
        keys.iter().filter_map(|key| Some(((*key).to_owned(), from.get(key)?.clone()))).collect()
    };
    let pod = take(body, OF_THE_POD);
    let container =
        main_container(body).map(|container| take(container, OF_THE_CONTAINER)).unwrap_or_default();
    let taken = json!([pod, container]).to_string();
    let mentions = |name: &str| {
        ["inputs.parameters.", "inputs.parameters['", "inputs.parameters[\\\""]
            .iter()
            .any(|opening| taken.contains(&format!("{opening}{name}")))
    };
    let named = |input: &Value| input.get("name").and_then(Value::as_str).map(str::to_owned);
    let needed: Vec<&Value> = inputs(body, "parameters")
        .into_iter()
        .filter(|input| named(input).is_some_and(|name| mentions(&name)))
        .collect();
    let ours = attempt::VARIABLES.iter().map(|(parameter, _)| json!({ "name": parameter }));
    let parameters: Vec<Value> = ours.chain(needed.iter().map(|input| (*input).clone())).collect();
    let command: Vec<&str> = script.command.iter().map(|word| word.value.as_str()).collect();
    let asked = json!({ "memory": script.memory.to_string(), "cpu": script.cpu.to_string() });
    let mut run = Map::from_iter([
        ("image".to_owned(), json!(image)),
        ("command".to_owned(), json!(command)),
        ("env".to_owned(), Value::Array(attempt::environment())),
        ("resources".to_owned(), json!({ "requests": asked, "limits": asked })),
        ("source".to_owned(), json!(script.source)),
    ]);
    run.extend(container);
    let mut template = Map::from_iter([("inputs".to_owned(), json!({ "parameters": parameters }))]);
    template.extend(pod);
    template.insert("script".to_owned(), Value::Object(run));
    (template, needed.into_iter().filter_map(named).collect())
}

/// A template on the cluster: each input from the variables, the item's own arguments, the workflow's parameters, or its default.
fn referred(
    job: &Job<'_>,
    filler: &Filler<'_>,
    owner: &At<String>,
    template: &At<String>,
    values: &[(String, String)],
    arguments: &Arguments,
) -> Result<Call, Fault> {
    let reference = job.evidence.reference(owner, &template.value)?;
    let Some(body) = job.evidence.template(&reference) else {
        return Err(unknown(owner, &reference));
    };
    let mut parameters = Vec::new();
    for input in inputs(body, "parameters") {
        let Some(wanted) = input.get("name").and_then(Value::as_str) else { continue };
        let mut known = values.iter().chain(&arguments.parameters);
        let has_default = ["value", "default", "valueFrom"].iter().any(|key| input.get(key).is_some());
        match known.find(|(name, _)| name == wanted) {
            Some((_, value)) => parameters.push((wanted.to_owned(), value.clone())),
            None if filler.changes().has(wanted) => {
                parameters.push((wanted.to_owned(), format!("{{{{workflow.parameters.{wanted}}}}}")));
            }
            None if has_default => {}
            None => return Err(nothing_for(owner, template, &format!("input {wanted}"))),
        }
    }
    for input in inputs(body, "artifacts") {
        let optional = location(input).is_some() || input.get("optional") == Some(&Value::Bool(true));
        if !optional {
            let wanted = input.get("name").and_then(Value::as_str).unwrap_or_default();
            return Err(nothing_for(owner, template, &format!("input artifact {wanted}")));
        }
    }
    Ok((("templateRef", reference.value()), parameters))
}

fn unknown(owner: &At<String>, reference: &TemplateRef) -> Fault {
    let message = format!(
        "what the recovery step {}/{} takes is not known: it is neither among the given templates nor stored in the snapshot",
        owner.value, reference.template
    );
    Fault::new(Code::EmitBaseMissing, message, reference.save())
        .at(&owner.place, "this WorkflowTemplate is needed")
}

fn nothing_for(owner: &At<String>, template: &At<String>, input: &str) -> Fault {
    let known: Vec<&str> = attempt::VARIABLES.iter().map(|(parameter, _)| *parameter).collect();
    let message = format!("nothing fills {input} of the recovery step {}/{}", owner.value, template.value);
    let help = format!(
        "give it a default; a recovery step is handed {}, the parameters that the item itself is handed, and those of the workflow",
        known.join(", ")
    );
    Fault::new(Code::EmitArgumentMissing, message, help).at(&template.place, "this recovery step")
}

/// The task of a step, in front of the item's.
pub(super) fn task(step: &Step, item_task: &str, parameters: &[(String, String)]) -> Value {
    let (key, runs) = &step.runs;
    let mut task = Map::from_iter([
        ("name".to_owned(), json!(format!("{BEFORE}{item_task}"))),
        ((*key).to_owned(), runs.clone()),
    ]);
    super::dag::insert_arguments(&mut task, parameters, &[]);
    Value::Object(task)
}

/// The item's task behind its step: only a step that succeeded lets it run.
pub(super) fn behind(mut task: Value) -> Value {
    let name = task.get("name").and_then(Value::as_str).unwrap_or_default();
    task["depends"] = json!(format!("{BEFORE}{name}.Succeeded"));
    task
}

/// The names of the steps' tasks can be given.
///
/// # Errors
/// A name that is too long, or that an item's task has already.
pub(super) fn check_names(job: &Job<'_>, tasks: &[String], steps: &[Option<Step>]) -> Result<(), Faults> {
    let mut faults = Faults::new();
    let template = &job.recipe.naming.task;
    for task in tasks.iter().zip(steps).filter_map(|(task, step)| step.as_ref().map(|_| task)) {
        let step = format!("{BEFORE}{task}");
        if step.len() > name::TASK_MAX {
            faults.push(names::too_long(template, &step, name::TASK_MAX));
        } else if tasks.contains(&step) {
            let message =
                format!("the recovery step of task {task} and another item would both be task {step}");
            let help = format!("begin `naming.task` with another word than `{BEFORE}`");
            let fault = Fault::new(Code::EmitNameClash, message, help);
            faults.push(fault.at(&template.written().place, "this name"));
        }
    }
    faults.or(())
}

/// Items of one rule as a list: a task of this name that runs, for each of them, a DAG of its step and the item.
pub(super) fn looped(
    job: &Job<'_>,
    tier: &str,
    name: &str,
    callee: &super::dag::Callee,
    group: &[(&Arguments, &Step)],
    templates: &mut Templates,
) -> Option<Value> {
    let (first, step) = group.first()?;
    let list = List::of(group);
    let item = name::slug(&format!("{}-{}", super::dag::ENTRY, job.recipe.items.noun));
    let arguments =
        Arguments { parameters: list.inside(&first.parameters), artifacts: first.artifacts.clone() };
    let own = super::dag::task(&item, callee, &arguments);
    let tasks = [task(step, &item, &list.inside(&step.parameters)), behind(own)];
    let names: Vec<&str> = list.written(list.held.first()?).map(|(name, _)| name.as_str()).collect();
    let declared: Vec<Value> = names.iter().map(|name| json!({ "name": name })).collect();
    let body = Map::from_iter([
        ("inputs".to_owned(), json!({ "parameters": declared })),
        ("dag".to_owned(), json!({ "failFast": false, "tasks": tasks })),
    ]);
    let nested = templates.add(&format!("recover-and-retry-{}-{tier}", step.rule), body);
    let mut whole =
        Map::from_iter([("name".to_owned(), json!(name)), ("template".to_owned(), json!(nested))]);
    let handed: Vec<(String, String)> =
        names.iter().map(|name| ((*name).to_owned(), format!("{{{{item.{name}}}}}"))).collect();
    super::dag::insert_arguments(&mut whole, &handed, &[]);
    let element = |one: &Parameters| -> Value {
        Value::Object(list.written(one).map(|(name, value)| (name.clone(), json!(value))).collect())
    };
    whole.insert("withItems".to_owned(), Value::Array(list.held.iter().map(element).collect()));
    Some(Value::Object(whole))
}

/// Parameters by name, in their order.
type Parameters = Vec<(String, String)>;

/// What the items of a list and their steps are handed.
struct List {
    /// Of each item, each name once.
    held: Vec<Parameters>,
    /// What every item holds alike, by name. Of one item nothing differs, and all of it is its element.
    same: BTreeSet<String>,
    /// Who the item is, where an argument of its own says it too: the list need not say it twice.
    who: BTreeMap<&'static str, String>,
}

impl List {
    fn of(group: &[(&Arguments, &Step)]) -> Self {
        let held = group.iter().map(|(item, step)| {
            let mut held = item.parameters.clone();
            let new = |(name, _): &&(String, String)| item.parameters.iter().all(|(known, _)| known != name);
            held.extend(step.parameters.iter().filter(new).cloned());
            held
        });
        let held: Vec<Parameters> = held.collect();
        let value = |one: &Parameters, name: &str| -> Option<String> {
            one.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
        };
        let said_by = |ours: &str| {
            let names = held.first()?.iter().map(|(name, _)| name).filter(|name| !attempt::is_ours(name));
            let says = |name: &&String| {
                held.iter().all(|one| value(one, name).is_some() && value(one, name) == value(one, ours))
            };
            names.into_iter().find(says).cloned()
        };
        let who = [attempt::VARIABLES[0].0, attempt::VARIABLES[1].0];
        let who = who.into_iter().filter_map(|ours| Some((ours, said_by(ours)?))).collect();
        let several = held.iter().filter(|_| held.len() > 1).map(Vec::as_slice);
        let same = shared(several).into_iter().map(str::to_owned).collect();
        Self { held, same, who }
    }

    /// What an element of the list says.
    fn written<'a>(&'a self, one: &'a Parameters) -> impl Iterator<Item = &'a (String, String)> {
        one.iter().filter(|(name, _)| !self.same.contains(name) && !self.who.contains_key(name.as_str()))
    }

    /// Parameters as the nested DAG hands them on: what is the same for all as it is, the rest from its inputs.
    fn inside(&self, parameters: &[(String, String)]) -> Parameters {
        let input = |name: &str| {
            let name = self.who.get(name).map_or(name, String::as_str);
            format!("{{{{inputs.parameters.{name}}}}}")
        };
        let handed = parameters.iter().map(|(name, value)| {
            (name.clone(), if self.same.contains(name) { value.clone() } else { input(name) })
        });
        handed.collect()
    }
}

#[cfg(test)]
mod tests;
