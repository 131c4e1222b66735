//! `[items]`.

use crate::source::At;
use crate::units::Index;

table! {
    /// What one item of the fan-out is.
    "[items]" Items {
        /// What messages call one item, such as `trait`; default `item`.
        Optional "noun" noun: String = "\"item\"",
        /// The template that runs one item: nodes of it are items.
        Resolved "template" template: String,
        /// The input parameter of that template that holds the index of the item.
        Resolved "index-parameter" index_parameter: String,
        /// The input parameter of that template that holds the name of the item, for `GAPIT_ITEM_NAME`; default: from noun and index.
        Optional "name-parameter" name_parameter: String,
        /// Whether items find the `GAPIT_…` variables of their attempt in their environment; templates that exist are not changed.
        Optional "attempt-env" attempt_env: bool = "false",
        /// All items that there should be; default: from the root's own fan-out.
        Optional "range" range: Range,
    }
}

table! {
    /// All items that there should be, in one of three forms.
    "items.range" Range {
        /// The workflow parameter of the root with the first index (goes with `to-parameter`).
        Optional "from-parameter" from_parameter: String,
        /// The workflow parameter of the root with the last index.
        Optional "to-parameter" to_parameter: String,
        /// The first index (goes with `to`).
        Optional "from" from: u64,
        /// The last index; it belongs to the range.
        Optional "to" to: u64,
        /// Every index by itself.
        Optional "list" list: Vec<At<Index>>,
    }
}
