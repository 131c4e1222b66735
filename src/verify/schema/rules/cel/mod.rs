//! The CEL rules of the full CRDs (`x-kubernetes-validations`; Argo issue 13503, from 4.0 on), each written in Rust.
//!
//! The facts name a rule by the beginning of the SHA-256 of its text, so that a rule which changed or came is one that this
//! table lacks; a test holds the two together. `has(self.x)` of CEL is a field that is there and not null, empty or not.

use serde_json::Value;

use super::{dag, given, more_than_one, template};
use crate::verify::Finding;
use crate::verify::schema::refused;

/// One rule.
pub(in crate::verify::schema) struct CelRule {
    /// The beginning of the SHA-256 of its text.
    digest: &'static str,
    /// The definitions, or the field of one, that carry it.
    #[cfg_attr(not(test), expect(dead_code, reason = "the tests hold it against the facts"))]
    at: &'static [&'static str],
    /// What it refuses.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "the table is read by people, and the tests hold that it is filled")
    )]
    refuses: &'static str,
    /// The rule: its findings in what stands at a pointer.
    pub(in crate::verify::schema) check: fn(&str, &Value) -> Vec<Finding>,
}

/// Every rule that a version has.
const RULES: [CelRule; 10] = [
    CelRule {
        digest: "e32e9acf9492",
        at: &["Artifact", "ArtifactLocation", "ArtifactPaths"],
        refuses: "an artifact that lies in two places",
        check: |pointer, value| more_than_one(pointer, value, &PLACES).into_iter().collect(),
    },
    CelRule {
        digest: "dd3bb9f02a84",
        at: &["Gauge"],
        refuses: "a gauge in real time of a duration of resources, which is known at the end",
        check: |pointer, value| realtime_gauge(pointer, value).into_iter().collect(),
    },
    CelRule {
        digest: "ad5c84ec1848",
        at: &["DAGTask"],
        refuses: "a task with `depends` and `dependencies`",
        check: |pointer, task| {
            more_than_one(pointer, task, &["depends", "dependencies"]).into_iter().collect()
        },
    },
    CelRule {
        digest: "78667ef1c821",
        at: &["DAGTask"],
        refuses: "a task with `depends` and `continueOn`",
        check: |pointer, task| {
            let both = given(task, "depends").is_some() && given(task, "continueOn").is_some();
            both.then(|| dag::continues(pointer, task)).into_iter().collect()
        },
    },
    CelRule {
        digest: "2f41cff97bfb",
        at: &["DAGTask"],
        refuses: "a task whose name begins with a digit and that waits for others",
        check: |pointer, task| {
            let waits = given(task, "depends").is_some() || given(task, "dependencies").is_some();
            waits.then(|| dag::digit_first(pointer, task)).flatten().into_iter().collect()
        },
    },
    CelRule {
        digest: "7452a63b3b9d",
        at: &["Sequence"],
        refuses: "a sequence with `count` and `end`",
        check: |pointer, value| more_than_one(pointer, value, &["count", "end"]).into_iter().collect(),
    },
    CelRule {
        digest: "0d508c1836fd",
        at: &["ResourceTemplate"],
        refuses: "a resource with `manifest` and `manifestFrom`",
        check: |pointer, value| {
            more_than_one(pointer, value, &["manifest", "manifestFrom"]).into_iter().collect()
        },
    },
    CelRule {
        digest: "eca931ccb61d",
        at: &["WorkflowSpec.templates"],
        refuses: "a template of two types",
        check: |pointer, value| each(pointer, value, template::several_types),
    },
    CelRule {
        digest: "d2b0e0bbdd19",
        at: &["WorkflowSpec.templates"],
        refuses: "a `timeout` on steps or a dag",
        check: |pointer, value| {
            each(pointer, value, |pointer, template| {
                let given = given(template, "timeout").is_some_and(|text| text != "");
                given.then(|| template::on_no_leaf(pointer, template, "timeout")).flatten()
            })
        },
    },
    CelRule {
        digest: "0d9ec258465a",
        at: &["WorkflowSpec.templates"],
        refuses: "`activeDeadlineSeconds` on steps or a dag",
        check: |pointer, value| {
            each(pointer, value, |pointer, template| {
                let given = given(template, "activeDeadlineSeconds").is_some();
                given.then(|| template::on_no_leaf(pointer, template, "activeDeadlineSeconds")).flatten()
            })
        },
    },
];

/// Where an artifact may lie.
const PLACES: [&str; 10] =
    ["artifactory", "azure", "gcs", "git", "hdfs", "http", "oss", "plugin", "raw", "s3"];

/// The rule of a digest.
pub(in crate::verify::schema) fn of(digest: &str) -> Option<&'static CelRule> {
    RULES.iter().find(|rule| rule.digest == digest)
}

/// A rule of each entry of a list (`self.all`).
fn each(pointer: &str, list: &Value, rule: fn(&str, &Value) -> Option<Finding>) -> Vec<Finding> {
    let items = list.as_array().into_iter().flatten().enumerate();
    items.filter_map(|(at, item)| rule(&format!("{pointer}/{at}"), item)).collect()
}

/// The durations of resources are known when the node has ended (rule 30 too).
pub(super) fn realtime_gauge(pointer: &str, gauge: &Value) -> Option<Finding> {
    let text = given(gauge, "value")?.as_str()?;
    (gauge["realtime"] == true && text.contains("resourcesDuration.")).then(|| {
        refused(
            &format!("{pointer}/value"),
            "a gauge in real time cannot use `resourcesDuration`, which is known at the end".to_owned(),
            "write `realtime: false`, or use `{{duration}}`".to_owned(),
        )
    })
}

#[cfg(test)]
mod tests;
