//! What the HTTP API of Prometheus answers to a query: `data.result` with a series a pod, each with one `value` (instant query) or many
//! `values` (range query). Only the `data`, or only the list, is taken too: tools print them so.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, SeqAccess, Visitor};

use super::{Usage, bad_number, not_a_usage};
use crate::error::Faults;
use crate::evidence::locate;
use crate::source::{Place, Source};

/// The labels that can hold a pod's name, the surest first. Where a scraped series has labels that the scraper sets too, its own are renamed
/// `exported_…`, and the plain ones are of the exporter that was scraped.
const POD: [&str; 4] = ["exported_pod", "pod", "pod_name", "kubernetes_pod_name"];

/// The labels that can hold a container's name.
const CONTAINER: [&str; 3] = ["exported_container", "container", "container_name"];

/// The labels that can hold a namespace.
const NAMESPACE: [&str; 2] = ["exported_namespace", "namespace"];

/// Words in the name of a metric that is not an amount of memory in use.
const OTHER_METRICS: [&str; 7] = ["cpu", "limit", "request", "failcnt", "failures", "seconds", "swap"];

/// The answer, or its `data`.
#[derive(Deserialize)]
struct Answer {
    status: Option<String>,
    error: Option<String>,
    data: Option<Box<Answer>>,
    result: Option<Vec<Series>>,
}

#[derive(Deserialize)]
struct Series {
    #[serde(default)]
    metric: BTreeMap<String, String>,
    value: Option<(IgnoredAny, Reading)>,
    values: Option<Samples>,
}

/// One measured number; Prometheus writes them as text. A text that is no number is kept for its fault.
struct Reading(Result<f64, String>);

/// The largest of many readings, and the position of the first that is none with what is wrong with it: a week of samples is not worth keeping.
#[derive(Default)]
struct Samples {
    largest: Option<f64>,
    bad: Option<(usize, String)>,
}

/// Adds every series of an answer.
pub(super) fn read(source: &Source, usage: &mut Usage) -> Result<(), Faults> {
    let text = source.text().trim_start_matches('\u{feff}');
    let source = &Source::new(source.name(), text);
    let (series, path) = series(source)?;
    let mut faults = Faults::new();
    let mut pods = 0;
    for (position, one) in series.iter().enumerate() {
        let at = position.to_string();
        let path: Vec<&str> = path.iter().copied().chain([at.as_str()]).collect();
        pods += usize::from(add(source, &path, one, usage, &mut faults));
    }
    if faults.is_empty() && pods == 0 && !series.is_empty() {
        let place = place(source, &path, &["0", "metric"]);
        let message = "no series has a label `pod`, so whose memory it is cannot be told";
        faults.push(not_a_usage(&place, message, "sum it `by (pod)`, or by pod and container"));
    }
    faults.or(())
}

/// The list of series, and where it stands.
fn series(source: &Source) -> Result<(Vec<Series>, Vec<&'static str>), Faults> {
    let text = source.text();
    let broken = |error: serde_json::Error| -> Faults {
        let message = error.to_string();
        let suffix = format!(" at line {} column {}", error.line(), error.column());
        let message = message.strip_suffix(&suffix).unwrap_or(&message);
        let place = source.place_at(error.line(), error.column());
        not_a_usage(&place, format!("this is no answer of Prometheus: {message}"), "here").into()
    };
    if text.trim_start().starts_with('[') {
        return Ok((serde_json::from_str(text).map_err(broken)?, Vec::new()));
    }
    let answer: Answer =
        serde_json::from_str(text).map_err(|error| scalar(source).unwrap_or_else(|| broken(error)))?;
    if answer.status.as_deref() == Some("error") {
        let why = answer.error.unwrap_or_else(|| "it does not say why".to_owned());
        let place = place(source, &["error"], &[]);
        return Err(not_a_usage(&place, format!("the query failed: {why}"), "Prometheus says so").into());
    }
    let (data, path) = match answer.data {
        Some(data) => (*data, vec!["data", "result"]),
        None => (answer, vec!["result"]),
    };
    data.result.map(|series| (series, path)).ok_or_else(|| {
        let message = "this JSON is no answer of Prometheus: it has no `data.result`";
        not_a_usage(&source.place(0..1), message, "here").into()
    })
}

/// A query that gave one number, or a text, and no series.
fn scalar(source: &Source) -> Option<Faults> {
    #[derive(Deserialize)]
    struct Kind {
        data: Option<Box<Kind>>,
        #[serde(rename = "resultType")]
        result_type: Option<String>,
    }
    let kind: Kind = serde_json::from_str(source.text()).ok()?;
    let (kind, path) = match kind.data {
        Some(data) => (data.result_type?, &["data", "resultType"][..]),
        None => (kind.result_type?, &["resultType"][..]),
    };
    let message = format!("the query gave a {kind}, and not a series a pod");
    matches!(kind.as_str(), "scalar" | "string")
        .then(|| not_a_usage(&place(source, path, &[]), message, "no series").into())
}

/// Adds one series; whether it is some pod's.
fn add(source: &Source, path: &[&str], series: &Series, usage: &mut Usage, faults: &mut Faults) -> bool {
    let exported = series.metric.contains_key(POD[0]);
    let label = |names: &[&str]| {
        // Beside a renamed pod, a plain container or namespace is the exporter's.
        let names = if exported { &names[..1] } else { names };
        let found = names.iter().find_map(|name| series.metric.get(*name));
        found.map(String::as_str).filter(|value| !value.is_empty())
    };
    if let Some(name) = series.metric.get("__name__").filter(|name| is_other(name)) {
        let place = place(source, path, &["metric", "__name__"]);
        let message = format!("`{name}` does not say how much memory was in use");
        faults.push(not_a_usage(&place, message, "ask for container_memory_working_set_bytes or the like"));
        return true;
    }
    let largest = match (&series.value, &series.values) {
        (Some((_, Reading(reading))), _) => {
            bytes_of(reading).map_err(|why| (place(source, path, &["value", "1"]), why))
        }
        (None, Some(samples)) => match &samples.bad {
            Some((at, why)) => Err((place(source, path, &["values", &at.to_string(), "1"]), why.clone())),
            None => Ok(samples.largest),
        },
        (None, None) => {
            let message = "this series has neither `value` nor `values`";
            faults.push(not_a_usage(&place(source, path, &[]), message, "this series"));
            return true;
        }
    };
    match largest {
        Err((place, why)) => faults.push(bad_number(&place, why)),
        Ok(largest) => {
            let Some(pod) = label(&POD) else { return false };
            // Not a number, or zero: nothing was measured.
            let bytes = largest.map_or(0, |largest| largest as u64);
            if bytes > 0 {
                usage.add_pod(pod, label(&NAMESPACE), label(&CONTAINER), bytes);
            }
        }
    }
    true
}

fn is_other(metric: &str) -> bool {
    OTHER_METRICS.iter().any(|word| metric.contains(word))
}

/// No memory has so many bytes: the number of bytes that 64 bits cannot count.
const TOO_MANY: f64 = 18_446_744_073_709_551_616.0;

/// A reading that is an amount; `None` for "not a number", which Prometheus writes where there is none. The error is what is wrong with it.
fn bytes_of(reading: &Result<f64, String>) -> Result<Option<f64>, String> {
    match reading {
        Ok(number) if number.is_nan() => Ok(None),
        Ok(number) if (0.0..TOO_MANY).contains(number) => Ok(Some(*number)),
        Ok(number) if number.is_finite() && *number > 0.0 => {
            Err(format!("\"{number:e}\" is no amount of memory: it is too large"))
        }
        Ok(number) => Err(format!("\"{number}\" is no amount of memory")),
        Err(text) => Err(format!("\"{text}\" is no amount of memory")),
    }
}

fn place(source: &Source, path: &[&str], further: &[&str]) -> Place {
    let path: Vec<&str> = path.iter().chain(further).copied().collect();
    source.place(locate::place_of(source.text(), &path).unwrap_or(0..1))
}

impl<'de> Deserialize<'de> for Reading {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Number;
        impl Visitor<'_> for Number {
            type Value = Reading;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number, or a number in quotes")
            }

            fn visit_str<E>(self, text: &str) -> Result<Reading, E> {
                Ok(Reading(text.parse().map_err(|_| text.to_owned())))
            }

            fn visit_f64<E>(self, number: f64) -> Result<Reading, E> {
                Ok(Reading(Ok(number)))
            }

            fn visit_u64<E>(self, number: u64) -> Result<Reading, E> {
                Ok(Reading(Ok(number as f64)))
            }

            fn visit_i64<E>(self, number: i64) -> Result<Reading, E> {
                Ok(Reading(Ok(number as f64)))
            }
        }
        deserializer.deserialize_any(Number)
    }
}

impl<'de> Deserialize<'de> for Samples {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Each;
        impl<'de> Visitor<'de> for Each {
            type Value = Samples;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of samples, each a time and a number")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Samples, A::Error> {
                let mut samples = Samples::default();
                let mut position = 0;
                while let Some((_, Reading(reading))) = list.next_element::<(IgnoredAny, Reading)>()? {
                    match bytes_of(&reading) {
                        Ok(number) => {
                            samples.largest = match (samples.largest, number) {
                                (Some(one), Some(other)) => Some(one.max(other)),
                                (one, other) => one.or(other),
                            };
                        }
                        Err(why) if samples.bad.is_none() => samples.bad = Some((position, why)),
                        Err(_) => {}
                    }
                    position += 1;
                }
                Ok(samples)
            }
        }
        deserializer.deserialize_seq(Each)
    }
}
