//! The program ended with a code of its own.

use super::{Confidence, Meaning, Row};
use crate::recipe::Cause;

const fn row(id: &'static str, pattern: &'static str, example: &'static str) -> Row {
    Row { id, pattern, phase: None, example, meaning: Meaning::Is(Cause::Exit, Confidence::Certain) }
}

/// Rows of the family; A11 is every other code, so it stands last.
pub(super) const ROWS: &[Row] = &[
    row("A5", r"^(?:main: )?Error \(exit code (?:139|134|132)\)", "main: Error (exit code 139)"),
    row("A6", r"^(?:main: )?Error \(exit code 64\)", "main: Error (exit code 64): command not found"),
    row("A8", r"^(?:main: )?Error \(exit code (?:126|127)\)", "main: Error (exit code 127)"),
    row(
        "A11",
        r"^(?:main: )?\w* ?\(exit code -?\d+\)",
        "main: Error (exit code 2): INFRASTRUCTURE MOUNT FAILURE: /data",
    ),
    row("A11-3.3", r"^failed with exit code \d+$", "failed with exit code 1"),
];
