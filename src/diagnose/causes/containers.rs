//! The container never began: its image, its configuration or its volumes.

use super::{Confidence, Meaning, Row};
use crate::recipe::Cause;

const fn row(id: &'static str, pattern: &'static str, example: &'static str, cause: Cause) -> Row {
    Row { id, pattern, phase: None, example, meaning: Meaning::Is(cause, Confidence::Certain) }
}

/// Rows of the family: A13 by its reason, the pending reasons E, and what the runtime says of a start that failed.
pub(super) const ROWS: &[Row] = &[
    row(
        "A13-image",
        r"^Pod failed before \S+ container starts due to (?:ErrImagePull|ImagePullBackOff|InvalidImageName|ErrImageNeverPull|RegistryUnavailable):",
        "Pod failed before main container starts due to ImagePullBackOff: Back-off pulling image \"x:1\"",
        Cause::Image,
    ),
    row(
        "A13-config",
        r"^Pod failed before \S+ container starts due to CreateContainerConfigError:",
        "Pod failed before main container starts due to CreateContainerConfigError: secret \"db\" not found",
        Cause::ContainerConfig,
    ),
    row(
        "A13-mount",
        r"(?i)^Pod failed before \S+ container starts due to \w*: .*\b(?:mount|volume)",
        "Pod failed before main container starts due to ContainerCreating: MountVolume.SetUp failed for volume \"nfs-data\"",
        Cause::Mount,
    ),
    row(
        "E-image",
        r"^(?:ErrImagePull|ImagePullBackOff|InvalidImageName|ErrImageNeverPull|RegistryUnavailable)(?:: .*)?$",
        "ImagePullBackOff: Back-off pulling image \"x:1\"",
        Cause::Image,
    ),
    row(
        "D16",
        r"failed to look-up entrypoint/cmd for image ",
        "failed to look-up entrypoint/cmd for image \"x:1\", you must either explicitly specify the command",
        Cause::Image,
    ),
    row(
        "E-config",
        r"^CreateContainerConfigError",
        "CreateContainerConfigError: configmap \"site\" not found",
        Cause::ContainerConfig,
    ),
    row(
        "E-mount",
        r"(?i)^(?:CreateContainerError|RunContainerError|ContainerCreating|PodInitializing): .*\bmount",
        "CreateContainerError: failed to mount /data",
        Cause::Mount,
    ),
    row(
        "A9",
        r"^(?:main: )?(?:StartError|ContainerCannotRun) \(exit code 12[678]\)",
        "main: StartError (exit code 128): failed to create containerd task: error mounting \"/data\"",
        Cause::Mount,
    ),
];
