//! `[lint]`.

use crate::error::{Code, Fault, Faults};
use crate::recipe::{Allowed, raw};
use crate::source::At;
use crate::units::name::meant;

/// The findings that are passed over, each code one that a manifest can have and each with a reason.
pub(super) fn allowed(raw: Option<&At<raw::Lint>>, faults: &mut Faults) -> Vec<Allowed> {
    let entries = raw.and_then(|lint| lint.value.allow.given());
    let mut allowed = Vec::new();
    for (code, reason) in entries.into_iter().flat_map(|entries| &entries.value.0) {
        let known = Code::from_spelling(&code.value).filter(|code| code.can_be_allowed());
        if known.is_none() {
            let message = format!("`allow` can pass over no code \"{}\"", code.value);
            let all = Code::ALL.iter().filter(|code| code.can_be_allowed()).map(|code| code.as_str());
            let help = format!("{}`gapit-compile lint --list` lists the codes", meant(&code.value, all));
            faults.push(Fault::new(Code::RecipeUnknownWord, message, help).at(&code.place, "unknown code"));
        }
        if reason.value.trim().is_empty() {
            let message = format!("`allow` passes over {} without a reason", code.value);
            let help = "say in a few words why this is fine here; `lint -v` prints it";
            faults.push(Fault::new(Code::RecipeMissingKey, message, help).at(&reason.place, "no reason"));
        }
        let known = known.filter(|_| !reason.value.trim().is_empty());
        allowed
            .extend(known.map(|known| Allowed { code: code.clone().map(|_| known), reason: reason.clone() }));
    }
    allowed
}
