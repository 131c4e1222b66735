//! Which of its two kinds a WorkflowTemplate is that a recipe names: one of the namespace, or a ClusterWorkflowTemplate. Both can have one
//! name, and a call of the one never finds the other (Argo 4.0.7, `GetTemplateGetterFromRef` in `workflow/templateresolution/context.go`).

use std::collections::BTreeSet;

use super::snapshot::{self, Lineage, Runs, TemplateRef, Workflow};
use super::templates::ProvidedTemplate;
use crate::error::{Code, Fault};
use crate::source::At;

/// The reference to a template of the WorkflowTemplate that the recipe names: of the kind that the newest generation with such a call has
/// called, else that was given as a file, else that was stored. What nobody knows is one of the namespace.
///
/// # Errors
/// [`Code::TemplatesTwoKinds`] where both are there and nothing tells which.
pub fn reference(
    name: &At<String>,
    template: &str,
    lineage: Option<&Lineage>,
    provided: &[ProvidedTemplate],
) -> Result<TemplateRef, Fault> {
    let of_kind = |cluster_scope: bool| TemplateRef {
        name: name.value.clone(),
        template: template.to_owned(),
        cluster_scope,
    };
    let generations = || lineage.map_or(&[][..], Lineage::generations).iter().rev();
    let called = generations().map(|run| called(run, &of_kind(false))).find(|kinds| !kinds.is_empty());
    let given = provided.iter().filter(|given| given.name == name.value).map(|given| given.cluster_scope);
    let stored = || {
        let is_stored = |reference: &TemplateRef| {
            generations().any(|run| snapshot::stored_template(run, reference).is_some())
        };
        [false, true].into_iter().filter(|kind| is_stored(&of_kind(*kind))).collect()
    };
    let witnesses = [called.unwrap_or_default(), given.collect(), stored()];
    // Two kinds of one witness leave it to the next.
    let told = witnesses.iter().find(|kinds| kinds.len() == 1).and_then(BTreeSet::first);
    match told {
        Some(kind) => Ok(of_kind(*kind)),
        None if witnesses.iter().all(BTreeSet::is_empty) => Ok(of_kind(false)),
        None => Err(two_kinds(name, witnesses[1].len() > 1)),
    }
}

/// The kinds in which a run called a template, by its tasks and by its nodes.
fn called(run: &Workflow, wanted: &TemplateRef) -> BTreeSet<bool> {
    let by_tasks = snapshot::fan_outs(run, &wanted.template).into_iter().filter_map(|task| match task.runs {
        Runs::Reference(reference) => Some(reference),
        Runs::Local(_) => None,
    });
    let nodes = run.nodes.0.values().filter(|node| node.template() == Some(&wanted.template));
    let references = by_tasks.chain(nodes.filter_map(snapshot::Node::reference));
    references.filter(|reference| reference.name == wanted.name).map(|found| found.cluster_scope).collect()
}

fn two_kinds(name: &At<String>, are_given: bool) -> Fault {
    let (wanted, where_) = (&name.value, if are_given { "given" } else { "in the snapshot" });
    let help = if are_given {
        "take the file of the one that is not meant out of `[inputs] templates`".to_owned()
    } else {
        format!(
            "save the one that is meant, with `kubectl get workflowtemplate {wanted} -o yaml` or `kubectl get clusterworkflowtemplate {wanted} -o yaml`, and name the file in `[inputs] templates`"
        )
    };
    Fault::new(
        Code::TemplatesTwoKinds,
        format!("a WorkflowTemplate and a ClusterWorkflowTemplate {wanted} are both {where_}, and nothing tells which of them is meant"),
        help,
    )
    .at(&name.place, "one of the two")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::templates;
    use crate::source::Source;

    /// The kind that `t` is in a run with these tasks and stored templates, beside files of these kinds; or the fault's help.
    fn told(tasks: &str, stored: &[&str], given: &[&str]) -> Result<&'static str, String> {
        let stored: Vec<String> = stored.iter().map(|scope| format!(r#""{scope}/t/run": {{}}"#)).collect();
        let text = format!(
            r#"{{"metadata": {{"name": "w"}}, "spec": {{"templates": [{{"name": "m", "dag": {{"tasks": [{tasks}]}}}}]}},
                "status": {{"nodes": {{"w": {{}}}}, "storedTemplates": {{{}}}}}}}"#,
            stored.join(", ")
        );
        let run = snapshot::read("w.json", text.as_bytes()).unwrap();
        let lineage = snapshot::lineage(vec![run]).unwrap();
        let given: Vec<String> =
            given.iter().map(|kind| format!("---\nkind: {kind}\nmetadata: {{name: t}}\n")).collect();
        let given = templates::parse(&Source::new("t.yaml", given.concat())).unwrap();
        let name = At::new("t".to_owned(), Source::new("recipe.toml", "t").place(0..1));
        let found = reference(&name, "run", Some(&lineage), &given);
        found.map(|reference| reference.kind()).map_err(|fault| fault.help)
    }

    #[test]
    fn what_was_called_tells_the_kind_then_what_is_given_then_what_is_stored() {
        const ONE: &str = "WorkflowTemplate";
        const WIDE: &str = "ClusterWorkflowTemplate";
        let task = |name: &str, wide: bool| {
            format!(
                r#"{{"name": "{name}", "templateRef": {{"name": "t", "template": "run", "clusterScope": {wide}}}}}"#
            )
        };
        let both = ["namespaced", "cluster"];
        let two_tasks = format!("{}, {}", task("a", true), task("b", false));
        assert_eq!(told(&task("a", true), &both, &[ONE]), Ok(WIDE), "the call says it");
        assert_eq!(told(&task("a", false), &["cluster"], &[WIDE, ONE]), Ok(ONE));
        assert_eq!(told(&two_tasks, &both, &[WIDE]), Ok(WIDE), "both were called, and one is given");
        assert_eq!(told("", &["namespaced"], &[WIDE]), Ok(WIDE), "nothing was called");
        assert_eq!(told("", &["cluster"], &[]), Ok(WIDE));
        assert_eq!(
            told("", &["cluster"], &[ONE, WIDE]),
            Ok(WIDE),
            "of the two that are given one was stored"
        );
        assert_eq!(told("", &[], &[]), Ok(ONE), "nobody knows it");
        let help = told("", &both, &[]).unwrap_err();
        assert!(help.contains("`kubectl get clusterworkflowtemplate t -o yaml`"), "{help}");
        let help = told(&two_tasks, &both, &[ONE, WIDE]).unwrap_err();
        assert!(help.starts_with("take the file"), "{help}");
    }
}
