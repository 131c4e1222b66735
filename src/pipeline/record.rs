//! The plan that was made, as the ledger remembers it.

use serde_json::Value;

use super::{Inputs, Run};
use crate::emit::header;
use crate::evidence::Evidence;
use crate::evidence::ledger::{self, Entry, Planned};
use crate::evidence::snapshot;
use crate::plan::Fate;
use crate::verify::Manifest;

/// The text of the ledger with this plan in place of an earlier one for the same parent; `None` where nothing runs again, because
/// then there is no plan to remember and what was planned before stays on record.
pub(super) fn ledger(
    inputs: &Inputs,
    evidence: &Evidence,
    run: &Run,
    manifests: &[Manifest],
) -> Option<String> {
    let workflow = manifests.iter().find(|manifest| text(manifest, "/kind") == Some("Workflow"))?;
    let lineage = &evidence.lineage;
    let (parent, generation) = (lineage.parent(), lineage.next_generation());
    let recipe = &inputs.recipe;
    let entry = Entry {
        generation,
        root: lineage.root().name.clone(),
        parent: parent.name.clone(),
        workflow: text(workflow, "/metadata/name").or(text(workflow, "/metadata/generateName"))?.to_owned(),
        recipe: recipe.digest.clone(),
        snapshot: snapshot::digest(parent),
        scan: evidence.scan.as_ref().map(crate::evidence::outputs::Scan::digest),
        decisions: evidence.decisions.as_ref().map(crate::evidence::decisions::Decisions::digest),
        usage: evidence.usage.as_ref().map(crate::evidence::usage::Usage::digest),
        logs: evidence.logs.as_ref().map(crate::evidence::logs::Logs::digest),
        flags: inputs.flags.clone(),
        items: planned(inputs, run),
    };
    let kept = evidence.ledger.with(entry);
    Some(ledger::render(&header(recipe), &kept))
}

fn text<'a>(manifest: &'a Manifest, pointer: &str) -> Option<&'a str> {
    manifest.value().pointer(pointer).and_then(Value::as_str)
}

/// What each item that runs again was given.
fn planned(inputs: &Inputs, run: &Run) -> std::collections::BTreeMap<crate::units::Index, Planned> {
    let decided = run.plan.decisions.iter().zip(&run.diagnosis.items);
    decided
        .filter_map(|(decision, item)| {
            let Fate::Retry(retried) = &decision.fate else { return None };
            let crate::diagnose::Verdict::Failed(judgement) = &item.verdict else { return None };
            let planned = Planned {
                rule: retried.by.clone(),
                cause: judgement.cause.to_string(),
                tier: inputs.recipe.tiers[retried.to].name.value.clone(),
                variant: run.plan.variant(retried).map(|variant| variant.name.clone()),
                used: retried.used,
            };
            Some((decision.index.clone(), planned))
        })
        .collect()
}
