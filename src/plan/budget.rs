//! How many generations a rule has spent on an item.

use super::facts::Facts;
use super::{Ladder, rules};
use crate::diagnose::{ItemDiagnosis, NodeFacts, Past};
use crate::error::{Code, Fault, Faults};
use crate::evidence::Evidence;
use crate::evidence::ledger::{self, Entry};
use crate::evidence::snapshot::Workflow;
use crate::recipe::Recipe;

/// The annotation of an emitted Workflow that holds the digest of its recipe.
pub(crate) const RECIPE_DIGEST: &str = "gapit-compile/recipe-sha256";

/// Generations after the root in which the item has a node by that rule.
///
/// Plans that never became a workflow of the lineage do not count, nor do Argo's own attempts, nor the plan being made.
pub(super) fn used(
    recipe: &Recipe,
    evidence: &Evidence,
    ladder: &Ladder,
    item: &ItemDiagnosis,
    by: &str,
) -> u32 {
    let past = item.history.iter().filter_map(|past| past.node.as_ref());
    let spent = past
        .chain(&item.node)
        .filter(|node| node.position > 0)
        .filter(|node| rule(recipe, evidence, ladder, item, node) == by);
    u32::try_from(spent.count()).unwrap_or(u32::MAX)
}

/// The rule that sent an item into a generation: the ledger's entry for that workflow says it, else the generation before does.
fn rule(
    recipe: &Recipe,
    evidence: &Evidence,
    ladder: &Ladder,
    item: &ItemDiagnosis,
    node: &NodeFacts,
) -> String {
    let workflow = &evidence.lineage.generations()[node.position];
    let recorded = evidence.ledger.of(workflow).and_then(|entry| entry.items.get(&item.index));
    // A generation that the recovery step kept it out of changed nothing that a rule looks at.
    let ran = |past: &&Past| past.node.as_ref().is_none_or(|node| node.unrecovered.is_none());
    match (recorded, item.history.iter().rfind(|past| past.position < node.position && ran(past))) {
        (Some(planned), _) => planned.rule.clone(),
        (None, Some(before)) => rules::decider(recipe, &Facts::then(recipe, evidence, ladder, item, before)),
        (None, None) => String::new(),
    }
}

/// A retry that another recipe planned can only be counted by its entry: without it, this recipe's rules would be counted instead.
pub(super) fn check_record(recipe: &Recipe, evidence: &Evidence, faults: &mut Faults) {
    for workflow in evidence.lineage.generations().iter().skip(1) {
        let planned_by = workflow.annotations.get(RECIPE_DIGEST);
        if planned_by.is_some_and(|digest| *digest != recipe.digest) && evidence.ledger.of(workflow).is_none()
        {
            faults.push(
                Fault::new(
                    Code::LedgerMissing,
                    format!(
                        "{} was planned by another recipe than this is now, and no ledger says how",
                        workflow.name
                    ),
                    format!(
                        "bring back {}/{} as it was committed with that plan",
                        recipe.output.directory,
                        ledger::FILE
                    ),
                )
                .at(&recipe.source.place(0..0), "this recipe has changed since"),
            );
        }
    }
}

/// Somebody planned on from here already.
pub(super) fn past(parent: &Workflow, later: &Entry) -> Fault {
    Fault::new(
        Code::PlanLedgerPast,
        format!(
            "the ledger is past {}: generation {} was planned from {} already",
            parent.name, later.generation, later.parent
        ),
        format!(
            "give the snapshot of {} too; or, if that plan is to be forgotten, take back the ledger of before it",
            later.parent
        ),
    )
}
