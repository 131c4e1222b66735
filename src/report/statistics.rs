//! The items in numbers: by cause, by who decided, by tier, and how much was tried for them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use super::ItemReport;
use crate::diagnose::Diagnosis;

/// The items in numbers. The counts by decision stand beside it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Statistics {
    /// Items that are not done, by why their last attempt ended.
    pub by_cause: BTreeMap<String, usize>,
    /// Items by the rule, or the key of the policy, that decided, and what it decided.
    pub by_rule: BTreeMap<String, BTreeMap<String, usize>>,
    /// Items that run again, by the tier that they go to.
    pub by_tier: BTreeMap<String, usize>,
    /// The attempts of all items, over every workflow of the lineage.
    pub attempts: usize,
    /// Items that had more than one attempt.
    pub tried_again: usize,
    /// Items that never had one.
    pub never_tried: usize,
}

/// Counts the items of a run.
pub(super) fn statistics(diagnosis: &Diagnosis, items: &[ItemReport]) -> Statistics {
    let mut counted = Statistics::default();
    for item in items {
        if let Some(cause) = item.cause.as_ref().filter(|_| item.decision != "done") {
            *counted.by_cause.entry(cause.clone()).or_default() += 1;
        }
        if let Some(rule) = &item.by {
            let decided = counted.by_rule.entry(rule.clone()).or_default();
            *decided.entry(item.decision.clone()).or_default() += 1;
        }
        if let Some(tier) = &item.to {
            *counted.by_tier.entry(tier.clone()).or_default() += 1;
        }
    }
    for item in &diagnosis.items {
        let nodes = item.history.iter().filter_map(|past| past.node.as_ref()).chain(&item.node);
        let attempts: usize = nodes.map(|node| node.attempts.len()).sum();
        counted.attempts += attempts;
        counted.tried_again += usize::from(attempts > 1);
        counted.never_tried += usize::from(attempts == 0);
    }
    counted
}

impl Statistics {
    /// The numbers as lines of text; those that count nothing are left out.
    pub(super) fn lines(&self, noun: &str) -> String {
        let mut text = String::from("in numbers\n");
        let mut line = |what: &str, parts: Vec<String>| {
            if !parts.is_empty() {
                let _ = writeln!(text, "  {what:<8}  {}", parts.join(", "));
            }
        };
        let counts = |map: &BTreeMap<String, usize>| -> Vec<String> {
            map.iter().map(|(name, count)| format!("{name} {count}")).collect()
        };
        line("causes", counts(&self.by_cause));
        let rules = self.by_rule.iter().flat_map(|(rule, decided)| {
            decided.iter().map(move |(decision, count)| format!("{rule} {count} {decision}"))
        });
        line("rules", rules.collect());
        line("tiers", counts(&self.by_tier));
        let mut attempts = vec![format!("{} in all", self.attempts)];
        for (count, what) in [(self.tried_again, "more than one"), (self.never_tried, "none")] {
            if count > 0 {
                attempts.push(format!("{what} of {count} {noun}{}", if count == 1 { "" } else { "s" }));
            }
        }
        line("attempts", attempts);
        text
    }
}
