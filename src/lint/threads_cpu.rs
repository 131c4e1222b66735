//! `lint::threads-cpu`: the number of threads does not match the CPU of the container.

use serde_json::Value;

use super::pod::{amount, nearest, patches};
use super::survey::Survey;
use super::{Level, Lint};
use crate::error::Code;
use crate::verify::Finding;
use crate::verify::references::place::{child, list, text};
use crate::verify::references::template::containers;

pub(super) const LINT: Lint = Lint {
    code: Code::LintThreadsCpu,
    title: "the number of threads does not match the CPU of the container",
    level: Level::Warning,
    certain: false,
    check,
};

/// Environment variables that say how many threads a library starts.
const THREADS: &[&str] = &[
    "OPENBLAS_NUM_THREADS",
    "OMP_NUM_THREADS",
    "MKL_NUM_THREADS",
    "BLIS_NUM_THREADS",
    "GOTO_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "NUMEXPR_MAX_THREADS",
    "RAYON_NUM_THREADS",
    "JULIA_NUM_THREADS",
    "POLARS_MAX_THREADS",
    "GOMAXPROCS",
];

fn check(survey: &Survey<'_>, out: &mut [Vec<Finding>]) {
    for subject in &survey.subjects {
        for one in subject.own() {
            if patches(subject, one.template)
                .iter()
                .any(|patch| patch.contains("cpu") || patch.contains("THREADS"))
            {
                continue;
            }
            let template = subject.with_defaults(one.template);
            for (container, pointer) in containers(&template, &one.pointer) {
                for (variable, at) in list(container, &pointer, "/env") {
                    if !THREADS.contains(&text(variable, "/name")) {
                        continue;
                    }
                    let Some(message) = wrong(container, variable) else { continue };
                    out[subject.index].push(Finding::new(
                        Code::LintThreadsCpu,
                        nearest(subject.object.document, &child(&at, "value")),
                        message,
                        "set it to the CPU that is requested; in a recipe, `threads-env` does so for every tier",
                    ));
                }
            }
        }
    }
}

/// What is wrong with a number of threads. One thread is a choice, for programs that run many processes.
fn wrong(container: &Value, variable: &Value) -> Option<String> {
    let name = text(variable, "/name");
    let threads: u128 = text(variable, "/value").parse().ok().filter(|threads| *threads > 0)?;
    let (request, limit) = (amount(container, "requests", "cpu"), amount(container, "limits", "cpu"));
    let (most, bound, kind) = match (&limit, &request) {
        (Some((milli, written)), _) => (*milli, written, "the limit"),
        (None, Some((milli, written))) => (*milli, written, "a request"),
        (None, None) => return None,
    };
    if threads > most.div_ceil(1000) {
        return Some(format!(
            "{name} starts {threads} threads on {kind} of {bound} CPU: they wait for each other"
        ));
    }
    let (least, written) = request?;
    (threads > 1 && threads < least / 1000).then(|| {
        format!(
            "{name} starts {threads} threads on a request of {written} CPU: the rest is reserved and idle"
        )
    })
}
