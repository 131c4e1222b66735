//! The pod or its node went away, the kubelet threw it out, or no node would have it.

use super::{Confidence, Meaning, Row};
use crate::evidence::snapshot::Phase;
use crate::recipe::Cause;

const fn row(
    id: &'static str,
    pattern: &'static str,
    example: &'static str,
    cause: Cause,
    confidence: Confidence,
) -> Row {
    Row { id, pattern, phase: None, example, meaning: Meaning::Is(cause, confidence) }
}

/// Rows of the family; the B rows are the kubelet's own texts, passed through (F 2.1, step 1).
pub(super) const ROWS: &[Row] = &[
    Row {
        id: "D1",
        pattern: r"^pod deleted$",
        phase: Some(Phase::Error),
        example: "pod deleted",
        meaning: Meaning::Is(Cause::Preempted, Confidence::Likely),
    },
    row(
        "B2",
        r"^The node was low on resource: ",
        "The node was low on resource: memory. Threshold quantity: 100Mi, available: 51200Ki. ",
        Cause::Evicted,
        Confidence::Certain,
    ),
    row(
        "B3",
        r"^(?:Pod was rejected: )?The node had condition: \[",
        "Pod was rejected: The node had condition: [MemoryPressure].",
        Cause::Evicted,
        Confidence::Certain,
    ),
    row(
        "B4",
        r"^(?:Pod ephemeral local storage usage exceeds|Container \S+ exceeded its local ephemeral storage limit|Usage of EmptyDir volume )",
        "Container main exceeded its local ephemeral storage limit \"10Gi\". ",
        Cause::Evicted,
        Confidence::Certain,
    ),
    row(
        "B5",
        r"^Preempted in order to admit critical pod",
        "Preempted in order to admit critical pod",
        Cause::Preempted,
        Confidence::Certain,
    ),
    row(
        "B6",
        r"^Pod was (?:terminated in response to imminent node shutdown|rejected as the node is shutting down)",
        "Pod was terminated in response to imminent node shutdown.",
        Cause::Preempted,
        Confidence::Certain,
    ),
    row(
        "B7",
        r"^(?:Pod was rejected: |Pod Node didn't have enough resource: |OutOf(?:cpu|memory|pods)|Allocate failed due to|Predicate \w+ failed)",
        "Pod was rejected: Node didn't have enough resource: cpu, requested: 16000, used: 60000, capacity: 64000",
        Cause::Unschedulable,
        Confidence::Certain,
    ),
    row(
        "E-unschedulable",
        r"^Unschedulable: ",
        "Unschedulable: 0/12 nodes are available: 12 Insufficient memory.",
        Cause::Unschedulable,
        Confidence::Certain,
    ),
    row(
        "A10",
        r"^(?:main: )?ContainerStatusUnknown \(exit code 137\)",
        "main: ContainerStatusUnknown (exit code 137): The container could not be located when the pod was terminated",
        Cause::Preempted,
        Confidence::Likely,
    ),
    row(
        "A14",
        r"^can't find failed message for pod \S+ namespace \S+$",
        "can't find failed message for pod a-run-gwas-1 namespace gwas",
        Cause::Preempted,
        Confidence::Weak,
    ),
    row(
        "A15",
        r"^pod failed: (?:(?:wait|main) container did not complete successfully|neither main nor wait container completed successfully)$",
        "pod failed: wait container did not complete successfully",
        Cause::Preempted,
        Confidence::Likely,
    ),
    row(
        "A16",
        r"^Unexpected pod phase for \S+: \w+$",
        "Unexpected pod phase for a-run-gwas-1: Unknown",
        Cause::Preempted,
        Confidence::Likely,
    ),
];
