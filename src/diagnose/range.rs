//! The whole range of items: from the recipe, or from the root's own fan-out.

use std::collections::BTreeSet;

use crate::error::{Code, Fault, Faults};
use crate::evidence::snapshot::{self, Lineage, Workflow};
use crate::recipe::{Range, Recipe};
use crate::source::At;
use crate::units::Index;

/// Every index of the range in natural order, each once.
///
/// # Errors
/// [`Code::SnapshotNoRange`] where the root does not say what the range is.
pub(super) fn of(recipe: &Recipe, lineage: &Lineage) -> Result<Vec<Index>, Faults> {
    let mut indexes = match &recipe.items.range {
        Some(Range::List(list)) => list.clone(),
        Some(Range::Numbers { from, to }) => numbers(*from, *to),
        Some(Range::Parameters { from, to }) => {
            let mut faults = Faults::new();
            let first = faults.take(parameter(lineage, from));
            let last = faults.take(parameter(lineage, to));
            match (first, last) {
                (Some(first), Some(last)) if first.abs_diff(last) < Range::MOST => {
                    numbers(first.min(last), first.max(last))
                }
                (Some(first), Some(last)) => return Err(too_wide(first, last, to).into()),
                _ => return Err(faults),
            }
        }
        None => fan_out(recipe, lineage)?,
    };
    indexes.sort();
    indexes.dedup();
    Ok(indexes)
}

fn too_wide(first: u64, last: u64, to: &At<String>) -> Fault {
    Fault::new(
        Code::SnapshotNoRange,
        format!("the range from {first} to {last} has more than {} items", Range::MOST),
        "no workflow runs so many: give `items.range` as `{ from = …, to = … }`, or name the parameters that bound it",
    )
    .at(&to.place, "its value ends the range")
}

fn numbers(from: u64, to: u64) -> Vec<Index> {
    (from..=to).map(|number| Index::new(number.to_string())).collect()
}

/// The whole number in a workflow parameter of the root.
fn parameter(lineage: &Lineage, name: &At<String>) -> Result<u64, Faults> {
    let parameters = lineage.root().parameters();
    let found = parameters.iter().find(|parameter| parameter.name == name.value);
    let workflow = &lineage.root().name;
    let value = found.and_then(|parameter| parameter.value.as_deref());
    match (found, value.and_then(|text| text.trim().parse().ok())) {
        (_, Some(number)) => Ok(number),
        (None, _) => {
            let known: Vec<&str> = parameters.iter().map(|parameter| parameter.name.as_str()).collect();
            let near = crate::units::name::nearest(&name.value, known.iter().copied());
            let meant = near.map_or(String::new(), |near| format!("write `{near}`, or "));
            Err(Fault::new(
                Code::SnapshotNoRange,
                format!("workflow {workflow} has no parameter `{}` to take the range from", name.value),
                format!("{meant}give `items.range` as `{{ from = …, to = … }}`; its parameters are {}", known.join(", ")),
            )
            .at(&name.place, "no such parameter in the snapshot")
            .into())
        }
        (Some(_), None) => Err(Fault::new(
            Code::SnapshotNoRange,
            format!("parameter `{}` of workflow {workflow} is {:?}, not a whole number", name.value, value.unwrap_or("")),
            "give `items.range` as `{ list = [\"…\"] }`, or leave it out to take the range from the fan-out itself",
        )
        .at(&name.place, "its value bounds the range")
        .into()),
    }
}

/// What the root's fan-out tasks expand to.
fn fan_out(recipe: &Recipe, lineage: &Lineage) -> Result<Vec<Index>, Faults> {
    let template = &recipe.items.template;
    let root = lineage.root();
    told(recipe, lineage).ok_or_else(|| {
        Fault::new(
            Code::SnapshotNoRange,
            format!("what the tasks of workflow {} that run `{}` fan out to is only known while they run", root.name, template.value),
            "say what the range is: `items.range = { from = 2, to = 187 }`, `{ list = [\"…\"] }` or `{ from-parameter = …, to-parameter = … }`",
        )
        .at(&template.place, "this template's fan-out")
        .into()
    })
}

/// Every index of the root's fan-outs; `None` where there is none, or one of them does not tell.
fn told(recipe: &Recipe, lineage: &Lineage) -> Option<Vec<Index>> {
    let root = lineage.root();
    let fan_outs = snapshot::fan_outs(root, &recipe.items.template.value);
    let lists: Option<Vec<Vec<Index>>> = fan_outs
        .iter()
        .map(|fan_out| snapshot::expected(fan_out, root, &recipe.items.index_parameter.value))
        .collect();
    lists.filter(|lists| !lists.is_empty()).map(|lists| lists.into_iter().flatten().collect())
}

/// Whether the root's spec tells all that it was to run.
pub(super) fn is_told(recipe: &Recipe, lineage: &Lineage) -> bool {
    told(recipe, lineage).is_some()
}

/// What each generation's spec was to run, as far as it tells.
pub(super) fn expected(recipe: &Recipe, lineage: &Lineage) -> Vec<BTreeSet<Index>> {
    let (template, index) = (&recipe.items.template.value, &recipe.items.index_parameter.value);
    let of = |workflow: &Workflow| {
        let fan_outs = snapshot::fan_outs(workflow, template);
        fan_outs.iter().filter_map(|fan_out| snapshot::expected(fan_out, workflow, index)).flatten().collect()
    };
    lineage.generations().iter().map(of).collect()
}
