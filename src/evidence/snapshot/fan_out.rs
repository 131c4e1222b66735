//! The tasks and steps of the spec that run a template, once or in a loop.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::nodes::{Parameter, TemplateRef};
use super::stored::beside;
use super::workflow::{Workflow, any_string};

/// A DAG task or a step that runs the template asked for.
#[derive(Debug, Clone)]
pub struct FanOut<'a> {
    /// The task as it stands in the spec.
    pub task: &'a Map<String, Value>,
    /// Its name.
    pub name: &'a str,
    /// The template that the task stands in. Where that is run by another task in turn, [`fan_outs`] of this name finds it.
    pub enclosing: &'a str,
    /// All tasks of the enclosing template, this one among them.
    pub tasks: Arc<[Task<'a>]>,
    /// What it runs.
    pub runs: Runs<'a>,
    /// How often.
    pub repeat: Loop<'a>,
    /// The parameters that it hands over, as written.
    pub parameters: Vec<Parameter>,
    /// The artifacts that it hands over, as written.
    pub artifacts: Vec<&'a Value>,
}

/// What a task runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Runs<'a> {
    /// A template of a WorkflowTemplate: the task refers to it, or stands in the same one and calls it by its plain name.
    Reference(TemplateRef),
    /// A template of the workflow itself.
    Local(&'a str),
}

/// How often a task runs.
#[derive(Debug, Clone, PartialEq)]
pub enum Loop<'a> {
    /// Once.
    Once,
    /// `withItems`.
    Items(&'a [Value]),
    /// `withSequence`.
    Sequence(&'a Map<String, Value>),
    /// `withParam`, as written.
    Param(&'a str),
}

/// A task beside the fan-out and what it waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task<'a> {
    /// Its name.
    pub name: &'a str,
    /// The tasks named in its `depends` or `dependencies`; for a step, the steps of the group before.
    pub needs: Vec<&'a str>,
}

impl<'a> FanOut<'a> {
    /// The names of the tasks that must end before this one can begin, near or far, within the enclosing template.
    pub fn above(&self) -> BTreeSet<&'a str> {
        let mut found = BTreeSet::new();
        let mut ahead = vec![self.name];
        while let Some(name) = ahead.pop() {
            let needs = self.tasks.iter().filter(|task| task.name == name).flat_map(|task| &task.needs);
            ahead.extend(needs.copied().filter(|need| found.insert(*need)));
        }
        found
    }

    /// The name of the template that it runs.
    pub fn template(&self) -> &str {
        match &self.runs {
            Runs::Reference(reference) => &reference.template,
            Runs::Local(name) => name,
        }
    }

    /// What it hands over for an input parameter, as written.
    pub fn argument(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|parameter| parameter.name == name)?.value.as_deref()
    }
}

/// The tasks and steps that run `template`, in the order of the spec. Templates that the run took from a WorkflowTemplate are
/// looked through only where the effective spec's own have none: a DAG can stand in either.
pub fn fan_outs<'a>(workflow: &'a Workflow, template: &str) -> Vec<FanOut<'a>> {
    let own = workflow.spec.get("templates").and_then(Value::as_array).into_iter().flatten();
    let found: Vec<FanOut> = own.flat_map(|body| in_template(body, template)).collect();
    if !found.is_empty() {
        return found;
    }
    let of_stored = |(key, body): (&'a String, &'a Value)| {
        let mut found = in_template(body, template);
        for fan_out in found.iter_mut().filter(|fan_out| matches!(fan_out.runs, Runs::Local(_))) {
            if let Some(reference) = beside(key, template) {
                fan_out.runs = Runs::Reference(reference);
            }
        }
        found
    };
    workflow.stored_templates.iter().flat_map(of_stored).collect()
}

/// The names of all templates that a task or step of the effective spec, or of a template that the run stored, runs: each once, in
/// the order written.
pub fn templates_run(workflow: &Workflow) -> Vec<&str> {
    let own = workflow.spec.get("templates").and_then(Value::as_array).into_iter().flatten();
    let mut found: Vec<&str> = Vec::new();
    for task in own.chain(workflow.stored_templates.values()).flat_map(groups).flatten() {
        let referenced = task.get("templateRef").and_then(|reference| reference.get("template"));
        let name = referenced.or_else(|| task.get("template")).and_then(Value::as_str);
        found.extend(name.filter(|name| !name.is_empty() && !found.contains(name)));
    }
    found
}

fn in_template<'a>(body: &'a Value, template: &str) -> Vec<FanOut<'a>> {
    let groups = groups(body);
    let dag = body.get("dag").is_some();
    let tasks: Arc<[Task]> = groups
        .iter()
        .enumerate()
        .flat_map(|(position, group)| {
            let before = position.checked_sub(1).and_then(|before| groups.get(before));
            let before: Vec<&str> =
                before.filter(|_| !dag).into_iter().flatten().map(|task| text(task, "name")).collect();
            group.iter().map(move |task| Task {
                name: text(task, "name"),
                needs: if dag { needs(task) } else { before.clone() },
            })
        })
        .collect();
    let enclosing = body.get("name").and_then(Value::as_str).unwrap_or_default();
    groups
        .into_iter()
        .flatten()
        .filter_map(|task| Some((task, runs(task)?)))
        .filter(|(_, runs)| match runs {
            Runs::Reference(reference) => reference.template == template,
            Runs::Local(name) => *name == template,
        })
        .map(|(task, runs)| fan_out(task, runs, enclosing, Arc::clone(&tasks)))
        .collect()
}

/// The tasks of a DAG as one group, or the steps, group by group; a list of steps may be nested or flat.
fn groups(body: &Value) -> Vec<Vec<&Map<String, Value>>> {
    if let Some(tasks) = body.get("dag").and_then(|dag| dag.get("tasks")).and_then(Value::as_array) {
        return vec![tasks.iter().filter_map(Value::as_object).collect()];
    }
    let steps = body.get("steps").and_then(Value::as_array).into_iter().flatten();
    steps
        .map(|group| match group {
            Value::Array(steps) => steps.iter().filter_map(Value::as_object).collect(),
            step => step.as_object().into_iter().collect(),
        })
        .collect()
}

fn fan_out<'a>(
    task: &'a Map<String, Value>,
    runs: Runs<'a>,
    enclosing: &'a str,
    tasks: Arc<[Task<'a>]>,
) -> FanOut<'a> {
    let arguments = |list: &str| {
        task.get("arguments")
            .and_then(|arguments| arguments.get(list))
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
    };
    let parameters = arguments("parameters").filter_map(|parameter| {
        let value = parameter.get("value").and_then(any_string);
        Some(Parameter { name: parameter.get("name")?.as_str()?.to_owned(), value })
    });
    FanOut {
        task,
        name: text(task, "name"),
        enclosing,
        tasks,
        runs,
        repeat: repeat(task),
        parameters: parameters.collect(),
        artifacts: arguments("artifacts").collect(),
    }
}

fn runs(task: &Map<String, Value>) -> Option<Runs<'_>> {
    let Some(reference) = task.get("templateRef").filter(|reference| reference.is_object()) else {
        return task.get("template").and_then(Value::as_str).map(Runs::Local);
    };
    let word = |key: &str| reference.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    Some(Runs::Reference(TemplateRef {
        name: word("name"),
        template: word("template"),
        cluster_scope: reference.get("clusterScope").and_then(Value::as_bool).unwrap_or_default(),
    }))
}

fn repeat(task: &Map<String, Value>) -> Loop<'_> {
    if let Some(items) = task.get("withItems").and_then(Value::as_array) {
        Loop::Items(items)
    } else if let Some(sequence) = task.get("withSequence").and_then(Value::as_object) {
        Loop::Sequence(sequence)
    } else if let Some(param) =
        task.get("withParam").and_then(Value::as_str).filter(|param| !param.is_empty())
    {
        Loop::Param(param)
    } else {
        Loop::Once
    }
}

/// The task names in `dependencies`, or in `depends` without their results (`a.Succeeded && !b` names a and b;
/// `workflow/common/ancestry.go`).
fn needs(task: &Map<String, Value>) -> Vec<&str> {
    let listed = task.get("dependencies").and_then(Value::as_array).into_iter().flatten();
    let words = text(task, "depends")
        .split(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '.'))
        .filter_map(|word| word.split('.').next())
        .filter(|name| !name.is_empty());
    listed.filter_map(Value::as_str).chain(words).collect()
}

fn text<'a>(task: &'a Map<String, Value>, key: &str) -> &'a str {
    task.get(key).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::snapshot::read;

    fn workflow(templates: &str, stored: &str) -> Workflow {
        let text = format!(
            r#"{{"metadata": {{"name": "w"}}, "spec": {{"templates": {templates}}},
                "status": {{"storedTemplates": {stored}, "nodes": {{"w": {{}}}}}}}}"#
        );
        read("w.json", text.as_bytes()).unwrap()
    }

    #[test]
    fn a_task_tells_what_it_runs_how_often_and_with_what() {
        let workflow = workflow(
            r#"[{"name": "main", "dag": {"tasks": [
                {"name": "check", "template": "check"},
                {"name": "prepare", "template": "p", "depends": "check.Succeeded && !(other-1.Failed)"},
                {"name": "run-all", "dependencies": ["prepare"], "withSequence": {"count": 3},
                 "templateRef": {"name": "t", "template": "run", "clusterScope": true},
                 "arguments": {"parameters": [{"name": "i", "value": "{{item}}"}, {"name": "n", "value": 5}],
                               "artifacts": [{"name": "a"}]}},
                {"name": "collect", "template": "c", "depends": "run-all"}]}}]"#,
            "{}",
        );
        let found = fan_outs(&workflow, "run");
        let [fan_out] = &found[..] else { panic!("{found:?}") };
        assert_eq!((fan_out.name, fan_out.enclosing, fan_out.tasks.len()), ("run-all", "main", 4));
        assert_eq!(fan_out.above(), BTreeSet::from(["prepare", "check", "other-1"]));
        assert!(matches!(&fan_out.runs, Runs::Reference(r) if r.name == "t" && r.cluster_scope));
        assert!(matches!(fan_out.repeat, Loop::Sequence(_)));
        assert_eq!((fan_out.argument("i"), fan_out.argument("n")), (Some("{{item}}"), Some("5")));
        assert_eq!(fan_out.artifacts.len(), 1);
        assert_eq!(fan_outs(&workflow, "check")[0].runs, Runs::Local("check"));
        assert_eq!(templates_run(&workflow), ["check", "p", "run", "c"]);
    }

    #[test]
    fn steps_wait_for_the_group_before() {
        let workflow = workflow(
            r#"[{"name": "main", "steps": [[{"name": "a", "template": "x"}, {"name": "b", "template": "x"}],
                 [{"name": "c", "template": "run", "withItems": [1, 2]}],
                 {"name": "d", "template": "run", "withParam": "[1]"}]}]"#,
            "{}",
        );
        let found = fan_outs(&workflow, "run");
        assert_eq!(found.iter().map(|fan_out| fan_out.name).collect::<Vec<_>>(), ["c", "d"]);
        assert_eq!(found[0].above(), BTreeSet::from(["a", "b"]));
        assert!(matches!(found[0].repeat, Loop::Items(items) if items.len() == 2));
        assert_eq!(found[1].repeat, Loop::Param("[1]"));
    }

    #[test]
    fn a_dag_that_came_from_a_workflow_template_is_looked_through_last() {
        let stored = r#"{"namespaced/t/main": {"name": "main", "dag": {"tasks": [{"name": "s", "template": "run"}]}}}"#;
        let alone = workflow("[]", stored);
        let found = fan_outs(&alone, "run");
        assert_eq!(found[0].name, "s");
        let beside = TemplateRef { name: "t".to_owned(), template: "run".to_owned(), cluster_scope: false };
        assert_eq!(found[0].runs, Runs::Reference(beside), "what it calls by name stands beside it");
        let own = r#"[{"name": "m", "dag": {"tasks": [{"name": "o", "template": "run"}]}}]"#;
        let both = workflow(own, stored);
        assert_eq!(fan_outs(&both, "run").iter().map(|fan_out| fan_out.name).collect::<Vec<_>>(), ["o"]);
    }
}
