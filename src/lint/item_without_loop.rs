//! `lint::item-without-loop`: `{{item}}` where no loop fills it in.
//!
//! Argo's validator refuses a member of an item that is not there and lets the bare `{{item}}` pass; the controller leaves these
//! very characters where they stand (`resolveAllVariables` in `workflow/validate/validate.go`).

use super::survey::Survey;
use super::{Level, Lint};
use crate::error::Code;
use crate::verify::Finding;
use crate::verify::references::variables::tags;

pub(super) const LINT: Lint = Lint {
    code: Code::LintItemWithoutLoop,
    title: "`{{item}}` stands in a task or step that has no loop, and reaches the container as it is written",
    level: Level::Warning,
    certain: true,
    check,
};

fn check(survey: &Survey<'_>, out: &mut [Vec<Finding>]) {
    for subject in &survey.subjects {
        let calls = subject.own().flat_map(|one| survey.calls(subject, one));
        for (call, _) in calls.filter(|(call, _)| !call.is_loop()) {
            for path in ["/arguments", "/when"] {
                let Some(value) = call.value.pointer(path) else { continue };
                tags(value, &format!("{}{path}", call.pointer), &mut |pointer, tag| {
                    if tag == "item" {
                        out[subject.index].push(Finding::new(
                            Code::LintItemWithoutLoop,
                            pointer,
                            format!(
                                "{} `{}` has no loop, so that its template is given the text `{{{{item}}}}`",
                                call.noun(),
                                call.name
                            ),
                            "give it withItems, withParam or withSequence, or write the value itself",
                        ));
                    }
                });
            }
        }
    }
}
