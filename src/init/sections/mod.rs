//! The sections of the recipe, in the order in which people read one.

mod results;
mod rules;
mod tiers;

use super::endings::{range, version};
use super::items::{Kind, Range};
use super::page::{Page, shown as clipped};
use super::{Shown, Standing};
use crate::error::Fault;
use crate::evidence::snapshot::Workflow;
use crate::recipe::toml_text::{key, string};
use crate::units::ranges;

/// The whole recipe, with what keeps it from compiling, or the run from being planned, at its head.
pub(super) fn write(shown: &Shown<'_>, standing: &Standing) -> String {
    let mut page = Page::default();
    head(&mut page, shown, standing);
    inputs(&mut page, shown);
    items(&mut page, shown);
    results::outputs(&mut page, shown);
    tiers::write(&mut page, shown);
    rules::write(&mut page, shown);
    bounds(&mut page, shown);
    parameters(&mut page, shown.lineage.root());
    results::aggregate(&mut page, shown);
    page.text()
}

/// The name of the pipeline: how the names of its runs begin.
fn pipeline(run: &Workflow) -> &str {
    let prefix = run
        .generate_name
        .as_deref()
        .map(|prefix| prefix.trim_end_matches('-'))
        .filter(|name| !name.is_empty());
    let stem = || run.name.rsplit_once('-').map(|(stem, _)| stem).filter(|stem| !stem.is_empty());
    prefix.or_else(stem).unwrap_or(&run.name)
}

fn head(page: &mut Page, shown: &Shown<'_>, standing: &Standing) {
    let root = shown.lineage.root();
    let (name, endings) = (pipeline(root), &shown.endings);
    let noun = shown.items.noun();
    let counted = match endings.items {
        0 => String::new(),
        items => format!(": of {items} {noun}s {} done, {} not", endings.done, endings.failed()),
    };
    page.says(&format!(
        "A first recipe for {}, made from the run {} ({}{counted}).",
        clipped(name),
        root.name,
        root.phase.as_str()
    ));
    page.line("#");
    stands(page, standing);
    page.line("#");
    page.says("An editor completes and checks it with `gapit-compile schema recipe > recipe.schema.json` and the first line");
    page.says("`#:schema recipe.schema.json`.");
    page.blank();
    page.line("version  = 1");
    let code = format!("pipeline = {}", string(name));
    page.noted(&code, &format!("runs of this pipeline are named {}-...", clipped(name)));
    page.blank();
    page.line("[argo]");
    let (version, why) = version(shown.lineage);
    page.noted(&format!("version = \"{version}\""), &why);
}

/// What a compile with the recipe comes to.
fn stands(page: &mut Page, standing: &Standing) {
    let begin = "Begin with what is marked `to decide`, and look what each choice comes to:";
    if !standing.open.is_empty() {
        page.says("It does not compile yet, because");
        standing.open.iter().chain(&standing.forbidden).for_each(|fault| reason(page, fault));
        return;
    }
    if standing.forbidden.is_empty() {
        page.says(&format!("It compiles as it stands. {begin}"));
    } else {
        page.says(
            "It is a right recipe, but as it stands nothing is planned of this run (exit code 4), because",
        );
        standing.forbidden.iter().for_each(|fault| reason(page, fault));
        page.line("#");
        page.says(begin);
    }
    page.line("#");
    page.line("#     gapit-compile recipe.toml --diff");
}

/// A fault and its way out.
fn reason(page: &mut Page, fault: &Fault) {
    page.line("#");
    page.says(&format!("- {}: {}; {}", fault.code, on_one_line(&fault.message), on_one_line(&fault.help)));
}

/// A sentence of a fault on one line.
fn on_one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

fn inputs(page: &mut Page, shown: &Shown<'_>) {
    page.blank();
    page.line("[inputs]");
    let files: Vec<String> = shown.files.iter().map(|file| string(file)).collect();
    let code = format!("workflow  = [{}]", files.join(", "));
    page.noted(&code, "the run, and later its retries, in any order");
    page.off(
        "scan      = [\"outputs.scan.json\"]",
        "gapit-compile scan DIR --recipe recipe.toml; asks for [outputs]",
    );
    page.off(
        "templates = [\"templates/\"]",
        "WorkflowTemplates as they are on the cluster now, not as the run stored them",
    );
    page.off("usage     = \"usage.json\"", "peak memory a pod, to tell out of memory from another 137");
    page.off("decisions = \"decisions.toml\"", "what people decided about single items");
}

fn items(page: &mut Page, shown: &Shown<'_>) {
    let items = &shown.items;
    let noun = items.noun();
    page.heading("What one item is");
    let rivals: Vec<String> = items.others.iter().map(told).collect();
    if !rivals.is_empty() {
        page.decide(&format!(
            "is this recipe about `{}`? It runs for the most items ({}); a recipe is about one kind, and the run also has {}.",
            items.kind.template,
            items.kind.indexes.len(),
            rivals.join(" and ")
        ));
    }
    page.line("[items]");
    page.noted(&format!("noun            = {}", string(&noun)), "how messages call one of them");
    let code = format!("template        = {}", string(&items.kind.template));
    page.noted(&code, "the template that runs for each item");
    let code = format!("index-parameter = {}", string(&items.kind.index_parameter));
    page.noted(&code, &format!("its input that is another one for every {noun}"));
    match &items.range {
        Range::Parameters(..) => page.noted(&range(&items.range), "both ends belong to it"),
        Range::Told => page.off(
            "range         = { … }",
            &format!("without it, the run's own fan-out tells: {}", few(shown)),
        ),
        Range::Numbers(..) | Range::List(_) => {
            page.decide("are these all? A task of the run made the list, so only what began is known; one that never got a pod is missing here.");
            page.line(&range(&items.range));
        }
        Range::Unknown => {
            page.decide(
                "which items are there? A task of the run makes the list, and none of them has a node.",
            );
            page.off("range           = { from = 1, to = 100 }", "or { list = [\"…\"] }");
        }
    }
}

fn told(kind: &Kind) -> String {
    format!("`{}` for {} (by `{}`)", kind.template, kind.indexes.len(), kind.index_parameter)
}

/// The indexes of the items, or the first of many.
fn few(shown: &Shown<'_>) -> String {
    clipped(&ranges(&shown.items.kind.indexes))
}

fn bounds(page: &mut Page, shown: &Shown<'_>) {
    page.heading("Bounds");
    page.decide("how large may a pod be, and how long may a retry run? Without bounds the ladder and the deadlines are trusted.");
    page.off("[caps]", "");
    page.off("memory   = \"256Gi\"", "of one pod; a tier above it is a fault");
    page.off("deadline = \"14d\"", "of a retry workflow");
    if let Some(deadline) = shown.lineage.root().active_deadline().filter(|deadline| deadline.0 > 0) {
        page.blank();
        page.line("[deadline]");
        let code = format!("workflow = \"{}\"", in_days(deadline.0));
        page.noted(&code, "the run's own; a retry gets this long at least");
    }
}

/// A length of time as a recipe writes it.
fn in_days(seconds: u64) -> String {
    let units = [(86_400, 'd'), (3600, 'h'), (60, 'm'), (1, 's')];
    let mut rest = seconds;
    let mut text = String::new();
    for (size, unit) in units {
        if rest >= size {
            text.push_str(&format!("{}{unit}", rest / size));
            rest %= size;
        }
    }
    text
}

fn parameters(page: &mut Page, root: &Workflow) {
    let parameters = root.parameters();
    if parameters.is_empty() {
        return;
    }
    page.heading("Parameters");
    page.says("A retry is given all parameters of the run as they are:");
    page.line("#");
    for parameter in &parameters {
        let value =
            parameter.value.as_deref().map_or("(no value)".to_owned(), |value| string(&clipped(value)));
        page.line(&format!("#     {} = {value}", key(&parameter.name)));
    }
    page.line("#");
    page.decide("does the retry need another value, such as an image in which what failed is mended?");
    page.off("[parameters]", "");
    let first =
        parameters.iter().find(|parameter| parameter.name.contains("image")).unwrap_or(&parameters[0]);
    page.off(&format!("set = {{ {} = \"…\" }}", key(&first.name)), "also: rename, drop");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_is_written_in_the_units_that_count() {
        for (seconds, text) in [(604_800, "7d"), (5400, "1h30m"), (32, "32s"), (90_061, "1d1h1m1s")] {
            assert_eq!(in_days(seconds), text);
            assert_eq!(crate::units::Seconds::parse(text).map(|read| read.0), Ok(seconds));
        }
    }
}
