//! From what is written to what it means: each table is checked in a file of its own, all faults are collected, defaults come last.
//!
//! A checker returns `None` only where it has pushed a fault, or where the reader of the tree has: a missing or broken value is
//! never reported a second time.

mod aggregate;
mod ambiguous;
mod before;
mod caps;
mod concurrency;
pub(super) mod inputs;
mod items;
mod ladder;
mod lineage_parameters;
mod lint;
mod memoize;
mod naming;
mod outputs;
mod parameters;
mod parts;
mod pattern;
mod policy;
mod reach;
mod regions;
mod retry;
mod rules;
mod tiers;
pub(super) mod value;
mod when;

use super::digest::digest;
use super::extend::Tree;
use super::scripts::Scripts;
use super::{ArgoVersion, Layout, NamingMode, Output, Recipe, UnknownArgoVersion, path, raw};
use crate::error::{Code, Fault, Faults};
use crate::source::{At, Place, Source};

/// The checked recipe. `None` if there is a fault, here or before.
pub(super) fn check(
    raw: &raw::Recipe,
    source: &Source,
    tree: &Tree,
    scripts: &Scripts,
    faults: &mut Faults,
) -> Option<Recipe> {
    let pipeline = value::name(raw.pipeline.given(), &value::OBJECT, faults);
    let inputs = inputs::inputs(raw.inputs.given(), faults);
    let output = output(raw.output.given(), source, faults);
    let argo = raw.argo.given().and_then(|argo| argo_version(argo.value.version.given()?, faults));
    let items = items::items(raw.items.given(), faults);
    let outputs = raw.outputs.given().map(|outputs| outputs::outputs(&outputs.value, faults));
    let naming = naming::naming(raw.naming.given(), source, faults);
    let labels = naming::labels(raw.labels.given(), faults);
    let lineage_parameters = raw.lineage_parameters.given();
    let parameters = parameters::parameters(raw.parameters.given(), lineage_parameters, faults);
    let lineage_parameters = lineage_parameters.map(|table| lineage_parameters::names(&table.value, faults));
    let caps = caps::caps(raw.caps.given(), faults);
    let deadline = caps::deadline(raw.deadline.given(), &caps, faults);
    let tiers = tiers::tiers(&raw.tiers, &caps, tree.ladder_is_known, faults);
    let semaphore = raw.concurrency.given().map(|at| concurrency::semaphore(&at.value, source, faults));
    let range = items.as_ref().and_then(|items| items.range.as_ref());
    let rules = rules::rules(raw, range, tree, scripts, source, faults);
    let policy = policy::policy(raw.policy.given(), faults);
    let aggregate = raw.aggregate.given().map(|aggregate| aggregate::aggregate(&aggregate.value, faults));
    let memoize = raw.memoize.given().map(|memoize| memoize::memoize(&memoize.value, faults));
    let allowed = lint::allowed(raw.lint.given(), faults);
    if !faults.is_empty() {
        return None;
    }
    Some(Recipe {
        source: source.clone(),
        digest: digest(&tree.root, scripts),
        pipeline: pipeline?,
        inputs,
        output,
        argo: argo?,
        items: items?,
        outputs: transposed(outputs)?,
        naming: naming?,
        labels,
        parameters,
        lineage_parameters,
        tiers: tiers?,
        rules: rules?,
        policy,
        caps,
        semaphore: transposed(semaphore)?,
        deadline,
        aggregate: transposed(aggregate)?,
        memoize: transposed(memoize)?,
        allowed,
        warnings: ambiguous::warnings(&raw.rules),
    })
}

/// A table that can be left out: absent is fine, broken is not.
fn transposed<T>(table: Option<Option<T>>) -> Option<Option<T>> {
    match table {
        None => Some(None),
        Some(checked) => checked.map(Some),
    }
}

/// A conflict with what stands at another place. Where that is another text, a message cannot show it, so the help says where it is.
pub(crate) fn against(fault: Fault, other: &Place, what: &str) -> Fault {
    let is_elsewhere = fault.labels.first().is_some_and(|label| label.place.source() != other.source());
    let mut fault = fault.at(other, what);
    if is_elsewhere {
        let (line, _) = other.line_column();
        fault.help = format!("{} ({what}: {}, line {line})", fault.help, other.source().name());
    }
    fault
}

fn output(raw: Option<&At<raw::Output>>, source: &Source, faults: &mut Faults) -> Output {
    let raw = raw.map(|at| &at.value);
    let written = raw.and_then(|output| output.directory.given());
    let directory = written.and_then(|written| inputs::resolved(written, faults)).map(|at| at.value);
    let naming_mode = raw.map_or(NamingMode::Name, |output| output.naming_mode.or(NamingMode::Name));
    // Where Argo CD finds a `kustomization.yaml` it builds that and nothing else, and kustomize builds no object without a
    // `metadata.name` (kustomize issue 641): the hook would never run.
    let kustomized = naming_mode != NamingMode::ArgocdHook;
    Output {
        directory: directory.unwrap_or_else(|| path::beside(source.name(), "manifests")),
        naming_mode,
        kustomization: raw.map_or(kustomized, |output| output.kustomization.or(kustomized)),
        layout: raw
            .and_then(|output| output.layout.given().cloned())
            .unwrap_or_else(|| At::new(Layout::Auto, source.place(0..0))),
        reference: raw.is_some_and(|output| output.reference.or(false)),
    }
}

fn argo_version(written: &At<String>, faults: &mut Faults) -> Option<ArgoVersion> {
    let refuse = |unknown: UnknownArgoVersion| {
        let message =
            format!("Argo {} is not a version that manifests can be verified against", written.value);
        let help = format!("write `version = \"{}\"`; {unknown}", ArgoVersion::NEWEST);
        faults
            .push(Fault::new(Code::RecipeUnsupportedVersion, message, help).at(&written.place, "not known"));
    };
    written.value.parse().map_err(refuse).ok()
}
