//! `lint::constant-memo-key`: a memoization key that is the same for every item.
//!
//! What is stored under a key is taken for every later node of that key, without a pod, whatever its inputs are
//! (`executeTemplate` in `workflow/controller/operator.go`).

use super::survey::{Callers, Survey};
use super::{Level, Lint};
use crate::error::Code;
use crate::verify::Finding;
use crate::verify::references::place::{list, text};

pub(super) const LINT: Lint = Lint {
    code: Code::LintConstantMemoKey,
    title: "a memoization key is the same for every item, so that all get the result of the first",
    level: Level::Warning,
    certain: true,
    check,
};

fn check(survey: &Survey<'_>, out: &mut [Vec<Finding>]) {
    let callers = Callers::of(survey);
    for subject in &survey.subjects {
        for one in subject.own() {
            let key = text(one.template, "/memoize/key");
            let inputs = ["/inputs/parameters", "/inputs/artifacts"]
                .iter()
                .any(|path| list(one.template, "", path).next().is_some());
            let looped = callers.of_template(one.template).iter().any(|(_, call)| call.is_loop());
            let constant = !key.contains("{{");
            // A key of the workflow's own words is right where a template runs once.
            let blind = !constant && !key.contains("inputs.") && looped;
            if key.is_empty() || !(blind || constant && (inputs || looped)) {
                continue;
            }
            let message = if constant {
                format!(
                    "the key `{key}` is the same for all inputs: every run of `{}` gets the result of the first",
                    one.name
                )
            } else {
                format!(
                    "the key `{key}` names no input, so that every item of `{}` gets the result of the first",
                    one.name
                )
            };
            out[subject.index].push(Finding::new(
                Code::LintConstantMemoKey,
                format!("{}/memoize/key", one.pointer),
                message,
                "name in the key every input that matters, as in `trait-{{inputs.parameters.trait-index}}`, and what else the result hangs on",
            ));
        }
    }
}
