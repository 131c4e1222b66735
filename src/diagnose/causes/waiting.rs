//! What a pending node waits for: E, and the D rows of phase Pending. Argo overwrites it once the node ends, so only a node that
//! never ended still says it (`getPendingReason` in `workflow/controller/operator.go`).

use super::{Confidence, Meaning, PENDING, Row, Spelling, Versions};
use crate::recipe::Cause;

const fn likely(cause: Cause) -> Meaning {
    Meaning::Is(cause, Confidence::Likely)
}

/// Rows of the family.
pub(super) const ROWS: &[Row] = &[
    Row {
        id: "E-image",
        phases: PENDING,
        spellings: &[Spelling::new(
            Versions::ALL,
            r"^(?:ErrImagePull|ImagePullBackOff|InvalidImageName|ErrImageNeverPull|RegistryUnavailable)(?:: |$)",
            r#"ImagePullBackOff: Back-off pulling image "x:2""#,
        )],
        meaning: likely(Cause::Image),
        explanation: "Its image could not be pulled, and Argo waited for it to the end.",
    },
    Row {
        id: "E-mount",
        phases: PENDING,
        spellings: &[
            Spelling::new(
                Versions::ALL,
                concat!(
                    r"(?is)^(?:CreateContainerError|RunContainerError|ContainerCreating|PodInitializing):",
                    of_a_mount!()
                ),
                r#"CreateContainerError: failed to generate spec: failed to mount "/data""#,
            ),
            Spelling::new(
                Versions::ALL,
                concat!(r"(?s)^CreateContainerConfigError:", of_a_sub_path!()),
                r#"CreateContainerConfigError: failed to prepare subPath for volumeMount "data" of container "main""#,
            ),
        ],
        meaning: likely(Cause::Mount),
        explanation: "One of its volumes could not be mounted, and Argo waited for it to the end.",
    },
    Row {
        id: "E-config",
        phases: PENDING,
        spellings: &[Spelling::new(
            Versions::ALL,
            r"^CreateContainerConfigError",
            r#"CreateContainerConfigError: configmap "site" not found"#,
        )],
        meaning: likely(Cause::ContainerConfig),
        explanation: "A Secret or ConfigMap that its container names is missing, and Argo waited for it to the end.",
    },
    Row {
        id: "E-container",
        phases: PENDING,
        spellings: &[Spelling::new(
            Versions::ALL,
            r"^(?:CreateContainerError|RunContainerError)(?:: |$)",
            "CreateContainerError: context deadline exceeded",
        )],
        meaning: likely(Cause::ContainerConfig),
        explanation: "The runtime could not make its container, and Argo waited for it to the end.",
    },
    Row {
        id: "E-creating",
        phases: PENDING,
        spellings: &[Spelling::new(
            Versions::ALL,
            r"^(?:ContainerCreating|PodInitializing)(?:: |$)",
            "ContainerCreating",
        )],
        meaning: Meaning::Is(Cause::Starved, Confidence::Weak),
        explanation: "It had a node, but its container was still being made: just begun, or a volume or the init image hangs.",
    },
    Row {
        id: "E-unschedulable",
        phases: PENDING,
        spellings: &[Spelling::new(
            Versions::ALL,
            r"^Unschedulable: ",
            "Unschedulable: 0/12 nodes are available: 12 Insufficient memory.",
        )],
        meaning: likely(Cause::Unschedulable),
        explanation: "No node of the cluster had room for it or was allowed to take it.",
    },
    Row {
        id: "D22",
        phases: PENDING,
        spellings: &[
            Spelling::new(
                Versions::ALL,
                r"^Waiting for \S+ lock\. Lock status: \d+/\d+$",
                "Waiting for gwas/ConfigMap/limits/workflows lock. Lock status: 0/1",
            ),
            Spelling::new(
                Versions::SINCE_3_7,
                r"^Waiting for \S+ lock \(\S+\)\. Lock status: ",
                "Waiting for gwas/Database/limits lock (gwas/Database/limits). Lock status: 3/3",
            ),
        ],
        meaning: likely(Cause::Starved),
        explanation: "It waited for a semaphore or mutex that others held.",
    },
    Row {
        id: "D24-evicted",
        phases: PENDING,
        spellings: &[Spelling::new(
            Versions::SINCE_4_0,
            r"^Pod auto-restarting due to Evicted: ",
            "Pod auto-restarting due to Evicted: The node was low on resource: memory.",
        )],
        meaning: likely(Cause::Evicted),
        explanation: "The kubelet evicted its pod before the program began; Argo was making another.",
    },
    Row {
        id: "D24-shutdown",
        phases: PENDING,
        spellings: &[Spelling::new(
            Versions::SINCE_4_0,
            r"^Pod auto-restarting due to NodeShutdown: ",
            "Pod auto-restarting due to NodeShutdown: Pod was rejected as the node is shutting down.",
        )],
        meaning: likely(Cause::Preempted),
        explanation: "Its node shut down before the program began; Argo was making another pod.",
    },
    Row {
        id: "D24-refused",
        phases: PENDING,
        spellings: &[Spelling::new(
            Versions::SINCE_4_0,
            r"^Pod auto-restarting due to (?:NodeAffinity|UnexpectedAdmissionError): ",
            "Pod auto-restarting due to NodeAffinity: Predicate NodeAffinity failed",
        )],
        meaning: likely(Cause::Unschedulable),
        explanation: "Its node would not take the pod; Argo was making another.",
    },
];
