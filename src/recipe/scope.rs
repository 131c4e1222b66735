//! The names that each kind of `<< >>` text can use: what whoever fills it in has to give.

use minijinja::Value;

use super::{NameTemplate, Scope};
use crate::evidence::snapshot::{Lineage, Workflow};

/// `naming.workflow` and the values of `[labels]`.
pub const WORKFLOW: &[&str] =
    &["pipeline", "root.name", "root.suffix", "parent.name", "parent.suffix", "generation", "retry"];

/// `naming.template`: the name of a tier's WorkflowTemplate.
pub const TEMPLATE: &[&str] = &[
    "base",
    "tier",
    "pipeline",
    "root.name",
    "root.suffix",
    "parent.name",
    "parent.suffix",
    "generation",
    "retry",
];

/// `naming.task`: the name of an item's task.
pub const TASK: &[&str] = &[
    "index",
    "item",
    "tier",
    "rule",
    "pipeline",
    "root.name",
    "root.suffix",
    "parent.name",
    "parent.suffix",
    "generation",
    "retry",
];

/// `outputs.directory`. A scan knows no workflow, so it can fill in nothing else.
pub const DIRECTORY: &[&str] = &["index"];

/// `outputs.parts.file`.
pub const PART: &[&str] = &["index", "part"];

/// What every text about a run can use: the pipeline, and whose retry of which generation it is.
pub fn of_run(pipeline: &str, lineage: &Lineage) -> Scope {
    let workflow = |workflow: &Workflow| named(&workflow.name, workflow.suffix());
    let generation = lineage.next_generation();
    Scope::default()
        .with("pipeline", pipeline)
        .with_value("root", workflow(lineage.root()))
        .with_value("parent", workflow(lineage.parent()))
        .with_value("generation", generation)
        .with_value("retry", generation - 1)
}

/// A workflow, with the two names that a text can ask of it.
fn named(name: &str, suffix: &str) -> Value {
    Value::from_pairs([("name", Value::from(name)), ("suffix", Value::from(suffix))])
}

/// A made-up first retry, to see at load time what a text becomes. Every name of the lists above is in it.
pub(super) fn sample() -> Scope {
    Scope::default()
        .with("pipeline", "pipeline")
        .with_value("root", named("pipeline-8nj24", "8nj24"))
        .with_value("parent", named("pipeline-8nj24", "8nj24"))
        .with_value("generation", 2)
        .with_value("retry", 1)
        .with("base", "base")
        .with("tier", "standard")
        .with("index", "5")
        .with("item", "5")
        .with("rule", "oom")
        .with("part", "part")
}

/// Whether a text differs from item to item (`index`) or from part to part (`part`), as the made-up run shows.
pub(super) fn varies(template: &NameTemplate, name: &'static str) -> bool {
    differs(template, &sample().with(name, "187"))
}

/// Whether a text differs from one root to another.
pub(super) fn differs_by_root(template: &NameTemplate) -> bool {
    let other = named("pipeline-h5nzl", "h5nzl");
    differs(template, &sample().with_value("root", other))
}

/// Whether a text differs between the retries of one root.
pub(super) fn differs_by_retry(template: &NameTemplate) -> bool {
    let parent = named("pipeline-retry-8nj24", "8nj25");
    let later = sample().with_value("parent", parent).with_value("generation", 3).with_value("retry", 2);
    differs(template, &later)
}

fn differs(template: &NameTemplate, other: &Scope) -> bool {
    template.render(&sample()).ok() != template.render(other).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{At, Source};

    #[test]
    fn every_name_in_scope_is_in_the_sample() {
        for names in [WORKFLOW, TEMPLATE, TASK, DIRECTORY, PART] {
            for name in names {
                let text = format!("<< {name} >>");
                let place = Source::new("recipe.toml", text.clone()).place(0..text.len());
                let template = NameTemplate::check(At::new(text, place), names).unwrap();
                assert!(!template.render(&sample()).unwrap().is_empty(), "{name}");
            }
        }
    }
}
