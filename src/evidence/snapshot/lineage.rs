//! From the workflows that were given to the lineage that they make.

use super::workflow::{Lineage, Workflow};
use crate::error::{Code, Fault, Faults};

/// The lineage of one root workflow. Later generations are refused by name: this version plans the first retry of a root.
///
/// # Errors
/// [`Code::SnapshotLineage`] for none, for more than one, and for a workflow that is itself a retry.
pub fn lineage(workflows: Vec<Workflow>) -> Result<Lineage, Faults> {
    let mut faults = Faults::new();
    for workflow in &workflows {
        if let Some(root) = root_of(workflow) {
            faults.push(retry(workflow, root));
        }
    }
    if workflows.len() > 1 && faults.is_empty() {
        faults.push(several(&workflows));
    }
    match workflows.into_iter().next() {
        Some(root) => faults.or(Lineage::root_only(root)),
        None => Err(Fault::new(
            Code::SnapshotLineage,
            "no workflow is given",
            "name its snapshot in the recipe's `inputs.workflow` or with `--workflow FILE`",
        )
        .into()),
    }
}

/// The root that the labels name, where they say that this workflow is a retry.
fn root_of(workflow: &Workflow) -> Option<&str> {
    let label = |key: &str| workflow.labels.get(key).map(String::as_str).filter(|value| !value.is_empty());
    let parent = label("gapit-compile/parent");
    let later = label("gapit-compile/generation").is_some_and(|generation| generation != "1");
    (parent.is_some() || later).then(|| label("gapit-compile/root").or(parent).unwrap_or_default())
}

fn retry(workflow: &Workflow, root: &str) -> Fault {
    let (name, file) = (&workflow.name, workflow.source.name());
    let help = if root.is_empty() {
        "give the snapshot of the workflow that this lineage began with, alone".to_owned()
    } else {
        format!("give the snapshot of the root `{root}` alone")
    };
    Fault::new(
        Code::SnapshotLineage,
        format!(
            "the workflow `{name}` in {file} is itself a retry, and this version plans the first retry of a root workflow"
        ),
        help,
    )
}

fn several(workflows: &[Workflow]) -> Fault {
    let names: Vec<String> = workflows
        .iter()
        .map(|workflow| format!("`{}` in {}", workflow.name, workflow.source.name()))
        .collect();
    Fault::new(
        Code::SnapshotLineage,
        format!(
            "{} workflows are given ({}), and this version plans the first retry of one root workflow",
            workflows.len(),
            names.join(", ")
        ),
        "give the snapshot of one of them; each has its own recipe run",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::snapshot::read;

    fn workflow(name: &str, labels: &str) -> Workflow {
        let text = format!(
            r#"{{"metadata": {{"name": "{name}", "labels": {labels}}}, "spec": {{}}, "status": {{"nodes": {{"w": {{}}}}}}}}"#
        );
        read(&format!("{name}.json"), text.as_bytes()).unwrap()
    }

    fn messages(workflows: Vec<Workflow>) -> String {
        let faults = lineage(workflows).unwrap_err();
        faults.iter().map(|fault| format!("{fault} / {}\n", fault.help)).collect()
    }

    #[test]
    fn one_root_is_a_lineage() {
        let made =
            lineage(vec![workflow("a", r#"{"gapit-compile/generation": "1", "stage": "x"}"#)]).unwrap();
        assert_eq!((made.root().name.as_str(), made.next_generation()), ("a", 2));
    }

    #[test]
    fn a_retry_names_its_root_and_several_name_themselves() {
        let labels = r#"{"gapit-compile/root": "w-abc", "gapit-compile/parent": "w-abc", "gapit-compile/generation": "2"}"#;
        let retry = messages(vec![workflow("w-retry", labels), workflow("w-abc", "{}")]);
        assert!(
            retry.contains("`w-retry` in w-retry.json") && retry.contains("root `w-abc` alone"),
            "{retry}"
        );
        assert_eq!(retry.lines().count(), 1);
        let several = messages(vec![workflow("a", "{}"), workflow("b", "{}")]);
        assert!(several.contains("2 workflows are given (`a` in a.json, `b` in b.json)"), "{several}");
        assert!(messages(Vec::new()).contains("no workflow"));
    }
}
