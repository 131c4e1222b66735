//! WorkflowTemplates that exist on the cluster, given as files (`inputs.templates`).

use serde_json::Value;

use super::snapshot::TemplateRef;
use crate::error::{Code, Fault, Faults};
use crate::source::{Place, Source};

/// A WorkflowTemplate or ClusterWorkflowTemplate from a file.
#[derive(Debug, Clone)]
pub struct ProvidedTemplate {
    /// `metadata.name`.
    pub name: String,
    /// `metadata.namespace`.
    pub namespace: Option<String>,
    /// Whether it is a ClusterWorkflowTemplate.
    pub cluster_scope: bool,
    /// The whole document, its keys in the order written.
    pub document: Value,
    /// Where the document begins.
    pub place: Place,
}

impl ProvidedTemplate {
    /// Whether it is the one that a reference means.
    pub fn is(&self, reference: &TemplateRef) -> bool {
        self.name == reference.name && self.cluster_scope == reference.cluster_scope
    }
}

/// The templates in a file of one or more YAML documents, or of JSON. Other kinds are passed over; a list is looked into.
///
/// # Errors
/// [`Code::TemplatesNotATemplate`]: text that is neither, a key written twice, a template without a name; one for each document.
pub fn parse(source: &Source) -> Result<Vec<ProvidedTemplate>, Faults> {
    let mut faults = Faults::new();
    let mut found = Vec::new();
    for document in documents(source) {
        match read(&document) {
            Ok(value) => collect(value, &document, &mut found, &mut faults),
            Err(fault) => faults.push(fault),
        }
    }
    faults.or(found)
}

/// The documents of a file: places between the lines that begin with `---`, which nothing else in YAML can.
fn documents(source: &Source) -> Vec<Place> {
    let text = source.text();
    if is_json(text) {
        return vec![source.place(0..text.len())];
    }
    let mut starts = vec![0];
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if line
            .strip_prefix("---")
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace))
        {
            starts.push(at);
        }
        at += line.len();
    }
    starts.push(text.len());
    let content = |place: &Place| {
        let bare =
            |line: &str| line.trim().is_empty() || line.starts_with(['#', '%']) || line.trim_end() == "---";
        place.text().lines().any(|line| !bare(line))
    };
    starts.windows(2).map(|ends| source.place(ends[0]..ends[1])).filter(content).collect()
}

fn is_json(text: &str) -> bool {
    text.trim_start().starts_with('{')
}

/// One document as a value. It goes through YAML's value first, because that refuses a key that is written twice.
fn read(document: &Place) -> Result<Value, Fault> {
    let refuse = |message: String, line: Option<usize>, column: Option<usize>| {
        let (first, _) = document.line_column();
        let place = match (line, column) {
            (Some(line), Some(column)) => document.source().place_at(first + line.max(1) - 1, column.max(1)),
            _ => document.within(0..0),
        };
        let help = "a file of `inputs.templates` is YAML or JSON as `kubectl apply` takes it";
        Fault::new(Code::TemplatesNotATemplate, message, help).at(&place, "here")
    };
    let value: serde_yaml::Value = if is_json(document.text()) {
        serde_json::from_str(document.text()).map_err(|error| {
            let message = without_place(error.to_string(), error.line(), error.column());
            refuse(format!("this file is not JSON: {message}"), Some(error.line()), Some(error.column()))
        })?
    } else {
        let read = serde_yaml::from_str::<serde_yaml::Value>(document.text());
        let read = read.and_then(|mut value| value.apply_merge().map(|()| value));
        read.map_err(|error| {
            let (line, column) = error.location().map(|at| (at.line(), at.column())).unzip();
            let message =
                without_place(error.to_string(), line.unwrap_or_default(), column.unwrap_or_default());
            refuse(format!("this document is not YAML: {message}"), line, column)
        })?
    };
    serde_json::to_value(value)
        .map_err(|error| refuse(format!("this document is no JSON object: {error}"), None, None))
}

/// The message without the place within the document: the fault shows the place within the file.
fn without_place(mut message: String, line: usize, column: usize) -> String {
    if let Some(at) = message.rfind(&format!(" at line {line} column {column}")) {
        message.truncate(at);
    }
    message
}

fn collect(value: Value, document: &Place, found: &mut Vec<ProvidedTemplate>, faults: &mut Faults) {
    let kind = value.get("kind").and_then(Value::as_str).unwrap_or_default();
    let cluster_scope = kind == "ClusterWorkflowTemplate";
    if kind.ends_with("List")
        && let Some(Value::Array(items)) = value.get("items")
    {
        items.iter().for_each(|item| collect(item.clone(), document, found, faults));
    } else if cluster_scope || kind == "WorkflowTemplate" {
        let word = |key: &str| value.get("metadata")?.get(key)?.as_str().filter(|text| !text.is_empty());
        match word("name").map(str::to_owned) {
            None => faults.push(unnamed(kind, document)),
            Some(name) => {
                let namespace = word("namespace").map(str::to_owned);
                let place = first_line(document);
                found.push(ProvidedTemplate { name, namespace, cluster_scope, document: value, place });
            }
        }
    }
}

fn unnamed(kind: &str, document: &Place) -> Fault {
    Fault::new(
        Code::TemplatesNotATemplate,
        format!("this {kind} has no `metadata.name`"),
        "give it the name that `templateRef` uses",
    )
    .at(&first_line(document), "this document")
}

/// The first line of a document that is neither its marker nor a comment.
fn first_line(document: &Place) -> Place {
    let mut at = 0;
    for line in document.text().split_inclusive('\n') {
        let bare = line.trim().is_empty() || line.starts_with(['#', '%']) || line.trim_end() == "---";
        if !bare {
            return document.within(at..at + line.trim_end().len());
        }
        at += line.len();
    }
    document.within(0..0)
}

/// The template of that name in a WorkflowTemplate.
pub fn body_in<'a>(document: &'a Value, template: &str) -> Option<&'a Value> {
    let templates = document.pointer("/spec/templates").and_then(Value::as_array);
    templates.into_iter().flatten().find(|body| body.get("name").and_then(Value::as_str) == Some(template))
}

/// The container of a template that does the work: `container`, `script`, or `main` of a container set.
pub fn main_container(body: &Value) -> Option<&Value> {
    body.get("container").or_else(|| body.get("script")).or_else(|| {
        let set = body.pointer("/containerSet/containers").and_then(Value::as_array);
        set.into_iter()
            .flatten()
            .find(|container| container.get("name").and_then(Value::as_str) == Some("main"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<Vec<ProvidedTemplate>, Faults> {
        parse(&Source::new("t.yaml", text))
    }

    /// The one fault's place and message.
    fn fault(text: &str) -> ((usize, usize), String) {
        let faults = parsed(text).unwrap_err();
        let fault = faults.iter().next().unwrap();
        assert_eq!((faults.len(), fault.code), (1, Code::TemplatesNotATemplate));
        (fault.labels[0].place.line_column(), fault.message.clone())
    }

    #[test]
    fn templates_are_kept_and_other_documents_passed_over() {
        let found = parsed(
            "# templates\n---\nkind: WorkflowTemplate\nmetadata: {name: a, namespace: n}\nspec: {z: 1, b: 2}\n---\n\
             kind: Workflow\n---\n---\nkind: ClusterWorkflowTemplate\nmetadata:\n  name: c\n--- # the end\n",
        )
        .unwrap();
        let [a, c] = &found[..] else { panic!("{found:?}") };
        assert_eq!((a.name.as_str(), a.namespace.as_deref(), a.cluster_scope), ("a", Some("n"), false));
        assert_eq!((c.name.as_str(), c.namespace.as_deref(), c.cluster_scope), ("c", None, true));
        assert_eq!(a.document["spec"].as_object().unwrap().keys().collect::<Vec<_>>(), ["z", "b"]);
        assert_eq!((a.place.line_column(), c.place.line_column()), ((3, 1), (10, 1)));
    }

    #[test]
    fn files_without_a_template_are_fine() {
        for text in
            ["", "# nothing\n", "kind: ConfigMap\n", "a list:\n- 1\n", "- 1\n", "%YAML 1.2\n---\nkind: X\n"]
        {
            assert!(parsed(text).unwrap().is_empty(), "{text}");
        }
    }

    #[test]
    fn json_and_lists_of_templates_are_read() {
        let found =
            parsed(r#"{"kind": "List", "items": [{"kind": "WorkflowTemplate", "metadata": {"name": "a"}}]}"#);
        assert_eq!(found.unwrap()[0].name, "a");
    }

    #[test]
    fn anchors_and_merges_are_resolved() {
        let found =
            parsed("kind: WorkflowTemplate\nmetadata: {name: a}\nx: &x {p: 1}\ny: {<<: *x, q: 2}\n").unwrap();
        assert_eq!(found[0].document["y"]["p"], 1);
    }

    #[test]
    fn a_broken_document_is_shown_at_its_line_of_the_file() {
        let (place, message) = fault("kind: X\n---\nkind: WorkflowTemplate\nmetadata: {name: a\nspec: 1\n");
        assert_eq!((place.0, message.starts_with("this document is not YAML: ")), (5, true), "{message}");
        assert!(!message.contains("at line 4"), "{message}");
        let (place, message) =
            fault("kind: X\n---\nkind: WorkflowTemplate\nmetadata:\n  name: a\n  name: b\n");
        assert!(message.contains("duplicate") && message.contains("name"), "{message}");
        assert!((4..=6).contains(&place.0), "{place:?}");
        let (place, message) = fault("{\"kind\": \"X\",\n \"kind\": \"Y\"}");
        assert_eq!((place.0, message.contains("duplicate")), (2, true), "{message}");
    }

    #[test]
    fn a_template_without_a_name_is_told_and_so_is_each_broken_document() {
        let (place, message) = fault("---\nkind: WorkflowTemplate\nmetadata: {}\n");
        assert_eq!((place, message.as_str()), ((2, 1), "this WorkflowTemplate has no `metadata.name`"));
        assert_eq!(parsed("a: b: c\n---\nkind: WorkflowTemplate\n").unwrap_err().len(), 2);
    }
}
