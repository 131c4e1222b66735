//! What an item is told of its attempt: the same seven values as parameters `gapit-…` and as variables `GAPIT_…`, for recovery
//! steps and, with `items.attempt-env`, for the items themselves.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::arguments::{Arguments, inputs};
use super::variant_template::Unchanged;
use super::{Job, tier_template};
use crate::diagnose::{ItemDiagnosis, Verdict};
use crate::error::{Code, Fault, Faults};
use crate::evidence::snapshot;
use crate::plan::Fate;
use crate::units::{Index, name, named};

/// The parameters and the variables that they become.
pub(super) const VARIABLES: [(&str, &str); 7] = [
    ("gapit-item", "GAPIT_ITEM"),
    ("gapit-item-name", "GAPIT_ITEM_NAME"),
    ("gapit-attempt", "GAPIT_ATTEMPT"),
    ("gapit-exit-code", "GAPIT_EXIT_CODE"),
    ("gapit-cause", "GAPIT_CAUSE"),
    ("gapit-root-workflow", "GAPIT_ROOT_WORKFLOW"),
    ("gapit-output-directory", "GAPIT_OUTPUT_DIRECTORY"),
];

/// Whether a parameter is one of ours.
pub(super) fn is_ours(parameter: &str) -> bool {
    VARIABLES.iter().any(|(known, _)| *known == parameter)
}

/// The values for one item, by parameter; `arguments` are what its task hands to its template.
///
/// The attempt is counted in pods: those of the item that got as far as a host, over all generations, and this one. What Argo
/// repeats by itself inside the retry has the number of the first. What is not known, is empty: a code where no container ended, a
/// directory where the scan found none.
pub(super) fn values(
    job: &Job<'_>,
    tier: usize,
    index: &Index,
    arguments: &Arguments,
) -> Vec<(String, String)> {
    let item = item(job, index);
    let last = item.and_then(ItemDiagnosis::judged).map(crate::diagnose::NodeFacts::last);
    let code = last.and_then(|last| last.exit_code).map(|code| code.to_string());
    let directory = item.and_then(|item| item.outputs.as_ref()?.directory.clone());
    let said = [
        index.as_str().to_owned(),
        item_name(job, tier, index, arguments),
        (item.map_or(0, ItemDiagnosis::pods) + 1).to_string(),
        code.unwrap_or_default(),
        item.map(cause).unwrap_or_default(),
        job.evidence.lineage.root().name.clone(),
        directory.unwrap_or_default(),
    ];
    VARIABLES.iter().zip(said).map(|((parameter, _), value)| ((*parameter).to_owned(), value)).collect()
}

/// The environment of a container whose template has the parameters.
pub(super) fn environment() -> Vec<Value> {
    let tag = |parameter: &str| format!("{{{{inputs.parameters.{parameter}}}}}");
    VARIABLES
        .iter()
        .map(|(parameter, variable)| json!({ "name": variable, "value": tag(parameter) }))
        .collect()
}

/// Gives a template the parameters and its container the variables. All are empty for whoever calls the template without them.
pub(super) fn declare(body: &mut Map<String, Value>) -> Option<()> {
    let container = tier_template::container_mut(body)?;
    for (parameter, variable) in VARIABLES {
        tier_template::set_env(container, variable, &format!("{{{{inputs.parameters.{parameter}}}}}"));
    }
    let inputs = tier_template::map_at(body, "inputs");
    let list = inputs.entry("parameters".to_owned()).or_insert_with(|| json!([])).as_array_mut()?;
    list.retain(|input| !input.get("name").and_then(Value::as_str).is_some_and(is_ours));
    list.extend(VARIABLES.iter().map(|(parameter, _)| json!({ "name": parameter, "default": "" })));
    Some(())
}

/// The variables that the template which an item runs takes: all where it is made here, as a variant or for its tier, else those that
/// the tier's `body` declares.
pub(super) fn taken(job: &Job<'_>, is_made_here: bool, body: &Value) -> BTreeSet<&'static str> {
    if !job.recipe.items.attempt_env {
        return BTreeSet::new();
    }
    let declared: Vec<&Value> = inputs(body, "parameters");
    let declares = |parameter: &str| {
        declared.iter().any(|input| input.get("name").and_then(Value::as_str) == Some(parameter))
    };
    VARIABLES
        .iter()
        .map(|(parameter, _)| *parameter)
        .filter(|parameter| is_made_here || declares(parameter))
        .collect()
}

/// Items that run without the variables, because their template exists and is not ours to change.
pub(super) fn without(job: &Job<'_>) -> Vec<String> {
    let unchanged = Unchanged::of(job).into_iter().filter(|_| job.recipe.items.attempt_env);
    let unaware = unchanged.filter(|tier| {
        job.ladder.body(job.recipe, tier.tier).is_some_and(|body| taken(job, false, body).is_empty())
    });
    let told = unaware.map(|tier| {
        let items = named(&job.recipe.items.noun, tier.items.iter().copied());
        format!(
            "items.attempt-env: {items} {} without the GAPIT_ variables: {} exists and declares none of the gapit- parameters",
            if tier.items.len() == 1 { "runs" } else { "run" },
            job.ladder.template(tier.tier)
        )
    });
    told.collect()
}

/// What would keep the values from being what they say.
///
/// # Errors
/// A name parameter that a template in use does not have; a directory whose name Argo would read a tag in.
pub(super) fn check(job: &Job<'_>) -> Result<(), Faults> {
    let mut faults = Faults::new();
    let used = job.plan.tiers.iter().filter(|tier| !tier.items.is_empty());
    let bodies = used.filter_map(|tier| Some((tier.tier, job.ladder.body(job.recipe, tier.tier)?)));
    if let Some(parameter) = &job.recipe.items.name_parameter {
        for (tier, body) in bodies {
            let known: Vec<&str> = inputs(body, "parameters")
                .into_iter()
                .filter_map(|input| input.get("name")?.as_str())
                .collect();
            if !known.contains(&parameter.value.as_str()) {
                let meant = name::meant(&parameter.value, known.iter().copied());
                let message = format!(
                    "{} has no input `{}` with the name of an item",
                    job.ladder.template(tier),
                    parameter.value
                );
                let help = format!("{meant}its inputs are {}", known.join(", "));
                faults.push(
                    Fault::new(Code::EmitUnknownParameter, message, help)
                        .at(&parameter.place, "no such input"),
                );
                break;
            }
        }
    }
    let retried = job.plan.decisions.iter().filter(|decision| matches!(decision.fate, Fate::Retry(_)));
    let braced: Vec<&Index> = retried
        .map(|decision| &decision.index)
        .filter(|index| {
            let directory = item(job, index).and_then(|item| item.outputs.as_ref()?.directory.as_ref());
            directory.is_some_and(|directory| directory.contains("{{"))
        })
        .collect();
    if !braced.is_empty() {
        let items = named(&job.recipe.items.noun, braced);
        faults.push(
            Fault::new(
                Code::EmitBadName,
                format!(
                    "the output directory of {items} holds `{{{{`, which Argo would take for a tag of its own"
                ),
                "rename the directory and scan again",
            )
            .at(&job.recipe.items.template.place, "told of its attempt"),
        );
    }
    faults.or(())
}

fn item<'a>(job: &Job<'a>, index: &Index) -> Option<&'a ItemDiagnosis> {
    job.diagnosis.items.iter().find(|item| item.index == *index)
}

fn cause(item: &ItemDiagnosis) -> String {
    match &item.verdict {
        Verdict::Failed(judgement) => judgement.cause.to_string(),
        Verdict::Done { .. } | Verdict::Active => String::new(),
    }
}

/// What the item's name parameter holds; without such a parameter noun and index, as people and file names take them.
fn item_name(job: &Job<'_>, tier: usize, index: &Index, arguments: &Arguments) -> String {
    let Some(parameter) = &job.recipe.items.name_parameter else {
        return name::slug(&format!("{} {index}", job.recipe.items.noun));
    };
    let given = arguments.parameters.iter().find(|(name, _)| *name == parameter.value);
    let by_default = || {
        let body = job.ladder.body(job.recipe, tier)?;
        let named = |input: &&Value| input.get("name").and_then(Value::as_str) == Some(&parameter.value);
        let input = inputs(body, "parameters").into_iter().find(named)?;
        ["value", "default"].iter().find_map(|key| snapshot::any_string(input.get(key)?))
    };
    given.map(|(_, value)| value.clone()).or_else(by_default).unwrap_or_default()
}
