//! What Argo packs, in real bytes of each kind of packing: whole, cut at every byte, changed at every byte, and too large.

use super::*;

/// From Argo's own test of its packer (v4.1.2 workflow/hydrator/hydrator_test.go:114).
const ARGO: &str = "H4sIAAAAAAAA/6pWSkosUrKqVspMUbJSUtJRykvMTYWwUjKLC3ISK/3gAiWVBVBWcUliUUlqimOJklVeaU6OjlJaZl5mcQZCpFZHKS0/nwbm1gICAAD//8SSRamxAAAA";

/// Two nodes, packed by the reference libraries: zstd 1.5 in one call (with the size and the checksum written) and as a stream of two
/// blocks, brotli 1.2.
const ZSTD: &str = "KLUv/WQjAHUFAMLJISEwpVgHwLeHhR9TQ2Cu0qnBzar+vEVUFalX/v9mjIgILgFV9Xz45TBFUVrpabwzHHS96Nfea4N2/YQgeGvKx7EwDZjIkrNWikgwzIKWRgcg3jsd+SiShg7BgW7d8lnVXGrp46xWycJjRU4cRXzPLmelsXBjA53doCzQhKcT7dnz4SU9BZ9PBQ4AYJOjBzgZwXR2XTFxfGAL0JEGNGJEDAZYUBMeT0ZgDXYLEw7qMW4=";
const ZSTD_STREAM: &str = "KLUv/QBYjAIA8gQRGJCnLQaEqVBeAxVsQ0E35y/ExyxgrP9YAq8bUKgtUZIeJWzGHM69g+QacNM2SaMo+M6EBW0PRgAhNgt4ttU30detXgEDAK65BVjHWbkDjQMA0sUVG3BNG1jOsSFTk1lJsaIYcXtxkHgIOclbCfQ/vE2Tj+wcECKN5YrjKTYTqq3aygjetJsCrJxIAFh8fwtkGOQP+rfGCgalsBW2XHY+Yy3LO38HxK2HSTgFCABgk6MHcDK5pWLkAtSlAbcYEUEsBAE=";
const BROTLI: &str = "GyIBCCwKbGPKeC9G2qeBLR3YFxd7EYL/3JYqewnCsbtPYLtGcgabyVLMjllPZH1HlAY1dVj6iohu3e2oFzp4Zt8eHIKgtSpKs0DaAgk4oAtn2yScXN1E0OL6oGhpDOq7gc0DRKgQNwaW1kEMp4H3TZ1wGivmIVCaV4w/mJLcJrb66qmWzbm34BZQ9czCdYehdcX4lHnEmA1M2QLZIiTSLU9PD6gnK4nt23r9Tv2IDw==";

/// Blanks, more than a megabyte of them, packed into few bytes.
const BOMBS: [(Packing, &str); 3] = [
    (Packing::Gzip, include_str!("bombs/gzip.txt")),
    (Packing::Zstd, include_str!("bombs/zstd.txt")),
    (Packing::Brotli, include_str!("bombs/brotli.txt")),
];

fn unpack(packed: &str) -> Result<String, Fault> {
    let text = format!("{{\"status\": {{\"compressedNodes\": \"{packed}\"}}}}");
    nodes(&File::new("a.json", &text), packed)
}

fn bytes(packed: &str) -> Vec<u8> {
    STANDARD.decode(packed.trim()).unwrap()
}

#[test]
fn nodes_that_argo_packed_are_unpacked() {
    let text = unpack(ARGO).unwrap();
    assert!(text.starts_with("{\"bar\":{\"id\":") && text.contains("\"foo\":{"), "{text}");
}

#[test]
fn zstd_and_brotli_are_told_by_their_first_bytes() {
    let expected = unpack(ZSTD).unwrap();
    assert!(
        expected.starts_with("{\"w\":{\"id\":\"w\"") && expected.ends_with("\"boundaryID\":\"w\"}}"),
        "{expected}"
    );
    for packed in [ZSTD_STREAM, BROTLI] {
        assert_eq!(unpack(packed), Ok(expected.clone()));
    }
}

#[test]
fn zstd_may_come_in_several_frames_with_notes_between_them() {
    let frame = bytes(ZSTD);
    let notes = [&[0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0][..], b"abc"].concat();
    let twice = [&frame[..], &notes, &frame].concat();
    let once = unpack(ZSTD).unwrap();
    assert_eq!(unpack(&STANDARD.encode(&twice)), Ok(once.repeat(2)));
    let cut = [&frame[..], &notes[..9]].concat();
    assert_eq!(unpack(&STANDARD.encode(&cut)).unwrap_err().code, Code::SnapshotTruncated);
}

#[test]
fn data_that_is_cut_anywhere_is_truncated() {
    for packed in [ARGO, ZSTD, ZSTD_STREAM, BROTLI] {
        let whole = bytes(packed);
        // With fewer bytes the mark of gzip and zstd is not whole: what is left is taken for brotli.
        for end in 5..whole.len() {
            let fault = unpack(&STANDARD.encode(&whole[..end])).unwrap_err();
            assert_eq!(fault.code, Code::SnapshotTruncated, "{packed} cut at {end}: {fault}");
            assert!(fault.message.contains("ends in the middle"), "{fault}");
            assert_eq!(fault.labels[0].place.line_column(), (1, 32));
        }
        if packed != BROTLI {
            let fault = file("a", &whole[..whole.len() - 1]).unwrap_err();
            assert_eq!(fault.code, Code::SnapshotTruncated, "{fault}");
        }
    }
}

#[test]
fn data_that_changed_is_never_taken_for_what_it_was() {
    let expected = unpack(ZSTD).unwrap();
    for packed in [ZSTD, ZSTD_STREAM, BROTLI] {
        let whole = bytes(packed);
        for at in 0..whole.len() * 8 {
            let mut changed = whole.clone();
            changed[at / 8] ^= 1 << (at % 8);
            // Brotli and this stream have no checksum: another text may come of it, which the readers behind see through.
            if let Ok(text) = unpack(&STANDARD.encode(&changed)) {
                assert!(packed != ZSTD || text == expected, "bit {at}");
            }
        }
    }
}

#[test]
fn what_follows_a_brotli_stream_is_not_passed_over() {
    for tail in [1, 5000] {
        let long = [bytes(BROTLI), vec![0; tail]].concat();
        let fault = unpack(&STANDARD.encode(&long)).unwrap_err();
        assert_eq!(fault.code, Code::SnapshotBadCompression, "{fault}");
    }
}

#[test]
fn nothing_unpacks_past_its_bound() {
    for (packing, packed) in BOMBS {
        let packed = bytes(packed);
        let word = packing.as_str();
        let whole = packing.unpack(&packed, MOST).unwrap();
        assert!(whole.len() >= 1 << 20 && whole.len() / packed.len() > 900, "{word}: {}", whole.len());
        assert_eq!(packing.unpack(&packed, 1 << 19), Err(Broken::Large), "{word}");
        assert_eq!(packing.unpack(&packed, whole.len() as u64 - 1), Err(Broken::Large), "{word}");
        assert_eq!(
            packing.unpack(&packed, whole.len() as u64).map(|whole| whole.len()),
            Ok(whole.len()),
            "{word}"
        );
    }
    let fault = corrupt("`status.compressedNodes`", &Broken::Large, "help");
    assert_eq!(fault.message, "`status.compressedNodes` unpacks to more than 512 MiB");
}

#[test]
fn the_bound_is_of_all_frames_together() {
    let frame = bytes(ZSTD);
    let length = unpack(ZSTD).unwrap().len() as u64;
    let twice = frame.repeat(2);
    assert_eq!(Packing::Zstd.unpack(&twice, 2 * length - 1), Err(Broken::Large));
    assert!(Packing::Zstd.unpack(&twice, 2 * length).is_ok());
}

#[test]
fn what_does_not_unpack_says_why() {
    for (bytes, code, named) in [
        (&b"\xfd7zXZ\x00"[..], Code::SnapshotBadCompression, "with xz; Argo packs with gzip, zstd or brotli"),
        (b"\x28\xb5\x2f\xfd\x20\x05\x07\x00\x00\x00", Code::SnapshotBadCompression, "does not unpack"),
        (
            b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff\xff\xff\xff",
            Code::SnapshotBadCompression,
            "does not unpack",
        ),
        (b"\x1b\x22\x01", Code::SnapshotTruncated, "neither gzip nor zstd, and as brotli it ends"),
        (
            b"\xff\xff\xff\xff\xff\xff\xff\xff",
            Code::SnapshotBadCompression,
            "neither gzip nor zstd, does not unpack",
        ),
    ] {
        let fault = unpack(&STANDARD.encode(bytes)).unwrap_err();
        assert_eq!(fault.code, code, "{fault}");
        assert!(fault.message.contains(named), "{}", fault.message);
        assert_eq!(fault.labels[0].place.line_column(), (1, 32));
    }
    assert!(unpack("***").unwrap_err().message.contains("not base64"));
}

#[test]
fn a_whole_file_may_be_gzip_or_zstd_and_others_are_told_by_their_names() {
    let whole = bytes(ZSTD);
    assert_eq!(file("a.zst", &whole).unwrap().as_ref(), unpack(ZSTD).unwrap().as_bytes());
    assert_eq!(file("a.gz", &bytes(ARGO)).unwrap().as_ref(), unpack(ARGO).unwrap().as_bytes());
    assert_eq!(file("a.json", b"{}").unwrap().as_ref(), b"{}");
    let fault = file("a.xz", b"\xfd7zXZ\x00").unwrap_err();
    assert_eq!((fault.code, fault.message.contains("with xz")), (Code::SnapshotBadCompression, true));
    assert_eq!(fault.labels[0].place.source().name(), "a.xz");
    let mut broken = whole;
    broken[20] ^= 0xff;
    assert_eq!(file("a.zst", &broken).unwrap_err().code, Code::SnapshotBadCompression);
}
