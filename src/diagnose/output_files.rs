//! Which files of an output tree matter: what a scan keeps.

use globset::{GlobSet, GlobSetBuilder};

use super::outputs::{bad_pattern, glob};
use crate::error::{Code, Fault, Faults};
use crate::recipe::Recipe;

/// The files that the recipe's `[outputs]` ask about, in any item's directory.
#[derive(Debug, Clone)]
pub struct OutputFiles {
    depth: usize,
    patterns: GlobSet,
}

impl OutputFiles {
    /// Whether a path below the scanned directory is such a file.
    pub fn wants(&self, path: &str) -> bool {
        let inside = path.match_indices('/').nth(self.depth - 1).map(|(at, _)| &path[at + 1..]);
        inside.is_some_and(|inside| self.patterns.is_match(inside))
    }
}

/// The filter of a recipe: its markers, and the file of any part of any item.
///
/// # Errors
/// A recipe without `[outputs]`, or a pattern that is none.
pub fn output_files(recipe: &Recipe) -> Result<OutputFiles, Faults> {
    let Some(outputs) = &recipe.outputs else {
        return Err(Fault::new(
            Code::RecipeMissingKey,
            "the recipe has no [outputs], so it does not say which files matter",
            "add `[outputs]` with `directory` and `complete-when`, or extend a recipe that has them",
        )
        .at(&recipe.source.place(0..0), "no [outputs] in this recipe")
        .into());
    };
    let mut patterns: Vec<(String, crate::source::Place)> =
        outputs.complete_when.iter().map(|marker| (marker.value.clone(), marker.place.clone())).collect();
    if let Some(parts) = &outputs.parts {
        patterns.push((parts.file.pattern_of_any()?, parts.file.written().place.clone()));
    }
    let mut set = GlobSetBuilder::new();
    for (pattern, place) in patterns {
        set.add(glob(&pattern, &place)?);
    }
    let depth = outputs.directory.levels();
    let place = &outputs.directory.written().place;
    let patterns = set.build().map_err(|error| bad_pattern(place, &error))?;
    Ok(OutputFiles { depth, patterns })
}
