//! Stage 2: the recipe. TOML with spans is parsed, laid over what it extends, and checked into a [`Recipe`] that cannot hold nonsense.

mod cause;
mod checked;
mod naming;

pub use cause::Cause;
pub use checked::{
    Aggregate, AggregateWhen, ArgoVersion, Backoff, Caps, Inputs, Items, Naming, NamingMode, NotOn, OnCap,
    OomProbable, OpenDecisions, Output, Outputs, Parameters, Parts, Policy, Range, Recipe, Resources, Retry,
    RetryPolicy, RetryStrategy, RetryTier, Rule, Since, Tier, TierForm, Treatment, Unmatched, When,
    WhenActive,
};
pub use naming::{NameTemplate, Scope};

use crate::error::Fault;
use crate::source::Source;

/// Where the files come from that a recipe extends: the disk in `io`, a map in a test.
pub trait Files {
    /// The text at a path.
    ///
    /// # Errors
    /// [`crate::error::Code::IoRead`] if it cannot be read.
    fn read(&self, path: &str) -> Result<Source, Fault>;
}
