//! What Argo packs nodes with, unpacked: gzip, and since 4.1 zstd and brotli (`util/file/fileutil.go`). Each within a bound and with its
//! end checked.

use std::io::{self, ErrorKind, Read};

use brotli_decompressor::Decompressor;
use flate2::read::MultiGzDecoder;
use ruzstd::decoding::StreamingDecoder;
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};

/// How data is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Packing {
    Gzip,
    Zstd,
    Brotli,
}

/// Why data could not be unpacked.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Broken {
    /// It ends before it is whole.
    Short,
    /// It unpacks to more than the bound.
    Large,
    /// It is not what it seems to be: what its reader says.
    Corrupt(String),
}

impl Packing {
    /// Its name.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
            Self::Brotli => "brotli",
        }
    }

    /// What `bytes` unpack to, if that is at most `most` bytes. Nothing past the bound is ever unpacked, so that a small file cannot
    /// fill the memory.
    pub(super) fn unpack(self, bytes: &[u8], most: u64) -> Result<Vec<u8>, Broken> {
        match self {
            Self::Gzip => gunzip(bytes, most),
            Self::Zstd => unzstd(bytes, most),
            Self::Brotli => unbrotli(bytes, most),
        }
    }
}

/// Every gzip member: Argo's writer makes one, a concatenation makes more.
fn gunzip(bytes: &[u8], most: u64) -> Result<Vec<u8>, Broken> {
    let mut unpacked = Vec::new();
    let ended = bounded(MultiGzDecoder::new(bytes), &mut unpacked, most)?;
    ended.map_err(|error| match error.kind() {
        ErrorKind::UnexpectedEof => Broken::Short,
        _ => Broken::Corrupt(error.to_string()),
    })?;
    Ok(unpacked)
}

/// Every zstd frame, with its checksum where it has one.
fn unzstd(bytes: &[u8], most: u64) -> Result<Vec<u8>, Broken> {
    let mut source = Watched { rest: bytes, exhausted: false };
    let mut unpacked = Vec::new();
    while !source.rest.is_empty() {
        let mut decoder = match StreamingDecoder::new(&mut source) {
            Ok(decoder) => decoder,
            Err(error) => {
                let skip = skippable(&error).ok_or_else(|| source.broken(&error))?;
                source.rest = source.rest.get(skip..).ok_or(Broken::Short)?;
                continue;
            }
        };
        let ended = bounded(&mut decoder, &mut unpacked, most)?;
        let (written, counted) =
            (decoder.decoder.get_checksum_from_data(), decoder.decoder.get_calculated_checksum());
        ended.map_err(|error| source.broken(&error))?;
        if written.is_some() && written != counted {
            return Err(Broken::Corrupt("its checksum is another".to_owned()));
        }
    }
    Ok(unpacked)
}

/// The length of a frame that holds no data but somebody's notes.
fn skippable(error: &FrameDecoderError) -> Option<usize> {
    let FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame { length, .. }) = error
    else {
        return None;
    };
    usize::try_from(*length).ok()
}

/// One brotli stream. It has no checksum; nothing may follow it.
fn unbrotli(bytes: &[u8], most: u64) -> Result<Vec<u8>, Broken> {
    let mut decoder = Decompressor::new(Watched { rest: bytes, exhausted: false }, 0);
    let mut unpacked = Vec::new();
    let ended = bounded(&mut decoder, &mut unpacked, most)?;
    // Read once more at the end, it tells whether there was something behind.
    let ended = ended.and_then(|()| decoder.read(&mut [0]));
    let source = decoder.get_ref();
    ended.map_err(|_| source.broken(&"the data is not brotli"))?;
    if source.rest.is_empty() {
        Ok(unpacked)
    } else {
        Err(Broken::Corrupt("bytes follow its end".to_owned()))
    }
}

/// Reads until the end, at most `most` bytes in all; the inner result is the reader's own.
fn bounded(reader: impl Read, unpacked: &mut Vec<u8>, most: u64) -> Result<io::Result<()>, Broken> {
    let left = (most + 1).saturating_sub(unpacked.len() as u64);
    let ended = reader.take(left).read_to_end(unpacked);
    if unpacked.len() as u64 > most { Err(Broken::Large) } else { Ok(ended.map(drop)) }
}

/// Bytes that remember whether more was asked for than there was: that tells data that was cut from data that is wrong.
struct Watched<'a> {
    rest: &'a [u8],
    exhausted: bool,
}

impl Watched<'_> {
    fn broken(&self, error: &impl ToString) -> Broken {
        if self.exhausted { Broken::Short } else { Broken::Corrupt(error.to_string()) }
    }
}

impl Read for Watched<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.exhausted |= self.rest.is_empty() && !buffer.is_empty();
        self.rest.read(buffer)
    }
}
