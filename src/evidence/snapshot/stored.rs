//! Templates as the run resolved them: `status.storedTemplates` (`GetStoredTemplate` in Argo's `workflow_types.go`).

use serde_json::Value;

use super::workflow::Workflow;

/// The scopes of stored templates in the order in which they are looked through.
const SCOPES: [&str; 2] = ["namespaced", "cluster"];

/// The template `template` of the WorkflowTemplate (or else the ClusterWorkflowTemplate) `name`, as this run used it.
pub fn stored_template<'a>(workflow: &'a Workflow, name: &str, template: &str) -> Option<&'a Value> {
    SCOPES.iter().find_map(|scope| workflow.stored_templates.get(&format!("{scope}/{name}/{template}")))
}

/// All templates that are stored of the WorkflowTemplate (or else the ClusterWorkflowTemplate) `name`, by their names.
pub fn stored_siblings<'a>(workflow: &'a Workflow, name: &str) -> Vec<(&'a str, &'a Value)> {
    let of_scope = |scope: &&str| -> Vec<(&'a str, &'a Value)> {
        let prefix = format!("{scope}/{name}/");
        let templates = workflow.stored_templates.iter();
        // An inline template has a longer key: `<scope>/<name>/inline/<task>`.
        templates
            .filter_map(|(key, body)| Some((key.strip_prefix(&prefix)?, body)))
            .filter(|(template, _)| !template.contains('/'))
            .collect()
    };
    SCOPES.iter().map(of_scope).find(|found| !found.is_empty()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::snapshot::read;

    #[test]
    fn stored_templates_are_found_by_owner_and_name() {
        let text = r#"{"metadata": {"name": "w"}, "spec": {}, "status": {"nodes": {"w": {}}, "storedTemplates": {
            "namespaced/t/run": {"name": "run"}, "namespaced/t/help": {"name": "help"}, "namespaced/t/inline/x": {},
            "namespaced/t2/run": {"name": "other"}, "cluster/c/run": {"name": "wide"}}}}"#;
        let workflow = read("w.json", text.as_bytes()).unwrap();
        let named = |owner, name| stored_template(&workflow, owner, name).map(|body| body["name"].clone());
        assert_eq!(named("t", "run"), Some("run".into()));
        assert_eq!(named("c", "run"), Some("wide".into()));
        assert_eq!(named("t", "x"), None);
        let siblings = stored_siblings(&workflow, "t");
        assert_eq!(siblings.iter().map(|(name, _)| *name).collect::<Vec<_>>(), ["help", "run"]);
        assert_eq!(stored_siblings(&workflow, "c").len(), 1);
    }
}
