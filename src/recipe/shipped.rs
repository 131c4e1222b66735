//! The recipes that come with the program.

use crate::error::{Code, Fault};
use crate::source::{At, Source};
use crate::units::name::nearest;

/// A recipe that comes with the program and is extended as `name@major`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Shipped {
    /// Its name.
    pub name: &'static str,
    /// Its major: what extends it keeps its meaning while this stays.
    pub major: u32,
    /// Its text.
    pub text: &'static str,
}

/// All of them. A major is frozen: what would change a plan gets a new entry.
const SHIPPED: &[Shipped] = &[
    Shipped { name: "gapit3", major: 1, text: include_str!("../../recipes/gapit3/recipe.toml") },
    Shipped { name: "batch-mounts", major: 1, text: include_str!("../../recipes/batch-mounts/recipe.toml") },
    Shipped {
        name: "memoized-resubmit",
        major: 1,
        text: include_str!("../../recipes/memoized-resubmit/recipe.toml"),
    },
    Shipped {
        name: "failure-handlers",
        major: 1,
        text: include_str!("../../recipes/failure-handlers/recipe.toml"),
    },
    Shipped { name: "hpc-recover", major: 1, text: include_str!("../../recipes/hpc-recover/recipe.toml") },
    Shipped { name: "minimal", major: 1, text: include_str!("../../recipes/minimal/recipe.toml") },
];

/// The recipes that come with the program.
pub fn shipped() -> &'static [Shipped] {
    SHIPPED
}

impl Shipped {
    /// How a recipe names it in `extends`.
    pub fn spelling(&self) -> String {
        format!("{}@{}", self.name, self.major)
    }

    /// Its text under its spelling.
    pub fn source(&self) -> Source {
        Source::new(self.spelling(), self.text)
    }
}

/// The shipped recipe that `extends` names.
///
/// # Errors
/// [`Code::RecipeUnknownParent`] if there is none of that name and major.
pub(super) fn find(written: &At<String>) -> Result<Source, Fault> {
    if let Some(found) = SHIPPED.iter().find(|shipped| shipped.spelling() == written.value) {
        return Ok(found.source());
    }
    let all: Vec<String> = SHIPPED.iter().map(Shipped::spelling).collect();
    let name = written.value.split_once('@').map_or(written.value.as_str(), |(name, _)| name);
    let message = if SHIPPED.iter().any(|shipped| shipped.name == name) {
        format!("`{}` is not a major of `{name}` that this program ships", written.value)
    } else {
        format!("no recipe `{}` is shipped", written.value)
    };
    // The name is compared without its major, or `gapit@1` would be measured against `gapit3@1` by their likeness in `@1`.
    let near = nearest(name, SHIPPED.iter().map(|shipped| shipped.name));
    let latest = near.and_then(|near| SHIPPED.iter().rev().find(|shipped| shipped.name == near));
    let meant = latest.map_or(String::new(), |latest| format!("write \"{}\"; ", latest.spelling()));
    let help = format!(
        "{meant}shipped are {}; the path of another recipe has a `/` or ends in `.toml`",
        all.join(", ")
    );
    Err(Fault::new(Code::RecipeUnknownParent, message, help).at(&written.place, "not shipped"))
}
