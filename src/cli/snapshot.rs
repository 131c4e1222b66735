//! `gapit-compile snapshot FILE`: the trimmed, redacted form of a workflow's snapshot, to be committed.

use gapit_compile::error::Faults;
use gapit_compile::evidence::snapshot::{self, Redaction, Workflow};

use super::args::SnapshotArgs;
use super::screen::err;
use super::{DONE, Screen, faulted, load, printed};

/// Prints the trimmed snapshot, and on stderr what was redacted.
pub(crate) fn run(args: &SnapshotArgs) -> u8 {
    let screen = Screen::new(&args.screen);
    match read(&args.file) {
        Err(faults) => faulted(&screen, &faults),
        Ok(workflow) => {
            workflow.redacted.iter().for_each(|redaction| err(&told(redaction)));
            printed(&screen, &snapshot::trim(&workflow), DONE)
        }
    }
}

fn read(path: &str) -> Result<Workflow, Faults> {
    let bytes = load::snapshot_file(path)?;
    snapshot::read(path, &bytes)
}

/// Where a secret was and what told; the secret itself is not known any more.
fn told(redaction: &Redaction) -> String {
    let more = match redaction.nodes {
        0 | 1 => String::new(),
        nodes => format!(" and in {} more nodes", nodes - 1),
    };
    format!("redacted {}{more}: {}\n", redaction.path, redaction.why)
}
