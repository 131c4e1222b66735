//! The values that are written where a workflow is submitted, put in place as Argo does before it judges a template.
//!
//! Source: Argo 4.0.7, `workflow/common/util.go`, `ProcessArgs` and `SubstituteParams`: the parameters of the workflow are filled in
//! first, then once more together with the inputs; what is a variable after that has to be known to the template.

use std::collections::BTreeMap;

use serde_json::Value;

use super::object::Object;
use super::place::{child, list, text};
use crate::evidence::snapshot::any_string;

/// A value with the place in the document that gives it.
#[derive(Debug, Clone)]
pub(super) struct Written {
    /// A text, or an artifact as it is written.
    pub(super) value: Value,
    pub(super) pointer: String,
}

impl Written {
    /// The text of a parameter at `key`, if it has one.
    fn of(parameter: &Value, key: &str, pointer: String) -> Option<Self> {
        let value = parameter.get(key).and_then(any_string)?;
        Some(Self { value: Value::String(value), pointer })
    }
}

/// The arguments of a spec that have values.
#[derive(Debug, Default)]
pub(super) struct Values {
    parameters: BTreeMap<String, Written>,
    artifacts: BTreeMap<String, Written>,
}

impl Values {
    /// The arguments of an object before those of the spec that it refers to as a whole.
    pub(super) fn of(object: &Object<'_>, outer: Option<&Value>) -> Self {
        let mut values = Self::default();
        let outer = outer.map(|spec| (spec, Some(object.at("/workflowTemplateRef"))));
        for (spec, site) in std::iter::once((object.spec, None)).chain(outer) {
            for (parameter, pointer) in list(spec, object.base, "/arguments/parameters") {
                let at = |key| site.clone().unwrap_or_else(|| child(&pointer, key));
                // A source that stands elsewhere goes into an input as it is written.
                let source = parameter.get("valueFrom").filter(|from| !from.is_null());
                let written = Written::of(parameter, "value", at("value"))
                    .or_else(|| Some(Written { value: source?.clone(), pointer: at("valueFrom") }));
                let name = text(parameter, "/name").to_owned();
                written.map(|written| values.parameters.entry(name).or_insert(written));
            }
            for (artifact, pointer) in list(spec, object.base, "/arguments/artifacts") {
                let pointer = site.clone().unwrap_or(pointer);
                let name = text(artifact, "/name").to_owned();
                values.artifacts.entry(name).or_insert(Written { value: artifact.clone(), pointer });
            }
        }
        values
    }

    /// A workflow parameter's value; one that comes from elsewhere is not known.
    pub(super) fn parameter(&self, name: &str) -> Option<&Written> {
        self.parameters.get(name).filter(|written| written.value.is_string())
    }

    /// Whether a value stands at the pointer.
    pub(super) fn stands_at(&self, pointer: &str) -> bool {
        self.parameters.values().chain(self.artifacts.values()).any(|one| pointer.starts_with(&one.pointer))
    }

    /// The input artifacts of a template that the arguments fill.
    pub(super) fn artifacts(&self, template: &Value) -> Vec<&Written> {
        list(template, "", "/inputs/artifacts")
            .filter_map(|(input, _)| self.artifacts.get(text(input, "/name")))
            .collect()
    }

    /// The input parameters of a template that the arguments fill: the argument of their name, or their own value or default.
    pub(super) fn inputs(&self, template: &Value, base: &str) -> BTreeMap<String, Written> {
        list(template, base, "/inputs/parameters")
            .filter_map(|(input, pointer)| {
                let name = text(input, "/name");
                let own = |key| Written::of(input, key, child(&pointer, key));
                let written =
                    self.parameters.get(name).cloned().or_else(|| own("value")).or_else(|| own("default"))?;
                Some((name.to_owned(), written))
            })
            .collect()
    }

    /// The text with all values in place that are known.
    pub(super) fn settled(&self, text: &str, inputs: &BTreeMap<String, Written>) -> String {
        let known = |tag: &str| {
            let written = match tag.strip_prefix("inputs.parameters.") {
                Some(name) => inputs.get(name),
                None => self.parameters.get(tag.strip_prefix("workflow.parameters.")?),
            };
            written?.value.as_str()
        };
        let mut settled = text.to_owned();
        for _ in 0..2 {
            let mut pass = String::new();
            let mut rest = settled.as_str();
            while let Some((before, after)) = rest.split_once("{{") {
                let Some((tag, tail)) = after.split_once("}}") else { break };
                pass.push_str(before);
                match known(tag.trim()) {
                    Some(value) => pass.push_str(value),
                    None => pass.extend(["{{", tag, "}}"]),
                }
                rest = tail;
            }
            pass.push_str(rest);
            settled = pass;
        }
        settled
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_put_in_place_twice_and_no_more() {
        let document = json!({"kind": "Workflow", "spec": {"arguments": {"parameters": [
            {"name": "a", "value": "{{workflow.parameters.b}}"},
            {"name": "b", "value": "{{ inputs.parameters.c }}"},
            {"name": "n", "value": 1},
            {"name": "none"},
        ]}}});
        let object = Object::read(&document).unwrap();
        let values = Values::of(&object, None);
        let template = json!({"inputs": {"parameters": [
            {"name": "c", "value": "{{workflow.name}}"}, {"name": "n", "default": 2}, {"name": "d", "default": 3}
        ]}});
        let inputs = values.inputs(&template, "/t");
        let settled = |text| values.settled(text, &inputs);
        assert_eq!(settled("{{workflow.parameters.a}}"), "{{ inputs.parameters.c }}");
        assert_eq!(settled("x{{workflow.parameters.b}}"), "x{{workflow.name}}");
        assert_eq!(settled("{{inputs.parameters.n}} {{inputs.parameters.d}}"), "1 3");
        assert_eq!(settled("{{workflow.parameters.none}} {{open"), "{{workflow.parameters.none}} {{open");
        assert_eq!(inputs["c"].pointer, "/t/inputs/parameters/0/value");
        assert_eq!(inputs["n"].pointer, "/spec/arguments/parameters/2/value");
    }
}
