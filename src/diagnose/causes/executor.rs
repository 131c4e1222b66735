//! Argo's own containers: wait, init and the supervisor, and the artifacts that they carry.

use super::signals::{by_the_clock, explained};
use super::{
    Confidence, Context, ENDED, ERROR, FAILED, Judgement, Meaning, Reading, Row, Spelling, Versions, shown,
};
use crate::recipe::Cause;

const EXECUTOR: Meaning = Meaning::Is(Cause::Executor, Confidence::Certain);
const ARTIFACT: Meaning = Meaning::Is(Cause::Artifact, Confidence::Certain);

/// Rows of the family. C rows are texts inside A12; they come first because they say more.
///
/// Up to 3.6 nothing but the phase tells Argo's containers from the program, so a text that a program may write as well counts only under
/// Error there. From 3.4.4 to 3.6.10 an init container that failed was Failed (`inferFailedReason`): its two texts count under that too.
pub(super) const ROWS: &[Row] = &[
    Row {
        id: "A2",
        phases: ERROR,
        spellings: &[
            Spelling::new(Versions::UP_TO_3_6, r"^OOMKilled \(exit code \d+\)", "OOMKilled (exit code 137)"),
            Spelling::new(
                Versions::SINCE_3_7,
                r"^(?:wait|init|supervisor): OOMKilled \(exit code \d+\)",
                "wait: OOMKilled (exit code 137)",
            ),
        ],
        meaning: EXECUTOR,
        explanation: "One of Argo's own containers ran out of memory, not the program.",
    },
    Row {
        id: "C-required",
        phases: ENDED,
        spellings: &[
            Spelling::new(
                Versions::UP_TO_3_6,
                r"(?s)^\w* ?\(exit code \d+\): .*required artifact '.+' not supplied",
                "Error (exit code 64): required artifact 'genotype' not supplied",
            ),
            Spelling::new(
                Versions::SINCE_3_7,
                r"(?s)^(?:wait|init|supervisor): \w* ?\(exit code \d+\): .*required artifact '.+' not supplied",
                "init: Error (exit code 64): required artifact 'genotype' not supplied",
            ),
        ],
        meaning: ARTIFACT,
        explanation: "An input artifact that the template needs was not there.",
    },
    Row {
        id: "C-load",
        phases: ENDED,
        spellings: &[
            Spelling::new(
                Versions::UP_TO_3_6,
                r"(?s)^\w* ?\(exit code \d+\): .*(?:artifact \S+ failed to load: |failed to load artifact ')",
                "Error (exit code 64): artifact genotype failed to load: timeout",
            ),
            Spelling::new(
                Versions::SINCE_3_7,
                r"(?s)^(?:wait|init|supervisor): \w* ?\(exit code \d+\): .*(?:artifact \S+ failed to load: |failed to load artifact ')",
                "init: Error (exit code 64): artifact genotype failed to load: timeout",
            ),
        ],
        meaning: ARTIFACT,
        explanation: "An input artifact could not be fetched.",
    },
    Row {
        id: "C-path",
        phases: ERROR,
        spellings: &[
            Spelling::new(
                Versions::UP_TO_3_6,
                r"(?s)^\w* ?\(exit code \d+\): .*no such file or directory",
                "Error (exit code 64): failed to save outputs: /out/result.csv no such file or directory",
            ),
            Spelling::new(
                Versions::SINCE_3_7,
                r"(?s)^(?:wait|init|supervisor): \w* ?\(exit code \d+\): .*no such file or directory",
                "wait: Error (exit code 64): failed to save outputs: /out/result.csv no such file or directory",
            ),
        ],
        meaning: ARTIFACT,
        explanation: "The program ended well, but did not write an output that the template declares.",
    },
    Row {
        id: "C-driver",
        phases: ERROR,
        spellings: &[
            Spelling::new(
                Versions::UP_TO_3_6,
                r"(?s)^\w* ?\(exit code \d+\): .*Unsupported artifact driver for ",
                "Error (exit code 64): Unsupported artifact driver for genotype",
            ),
            Spelling::new(
                Versions::SINCE_3_7,
                r"(?s)^(?:wait|init|supervisor): \w* ?\(exit code \d+\): .*Unsupported artifact driver for ",
                "init: Error (exit code 64): Unsupported artifact driver for genotype",
            ),
        ],
        meaning: ARTIFACT,
        explanation: "Argo does not know the kind of store that an artifact names.",
    },
    Row {
        id: "C-deadline",
        phases: ERROR,
        spellings: &[
            Spelling::new(
                Versions::UP_TO_3_6,
                r"^\w* ?\(exit code \d+\): Step exceeded its deadline",
                "Error (exit code 64): Step exceeded its deadline",
            ),
            Spelling::new(
                Versions::SINCE_3_7,
                r"^(?:wait|supervisor): \w* ?\(exit code \d+\): Step exceeded its deadline",
                "wait: Error (exit code 64): Step exceeded its deadline",
            ),
        ],
        meaning: Meaning::Depends {
            judge: executor_deadline,
            readings: &[
                &by_the_clock(Confidence::Certain),
                &[Reading::when(
                    Cause::Deadline,
                    Confidence::Likely,
                    "nothing of this, but the sidecar names a deadline",
                )],
            ],
            told_from: &[],
        },
        explanation: "Argo's sidecar ended the program at its deadline, and the program itself ended with 0.",
    },
    Row {
        id: "C-wait",
        phases: ERROR,
        spellings: &[
            Spelling::new(
                Versions::UP_TO_3_6,
                r"^\w* ?\(exit code \d+\): failed to wait for main container to complete: ",
                "Error (exit code 64): failed to wait for main container to complete: context canceled",
            ),
            Spelling::new(
                Versions::SINCE_3_7,
                r"^(?:wait|supervisor): \w* ?\(exit code \d+\): failed to wait for main container to complete: ",
                "wait: Error (exit code 64): failed to wait for main container to complete: context canceled",
            ),
        ],
        meaning: EXECUTOR,
        explanation: "Argo's sidecar lost sight of the program.",
    },
    Row {
        id: "D14-artifact",
        phases: ERROR,
        spellings: &[Spelling::new(
            Versions::ALL,
            r"^(?:task '.+' errored: )?inputs\.artifacts\.\S+ was not supplied$",
            "inputs.artifacts.kinship was not supplied",
        )],
        meaning: ARTIFACT,
        explanation: "The caller did not give an input artifact that the template needs.",
    },
    Row {
        id: "A7",
        phases: FAILED,
        spellings: &[Spelling::new(
            Versions::ONLY_4_1,
            r"^main: \w* ?\(exit code 65\)",
            "main: Error (exit code 65)",
        )],
        meaning: Meaning::Is(Cause::Executor, Confidence::Weak),
        explanation: "Argo 4.1 says with 65 that its supervisor failed before the program began, but a program may end with 65 too.",
    },
    Row {
        id: "A12",
        phases: ENDED,
        spellings: &[Spelling::new(
            Versions::SINCE_3_7,
            r"^(?:wait|init|supervisor): \w* ?\(exit code -?\d+\)",
            "wait: Error (exit code 64): failed to save outputs: connection refused",
        )],
        meaning: EXECUTOR,
        explanation: "One of Argo's own containers failed; the program's own code is not at fault.",
    },
    Row {
        id: "A12-unnamed",
        phases: ERROR,
        spellings: &[Spelling::new(
            Versions::UP_TO_3_6,
            r"^\w* ?\(exit code -?\d+\)",
            "Error (exit code 64): failed to save outputs: connection refused",
        )],
        meaning: Meaning::Is(Cause::Executor, Confidence::Likely),
        explanation: "Up to Argo 3.6 an exit code under Error is that of one of Argo's own containers.",
    },
    Row {
        id: "D2",
        phases: ERROR,
        spellings: &[Spelling::new(
            Versions([None, Some(6), Some(0), Some(0), Some(0), Some(0)]),
            r"^container deleted$",
            "container deleted",
        )],
        meaning: EXECUTOR,
        explanation: "A container of a container set went with its pod.",
    },
    Row {
        id: "D26",
        phases: ERROR,
        spellings: &[
            Spelling::new(
                Versions::ALL,
                r#"^agent pod failed with reason:""#,
                r#"agent pod failed with reason:"Error""#,
            ),
            Spelling::new(
                Versions([None, Some(11), Some(0), Some(0), Some(0), Some(0)]),
                r#"^create agent pod failed with reason:""#,
                r#"create agent pod failed with reason:"quota""#,
            ),
        ],
        meaning: EXECUTOR,
        explanation: "The pod that runs HTTP and plugin templates failed.",
    },
];

/// The deadline that Argo gave its sidecar: the workflow's or the end of the retry window (`ARGO_DEADLINE` in
/// `workflow/controller/workflowpod.go`).
fn executor_deadline(context: &Context<'_>) -> Judgement {
    let Some(explained) = explained(context) else {
        return context.judge(Cause::Deadline, Confidence::Likely, shown(context.attempt));
    };
    // The sidecar says that it was a deadline, and the time says which.
    let certain = explained.cause == Cause::Deadline;
    let confidence = if certain { Confidence::Certain } else { explained.confidence };
    Judgement { confidence, ..explained }
}
