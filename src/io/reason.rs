//! The system's errors in words.

use std::io::{Error, ErrorKind};

use crate::error::{Code, Fault};

/// Why the system refused, in a few lower-case words; its own words where it has no better ones.
pub(super) fn reason(error: &Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "there is no such file or directory".to_owned(),
        ErrorKind::PermissionDenied => "permission is denied".to_owned(),
        ErrorKind::IsADirectory => "it is a directory".to_owned(),
        ErrorKind::NotADirectory => "a part of the path is not a directory".to_owned(),
        ErrorKind::StorageFull => "the disk is full".to_owned(),
        ErrorKind::QuotaExceeded => "the disk quota is used up".to_owned(),
        ErrorKind::ReadOnlyFilesystem => "the file system is mounted read-only".to_owned(),
        ErrorKind::InvalidFilename => "the name is too long or not allowed".to_owned(),
        _ => error.to_string(),
    }
}

/// What to do about it when a file was to be written.
pub(super) fn way_out_of_writing(error: &Error) -> &'static str {
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "free some space and compile again",
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            "make the directory writable, or give another one with --output"
        }
        ErrorKind::IsADirectory | ErrorKind::NotADirectory => {
            "move what stands in the way, or give another directory with --output"
        }
        _ => "mend the cause and compile again, or give another directory with --output",
    }
}

/// A result that what standard output was sent to does not take whole.
pub fn not_printed(error: &Error) -> Fault {
    let help = match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            "free some space, or send it elsewhere, and run it again"
        }
        _ => "send it elsewhere and run it again",
    };
    let message = format!("standard output cannot be written: {}; what it got is not whole", reason(error));
    Fault::new(Code::IoWrite, message, help)
}
