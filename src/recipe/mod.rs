//! Stage 2: the recipe. TOML with spans is parsed, laid over what it extends, and checked into a [`Recipe`] that cannot hold nonsense.

mod argo_version;
pub mod cases;
mod cause;
mod check;
mod checked;
mod digest;
mod extend;
#[cfg(feature = "schema")]
mod illustrated;
mod named;
mod naming;
mod overlay;
mod parse;
mod path;
mod resolution;
mod scripts;
pub(crate) mod toml_text;
mod raw;
#[cfg(feature = "schema")]
mod schema;
pub mod scope;
mod shipped;

pub use argo_version::{ArgoVersion, UnknownArgoVersion};
pub use cause::Cause;
pub(crate) use check::against;
pub use checked::{
    Aggregate, AggregateAs, AggregateWhen, Allowed, Backoff, Before, BeforeScript, Caps, Inputs, Items,
    Layout, LineageParameters, Memoize, Naming, NamingMode, NotOn, OnCap, OomProbable, OpenDecisions, Output,
    Outputs, Parameters, Parts, Policy, Range, Recipe, Resources, Retry, RetryPolicy, RetryStrategy,
    RetryTier, Rule, RuleBackoff, Semaphore, Since, SizedFrom, Sizing, Tier, TierForm, Total, Treatment,
    Unmatched, When, WhenActive,
};
pub use named::Removed;
pub use naming::{NameTemplate, Scope};
pub use resolution::{Line, Origin, Resolution, Section};
#[cfg(feature = "schema")]
pub use schema::{schema, test_schema};
pub use shipped::{Shipped, shipped};

use raw::Decode as _;

use crate::error::{Fault, Faults};
use crate::source::Source;

/// Where the files come from that a recipe extends, and the scripts that it names: the disk in `io`, a map in a test.
pub trait Files {
    /// The text at a path.
    ///
    /// # Errors
    /// [`crate::error::Code::IoRead`] if it cannot be read.
    fn read(&self, path: &str) -> Result<Source, Fault>;
}

/// Reads a recipe with everything it extends, and checks it.
///
/// # Errors
/// Every fault that can be told at once, each where it was written, be that in the recipe or in one that it extends.
pub fn load(source: &Source, files: &dyn Files) -> Result<Recipe, Faults> {
    read(source, files).map(|(_, recipe)| recipe)
}

/// Reads and checks a recipe, and shows what it is with everything it extends.
///
/// # Errors
/// The faults of [`load`]: what is not sound is not shown, because it could not be read back.
pub fn resolve(source: &Source, files: &dyn Files) -> Result<Resolution, Faults> {
    read(source, files).map(|(tree, _)| resolution::resolution(&tree, source))
}

/// The tree and what it means.
///
/// # Panics
/// Only by a mistake in this program: where nothing is wrong, there is a recipe.
fn read(source: &Source, files: &dyn Files) -> Result<(extend::Tree, Recipe), Faults> {
    let mut faults = Faults::new();
    let made = extend::resolve(source, files, &mut faults).and_then(|tree| {
        let raw = raw::Recipe::decode(&tree.root, "recipe", &mut faults)?;
        let scripts = scripts::read(&raw.rules, files, &mut faults);
        let recipe = check::check(&raw, source, &tree, &scripts, &mut faults)?;
        Some((tree, recipe))
    });
    faults.or(())?;
    Ok(made.expect("a stage that gives nothing has pushed a fault"))
}
