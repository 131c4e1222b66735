//! `lint::template-and-inline`: a call names a template and has one inline; the named one is never run.
//!
//! Source: Argo 4.0.7, `workflow/templateresolution/context.go`, `GetTemplate`, which takes the inline one first.

use super::survey::Survey;
use super::{Level, Lint};
use crate::error::Code;
use crate::verify::Finding;
use crate::verify::references::place::{child, has, text};

pub(super) const LINT: Lint = Lint {
    code: Code::LintTemplateAndInline,
    title: "a call names a template and has one inline, which is the one that runs",
    level: Level::Warning,
    certain: true,
    check,
};

fn check(survey: &Survey<'_>, out: &mut [Vec<Finding>]) {
    for subject in &survey.subjects {
        for one in subject.own() {
            for (call, _) in
                survey.calls(subject, one).into_iter().filter(|(call, _)| has(call.value, "inline"))
            {
                let key = if has(call.value, "templateRef") { "templateRef" } else { "template" };
                if !has(call.value, key) || call.value[key].as_str() == Some("") {
                    continue;
                }
                let named = match text(call.value, "/template") {
                    "" => text(call.value, "/templateRef/template"),
                    name => name,
                };
                out[subject.index].push(Finding::new(
                    Code::LintTemplateAndInline,
                    child(&call.pointer, key),
                    format!(
                        "{} `{}` names the template `{named}`, but runs the one that it has inline",
                        call.noun(),
                        call.name
                    ),
                    "keep the one that is meant",
                ));
            }
        }
    }
}
