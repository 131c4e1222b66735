//! Compressed snapshots: a whole file in gzip or zstd, and `status.compressedNodes` (Argo's `workflow/packer/packer.go`).

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::file::File;
use super::unpack::{Broken, Packing};
use crate::error::{Code, Fault};
use crate::source::Source;

/// The most that a file or its nodes may unpack to: a hundred times what Argo keeps in a cluster, and less than a small machine holds.
const MOST: u64 = 512 << 20;

/// How data begins that Argo packs.
const READ: &[(&[u8], Packing)] =
    &[(&[0x1f, 0x8b], Packing::Gzip), (&[0x28, 0xb5, 0x2f, 0xfd], Packing::Zstd)];

/// How data begins that people pack, and that is not read.
const OTHERS: &[(&[u8], &str)] =
    &[(&[0xfd, b'7', b'z', b'X', b'Z'], "xz"), (b"BZh", "bzip2"), (b"PK\x03\x04", "zip")];

/// The bytes of a file, unpacked if they are gzip or zstd.
///
/// # Errors
/// [`Code::SnapshotTruncated`] or [`Code::SnapshotBadCompression`].
pub(super) fn file<'a>(name: &str, bytes: &'a [u8]) -> Result<Cow<'a, [u8]>, Fault> {
    let at = |fault: Fault, text: &str| fault.at(&Source::new(name, "").place(0..0), text);
    if let Some(packing) = begins(bytes, READ) {
        let word = packing.as_str();
        return packing.unpack(bytes, MOST).map(Cow::Owned).map_err(|broken| match broken {
            Broken::Short => at(
                Fault::new(
                    Code::SnapshotTruncated,
                    format!("this {word} file ends in the middle"),
                    "copy it again, or take the snapshot again",
                ),
                "cut short",
            ),
            broken => at(corrupt(&format!("this {word} file"), &broken, "take the snapshot again"), word),
        });
    }
    match begins(bytes, OTHERS) {
        None => Ok(Cow::Borrowed(bytes)),
        Some(other) => Err(at(
            Fault::new(
                Code::SnapshotBadCompression,
                format!("this file is compressed with {other}"),
                "unpack it first: a snapshot is read plain, in gzip or in zstd",
            ),
            other,
        )),
    }
}

/// The JSON text of `status.compressedNodes`. Brotli has no mark at its beginning: as Argo does, whatever is neither gzip nor zstd is
/// taken for brotli.
///
/// # Errors
/// [`Code::SnapshotTruncated`] or [`Code::SnapshotBadCompression`].
pub(super) fn nodes(file: &File, packed: &str) -> Result<String, Fault> {
    let at = |fault: Fault, text: &str| fault.at(&file.place_of(&["status", "compressedNodes"]), text);
    let help = "`argo get NAME -o json` through the Argo Server gives the nodes unpacked";
    let refuse = |what: String| Fault::new(Code::SnapshotBadCompression, what, help);
    let bytes = STANDARD.decode(packed.trim()).map_err(|error| {
        let what = error.to_string().to_lowercase();
        at(refuse(format!("`status.compressedNodes` is not base64: {what}")), "not base64")
    })?;
    let known = begins(&bytes, READ);
    if let Some(other) = begins(&bytes, OTHERS) {
        let what = format!(
            "`status.compressedNodes` is compressed with {other}; Argo packs with gzip, zstd or brotli"
        );
        return Err(at(refuse(what), other));
    }
    let packing = known.unwrap_or(Packing::Brotli);
    let label = known.map_or("no known beginning", Packing::as_str);
    let unpacked = packing.unpack(&bytes, MOST).map_err(|broken| match (broken, known) {
        (Broken::Short, Some(_)) => {
            at(short(&format!("the {label} data in `status.compressedNodes`")), "cut short")
        }
        (Broken::Short, None) => {
            at(short("`status.compressedNodes` is neither gzip nor zstd, and as brotli it"), "cut short")
        }
        (broken @ Broken::Corrupt(_), None) => {
            let what = "`status.compressedNodes`, which is neither gzip nor zstd,";
            at(corrupt(what, &broken, help), label)
        }
        (broken, _) => at(corrupt("`status.compressedNodes`", &broken, help), label),
    })?;
    String::from_utf8(unpacked)
        .map_err(|_| at(refuse("`status.compressedNodes` does not unpack to text".to_owned()), "not text"))
}

fn begins<T: Copy>(bytes: &[u8], marks: &[(&[u8], T)]) -> Option<T> {
    marks.iter().find(|(mark, _)| bytes.starts_with(mark)).map(|(_, kind)| *kind)
}

fn short(what: &str) -> Fault {
    Fault::new(
        Code::SnapshotTruncated,
        format!("{what} ends in the middle"),
        "take the snapshot again: this one lost a part of its nodes",
    )
}

fn corrupt(what: &str, broken: &Broken, help: &str) -> Fault {
    let message = match broken {
        Broken::Corrupt(why) => format!("{what} does not unpack: {why}"),
        _ => format!("{what} unpacks to more than {} MiB", MOST >> 20),
    };
    Fault::new(Code::SnapshotBadCompression, message, help)
}

#[cfg(test)]
mod tests;
