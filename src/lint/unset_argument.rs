//! `lint::unset-argument`: a Workflow has an argument without a value.
//!
//! `argo lint` takes it, for `argo submit -p` may bring the value. The controller does not: `either value or valueFrom must be
//! specified in order to set global parameter` (`setGlobalParameters` in `workflow/controller/operator.go`, Argo 4.1.2).

use serde_json::Value;

use super::survey::Survey;
use super::{Level, Lint};
use crate::error::Code;
use crate::verify::Finding;
use crate::verify::references::place::{has, list, text};

pub(super) const LINT: Lint = Lint {
    code: Code::LintUnsetArgument,
    title: "an argument of a Workflow has no value, so that it runs only where `argo submit -p` brings one",
    level: Level::Warning,
    certain: false,
    check,
};

fn check(survey: &Survey<'_>, out: &mut [Vec<Finding>]) {
    for subject in &survey.subjects {
        let object = &subject.object;
        if !object.runs() {
            continue;
        }
        let is_set = |one: &Value| has(one, "value") || has(one, "valueFrom");
        for (parameter, pointer) in list(object.spec, object.base, "/arguments/parameters") {
            let name = text(parameter, "/name");
            let elsewhere = list(subject.outer, "", "/arguments/parameters")
                .any(|(one, _)| text(one, "/name") == name && is_set(one));
            if name.is_empty() || is_set(parameter) || elsewhere {
                continue;
            }
            out[subject.index].push(Finding::new(
                Code::LintUnsetArgument,
                pointer,
                format!("the parameter `{name}` has no value: the controller ends the Workflow at once, with an error"),
                "give it a `value` or a `valueFrom`; Argo does not read a `default` here",
            ));
        }
    }
}
