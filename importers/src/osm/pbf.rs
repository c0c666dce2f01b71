//! The frame of `.osm.pbf`: a row of blobs, each behind a small header, each packed by itself.
//!
//! The format's own limits (64 KiB for a blob's header, 32 MiB for a blob, packed and unpacked) are
//! checked before anything is allocated, and memory grows only with bytes that really arrive.

use std::io::Read;

use flate2::read::ZlibDecoder;

use super::block;
use super::error::ImportError;
use super::store::{Position, Store};
use super::stream::{FLOOR, RATIO_PBF};
use super::wire::{Message, WireError};

const HEADER_LIMIT: u64 = 64 << 10;
const BLOB_LIMIT: u64 = 32 << 20;

/// What the beginning of a file says about the whole.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Head {
    /// South-west and north-east corner of the box that was cut out.
    pub(super) corners: Option<(Position, Position)>,
    /// When the data was taken, ISO 8601.
    pub(super) timestamp: Option<String>,
}

/// Reads a whole file into `store`. `tick` is told the bytes read so far, from time to time.
pub(super) fn read(
    input: impl Read,
    store: &mut Store,
    tick: &mut dyn FnMut(u64),
) -> Result<Head, ImportError> {
    let mut blobs = Blobs { input, at_byte: 0, unpacked: 0 };
    let mut head = None;
    while let Some(blob) = blobs.next()? {
        let damaged = |error: WireError| ImportError::Damaged {
            at_byte: blob.at_byte,
            what: format!("in a block of type {}: {error}", blob.sort.as_str()),
        };
        match (blob.sort, head.is_some()) {
            (BlobSort::Header, false) => {
                head = Some(read_head(&blob.content).map_err(damaged)??);
            }
            (BlobSort::Header, true) | (BlobSort::Other, _) => {}
            (BlobSort::Data, true) => {
                block::read(&blob.content, store).map_err(|fault| fault.at(blob.at_byte))?;
            }
            (BlobSort::Data, false) => {
                let what = "data comes before the header".into();
                return Err(ImportError::Damaged { at_byte: blob.at_byte, what });
            }
        }
        tick(blobs.at_byte);
    }
    head.ok_or_else(|| ImportError::NotOsm { found: "it has no header block".into() })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum BlobSort {
    Header,
    Data,
    Other,
}

impl BlobSort {
    fn as_str(self) -> &'static str {
        match self {
            Self::Header => "OSMHeader",
            Self::Data => "OSMData",
            Self::Other => "unknown",
        }
    }
}

struct Blob {
    sort: BlobSort,
    at_byte: u64,
    content: Vec<u8>,
}

struct Blobs<R> {
    input: R,
    at_byte: u64,
    unpacked: u64,
}

impl<R: Read> Blobs<R> {
    fn next(&mut self) -> Result<Option<Blob>, ImportError> {
        let at_byte = self.at_byte;
        let length = self.take(4, "the length of a block header", true)?;
        let Ok(length) = <[u8; 4]>::try_from(length.as_slice()) else { return Ok(None) };
        let length = u64::from(u32::from_be_bytes(length));
        check_size(at_byte, "a block header", length, HEADER_LIMIT)?;
        let header = self.take(length, "a block header", false)?;
        let damaged =
            |error: WireError| ImportError::Damaged { at_byte, what: format!("in a block header: {error}") };
        let (sort, size) = read_blob_header(&header).map_err(damaged)?;
        let Some(size) = size.and_then(|size| u64::try_from(size).ok()) else {
            return Err(ImportError::Damaged { at_byte, what: "a block does not tell its size".into() });
        };
        check_size(at_byte, "a block", size, BLOB_LIMIT)?;
        let packed = self.take(size, "a block", false)?;
        let content = if sort == BlobSort::Other { Vec::new() } else { unpack(&packed, at_byte)? };
        self.unpacked += content.len() as u64;
        let limit = FLOOR.max(self.at_byte.saturating_mul(RATIO_PBF));
        if self.unpacked > limit {
            return Err(ImportError::Inflates { at_byte, limit });
        }
        Ok(Some(Blob { sort, at_byte, content }))
    }

    /// Takes exactly `count` bytes; nothing at all when the input ends just here and `may_end`.
    fn take(&mut self, count: u64, inside: &'static str, may_end: bool) -> Result<Vec<u8>, ImportError> {
        let mut bytes = Vec::new();
        let taken = self
            .input
            .by_ref()
            .take(count)
            .read_to_end(&mut bytes)
            .map_err(|source| ImportError::Io { at_byte: self.at_byte, source })?;
        self.at_byte += taken as u64;
        if taken as u64 == count || (taken == 0 && may_end) {
            Ok(bytes)
        } else {
            Err(ImportError::Truncated { at_byte: self.at_byte, inside })
        }
    }
}

fn check_size(at_byte: u64, what: &'static str, claimed: u64, limit: u64) -> Result<(), ImportError> {
    if claimed <= limit { Ok(()) } else { Err(ImportError::TooLarge { at_byte, what, claimed, limit }) }
}

fn read_blob_header(header: &[u8]) -> Result<(BlobSort, Option<i64>), WireError> {
    let (mut sort, mut size) = (BlobSort::Other, None);
    let mut message = Message::new(header);
    while let Some((field, value)) = message.next()? {
        match field {
            1 => {
                sort = match value.bytes()? {
                    b"OSMHeader" => BlobSort::Header,
                    b"OSMData" => BlobSort::Data,
                    _ => BlobSort::Other,
                };
            }
            3 => size = Some(value.signed()?),
            _ => {}
        }
    }
    Ok((sort, size))
}

/// Unpacks the content of a blob, never to more than it said, and never to more than the format allows.
fn unpack(packed: &[u8], at_byte: u64) -> Result<Vec<u8>, ImportError> {
    let damaged = |what: String| ImportError::Damaged { at_byte, what };
    let wire = |error: WireError| damaged(format!("in a block: {error}"));
    let (mut size, mut zlib, mut plain) = (None, None, None);
    let mut message = Message::new(packed);
    while let Some((field, value)) = message.next().map_err(wire)? {
        match field {
            1 => plain = Some(value.bytes().map_err(wire)?),
            2 => size = Some(value.signed().map_err(wire)?),
            3 => zlib = Some(value.bytes().map_err(wire)?),
            4..=7 => {
                return Err(ImportError::Unsupported {
                    what: format!("the block at byte {at_byte} is packed with lzma, bzip2, lz4 or zstd"),
                    mend: "Only zlib is read here. Convert it: osmium cat FILE -o NEW.osm.pbf",
                });
            }
            _ => {}
        }
    }
    if let Some(plain) = plain {
        return Ok(plain.to_vec());
    }
    let zlib = zlib.ok_or_else(|| damaged("a block without content".into()))?;
    let size = size
        .and_then(|size| u64::try_from(size).ok())
        .ok_or_else(|| damaged("a packed block does not tell its unpacked size".into()))?;
    check_size(at_byte, "an unpacked block", size, BLOB_LIMIT)?;
    let mut content = Vec::new();
    ZlibDecoder::new(zlib)
        .take(size + 1)
        .read_to_end(&mut content)
        .map_err(|error| damaged(format!("a block cannot be unpacked ({error})")))?;
    if content.len() as u64 == size {
        Ok(content)
    } else {
        Err(damaged(format!("a block should unpack to {size} bytes, but does not")))
    }
}

/// Reads the header block. The outer error is one of bytes, the inner one of meaning.
fn read_head(content: &[u8]) -> Result<Result<Head, ImportError>, WireError> {
    let mut head = Head::default();
    let mut message = Message::new(content);
    while let Some((field, value)) = message.next()? {
        match field {
            1 => head.corners = read_box(value.bytes()?)?,
            4 => {
                let feature = String::from_utf8_lossy(value.bytes()?).into_owned();
                if feature != "OsmSchema-V0.6" && feature != "DenseNodes" {
                    return Ok(Err(ImportError::Unsupported {
                        what: format!("the file needs the feature {feature:?}, which is not read here"),
                        mend: "Give a plain extract without history, as download sites offer it.",
                    }));
                }
            }
            32 => head.timestamp = Some(iso_instant(value.signed()?)),
            _ => {}
        }
    }
    Ok(Ok(head))
}

fn read_box(bytes: &[u8]) -> Result<Option<(Position, Position)>, WireError> {
    let (mut left, mut right, mut top, mut bottom) = (0, 0, 0, 0);
    let mut message = Message::new(bytes);
    while let Some((field, value)) = message.next()? {
        match field {
            1 => left = value.zigzag()?,
            2 => right = value.zigzag()?,
            3 => top = value.zigzag()?,
            4 => bottom = value.zigzag()?,
            _ => {}
        }
    }
    Ok(Position::from_nano(left, bottom).zip(Position::from_nano(right, top)))
}

/// Seconds since 1970 as `2026-07-27T00:00:00Z`, after the well-known way to count days in eras of 400 years.
fn iso_instant(seconds: i64) -> String {
    // Years 0 to 9999; anything else is nonsense that must not overflow below.
    let seconds = seconds.clamp(-62_167_219_200, 253_402_300_799);
    let (days, rest) = (seconds.div_euclid(86_400) + 719_468, seconds.rem_euclid(86_400));
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let (hour, minute, second) = (rest / 3_600, rest / 60 % 60, rest % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_written_as_dates() {
        assert_eq!(iso_instant(0), "1970-01-01T00:00:00Z");
        assert_eq!(iso_instant(951_782_400), "2000-02-29T00:00:00Z");
        assert_eq!(iso_instant(1_785_110_399), "2026-07-26T23:59:59Z");
        assert_eq!(iso_instant(i64::MAX), "9999-12-31T23:59:59Z");
        assert_eq!(iso_instant(i64::MIN), "0000-01-01T00:00:00Z");
    }
}
