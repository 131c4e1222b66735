//! `gapit-compile RECIPE`: compile, then write, show, check or print.

use std::collections::BTreeMap;

use gapit_compile::diff::{self, Change, Delta, FileDelta};
use gapit_compile::error::Faults;
use gapit_compile::evidence::ledger::{self, Flags};
use gapit_compile::report::{self, Detail, FileReport, Report};
use gapit_compile::{Compilation, Inputs, compile, io};

use super::args::{Against, CompileArgs};
use super::load::Recorded;
use super::screen::{err, json, out};
use super::{DIFFERENCES, DONE, FORBIDDEN, Screen, faulted, load};

/// Runs the compile.
pub(crate) fn run(recipe: &str, args: &CompileArgs) -> u8 {
    let screen = Screen::new(&args.screen);
    let finished = compiled(recipe, args).and_then(|job| job.finish(recipe, args, &screen));
    finished.unwrap_or_else(|faults| faulted(&screen, &faults))
}

/// A compile and what it would change.
struct Job {
    report: Report,
    compilation: Compilation,
    forbidden: Faults,
    directory: String,
    delta: Delta,
    /// The flags that were in force.
    flags: Flags,
}

fn compiled(recipe: &str, args: &CompileArgs) -> Result<Job, Faults> {
    let recorded = if args.check || args.diff { Recorded::Used } else { Recorded::Dropped };
    let inputs: Inputs = load::inputs(recipe, &args.evidence, &args.plan, recorded)?;
    let compilation = compile(&inputs)?;
    let forbidden = compilation.run.as_ref().map(|run| run.plan.forbidden.clone()).unwrap_or_default();
    let directory = args.output.clone().unwrap_or_else(|| inputs.recipe.output.directory.clone());
    let delta = if args.stdout || !forbidden.is_empty() {
        Delta::default()
    } else {
        let on_disk = io::manifests_on_disk(&directory)?;
        let wanted = wanted(&compilation, &on_disk);
        match &args.against {
            None => diff::delta(&on_disk, &wanted),
            Some(Against::Directory(other)) => diff::between(&io::manifests_in(other)?, &wanted),
            Some(Against::Revision(revision)) => {
                diff::between(&io::manifests_at(&directory, revision)?, &wanted)
            }
        }
    };
    let files = delta
        .files
        .iter()
        .map(|file| FileReport { file: file.file.clone(), change: word(&file.change) })
        .collect();
    let report = report::gather(&inputs, &compilation, files);
    Ok(Job { report, compilation, forbidden, directory, delta, flags: inputs.flags })
}

/// The files that should stand in the output directory; a ledger that no plan changes stays as it is.
fn wanted(compilation: &Compilation, on_disk: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let manifests = compilation.manifests.iter();
    let mut wanted: BTreeMap<String, String> =
        manifests.map(|manifest| (manifest.file().to_owned(), manifest.text().to_owned())).collect();
    if let Some(ledger) = compilation.ledger.as_ref().or_else(|| on_disk.get(ledger::FILE)) {
        wanted.insert(ledger::FILE.to_owned(), ledger.clone());
    }
    wanted
}

impl Job {
    /// # Errors
    /// What cannot be written, to the disk or to standard output.
    fn finish(&self, recipe: &str, args: &CompileArgs, screen: &Screen) -> Result<u8, Faults> {
        let summary = self.summary(args, screen);
        if !self.forbidden.is_empty() {
            // With --stdout, stdout is for manifests alone: a pipe into kubectl must not read the report.
            let printed = if args.stdout {
                err(&summary);
                Ok(())
            } else {
                out(&summary)
            };
            screen.faults(&self.forbidden);
            printed?;
            return Ok(FORBIDDEN);
        }
        if args.stdout {
            out(&self.stream())?;
            err(&summary);
            return Ok(DONE);
        }
        if args.diff || args.check {
            return self.show(recipe, args, screen);
        }
        io::apply(&self.directory, &self.delta, args.force)?;
        out(&summary)?;
        if !args.quiet && !screen.is_json() {
            out(&self.written())?;
        }
        Ok(DONE)
    }

    /// The report, unless nobody wants it.
    fn summary(&self, args: &CompileArgs, screen: &Screen) -> String {
        if screen.is_json() {
            return json(&self.report);
        }
        if args.quiet {
            return String::new();
        }
        report::render(&self.report, if args.verbose { Detail::Items } else { Detail::Groups })
    }

    /// `--diff` and `--check`: the difference, and for `--check` the command that mends it.
    fn show(&self, recipe: &str, args: &CompileArgs, screen: &Screen) -> Result<u8, Faults> {
        if screen.is_json() {
            out(&self.summary(args, screen))?;
        } else {
            out(&diff::render(&self.delta, &self.directory, screen.colors_stdout()))?;
        }
        let differs = !self.delta.is_empty();
        if !args.check || !differs {
            if !differs && !args.quiet && !screen.is_json() {
                let compared = match &args.against {
                    None => self.directory.clone(),
                    Some(Against::Directory(other)) => other.clone(),
                    Some(Against::Revision(revision)) => format!("{} at {revision}", self.directory),
                };
                err(&format!("no differences: {compared} is what {recipe} compiles to\n"));
            }
            return Ok(DONE);
        }
        err(&format!(
            "{} is not what {recipe} compiles to; mend it with\n\n    {}\n\n",
            self.directory,
            self.mend(args, recipe)
        ));
        Ok(DIFFERENCES)
    }

    /// What a cluster can be given: a Kustomization is kubectl's own and no kind that an API server knows.
    fn stream(&self) -> String {
        let manifests = self.compilation.manifests.iter();
        let given = manifests
            .filter(|manifest| manifest.value().get("kind").is_none_or(|kind| kind != "Kustomization"));
        given.map(|manifest| format!("---\n{}", manifest.text())).collect()
    }

    /// What was written, a line a file, and what to do with it.
    fn written(&self) -> String {
        let mut text = String::new();
        for file in self.delta.changes() {
            let done = match (&file.change, &file.after) {
                (Change::HandEdited | Change::Foreign, Some(_)) => "replaced".to_owned(),
                (Change::HandEdited, None) => "removed".to_owned(),
                (change, _) => word(change),
            };
            text.push_str(&format!("{done:<8} {}/{}\n", self.directory, file.file));
        }
        if self.delta.is_empty() {
            text.push_str(&format!("unchanged: {}\n", self.directory));
        }
        text
    }

    /// The command that makes what is on disk what compiles here, with the flags that were in force, typed or recorded.
    fn mend(&self, args: &CompileArgs, recipe: &str) -> String {
        let mut words = vec!["gapit-compile".to_owned(), recipe.to_owned()];
        let named = |flag: &str, value: &String| [flag.to_owned(), value.clone()];
        words.extend(args.evidence.workflow.iter().flat_map(|path| named("--workflow", path)));
        words.extend(args.evidence.scan.iter().flat_map(|path| named("--scan", path)));
        words.extend(args.output.iter().flat_map(|path| named("--output", path)));
        words.extend(self.flags.typed());
        words.extend(self.delta.changes().any(FileDelta::needs_force).then(|| "--force".to_owned()));
        words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ")
    }
}

/// What becomes of a file, in one word.
fn word(change: &Change) -> String {
    match change {
        Change::Added => "new",
        Change::Changed => "changed",
        Change::Removed => "removed",
        Change::Renamed { .. } => "renamed",
        Change::Same => "same",
        Change::HandEdited => "edited-by-hand",
        Change::Foreign => "foreign",
    }
    .to_owned()
}

/// A word as a shell takes it.
pub(super) fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=,:+@".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}
