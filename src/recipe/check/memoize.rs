//! `[memoize]`.

use super::value::{OBJECT, duration, name};
use crate::error::Faults;
use crate::recipe::{Memoize, raw};
use crate::units::Seconds;

/// 720 hours.
const MAX_AGE: Seconds = Seconds(30 * 24 * 3600);

/// The cache.
pub(super) fn memoize(raw: &raw::Memoize, faults: &mut Faults) -> Option<Memoize> {
    let max_age = duration(&raw.max_age, faults).map_or(MAX_AGE, |at| at.value);
    Some(Memoize { config_map: name(raw.config_map.given(), &OBJECT, faults)?, max_age })
}
