//! One template under check, with all that its checks need to know around it.

use serde_json::Value;

use super::library::Library;
use super::scope::Globals;

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
}
