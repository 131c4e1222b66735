//! Argo's `{{tags}}` in a text of the spec, as far as a snapshot can fill them in.

use std::collections::BTreeMap;

use serde_json::Value;

use super::workflow::{Workflow, any_string};

/// Replaces every `{{tag}}` that `known` knows; the others stay as written, and `false` says that there are some.
///
/// A tag is trimmed, as Argo does; an expression `{{=…}}` is never known.
pub fn replace_tags(text: &str, known: impl Fn(&str) -> Option<String>) -> (String, bool) {
    let mut filled = String::new();
    let mut complete = true;
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((tag, behind)) = after.split_once("}}") else { break };
        filled.push_str(before);
        match known(tag.trim()) {
            Some(value) => filled.push_str(&value),
            None => {
                complete = false;
                filled.push_str(&format!("{{{{{tag}}}}}"));
            }
        }
        rest = behind;
    }
    filled.push_str(rest);
    (filled, complete)
}

/// The value of a tag that the workflow itself gives: its parameters, its name, its namespace.
pub fn workflow_tag(workflow: &Workflow, tag: &str) -> Option<String> {
    match tag.strip_prefix("workflow.")? {
        "name" => Some(workflow.name.clone()),
        "namespace" => workflow.namespace.clone(),
        other => {
            let name = other.strip_prefix("parameters.")?;
            workflow.parameters().into_iter().find(|parameter| parameter.name == name)?.value
        }
    }
}

/// The value of `{{item}}` or `{{item.x}}` for one value of a loop.
pub(super) fn item_tag(item: &Value, tag: &str) -> Option<String> {
    let value = if tag == "item" { item } else { item.get(tag.strip_prefix("item.")?)? };
    Some(any_string(value).unwrap_or_else(|| value.to_string()))
}

/// The text with `{{item}}` and `{{item.x}}` filled in from one value of a loop; other tags stay as written.
pub fn substitute_item(text: &str, item: &Value) -> String {
    replace_tags(text, |tag| item_tag(item, tag)).0
}

/// Values of the inputs of a template, by name.
pub(super) type Inputs = BTreeMap<String, String>;

/// The value of `{{inputs.parameters.x}}`.
pub(super) fn input_tag(inputs: &Inputs, tag: &str) -> Option<String> {
    inputs.get(tag.strip_prefix("inputs.parameters.")?).cloned()
}

/// The tags of a text, trimmed, in order.
pub(super) fn tags(text: &str) -> Vec<&str> {
    let inside = text.split("{{").skip(1).filter_map(|after| after.split_once("}}"));
    inside.map(|(tag, _)| tag.trim()).collect()
}

/// The text with every tag filled in from the workflow, the inputs of the enclosing template and the item; `None` if one cannot be.
pub(super) fn fill(text: &str, workflow: &Workflow, inputs: &Inputs, item: Option<&Value>) -> Option<String> {
    let (filled, complete) = replace_tags(text, |tag| {
        item.and_then(|item| item_tag(item, tag))
            .or_else(|| input_tag(inputs, tag))
            .or_else(|| workflow_tag(workflow, tag))
    });
    complete.then_some(filled)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn known_tags_are_replaced_and_others_stay() {
        let item = json!({"index": 5, "name": "Fe"});
        let known = |tag: &str| item_tag(&item, tag);
        assert_eq!(replace_tags("t-{{item.index}}-{{ item.name }}", known), ("t-5-Fe".to_owned(), true));
        assert_eq!(
            replace_tags("{{item.no}}{{=item.index}}", known),
            ("{{item.no}}{{=item.index}}".to_owned(), false)
        );
        assert_eq!(replace_tags("{{item", known), ("{{item".to_owned(), true));
        assert_eq!(tags("{{a}} b {{ c.d }}{{e"), ["a", "c.d"]);
        assert_eq!(item_tag(&item, "item").as_deref(), Some(r#"{"index":5,"name":"Fe"}"#));
    }
}
