//! What came of a recipe's own cases: gathered once, for people and for programs.

mod json;
mod text;

#[cfg(feature = "schema")]
pub use json::schema;
pub use json::{
    CaseReport, CoverageReport, CoveredReport, FailureReport, JudgedReport, MissedReport, RefusalReport,
    TestReport, UnmatchedReport, report,
};
pub use text::{Told, render};
