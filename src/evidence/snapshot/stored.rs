//! Templates as the run resolved them: `status.storedTemplates` (`GetStoredTemplate` in Argo's `workflow_types.go`).

use serde_json::Value;

use super::nodes::TemplateRef;
use super::workflow::Workflow;

/// The template that a reference means, as this run used it.
pub fn stored_template<'a>(workflow: &'a Workflow, reference: &TemplateRef) -> Option<&'a Value> {
    workflow.stored_templates.get(&reference.key())
}

/// All templates that are stored of the WorkflowTemplate of a reference.
pub fn stored_siblings<'a>(workflow: &'a Workflow, reference: &TemplateRef) -> Vec<&'a Value> {
    let prefix = TemplateRef { template: String::new(), ..reference.clone() }.key();
    let templates = workflow.stored_templates.iter();
    // An inline template has a longer key: `<scope>/<name>/inline/<task>`.
    templates
        .filter(|(key, _)| key.strip_prefix(&prefix).is_some_and(|template| !template.contains('/')))
        .map(|(_, body)| body)
        .collect()
}

/// The WorkflowTemplate that a stored template stands in, as a reference to a template of it.
pub(super) fn beside(key: &str, template: &str) -> Option<TemplateRef> {
    let (scope, rest) = key.split_once('/')?;
    let (name, _) = rest.split_once('/')?;
    let cluster_scope = scope == "cluster";
    Some(TemplateRef { name: name.to_owned(), template: template.to_owned(), cluster_scope })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::snapshot::read;

    #[test]
    fn stored_templates_are_found_by_kind_owner_and_name() {
        let text = r#"{"metadata": {"name": "w"}, "spec": {}, "status": {"nodes": {"w": {}}, "storedTemplates": {
            "namespaced/t/run": {"name": "run"}, "namespaced/t/help": {"name": "help"}, "namespaced/t/inline/x": {},
            "namespaced/t2/run": {"name": "other"}, "cluster/t/run": {"name": "wide"}}}}"#;
        let workflow = read("w.json", text.as_bytes()).unwrap();
        let reference = |cluster_scope, name: &str, template: &str| TemplateRef {
            name: name.to_owned(),
            template: template.to_owned(),
            cluster_scope,
        };
        let named = |cluster, owner, name| {
            stored_template(&workflow, &reference(cluster, owner, name)).map(|body| body["name"].clone())
        };
        assert_eq!(named(false, "t", "run"), Some("run".into()));
        assert_eq!(named(true, "t", "run"), Some("wide".into()));
        assert_eq!(named(false, "t", "x"), None);
        let siblings = |cluster| -> Vec<String> {
            let found = stored_siblings(&workflow, &reference(cluster, "t", "run"));
            found.iter().map(|body| body["name"].as_str().unwrap_or_default().to_owned()).collect()
        };
        assert_eq!(siblings(false), ["help", "run"]);
        assert_eq!(siblings(true), ["wide"]);
        assert_eq!(beside("cluster/t/inline/x", "run"), Some(reference(true, "t", "run")));
    }
}
