//! Text in the encodings of Polish offices: which one a file is in, and its content as UTF-8.

use std::io::{BufRead, Read, Result};

use encoding_rs::{Encoding, ISO_8859_2, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1250};

/// Bytes read at a time.
const CHUNK_BYTES: usize = 64 << 10;
/// Letters ą Ą ś Ś ź Ź where they differ between the two old encodings.
const POLISH_1250: [u8; 6] = [0xb9, 0xa5, 0x9c, 0x8c, 0x9f, 0x8f];
const POLISH_8859_2: [u8; 6] = [0xb1, 0xa1, 0xb6, 0xa6, 0xbc, 0xac];

/// Tells the encoding of a whole text: by its byte order mark, else UTF-8 if that explains more of the bytes than it
/// leaves unexplained, else the one of the two old encodings that its Polish letters are in.
///
/// # Errors
/// Those of the source.
pub(super) fn recognise(mut source: impl Read) -> Result<&'static Encoding> {
    let mut chunk = vec![0; CHUNK_BYTES];
    let mut evidence = Evidence::default();
    let mut first = true;
    loop {
        let length = fill(&mut source, &mut chunk)?;
        let bytes = chunk.get(..length).unwrap_or_default();
        if first && let Some(encoding) = by_beginning(bytes) {
            return Ok(encoding);
        }
        first = false;
        if bytes.is_empty() {
            return Ok(evidence.verdict());
        }
        evidence.weigh(bytes);
    }
}

fn fill(source: &mut impl Read, chunk: &mut [u8]) -> Result<usize> {
    let mut filled = 0;
    while let Some(rest) = chunk.get_mut(filled..)
        && !rest.is_empty()
    {
        match source.read(rest)? {
            0 => break,
            read => filled += read,
        }
    }
    Ok(filled)
}

/// Byte order mark, or the zero bytes of UTF-16 without one.
fn by_beginning(bytes: &[u8]) -> Option<&'static Encoding> {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return Some(encoding);
    }
    let zeros = |odd| bytes.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count() * 4 > bytes.len();
    match (zeros(0), zeros(1)) {
        (true, false) => Some(UTF_16BE),
        (false, true) => Some(UTF_16LE),
        _ => None,
    }
}

#[derive(Default)]
struct Evidence {
    sequences_utf_8: u64,
    strange_utf_8: u64,
    letters_1250: u64,
    letters_8859_2: u64,
    /// Bytes of a sequence that still have to come.
    expected: u8,
}

impl Evidence {
    fn weigh(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            if byte.is_ascii() && self.expected == 0 {
                continue;
            }
            self.letters_1250 += u64::from(POLISH_1250.contains(&byte));
            self.letters_8859_2 += u64::from(POLISH_8859_2.contains(&byte));
            match (self.expected, byte) {
                (1.., 0x80..=0xbf) => {
                    self.expected -= 1;
                    self.sequences_utf_8 += u64::from(self.expected == 0);
                }
                (expected, _) => {
                    self.strange_utf_8 += u64::from(expected > 0);
                    self.begin(byte);
                }
            }
        }
    }

    fn begin(&mut self, byte: u8) {
        self.expected = match byte {
            0xc2..=0xdf => 1,
            0xe0..=0xef => 2,
            0xf0..=0xf4 => 3,
            _ => 0,
        };
        self.strange_utf_8 += u64::from(!byte.is_ascii() && self.expected == 0);
    }

    fn verdict(&self) -> &'static Encoding {
        if self.strange_utf_8 + u64::from(self.expected > 0) <= self.sequences_utf_8 {
            UTF_8
        } else if self.letters_8859_2 > self.letters_1250 {
            ISO_8859_2
        } else {
            WINDOWS_1250
        }
    }
}

/// Text of any encoding as UTF-8, without its byte order mark. Bytes that are no text become U+FFFD.
pub(super) struct Decoded<R> {
    source: R,
    decoder: encoding_rs::Decoder,
    raw: Vec<u8>,
    text: Vec<u8>,
    at: usize,
    ended: bool,
}

impl<R: Read> Decoded<R> {
    /// Decodes a source; a byte order mark outweighs the encoding.
    pub(super) fn new(source: R, encoding: &'static Encoding) -> Self {
        let decoder = encoding.new_decoder();
        Self { source, decoder, raw: vec![0; CHUNK_BYTES], text: Vec::new(), at: 0, ended: false }
    }

    fn refill(&mut self) -> Result<()> {
        while self.at >= self.text.len() && !self.ended {
            let read = self.source.read(&mut self.raw)?;
            self.ended = read == 0;
            let raw = self.raw.get(..read).unwrap_or_default();
            let room = self.decoder.max_utf8_buffer_length(read).unwrap_or(4 * CHUNK_BYTES);
            self.text.resize(room, 0);
            let (_, _, written, _) = self.decoder.decode_to_utf8(raw, &mut self.text, self.ended);
            self.text.truncate(written);
            self.at = 0;
        }
        Ok(())
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let mut ready = self.fill_buf()?;
        let read = ready.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}

impl<R: Read> BufRead for Decoded<R> {
    fn fill_buf(&mut self) -> Result<&[u8]> {
        self.refill()?;
        Ok(self.text.get(self.at..).unwrap_or_default())
    }

    fn consume(&mut self, amount: usize) {
        self.at += amount;
    }
}

/// Whether bytes look like text rather than like a binary format.
pub(super) fn is_text(head: &[u8]) -> bool {
    if by_beginning(head).is_some() {
        return true;
    }
    let control = |byte: &u8| byte.is_ascii_control() && !matches!(byte, b'\t' | b'\r' | b'\n' | 0x0c | 0x1e);
    let strange = head.iter().filter(|byte| control(byte)).count();
    !head.contains(&0) && strange * 100 <= head.len()
}

/// A text without blanks at its ends; no-break spaces and byte order marks are blanks as well.
pub(super) fn tidy(text: &str) -> &str {
    text.trim_matches(|letter: char| letter.is_whitespace() || matches!(letter, '\u{feff}' | '\u{200b}'))
}

/// The beginning of a text, as much as a person needs to find it.
pub(super) fn shortened(text: &str) -> String {
    let mut short: String = text.chars().take(60).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

/// Whether a text is in UTF-16.
pub(super) fn is_wide(head: &[u8]) -> bool {
    by_beginning(head).is_some_and(|encoding| encoding != UTF_8)
}
