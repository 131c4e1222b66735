//! `[lint]`.

use super::Entries;

table! {
    /// What `gapit-compile lint` is told by the recipe.
    "[lint]" Lint {
        /// Findings that are passed over, each code with the reason: `"lint::mutable-image" = "the registry forbids to overwrite tags"`.
        Optional "allow" allow: Entries,
    }
}
