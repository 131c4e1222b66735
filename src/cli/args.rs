//! What can be typed.

use std::collections::BTreeSet;

use clap::{Args, Parser, Subcommand, ValueEnum};
use gapit_compile::units::Index;

/// Compiles a recipe, a workflow snapshot and a scan of the outputs into verified retry manifests for Argo Workflows
#[derive(Debug, Parser)]
#[command(version, args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
#[command(
    after_help = "Exit codes: 0 done or no differences, 1 --check found differences, 2 wrong usage or recipe, 3 an input cannot \
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
    /// Show the whole derivation for one item, or what a fault code means
    Explain(ExplainArgs),
    /// Print a JSON schema
    Schema(SchemaArgs),
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
    /// Plan only these items, for example 5,28-31; the others are deferred
    #[arg(long, value_name = "ITEMS", value_parser = parse_items)]
    pub(crate) only: Option<Items>,
    /// Run items that no rule matched once more in their tier
    #[arg(long)]
    pub(crate) retry_unknown: bool,
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
pub(crate) struct ExplainArgs {
    /// A recipe, or a fault code such as recipe::unknown-key
    #[arg(value_name = "RECIPE|CODE")]
    pub(crate) subject: String,
    /// The item to explain
    #[arg(value_name = "ITEM")]
    pub(crate) item: Option<String>,
    #[command(flatten)]
    pub(crate) evidence: EvidenceArgs,
    #[command(flatten)]
    pub(crate) plan: PlanArgs,
    #[command(flatten)]
    pub(crate) screen: ScreenArgs,
}

#[derive(Debug, Args)]
pub(crate) struct SchemaArgs {
    /// recipe, scan or report
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

/// The items of `--only`, and how they were typed.
#[derive(Debug, Clone)]
pub(crate) struct Items {
    pub(crate) typed: String,
    pub(crate) indexes: BTreeSet<Index>,
}

/// More than any fan-out has: a range past this is a slip of the finger.
const RANGE_AT_MOST: u64 = 100_000;

fn parse_items(text: &str) -> Result<Items, String> {
    let mut indexes = BTreeSet::new();
    for part in text.split(',').map(str::trim) {
        let bounds = part
            .split_once('-')
            .and_then(|(from, to)| Some((from.parse::<u64>().ok()?, to.parse::<u64>().ok()?)));
        match bounds {
            _ if part.is_empty() => return Err("an item is missing between two commas".to_owned()),
            Some((from, to)) if from > to => return Err(format!("{part} runs backwards")),
            Some((from, to)) if to - from >= RANGE_AT_MOST => {
                return Err(format!("{part} is more than {RANGE_AT_MOST} items"));
            }
            Some((from, to)) => indexes.extend((from..=to).map(|number| Index::new(number.to_string()))),
            None => drop(indexes.insert(Index::new(part))),
        }
    }
    Ok(Items { typed: text.to_owned(), indexes })
}

fn parse_param(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write NAME=VALUE".to_owned()),
    }
}

impl PlanArgs {
    /// The flags as typed, for the Workflow's header.
    pub(crate) fn typed(&self) -> Vec<String> {
        let mut flags: Vec<String> =
            self.only.iter().map(|items| format!("--only {}", items.typed)).collect();
        if self.retry_unknown {
            flags.push("--retry-unknown".to_owned());
        }
        flags.extend(self.param.iter().map(|(name, value)| format!("--param {name}={value}")));
        flags
    }
}
