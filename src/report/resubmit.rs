//! Argo's own way to run a failed workflow again, for who wants it: the command, and what it does not do
//! (`FormulateResubmitWorkflow` in Argo's `workflow/util/util.go`).

use super::ItemReport;
use serde::{Deserialize, Serialize};

use crate::emit::lineage_values;
use crate::evidence::snapshot::{Phase, Workflow};
use crate::pipeline::Inputs;
use crate::units::name::OBJECT_MAX;
use crate::units::{Index, ranges};

/// `argo resubmit --memoized`, told where the recipe has `[memoize]` or `[lineage-parameters]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ResubmitReport {
    /// The command; absent where Argo would refuse it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
    /// What it does and leaves undone that this plan does not.
    pub traps: Vec<String>,
}

/// How many characters Argo itself puts behind a `generateName`.
const RANDOM: usize = 5;

/// What to tell of it; `None` where nobody asked, or nothing runs again.
pub(super) fn resubmit(inputs: &Inputs, items: &[ItemReport]) -> Option<ResubmitReport> {
    let recipe = &inputs.recipe;
    let lineage = &inputs.evidence.as_ref()?.lineage;
    let asked = recipe.memoize.is_some() || recipe.lineage_parameters.is_some();
    if !asked || items.iter().all(|item| item.decision != "retry") {
        return None;
    }
    let parent = lineage.parent();
    if !matches!(parent.phase, Phase::Failed | Phase::Error) {
        let trap =
            format!("it takes Failed and Error workflows only, and {} is {}", parent.name, parent.phase);
        return Some(ResubmitReport { command: None, traps: vec![trap] });
    }
    let mut command = vec!["argo resubmit --memoized".to_owned()];
    command.extend(parent.namespace.iter().map(|namespace| format!("-n {namespace}")));
    command.push(parent.name.clone());
    if let Some(names) = &recipe.lineage_parameters {
        let given = lineage_values(names, lineage).map(|(name, value)| {
            let value = inputs.flags.param.get(&name).unwrap_or(&value);
            format!("-p {}", quoted(&format!("{name}={value}")))
        });
        command.extend(given);
    }
    Some(ResubmitReport { command: Some(command.join(" ")), traps: traps(parent, items) })
}

fn traps(parent: &Workflow, items: &[ItemReport]) -> Vec<String> {
    let short = items.iter().filter(|item| {
        item.decision == "retry" && item.cause.as_deref().is_some_and(|cause| cause.starts_with("oom"))
    });
    let short: Vec<Index> = short.map(|item| Index::new(item.index.as_str())).collect();
    let again = if short.is_empty() {
        String::new()
    } else {
        format!(": out of memory stays out of memory ({})", ranges(&short))
    };
    let mut traps = vec![
        format!("what failed runs again as it was, with the memory and the deadline that failed it{again}"),
        "what succeeded is taken from the old nodes, even where its outputs are missing".to_owned(),
        "the templates are those that the old run stored, whatever has been changed since; no rule and no budget holds, and the ledger does not know of it".to_owned(),
    ];
    let generated = parent.generate_name.as_ref().map_or(parent.name.len() + 1, String::len) + RANDOM;
    if generated > OBJECT_MAX {
        traps.push(format!(
            "the new name would have {generated} characters, which the API server refuses: {OBJECT_MAX} at most"
        ));
    }
    traps
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=,:+@".contains(c);
    if word.chars().all(plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::snapshot::read;

    #[test]
    fn a_name_that_would_be_too_long_is_told() {
        let told = |name: &str| {
            let text = format!(
                r#"{{"metadata": {{"name": "{name}"}}, "spec": {{}}, "status": {{"nodes": {{"a": {{}}}}}}}}"#
            );
            traps(&read("w.json", text.as_bytes()).unwrap(), &[]).len()
        };
        assert_eq!((told(&"x".repeat(57)), told(&"x".repeat(58))), (3, 4));
    }

    #[test]
    fn a_value_is_one_word_of_the_shell() {
        assert_eq!(quoted("run_id=a-1"), "run_id=a-1");
        assert_eq!(quoted("run_id=it's"), r"'run_id=it'\''s'");
    }
}
