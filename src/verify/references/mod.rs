//! References: what Argo's own validator and a run would refuse, found before a manifest is written.
//!
//! The yardstick is Argo 4.1.2, `workflow/validate/validate.go`: what it refuses is found here, what it accepts passes, except where
//! a run is known to fail; each such check names what Argo says then. A rule with a number is the validator's, and the case of
//! `tests/semantics` that begins with that number shows it. One file a kind of reference.
//!
//! The checks of that file in its order, and who does them; `tests/semantics` has a case for each number:
//!
//! | check | what | function |
//! |---|---|---|
//! | 1 to 4 | names of objects | `names::object_name` |
//! | 5 | schedules | `schedule::check` |
//! | 6, 11, 12 | entrypoint, exit handler, workflowTemplateRef | `templates::roots` |
//! | 7 | executorPlugins: a field's form | `schema::mod::check` |
//! | 8 to 10, 40, 49 | names of parts: there, of the right letters, once | `names::distinct` |
//! | 13 | hooks say when they run | `templates::check_hook` |
//! | 14, 15 | podGC | `leaf::of_spec`, `leaf::selector` |
//! | 16, 26, 29 | fields that some kinds of body do not take | `schema::rules::template::misplaced` |
//! | 17 to 20 | what is called | `library::resolve`, `library::by_reference` |
//! | 21 | retry policy | `retry::check` |
//! | 22, 23 | one body | `templates::kinds` |
//! | 24, 38 | names of containers | `leaf::container_names` |
//! | 25 | inputs that are required | `parameters::supplied` |
//! | 27, 28, 31, 32 | deadlines | `leaf::deadlines` |
//! | 30 | metrics | `kinds::metric` |
//! | 33 | parallelism | `leaf::parallelism` |
//! | 34, 35 | mounts and artifacts at one path | `volumes::check` |
//! | 36 | images | `leaf::image` |
//! | 37 | container sets | `kinds::container_set` |
//! | 39 | resources | `kinds::resource` |
//! | 41 | places of artifacts | `parameters::location` |
//! | 42 | paths of artifacts | `outputs::artifact_path` |
//! | 43 | inputs have no `from` | `parameters::inputs` |
//! | 44 | outputs | `outputs::check`, `outputs::source`, `outputs::global_name` |
//! | 45, 48 | arguments have values | `parameters::arguments` |
//! | 46 | and from where | `parameters::value_from` |
//! | 47 | and which | `parameters::enumerated` |
//! | 50, 63 to 65 | loops | `parameters::loops` |
//! | 51, 66, 67 | variables in scope, also those in values | `variables::unresolved`, `variables::judge` |
//! | 52, 57 | tasks and what they wait for | `depends::check`, `depends::unknown` |
//! | 53, 59 | circles | `depends::cycles` |
//! | 54 to 56 | one way to wait | `depends::styles` |
//! | 58, 61 | results | `depends::operand` |
//! | 60 | targets | `depends::targets` |
//! | 62 | arguments from tasks | `variables::depended_on` |

pub(crate) mod attempt;
mod body;
mod depends;
mod endless;
pub(crate) mod evaluated;
pub(crate) mod expression;
mod kinds;
mod leaf;
pub(crate) mod library;
mod logic;
mod memoize;
mod names;
pub(crate) mod object;
mod outputs;
mod parameters;
pub(crate) mod place;
pub(crate) mod reach;
mod retry;
mod schedule;
mod scope;
mod synchronization;
pub(crate) mod template;
mod templates;
#[cfg(test)]
mod tests;
mod values;
pub(crate) mod variables;
mod volumes;

use serde_json::Value;

use self::body::{Body, Runner};
pub use self::library::Known;
use self::library::Library;
use self::object::{NOTHING, Object};
use self::place::{finding, text};
use self::reach::{Reached, Root, reach, referred};
use self::scope::Globals;
use super::Finding;
use crate::error::Code;

/// Checks the references of Workflows, WorkflowTemplates, ClusterWorkflowTemplates and CronWorkflows against one another and
/// against what is known from elsewhere. The answer has one list of findings for each document, in the order of their places;
/// a document of another kind has none.
pub fn check(documents: &[Value], known: &Known) -> Vec<Vec<Finding>> {
    let objects: Vec<Option<Object<'_>>> = documents.iter().map(Object::read).collect();
    let library = Library::new(&objects, known);
    let mut all: Vec<Vec<Finding>> = objects
        .iter()
        .enumerate()
        .map(|(index, object)| object.map_or_else(Vec::new, |object| check_object(index, &object, &library)))
        .collect();
    twins(&objects, &mut all);
    all
}

/// All findings of one object.
fn check_object<'a>(index: usize, object: &Object<'a>, library: &Library<'a>) -> Vec<Finding> {
    let mut out = Vec::new();
    names::of_object(object, &mut out);
    templates::roots(index, object, library, &mut out);
    parameters::of_spec(index, object, library, &mut out);
    leaf::of_spec(object.spec, object.base, &mut out);
    evaluated::of_object(object, &mut out);
    synchronization::check(object.spec, object.base, &mut out);
    schedule::check(object, &mut out);
    let reached = reach(index, object, library);
    let (home, outer) = match referred(object, library) {
        Some(Ok(home)) => (home, Some(library.home(home).spec)),
        _ => (library.home_of(index), None),
    };
    let globals = Globals::of(object, outer, &reached);
    let runner = Runner { specs: [object.spec, outer.unwrap_or(&NOTHING)], runs: object.runs() };
    for one in &reached {
        let filled = one.home == home && is_filled(one, object, outer);
        check_template(one, object, library, (&globals, runner), filled, &mut out);
    }
    volumes::of_run(object, library, &reached, &mut out);
    // A finding that stands at one place for two reasons is one finding.
    let mut distinct: Vec<Finding> = Vec::new();
    for one in out {
        if !distinct.contains(&one) {
            distinct.push(one);
        }
    }
    distinct
}

/// Whether the arguments of the spec fill the inputs of a template: those of the entrypoint and the exit handler of a run, unless
/// something else calls it first.
fn is_filled(one: &Reached<'_>, object: &Object<'_>, outer: Option<&Value>) -> bool {
    let path = match one.root {
        Root::Entry => "/entrypoint",
        Root::Exit => "/onExit",
        Root::Unused => return false,
    };
    let mine = text(object.spec, path);
    let name = if mine.is_empty() { outer.map_or("", |outer| text(outer, path)) } else { mine };
    object.runs() && one.name == name
}

/// The findings of one template, as its place allows: one of this document in full; one of another document only in what it
/// asks of this one; one that is known from elsewhere in full, but told where it is called.
fn check_template<'a>(
    one: &Reached<'a>,
    object: &Object<'a>,
    library: &Library<'a>,
    (globals, runner): (&Globals, Runner<'a>),
    filled: bool,
    out: &mut Vec<Finding>,
) {
    let home = library.home(one.home);
    let body = Body {
        template: one.template,
        base: one.pointer.clone(),
        home: one.home,
        library,
        namespace: object.namespace,
        globals,
        by_entry: one.root == Root::Entry,
        inputs: filled.then(|| globals.values.inputs(one.template, &one.pointer)),
        runner,
    };
    if one.local {
        check_body(&body, out);
        variables::check(&body, out);
        return;
    }
    let mut found = Vec::new();
    if home.document.is_some() {
        variables::asked_of_caller(&body, &mut found);
        retry::asked_of_caller(&body, &mut found);
    } else {
        check_body(&body, &mut found);
        variables::check(&body, &mut found);
    }
    out.extend(found.into_iter().map(|inner| Finding {
        pointer: one.pointer.clone(),
        message: format!("in template `{}` of {}: {}", one.name, home.label, inner.message),
        ..inner
    }));
}

/// The checks of one template that need no scope of variables.
fn check_body(body: &Body<'_, '_>, out: &mut Vec<Finding>) {
    templates::check(body, out);
    names::check(body, out);
    parameters::inputs(body, out);
    parameters::check(body, out);
    depends::check(body, out);
    leaf::check(body, out);
    evaluated::check(body, out);
    memoize::check(body, out);
    synchronization::check(body.template, &body.base, out);
    kinds::check(body, out);
    outputs::check(body, out);
    volumes::check(body, out);
}

/// Two WorkflowTemplates of one kind, name and namespace: who calls one of them cannot tell which it will be.
///
/// Workflows and CronWorkflows of one name are files for different clusters or times, of which each runs.
fn twins(objects: &[Option<Object<'_>>], all: &mut [Vec<Finding>]) {
    let key = |object: &Object<'_>| (object.kind as u8, object.name.to_owned(), object.namespace.to_owned());
    for (index, object) in objects.iter().enumerate() {
        let Some(object) = object.filter(|object| !object.name.is_empty() && !object.runs()) else {
            continue;
        };
        if objects[..index].iter().flatten().any(|earlier| key(earlier) == key(&object)) {
            all[index].push(finding(
                Code::VerifyName,
                "/metadata/name",
                format!("another document here has the kind, name and namespace of `{}`", object.name),
                "give one of them another name, or take it out",
            ));
        }
    }
}
