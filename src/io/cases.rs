//! The files of cases beside a recipe.

use std::fs;
use std::path::Path;

use super::read::{read_text, refused};
use crate::error::{Fault, Faults};
use crate::recipe::cases::ENDING;
use crate::source::Source;

/// Every `*.test.toml` in the folder of a recipe, by name; none is an empty list.
///
/// # Errors
/// [`crate::error::Code::IoRead`] for the folder, or for each file that cannot be read.
pub fn cases(recipe: &str) -> Result<Vec<Source>, Faults> {
    let folder = Path::new(recipe).parent().unwrap_or(Path::new(""));
    let listed = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let refuse = |error: std::io::Error| -> Fault { refused(&listed.to_string_lossy(), &error) };
    let mut names = Vec::new();
    for entry in fs::read_dir(listed).map_err(refuse)? {
        let name = entry.map_err(refuse)?.file_name().to_string_lossy().into_owned();
        if name.ends_with(ENDING) && !name.starts_with('.') {
            names.push(folder.join(name).to_string_lossy().into_owned());
        }
    }
    names.sort();
    let mut faults = Faults::new();
    let read = names.iter().filter_map(|name| faults.take(read_text(name).map_err(Faults::from))).collect();
    faults.or(read)
}
