//! What `lint --format json` prints.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::word;
use crate::error::Faults;
use crate::lint::Level;
use crate::pipeline::lint::{Found, Origin, Outcome, Silenced};
use crate::recipe::ArgoVersion;
use crate::report::FaultReport;

/// Everything that `lint` found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct LintReport {
    /// The version of this format: 1.
    pub lint: u32,
    /// The version of Argo whose schema and semantics were asked.
    pub argo: String,
    /// What is wrong, in the order of the files and of the places in them.
    pub findings: Vec<FindingReport>,
    /// What would be among them if nobody had said that it is fine.
    pub silenced: Vec<SilencedReport>,
    /// Files that could not be used.
    pub faults: Vec<FaultReport>,
    /// How many findings there are of each level.
    pub counts: CountsReport,
    /// What was read.
    pub read: ReadReport,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct FindingReport {
    /// `stage::kebab-name`; `gapit-compile explain CODE` tells more.
    pub code: String,
    /// error, warning or info.
    pub level: String,
    /// The fact.
    pub message: String,
    /// The way out.
    pub help: String,
    /// The file as it was named; `-` is standard input.
    pub file: String,
    /// One-based line.
    pub line: usize,
    /// One-based column, in characters.
    pub column: usize,
    /// The line in which it ends.
    pub end_line: usize,
    /// One past its last column.
    pub end_column: usize,
    /// The object that it is about: its kind and its name, with its namespace where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object: Option<String>,
    /// The path in the object, a JSON pointer with names in place of list positions where there are any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Other places that belong to it: the aliases that bring the text elsewhere, or what it is at odds with.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub related: Vec<RelatedReport>,
}

/// Another place that belongs to a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RelatedReport {
    /// What is there.
    pub label: String,
    /// The file.
    pub file: String,
    /// One-based line.
    pub line: usize,
    /// One-based column, in characters.
    pub column: usize,
}

/// A finding of which somebody says that it is fine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SilencedReport {
    /// What it is.
    pub finding: FindingReport,
    /// Why it is fine.
    pub reason: String,
    /// comment or recipe.
    pub by: String,
    /// The file that says so.
    pub file: String,
    /// The line that says so.
    pub line: usize,
}

/// How many findings there are of each level.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct CountsReport {
    /// Refused by a cluster, or no run of it can do what it says.
    pub error: usize,
    /// Regretted on some day.
    pub warning: usize,
    /// Advice.
    pub info: usize,
}

/// What was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ReadReport {
    /// How many files.
    pub files: usize,
    /// How many objects of Argo's.
    pub objects: usize,
    /// How many documents could not be read.
    pub lost: usize,
    /// How many documents of other kinds were left alone, by their kind; an empty one is for those without.
    pub others: BTreeMap<String, usize>,
}

/// The report of an outcome, with the faults of files that could not be used.
pub fn report(outcome: &Outcome, faults: &Faults, argo: ArgoVersion) -> LintReport {
    let count = |level: Level| outcome.found.iter().filter(|found| found.level == level).count();
    LintReport {
        lint: 1,
        argo: argo.to_string(),
        findings: outcome.found.iter().map(finding).collect(),
        silenced: outcome.silenced.iter().map(silenced).collect(),
        faults: faults.iter().map(FaultReport::from).collect(),
        counts: CountsReport {
            error: count(Level::Error),
            warning: count(Level::Warning),
            info: count(Level::Info),
        },
        read: ReadReport {
            files: outcome.files,
            objects: outcome.objects,
            lost: outcome.lost,
            others: outcome.others.clone(),
        },
    }
}

fn finding(found: &Found) -> FindingReport {
    let related = found.fault.labels.iter().skip(1).map(|label| {
        let (line, column) = label.place.line_column();
        RelatedReport {
            label: label.text.clone(),
            file: label.place.source().name().to_owned(),
            line,
            column,
        }
    });
    FindingReport {
        code: found.fault.code.to_string(),
        level: word(found.level).to_owned(),
        message: found.fault.message.clone(),
        help: found.fault.help.clone(),
        file: found.file_name().to_owned(),
        line: found.span.line,
        column: found.span.column,
        end_line: found.span.end_line,
        end_column: found.span.end_column,
        object: found.object.clone(),
        path: found.object.is_some().then(|| found.path.clone()),
        related: related.collect(),
    }
}

fn silenced(silenced: &Silenced) -> SilencedReport {
    SilencedReport {
        finding: finding(&silenced.found),
        reason: silenced.reason.clone(),
        by: match silenced.origin {
            Origin::Comment => "comment",
            Origin::Recipe => "recipe",
        }
        .to_owned(),
        file: silenced.place.source().name().to_owned(),
        line: silenced.place.line_column().0,
    }
}

/// The JSON schema of a [`LintReport`] (draft-07), as `schemas/lint.schema.json` holds it.
#[cfg(feature = "schema")]
pub fn schema() -> serde_json::Value {
    let generator = schemars::generate::SchemaSettings::draft07().into_generator();
    generator.into_root_schema_for::<LintReport>().to_value()
}
