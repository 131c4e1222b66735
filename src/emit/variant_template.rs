//! A variant's WorkflowTemplate: its tier's, with other waits between attempts or a longer deadline of each.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::tier_template::{body_mut, map_at, rename};
use super::{Changes, Draft, Job, attempt, clean, header, labels, retry_strategy, taken};
use crate::error::{Code, Fault, Faults};
use crate::evidence::snapshot::any_string;
use crate::plan::{DEADLINES, Fate, Variant, Variation, bound};
use crate::recipe::{NotOn, RetryPolicy, RetryStrategy, Rule, RuleBackoff, TierForm};
use crate::units::{Index, Seconds, name, named};

/// Retries after the first attempt where neither the rule nor the template bounds them: without a limit Argo waits for nothing
/// (`processNodeRetries` in `workflow/controller/operator.go`).
const RETRIES: u32 = 3;

/// A tier in use whose WorkflowTemplate exists, and its items that run that template as it is, and no variant of it.
pub(super) struct Unchanged<'a> {
    /// The tier, as a position in the recipe.
    pub tier: usize,
    /// Those of its items, one at least.
    pub items: BTreeSet<&'a Index>,
    /// Whether these are all items of the tier.
    all: bool,
}

impl<'a> Unchanged<'a> {
    /// All such tiers.
    pub(super) fn of(job: &Job<'a>) -> Vec<Self> {
        job.plan.tiers.iter().filter_map(|tier| Self::of_tier(job, tier.tier)).collect()
    }

    /// One tier; `None` where each of its items runs a template that is made here, or where it has none.
    pub(super) fn of_tier(job: &Job<'a>, tier: usize) -> Option<Self> {
        if matches!(job.recipe.tiers[tier].form, TierForm::Derived(_)) {
            return None;
        }
        let items = job.plan.decisions.iter().filter_map(|decision| match &decision.fate {
            Fate::Retry(retried) if retried.to == tier => Some((&decision.index, retried)),
            _ => None,
        });
        let (own, varied): (Vec<_>, Vec<_>) =
            items.partition(|(_, retried)| job.plan.variant(retried).is_none());
        let items: BTreeSet<&Index> = own.into_iter().map(|(index, _)| index).collect();
        (!items.is_empty()).then_some(Self { tier, items, all: varied.is_empty() })
    }

    /// The items in a sentence: `the traits of tier standard`, or `traits 5, 80 of tier standard` where others run a variant.
    pub(super) fn who(&self, job: &Job<'_>) -> String {
        let (noun, tier) = (&job.recipe.items.noun, &job.recipe.tiers[self.tier].name.value);
        if self.all {
            format!("the {noun}s of tier {tier}")
        } else {
            format!("{} of tier {tier}", named(noun, self.items.iter().copied()))
        }
    }

    /// The form of a verb behind [`Self::who`].
    pub(super) fn verb(&self, one: &'static str, more: &'static str) -> &'static str {
        if self.items.len() == 1 && !self.all { one } else { more }
    }
}

/// The drafts of the variants that an item runs; `tiers` are the drafts of the tiers.
///
/// A tier whose template is not known has none: that its arguments cannot be filled says so already.
pub(super) fn drafts(
    job: &Job<'_>,
    tiers: &[Draft],
    namespace: Option<&str>,
    changes: &Changes,
    faults: &mut Faults,
) -> Vec<Draft> {
    let variants = job.plan.variants.iter();
    let drafts = variants.filter_map(|variant| {
        if let Err(fault) = check_name(job, variant) {
            faults.push(fault);
            return None;
        }
        let mut document = of_tier(job, tiers, variant.tier, changes)?;
        let tier = &job.recipe.tiers[variant.tier].name.value;
        rename(&mut document, &variant.name, namespace, tier);
        let rule = name::short(&variant.rule, name::OBJECT_MAX);
        document["metadata"]["labels"][labels::RULE] = json!(rule);
        let body = body_mut(&mut document, &job.recipe.items.template.value)?;
        vary(body, &job.evidence.lineage.parent().spec, &variant.variation);
        if job.recipe.items.attempt_env && attempt::declare(body).is_none() {
            faults.push(no_container(job, variant));
            return None;
        }
        let file = format!("workflow-template.{}.yaml", variant.name);
        Some(Draft { file, header: vec![header(job.recipe)], value: document })
    });
    drafts.collect()
}

fn no_container(job: &Job<'_>, variant: &Variant) -> Fault {
    let template = &job.recipe.items.template;
    let message = format!(
        "template `{}` of {} has no container to give the GAPIT_ variables to",
        template.value,
        job.ladder.template(variant.tier)
    );
    let help = "its container, its script or the container `main` of its container set takes them; name the template that has one in `items.template`, or leave `items.attempt-env` out";
    Fault::new(Code::EmitBaseUnsuited, message, help).at(&template.place, "the template of the items")
}

/// The WorkflowTemplate of a tier: as it is written beside, or as it exists.
fn of_tier(job: &Job<'_>, tiers: &[Draft], tier: usize, changes: &Changes) -> Option<Value> {
    let template = job.ladder.template(tier);
    let name =
        |draft: &&Draft| draft.value.pointer("/metadata/name").and_then(Value::as_str) == Some(template);
    if let Some(draft) = tiers.iter().find(name) {
        return Some(draft.value.clone());
    }
    let mut document = job.ladder.document(tier)?.clone();
    clean::object(&mut document);
    clean::round_trip(&mut document);
    changes.rewrite(&mut document);
    Some(document)
}

/// Puts the variation into the template of the items; `spec` is the parent's, which says what a template without its own word has.
fn vary(body: &mut Map<String, Value>, spec: &Map<String, Value>, variation: &Variation) {
    let own = Value::Object(body.clone());
    let defaults = spec.get("templateDefaults");
    if let Some(length) = variation.deadline {
        for key in DEADLINES {
            let Some(bound) = bound(Some(&own), defaults, key) else { continue };
            let is_short = any_string(bound).and_then(|text| Seconds::parse_argo(&text)) < Some(length);
            if is_short {
                let value = if key == "timeout" { json!(length.to_argo()) } else { json!(length.0) };
                body.insert(key.to_owned(), value);
            }
        }
    }
    let strategy = bound(Some(&own), defaults, "retryStrategy").or(spec.get("retryStrategy"));
    let strategy = strategy.and_then(Value::as_object).filter(|strategy| !strategy.is_empty());
    let mut strategy = match (strategy, &variation.backoff) {
        (Some(strategy), _) => strategy.clone(),
        (None, Some(_)) => Map::new(),
        (None, None) => return,
    };
    match &variation.backoff {
        Some(backoff) => wait(&mut strategy, backoff),
        None => unbind(&mut strategy),
    }
    // A patch that depends on the attempt can give the next one more memory.
    let grows = own.get("podSpecPatch").and_then(Value::as_str).is_some_and(|patch| patch.contains("memory"));
    if !grows {
        refuse_oom(&mut strategy);
    }
    body.insert("retryStrategy".to_owned(), Value::Object(strategy));
}

/// The rule's waits in place of the template's. Its `maxDuration` goes with them: it would cut what waits longer. The waits are before
/// another attempt, so an `Error`, such as a deleted pod, gets one too (`RetryPolicyActual` in `workflow_types.go`).
fn wait(strategy: &mut Map<String, Value>, backoff: &RuleBackoff) {
    strategy.insert("retryPolicy".to_owned(), json!(retry_strategy::policy_word(RetryPolicy::Always)));
    if let Some(limit) = backoff.limit {
        strategy.insert("limit".to_owned(), json!(limit));
    }
    bounded(strategy);
    strategy
        .insert("backoff".to_owned(), retry_strategy::waits(backoff.duration, backoff.factor, backoff.cap));
}

/// Takes out the window that begins with the first attempt and would cut the later ones, which may take longer now
/// (`processNodeRetries` in `workflow/controller/operator.go`).
fn unbind(strategy: &mut Map<String, Value>) {
    let had_window =
        strategy.contains_key("backoff") && map_at(strategy, "backoff").shift_remove("maxDuration").is_some();
    if had_window {
        // It also bounded the attempts.
        bounded(strategy);
    }
}

fn bounded(strategy: &mut Map<String, Value>) {
    if strategy.get("limit").is_none_or(Value::is_null) {
        strategy.insert("limit".to_owned(), json!(RETRIES));
    }
}

/// An attempt that was out of memory is not repeated with the same memory, unless the template's own expression looks at how an attempt
/// ended. The policy stays what it was: an expression would change the one that Argo takes where none is written
/// (`RetryPolicyActual` in `workflow_types.go`).
fn refuse_oom(strategy: &mut Map<String, Value>) {
    let refusal = retry_strategy::value(&RetryStrategy {
        limit: None,
        policy: None,
        not_on: vec![NotOn::Oom],
        backoff: None,
    });
    let Some(refusal) = refusal.get("expression").and_then(Value::as_str) else { return };
    let written = strategy.get("expression").and_then(Value::as_str).filter(|text| !text.trim().is_empty());
    let expression = match written {
        Some(own) if own.contains("lastRetry.") => return,
        Some(own) => format!("({own}) && {refusal}"),
        None => refusal.to_owned(),
    };
    if written.is_none() && !strategy.contains_key("retryPolicy") {
        let policy = retry_strategy::policy_word(RetryPolicy::OnFailure);
        strategy.insert("retryPolicy".to_owned(), json!(policy));
    }
    strategy.insert("expression".to_owned(), json!(expression));
}

/// A variant's name is made of two others, so it can be too long, and somebody else can have it.
fn check_name(job: &Job<'_>, variant: &Variant) -> Result<(), Fault> {
    let recipe = job.recipe;
    let rule = recipe.rules.iter().find(|rule| rule.name.value == variant.rule);
    let rule = rule.expect("only a rule of the recipe asks for a variant");
    if variant.name.len() > name::OBJECT_MAX {
        return Err(too_long(job, variant, rule));
    }
    let tier = |tier: usize| job.ladder.template(tier) == variant.name;
    let clash = |whose: String| {
        Fault::new(
            Code::EmitNameClash,
            format!(
                "the variant of {} for the rule `{}` and {whose} would both be WorkflowTemplate {}",
                job.ladder.template(variant.tier),
                variant.rule,
                variant.name
            ),
            "give the rule another name: the variant is named by its tier's template and its rule",
        )
        .at(&rule.name.place, "this rule")
    };
    if let Some(other) = (0..recipe.tiers.len()).find(|other| tier(*other)) {
        return Err(clash(format!("the tier `{}`", recipe.tiers[other].name.value)));
    }
    let others = job.plan.variants.iter().take_while(|other| *other != variant);
    if let Some(other) = others.into_iter().find(|other| other.name == variant.name) {
        let template = job.ladder.template(other.tier);
        return Err(clash(format!("that of {template} for the rule `{}`", other.rule)));
    }
    match taken::owner(recipe, job.ladder, &job.evidence.templates, &variant.name) {
        Some(whose) => Err(clash(whose)),
        None => Ok(()),
    }
}

fn too_long(job: &Job<'_>, variant: &Variant, rule: &Rule) -> Fault {
    let length = variant.name.len();
    let spare = name::OBJECT_MAX.saturating_sub(rule.name.value.len() + 1);
    let derived = matches!(job.recipe.tiers[variant.tier].form, TierForm::Derived(_));
    let cut = if derived && spare > 7 {
        format!(
            ", or let the tier's be cut with a digest at its end: `naming.template = \"<< (…) | short({spare}) >>\"`"
        )
    } else {
        String::new()
    };
    Fault::new(
        Code::EmitNameTooLong,
        format!(
            "the name {} has {length} characters, {} at most are allowed here",
            variant.name,
            name::OBJECT_MAX
        ),
        format!("it is made of the tier's template and the rule: shorten the rule's name{cut}"),
    )
    .at(&rule.name.place, "this rule has a variant")
}

#[cfg(test)]
mod tests {
    use super::*;

    const REFUSED: &str = "!(lastRetry.message matches \"^(main: )?OOMKilled \")";

    fn varied(mut body: Value, spec: &Value, backoff: Option<RuleBackoff>, deadline: Option<u64>) -> Value {
        let variation = Variation { backoff, deadline: deadline.map(Seconds) };
        vary(body.as_object_mut().unwrap(), spec.as_object().unwrap(), &variation);
        body
    }

    fn waits(limit: Option<u32>) -> Option<RuleBackoff> {
        Some(RuleBackoff { duration: Seconds(30), factor: Some(2), cap: Some(Seconds(300)), limit })
    }

    #[test]
    fn waits_are_replaced_and_what_else_the_strategy_says_stays() {
        let backoff = json!({ "duration": "30s", "factor": 2, "cap": "5m" });
        for (own, limit, wanted) in [
            (
                json!({}),
                None,
                json!({ "retryPolicy": "Always", "limit": 3, "backoff": backoff, "expression": REFUSED }),
            ),
            (
                json!({ "limit": 2, "retryPolicy": "OnError", "backoff": { "duration": "1m", "maxDuration": "30m" } }),
                None,
                json!({ "limit": 2, "retryPolicy": "Always", "backoff": backoff, "expression": REFUSED }),
            ),
            (
                json!({ "limit": "2", "expression": "asInt(lastRetry.exitCode) != 2" }),
                Some(5),
                json!({ "limit": 5, "retryPolicy": "Always", "backoff": backoff, "expression": "asInt(lastRetry.exitCode) != 2" }),
            ),
            (
                json!({ "expression": "asInt(retries) < 2" }),
                None,
                json!({ "limit": 3, "retryPolicy": "Always", "backoff": backoff, "expression": format!("(asInt(retries) < 2) && {REFUSED}") }),
            ),
            (
                json!({ "limit": 1 }),
                None,
                json!({ "limit": 1, "backoff": backoff, "retryPolicy": "Always", "expression": REFUSED }),
            ),
        ] {
            let body = varied(json!({ "retryStrategy": own }), &json!({}), waits(limit), None);
            assert_eq!(body, json!({ "retryStrategy": wanted }), "{own}");
        }
    }

    #[test]
    fn the_workflows_strategy_is_varied_where_the_template_has_none() {
        let spec = json!({ "retryStrategy": { "limit": 7, "retryPolicy": "Always" } });
        let body = varied(json!({}), &spec, waits(None), None);
        assert_eq!(body["retryStrategy"]["limit"], 7);
        let defaults = json!({ "templateDefaults": { "retryStrategy": { "limit": 8 } }, "retryStrategy": { "limit": 7 } });
        assert_eq!(varied(json!({}), &defaults, waits(None), None)["retryStrategy"]["limit"], 8);
    }

    #[test]
    fn every_deadline_that_is_shorter_gets_longer_and_the_window_goes() {
        let own = json!({
            "activeDeadlineSeconds": 7200, "timeout": "5h",
            "retryStrategy": { "expression": "lastRetry.status == 'Error'", "backoff": { "duration": "1m", "maxDuration": "3h" } },
        });
        let strategy = json!({ "expression": "lastRetry.status == 'Error'", "backoff": { "duration": "1m" }, "limit": 3 });
        assert_eq!(
            varied(own, &json!({}), None, Some(10_800)),
            json!({ "activeDeadlineSeconds": 10_800, "timeout": "5h", "retryStrategy": strategy })
        );
        let written = json!({ "timeout": "{{inputs.parameters.most}}" });
        assert_eq!(varied(written, &json!({}), None, Some(5400)), json!({ "timeout": "1h30m" }));
        let defaults = json!({ "templateDefaults": { "timeout": "1h" } });
        assert_eq!(varied(json!({}), &defaults, None, Some(5400)), json!({ "timeout": "1h30m" }));
    }

    #[test]
    fn memory_that_grows_by_itself_is_still_tried_again() {
        let own = json!({ "podSpecPatch": "{{=(sprig.int(retries)+1)*64}}Gi memory", "retryStrategy": { "limit": 2 } });
        assert_eq!(varied(own, &json!({}), waits(None), None)["retryStrategy"].get("expression"), None);
    }
}
