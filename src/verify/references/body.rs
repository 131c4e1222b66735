//! One template under check, with all that its checks need to know around it.

use std::collections::BTreeMap;

use serde_json::Value;

use super::library::Library;
use super::scope::Globals;
use super::values::Written;

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
