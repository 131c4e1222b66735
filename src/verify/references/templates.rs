//! Templates that are called exist: entrypoints, exit handlers, hooks, tasks and steps.

use serde_json::Value;

use super::body::Body;
use super::library::{Library, Resolution};
use super::object::Object;
use super::place::{child, finding, is_templated, list, text};
use super::reach::referred;
use super::template::{BODIES, Hook, bodies, calls, hooks};
use crate::error::Code;
use crate::verify::Finding;

/// What a spec itself calls: `entrypoint`, `onExit`, `hooks`, `workflowTemplateRef` (rules 6, 11 to 13).
pub(super) fn roots<'a>(index: usize, object: &Object<'a>, library: &Library<'a>, out: &mut Vec<Finding>) {
    let mut home = library.home_of(index);
    let mut spec: Option<&Value> = None;
    match referred(object, library) {
        None => {}
        Some(Err((message, help))) => {
            let at = object.at("/workflowTemplateRef/name");
            out.push(finding(Code::VerifyReference, at, message, help));
            return;
        }
        Some(Ok(found)) => {
            if list(object.spec, "", "/templates").next().is_some() {
                out.push(finding(
                    Code::VerifyReference,
                    object.at("/templates"),
                    "templates stand beside workflowTemplateRef, which brings its own",
                    "keep one of the two: Argo refuses a Workflow with both",
                ));
            }
            (home, spec) = (found, Some(library.home(found).spec));
        }
    }
    let written = |path: &str| {
        let mine = text(object.spec, path);
        if mine.is_empty() { spec.map_or("", |spec| text(spec, path)) } else { mine }
    };
    if object.runs() && written("/entrypoint").is_empty() {
        out.push(finding(
            Code::VerifyReference,
            object.base,
            "there is no entrypoint",
            "name the template that starts the run in spec.entrypoint",
        ));
    }
    for path in ["/entrypoint", "/onExit"] {
        let name = written(path);
        // Beside workflowTemplateRef, Argo looks a name with a variable up at run time.
        if spec.is_some() && is_templated(name) {
            continue;
        }
        if let (false, Err((message, help))) = (name.is_empty(), library.local(home, name)) {
            let member = if text(object.spec, path).is_empty() { "/workflowTemplateRef" } else { path };
            out.push(finding(Code::VerifyReference, object.at(member), message, help));
        }
    }
    for hook in hooks(object.spec, object.base) {
        check_hook(&hook, home, object.namespace, library, out);
    }
}

/// What a template is and what it calls (rules 17 to 23).
pub(super) fn check(body: &Body<'_, '_>, out: &mut Vec<Finding>) {
    kinds(body, out);
    for call in calls(body.template, &body.base) {
        if let Resolution::Missing { at, message, help } =
            body.library.resolve(call.value, body.home, body.namespace)
        {
            out.push(finding(Code::VerifyReference, format!("{}{at}", call.pointer), message, help));
        }
        for hook in hooks(call.value, &call.pointer) {
            check_hook(&hook, body.home, body.namespace, body.library, out);
        }
    }
}

/// A template has exactly one body.
fn kinds(body: &Body<'_, '_>, out: &mut Vec<Finding>) {
    let found = bodies(body.template);
    if found.len() == 1 {
        return;
    }
    let message = if found.is_empty() {
        "the template has no body".to_owned()
    } else {
        format!("the template has {} bodies: {}", found.len(), found.join(", "))
    };
    let help = format!("a template has exactly one of {}", BODIES.join(", "));
    out.push(finding(Code::VerifySchema, &body.base, message, help));
}

/// A hook's template exists, and a hook other than `exit` says when it runs.
///
/// Argo's validator looks at the expressions of spec hooks and steps only; that of a task is missed when the hook runs:
/// `Expression required for hook …` (`workflow/controller/hooks.go`; rule 13).
fn check_hook<'a>(
    hook: &Hook<'a>,
    home: usize,
    namespace: &str,
    library: &Library<'a>,
    out: &mut Vec<Finding>,
) {
    if let Resolution::Missing { at, message, help } = library.resolve(hook.value, home, namespace) {
        out.push(finding(Code::VerifyReference, format!("{}{at}", hook.pointer), message, help));
    }
    if hook.name != "exit" && text(hook.value, "/expression").is_empty() {
        out.push(finding(
            Code::VerifyReference,
            child(&hook.pointer, "expression"),
            format!("the hook `{}` has no expression", hook.name),
            "say when it runs in `expression`; only the hook `exit` runs without one",
        ));
    }
}
