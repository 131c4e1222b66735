//! The names that each kind of `<< >>` text can use: what whoever fills it in has to give.

use minijinja::Value;

use super::{NameTemplate, Scope};

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

/// A made-up first retry, to see at load time what a text becomes. Every name of the lists above is in it.
pub(super) fn sample() -> Scope {
    let workflow =
        |name: &str| Value::from_pairs([("name", Value::from(name)), ("suffix", Value::from("8nj24"))]);
    Scope::from([
        ("pipeline", Value::from("pipeline")),
        ("root", workflow("pipeline-8nj24")),
        ("parent", workflow("pipeline-8nj24")),
        ("generation", Value::from(2)),
        ("retry", Value::from(1)),
        ("base", Value::from("base")),
        ("tier", Value::from("standard")),
        ("index", Value::from("5")),
        ("item", Value::from("5")),
        ("rule", Value::from("oom")),
        ("part", Value::from("part")),
    ])
}

/// Whether a text differs from item to item (`index`) or from part to part (`part`), as the made-up run shows.
pub(super) fn varies(template: &NameTemplate, name: &'static str) -> bool {
    let mut other = sample();
    other.insert(name, Value::from("187"));
    template.render(&sample()).ok() != template.render(&other).ok()
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
