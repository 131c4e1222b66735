//! Keys that take one word of a closed list.

use super::value::{Decode, Shape};
use crate::error::{Code, Fault, Faults};
use crate::evidence::snapshot::Phase;
use crate::recipe::cases::{Forbidden, Shutdown, Word};
use crate::recipe::parse::Node;
use crate::recipe::{
    AggregateAs, AggregateWhen, Cause, Layout, NamingMode, NotOn, OnCap, OomProbable, OpenDecisions,
    RetryPolicy, Since, SizedFrom, Unmatched, WhenActive,
};
use crate::units::name::nearest;

/// A closed list of words and what each means.
trait Keyword: Sized {
    /// Every word with its meaning, in the order in which people are told them.
    fn words() -> Vec<(&'static str, Self)>;
}

/// The value of a word, or a fault that lists all of them.
fn word<T: Keyword>(node: &Node, key: &str, faults: &mut Faults) -> Option<T> {
    let written = String::decode(node, key, faults)?;
    let mut words = T::words();
    if let Some(found) = words.iter().position(|(word, _)| *word == written) {
        return Some(words.swap_remove(found).1);
    }
    let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
    let near = nearest(&written, known.iter().copied());
    let meant = near.map_or(String::new(), |near| format!("write \"{near}\"; "));
    let message = format!("`{key}` knows no word \"{written}\"");
    let help = format!("{meant}the words are {}", known.join(", "));
    faults.push(Fault::new(Code::RecipeUnknownWord, message, help).at(&node.place, "unknown word"));
    None
}

/// Ties the checked enums to their words, so that reader and schema know the same ones.
macro_rules! keywords {
    ($($name:ident { $($word:literal => $variant:ident,)+ })+) => {$(
        impl Keyword for $name {
            fn words() -> Vec<(&'static str, Self)> {
                vec![$(($word, Self::$variant),)+]
            }
        }
        decoded!($name);
    )+};
}

/// Reads a keyword and describes it in the schema.
macro_rules! decoded {
    ($name:ident) => {
        impl Decode for $name {
            const SHAPE: Shape = Shape::String;

            fn decode(node: &Node, key: &str, faults: &mut Faults) -> Option<Self> {
                word(node, key, faults)
            }
        }

        #[cfg(feature = "schema")]
        impl schemars::JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                let words: Vec<&str> = <$name as Keyword>::words().into_iter().map(|(word, _)| word).collect();
                schemars::json_schema!({ "type": "string", "enum": words })
            }
        }
    };
}

keywords! {
    NamingMode { "name" => Name, "generate-name" => GenerateName, "argocd-hook" => ArgocdHook, }
    Layout { "auto" => Auto, "tasks" => Tasks, "items" => Items, }
    Since { "root" => Root, "any" => Any, }
    RetryPolicy {
        "Always" => Always,
        "OnFailure" => OnFailure,
        "OnError" => OnError,
        "OnTransientError" => OnTransientError,
    }
    NotOn { "oom" => Oom, "oom-probable" => OomProbable, }
    Unmatched { "skip" => Skip, "hold" => Hold, "retry" => Retry, }
    OomProbable { "hold" => Hold, "oom" => Oom, "skip" => Skip, }
    OpenDecisions { "allow" => Allow, "block" => Block, }
    WhenActive { "block" => Block, "allow" => Allow, }
    OnCap { "hold" => Hold, "clamp" => Clamp, "skip" => Skip, }
    SizedFrom { "peak" => Peak, "limit" => Limit, }
    AggregateAs { "task" => Task, "exit-handler" => ExitHandler, }
    AggregateWhen { "always" => Always, "all-succeeded" => AllSucceeded, }
    Shutdown { "Stop" => Stop, "Terminate" => Terminate, }
    Phase {
        "Succeeded" => Succeeded,
        "Failed" => Failed,
        "Error" => Error,
        "Running" => Running,
        "Pending" => Pending,
        "Skipped" => Skipped,
        "Omitted" => Omitted,
    }
    Word {
        "done" => Done,
        "retry" => Retry,
        "deferred" => Deferred,
        "skip" => Skip,
        "hold" => Hold,
        "exhausted" => Exhausted,
        "active" => Active,
    }
    Forbidden {
        "none" => Not,
        "plan::stop-loss" => StopLoss,
        "plan::active" => Active,
        "plan::upstream" => Upstream,
        "plan::open-decisions" => OpenDecisions,
        "plan::ledger-past" => LedgerPast,
        "plan::nothing-retryable" => NothingRetryable,
    }
}

impl Keyword for Cause {
    fn words() -> Vec<(&'static str, Self)> {
        Self::ALL.iter().map(|cause| (cause.as_str(), *cause)).collect()
    }
}

decoded!(Cause);
