//! The file as a whole.

use super::{
    Aggregate, Argo, Caps, Concurrency, Deadline, Entries, Inputs, Items, LineageParameters, Lint, Memoize,
    Naming, Output, Outputs, Parameters, Policy, Rule, Tier,
};
use crate::source::At;

table! {
    /// A recipe of gapit-compile: which failure gets which treatment, in which resource tier, under which names.
    "the recipe" Recipe {
        /// The version of the recipe language: 1.
        #[expect(dead_code, reason = "read in each text by itself, before they are laid over each other")]
        Always "version" version: i64,
        /// The name of the pipeline, as the names of its workflows begin.
        Resolved "pipeline" pipeline: String,
        /// What this recipe is laid over: a shipped recipe and its major (`gapit3@1`), or a path relative to this file (has a `/` or ends in `.toml`).
        #[expect(dead_code, reason = "read in each text by itself, before they are laid over each other")]
        Optional "extends" extends: String,
        /// The evidence that is read. Flags of the command line override it.
        Optional "inputs" inputs: Inputs,
        /// Where the manifests go.
        Optional "output" output: Output = "{}",
        /// The Argo Workflows that runs the manifests.
        Resolved "argo" argo: Argo,
        /// What one item of the fan-out is.
        Resolved "items" items: Items,
        /// When the outputs of an item are complete. Without it, files are not consulted.
        Optional "outputs" outputs: Outputs,
        /// The names of what is written.
        Optional "naming" naming: Naming = "{}",
        /// Labels of the retry Workflow; values can hold `<< >>`.
        Optional "labels" labels: Entries,
        /// Changes to the parent's workflow parameters; all others are carried as they are.
        Optional "parameters" parameters: Parameters,
        /// Workflow parameters of the retry that say which lineage it belongs to.
        Optional "lineage-parameters" lineage_parameters: LineageParameters,
        /// The tiers of resources, smallest first: a ladder that `retry.tier = "next"` climbs.
        Resolved "tiers" tiers: Vec<At<Tier>>,
        /// The rules, asked in this order; the first that matches an item decides.
        Optional "rules" rules: Vec<At<Rule>>,
        /// What happens to items that no rule matched, and to the plan as a whole.
        Optional "policy" policy: Policy = "{}",
        /// Bounds that nothing may pass.
        Optional "caps" caps: Caps,
        /// How many items of one batch run at once, over all its retry Workflows.
        Optional "concurrency" concurrency: Concurrency,
        /// How long the retry Workflow may take.
        Optional "deadline" deadline: Deadline,
        /// What collects the results after the items.
        Optional "aggregate" aggregate: Aggregate,
        /// What succeeded in a derived tier is kept in Argo's cache.
        Optional "memoize" memoize: Memoize,
        /// What `gapit-compile lint --recipe` is told.
        Optional "lint" lint: Lint,
    }
}
