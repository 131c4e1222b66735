//! The scripts that rules name: files beside the recipe, read when it is loaded, because what they say is a part of it.

use std::collections::BTreeMap;

use super::raw::{self, Key};
use super::{Files, path};
use crate::error::{Code, Fault, Faults};
use crate::source::At;

/// The largest script in bytes. It stands in the Workflow whole, and that must stay well below 1 MiB (Argo's
/// `workflow/packer/packer.go`).
const LARGEST: usize = 256 * 1024;

/// What the scripts say, by the name of the rule.
pub(super) type Scripts = BTreeMap<String, String>;

/// Reads the script of every rule that has one.
pub(super) fn read(rules: &Key<Vec<At<raw::Rule>>>, files: &dyn Files, faults: &mut Faults) -> Scripts {
    let mut scripts = Scripts::new();
    for rule in rules.given().into_iter().flat_map(|rules| &rules.value) {
        // Of a step in two forms that is what is said.
        let before = rule.value.before.given().filter(|before| before.value.template_ref.place().is_none());
        let script = before.and_then(|before| before.value.script.given());
        let named = rule.value.name.given().zip(script.and_then(|script| script.value.file.given()));
        if let Some((name, file)) = named
            && let Some(text) = faults.take(text(file, files).map_err(Faults::from))
        {
            scripts.insert(name.value.clone(), text);
        }
    }
    scripts
}

/// What a file says, its line ends as Unix has them: a checkout can have changed them, and a shell fails on others.
fn text(file: &At<String>, files: &dyn Files) -> Result<String, Fault> {
    let bad = |message: String, help: &str, label: &str| {
        Fault::new(Code::RecipeBadScript, message, help).at(&file.place, label)
    };
    if matches!(file.value.as_str(), "" | "-") {
        let message = format!("\"{}\" is not the path of a script", file.value);
        return Err(bad(message, "write a path relative to this file", "no path"));
    }
    let name = path::beside(file.place.source().name(), &file.value);
    let source = files.read(&name).map_err(|fault| {
        let help = format!("{}; the path is relative to the file it stands in", fault.help);
        bad(format!("the script `{name}` cannot be read: {}", fault.message), &help, "this script")
    })?;
    let size = source.text().len();
    if size > LARGEST {
        let message = format!(
            "the script `{name}` has {} KiB, and {} are the most",
            size.div_ceil(1024),
            LARGEST / 1024
        );
        let help = "put what is large into the image, or on a volume, and call it from a short script";
        return Err(bad(message, help, "too large"));
    }
    let lines = source.text().replace("\r\n", "\n");
    let text = lines.trim_end();
    if text.is_empty() {
        return Err(bad(
            format!("the script `{name}` is empty"),
            "write what it does, or leave `before` out",
            "empty",
        ));
    }
    if let Some(at) = source.text().find('\0') {
        let (line, _) = source.place(at..at).line_column();
        let message = format!("the script `{name}` holds a NUL in line {line}: it is no text");
        return Err(bad(message, "name the script itself, not a program or an archive", "not a script"));
    }
    if let Some(at) = source.text().find("{{") {
        let place = source.place(at..at + 2);
        // Argo looks for its tags in the JSON of a whole template, so braces that never close would reach into what follows them, and
        // it looks more than once, so that what an expression `{{='…'}}` gives is no escape (Argo 4.0.7, `util/template/template.go`).
        let message = format!(
            "the script `{name}` holds `{{{{` in line {}, which Argo takes for a tag of its own",
            place.line_column().0
        );
        let help = "take what the script needs from its environment, and keep the braces apart: `{ {`, or `'{''{'` in a shell's quotes";
        return Err(bad(message, help, "this script").at(&place, "Argo's"));
    }
    Ok(format!("{text}\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Source;

    /// One file, of whatever name.
    struct Only(String);

    impl Files for Only {
        fn read(&self, path: &str) -> Result<Source, Fault> {
            Ok(Source::new(path, self.0.as_str()))
        }
    }

    fn read_as(content: &str) -> Result<String, Fault> {
        let place = Source::new("lab/recipe.toml", "file").place(0..4);
        text(&At::new("recover.sh".to_owned(), place), &Only(content.to_owned()))
    }

    #[test]
    fn line_ends_are_those_of_unix_and_nothing_trails() {
        assert_eq!(read_as("set -eu\r\ntrue\r\n\r\n  \n").unwrap(), "set -eu\ntrue\n");
        assert_eq!(read_as("  true").unwrap(), "  true\n");
    }

    #[test]
    fn what_is_no_script_is_told_with_its_file() {
        for (content, message) in [
            (String::new(), "the script `lab/recover.sh` is empty"),
            ("a\nb\0".to_owned(), "the script `lab/recover.sh` holds a NUL in line 2: it is no text"),
            (
                "a\n'{{'".to_owned(),
                "the script `lab/recover.sh` holds `{{` in line 2, which Argo takes for a tag of its own",
            ),
            ("x".repeat(LARGEST + 1), "the script `lab/recover.sh` has 257 KiB, and 256 are the most"),
        ] {
            let fault = read_as(&content).unwrap_err();
            assert_eq!((fault.code, fault.message.as_str()), (Code::RecipeBadScript, message));
            assert_eq!(fault.labels[0].place.source().name(), "lab/recipe.toml");
        }
        assert!(read_as(&"x".repeat(LARGEST)).is_ok());
    }
}
