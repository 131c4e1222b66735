//! The program ended with a code of its own.

use super::{Confidence, Context, ENDED, FAILED, Judgement, Meaning, Reading, Row, Spelling, Versions};
use crate::recipe::Cause;

const EXIT: Meaning = Meaning::Is(Cause::Exit, Confidence::Certain);

/// Rows of the family; A11 is every other code, so it stands last of those with a message.
pub(super) const ROWS: &[Row] = &[
    Row {
        id: "A5",
        phases: FAILED,
        spellings: &[
            Spelling::new(
                Versions::UP_TO_3_6,
                r"^Error \(exit code (?:139|134|132)\)",
                "Error (exit code 139)",
            ),
            Spelling::new(
                Versions::SINCE_3_7,
                r"^[a-z0-9][-a-z0-9.]*: Error \(exit code (?:139|134|132)\)",
                "main: Error (exit code 139)",
            ),
        ],
        meaning: EXIT,
        explanation: "The program crashed: a bad address, an abort or an illegal instruction.",
    },
    Row {
        id: "A6",
        phases: FAILED,
        spellings: &[
            Spelling::new(Versions::UP_TO_3_6, r"^Error \(exit code 64\)", "Error (exit code 64)"),
            Spelling::new(
                Versions::SINCE_3_7,
                r"^[a-z0-9][-a-z0-9.]*: Error \(exit code 64\)",
                r#"main: Error (exit code 64): failed to find name in PATH: exec: "Rscrpt": executable file not found in $PATH"#,
            ),
        ],
        meaning: EXIT,
        explanation: "Argo's own starter could not run the command, or the program ended with 64 itself.",
    },
    Row {
        id: "A8",
        phases: FAILED,
        spellings: &[
            Spelling::new(Versions::UP_TO_3_6, r"^Error \(exit code (?:126|127)\)", "Error (exit code 127)"),
            Spelling::new(
                Versions::SINCE_3_7,
                r"^[a-z0-9][-a-z0-9.]*: Error \(exit code (?:126|127)\)",
                "main: Error (exit code 127)",
            ),
        ],
        meaning: EXIT,
        explanation: "The shell found no such command, or may not execute it.",
    },
    Row {
        id: "A11",
        phases: ENDED,
        spellings: &[
            Spelling::new(
                Versions::UP_TO_3_6,
                r"^\w* ?\(exit code -?\d+\)|^failed with exit code \d+$",
                "Error (exit code 1)",
            ),
            Spelling::new(
                Versions::SINCE_3_7,
                r"^[a-z0-9][-a-z0-9.]*: \w* ?\(exit code -?\d+\)",
                "main: Error (exit code 1)",
            ),
        ],
        meaning: EXIT,
        explanation: "The program ended with a code of its own; what it means, the program knows.",
    },
    Row {
        id: "A18",
        phases: FAILED,
        spellings: &[Spelling::new(Versions::ALL, r"^$", "")],
        meaning: Meaning::Depends {
            judge: said_nothing,
            readings: &[&[
                Reading::when(Cause::Exit, Confidence::Likely, "its template is a daemon"),
                Reading::when(Cause::Unknown, Confidence::Weak, "it is any other template"),
            ]],
            told_from: &[],
        },
        explanation: "A daemon ended with 0 before it was told to; of any other template an empty message says nothing.",
    },
];

/// A daemon that ended by itself has no message (`assessNodeStatus` in `workflow/controller/operator.go`); nothing else is known to fail
/// without one.
fn said_nothing(context: &Context<'_>) -> Judgement {
    let template = context.node.template_of(context.attempt);
    let daemon = template.and_then(|body| body.get("daemon")).is_some_and(|daemon| daemon == true);
    if daemon {
        context.judge(Cause::Exit, Confidence::Likely, "no message: a daemon that ended with 0")
    } else {
        context.judge(Cause::Unknown, Confidence::Weak, "no message")
    }
}
