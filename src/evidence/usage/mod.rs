//! Peak memory as it was measured outside of Argo: what a Prometheus query printed, or a table of items.
//!
//! Nothing here knows the run: whose pod a name is, and what a peak means, is the diagnosis's matter.

mod csv;
mod prometheus;

use std::collections::BTreeMap;

use serde_json::json;

use super::canonical;
use crate::error::{Code, Fault, Faults};
use crate::source::{Place, Source};
use crate::units::{Index, Memory};

/// Peaks by pod and by item.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Usage {
    source: String,
    /// By pod and the namespace that the series names.
    pods: BTreeMap<(String, Option<String>), Peaks>,
    items: BTreeMap<Index, u64>,
}

/// The peaks of one pod in bytes: of its container `main`, and of a series that names no container, which is the whole pod's.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Peaks {
    main: Option<u64>,
    whole: Option<u64>,
}

impl Peaks {
    /// What `main` used is better known by its own series: the whole pod's counts Argo's containers too.
    fn best(self) -> Option<u64> {
        self.main.or(self.whole)
    }
}

/// Reads a usage file: JSON if it begins with a bracket, else CSV.
///
/// # Errors
/// [`Code::UsageNotAUsage`] for what is neither, [`Code::UsageBadNumber`] for every peak that is no amount of memory.
pub fn parse(source: &Source) -> Result<Usage, Faults> {
    let mut usage = Usage { source: source.name().to_owned(), ..Usage::default() };
    if source.text().trim_start_matches('\u{feff}').trim_start().starts_with(['{', '[']) {
        prometheus::read(source, &mut usage)?;
    } else {
        csv::read(source, &mut usage)?;
    }
    Ok(usage)
}

impl Usage {
    /// The file, as messages name it.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The peak of a pod. A series that names another namespace is another pod's.
    pub fn of_pod(&self, pod: &str, namespace: Option<&str>) -> Option<Memory> {
        let first = (pod.to_owned(), None);
        let named = self.pods.range(first..).take_while(|((name, _), _)| name == pod);
        let fits =
            |found: &Option<String>| found.is_none() || namespace.is_none() || found.as_deref() == namespace;
        let peaks = named.filter(|((_, found), _)| fits(found)).filter_map(|(_, peaks)| peaks.best());
        peaks.max().map(Memory::from_bytes)
    }

    /// The peak of an item, of whichever of its attempts.
    pub fn of_item(&self, index: &Index) -> Option<Memory> {
        self.items.get(index).copied().map(Memory::from_bytes)
    }

    /// Every pod that has a peak, with the namespace that its series names.
    pub fn pods(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        let measured = self.pods.iter().filter(|(_, peaks)| peaks.best().is_some());
        measured.map(|((pod, namespace), _)| (pod.as_str(), namespace.as_deref()))
    }

    /// Every item that has a peak.
    pub fn items(&self) -> impl Iterator<Item = &Index> {
        self.items.keys()
    }

    /// The largest of all peaks; `None`: it holds none at all.
    pub fn largest(&self) -> Option<Memory> {
        let of_pods = self.pods.values().filter_map(|peaks| peaks.best());
        of_pods.chain(self.items.values().copied()).max().map(Memory::from_bytes)
    }

    /// The digest of what the file says, however it is written.
    pub fn digest(&self) -> String {
        let pods = self.pods.iter().filter_map(|((pod, namespace), peaks)| {
            Some(json!({ "pod": pod, "namespace": namespace, "bytes": peaks.best()? }))
        });
        let items = self.items.iter().map(|(index, bytes)| json!([index, bytes]));
        canonical::digest(&json!({ "pods": pods.collect::<Vec<_>>(), "items": items.collect::<Vec<_>>() }))
    }

    /// One series of a pod; `container` is the name of its container, if it has one. Argo's own containers are not the workload.
    fn add_pod(&mut self, pod: &str, namespace: Option<&str>, container: Option<&str>, bytes: u64) {
        let peaks = self.pods.entry((pod.to_owned(), namespace.map(str::to_owned))).or_default();
        let known = match container {
            Some("main") => &mut peaks.main,
            None => &mut peaks.whole,
            Some(_) => return,
        };
        *known = (*known).max(Some(bytes));
    }

    fn add_item(&mut self, index: Index, bytes: u64) {
        let known = self.items.entry(index).or_default();
        *known = (*known).max(bytes);
    }
}

fn not_a_usage(place: &Place, message: impl Into<String>, label: &str) -> Fault {
    let help = "give what a Prometheus range or instant query prints as JSON, with a series a pod, or CSV with the columns `item` and `peak_bytes`";
    Fault::new(Code::UsageNotAUsage, message, help).at(place, label)
}

fn bad_number(place: &Place, message: impl Into<String>) -> Fault {
    let help = "a peak is an amount of memory in bytes, such as 102387654321";
    Fault::new(Code::UsageBadNumber, message, help).at(place, "no amount of memory")
}

#[cfg(test)]
mod tests;
