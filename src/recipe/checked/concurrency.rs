//! `[concurrency]`.

use crate::recipe::NameTemplate;
use crate::source::At;

/// `concurrency.semaphore`: what every item of a batch holds while it runs.
#[derive(Debug, Clone)]
pub struct Semaphore {
    /// The ConfigMap; the same for every workflow of a lineage, and another one for each root.
    pub config_map: NameTemplate,
    /// The key of the limit in it.
    pub key: At<String>,
    /// How many items hold it at once; at least 1.
    pub limit: u32,
}
