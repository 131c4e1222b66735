//! `[parameters]`.

use super::Entries;
use crate::source::At;

table! {
    /// Changes to the parent's workflow parameters; all others are carried as they are. The order is copy, rename, drop, set.
    "[parameters]" Parameters {
        /// New parameters, each with the name of the one whose value it gets: `{ old-image = "image" }`. That one stays.
        Optional "copy" copy: Entries,
        /// New names, by old name.
        Optional "rename" rename: Entries,
        /// Names to leave out.
        Optional "drop" drop: Vec<At<String>>,
        /// New values, by name. An item's template gets them too, where it has an input of that name.
        Optional "set" set: Entries,
    }
}
