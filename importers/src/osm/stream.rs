//! What kind of file it is, told by its first bytes, and readers that keep count.
//!
//! Invariant: nothing behind a [`Guard`] can grow without end. Unpacked text may be at most
//! [`RATIO_XML`] times what was read of the packed file (plus a floor), and one XML tag at most
//! [`TAG_LIMIT`] bytes.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

use super::error::ImportError;

/// How an OpenStreetMap file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// Protocol buffers, `.osm.pbf`.
    Pbf,
    /// Plain XML, `.osm`.
    Xml,
    /// XML packed with gzip, `.osm.gz`.
    XmlGz,
    /// XML packed with bzip2, `.osm.bz2`.
    XmlBz2,
}

impl Format {
    /// The usual ending of such a file's name, without the leading dot.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pbf => "osm.pbf",
            Self::Xml => "osm",
            Self::XmlGz => "osm.gz",
            Self::XmlBz2 => "osm.bz2",
        }
    }

    /// Tells the format from the first bytes of a file; 64 are enough.
    pub(super) fn of(start: &[u8]) -> Result<Self, ImportError> {
        if start.is_empty() {
            return Err(ImportError::Empty);
        }
        if looks_like_pbf(start) {
            return Ok(Self::Pbf);
        }
        if start.starts_with(&[0x1f, 0x8b]) {
            return Ok(Self::XmlGz);
        }
        if start.starts_with(b"BZh") {
            return Ok(Self::XmlBz2);
        }
        if looks_like_xml(start) {
            return Ok(Self::Xml);
        }
        Err(other_format(start))
    }
}

/// The first block of a PBF file names itself `OSMHeader` behind a length of four bytes.
pub(super) fn looks_like_pbf(start: &[u8]) -> bool {
    start.get(4..15).is_some_and(|name| name == b"\x0a\x09OSMHeader")
}

pub(super) fn looks_like_xml(start: &[u8]) -> bool {
    let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
    start.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'<')
}

fn other_format(start: &[u8]) -> ImportError {
    const MEND: &str = "Convert it, for example with: osmium cat FILE -o FILE.osm.pbf";
    if start.starts_with(b"\xff\xe0") {
        return ImportError::Unsupported {
            what: "this is an .o5m file, which is not read here".into(),
            mend: MEND,
        };
    }
    if start.starts_with(b"PK\x03\x04") {
        return ImportError::NotOsm { found: "it begins like a ZIP archive (unpack it first)".into() };
    }
    if start.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) || start.starts_with(b"\xfd7zXZ") {
        return ImportError::Unsupported {
            what: "the file is packed with zstd or xz, which is not read here".into(),
            mend: "Unpack it first.",
        };
    }
    let bytes: Vec<String> = start.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    ImportError::NotOsm { found: format!("it begins with the bytes {}", bytes.join(" ")) }
}

/// Text may unpack to this many times the packed bytes; real maps reach about 20.
const RATIO_XML: u64 = 100;
/// A PBF file may unpack to this many times its bytes; real maps reach about 3.
pub(super) const RATIO_PBF: u64 = 20;
/// Below this size nothing is called a bomb.
pub(super) const FLOOR: u64 = 64 << 20;
/// Longest XML tag, comment or text; OSM's longest are below 2 KiB.
const TAG_LIMIT: u64 = 1 << 20;

/// Counts the bytes that pass, for progress and for the limits.
pub(super) struct Metered<R> {
    inner: R,
    passed: Rc<Cell<u64>>,
}

impl<R: Read> Metered<R> {
    pub(super) fn new(inner: R, passed: Rc<Cell<u64>>) -> Self {
        Self { inner, passed }
    }
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.passed.set(self.passed.get() + count as u64);
        Ok(count)
    }
}

/// Which limit a [`Guard`] has found broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Breach {
    /// More unpacked bytes than this.
    Inflated(u64),
    /// More bytes than this without the end of a tag.
    LongTag(u64),
}

/// What a [`Guard`] and the reader behind it share.
#[derive(Debug, Clone, Default)]
pub(super) struct Watch {
    /// Bytes of the packed file read so far.
    pub(super) packed: Rc<Cell<u64>>,
    since_tag: Rc<Cell<u64>>,
    /// Set when the guard has stopped the reading.
    pub(super) breach: Rc<Cell<Option<Breach>>>,
}

impl Watch {
    /// To be called at the end of every tag.
    pub(super) fn tag_ended(&self) {
        self.since_tag.set(0);
    }
}

/// Lets unpacked bytes pass only as long as they keep to the limits.
pub(super) struct Guard<R> {
    inner: R,
    unpacked: u64,
    watch: Watch,
}

impl<R: Read> Guard<R> {
    pub(super) fn new(inner: R, watch: Watch) -> Self {
        Self { inner, unpacked: 0, watch }
    }

    fn stop(&self, breach: Breach) -> io::Error {
        self.watch.breach.set(Some(breach));
        io::Error::other("limit broken")
    }
}

impl<R: Read> Read for Guard<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)? as u64;
        self.unpacked += count;
        let allowed = FLOOR.max(self.watch.packed.get().saturating_mul(RATIO_XML));
        if self.unpacked > allowed {
            return Err(self.stop(Breach::Inflated(allowed)));
        }
        let since_tag = self.watch.since_tag.get() + count;
        self.watch.since_tag.set(since_tag);
        if since_tag > TAG_LIMIT {
            return Err(self.stop(Breach::LongTag(TAG_LIMIT)));
        }
        Ok(count as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_told_by_their_first_bytes() {
        assert_eq!(Format::of(b"\0\0\0\x0e\x0a\x09OSMHeader\x18\x7f").unwrap(), Format::Pbf);
        assert_eq!(Format::of(b"\xef\xbb\xbf\n <?xml version='1.0'?>").unwrap(), Format::Xml);
        assert_eq!(Format::of(b"\x1f\x8b\x08").unwrap(), Format::XmlGz);
        assert_eq!(Format::of(b"BZh9").unwrap(), Format::XmlBz2);
        assert_eq!(Format::of(b"").unwrap_err().slug(), "empty");
        assert_eq!(Format::of(b"id,name\n").unwrap_err().slug(), "not_osm");
        assert_eq!(Format::of(b"PK\x03\x04").unwrap_err().slug(), "not_osm");
        assert_eq!(Format::of(b"\xff\xe0\x04o5m2").unwrap_err().slug(), "unsupported");
    }

    #[test]
    fn guard_stops_what_grows_without_end() {
        let watch = Watch::default();
        let mut guard = Guard::new(io::repeat(b'a'), watch.clone());
        let passed = io::copy(&mut guard, &mut io::sink());
        assert!(passed.is_err());
        assert_eq!(watch.breach.get(), Some(Breach::LongTag(TAG_LIMIT)));
    }
}
