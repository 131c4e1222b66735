//! The output directories of a case, as a scan would find them: names are made up that the recipe's patterns match.

use super::timeline::{Moment, spans};
use crate::diagnose::{OutputFiles, output_files, parts_of_root};
use crate::error::{Code, Fault, Faults};
use crate::evidence::outputs::{FileFact, Scan};
use crate::evidence::snapshot::Lineage;
use crate::recipe::cases::{Case, GivenRun, MadeOutput};
use crate::recipe::{Outputs, Recipe, Scope};
use crate::source::{At, Place};
use crate::units::Index;
use crate::units::name::nearest;

/// The scan of what lies there.
///
/// # Errors
/// A part that the root was never asked for, or a pattern that no name could be made up for.
pub(super) fn scan(
    recipe: &Recipe,
    case: &Case,
    outputs: &[(Index, MadeOutput)],
    lineage: &Lineage,
) -> Result<Scan, Faults> {
    let Some(patterns) = &recipe.outputs else { return Ok(Scan::default()) };
    let mut making =
        Making { patterns, wanted: output_files(recipe)?, scan: Scan::default(), faults: Faults::new() };
    let parts = parts_of_root(patterns, lineage.root());
    let (fresh, stale) = times(case, lineage);
    for (index, output) in outputs {
        let directory =
            concrete(&patterns.directory.pattern(&Scope::default().with("index", index.as_str()))?);
        for (at, _) in directory.match_indices('/').chain([(directory.len(), "")]) {
            making.scan.directories.insert(directory[..at].to_owned());
        }
        match output {
            MadeOutput::Complete | MadeOutput::Stale => {
                let time = if *output == MadeOutput::Complete { fresh } else { stale };
                for marker in &patterns.complete_when {
                    making.file(&directory, &marker.value, &marker.place, time);
                }
                for part in &parts {
                    making.part(&directory, index, part, time)?;
                }
            }
            MadeOutput::Parts(there) => {
                for part in there {
                    making.asked_for(part, &parts);
                    making.part(&directory, index, &part.value, fresh)?;
                }
            }
        }
    }
    making.faults.or(making.scan)
}

/// When fresh files were written, and when stale ones: at the end of the lineage, and before its root.
fn times(case: &Case, lineage: &Lineage) -> (FileTime, FileTime) {
    if let GivenRun::Made(made) = &case.run {
        let spans = spans(made);
        if let (Some(first), Some(last)) = (spans.first(), spans.last()) {
            return (FileTime::Made(last.ended), FileTime::Made(first.began.a_day_before()));
        }
    }
    let parent = lineage.parent();
    let ended = parent.finished.or(parent.started).or(parent.created);
    (FileTime::Read(ended), FileTime::Read(None))
}

/// When a file was written.
#[derive(Debug, Clone, Copy)]
enum FileTime {
    /// At a moment of a made-up run.
    Made(Moment),
    /// At a time of a snapshot; `None`: before all of it.
    Read(Option<jiff::Timestamp>),
}

impl FileTime {
    fn time(self) -> jiff::Timestamp {
        match self {
            Self::Made(moment) => moment.time(),
            Self::Read(time) => time.unwrap_or(jiff::Timestamp::UNIX_EPOCH),
        }
    }
}

/// A scan that is being made.
struct Making<'a> {
    patterns: &'a Outputs,
    wanted: OutputFiles,
    scan: Scan,
    faults: Faults,
}

impl Making<'_> {
    /// The file of a part; nothing where the recipe knows no parts.
    fn part(&mut self, directory: &str, index: &Index, part: &str, time: FileTime) -> Result<(), Fault> {
        let Some(parts) = &self.patterns.parts else { return Ok(()) };
        let scope = Scope::default().with("index", index.as_str()).with("part", part);
        let pattern = parts.file.pattern(&scope)?;
        self.file(directory, &pattern, &parts.file.written().place, time);
        Ok(())
    }

    /// A file that a pattern matches.
    fn file(&mut self, directory: &str, pattern: &str, place: &Place, time: FileTime) {
        let path = format!("{directory}/{}", concrete(pattern));
        if !self.wanted.wants(&path) {
            let message =
                format!("no name of a file could be made up for the pattern {pattern}: {path} is none");
            let help = "give the case a `scan` of real outputs in the place of `outputs`";
            self.faults.push(Fault::new(Code::TestContradiction, message, help).at(place, "this pattern"));
        }
        self.scan.files.insert(path, FileFact::new(self.patterns.min_bytes.max(1), time.time()));
    }

    /// A part that is there is one of those that the root was asked for.
    fn asked_for(&mut self, part: &At<String>, parts: &[String]) {
        if parts.contains(&part.value) {
            return;
        }
        let asked = if parts.is_empty() { "no parts".to_owned() } else { parts.join(", ") };
        let message = format!("the run of this case was asked for {asked}, and not for {}", part.value);
        let help = match nearest(&part.value, parts.iter().map(String::as_str)) {
            Some(near) => format!("write `{near}`"),
            None => {
                let named = self.patterns.parts.as_ref().and_then(|parts| parts.from_parameter.first());
                let name = named.map_or("parts", |name| name.value.as_str());
                format!(
                    "the root asks for it: `workflow = {{ parameters = {{ {name} = \"{}\" }} }}`",
                    part.value
                )
            }
        };
        self.faults.push(Fault::new(Code::TestContradiction, message, help).at(&part.place, "not asked for"));
    }
}

/// A name that a pattern of names matches: `*` and `?` become a letter, of a choice the first is taken.
fn concrete(pattern: &str) -> String {
    let mut name = String::new();
    let pattern = pattern.replace("**/", "");
    let mut rest = pattern.chars().peekable();
    while let Some(sign) = rest.next() {
        match sign {
            '*' => {
                while rest.next_if_eq(&'*').is_some() {}
                name.push('x');
            }
            '?' => name.push('x'),
            '\\' => name.extend(rest.next()),
            '[' => {
                let first = rest.next();
                name.push(first.filter(|first| !matches!(first, '!' | '^')).unwrap_or('x'));
                rest.by_ref().find(|sign| *sign == ']');
            }
            '{' => {
                let mut open = true;
                for inner in rest.by_ref() {
                    match inner {
                        '}' => break,
                        ',' => open = false,
                        _ if open => name.push(inner),
                        _ => {}
                    }
                }
            }
            _ => name.push(sign),
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::concrete;

    #[test]
    fn a_name_is_made_up_for_a_pattern() {
        for (pattern, name) in [
            ("trait_005_*", "trait_005_x"),
            ("GAPIT.Filter.csv", "GAPIT.Filter.csv"),
            ("**/a?.{csv,tsv.gz}", "ax.csv"),
            ("[ab]_[!c]\\*", "a_x*"),
            ("ä_*", "ä_x"),
        ] {
            assert_eq!(concrete(pattern), name, "{pattern}");
        }
    }
}
