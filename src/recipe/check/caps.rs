//! `[caps]` and `[deadline]`.

use super::against;
use super::value::{cpu, duration, memory};
use crate::error::{Code, Fault, Faults};
use crate::recipe::{Caps, Total, raw};
use crate::source::At;
use crate::units::Seconds;

/// The bounds.
pub(super) fn caps(raw: Option<&At<raw::Caps>>, faults: &mut Faults) -> Caps {
    let Some(raw) = raw.map(|at| &at.value) else { return Caps::default() };
    Caps {
        memory: memory(&raw.memory, faults),
        deadline: duration(&raw.deadline, faults),
        total: raw.total.given().map_or_else(Total::default, |raw| total(raw, faults)),
    }
}

/// The bound of all pods together, which bounds something.
fn total(raw: &At<raw::Total>, faults: &mut Faults) -> Total {
    if raw.value.memory.place().is_none() && raw.value.cpu.place().is_none() {
        let message = "`caps.total` has neither `memory` nor `cpu`";
        let help = "give one of them or both: `total = { memory = \"2Ti\", cpu = \"400\" }`";
        faults.push(Fault::new(Code::RecipeMissingKey, message, help).at(&raw.place, "bounds nothing"));
    }
    Total { memory: memory(&raw.value.memory, faults), cpu: cpu(&raw.value.cpu, faults) }
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
