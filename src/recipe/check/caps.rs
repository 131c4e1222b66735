//! `[caps]` and `[deadline]`.

use super::against;
use super::value::{duration, memory};
use crate::error::{Code, Fault, Faults};
use crate::recipe::{Caps, raw};
use crate::source::At;
use crate::units::Seconds;

/// The bounds.
pub(super) fn caps(raw: Option<&At<raw::Caps>>, faults: &mut Faults) -> Caps {
    let Some(raw) = raw.map(|at| &at.value) else { return Caps::default() };
    Caps { memory: memory(&raw.memory, faults), deadline: duration(&raw.deadline, faults) }
}

/// The floor of the retry's deadline, which cannot be above its own bound.
pub(super) fn deadline(
    raw: Option<&At<raw::Deadline>>,
    caps: &Caps,
    faults: &mut Faults,
) -> Option<At<Seconds>> {
    let floor = duration(&raw?.value.workflow, faults)?;
    if let Some(cap) = caps.deadline.as_ref().filter(|cap| floor.value > cap.value) {
        let message = format!("the least deadline, {}, is above the longest one, {}", floor.value, cap.value);
        let help = "lower `deadline.workflow` or raise `caps.deadline`";
        let fault = Fault::new(Code::RecipeAboveCap, message, help);
        faults.push(against(fault.at(&floor.place, "above the cap"), &cap.place, "the cap"));
    }
    Some(floor)
}
