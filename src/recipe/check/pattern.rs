//! Patterns: globs of files, and the regular expression of a message.

use globset::Glob;
use regex::Regex;

use crate::error::{Code, Fault, Faults};
use crate::recipe::{NameTemplate, scope};
use crate::source::{At, Place};

/// A glob below some directory.
pub(super) fn glob(text: &str, place: &Place, faults: &mut Faults) -> bool {
    let refuse = |message: String, help: &str| {
        Fault::new(Code::RecipeBadPattern, message, help).at(place, "this pattern")
    };
    let fault = if text.is_empty() {
        refuse("this pattern is empty".to_owned(), "name a file; `*` stands for any part of a name")
    } else if text.starts_with('/') || text.split('/').any(|part| part == "..") {
        refuse(
            format!("the pattern \"{text}\" leads out of the directory"),
            "patterns are relative and stay below the directory: no `/` at the beginning, no `..`",
        )
    } else if let Err(error) = Glob::new(text) {
        refuse(
            format!("\"{text}\" is not a pattern of file names: {}", error.kind()),
            "`*` stands for any part of a name, `?` for one character, `[abc]` for one of these, `{a,b}` for one of two",
        )
    } else {
        return true;
    };
    faults.push(fault);
    false
}

/// A glob with substitutions, checked as it will be for some item.
pub(super) fn glob_template(
    written: &At<String>,
    names: &[&str],
    faults: &mut Faults,
) -> Option<NameTemplate> {
    let checked = NameTemplate::check(written.clone(), names).map_err(Into::into);
    let template = faults.take(checked)?;
    let sample = faults.take(template.render(&scope::sample()).map_err(Into::into))?;
    glob(&sample, &written.place, faults).then_some(template)
}

/// A regular expression.
pub(super) fn regex(written: &At<String>, faults: &mut Faults) -> Option<Regex> {
    match Regex::new(&written.value) {
        Ok(regex) => Some(regex),
        Err(error) => {
            // The crate draws the expression with a caret below; its last line says what is wrong.
            let told = error.to_string();
            let why = told.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
            let message = format!("this is not a regular expression: {why}");
            let help = "a `\\` before ( ) [ ] { } . * + ? | takes the sign itself; in TOML such texts stand best in '…'";
            faults.push(
                Fault::new(Code::RecipeBadPattern, message, help).at(&written.place, "this expression"),
            );
            None
        }
    }
}
