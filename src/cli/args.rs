//! What can be typed.

use clap::{Args, Parser, Subcommand, ValueEnum};
use gapit_compile::evidence::ledger::Flags;
use gapit_compile::lint::Level;
use gapit_compile::recipe::ArgoVersion;

/// Compiles a recipe, a workflow snapshot and a scan of the outputs into verified retry manifests for Argo Workflows
#[derive(Debug, Parser)]
#[command(version, args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
#[command(
    after_help = "Exit codes: 0 done or no differences, 1 --check found differences, lint found something or a case of test failed, 2 wrong usage or recipe, 3 an input cannot \
be used, 4 the plan is forbidden, 70 a bug."
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) compile: CompileArgs,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Walk an output tree and print the scan (JSON)
    Scan(ScanArgs),
    /// Trim and redact a workflow's snapshot for git, and print it (JSON)
    Snapshot(SnapshotArgs),
    /// Show the whole derivation for one item, the resolved recipe with its sources, or what a fault code or a row means
    Explain(ExplainArgs),
    /// Verify and lint any Argo manifests; no recipe needed
    Lint(LintArgs),
    /// Run the recipe's own test cases
    Test(TestArgs),
    /// Print a first recipe for the pipeline of a workflow; what only a person can tell is marked `to decide`
    Init(InitArgs),
    /// Print a JSON schema
    Schema(SchemaArgs),
    /// Print the completions of a shell
    Completions(CompletionsArgs),
    /// Print the manual page
    Man,
}

#[derive(Debug, Args)]
pub(crate) struct CompileArgs {
    /// The recipe to compile
    #[arg(value_name = "RECIPE")]
    pub(crate) recipe: Option<String>,
    #[command(flatten)]
    pub(crate) evidence: EvidenceArgs,
    /// Write the manifests here instead of the recipe's output directory
    #[arg(long, value_name = "DIR")]
    pub(crate) output: Option<String>,
    /// Show what would change; write nothing
    #[arg(long, group = "mode")]
    pub(crate) diff: bool,
    /// What --diff compares with: a directory with manifests, or the output directory as it was at a git revision; by default the
    /// output directory as it is
    #[arg(long, value_name = "DIR|git:REV", requires = "diff", value_parser = parse_against)]
    pub(crate) against: Option<Against>,
    /// Exit 1 if what is on disk is not what compiles; write nothing
    #[arg(long, group = "mode")]
    pub(crate) check: bool,
    /// Print the manifests as one YAML stream, the summary to stderr; write nothing
    #[arg(long, group = "mode")]
    pub(crate) stdout: bool,
    #[command(flatten)]
    pub(crate) plan: PlanArgs,
    /// Write over files that were edited by hand or are not ours
    #[arg(long)]
    pub(crate) force: bool,
    #[command(flatten)]
    pub(crate) screen: ScreenArgs,
    /// Say nothing but faults and what was asked for
    #[arg(short, long, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Say a line for every item that is not done
    #[arg(short, long)]
    pub(crate) verbose: bool,
}

/// Where the evidence comes from; each flag replaces the recipe's `[inputs]`.
#[derive(Debug, Args)]
pub(crate) struct EvidenceArgs {
    /// A snapshot of the workflow (JSON or YAML, plain or gzip; `-` is stdin); repeatable
    #[arg(long, value_name = "FILE")]
    pub(crate) workflow: Vec<String>,
    /// A saved scan or an output directory to walk; repeatable, later ones win path by path
    #[arg(long, value_name = "FILE|DIR")]
    pub(crate) scan: Vec<String>,
}

/// Flags that change the plan.
#[derive(Debug, Args)]
pub(crate) struct PlanArgs {
    /// Plan only these items, for example 5,28-31 or '"chr1,2",chr3' (a name with a comma); the others are deferred
    #[arg(long, value_name = "ITEMS")]
    pub(crate) only: Option<String>,
    /// Run items that no rule matched once more in their tier
    #[arg(long)]
    pub(crate) retry_unknown: bool,
    /// Retry in this tier or a larger one, whatever smaller tier a rule would choose
    #[arg(long, value_name = "NAME")]
    pub(crate) min_tier: Option<String>,
    /// Set a parameter of the retry; repeatable
    #[arg(long, value_name = "NAME=VALUE", value_parser = parse_param)]
    pub(crate) param: Vec<(String, String)>,
}

/// How to print.
#[derive(Debug, Args)]
pub(crate) struct ScreenArgs {
    /// How to print the report and faults
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    /// Whether to colour (NO_COLOR and CLICOLOR_FORCE are heeded)
    #[arg(long, value_enum, default_value_t = Color::Auto)]
    pub(crate) color: Color,
}

#[derive(Debug, Args)]
pub(crate) struct ScanArgs {
    /// The output tree
    #[arg(value_name = "DIR")]
    pub(crate) directory: String,
    /// The recipe whose `[outputs]` say which files matter
    #[arg(long, value_name = "RECIPE")]
    pub(crate) recipe: String,
    #[command(flatten)]
    pub(crate) screen: ScreenArgs,
}

#[derive(Debug, Args)]
pub(crate) struct SnapshotArgs {
    /// What `kubectl get workflow NAME -o json` printed (JSON or YAML, plain or gzip; `-` is stdin)
    #[arg(value_name = "FILE")]
    pub(crate) file: String,
    #[command(flatten)]
    pub(crate) screen: ScreenArgs,
}

#[derive(Debug, Args)]
pub(crate) struct InitArgs {
    /// A snapshot of the workflow (JSON or YAML, plain or gzip; `-` is stdin); give its retries too, and the ladder has their tiers
    #[arg(value_name = "SNAPSHOT", required = true)]
    pub(crate) files: Vec<String>,
    #[command(flatten)]
    pub(crate) screen: ScreenArgs,
}

#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    /// The shell that is to complete
    #[arg(value_name = "SHELL")]
    pub(crate) shell: clap_complete::Shell,
}

#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// A recipe, a fault code such as recipe::unknown-key, or a row such as A4: what Argo writes there, and what that means
    #[arg(value_name = "RECIPE|CODE|ROW", required_unless_present = "rows")]
    pub(crate) subject: Option<String>,
    /// The item to explain; without it, the recipe with everything it extends
    #[arg(value_name = "ITEM")]
    pub(crate) item: Option<String>,
    /// Print every row: its name, its cause, and what it means
    #[arg(long, conflicts_with = "subject")]
    pub(crate) rows: bool,
    #[command(flatten)]
    pub(crate) evidence: EvidenceArgs,
    #[command(flatten)]
    pub(crate) plan: PlanArgs,
    #[command(flatten)]
    pub(crate) screen: ScreenArgs,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Exit codes: 0 nothing found at that level or above, 1 something found, 2 wrong usage or recipe, 3 a file cannot be \
used or there is nothing to lint.\n\nA finding is passed over by a comment above its line: # gapit-compile: allow(lint::some-code) \
the reason"
)]
pub(crate) struct LintArgs {
    /// Files, directories, or `-` for stdin: YAML or JSON, several documents and lists too. They may refer to each other
    #[arg(value_name = "PATH", required_unless_present = "list")]
    pub(crate) paths: Vec<String>,
    /// The version of Argo whose schema and semantics are asked; by default the recipe's, else the newest known
    #[arg(long, value_name = "VERSION", value_parser = parse_argo)]
    pub(crate) argo: Option<ArgoVersion>,
    /// A recipe that gives the version, `[caps]`, the templates on the cluster, and what `[lint] allow` passes over
    #[arg(long, value_name = "RECIPE")]
    pub(crate) recipe: Option<String>,
    /// A snapshot of a run: its templates are known, and its attempts are measured against; repeatable for a run and its retries
    #[arg(long, value_name = "FILE")]
    pub(crate) snapshot: Vec<String>,
    /// Exit 1 for findings of this level and above
    #[arg(long, value_enum, default_value_t = FailOn::Warning, value_name = "LEVEL")]
    pub(crate) fail_on: FailOn,
    /// Print everything that can be found: code, level, whether it is certain or depends on what happens, and what it is
    #[arg(long, conflicts_with = "paths")]
    pub(crate) list: bool,
    /// How to print what is found
    #[arg(long, value_enum, default_value_t = LintFormat::Text)]
    pub(crate) format: LintFormat,
    /// Whether to colour (NO_COLOR and CLICOLOR_FORCE are heeded)
    #[arg(long, value_enum, default_value_t = Color::Auto)]
    pub(crate) color: Color,
    /// Say nothing but what is found
    #[arg(short, long, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Say what is silenced too, and why
    #[arg(short, long)]
    pub(crate) verbose: bool,
}

impl LintArgs {
    /// How faults are printed.
    pub(crate) fn screen(&self) -> ScreenArgs {
        let format = if self.format == LintFormat::Json { Format::Json } else { Format::Text };
        ScreenArgs { format, color: self.color }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LintFormat {
    /// Frames of the source, for people
    Text,
    /// For programs: `gapit-compile schema lint`
    Json,
    /// Annotations of GitHub Actions
    Github,
    /// SARIF 2.1.0, for code scanning
    Sarif,
}

/// From which level on a finding makes the run fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    Error,
    Warning,
    Info,
}

impl From<FailOn> for Level {
    fn from(level: FailOn) -> Self {
        match level {
            FailOn::Error => Self::Error,
            FailOn::Warning => Self::Warning,
            FailOn::Info => Self::Info,
        }
    }
}

fn parse_argo(text: &str) -> Result<ArgoVersion, String> {
    text.parse().map_err(|error: gapit_compile::recipe::UnknownArgoVersion| error.to_string())
}

#[derive(Debug, Args)]
#[command(
    after_help = "Exit codes: 0 every case holds, 1 one does not (or coverage is not full where it is required), 2 the recipe or a file of \
cases is wrong, 3 a file that a case names cannot be used."
)]
pub(crate) struct TestArgs {
    /// The recipe; its cases stand in the files of its folder that end in .test.toml
    #[arg(value_name = "RECIPE")]
    pub(crate) recipe: String,
    /// Exit 1 too where a rule decided no item of any case, or no item was sent to a tier
    #[arg(long)]
    pub(crate) require_coverage: bool,
    #[command(flatten)]
    pub(crate) screen: ScreenArgs,
    /// Say only what does not hold
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

#[derive(Debug, Args)]
pub(crate) struct SchemaArgs {
    /// recipe, test, scan, decisions, ledger, report, explain, lint or test-report
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Text,
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    Auto,
    Always,
    Never,
}

/// What `--diff` compares with.
#[derive(Debug, Clone)]
pub(crate) enum Against {
    /// The manifests in a directory.
    Directory(String),
    /// The output directory at a git revision.
    Revision(String),
}

/// `git:` is a prefix that no path needs: a directory of that name can be written `./git:NAME`.
fn parse_against(text: &str) -> Result<Against, String> {
    match text.strip_prefix("git:") {
        None if text.is_empty() => Err("write a directory, or git:REV".to_owned()),
        None => Ok(Against::Directory(text.to_owned())),
        Some("") => Err("a revision is missing: git:main".to_owned()),
        // git would take it for an option.
        Some(revision) if revision.starts_with('-') => Err("a revision does not begin with `-`".to_owned()),
        Some(revision) => Ok(Against::Revision(revision.to_owned())),
    }
}

fn parse_param(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write NAME=VALUE".to_owned()),
    }
}

impl PlanArgs {
    /// The flags as the ledger records them.
    pub(crate) fn flags(&self) -> Flags {
        Flags {
            only: self.only.clone(),
            retry_unknown: self.retry_unknown,
            min_tier: self.min_tier.clone(),
            param: self.param.iter().cloned().collect(),
        }
    }
}
