//! From paths to inputs: flags replace the recipe's `[inputs]`, and every file is read before anything is judged.

use std::path::Path;

use gapit_compile::Inputs;
use gapit_compile::diagnose::output_files;
use gapit_compile::error::{Code, Fault, Faults};
use gapit_compile::evidence::Evidence;
use gapit_compile::evidence::decisions::{self, Decisions};
use gapit_compile::evidence::ledger::{self, Flags, Ledger};
use gapit_compile::evidence::logs::Logs;
use gapit_compile::evidence::outputs::{self, Scan};
use gapit_compile::evidence::snapshot::{self, Workflow};
use gapit_compile::evidence::templates::{self, ProvidedTemplate};
use gapit_compile::evidence::usage::{self, Usage};
use gapit_compile::io;
use gapit_compile::pipeline::test::CaseFiles;
use gapit_compile::recipe::cases::{Case, GivenOutputs, GivenRun};
use gapit_compile::recipe::{self, Recipe, Resolution};
use gapit_compile::source::{At, Place};

use super::args::{EvidenceArgs, PlanArgs};
use super::compile::quoted;
use super::screen::err;

/// A path to read, and where the recipe names it.
struct Wanted {
    path: String,
    named: Option<Place>,
}

impl Wanted {
    /// The flag's paths, else the recipe's.
    fn from(flags: &[String], inherited: &[At<String>]) -> Vec<Self> {
        if flags.is_empty() {
            inherited.iter().map(Self::of).collect()
        } else {
            flags.iter().map(|path| Self { path: path.clone(), named: None }).collect()
        }
    }

    /// A path of the recipe.
    fn of(input: &At<String>) -> Self {
        Self { path: input.value.clone(), named: Some(input.place.clone()) }
    }

    /// A fault about this file shows where the recipe names it, unless it has a better place of its own.
    fn blame(&self, fault: Fault) -> Fault {
        match &self.named {
            Some(place) if fault.labels.is_empty() => fault.at(place, "named here"),
            _ => fault,
        }
    }
}

/// Reads the recipe.
pub(crate) fn recipe(path: &str) -> Result<Recipe, Faults> {
    recipe::load(&io::read_text(path)?, &io::Disk)
}

/// Reads the recipe to be shown.
pub(crate) fn resolution(path: &str) -> Result<Resolution, Faults> {
    recipe::resolve(&io::read_text(path)?, &io::Disk)
}

/// What to do with the flags that the ledger recorded for the plan of the same parent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Recorded {
    /// Use them where none is typed: what is checked is the plan that was made.
    Used,
    /// Use none, and say which are dropped: a new plan is made.
    Dropped,
}

/// Standard input can be read once.
///
/// # Errors
/// [`Code::IoRead`] where two of the paths of a command line are `-`.
pub(crate) fn stdin_once<'a>(paths: impl IntoIterator<Item = &'a str>) -> Result<(), Fault> {
    if paths.into_iter().filter(|path| *path == "-").count() < 2 {
        return Ok(());
    }
    Err(Fault::new(Code::IoRead, "standard input is named twice", "give all but one of them as files"))
}

/// Paths as texts.
pub(crate) fn texts(paths: &[String]) -> impl Iterator<Item = &str> {
    paths.iter().map(String::as_str)
}

/// Reads everything that a compile needs, and says on stderr what became of recorded flags.
pub(crate) fn inputs(
    path: &str,
    evidence: &EvidenceArgs,
    plan: &PlanArgs,
    recorded: Recorded,
) -> Result<Inputs, Faults> {
    stdin_once(std::iter::once(path).chain(texts(&evidence.workflow)).chain(texts(&evidence.scan)))?;
    let recipe = recipe(path)?;
    let mut faults = Faults::new();
    let templates = provided(&recipe, &mut faults);
    let workflows = Wanted::from(&evidence.workflow, &recipe.inputs.workflow);
    let scans = Wanted::from(&evidence.scan, &recipe.inputs.scan);
    let decisions = faults.take(decisions(&recipe));
    let evidence = if workflows.is_empty() {
        None
    } else {
        let lineage = faults.take(lineage(&workflows));
        let scan = faults.take(scan(&recipe, &scans));
        let ledger = faults.take(ledger(&recipe));
        let measured = faults.take(usage(&recipe)).zip(faults.take(logs(&recipe)));
        let whole = lineage.zip(scan).zip(ledger).zip(decisions).zip(measured);
        whole.map(|((((lineage, scan), ledger), decisions), (usage, logs))| Evidence {
            lineage,
            scan,
            usage,
            logs,
            ledger,
            decisions,
            templates: templates.clone(),
        })
    };
    let flags =
        evidence.as_ref().map_or_else(|| plan.flags(), |evidence| flags(evidence, plan.flags(), recorded));
    faults.or(Inputs { recipe, evidence, templates, flags })
}

/// The ledger of the recipe's output directory; none yet is an empty one.
fn ledger(recipe: &Recipe) -> Result<Ledger, Faults> {
    let path = format!("{}/{}", recipe.output.directory, ledger::FILE);
    if io::exists(&path) { ledger::parse(&io::read_text(&path)?) } else { Ok(Ledger::default()) }
}

/// What people decided, where the recipe names a file of it.
fn decisions(recipe: &Recipe) -> Result<Option<Decisions>, Faults> {
    let wanted: Vec<At<String>> = recipe.inputs.decisions.iter().cloned().collect();
    let Some(input) = Wanted::from(&[], &wanted).pop() else { return Ok(None) };
    let source = io::read_text(&input.path).map_err(|fault| input.blame(fault))?;
    decisions::parse(&source).map(Some)
}

/// The flags that are typed, else those that the ledger recorded for the same parent.
fn flags(evidence: &Evidence, typed: Flags, recorded: Recorded) -> Flags {
    let lineage = &evidence.lineage;
    let entry = evidence.ledger.planned(&lineage.parent().name, lineage.next_generation());
    let Some(known) = entry.map(|entry| &entry.flags).filter(|known| !known.is_empty() && **known != typed)
    else {
        return typed;
    };
    let words = known.typed().join(" ");
    if recorded == Recorded::Used && typed.is_empty() {
        err(&format!("with {words}, as this plan was made\n"));
        return known.clone();
    }
    err(&format!("without {words}, which this plan was made with before\n"));
    typed
}

fn lineage(wanted: &[Wanted]) -> Result<snapshot::Lineage, Faults> {
    snapshot::lineage(workflows(wanted)?)
}

fn workflows(wanted: &[Wanted]) -> Result<Vec<Workflow>, Faults> {
    let mut faults = Faults::new();
    let mut workflows = Vec::new();
    for file in wanted {
        match snapshot_file(&file.path) {
            Ok(bytes) => workflows.extend(faults.take(snapshot::read(&file.path, &bytes))),
            Err(fault) => faults.push(file.blame(fault)),
        }
    }
    faults.or(workflows)
}

/// The bytes of a snapshot.
pub(super) fn snapshot_file(path: &str) -> Result<Vec<u8>, Fault> {
    io::read(path).map_err(|fault| io::or_make(fault, path, &into("kubectl get workflow NAME -o json", path)))
}

/// The line of a shell that puts what a command prints into a file.
fn into(command: &str, path: &str) -> String {
    let parent = Path::new(path).parent().and_then(Path::to_str).filter(|parent| !parent.is_empty());
    let missing = parent.filter(|parent| !io::exists(parent));
    let first = missing.map_or(String::new(), |parent| format!("mkdir -p {} && ", quoted(parent)));
    format!("{first}{command} > {}", quoted(path))
}

fn scan(recipe: &Recipe, wanted: &[Wanted]) -> Result<Option<Scan>, Faults> {
    let mut faults = Faults::new();
    let mut whole: Option<Scan> = None;
    for input in wanted {
        if let Some(scan) = faults.take(one_scan(recipe, input)) {
            whole.get_or_insert_default().overlay(scan);
        }
    }
    faults.or(whole)
}

fn one_scan(recipe: &Recipe, input: &Wanted) -> Result<Scan, Faults> {
    if io::is_directory(&input.path) {
        let files = output_files(recipe)?;
        return io::walk(&input.path, &|path| files.wants(path)).map_err(|fault| input.blame(fault).into());
    }
    let source = io::read_text(&input.path).map_err(|fault| {
        // Without an extension it is the directory of the outputs that is not there, and nothing makes that.
        let is_file = Path::new(&input.path).extension().is_some();
        let command = format!("gapit-compile scan DIR --recipe {}", quoted(recipe.source.name()));
        let command = into(&command, &input.path);
        input.blame(if is_file { io::or_make(fault, &input.path, &command) } else { fault })
    })?;
    outputs::parse(&source)
}

/// The peak memory that the recipe names.
fn usage(recipe: &Recipe) -> Result<Option<Usage>, Faults> {
    let Some(input) = &recipe.inputs.usage else { return Ok(None) };
    let source = io::read_text(&input.value).map_err(|fault| Wanted::of(input).blame(fault))?;
    usage::parse(&source).map(Some)
}

/// The folder of logs that the recipe names.
fn logs(recipe: &Recipe) -> Result<Option<Logs>, Faults> {
    let Some(input) = &recipe.inputs.logs else { return Ok(None) };
    let logs = io::logs(&input.value).map_err(|fault| Wanted::of(input).blame(fault))?;
    Ok(Some(logs))
}

/// Reads the files that a case of the recipe names.
pub(crate) fn case_files(recipe: &Recipe, case: &Case) -> Result<CaseFiles, Faults> {
    let mut faults = Faults::new();
    let mut workflows = Vec::new();
    if let GivenRun::Snapshots(paths) = &case.run {
        workflows = faults.take(self::workflows(&Wanted::from(&[], paths))).unwrap_or_default();
    }
    let scan = match &case.outputs {
        GivenOutputs::Scans(paths) => faults.take(self::scan(recipe, &Wanted::from(&[], paths))).flatten(),
        GivenOutputs::NotScanned | GivenOutputs::Made(_) => None,
    };
    let text = |input: &At<String>| {
        io::read_text(&input.value).map_err(|fault| Faults::from(Wanted::of(input).blame(fault)))
    };
    let usage = case.usage.as_ref().map(|input| usage::parse(&text(input)?));
    let logs = case
        .logs
        .as_ref()
        .map(|input| io::logs(&input.value).map_err(|fault| Faults::from(Wanted::of(input).blame(fault))));
    let decisions = case.decisions.as_ref().map(|input| decisions::parse(&text(input)?));
    let ledger = case.ledger.as_ref().map(|input| ledger::parse(&text(input)?));
    let named = case.templates.as_ref().unwrap_or(&recipe.inputs.templates);
    let files = CaseFiles {
        workflows,
        scan,
        usage: faults.take(usage.transpose()).flatten(),
        logs: faults.take(logs.transpose()).flatten(),
        decisions: faults.take(decisions.transpose()).flatten(),
        ledger: faults.take(ledger.transpose()).flatten().unwrap_or_default(),
        templates: templates_at(named, &mut faults),
    };
    faults.or(files)
}

/// The templates that the recipe says exist on the cluster.
pub(crate) fn provided(recipe: &Recipe, faults: &mut Faults) -> Vec<ProvidedTemplate> {
    templates_at(&recipe.inputs.templates, faults)
}

fn templates_at(paths: &[At<String>], faults: &mut Faults) -> Vec<ProvidedTemplate> {
    let mut found = Vec::new();
    for input in Wanted::from(&[], paths) {
        match io::templates(&input.path) {
            Ok(sources) => {
                for source in &sources {
                    found.extend(faults.take(templates::parse(source)).unwrap_or_default());
                }
            }
            Err(fault) => faults.push(input.blame(fault)),
        }
    }
    found
}
