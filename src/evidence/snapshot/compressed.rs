//! Compressed snapshots: a whole file in gzip, and `status.compressedNodes` (F 1.7).

use std::borrow::Cow;
use std::io::{ErrorKind, Read as _};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::read::MultiGzDecoder;

use super::file::File;
use crate::error::{Code, Fault};
use crate::source::Source;

/// The most that a file or its nodes may unpack to: a hundred times what Argo keeps in a cluster, and less than a small machine holds.
const MAX: u64 = 512 << 20;

/// How compressed data begins. Brotli has no such mark: Argo takes for brotli whatever it does not know (F 1.7).
const MAGIC: &[(&[u8], &str)] = &[
    (&[0x1f, 0x8b], "gzip"),
    (&[0x28, 0xb5, 0x2f, 0xfd], "zstd"),
    (&[0xfd, b'7', b'z', b'X', b'Z'], "xz"),
    (b"BZh", "bzip2"),
    (b"PK\x03\x04", "zip"),
];

/// Why gzip data could not be unpacked.
enum Broken {
    Short,
    Large,
    Corrupt(String),
}

/// The bytes of a file, unpacked if they are gzip.
///
/// # Errors
/// [`Code::SnapshotTruncated`] or [`Code::SnapshotBadCompression`].
pub(super) fn file<'a>(name: &str, bytes: &'a [u8]) -> Result<Cow<'a, [u8]>, Fault> {
    let at = |fault: Fault, text: &str| fault.at(&Source::new(name, "").place(0..0), text);
    match kind(bytes) {
        None => Ok(Cow::Borrowed(bytes)),
        Some("gzip") => gunzip(bytes).map(Cow::Owned).map_err(|broken| match broken {
            Broken::Short => at(
                Fault::new(
                    Code::SnapshotTruncated,
                    "this gzip file ends in the middle",
                    "copy it again, or take the snapshot again",
                ),
                "cut short",
            ),
            broken => at(corrupt("this gzip file", &broken, "take the snapshot again"), "gzip"),
        }),
        Some(other) => Err(at(
            Fault::new(
                Code::SnapshotBadCompression,
                format!("this file is compressed with {other}"),
                "unpack it first: a snapshot is read plain or in gzip",
            ),
            other,
        )),
    }
}

/// The JSON text of `status.compressedNodes`.
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
    match kind(&bytes) {
        Some("gzip") => {}
        Some(other) => {
            let what = format!("`status.compressedNodes` is compressed with {other}; only gzip is read");
            return Err(at(refuse(what), other));
        }
        None => {
            let what =
                "`status.compressedNodes` is neither gzip nor zstd, so it might be brotli; only gzip is read";
            return Err(at(refuse(what.to_owned()), "no known beginning"));
        }
    }
    let unpacked = gunzip(&bytes).map_err(|broken| match broken {
        Broken::Short => at(
            Fault::new(
                Code::SnapshotTruncated,
                "the gzip data in `status.compressedNodes` ends in the middle",
                "take the snapshot again: this one lost a part of its nodes",
            ),
            "cut short",
        ),
        broken => at(corrupt("`status.compressedNodes`", &broken, help), "gzip"),
    })?;
    String::from_utf8(unpacked)
        .map_err(|_| at(refuse("`status.compressedNodes` does not unpack to text".to_owned()), "not text"))
}

fn kind(bytes: &[u8]) -> Option<&'static str> {
    MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)).map(|(_, name)| *name)
}

/// Unpacks every gzip member: Argo's writer makes one, a concatenation makes more.
fn gunzip(bytes: &[u8]) -> Result<Vec<u8>, Broken> {
    let mut unpacked = Vec::new();
    match MultiGzDecoder::new(bytes).take(MAX + 1).read_to_end(&mut unpacked) {
        Ok(length) if length as u64 > MAX => Err(Broken::Large),
        Ok(_) => Ok(unpacked),
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Err(Broken::Short),
        Err(error) => Err(Broken::Corrupt(error.to_string())),
    }
}

fn corrupt(what: &str, broken: &Broken, help: &str) -> Fault {
    let message = match broken {
        Broken::Corrupt(why) => format!("{what} does not unpack: {why}"),
        _ => format!("{what} unpacks to more than {} MiB", MAX >> 20),
    };
    Fault::new(Code::SnapshotBadCompression, message, help)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From Argo's own test of its packer (v4.1.2 workflow/hydrator/hydrator_test.go:114, F 1.7).
    const VECTOR: &str = "H4sIAAAAAAAA/6pWSkosUrKqVspMUbJSUtJRykvMTYWwUjKLC3ISK/3gAiWVBVBWcUliUUlqimOJklVeaU6OjlJaZl5mcQZCpFZHKS0/nwbm1gICAAD//8SSRamxAAAA";

    fn unpack(packed: &str) -> Result<String, Fault> {
        let text = format!("{{\"status\": {{\"compressedNodes\": \"{packed}\"}}}}");
        nodes(&File::new("a.json", &text), packed)
    }

    #[test]
    fn nodes_that_argo_packed_are_unpacked() {
        let text = unpack(VECTOR).unwrap();
        assert!(text.starts_with("{\"bar\":{\"id\":") && text.contains("\"foo\":{"), "{text}");
    }

    #[test]
    fn other_compressions_are_named() {
        for (bytes, named) in [
            (&[0x28, 0xb5, 0x2f, 0xfd, 0][..], "with zstd"),
            (&[0x0b, 0x02, 0x80][..], "might be brotli"),
            (b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff\xff\xff\xff", "does not unpack"),
        ] {
            let fault = unpack(&STANDARD.encode(bytes)).unwrap_err();
            assert_eq!(fault.code, Code::SnapshotBadCompression);
            assert!(fault.message.contains(named) && fault.help.contains("argo get"), "{}", fault.message);
            assert_eq!(fault.labels[0].place.line_column(), (1, 32));
        }
        assert!(unpack("***").unwrap_err().message.contains("not base64"));
    }

    #[test]
    fn gzip_that_ends_early_is_truncated() {
        let mut bytes = STANDARD.decode(VECTOR).unwrap();
        bytes.truncate(60);
        assert_eq!(unpack(&STANDARD.encode(&bytes)).unwrap_err().code, Code::SnapshotTruncated);
        assert_eq!(file("a.gz", &bytes).unwrap_err().code, Code::SnapshotTruncated);
    }

    #[test]
    fn a_file_of_another_compression_is_told_by_its_name() {
        let fault = file("a.zst", &[0x28, 0xb5, 0x2f, 0xfd, 0]).unwrap_err();
        assert_eq!((fault.code, fault.message.contains("zstd")), (Code::SnapshotBadCompression, true));
        assert_eq!(fault.labels[0].place.source().name(), "a.zst");
    }
}
