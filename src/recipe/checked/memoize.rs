//! `[memoize]`.

use crate::source::At;
use crate::units::Seconds;

/// `[memoize]`: the derived tiers keep what succeeded in Argo's cache.
#[derive(Debug, Clone)]
pub struct Memoize {
    /// The ConfigMap that is the cache; it lives in the namespace of Argo's controller.
    pub config_map: At<String>,
    /// An older entry does not count.
    pub max_age: Seconds,
}
