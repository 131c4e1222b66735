//! How the items of the run ended: what the comments of the rules count.

use std::collections::{BTreeMap, BTreeSet};

use super::items::{Items, Range};
use crate::diagnose::{Minor, Verdict, diagnose, recognise};
use crate::error::{Code, Fault};
use crate::evidence::Evidence;
use crate::evidence::snapshot::{Lineage, Phase};
use crate::recipe::toml_text::string;
use crate::recipe::{self, ArgoVersion, Cause, Files};
use crate::source::Source;
use crate::units::Index;

/// How the items ended; all zero where the run cannot be judged yet.
#[derive(Debug, Default)]
pub(super) struct Endings {
    /// How many items there should be.
    pub(super) items: usize,
    /// How many are done.
    pub(super) done: usize,
    /// The items that are not, by cause.
    pub(super) causes: BTreeMap<Cause, Vec<Index>>,
    /// Those of them whose program ended with a code and no more to say, by code.
    pub(super) exits: BTreeMap<i32, Vec<Index>>,
}

impl Endings {
    /// Judges the items by the way that every recipe has them judged: rules and tiers have no say in that.
    pub(super) fn of(items: &Items, evidence: &Evidence) -> Self {
        let kind = &items.kind;
        let text = format!(
            "version = 1\npipeline = \"p\"\n[argo]\nversion = \"{}\"\n[items]\ntemplate = {}\nindex-parameter = {}\n{}\n\
             [[tiers]]\nname = \"standard\"\ntemplate = \"standard\"\n",
            ArgoVersion::NEWEST,
            string(&kind.template),
            string(&kind.index_parameter),
            range(&items.range),
        );
        let judged = recipe::load(&Source::new("recipe.toml", text), &Alone)
            .and_then(|recipe| diagnose(&recipe, evidence));
        let Ok(diagnosis) = judged else { return Self::default() };
        let mut endings = Self { items: diagnosis.items.len(), ..Self::default() };
        for item in diagnosis.items {
            let judgement = match item.verdict {
                Verdict::Failed(judgement) => judgement,
                Verdict::Done { .. } => {
                    endings.done += 1;
                    continue;
                }
                Verdict::Active => continue,
            };
            if judgement.cause == Cause::Exit
                && let Some(code) = item.node.as_ref().and_then(|node| node.last().exit_code)
            {
                endings.exits.entry(code).or_default().push(item.index.clone());
            }
            endings.causes.entry(judgement.cause).or_default().push(item.index);
        }
        endings
    }

    /// How many items failed.
    pub(super) fn failed(&self) -> usize {
        self.causes.values().map(Vec::len).sum()
    }

    /// How many ended so.
    pub(super) fn count(&self, cause: Cause) -> usize {
        self.causes.get(&cause).map_or(0, Vec::len)
    }

    /// How many ended with one of these codes and no more to say, which is [`Cause::Exit`].
    pub(super) fn exited(&self, codes: &[i32]) -> usize {
        codes.iter().filter_map(|code| self.exits.get(code)).map(Vec::len).sum()
    }

    /// Those causes of a list that were seen, with how often: `76 oom, 2 evicted`; `None` where none was. Items that ended with one of
    /// `codes` are not counted.
    pub(super) fn seen(&self, causes: &[Cause], codes: &[i32]) -> Option<String> {
        let counts = causes.iter().map(|cause| {
            let without = if *cause == Cause::Exit { self.exited(codes) } else { 0 };
            (cause, self.count(*cause) - without)
        });
        let seen = counts.filter(|(_, count)| *count > 0);
        let words: Vec<String> = seen.map(|(cause, count)| format!("{count} {cause}")).collect();
        (!words.is_empty()).then(|| words.join(", "))
    }
}

/// The line of the range, as the recipe has it.
pub(super) fn range(range: &Range) -> String {
    match range {
        Range::Parameters(from, to) => {
            format!(
                "range           = {{ from-parameter = {}, to-parameter = {} }}",
                string(from),
                string(to)
            )
        }
        Range::Told | Range::Unknown => String::new(),
        Range::Numbers(from, to) => format!("range           = {{ from = {from}, to = {to} }}"),
        Range::List(indexes) => {
            let list: Vec<String> = indexes.iter().map(|index| string(index.as_str())).collect();
            format!("range           = {{ list = [{}] }}", list.join(", "))
        }
    }
}

/// The recipe stands alone: it extends nothing, so no other file is read.
pub(super) struct Alone;

impl Files for Alone {
    fn read(&self, path: &str) -> Result<Source, Fault> {
        Err(Fault::new(Code::IoRead, format!("{path} is not read here"), "a first recipe extends nothing"))
    }
}

/// The version of Argo that the snapshots tell of, and how they tell.
pub(super) fn version(lineage: &Lineage) -> (ArgoVersion, String) {
    let runs = lineage.generations();
    if runs.iter().any(|run| run.annotations.contains_key("workflows.argoproj.io/trace-id")) {
        return (ArgoVersion::V4_1, "the run has a trace id, which Argo writes since 4.1".to_owned());
    }
    let ended = runs
        .iter()
        .flat_map(|run| run.nodes.0.values())
        .filter(|node| matches!(node.phase, Phase::Failed | Phase::Error));
    let spelt: BTreeSet<Vec<Minor>> = ended
        .filter_map(|node| recognise(&node.message, &node.phase))
        .map(|(_, spelling)| spelling.versions.minors().collect())
        .collect();
    let fits = |minor: &Minor| spelt.iter().all(|minors| minors.contains(minor));
    let fitting: Vec<Minor> = Minor::ALL.into_iter().filter(fits).collect();
    let known: Vec<ArgoVersion> = fitting.iter().filter_map(|minor| minor.as_str().parse().ok()).collect();
    let list: Vec<&str> = fitting.iter().map(|minor| minor.as_str()).collect();
    let said = "to decide: which Argo runs the manifests (`argo version`)?";
    match (fitting.len(), known.last()) {
        (count, Some(newest)) if count < Minor::ALL.len() => {
            (*newest, format!("{said} The run's messages are spelt as by {}", list.join(", ")))
        }
        (1.., None) => (
            ArgoVersion::V3_7,
            format!("{said} The run's messages are those of {}; 3.7 is next", list.join(", ")),
        ),
        _ => (ArgoVersion::NEWEST, format!("{said} The run does not tell")),
    }
}
