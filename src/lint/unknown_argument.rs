//! `lint::unknown-argument`: an argument that what is called does not take.
//!
//! Argo's validator reports what is missing and nothing that is too much; the controller drops it (`ProcessArgs` in
//! `workflow/common/util.go`).

use serde_json::Value;

use super::survey::{Callee, Subject, Survey};
use super::{Level, Lint};
use crate::error::Code;
use crate::verify::Finding;
use crate::verify::references::place::{child, has, known_names, list, text};
use crate::verify::references::template::hooks;

pub(super) const LINT: Lint = Lint {
    code: Code::LintUnknownArgument,
    title: "an argument is passed that what is called does not take",
    level: Level::Warning,
    certain: true,
    check,
};

fn check(survey: &Survey<'_>, out: &mut [Vec<Finding>]) {
    for subject in &survey.subjects {
        let found = &mut out[subject.index];
        for one in subject.own() {
            for (call, callee) in survey.calls(subject, one) {
                if let Some(callee) = callee {
                    found.extend(extra(call.value, &call.pointer, callee));
                }
                for hook in hooks(call.value, &call.pointer) {
                    let callee = survey.callee(hook.value, one.home, subject.object.namespace);
                    found.extend(
                        callee.into_iter().flat_map(|callee| extra(hook.value, &hook.pointer, callee)),
                    );
                }
            }
        }
        found.extend(of_whole(survey, subject));
    }
}

/// Arguments of a call that the called template has no input for.
fn extra(call: &Value, pointer: &str, callee: Callee<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for (kind, what) in [("parameters", "parameter"), ("artifacts", "artifact")] {
        let inputs: Vec<&str> = list(callee.template, "", &format!("/inputs/{kind}"))
            .map(|(input, _)| text(input, "/name"))
            .collect();
        for (argument, at) in list(call, pointer, &format!("/arguments/{kind}")) {
            let name = text(argument, "/name");
            if name.is_empty() || inputs.contains(&name) {
                continue;
            }
            found.push(Finding::new(
                Code::LintUnknownArgument,
                child(&at, "name"),
                format!("template `{}` has no input {what} `{name}`: it is dropped", callee.name),
                format!("take it out, or declare it; {}", known_names(name, "inputs", &inputs)),
            ));
        }
    }
    found
}

/// Arguments of a Workflow that the WorkflowTemplate which it runs as a whole neither declares nor uses.
fn of_whole(survey: &Survey<'_>, subject: &Subject<'_>) -> Vec<Finding> {
    if subject.outer.is_null() || !has(subject.object.spec, "workflowTemplateRef") {
        return Vec::new();
    }
    let declared: Vec<&str> =
        list(subject.outer, "", "/arguments/parameters").map(|(one, _)| text(one, "/name")).collect();
    let used = uses(survey, subject);
    let own = subject.object.spec.as_object().into_iter().flatten();
    let here: String =
        own.filter(|(key, _)| *key != "arguments").map(|(_, value)| value.to_string()).collect();
    let mut found = Vec::new();
    for (argument, at) in list(subject.object.spec, subject.object.base, "/arguments/parameters") {
        let name = text(argument, "/name");
        let named = |text: &str| names_parameter(text, name);
        let input = subject.reached.iter().any(|one| {
            list(one.template, "", "/inputs/parameters").any(|(input, _)| text(input, "/name") == name)
        });
        if name.is_empty() || declared.contains(&name) || input || named(&used) || named(&here) {
            continue;
        }
        found.push(Finding::new(
            Code::LintUnknownArgument,
            child(&at, "name"),
            format!("the WorkflowTemplate neither declares nor uses the parameter `{name}`"),
            format!("take it out; {}", known_names(name, "parameters", &declared)),
        ));
    }
    found
}

/// Whether a text names a workflow parameter, or all of them.
fn names_parameter(text: &str, name: &str) -> bool {
    let of_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let all = ["workflow.parameters.json", "workflow.parameters[", "workflow.parameters}}"];
    let parameter = format!("workflow.parameters.{name}");
    let mut places = text.match_indices(&parameter);
    all.iter().any(|whole| text.contains(whole))
        || places.any(|(at, _)| !text[at + parameter.len()..].starts_with(of_name))
}

/// Everything that the run says, as one text to look names up in.
fn uses(survey: &Survey<'_>, subject: &Subject<'_>) -> String {
    let reached = subject.reached.iter().map(|one| one.template.to_string());
    let known = survey.library.home_of(subject.index);
    let own = survey.library.home(known).templates.values().map(|template| template.to_string());
    std::iter::once(subject.outer.to_string()).chain(reached).chain(own).collect()
}
