//! What `test --format json` prints.

use serde::{Deserialize, Serialize};

use crate::pipeline::test::{Covered, Failure, Outcome, Refusal, Tested, Unmatched};
use crate::recipe::Recipe;
use crate::report::FaultReport;
use crate::report::explain::{FailedOn, Spot};
use crate::source::Place;

/// What came of every case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct TestReport {
    /// The version of this format: 1.
    pub test: u32,
    /// What one item is called.
    pub noun: String,
    /// Every case that could be run, in the order of the files and of the places in them.
    pub cases: Vec<CaseReport>,
    /// Which rules decided some item of the cases, and to which tiers one was sent.
    pub coverage: CoverageReport,
    /// How many cases could not be run.
    pub not_run: usize,
    /// What is wrong with those.
    pub faults: Vec<FaultReport>,
}

/// One case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct CaseReport {
    /// What it shows.
    pub name: String,
    /// Where it is written.
    pub at: Spot,
    /// Whether everything is as expected.
    pub ok: bool,
    /// What is not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failures: Vec<FailureReport>,
    /// The plan is refused otherwise than expected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusal: Option<RefusalReport>,
}

/// Items that are not as one expectation has them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct FailureReport {
    /// The items, as people write them: `5, 28-31`.
    pub items: String,
    /// How many they are.
    pub count: usize,
    /// The expectation.
    pub at: Spot,
    /// Each thing that does not hold.
    pub missed: Vec<MissedReport>,
    /// done, retry, deferred, skip, hold, exhausted or active.
    pub decision: String,
    /// The tier that it goes to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tier: Option<String>,
    /// The rule, the key of the policy, `decision` or `scan` that decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// Where that rule or decision is written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decided_at: Option<Spot>,
    /// Why, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Why it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<JudgedReport>,
    /// Why the rule that is expected did not match.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unmatched: Option<UnmatchedReport>,
}

/// One thing that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct MissedReport {
    /// Its key in the expectation.
    pub key: String,
    /// What is expected.
    pub expected: String,
    /// What came of it.
    pub got: String,
}

/// Why an item ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct JudgedReport {
    /// The cause.
    pub cause: String,
    /// certain, likely or weak.
    pub confidence: String,
    /// The facts, the deciding one first.
    pub because: Vec<String>,
}

/// A rule that was expected to decide.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct UnmatchedReport {
    /// Its name.
    pub rule: String,
    /// Where it is written.
    pub at: Spot,
    /// The first of its words that does not hold; absent: it was never asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed_on: Option<FailedOn>,
}

/// A plan that is refused otherwise than expected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RefusalReport {
    /// The code that is expected, or `none`.
    pub expected: String,
    /// The code that it is refused with, or `none`.
    pub got: String,
    /// Why it is refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What the cases came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct CoverageReport {
    /// Every rule, in the order in which they are asked.
    pub rules: Vec<CoveredReport>,
    /// Every tier, in ladder order.
    pub tiers: Vec<CoveredReport>,
}

/// A rule or a tier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct CoveredReport {
    /// Its name.
    pub name: String,
    /// Where it is written.
    pub at: Spot,
    /// How many items of all cases it decided, or took.
    pub items: usize,
}

/// Gathers the report.
pub fn report(recipe: &Recipe, outcome: &Outcome) -> TestReport {
    let covered = |list: &[Covered]| list.iter().map(of_covered).collect();
    TestReport {
        test: 1,
        noun: recipe.items.noun.clone(),
        cases: outcome.cases.iter().map(case).collect(),
        coverage: CoverageReport {
            rules: covered(&outcome.coverage.rules),
            tiers: covered(&outcome.coverage.tiers),
        },
        not_run: outcome.not_run,
        faults: outcome.faults.iter().map(FaultReport::from).collect(),
    }
}

fn spot(place: &Place) -> Spot {
    Spot { file: place.source().name().to_owned(), line: place.line_column().0 }
}

fn case(tested: &Tested) -> CaseReport {
    CaseReport {
        name: tested.case.name.value.clone(),
        at: spot(&tested.case.place),
        ok: tested.holds(),
        failures: tested.failures.iter().map(failure).collect(),
        refusal: tested.refusal.as_ref().map(refusal),
    }
}

fn failure(failure: &Failure) -> FailureReport {
    let got = &failure.got;
    let missed = failure.missed.iter().map(|missed| MissedReport {
        key: missed.key.to_owned(),
        expected: missed.expected.clone(),
        got: missed.got.clone(),
    });
    FailureReport {
        items: crate::units::ranges(&failure.items),
        count: failure.items.len(),
        at: spot(&failure.place),
        missed: missed.collect(),
        decision: got.decision.as_str().to_owned(),
        tier: got.tier.clone(),
        by: got.by.clone(),
        decided_at: got.at.as_ref().map(spot),
        reason: got.reason.clone(),
        cause: got.judgement.as_ref().map(|judgement| JudgedReport {
            cause: judgement.cause.to_string(),
            confidence: judgement.confidence.to_string(),
            because: judgement.because.clone(),
        }),
        unmatched: failure.unmatched.as_ref().map(unmatched),
    }
}

fn unmatched(unmatched: &Unmatched) -> UnmatchedReport {
    let failed_on = unmatched.failed_on.as_ref().map(|unmet| FailedOn {
        word: unmet.word.to_owned(),
        wanted: unmet.wanted.clone(),
        found: unmet.found.clone(),
    });
    UnmatchedReport { rule: unmatched.rule.clone(), at: spot(&unmatched.place), failed_on }
}

fn refusal(refusal: &Refusal) -> RefusalReport {
    let first = refusal.got.first();
    RefusalReport {
        expected: refusal.expected.map_or("none", crate::error::Code::as_str).to_owned(),
        got: first.map_or("none", |(code, _)| code.as_str()).to_owned(),
        reason: first.map(|(_, reason)| reason.clone()),
    }
}

fn of_covered(covered: &Covered) -> CoveredReport {
    CoveredReport { name: covered.name.clone(), at: spot(&covered.place), items: covered.items }
}

/// The JSON schema of a [`TestReport`] (draft-07), as `schemas/test-report.schema.json` holds it.
#[cfg(feature = "schema")]
pub fn schema() -> serde_json::Value {
    let generator = schemars::generate::SchemaSettings::draft07().into_generator();
    generator.into_root_schema_for::<TestReport>().to_value()
}
