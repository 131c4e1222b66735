//! Variants: a tier's template with other waits or a longer deadline, for the items of one rule alone.

use std::collections::BTreeMap;

use serde_json::Value;

use super::deadline::{Allowance, Source};
use super::{Decision, Fate, Ladder};
use crate::diagnose::{ItemDiagnosis, Judgement, Limit, NodeFacts};
use crate::evidence::Evidence;
use crate::evidence::snapshot::any_string;
use crate::recipe::{Recipe, RuleBackoff};
use crate::units::{Index, Seconds};

/// The fields of a template that bound one attempt (Argo's `docs/fields.md`, Template).
pub const DEADLINES: [&str; 2] = ["activeDeadlineSeconds", "timeout"];

/// What an item needs that its tier's template does not give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Variation {
    /// The waits of its rule.
    pub backoff: Option<RuleBackoff>,
    /// The least deadline of one attempt, longer than the template's own.
    pub deadline: Option<Seconds>,
}

impl Variation {
    /// `None` where the tier's template is good as it is.
    pub(super) fn of(backoff: Option<RuleBackoff>, deadline: Option<Seconds>) -> Option<Box<Self>> {
        (backoff.is_some() || deadline.is_some()).then(|| Box::new(Self { backoff, deadline }))
    }
}

/// A WorkflowTemplate for the items of one rule in one tier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variant {
    /// Its name: the tier's template and the rule.
    pub name: String,
    /// The tier, as a position in the recipe.
    pub tier: usize,
    /// The rule.
    pub rule: String,
    /// What it changes, the deadline being the longest that one of its items needs.
    pub variation: Variation,
    /// The items, in natural order.
    pub items: Vec<Index>,
}

/// The name of a rule's variant of a template.
pub(super) fn name(template: &str, rule: &str) -> String {
    format!("{template}-{rule}")
}

/// Every variant that an item runs, in the order of the ladder and of the rules' names.
pub(super) fn variants(ladder: &Ladder, decisions: &[Decision]) -> Vec<Variant> {
    let mut found: BTreeMap<(usize, &str), Variant> = BTreeMap::new();
    for decision in decisions {
        let Fate::Retry(retried) = &decision.fate else { continue };
        let Some(variation) = retried.variation.as_deref().copied() else { continue };
        let variant = found.entry((retried.to, &retried.by)).or_insert_with(|| Variant {
            name: name(ladder.template(retried.to), &retried.by),
            tier: retried.to,
            rule: retried.by.clone(),
            variation,
            items: Vec::new(),
        });
        variant.variation.deadline = variant.variation.deadline.max(variation.deadline);
        variant.items.push(decision.index.clone());
    }
    found.into_values().collect()
}

/// Why an item that its template's deadline cut cannot get a longer one.
pub(super) enum Unfit {
    /// Nothing that is known set that deadline.
    Unknown(String),
    /// There is no longer one.
    NoGain(String),
}

/// The deadline of one attempt that an item needs and the template of its tier does not give: where a template's own deadline cut an
/// item whose rule asks for a longer one. `None` where the template is good as it is.
///
/// # Errors
/// Why such an item cannot get it.
pub(super) fn longer(
    recipe: &Recipe,
    evidence: &Evidence,
    ladder: &Ladder,
    item: &ItemDiagnosis,
    failed: &Judgement,
    to: usize,
    Allowance { length, source }: Allowance,
) -> Result<Option<Seconds>, Unfit> {
    let Some(cut) = failed.cut_by.filter(|cut| cut.limit == Limit::Template) else { return Ok(None) };
    if let (Source::Cap(wanted), true) = (source, length <= cut.length) {
        let had = cut.length;
        return Err(Unfit::NoGain(format!(
            "it may take {wanted}, but caps.deadline leaves it {length}, and it had {had}"
        )));
    }
    let last = item.judged().map(NodeFacts::last);
    if let Some(inside) = last.and_then(|last| last.place.inside) {
        return Err(Unfit::Unknown(format!(
            "a deadline of {} cut its pod, that of `{}`, which `{}` calls: a variant changes the template of the items alone, so raise it there",
            cut.length, inside.name, recipe.items.template.value
        )));
    }
    let own = ladder.body(recipe, to);
    let defaults = evidence.lineage.parent().spec.get("templateDefaults");
    let bounds: Vec<&Value> = DEADLINES.iter().filter_map(|key| bound(own, defaults, key)).collect();
    let ran = item.judged().and_then(|node| node.template.as_ref());
    if own.is_some() && bounds.is_empty() && DEADLINES.iter().all(|key| bound(ran, None, key).is_none()) {
        return Err(Unfit::Unknown(format!(
            "a deadline of {} cut its pod, and {} sets none: find who set it, a podSpecPatch or a policy of the cluster, and raise it there",
            cut.length,
            ladder.template(to)
        )));
    }
    let long_enough = |bound: &&Value| {
        any_string(bound).and_then(|text| Seconds::parse_argo(&text)).is_some_and(|own| own >= length)
    };
    // What a template takes that is not known cannot be varied either, and emission says so.
    Ok((own.is_none() || !bounds.iter().all(long_enough)).then_some(length))
}

/// The deadline of the variant that an item ran, where the template of its tier gives less: what one rule gave is not taken away by the next
/// one that sends the item again. Only rules have variants.
pub(super) fn kept(
    recipe: &Recipe,
    ladder: &Ladder,
    item: &ItemDiagnosis,
    to: usize,
    by: &str,
) -> Option<Seconds> {
    let node = item.judged()?;
    let ran = node.template_ref.as_ref()?;
    let is_rule = recipe.rules.iter().any(|rule| rule.name.value == by);
    let is_tier = (0..recipe.tiers.len()).any(|tier| ladder.reference(recipe, tier) == *ran);
    if !is_rule || is_tier || ladder.by_template(recipe, ran).is_none() {
        return None;
    }
    let had = DEADLINES.iter().filter_map(|key| node.template_seconds(&[key])).min()?;
    ladder.resources(to).deadline.filter(|own| *own < had).map(|_| had)
}

/// A deadline as it holds for a template: its own, else the one that the workflow gives to every template.
pub fn bound<'a>(body: Option<&'a Value>, defaults: Option<&'a Value>, key: &str) -> Option<&'a Value> {
    [body, defaults].into_iter().flatten().find_map(|value| value.get(key)).filter(|value| !value.is_null())
}
