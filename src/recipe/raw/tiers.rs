//! `[[tiers]]`.

use super::{Entries, Remove};
use crate::recipe::{NotOn, RetryPolicy};
use crate::source::At;

table! {
    /// Named resources and the WorkflowTemplate that carries them: either one that exists (`template`), or the base with differences.
    "a tier" Tier {
        /// Its name; lower-case letters, digits and `-`.
        Always "name" name: String,
        /// Of a new tier in a recipe that extends another: the tier that it goes right behind; without it, it goes last.
        #[expect(dead_code, reason = "said to the list when recipes are laid over each other")]
        Optional "after" after: String,
        /// `true` removes the inherited tier of this name; only `name` can stand beside it.
        #[expect(dead_code, reason = "said to the list when recipes are laid over each other")]
        Optional "remove" remove: Remove,
        /// A WorkflowTemplate or ClusterWorkflowTemplate that exists on the cluster; it is not emitted and can have no differences.
        Optional "template" template: String,
        /// What the pod asks for.
        Optional "requests" requests: Resources,
        /// What the pod must not pass.
        Optional "limits" limits: Resources,
        /// Environment variables that are set to the whole cores of `requests.cpu`.
        Optional "threads-env" threads_env: Vec<At<String>>,
        /// Labels of the pod, added to the base's.
        Optional "labels" labels: Entries,
        /// What Argo itself repeats inside one workflow; replaces the base's whole.
        Optional "retry-strategy" retry_strategy: RetryStrategy,
        /// Pods at once; default the parent workflow's.
        Optional "parallelism" parallelism: u32,
    }
}

table! {
    /// Kubernetes quantities, in quotes.
    "a tier's requests or limits" Resources {
        /// An amount of memory, such as `"96Gi"`.
        Optional "memory" memory: String,
        /// A number of cores, such as `"16"` or `"1500m"`.
        Optional "cpu" cpu: String,
    }
}

table! {
    /// What Argo itself repeats inside one workflow.
    "retry-strategy" RetryStrategy {
        /// Retries after the first attempt; without it there is no limit.
        Optional "limit" limit: u32,
        /// Argo's word for what is repeated.
        Optional "policy" policy: RetryPolicy,
        /// What is not repeated, whatever the policy: an attempt that was out of memory fails again with the same memory.
        Optional "not-on" not_on: Vec<At<NotOn>>,
        /// Waits between attempts.
        Optional "backoff" backoff: Backoff,
    }
}

table! {
    /// Waits between attempts.
    "retry-strategy.backoff" Backoff {
        /// The first wait, such as `"5m"`.
        Resolved "duration" duration: String,
        /// What each next wait is multiplied by.
        Optional "factor" factor: u32,
        /// The longest wait.
        Optional "cap" cap: String,
        /// Argo's `maxDuration`: how long after the first start an attempt may still run. Shorter than the work, it kills good attempts.
        Optional "window" window: String,
    }
}
