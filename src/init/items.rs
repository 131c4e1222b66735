//! Which template ran the items, which of its inputs tells them apart, and which items there are.

use std::collections::BTreeSet;

use crate::error::{Code, Fault, Faults};
use crate::evidence::snapshot::{self, FanOut, Lineage, Loop, Workflow};
use crate::units::Index;

/// A template that runs many times, and how its runs are told apart.
#[derive(Debug)]
pub(super) struct Kind {
    /// The template.
    pub(super) template: String,
    /// Its input that is another one for every item.
    pub(super) index_parameter: String,
    /// The indexes that the spec or the nodes show.
    pub(super) indexes: BTreeSet<Index>,
}

/// What the items of a run are.
#[derive(Debug)]
pub(super) struct Items {
    /// The kind that the recipe is about.
    pub(super) kind: Kind,
    /// The kinds that it is not about, the most items first.
    pub(super) others: Vec<Kind>,
    /// Where the range comes from.
    pub(super) range: Range,
}

/// Where the range of items comes from.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Range {
    /// Two parameters of the workflow bound the fan-out.
    Parameters(String, String),
    /// The fan-out itself tells.
    Told,
    /// Only the nodes show which items there were: neighbouring numbers.
    Numbers(u64, u64),
    /// Only the nodes show which items there were.
    List(Vec<Index>),
    /// Nothing tells.
    Unknown,
}

impl Items {
    /// The word that messages call one item: what stands before `-index` in the index parameter, where that is a word.
    pub(super) fn noun(&self) -> String {
        let parameter = self.kind.index_parameter.as_str();
        let ends = ["index", "idx", "id", "name", "number"]
            .iter()
            .flat_map(|end| [format!("-{end}"), format!("_{end}")]);
        let stem = ends.filter_map(|end| parameter.strip_suffix(&end).map(str::to_owned)).next();
        let word = stem.unwrap_or_else(|| parameter.to_owned());
        let plain = word.len() > 2 && word.chars().all(|c| c.is_ascii_lowercase());
        let says_nothing =
            ["index", "idx", "name", "number", "value", "key", "item"].contains(&word.as_str());
        if plain && !says_nothing { word } else { "item".to_owned() }
    }
}

/// The items of a lineage, by its root: the template that ran for the most of them.
///
/// # Errors
/// [`Code::SnapshotNoFanOut`] where no template runs for several.
pub(super) fn find(lineage: &Lineage) -> Result<Items, Faults> {
    let root = lineage.root();
    let names = snapshot::templates_run(root);
    let mut kinds: Vec<Kind> = names.iter().filter_map(|template| kind(root, template)).collect();
    // Stable: of two with as many items the one that stands first in the spec.
    kinds.sort_by_key(|kind| std::cmp::Reverse(kind.indexes.len()));
    if kinds.is_empty() {
        return Err(no_fan_out(root, &names).into());
    }
    let kind = kinds.remove(0);
    let range = range(root, &kind);
    Ok(Items { kind, others: kinds, range })
}

/// A template as a kind of item, if it is run in a loop or by several tasks, and one of its inputs tells the runs apart.
fn kind(root: &Workflow, template: &str) -> Option<Kind> {
    let fan_outs = snapshot::fan_outs(root, template);
    is_repeated(&fan_outs).then_some(())?;
    let looped = fan_outs.iter().any(|fan_out| fan_out.repeat != Loop::Once);
    let mut best: Option<(usize, u8, Kind)> = None;
    for name in handed_over(&fan_outs) {
        let Some(indexes) = indexes(root, template, &fan_outs, name) else { continue };
        let (count, rank) = (indexes.len(), rank(&fan_outs, name));
        if count < 2 && !(looped && rank > 0) {
            continue;
        }
        if best.as_ref().is_none_or(|(most, highest, _)| (count, rank) > (*most, *highest)) {
            let kind = Kind { template: template.to_owned(), index_parameter: name.to_owned(), indexes };
            best = Some((count, rank, kind));
        }
    }
    best.map(|(_, _, kind)| kind)
}

/// Whether a template is run in a loop or by several tasks.
fn is_repeated(fan_outs: &[FanOut<'_>]) -> bool {
    fan_outs.len() > 1 || fan_outs.iter().any(|fan_out| fan_out.repeat != Loop::Once)
}

/// The names of the parameters that the tasks hand over, each once, in the order written.
fn handed_over<'a>(fan_outs: &'a [FanOut<'_>]) -> Vec<&'a str> {
    let mut names: Vec<&str> = Vec::new();
    for parameter in fan_outs.iter().flat_map(|fan_out| &fan_out.parameters) {
        if !names.contains(&parameter.name.as_str()) {
            names.push(&parameter.name);
        }
    }
    names
}

/// How much an argument looks like an index: the loop's value itself, one made of it, anything else.
fn rank(fan_outs: &[FanOut<'_>], name: &str) -> u8 {
    let arguments = fan_outs.iter().filter_map(|fan_out| fan_out.argument(name));
    let of = |text: &str| {
        let inside = text.strip_prefix("{{").and_then(|text| text.strip_suffix("}}")).map(str::trim);
        let is_loop =
            |tag: &str| tag == "item" || tag.strip_prefix("item.").is_some_and(|key| !key.contains('}'));
        match inside {
            Some(tag) if is_loop(tag) => 2,
            _ => u8::from(text.contains("{{item")),
        }
    };
    arguments.map(of).min().unwrap_or(0)
}

/// The indexes under one parameter, by the spec and the nodes; `None` where two runs share one.
fn indexes(root: &Workflow, template: &str, fan_outs: &[FanOut<'_>], name: &str) -> Option<BTreeSet<Index>> {
    let seen = snapshot::items(root, template, name).ok()?;
    let mut found: BTreeSet<Index> = seen.into_iter().map(|item| item.index).collect();
    for told in fan_outs.iter().filter_map(|fan_out| snapshot::expected(fan_out, root, name)) {
        let before = told.len();
        let once: BTreeSet<Index> = told.into_iter().collect();
        (once.len() == before).then_some(())?;
        found.extend(once);
    }
    Some(found)
}

fn range(root: &Workflow, kind: &Kind) -> Range {
    let fan_outs = snapshot::fan_outs(root, &kind.template);
    if let [fan_out] = &fan_outs[..]
        && let Some((from, to)) = bounds(root, fan_out, &kind.index_parameter)
    {
        return Range::Parameters(from, to);
    }
    let told = |fan_out: &FanOut| snapshot::expected(fan_out, root, &kind.index_parameter).is_some();
    if fan_outs.iter().all(told) {
        return Range::Told;
    }
    let plain = |index: &Index| index.as_str().parse().ok().filter(|n: &u64| n.to_string() == index.as_str());
    let numbers: Option<Vec<u64>> = kind.indexes.iter().map(plain).collect();
    match numbers.as_deref() {
        Some([first, .., last]) if last - first == kind.indexes.len() as u64 - 1 => {
            Range::Numbers(*first, *last)
        }
        _ if kind.indexes.is_empty() => Range::Unknown,
        _ => Range::List(kind.indexes.iter().cloned().collect()),
    }
}

/// The two parameters of the workflow that a plain `withSequence` counts between.
fn bounds(root: &Workflow, fan_out: &FanOut<'_>, index_parameter: &str) -> Option<(String, String)> {
    let Loop::Sequence(sequence) = &fan_out.repeat else { return None };
    let plain =
        sequence.get("format").is_none() && fan_out.argument(index_parameter)?.replace(' ', "") == "{{item}}";
    let parameters = root.parameters();
    let parameter = |key: &str| -> Option<String> {
        let text = sequence.get(key)?.as_str()?.strip_prefix("{{")?.strip_suffix("}}")?.trim();
        let name = text.strip_prefix("workflow.parameters.")?;
        let value = parameters.iter().find(|parameter| parameter.name == name)?.value.as_deref()?;
        value.trim().parse::<u64>().ok().map(|_| name.to_owned())
    };
    plain.then_some(())?;
    Some((parameter("start")?, parameter("end")?))
}

/// No template runs for several items, or those that run several times have no input that tells the runs apart.
fn no_fan_out(root: &Workflow, names: &[&str]) -> Fault {
    let quoted = |names: &[&str]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let repeated: Vec<&str> =
        names.iter().copied().filter(|name| is_repeated(&snapshot::fan_outs(root, name))).collect();
    let of = format!("of the workflow `{}` in {}", root.name, root.source.name());
    if !repeated.is_empty() {
        return Fault::new(
            Code::SnapshotNoFanOut,
            format!("no input tells the runs of {} {of} apart", quoted(&repeated)),
            "a recipe is about a template with an input that is another one for each item: hand it over from the loop",
        );
    }
    let run = match names {
        [] => "no task that runs a template".to_owned(),
        names => format!("tasks that run {}", quoted(names)),
    };
    Fault::new(
        Code::SnapshotNoFanOut,
        format!("no template {of} runs for several items"),
        format!(
            "a recipe is about a template that runs by withItems, withSequence, withParam or in several tasks; this workflow has {run}"
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::snapshot::{lineage, read};

    fn items(tasks: &str, more: &str) -> Result<Items, Faults> {
        let text = format!(
            r#"{{"metadata": {{"name": "p-1"}}, "status": {{"nodes": {{"p-1": {{"name": "p-1"}}{more}}}}},
                "spec": {{"arguments": {{"parameters": [{{"name": "a", "value": "2"}}, {{"name": "b", "value": "9"}}]}},
                          "templates": [{{"name": "main", "dag": {{"tasks": [{tasks}]}}}}]}}}}"#
        );
        find(&lineage(vec![read("w.json", text.as_bytes()).unwrap()]).unwrap())
    }

    fn task(name: &str, template: &str, more: &str, arguments: &[(&str, &str)]) -> String {
        let given: Vec<String> = arguments
            .iter()
            .map(|(name, value)| format!(r#"{{"name": "{name}", "value": "{value}"}}"#))
            .collect();
        format!(
            r#"{{"name": "{name}", "template": "{template}"{more}, "arguments": {{"parameters": [{}]}}}}"#,
            given.join(", ")
        )
    }

    #[test]
    fn the_loop_with_the_most_items_is_taken_and_the_others_are_kept() {
        let sequence =
            r#", "withSequence": {"start": "{{workflow.parameters.a}}", "end": "{{workflow.parameters.b}}"}"#;
        let tasks = [
            task("few", "small", r#", "withItems": ["x", "y"]"#, &[("k", "{{item}}")]),
            task(
                "all",
                "run",
                sequence,
                &[("image", "i"), ("trait-name", "t-{{item}}"), ("trait-index", "{{item}}")],
            ),
            task("one", "single", "", &[("k", "1")]),
        ];
        let found = items(&tasks.join(", "), "").unwrap();
        assert_eq!(
            (found.kind.template.as_str(), found.kind.index_parameter.as_str()),
            ("run", "trait-index")
        );
        assert_eq!((found.kind.indexes.len(), found.noun()), (8, "trait".to_owned()));
        assert_eq!(found.range, Range::Parameters("a".to_owned(), "b".to_owned()));
        let others: Vec<&str> = found.others.iter().map(|kind| kind.template.as_str()).collect();
        assert_eq!(others, ["small"]);
    }

    #[test]
    fn several_tasks_of_one_template_are_a_fan_out_too() {
        let tasks = [
            task("a", "run", "", &[("same", "s"), ("sample", "ath-1")]),
            task("b", "run", "", &[("same", "s"), ("sample", "ath-2")]),
        ];
        let found = items(&tasks.join(", "), "").unwrap();
        assert_eq!((found.kind.index_parameter.as_str(), found.range), ("sample", Range::Told));
    }

    #[test]
    fn a_list_that_a_task_made_is_read_from_the_nodes() {
        let tasks =
            task("all", "run", r#", "withParam": "{{tasks.list.outputs.result}}""#, &[("i", "{{item}}")]);
        let node = |at: usize, index: &str| {
            format!(
                r#", "n{at}": {{"name": "p-1.all({at}:{index})", "type": "Pod", "phase": "Failed", "templateName": "run",
                    "inputs": {{"parameters": [{{"name": "i", "value": "{index}"}}]}}}}"#
            )
        };
        let of = |indexes: &[&str]| {
            let nodes: String = indexes.iter().enumerate().map(|(at, index)| node(at, index)).collect();
            items(&tasks, &nodes).unwrap().range
        };
        assert_eq!(of(&["4", "5", "6"]), Range::Numbers(4, 6));
        assert_eq!(of(&["4", "6"]), Range::List(vec![Index::new("4"), Index::new("6")]));
        assert_eq!(of(&["05", "06"]), Range::List(vec![Index::new("05"), Index::new("06")]));
        assert_eq!(of(&[]), Range::Unknown);
        assert_eq!(items(&tasks, "").unwrap().noun(), "item");
    }

    #[test]
    fn a_workflow_without_a_fan_out_is_refused_with_what_it_ran() {
        let faults = items(&task("one", "single", "", &[("k", "1")]), "").unwrap_err();
        let fault = faults.iter().next().unwrap();
        assert_eq!(fault.code, Code::SnapshotNoFanOut);
        assert!(fault.help.contains("`single`"), "{}", fault.help);
        let same = task("all", "run", r#", "withItems": [1, 2]"#, &[("image", "i")]);
        let faults = items(&same, "").unwrap_err();
        assert!(faults.iter().next().unwrap().message.starts_with("no input tells the runs of `run`"));
    }
}
