//! The closed list of causes: what a rule's `when.causes` names and what a diagnosis concludes.

use std::fmt;

/// Declares [`Cause`] with its spelling and its one-line meaning.
macro_rules! causes {
    ($(#[doc = $meaning:literal] $variant:ident = $word:literal,)*) => {
        /// Why an item's last attempt ended.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Cause { $(#[doc = $meaning] $variant,)* }

        impl Cause {
            /// Every cause, in the order in which they are listed.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The spelling in recipes and reports.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }

            /// What it means, in one sentence.
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$variant => $meaning.trim_ascii_start(),)* }
            }
        }
    };
}

causes! {
    /// The kernel killed the container for its memory.
    Oom = "oom",
    /// Killed with 137 and nothing that explains it.
    OomProbable = "oom-probable",
    /// It ran, and a deadline cut it.
    Deadline = "deadline",
    /// It never got to run before time or slots ended.
    Starved = "starved",
    /// A later attempt was cut at the end of `backoff.maxDuration`.
    RetryWindow = "retry-window",
    /// Somebody stopped or terminated the workflow.
    Stopped = "stopped",
    /// Its pod or its node went away.
    Preempted = "preempted",
    /// The kubelet evicted it from its node.
    Evicted = "evicted",
    /// No node had room for it.
    Unschedulable = "unschedulable",
    /// A ResourceQuota kept its pod from being made.
    Quota = "quota",
    /// Its image could not be pulled.
    Image = "image",
    /// Its container could not be configured.
    ContainerConfig = "container-config",
    /// A volume could not be mounted.
    Mount = "mount",
    /// Argo's own containers or the controller failed.
    Executor = "executor",
    /// An artifact could not be loaded or saved.
    Artifact = "artifact",
    /// The template or its arguments are wrong.
    TemplateError = "template-error",
    /// The program ended with a code that says nothing more.
    Exit = "exit",
    /// The node succeeded, but its outputs are not there.
    OutputMissing = "output-missing",
    /// The node was still open when the workflow ended.
    Orphaned = "orphaned",
    /// A task above the fan-out failed, so the item never began.
    Upstream = "upstream",
    /// Nothing fits.
    Unknown = "unknown",
}

impl Cause {
    /// The cause of that spelling.
    pub fn from_spelling(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|cause| cause.as_str() == word)
    }

    /// Whether the workload itself is at fault: what the stop-loss counts.
    pub fn is_of_the_workload(self) -> bool {
        matches!(
            self,
            Self::Oom
                | Self::OomProbable
                | Self::Exit
                | Self::Deadline
                | Self::OutputMissing
                | Self::Mount
                | Self::Image
                | Self::ContainerConfig
                | Self::TemplateError
                | Self::Unknown
        )
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
