//! Lints: what a cluster takes and regrets at run time, one file a lint.
//!
//! A lint reads documents as they stand, after `verify` has found what would be refused, and says what will happen when they
//! run. What this program emits itself has none of these findings.

use serde_json::Value;

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
    /// How bad.
    pub level: Level,
    /// Whether it follows from the files alone, or depends on what happens.
    pub certain: bool,
    /// The check itself: it adds to the list of the document that it is about.
    check: fn(&Setting<'_>, &mut [Vec<Finding>]),
}

/// What lints may look at.
#[derive(Debug, Clone, Copy)]
pub struct Setting<'a> {
    /// The documents, those of other kinds among them.
    pub documents: &'a [Value],
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
pub const LINTS: &[Lint] = &[];

/// The findings of every lint for each document, in the order of the documents.
pub fn check(setting: &Setting<'_>) -> Vec<Vec<Finding>> {
    let mut all = vec![Vec::new(); setting.documents.len()];
    for lint in LINTS {
        (lint.check)(setting, &mut all);
    }
    all
}
