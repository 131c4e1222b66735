//! `[outputs]` and `[aggregate]`: what an item leaves behind, and what collects it.

use serde_json::Value;

use crate::evidence::snapshot::{self, Parameter, Runs, Workflow};
use crate::evidence::templates::main_container;
use crate::init::Shown;
use crate::init::collector::Collector;
use crate::init::page::{Page, shown as clipped};
use crate::recipe::toml_text::{key, string};

/// What the run shows of its outputs. Which file completes an item no workflow says, so the section is switched off.
pub(super) fn outputs(page: &mut Page, shown: &Shown<'_>) {
    let root = shown.lineage.root();
    let noun = shown.items.noun();
    page.heading("When an item is done");
    page.decide(&format!(
        "where does a {noun} leave its results, and which file is written last? Until that is said a {noun} is done when its pod \
         succeeded; a pod that failed after its work runs again, and one that succeeded without results does not."
    ));
    let parameters: Vec<Parameter> = root.parameters().into_iter().filter(is_output).collect();
    let places = places(root, shown);
    if !parameters.is_empty() || !places.is_empty() {
        page.says("The run tells of");
        for parameter in &parameters {
            let value = string(&clipped(parameter.value.as_deref().unwrap_or_default()));
            page.line(&format!("#     the parameter {} = {value}", key(&parameter.name)));
        }
        for place in &places {
            page.line(&format!("#     {place}"));
        }
    }
    page.line("#");
    page.off("[outputs]", "");
    page.off(
        &format!("directory     = \"{noun}_<< index >>_*\""),
        "of one item, below the directory that is scanned",
    );
    page.off("complete-when = [\"…\"]", "the files that are there once it is complete");
    if let Some(list) = root.parameters().iter().find(|parameter| is_list(parameter)) {
        page.off(
            &format!(
                "parts         = {{ from-parameter = [{}], split = \",\", file = \"…<< part >>…\" }}",
                string(&list.name)
            ),
            "if each has a file of its own",
        );
    }
}

/// A parameter that seems to name where results go.
fn is_output(parameter: &Parameter) -> bool {
    let name = parameter.name.to_lowercase();
    ["output", "result", "outdir"].iter().any(|word| name.contains(word))
}

/// A parameter that holds a list of words.
fn is_list(parameter: &Parameter) -> bool {
    let word = |text: &str| {
        !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
    };
    parameter.value.as_deref().is_some_and(|value| value.contains(',') && value.split(',').all(word))
}

/// Where the items' container can write: its mounts that are not read-only.
fn places(root: &Workflow, shown: &Shown<'_>) -> Vec<String> {
    let template = &shown.items.kind.template;
    let fan_outs = snapshot::fan_outs(root, template);
    let own = root.spec.get("templates").and_then(Value::as_array).into_iter().flatten();
    let body = fan_outs.first().and_then(|fan_out| match &fan_out.runs {
        Runs::Reference(reference) => snapshot::stored_template(root, reference),
        Runs::Local(name) => {
            own.into_iter().find(|body| body.get("name").and_then(Value::as_str) == Some(name))
        }
    });
    let mounts =
        body.and_then(main_container).and_then(|main| main.get("volumeMounts")).and_then(Value::as_array);
    let writable =
        mounts.into_iter().flatten().filter(|mount| mount.get("readOnly") != Some(&Value::Bool(true)));
    writable
        .filter_map(|mount| {
            let word = |name: &str| mount.get(name).and_then(Value::as_str).map(clipped);
            Some(format!("the volume `{}`, mounted at {}", word("name")?, word("mountPath")?))
        })
        .collect()
}

/// What runs behind the items.
pub(super) fn aggregate(page: &mut Page, shown: &Shown<'_>) {
    let fit = shown.collectors.iter().position(|collector| collector.unfit.is_none());
    if shown.collectors.is_empty() {
        return;
    }
    page.heading("Collecting the results");
    for (at, collector) in shown.collectors.iter().enumerate() {
        if Some(at) == fit {
            continue;
        }
        let why = collector.unfit.unwrap_or("one task collects; a WorkflowTemplate can hold a DAG of both");
        page.decide(&format!(
            "the run's task `{}` waits for the items too, and a retry has none of it: {why}.",
            clipped(&collector.task)
        ));
    }
    if let Some(collector) = fit.and_then(|at| shown.collectors.get(at)) {
        active(page, collector);
    }
}

fn active(page: &mut Page, collector: &Collector) {
    let Some((name, template)) = &collector.reference else { return };
    page.decide("should it run over what there is, also when some fail again? Or only once all succeeded (all-succeeded)?");
    page.line("[aggregate]");
    page.line(&format!("template-ref = {{ name = {}, template = {} }}", string(name), string(template)));
    page.noted("when         = \"always\"", "as = \"exit-handler\" survives a deadline and a stop");
    if collector.arguments.is_empty() {
        return;
    }
    let entries: Vec<String> = collector
        .arguments
        .iter()
        .map(|(name, value)| format!("{} = {}", key(name), string(value)))
        .collect();
    page.line(&format!("arguments    = {{ {} }}", entries.join(", ")));
}
