//! The pod or its node went away, the kubelet threw it out, or no node would have it.

use super::{Confidence, ERROR, FAILED, Meaning, Row, Spelling, Versions};
use crate::recipe::Cause;

const EVICTED: Meaning = Meaning::Is(Cause::Evicted, Confidence::Certain);
const PREEMPTED: Meaning = Meaning::Is(Cause::Preempted, Confidence::Certain);
const PREEMPTED_LIKELY: Meaning = Meaning::Is(Cause::Preempted, Confidence::Likely);
const PREEMPTED_WEAK: Meaning = Meaning::Is(Cause::Preempted, Confidence::Weak);

/// Rows of the family; the B rows are the kubelet's own texts, passed through (`inferFailedReason` in `workflow/controller/operator.go`).
/// It puts `Pod was rejected: ` before what its admission says, and older kubelets put `Pod ` there.
pub(super) const ROWS: &[Row] = &[
    Row {
        id: "D1",
        phases: ERROR,
        spellings: &[Spelling::new(Versions::ALL, r"^pod deleted$", "pod deleted")],
        meaning: PREEMPTED_LIKELY,
        explanation: "The pod of a running node was deleted: preempted, drained or removed by hand.",
    },
    Row {
        id: "B2",
        phases: FAILED,
        spellings: &[Spelling::new(
            Versions::ALL,
            r"^The node was low on resource: ",
            "The node was low on resource: memory. Threshold quantity: 100Mi, available: 51200Ki. Container main was using 69Gi, request is 64Gi, has larger consumption of memory.",
        )],
        meaning: EVICTED,
        explanation: "The node ran short of memory or disk, and the kubelet evicted the pod.",
    },
    Row {
        id: "B3",
        phases: FAILED,
        spellings: &[Spelling::new(
            Versions::ALL,
            r"^(?:Pod was rejected: |Pod )?The node had condition: \[",
            "The node had condition: [MemoryPressure].",
        )],
        meaning: EVICTED,
        explanation: "The node was already short of memory or disk when the pod arrived, and the kubelet refused it.",
    },
    Row {
        id: "B4",
        phases: FAILED,
        spellings: &[Spelling::new(
            Versions::ALL,
            r"^(?:Pod ephemeral local storage usage exceeds the total limit of containers|Container \S+ exceeded its local ephemeral storage limit|Usage of EmptyDir volume )",
            "Pod ephemeral local storage usage exceeds the total limit of containers 10Gi.",
        )],
        meaning: EVICTED,
        explanation: "The pod wrote more to local disk than its own limit allows, and the kubelet evicted it.",
    },
    Row {
        id: "B5",
        phases: FAILED,
        spellings: &[Spelling::new(
            Versions::ALL,
            r"^Preempted in order to admit critical pod",
            "Preempted in order to admit critical pod",
        )],
        meaning: PREEMPTED,
        explanation: "The kubelet ended the pod to make room for a critical one.",
    },
    Row {
        id: "B6",
        phases: FAILED,
        spellings: &[Spelling::new(
            Versions::ALL,
            r"^Pod was terminated in response to imminent node shutdown|^(?:Pod was rejected: |Pod )?Pod was rejected as the node is shutting down",
            "Pod was terminated in response to imminent node shutdown.",
        )],
        meaning: PREEMPTED,
        explanation: "The node was shutting down.",
    },
    Row {
        id: "B7",
        phases: FAILED,
        spellings: &[Spelling::new(
            Versions::ALL,
            r"^(?:Pod was rejected: |(?:Pod )?Node didn't have enough resource: |OutOf(?:cpu|memory|pods)|(?:Pod )?Allocate failed due to|(?:Pod )?Predicate \w+ failed|(?:Pod )?UnexpectedAdmissionError)",
            "Pod was rejected: Node didn't have enough resource: cpu, requested: 16000, used: 60000, capacity: 64000",
        )],
        meaning: Meaning::Is(Cause::Unschedulable, Confidence::Certain),
        explanation: "The kubelet of the chosen node refused the pod: what it asks for was not free there.",
    },
    Row {
        id: "A10",
        phases: FAILED,
        spellings: &[
            Spelling::new(
                Versions::UP_TO_3_6,
                r"^ContainerStatusUnknown \(exit code 137\)",
                "ContainerStatusUnknown (exit code 137): The container could not be located when the pod was terminated",
            ),
            Spelling::new(
                Versions::SINCE_3_7,
                r"^[a-z0-9][-a-z0-9.]*: ContainerStatusUnknown \(exit code 137\)",
                "main: ContainerStatusUnknown (exit code 137): The container could not be located when the pod was terminated",
            ),
        ],
        meaning: PREEMPTED_LIKELY,
        explanation: "The node lost the container, and 137 only stands for not knowing.",
    },
    Row {
        id: "A14",
        phases: FAILED,
        spellings: &[Spelling::new(
            Versions([Some(17), Some(3), Some(0), Some(0), Some(0), Some(0)]),
            r"^can't find failed message for pod \S+ namespace \S+$",
            "can't find failed message for pod run-x7k2p-run-gwas-1 namespace gwas",
        )],
        meaning: PREEMPTED_WEAK,
        explanation: "The pod failed and left no word of any container: most often its node went away.",
    },
    Row {
        id: "A15",
        phases: FAILED,
        spellings: &[Spelling::new(
            Versions([None, None, Some(16), Some(7), Some(0), Some(0)]),
            r"^pod failed: (?:(?:wait|main) container did not complete successfully|neither main nor wait container completed successfully)$",
            "pod failed: wait container did not complete successfully",
        )],
        meaning: PREEMPTED_LIKELY,
        explanation: "The pod failed while its containers still ran: most often its node went away.",
    },
    Row {
        id: "A16",
        phases: ERROR,
        spellings: &[Spelling::new(
            Versions::ALL,
            r"^Unexpected pod phase for \S+: \w+$",
            "Unexpected pod phase for run-x7k2p-run-gwas-1: Unknown",
        )],
        meaning: PREEMPTED_LIKELY,
        explanation: "The cluster did not know any more how the pod was: its node was lost.",
    },
    Row {
        id: "A17",
        phases: FAILED,
        spellings: &[Spelling::new(
            Versions([None, None, Some(5), Some(0), Some(0), Some(0)]),
            r"^Pod Failed whilst container running$",
            "Pod Failed whilst container running",
        )],
        meaning: PREEMPTED_WEAK,
        explanation: "The pod failed while a container of its set still ran; the pod's own message says more.",
    },
];
