//! The container never began: its image, its configuration or its volumes.

use super::{Confidence, ERROR, FAILED, Meaning, Row, Spelling, Versions};
use crate::recipe::Cause;

const IMAGE: Meaning = Meaning::Is(Cause::Image, Confidence::Certain);
const CONFIG: Meaning = Meaning::Is(Cause::ContainerConfig, Confidence::Certain);
const MOUNT: Meaning = Meaning::Is(Cause::Mount, Confidence::Certain);

/// Rows of the family: A13 by its reason, and what the runtime says of a start that failed.
pub(super) const ROWS: &[Row] = &[
    Row {
        id: "A13-image",
        phases: ERROR,
        spellings: &[Spelling::new(
            Versions::SINCE_3_5,
            r"^Pod failed before \S+ container starts due to (?:ErrImagePull|ImagePullBackOff|InvalidImageName|ErrImageNeverPull|RegistryUnavailable):",
            r#"Pod failed before main container starts due to ImagePullBackOff: Back-off pulling image "x:2""#,
        )],
        meaning: IMAGE,
        explanation: "The pod died while its image could not be pulled.",
    },
    Row {
        id: "A13-mount",
        phases: ERROR,
        spellings: &[
            Spelling::new(
                Versions::SINCE_3_5,
                concat!(
                    r"(?is)^Pod failed before \S+ container starts due to (?:ContainerCreating|PodInitializing|CreateContainerError|RunContainerError)?:",
                    of_a_mount!()
                ),
                r#"Pod failed before main container starts due to ContainerCreating: MountVolume.SetUp failed for volume "nfs-data": exit status 32"#,
            ),
            Spelling::new(
                Versions::SINCE_3_5,
                concat!(
                    r"(?s)^Pod failed before \S+ container starts due to CreateContainerConfigError:",
                    of_a_sub_path!()
                ),
                r#"Pod failed before main container starts due to CreateContainerConfigError: failed to prepare subPath for volumeMount "data" of container "main""#,
            ),
        ],
        meaning: MOUNT,
        explanation: "The pod died while one of its volumes could not be mounted.",
    },
    Row {
        id: "A13-config",
        phases: ERROR,
        spellings: &[Spelling::new(
            Versions::SINCE_3_5,
            r"^Pod failed before \S+ container starts due to (?:CreateContainerConfigError|CreateContainerError|RunContainerError):",
            r#"Pod failed before main container starts due to CreateContainerConfigError: secret "db" not found"#,
        )],
        meaning: CONFIG,
        explanation: "The pod died while its container could not be configured: a Secret or ConfigMap is missing, or its command is wrong.",
    },
    Row {
        id: "A13",
        phases: ERROR,
        spellings: &[
            Spelling::new(
                Versions::ONLY_3_4,
                r"^Pod failed before \S+ container starts$",
                "Pod failed before main container starts",
            ),
            Spelling::new(
                Versions::SINCE_3_5,
                r"^Pod failed before \S+ container starts due to \w*:",
                "Pod failed before main container starts due to PodInitializing:",
            ),
        ],
        meaning: Meaning::Is(Cause::Unknown, Confidence::Weak),
        explanation: "The pod died before its container began, and Argo does not say what it waited for.",
    },
    Row {
        id: "D16",
        phases: ERROR,
        spellings: &[Spelling::new(
            Versions::ALL,
            r"failed to look-up entrypoint/cmd for image ",
            r#"failed to look-up entrypoint/cmd for image "x:1", you must either explicitly specify the command, or list the image's command in the index"#,
        )],
        meaning: IMAGE,
        explanation: "The template names no command, and the registry would not tell the image's own.",
    },
    Row {
        id: "A9-mount",
        phases: FAILED,
        spellings: &[
            Spelling::new(
                Versions::UP_TO_3_6,
                concat!(r"(?is)^(?:StartError|ContainerCannotRun) \(exit code 12[678]\):", of_a_mount!()),
                r#"ContainerCannotRun (exit code 127): error while creating mount source path "/data": permission denied"#,
            ),
            Spelling::new(
                Versions::SINCE_3_7,
                concat!(
                    r"(?is)^[a-z0-9][-a-z0-9.]*: (?:StartError|ContainerCannotRun) \(exit code 12[678]\):",
                    of_a_mount!()
                ),
                r#"main: ContainerCannotRun (exit code 127): error while creating mount source path "/data": permission denied"#,
            ),
        ],
        meaning: MOUNT,
        explanation: "The runtime could not start the program because a mount failed.",
    },
    Row {
        id: "A9",
        phases: FAILED,
        spellings: &[
            Spelling::new(
                Versions::UP_TO_3_6,
                r"^(?:StartError|ContainerCannotRun) \(exit code 12[678]\)",
                r#"StartError (exit code 128): failed to create containerd task: exec: "Rscrpt": executable file not found"#,
            ),
            Spelling::new(
                Versions::SINCE_3_7,
                r"^[a-z0-9][-a-z0-9.]*: (?:StartError|ContainerCannotRun) \(exit code 12[678]\)",
                r#"main: StartError (exit code 128): failed to create containerd task: exec: "Rscrpt": executable file not found"#,
            ),
        ],
        meaning: CONFIG,
        explanation: "The runtime could not start the program: the container's command or configuration is wrong.",
    },
];
