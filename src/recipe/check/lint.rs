//! `[lint]`.

use crate::error::{Code, Fault, Faults};
use crate::recipe::{Allowed, raw};
use crate::source::At;

/// The findings that are passed over, each code one that a manifest can have and each with a reason.
pub(super) fn allowed(raw: Option<&At<raw::Lint>>, faults: &mut Faults) -> Vec<Allowed> {
    let entries = raw.and_then(|lint| lint.value.allow.given());
    let mut allowed = Vec::new();
    for (code, reason) in entries.into_iter().flat_map(|entries| &entries.value.0) {
        let known = Code::from_spelling(&code.value).filter(|code| code.can_be_allowed());
        if known.is_none() {
            let message = format!("`allow` can pass over no code \"{}\"", code.value);
            let near = Code::meant(&code.value, Code::can_be_allowed);
            let help = format!("{near}`gapit-compile lint --list` lists the codes");
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

#[cfg(test)]
mod tests {
    use crate::error::{Code, Fault};
    use crate::recipe::{Files, Shipped, load, shipped};
    use crate::source::Source;

    type Told = Vec<(Code, String)>;

    /// A shipped recipe is all that is extended here.
    struct NoFiles;

    impl Files for NoFiles {
        fn read(&self, path: &str) -> Result<Source, Fault> {
            Err(Fault::new(Code::IoRead, path, "none is needed"))
        }
    }

    /// What is allowed, or what is wrong with it: codes with reasons, or with messages.
    fn allowing(entries: &str) -> Result<Told, Told> {
        let parent = shipped().first().map(Shipped::spelling).unwrap();
        let text =
            format!("version = 1\npipeline = \"p\"\nextends = \"{parent}\"\n[lint.allow]\n{entries}\n");
        match load(&Source::new("recipe.toml", text), &NoFiles) {
            Ok(recipe) => {
                Ok(recipe.allowed.into_iter().map(|one| (one.code.value, one.reason.value)).collect())
            }
            Err(faults) => Err(faults.iter().map(|fault| (fault.code, fault.message.clone())).collect()),
        }
    }

    #[test]
    fn a_code_with_a_reason_is_allowed() {
        let told = allowing("\"verify::volume\" = \"the caller brings it\"");
        assert_eq!(told, Ok(vec![(Code::VerifyVolume, "the caller brings it".to_owned())]));
    }

    #[test]
    fn what_allows_nothing_that_could_be_allowed_is_refused() {
        for (entry, code, message) in [
            (
                "\"verify::volum\" = \"x\"",
                Code::RecipeUnknownWord,
                "`allow` can pass over no code \"verify::volum\"",
            ),
            (
                "\"verify::syntax\" = \"x\"",
                Code::RecipeUnknownWord,
                "`allow` can pass over no code \"verify::syntax\"",
            ),
            ("\"io::read\" = \"x\"", Code::RecipeUnknownWord, "`allow` can pass over no code \"io::read\""),
            (
                "\"verify::name\" = \" \"",
                Code::RecipeMissingKey,
                "`allow` passes over verify::name without a reason",
            ),
        ] {
            assert_eq!(allowing(entry), Err(vec![(code, message.to_owned())]), "{entry}");
        }
    }
}
