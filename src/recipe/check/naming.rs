//! `[naming]` and `[labels]`: texts that are filled in when the manifests are made.

use super::value::{LABEL_KEY, LABEL_VALUE, NameKind, OBJECT, TEMPLATE, name, named};
use crate::error::{Code, Fault, Faults};
use crate::recipe::raw::{self, Entries, Key};
use crate::recipe::{NameTemplate, Naming, scope};
use crate::source::{At, Source};
use crate::units::name::slug;

const WORKFLOW: &str = "<< pipeline >>-retry-<< root.suffix >><% if retry > 1 %>-<< retry >><% endif %>";
const TIER: &str = "<< base >>-<< tier >>";
const TASK: &str = "retry-<< index >>";

/// The names of what is written.
pub(super) fn naming(raw: Option<&At<raw::Naming>>, source: &Source, faults: &mut Faults) -> Option<Naming> {
    let raw = raw.map(|at| &at.value);
    let default = |text: &str| At::new(text.to_owned(), source.place(0..0));
    let text = |key: Option<&Key<String>>, fallback: &str| {
        key.and_then(Key::given).cloned().unwrap_or_else(|| default(fallback))
    };
    let workflow = text(raw.map(|naming| &naming.workflow), WORKFLOW);
    let template = text(raw.map(|naming| &naming.template), TIER);
    let task = text(raw.map(|naming| &naming.task), TASK);
    let workflow = filled(&workflow, scope::WORKFLOW, &OBJECT, str::to_owned, faults);
    let template = filled(&template, scope::TEMPLATE, &OBJECT, str::to_owned, faults);
    // Task names pass through `slug` by themselves, because an index can be any text.
    let task = filled(&task, scope::TASK, &TEMPLATE, slug, faults);
    if let Some(task) = &task {
        differs(task, "index", "every item has this same name of its task", TASK, faults);
    }
    Some(Naming { workflow: workflow?, template: template?, task: task? })
}

/// The labels of the Workflow.
pub(super) fn labels(raw: Option<&At<Entries>>, faults: &mut Faults) -> Vec<(At<String>, NameTemplate)> {
    let entries = raw.into_iter().flat_map(|entries| &entries.value.0);
    entries
        .filter_map(|(key, value)| {
            name(Some(key), &LABEL_KEY, faults);
            let template = filled(value, scope::WORKFLOW, &LABEL_VALUE, str::to_owned, faults)?;
            Some((key.clone(), template))
        })
        .collect()
}

/// Refuses a text that is the same for all of what it should tell apart.
pub(super) fn differs(
    template: &NameTemplate,
    by: &'static str,
    message: &str,
    example: &str,
    faults: &mut Faults,
) {
    if !scope::varies(template, by) {
        let help = format!("put `<< {by} >>` in, such as \"{example}\"");
        let fault = Fault::new(Code::RecipeBadTemplate, message, help);
        faults.push(fault.at(&template.written().place, format!("no `<< {by} >>`")));
    }
}

/// A text with substitutions that makes a name of a kind, as a made-up run shows.
pub(super) fn filled(
    written: &At<String>,
    names: &[&str],
    kind: &NameKind,
    finish: impl Fn(&str) -> String,
    faults: &mut Faults,
) -> Option<NameTemplate> {
    let checked = NameTemplate::check(written.clone(), names).map_err(Into::into);
    let template = faults.take(checked)?;
    let sample = faults.take(template.render(&scope::sample()).map_err(Into::into))?;
    named(&finish(&sample), written, kind, faults).then_some(template)
}
