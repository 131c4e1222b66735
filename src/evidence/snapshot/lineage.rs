//! From the workflows that were given, in any order, to the lineage that they make.

use super::workflow::{Lineage, Workflow};
use crate::error::{Code, Fault, Faults};
use crate::units::name;

/// The label that names a lineage's root.
pub const ROOT_LABEL: &str = "gapit-compile/root";
/// The label that names the workflow that a retry retries.
pub const PARENT_LABEL: &str = "gapit-compile/parent";
/// The label that counts generations; the root is 1.
pub const GENERATION_LABEL: &str = "gapit-compile/generation";

/// Sorts workflows into a lineage by their labels; times only break ties.
///
/// # Errors
/// [`Code::SnapshotLineage`] where the root is not among them, where there are two, where one belongs to another lineage, or where
/// a generation between two others is missing: each names what has to be given or left out.
pub fn lineage(mut workflows: Vec<Workflow>) -> Result<Lineage, Faults> {
    let mut faults = Faults::new();
    twice(&workflows, &mut faults);
    faults.or(())?;
    let mut faults = Faults::new();
    let roots: Vec<&Workflow> = workflows.iter().filter(|workflow| is_root(workflow)).collect();
    match roots[..] {
        [] => faults.push(no_root(&workflows)),
        [root] => strangers(root, &workflows, &mut faults),
        _ => faults.push(several_roots(&roots)),
    }
    if faults.is_empty() {
        gaps(&workflows, &mut faults);
    }
    workflows.sort_by(|a, b| (a.generation(), a.created, &a.name).cmp(&(b.generation(), b.created, &b.name)));
    faults.or(())?;
    Ok(Lineage::sorted(workflows))
}

/// A root says of no parent, whatever else its labels say.
fn is_root(workflow: &Workflow) -> bool {
    label(workflow, PARENT_LABEL).is_none() && workflow.generation() == 1
}

fn label<'a>(workflow: &'a Workflow, key: &str) -> Option<&'a str> {
    workflow.labels.get(key).map(String::as_str).filter(|value| !value.is_empty())
}

/// A name as a label holds it.
fn as_label(workflow: &Workflow) -> String {
    name::short(&workflow.name, name::OBJECT_MAX)
}

fn shown(workflow: &Workflow) -> String {
    format!("`{}` in {}", workflow.name, workflow.source.name())
}

fn twice(workflows: &[Workflow], faults: &mut Faults) {
    for (position, workflow) in workflows.iter().enumerate() {
        if let Some(first) = workflows[..position].iter().find(|first| first.name == workflow.name) {
            faults.push(Fault::new(
                Code::SnapshotLineage,
                format!(
                    "the workflow `{}` is given twice: in {} and in {}",
                    workflow.name,
                    first.source.name(),
                    workflow.source.name()
                ),
                "keep the snapshot that was taken last",
            ));
        }
    }
}

fn no_root(workflows: &[Workflow]) -> Fault {
    let Some(first) = workflows.first() else {
        return Fault::new(
            Code::SnapshotLineage,
            "no workflow is given",
            "name its snapshot in the recipe's `inputs.workflow` or with `--workflow FILE`",
        );
    };
    let root = label(first, ROOT_LABEL).or(label(first, PARENT_LABEL));
    let help = match root {
        Some(root) => format!("give the snapshot of the root too: `kubectl get workflow {root} -o json`"),
        None => "give the snapshot of the workflow that this lineage began with, too".to_owned(),
    };
    Fault::new(
        Code::SnapshotLineage,
        format!("the workflow {} is a retry, and the root of its lineage is not given", shown(first)),
        help,
    )
}

fn several_roots(roots: &[&Workflow]) -> Fault {
    let names: Vec<String> = roots.iter().map(|root| shown(root)).collect();
    Fault::new(
        Code::SnapshotLineage,
        format!("{} workflows are roots, and a lineage has one: {}", roots.len(), names.join(", ")),
        "give one of them with its own retries; each root has its own recipe run",
    )
}

fn strangers(root: &Workflow, workflows: &[Workflow], faults: &mut Faults) {
    for workflow in workflows.iter().filter(|workflow| !is_root(workflow)) {
        if let Some(other) = label(workflow, ROOT_LABEL).filter(|other| *other != as_label(root)) {
            faults.push(Fault::new(
                Code::SnapshotLineage,
                format!(
                    "the workflow {} belongs to the lineage of `{other}`, not to that of `{}`",
                    shown(workflow),
                    root.name
                ),
                "leave it out, or give the lineage that it belongs to",
            ));
        }
    }
}

/// Every retry's parent is given, and one generation before it: so no generation is larger than the number of workflows.
fn gaps(workflows: &[Workflow], faults: &mut Faults) {
    for workflow in workflows.iter().filter(|workflow| !is_root(workflow)) {
        let before = workflow.generation() - 1;
        let parent = label(workflow, PARENT_LABEL);
        let given = |other: &&Workflow| {
            !std::ptr::eq(*other, workflow) && parent.is_none_or(|parent| as_label(other) == parent)
        };
        if workflows.iter().filter(given).any(|other| other.generation() == before) {
            continue;
        }
        let misnumbered = parent.and_then(|_| workflows.iter().find(given));
        faults.push(match (misnumbered, parent) {
            (Some(other), _) => misnumbers(workflow, other),
            (None, Some(parent)) => not_given(
                workflow,
                &format!("`{parent}`"),
                &format!(": `kubectl get workflow {parent} -o json`"),
            ),
            (None, None) => not_given(workflow, &format!("generation {before}"), ""),
        });
    }
}

fn not_given(workflow: &Workflow, what: &str, get: &str) -> Fault {
    Fault::new(
        Code::SnapshotLineage,
        format!("{what}, which the workflow {} retries, is not given", shown(workflow)),
        format!("give its snapshot too{get}"),
    )
}

fn misnumbers(workflow: &Workflow, parent: &Workflow) -> Fault {
    let (said, of_parent) = (workflow.generation(), parent.generation());
    Fault::new(
        Code::SnapshotLineage,
        format!(
            "the workflow {} says that it is generation {said}, and retries `{}`, which is generation {of_parent}",
            shown(workflow),
            parent.name
        ),
        format!("its label `{GENERATION_LABEL}` is wrong: each retry is one more than what it retries"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::snapshot::read;

    fn workflow(name: &str, labels: &str) -> Workflow {
        let text = format!(
            r#"{{"metadata": {{"name": "{name}", "labels": {{{labels}}}}}, "spec": {{}}, "status": {{"nodes": {{"w": {{}}}}}}}}"#
        );
        read(&format!("{name}.json"), text.as_bytes()).unwrap()
    }

    fn retry(name: &str, root: &str, parent: &str, generation: u32) -> Workflow {
        let labels = format!(
            r#""{ROOT_LABEL}": "{root}", "{PARENT_LABEL}": "{parent}", "{GENERATION_LABEL}": "{generation}""#
        );
        workflow(name, &labels)
    }

    fn names(workflows: Vec<Workflow>) -> String {
        let made = lineage(workflows).unwrap();
        made.generations().iter().map(|workflow| workflow.name.clone()).collect::<Vec<_>>().join(" ")
    }

    fn message(workflows: Vec<Workflow>) -> String {
        let faults = lineage(workflows).unwrap_err();
        assert_eq!(faults.len(), 1, "{faults:?}");
        faults.iter().map(|fault| format!("{fault} / {}", fault.help)).collect()
    }

    #[test]
    fn a_generation_that_is_not_one_more_than_its_parents_is_refused() {
        for generation in [1, 3, u32::MAX] {
            let told = message(vec![workflow("a", ""), retry("b", "a", "a", generation)]);
            let said =
                format!("says that it is generation {generation}, and retries `a`, which is generation 1");
            assert!(told.contains(&said), "{told}");
        }
        let huge = format!(r#""{GENERATION_LABEL}": "{}""#, usize::MAX);
        let told = message(vec![workflow("a", ""), workflow("b", &huge)]);
        assert!(told.contains(&format!("generation {}, which the workflow `b`", usize::MAX - 1)), "{told}");
    }

    #[test]
    fn generations_are_sorted_whatever_the_order_they_come_in() {
        let (one, two, three) = (workflow("a", ""), retry("b", "a", "a", 2), retry("c", "a", "b", 3));
        for order in [[&one, &two, &three], [&three, &one, &two], [&two, &three, &one]] {
            assert_eq!(names(order.map(Clone::clone).into()), "a b c");
        }
        assert_eq!(lineage(vec![one, two]).unwrap().next_generation(), 3);
    }

    #[test]
    fn what_is_missing_or_too_much_is_named() {
        let root = || workflow("a", "");
        for (workflows, words) in [
            (vec![], "no workflow is given"),
            (vec![retry("b", "a", "a", 2)], "kubectl get workflow a "),
            (vec![root(), workflow("z", "")], "2 workflows are roots"),
            (vec![root(), retry("c", "a", "b", 3)], "`b`, which the workflow `c`"),
            (vec![root(), retry("y", "x", "x", 2)], "lineage of `x`"),
            (vec![root(), root()], "`a` is given twice"),
        ] {
            let said = message(workflows);
            assert!(said.contains(words), "{said}");
        }
    }
}
