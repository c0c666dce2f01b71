//! Walks through a JSON document of any size, one value at a time: the document is never held, a value is bounded.

use std::io::{Error, ErrorKind, Read, Result};

use memchr::memchr2;

/// Values within values.
const DEPTH: u32 = 100;
const CHUNK_BYTES: usize = 256 << 10;
const BYTE_ORDER_MARK: &[u8] = &[0xef, 0xbb, 0xbf];

/// A document, and where in it the next value begins.
pub(in crate::table) struct Scan<R> {
    source: R,
    buffer: Vec<u8>,
    /// What of the buffer has been used.
    start: usize,
    /// Bytes before the buffer.
    before: u64,
    ended: bool,
    /// Bytes of one value.
    limit: usize,
}

impl<R: Read> Scan<R> {
    /// Begins a document whose values may have so many bytes each.
    pub(in crate::table) fn new(source: R, limit: usize) -> Result<Self> {
        let mut scan = Self { source, buffer: Vec::new(), start: 0, before: 0, ended: false, limit };
        while scan.buffer.len() < 3 && scan.refill()? {}
        if scan.buffer.starts_with(BYTE_ORDER_MARK) {
            scan.start = 3;
        }
        Ok(scan)
    }

    /// The next byte that is no blank and no record separator, without taking it; none at the end.
    pub(in crate::table) fn peek(&mut self) -> Result<Option<u8>> {
        loop {
            let rest = self.buffer.get(self.start..).unwrap_or_default();
            match rest.iter().position(|byte| !is_blank(*byte)) {
                Some(blanks) => {
                    self.start += blanks;
                    return Ok(rest.get(blanks).copied());
                }
                None => {
                    self.start = self.buffer.len();
                    if !self.refill()? {
                        return Ok(None);
                    }
                }
            }
        }
    }

    /// Whether the next value is a list of objects; an empty one is not.
    pub(in crate::table) fn at_objects(&mut self) -> Result<bool> {
        if self.peek()? != Some(b'[') {
            return Ok(false);
        }
        loop {
            let inside = self.buffer.get(self.start + 1..).unwrap_or_default();
            if let Some(byte) = inside.iter().find(|byte| !is_blank(**byte)) {
                return Ok(*byte == b'{');
            }
            if inside.len() > self.limit || !self.refill()? {
                return Ok(false);
            }
        }
    }

    /// Takes the next byte if it is this one.
    pub(in crate::table) fn take(&mut self, byte: u8) -> Result<bool> {
        let found = self.peek()? == Some(byte);
        self.start += usize::from(found);
        Ok(found)
    }

    /// Takes a byte that must come.
    pub(in crate::table) fn expect(&mut self, byte: u8) -> Result<()> {
        if self.take(byte)? {
            return Ok(());
        }
        Err(self.wrong(&format!("{:?} is missing", char::from(byte))))
    }

    /// Takes the next value whole.
    pub(in crate::table) fn value(&mut self) -> Result<&[u8]> {
        let mut walk = Walk::default();
        if self.peek()?.is_none() {
            return Err(Error::new(ErrorKind::UnexpectedEof, "the document ends where a value should come"));
        }
        let length = loop {
            let rest = self.buffer.get(self.start..).unwrap_or_default();
            if let Some(length) = walk.end(rest) {
                break length;
            }
            if walk.depth > DEPTH {
                return Err(self.wrong("too many values in one another"));
            }
            if rest.len() > self.limit {
                let detail = format!("a value longer than {} bytes at byte {}", self.limit, self.at());
                return Err(Error::new(ErrorKind::FileTooLarge, detail));
            }
            if !self.refill()? {
                match walk.end_at_eof(self.buffer.len() - self.start) {
                    Some(length) => break length,
                    None => {
                        return Err(Error::new(ErrorKind::UnexpectedEof, "the document ends within a value"));
                    }
                }
            }
        };
        if length == 0 {
            return Err(self.wrong("a value is missing"));
        }
        let value = self.start..self.start + length;
        self.start = value.end;
        Ok(self.buffer.get(value).unwrap_or_default())
    }

    /// Takes the key of a member and its colon.
    pub(in crate::table) fn key(&mut self) -> Result<String> {
        if self.peek()? != Some(b'"') {
            return Err(self.wrong("the name of a member is missing"));
        }
        let key = serde_json::from_slice(self.value()?)
            .map_err(|error| Error::new(ErrorKind::InvalidData, error.to_string()))?;
        self.expect(b':')?;
        Ok(key)
    }

    /// Takes the comma before a further member or element, or the end of the list; false at the end.
    pub(in crate::table) fn more(&mut self, end: u8) -> Result<bool> {
        if self.take(end)? {
            return Ok(false);
        }
        self.expect(b',')?;
        Ok(true)
    }

    /// The failure of a document that is no JSON at this place.
    pub(in crate::table) fn wrong(&self, what: &str) -> Error {
        Error::new(ErrorKind::InvalidData, format!("{what} at byte {}", self.at()))
    }

    /// Bytes taken so far.
    fn at(&self) -> u64 {
        self.before + self.start as u64
    }

    /// Reads more; false at the end.
    fn refill(&mut self) -> Result<bool> {
        if self.ended {
            return Ok(false);
        }
        self.buffer.drain(..self.start);
        self.before += self.start as u64;
        self.start = 0;
        let filled = self.buffer.len();
        self.buffer.resize(filled + CHUNK_BYTES.max(filled / 2), 0);
        let read = self.source.read(self.buffer.get_mut(filled..).unwrap_or_default())?;
        self.buffer.truncate(filled + read);
        self.ended = read == 0;
        Ok(!self.ended)
    }
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | 0x1e)
}

/// How far into a value the search for its end has come.
#[derive(Default)]
struct Walk {
    at: usize,
    depth: u32,
    in_string: bool,
    in_scalar: bool,
}

impl Walk {
    /// Length of the value, if its end is in these bytes, which begin with it.
    fn end(&mut self, bytes: &[u8]) -> Option<usize> {
        while let Some(rest) = bytes.get(self.at..).filter(|rest| !rest.is_empty()) {
            if self.in_string {
                let Some(found) = memchr2(b'"', b'\\', rest) else {
                    self.at = bytes.len();
                    return None;
                };
                if rest.get(found) == Some(&b'\\') {
                    if rest.len() < found + 2 {
                        self.at += found;
                        return None;
                    }
                    self.at += found + 2;
                    continue;
                }
                self.at += found + 1;
                self.in_string = false;
                if self.depth == 0 {
                    return Some(self.at);
                }
            } else if let Some(end) = self.outside(rest) {
                return Some(end);
            } else if self.depth > DEPTH {
                return None;
            }
        }
        None
    }

    /// Goes on outside of a string to the next string or the end of the value.
    fn outside(&mut self, rest: &[u8]) -> Option<usize> {
        for (offset, byte) in rest.iter().enumerate() {
            match byte {
                b'"' if !self.in_scalar => {
                    self.in_string = true;
                    self.at += offset + 1;
                    return None;
                }
                b'{' | b'[' if !self.in_scalar => self.depth += 1,
                b'}' | b']' if self.depth > 0 => {
                    self.depth -= 1;
                    if self.depth == 0 {
                        return Some(self.at + offset + 1);
                    }
                }
                _ if self.depth > 0 => {}
                b'}' | b']' | b',' | b':' => return Some(self.at + offset),
                blank if is_blank(*blank) => return Some(self.at + offset),
                _ => self.in_scalar = true,
            }
            if self.depth > DEPTH {
                break;
            }
        }
        self.at += rest.len();
        None
    }

    /// Length of the value if the document ends after so many bytes of it: numbers and words need no end of their own.
    fn end_at_eof(&self, length: usize) -> Option<usize> {
        (self.depth == 0 && !self.in_string && self.in_scalar).then_some(length)
    }
}
