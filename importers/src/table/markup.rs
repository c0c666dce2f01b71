//! XML as a stream of tags and texts, for GML, KML and GPX.
//!
//! Invariants: no entity is ever expanded but the five of XML itself and numbers of characters; nothing between two
//! tags is longer than [`Bounds::text_bytes`], no tag longer than [`TAG_BYTES`], nothing nested deeper than
//! [`DEPTH`]; at most [`super::Limits::bytes`] are unpacked.

use std::cell::Cell as Shared;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::rc::Rc;

use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8};
use flate2::read::MultiGzDecoder;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};

use super::faults::{Whose, shortened};
use super::{InputFile, Options, Progress, RowFault, RowProblem, TableError};

/// Deepest nesting; real GML reaches about 20.
const DEPTH: usize = 100;
/// Longest tag with its attributes.
const TAG_BYTES: usize = 1 << 20;
/// Longest name of an element or attribute.
const NAME_BYTES: usize = 256;

/// What comes next.
pub(super) enum Piece {
    /// An element begins; every one of them ends with [`Piece::End`], also an empty one.
    Start(Tag),
    /// The innermost open element ends.
    End,
    /// A part of a text; it may come in several parts.
    Text(String),
    /// The document has ended as it should.
    Eof,
}

/// The beginning of an element.
pub(super) struct Tag(BytesStart<'static>);

impl Tag {
    /// Its name without prefix.
    pub(super) fn name(&self) -> &str {
        let whole: &str = self.0.name().0;
        whole.rsplit_once(':').map_or(whole, |(_, local)| local)
    }

    /// Value of the first attribute with this local name, without blanks at its ends.
    pub(super) fn attribute(&self, local: &str) -> Option<String> {
        self.exact_attribute(local).map(|value| value.trim().to_owned())
    }

    /// The same with its blanks.
    pub(super) fn exact_attribute(&self, local: &str) -> Option<String> {
        // The check for doubles would cost the square of the number of attributes.
        self.0.attributes().with_checks(false).flatten().find_map(|attribute| {
            let key: &str = attribute.key.0;
            let own = key.rsplit_once(':').map_or(key, |(_, own)| own);
            if own != local || key.starts_with("xmlns") {
                return None;
            }
            Some(attribute.normalized_value(XmlVersion::Explicit1_0).ok()?.into_owned())
        })
    }
}

/// Whether a file begins like XML in an encoding that has ASCII in it.
pub(super) fn begins_like_xml(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    head.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'<')
}

/// An XML document that is being read.
pub(super) struct Markup {
    reader: quick_xml::Reader<BufReader<Gate>>,
    buffer: Vec<u8>,
    depth: usize,
    begun: bool,
    whose: Whose,
    watch: Watch,
    total: u64,
}

impl Markup {
    /// Opens a file, plain or packed with gzip, in any encoding that its declaration or `options` name.
    pub(super) fn open(file: &InputFile, options: &Options, whose: &Whose) -> Result<Self, TableError> {
        let opened = File::open(&file.path).map_err(|error| whose.io(error))?;
        let total = opened.metadata().map_err(|error| whose.io(error))?.len();
        if total == 0 {
            return Err(whose.empty());
        }
        let watch = Watch::default();
        let mut metered =
            BufReader::with_capacity(64 << 10, Metered { inner: opened, passed: Rc::clone(&watch.packed) });
        let packed =
            io::BufRead::fill_buf(&mut metered).map_err(|error| whose.io(error))?.starts_with(&[0x1f, 0x8b]);
        let plain: Box<dyn Read> =
            if packed { Box::new(MultiGzDecoder::new(metered)) } else { Box::new(metered) };
        Self::over(plain, options, whose, watch, total)
    }

    fn over(
        mut plain: Box<dyn Read>,
        options: &Options,
        whose: &Whose,
        watch: Watch,
        total: u64,
    ) -> Result<Self, TableError> {
        let mut head = Vec::new();
        (&mut plain).take(1024).read_to_end(&mut head).map_err(|error| whose.corrupt(error.to_string()))?;
        let encoding = match &options.encoding {
            Some(label) => Encoding::for_label(label.as_bytes()).ok_or_else(|| TableError::NoEncoding {
                name: whose.name.clone(),
                label: shortened(label),
            })?,
            None => declared_encoding(&head),
        };
        // One vertex takes at most about 40 characters as text.
        let text_bytes = (options.limits.cell_bytes as u64)
            .max((options.limits.vertices as u64).saturating_mul(40))
            .saturating_add(TAG_BYTES as u64);
        let bounds = Bounds { bytes: options.limits.bytes, text_bytes };
        let gate = Gate {
            inner: Box::new(io::Cursor::new(head).chain(plain)),
            decoder: encoding.new_decoder_with_bom_removal(),
            raw: vec![0; 32 << 10],
            filled: 0,
            ended: false,
            finished: false,
            passed: 0,
            bounds,
            watch: watch.clone(),
        };
        let mut reader = quick_xml::Reader::from_reader(BufReader::with_capacity(64 << 10, gate));
        reader.config_mut().expand_empty_elements = true;
        Ok(Self { reader, buffer: Vec::new(), depth: 0, begun: false, whose: whose.clone(), watch, total })
    }

    /// How many elements are open.
    pub(super) fn depth(&self) -> usize {
        self.depth
    }

    /// Bytes of the file read so far.
    pub(super) fn progress(&self) -> Progress {
        Progress { done: self.watch.packed.get().min(self.total), total: self.total.max(1) }
    }

    /// Whose document it is, for errors.
    pub(super) fn whose(&self) -> &Whose {
        &self.whose
    }

    /// Reads on.
    pub(super) fn next(&mut self) -> Result<Piece, TableError> {
        loop {
            self.buffer.clear();
            // Shrinking keeps one huge text from staying in memory.
            self.buffer.shrink_to(1 << 20);
            let at = self.reader.buffer_position();
            let read = self.reader.read_event_into(&mut self.buffer);
            self.watch.since_event.set(0);
            let corrupt = |what: String| self.whose.corrupt(format!("{what}, near byte {at}"));
            let event = match read {
                Ok(event) => event,
                Err(error) => return Err(self.watch.error(&error, &self.whose, at)),
            };
            match event {
                Event::Start(tag) => {
                    self.begun = true;
                    self.depth += 1;
                    if self.depth > DEPTH {
                        return Err(corrupt(format!("elements are nested deeper than {DEPTH} levels")));
                    }
                    if tag.len() > TAG_BYTES || tag.name().0.len() > NAME_BYTES {
                        return Err(corrupt("a tag is too long".into()));
                    }
                    return Ok(Piece::Start(Tag(tag.into_owned())));
                }
                Event::End(_) => {
                    self.depth = self.depth.saturating_sub(1);
                    return Ok(Piece::End);
                }
                Event::Text(text) if self.depth > 0 => {
                    return Ok(Piece::Text(text.xml10_content().into_owned()));
                }
                Event::CData(text) if self.depth > 0 => {
                    return Ok(Piece::Text(text.xml10_content().into_owned()));
                }
                Event::GeneralRef(reference) => {
                    let text = referred(&reference).ok_or_else(|| {
                        corrupt(format!("the entity &{}; is not known", shortened(&reference)))
                    })?;
                    return Ok(Piece::Text(text));
                }
                Event::DocType(text) if text.to_ascii_uppercase().contains("<!ENTITY") => {
                    return Err(corrupt(
                        "the document declares entities of its own (DOCTYPE), which are not read; \
                         save it without them"
                            .into(),
                    ));
                }
                Event::Eof if self.depth > 0 => {
                    return Err(corrupt("the file ends in the middle; deliver it whole".into()));
                }
                Event::Eof if !self.begun => return Err(corrupt("there is no XML in it".into())),
                Event::Eof => return Ok(Piece::Eof),
                _ => {}
            }
        }
    }

    /// Reads to the end of the element that began last; gives its text without inner elements' marks. What is beyond
    /// `limit` bytes is a fault, and so is what is no text.
    pub(super) fn text(
        &mut self,
        column: &str,
        limit: usize,
        faults: &mut Vec<RowFault>,
    ) -> Result<String, TableError> {
        let floor = self.depth.saturating_sub(1);
        let (mut whole, mut too_large) = (String::new(), false);
        while self.depth > floor {
            if let Piece::Text(part) = self.next()? {
                too_large |= whole.len() + part.len() > limit;
                if !too_large {
                    whole.push_str(&part);
                }
            }
        }
        let text = whole.trim();
        let problem = if too_large {
            Some(RowProblem::TooLarge)
        } else {
            text.contains('\u{fffd}').then_some(RowProblem::NotText)
        };
        if let Some(problem) = problem {
            faults.push(RowFault { column: Some(column.to_owned()), found: shortened(text), problem });
        }
        Ok(if too_large { String::new() } else { text.to_owned() })
    }

    /// Reads to the end of the element that began last and forgets it.
    pub(super) fn skip(&mut self) -> Result<(), TableError> {
        let floor = self.depth.saturating_sub(1);
        while self.depth > floor {
            self.next()?;
        }
        Ok(())
    }
}

/// Text of `&name;` or `&#number;`.
fn referred(name: &str) -> Option<String> {
    let known = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code).filter(|letter| *letter != '\0')?
        }
    };
    Some(known.to_string())
}

fn declared_encoding(head: &[u8]) -> &'static Encoding {
    if let Some((encoding, _)) = Encoding::for_bom(head) {
        return encoding;
    }
    let end = head.windows(2).position(|pair| pair == b"?>").unwrap_or(0);
    let declaration = String::from_utf8_lossy(head.get(..end).unwrap_or_default()).into_owned();
    let named = declaration.split_once("encoding").and_then(|(_, rest)| {
        let rest = rest.trim_start().strip_prefix('=')?.trim_start();
        let quote = rest.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
        rest.split(quote).nth(1).and_then(|label| Encoding::for_label(label.as_bytes()))
    });
    // Whoever can read the declaration byte by byte has no UTF-16, whatever it says.
    named.filter(|encoding| encoding.is_ascii_compatible()).unwrap_or(UTF_8)
}

#[derive(Debug, Clone, Copy)]
struct Bounds {
    bytes: u64,
    text_bytes: u64,
}

/// What the readers below share with the document above them.
#[derive(Clone, Default)]
struct Watch {
    packed: Rc<Shared<u64>>,
    since_event: Rc<Shared<u64>>,
    breach: Rc<Shared<Option<(&'static str, u64)>>>,
}

impl Watch {
    fn error(&self, error: &quick_xml::Error, whose: &Whose, at: u64) -> TableError {
        if let Some((what, limit)) = self.breach.get() {
            return whose.too_large(format!("{what} has more than {limit} bytes, near byte {at}"));
        }
        match error {
            quick_xml::Error::Io(error) => {
                whose.corrupt(format!("it cannot be unpacked or read ({error}), near byte {at}"))
            }
            // Every syntax error of this reader means that the text ended inside some markup.
            quick_xml::Error::Syntax(_) => {
                whose.corrupt(format!("the file ends inside a tag, near byte {at}"))
            }
            other => whose.corrupt(format!("{other}, near byte {at}")),
        }
    }
}

struct Metered<R> {
    inner: R,
    passed: Rc<Shared<u64>>,
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.passed.set(self.passed.get() + count as u64);
        Ok(count)
    }
}

/// Turns bytes of any encoding into UTF-8 and stops what grows without end.
struct Gate {
    inner: Box<dyn Read>,
    decoder: Decoder,
    raw: Vec<u8>,
    filled: usize,
    ended: bool,
    finished: bool,
    passed: u64,
    bounds: Bounds,
    watch: Watch,
}

impl Read for Gate {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if out.len() < 8 {
            return Err(io::Error::other("the buffer is too small for one character"));
        }
        while !self.finished {
            if self.filled == 0 && !self.ended {
                self.filled = self.inner.read(&mut self.raw)?;
                self.ended = self.filled == 0;
                self.pass(self.filled as u64)?;
            }
            let bytes = self.raw.get(..self.filled).unwrap_or_default();
            let (result, read, written, _) = self.decoder.decode_to_utf8(bytes, out, self.ended);
            self.raw.copy_within(read..self.filled, 0);
            self.filled -= read;
            self.finished = self.ended && result == CoderResult::InputEmpty;
            if written > 0 {
                return Ok(written);
            }
        }
        Ok(0)
    }
}

impl Gate {
    fn pass(&mut self, count: u64) -> io::Result<()> {
        self.passed += count;
        let since = self.watch.since_event.get() + count;
        self.watch.since_event.set(since);
        let breach = if self.passed > self.bounds.bytes {
            Some(("its unpacked text", self.bounds.bytes))
        } else if since > self.bounds.text_bytes {
            Some(("one tag or text", self.bounds.text_bytes))
        } else {
            None
        };
        match breach {
            Some(breach) => {
                self.watch.breach.set(Some(breach));
                Err(io::Error::other("limit broken"))
            }
            None => Ok(()),
        }
    }
}
