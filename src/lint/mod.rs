//! Lints: what a cluster takes and regrets at run time, one file a lint.
//!
//! A lint reads documents as they stand, after `verify` has found what would be refused, and says what will happen when they
//! run. What this program emits itself has none of these findings.

mod aggregation_skipped;
mod condition;
mod constant_memo_key;
mod deprecated_field;
mod fan_out;
mod generate_name_synced;
mod item_without_loop;
mod memory_cap;
mod mutable_image;
mod named_ttl;
mod nested_retries;
mod oom_same_size;
mod pod;
mod preemptible;
mod preemptible_policy;
mod record;
mod request_above_limit;
mod retry_window;
mod strategy;
mod succeeded_over_failures;
mod survey;
mod synced;
mod template_and_inline;
mod template_fail_fast;
mod template_ref;
mod threads_cpu;
mod unknown_argument;
mod unreached_rung;
mod unset_argument;
mod workflow_deadline;

use serde_json::Value;

use self::survey::Survey;
use crate::error::Code;
use crate::evidence::snapshot::Lineage;
use crate::recipe::ArgoVersion;
use crate::units::Memory;
use crate::verify::{Finding, Known};

/// How bad a finding is; `lint --fail-on` draws the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Advice.
    Info,
    /// It will be regretted on some day.
    Warning,
    /// A cluster refuses it, or no run of it can do what it says.
    Error,
}

/// One lint of the catalogue.
pub struct Lint {
    /// Its code, whose page says what happens at run time, when, and how to mend it.
    pub code: Code,
    /// What it finds, in one line.
    pub title: &'static str,
    /// How bad.
    pub level: Level,
    /// Whether it follows from the files alone, or depends on what happens.
    pub certain: bool,
    /// The check itself: it adds to the list of the document that it is about.
    check: fn(&Survey<'_>, &mut [Vec<Finding>]),
}

/// What lints may look at.
#[derive(Debug, Clone, Copy)]
pub struct Setting<'a> {
    /// The documents, those of other kinds among them.
    pub documents: &'a [Value],
    /// The file of each document, in the same order, with `/` between folders; empty where that is not known. It tells whether a
    /// `kustomization.yaml` among the documents lists a file.
    pub files: &'a [&'a str],
    /// Templates that are known from elsewhere.
    pub known: &'a Known,
    /// Whose semantics.
    pub argo: ArgoVersion,
    /// A run to measure against.
    pub run: Option<&'a Lineage>,
    /// The most memory that a container may ask for.
    pub memory_cap: Option<&'a Memory>,
}

/// Every lint, in the order of their codes.
pub const LINTS: &[Lint] = &[
    aggregation_skipped::LINT,
    constant_memo_key::LINT,
    deprecated_field::LINT,
    generate_name_synced::LINT,
    item_without_loop::LINT,
    memory_cap::LINT,
    mutable_image::LINT,
    named_ttl::LINT,
    nested_retries::LINT,
    oom_same_size::LINT,
    preemptible_policy::LINT,
    request_above_limit::LINT,
    retry_window::LINT,
    succeeded_over_failures::LINT,
    template_and_inline::LINT,
    template_fail_fast::LINT,
    template_ref::LINT,
    threads_cpu::LINT,
    unknown_argument::LINT,
    unreached_rung::LINT,
    unset_argument::LINT,
    workflow_deadline::LINT,
];

/// The lint of that code.
pub fn of(code: Code) -> Option<&'static Lint> {
    LINTS.iter().find(|lint| lint.code == code)
}

/// The findings of every lint for each document, in the order of the documents; of one document in the order of [`LINTS`].
pub fn check(setting: &Setting<'_>) -> Vec<Vec<Finding>> {
    let survey = Survey::new(setting);
    let mut all = vec![Vec::new(); setting.documents.len()];
    for lint in LINTS {
        (lint.check)(&survey, &mut all);
    }
    for findings in &mut all {
        // A template that is reached in two ways is still one template.
        let mut distinct: Vec<Finding> = Vec::new();
        for one in std::mem::take(findings) {
            if !distinct.contains(&one) {
                distinct.push(one);
            }
        }
        *findings = distinct;
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lints_stand_in_the_order_of_their_codes_and_are_found_by_them() {
        let codes: Vec<&str> = LINTS.iter().map(|lint| lint.code.as_str()).collect();
        let mut sorted = codes.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(codes, sorted);
        assert!(LINTS.iter().all(|lint| of(lint.code).is_some_and(|found| found.title == lint.title)));
        assert!(of(Code::VerifyVolume).is_none());
    }

    #[test]
    fn a_title_is_one_line_and_says_what_is_found() {
        for lint in LINTS {
            assert!(lint.title.len() > 20 && !lint.title.contains('\n'), "{}", lint.code);
            assert!(!lint.title.ends_with('.'), "{}", lint.code);
        }
    }
}
