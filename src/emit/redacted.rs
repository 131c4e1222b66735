//! What a snapshot lost to redaction must not run: a manifest would carry the mark to a pod as if it were the value.

use serde_json::Value;

use super::{Draft, Job, tier_template};
use crate::error::{Code, Fault, Faults};
use crate::evidence::snapshot::MARK;
use crate::source::Place;

/// Where a mark stands in a draft.
enum Found {
    /// It is the value of a parameter of the Workflow itself.
    Parameter(String),
    /// It is inside this path, under this name.
    Inside { path: String, name: String },
}

/// Looks through the drafts. A parameter of the Workflow that nothing refers to is only told of.
///
/// # Errors
/// [`Code::EmitRedacted`], one for each name.
pub(super) fn check(job: &Job<'_>, drafts: &[Draft], warnings: &mut Vec<String>) -> Result<(), Faults> {
    let mut faults = Faults::new();
    for draft in drafts {
        let mut found = Vec::new();
        look(&draft.value, "", "", &mut found);
        for found in found {
            match found {
                Found::Parameter(name) if is_referred_to(job, drafts, &name) => {
                    faults.push(used(job, &name));
                }
                Found::Parameter(name) => {
                    let told = format!(
                        "the value of parameter {name} looks like a secret and was redacted; nothing that is known refers to it: leave it out with `[parameters] drop = [\"{name}\"]`"
                    );
                    if !warnings.contains(&told) {
                        warnings.push(told);
                    }
                }
                Found::Inside { path, name } => faults.push(inside(job, draft, &path, &name)),
            }
        }
    }
    faults.or(())
}

/// Every mark in a value. `name` is the nearest name above it: of a parameter, a variable, a key.
fn look(value: &Value, path: &str, name: &str, found: &mut Vec<Found>) {
    match value {
        Value::String(text) if text.contains(MARK) => {
            let of_workflow = path.strip_prefix("/spec/arguments/parameters/").is_some_and(|rest| {
                rest.split_once('/').is_some_and(|(_, key)| ["value", "default"].contains(&key))
            });
            found.push(if of_workflow {
                Found::Parameter(name.to_owned())
            } else {
                Found::Inside { path: path.to_owned(), name: name.to_owned() }
            });
        }
        Value::Object(map) => {
            let own = map.get("name").and_then(Value::as_str);
            for (key, inner) in map {
                let name = own.filter(|_| key == "value" || key == "default").unwrap_or(key);
                look(inner, &format!("{path}/{key}"), name, found);
            }
        }
        Value::Array(list) => {
            for (position, inner) in list.iter().enumerate() {
                look(inner, &format!("{path}/{position}"), name, found);
            }
        }
        _ => {}
    }
}

/// Whether a draft, or a template that stays on the cluster, refers to a workflow parameter.
fn is_referred_to(job: &Job<'_>, drafts: &[Draft], parameter: &str) -> bool {
    let stored = job.evidence.lineage.parent().stored_templates.values();
    let given = job.evidence.templates.iter().map(|given| &given.document);
    drafts.iter().map(|draft| &draft.value).chain(stored).chain(given).any(|value| refers(value, parameter))
}

/// Whether a value refers to a workflow parameter anywhere in it.
pub(super) fn refers(value: &Value, parameter: &str) -> bool {
    match value {
        Value::String(text) => text_refers(text, parameter),
        Value::Array(list) => list.iter().any(|inner| refers(inner, parameter)),
        Value::Object(map) => map.values().any(|inner| refers(inner, parameter)),
        _ => false,
    }
}

/// `workflow.parameters.NAME`, `workflow.parameters['NAME']`, or all of them at once (`workflow.parameters`,
/// `workflow.parameters.json`; Argo's `docs/variables.md`).
fn text_refers(text: &str, parameter: &str) -> bool {
    text.split("workflow.parameters").skip(1).any(|rest| {
        let rest = rest.trim_start();
        let Some(opening) = ["['", "[\"", "."].into_iter().find(|opening| rest.starts_with(opening)) else {
            return true;
        };
        let word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        let rest = &rest[opening.len()..];
        let name = &rest[..rest.find(|c: char| !word(c)).unwrap_or(rest.len())];
        name == parameter || opening == "." && name == "json"
    })
}

fn used(job: &Job<'_>, name: &str) -> Fault {
    Fault::new(
        Code::EmitRedacted,
        format!("parameter {name} is used, and its value was redacted because it looks like a secret"),
        format!(
            "a manifest is no place for a secret: let the template take it from a Secret (`valueFrom.secretKeyRef`) and drop the parameter, `[parameters] drop = [\"{name}\"]`; if it is no secret, give it again: `[parameters] set = {{ {name} = \"…\" }}` or `--param {name}=…`"
        ),
    )
    .at(place(job), "what this reads was redacted")
}

fn inside(job: &Job<'_>, draft: &Draft, path: &str, name: &str) -> Fault {
    let (what, help) = if tier_template::is_tier(&draft.value) {
        (
            format!("`{name}` in the template that {} derives from was redacted because it looks like a secret", draft.file),
            "let the template take it from a Secret (`valueFrom.secretKeyRef`); then save it with `kubectl get workflowtemplate NAME -o yaml` and name the file in `[inputs] templates`".to_owned(),
        )
    } else if path.contains("/arguments/") || path.contains("/withItems/") {
        (
            format!(
                "input {name} would be passed to a task, and its value was redacted because it looks like a secret"
            ),
            format!(
                "let the template take it from a Secret (`valueFrom.secretKeyRef`); if it is no secret, give it again: `[parameters] set = {{ {name} = \"…\" }}` or `--param {name}=…`"
            ),
        )
    } else {
        (
            format!("`{path}` of {} was redacted because it looks like a secret", draft.file),
            "let the workflow refer to a Secret there, and take the snapshot of a run that does".to_owned(),
        )
    };
    Fault::new(Code::EmitRedacted, what, help).at(place(job), "what this reads was redacted")
}

/// Where the recipe names the newest snapshot, else where it names what runs.
fn place<'a>(job: &'a Job<'_>) -> &'a Place {
    job.recipe.inputs.workflow.last().map_or(&job.recipe.items.template.place, |input| &input.place)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn marks_are_found_under_the_nearest_name() {
        let value = json!({
            "spec": {
                "arguments": {"parameters": [{"name": "token", "value": MARK}, {"name": "x", "value": "1"}]},
                "templates": [{"name": "run", "dag": {"tasks": [{"name": "t", "withItems": [{"pw": MARK}]}]},
                    "container": {"env": [{"name": "TOKEN", "value": MARK}], "args": ["--p=<redacted>"]}}],
            }
        });
        let mut found = Vec::new();
        look(&value, "", "", &mut found);
        let told: Vec<String> = found
            .into_iter()
            .map(|found| match found {
                Found::Parameter(name) => name,
                Found::Inside { path, name } => format!("{name} at {path}"),
            })
            .collect();
        assert_eq!(
            told,
            [
                "token",
                "pw at /spec/templates/0/dag/tasks/0/withItems/0/pw",
                "TOKEN at /spec/templates/0/container/env/0/value",
                "args at /spec/templates/0/container/args/0",
            ]
        );
    }

    #[test]
    fn references_in_every_spelling_count() {
        for (text, refers) in [
            ("{{workflow.parameters.token}}", true),
            ("{{=workflow.parameters['token']}}", true),
            ("{{=workflow.parameters[\"token\"] + 'x'}}", true),
            ("{{workflow.parameters}}", true),
            ("{{workflow.parameters.json}}", true),
            ("{{workflow.parameters.token-file}}", false),
            ("{{workflow.parameters.image}} token", false),
            ("{{inputs.parameters.token}}", false),
        ] {
            assert_eq!(text_refers(text, "token"), refers, "{text}");
        }
    }
}
