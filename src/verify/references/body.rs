//! One template under check, with all that its checks need to know around it.

use std::collections::BTreeMap;

use serde_json::Value;

use super::library::Library;
use super::scope::Globals;
use super::values::Written;

/// Who runs a template: the object under check.
#[derive(Debug, Clone, Copy)]
pub(super) struct Runner<'a> {
    /// Its own spec, and that which it refers to as a whole: what the first does not say, the second does.
    pub(super) specs: [&'a Value; 2],
    /// Whether it runs itself, so that nobody else's spec can hold for its templates.
    pub(super) runs: bool,
}

impl<'a> Runner<'a> {
    /// The retryStrategies that hold for a template, of which the first that says something counts: its own, and those of
    /// `templateDefaults`; without either that of the spec, which goes to every other template (Argo 4.0.7, `operator.go`,
    /// `retryStrategy` and `mergedTemplateDefaultsInto`).
    pub(super) fn strategies(&self, template: &'a Value) -> Vec<&'a Value> {
        let given = |holder: &'a Value| holder.get("retryStrategy").filter(|strategy| strategy.is_object());
        let effective = |key: &str| {
            self.specs.into_iter().filter_map(|spec| spec.get(key)).find(|value| !value.is_null())
        };
        let defaults = effective("templateDefaults").and_then(given);
        let nearest: Vec<&Value> = given(template).into_iter().chain(defaults).collect();
        if !nearest.is_empty() {
            return nearest;
        }
        effective("retryStrategy").filter(|strategy| strategy.is_object()).into_iter().collect()
    }
}

/// One template under check.
#[derive(Debug)]
pub(super) struct Body<'a, 'l> {
    pub(super) template: &'a Value,
    /// The pointer to it.
    pub(super) base: String,
    /// Where its own `template: NAME` are looked up.
    pub(super) home: usize,
    pub(super) library: &'l Library<'a>,
    pub(super) namespace: &'a str,
    pub(super) globals: &'l Globals,
    /// Whether it can be reached from the entrypoint.
    pub(super) by_entry: bool,
    pub(super) runner: Runner<'a>,
    /// What the arguments of the spec, or else the inputs themselves, put into the inputs of an entrypoint or exit handler.
    pub(super) inputs: Option<BTreeMap<String, Written>>,
}

impl Body<'_, '_> {
    /// The text with all values in place that are known before a run.
    pub(super) fn settled(&self, text: &str) -> String {
        /// Another template's inputs come from its callers.
        static NONE: BTreeMap<String, Written> = BTreeMap::new();
        self.globals.values.settled(text, self.inputs.as_ref().unwrap_or(&NONE))
    }
}
