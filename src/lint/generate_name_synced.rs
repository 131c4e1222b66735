//! `lint::generate-name-synced`: an object with `generateName` alone in a folder that is applied.
//!
//! `kubectl apply` refuses `generateName`; only `kubectl create` takes it.

use super::survey::Survey;
use super::synced::{by, is_hook};
use super::{Level, Lint};
use crate::error::Code;
use crate::verify::Finding;
use crate::verify::references::place::text;

pub(super) const LINT: Lint = Lint {
    code: Code::LintGenerateNameSynced,
    title: "an object with `generateName` alone stands in a folder that is applied",
    level: Level::Warning,
    certain: true,
    check,
};

fn check(survey: &Survey<'_>, out: &mut [Vec<Finding>]) {
    for subject in &survey.subjects {
        let object = &subject.object;
        if !object.name.is_empty() || text(object.document, "/metadata/generateName").is_empty() {
            continue;
        }
        if is_hook(object.document) {
            continue;
        }
        let Some(who) = by(survey.setting, subject.index) else { continue };
        out[subject.index].push(Finding::new(
            Code::LintGenerateNameSynced,
            "/metadata/generateName",
            format!("{who}, but only `metadata.name` can be applied: a generateName is refused, or made anew in every sync"),
            "give it a `name`, create it by hand and leave it out of the sync, or make it a hook (`argocd.argoproj.io/hook`)",
        ));
    }
}
