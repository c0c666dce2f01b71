//! XML as a stream of events, bounded: neither one event nor the depth can grow without end, and no entity of the
//! document's own is expanded.

use std::io::{BufRead, Error, ErrorKind, Read, Result};

use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};

/// Bytes of one tag or one stretch of text.
const EVENT_BYTES: usize = 8 << 20;
/// Elements within elements.
const DEPTH: usize = 256;

/// See the module. Empty elements come as a start and an end.
pub(super) struct Xml<R: BufRead> {
    reader: quick_xml::Reader<Bounded<R>>,
    buffer: Vec<u8>,
    depth: usize,
}

impl<R: BufRead> Xml<R> {
    pub(super) fn new(source: R) -> Self {
        let mut reader = quick_xml::Reader::from_reader(Bounded { inner: source, left: EVENT_BYTES });
        reader.config_mut().expand_empty_elements = true;
        Self { reader, buffer: Vec::new(), depth: 0 }
    }

    /// The next event; [`Event::Eof`] at the end.
    ///
    /// # Errors
    /// Those of the source; `InvalidData` for what is no XML or cut off, `FileTooLarge` for what is beyond the bounds.
    pub(super) fn next(&mut self) -> Result<Event<'_>> {
        self.buffer.clear();
        if self.buffer.capacity() > (1 << 20) {
            self.buffer.shrink_to(1 << 16);
        }
        self.reader.get_mut().left = EVENT_BYTES;
        let event = self.reader.read_event_into(&mut self.buffer).map_err(|error| match error {
            quick_xml::Error::Io(error) => Error::new(error.kind(), error.to_string()),
            error => Error::new(ErrorKind::InvalidData, error.to_string()),
        })?;
        match event {
            Event::Start(_) => self.depth += 1,
            Event::End(_) => self.depth = self.depth.saturating_sub(1),
            Event::Eof if self.depth > 0 => {
                return Err(Error::new(ErrorKind::UnexpectedEof, "the document ends within an element"));
            }
            _ => {}
        }
        if self.depth > DEPTH {
            return Err(Error::new(
                ErrorKind::FileTooLarge,
                format!("more than {DEPTH} elements in one another"),
            ));
        }
        Ok(event)
    }
}

/// The value of an attribute, by its local name.
///
/// # Errors
/// `InvalidData` for what is no XML.
pub(super) fn attribute(tag: &BytesStart<'_>, name: &str) -> Result<Option<String>> {
    for attribute in tag.attributes() {
        let attribute = attribute.map_err(invalid)?;
        if attribute.key.local_name().as_ref() == name {
            let value = attribute.normalized_value(XmlVersion::Explicit1_0).map_err(invalid)?;
            return Ok(Some(value.into_owned()));
        }
    }
    Ok(None)
}

/// Adds what an event contributes to the text of an element, up to a bound; an unknown entity stays as it is written.
/// False if the bound is reached.
pub(super) fn add_text(event: &Event<'_>, text: &mut String, limit: usize) -> Result<bool> {
    match event {
        Event::Text(part) => text.push_str(&part.xml10_content()),
        Event::CData(part) => text.push_str(&part.xml10_content()),
        Event::GeneralRef(entity) => {
            let name: &str = entity.as_ref();
            if let Some(known) = quick_xml::escape::resolve_xml_entity(name) {
                text.push_str(known);
            } else if let Some(letter) = entity.resolve_char_ref().map_err(invalid)? {
                text.push(letter);
            } else {
                text.push('&');
                text.push_str(name);
                text.push(';');
            }
        }
        _ => {}
    }
    Ok(cut(text, limit))
}

/// Cuts a text to so many bytes; false if it was longer.
pub(super) fn cut(text: &mut String, limit: usize) -> bool {
    if text.len() <= limit {
        return true;
    }
    let mut end = limit;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.truncate(end);
    false
}

fn invalid(error: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::InvalidData, error.to_string())
}

struct Bounded<R> {
    inner: R,
    left: usize,
}

impl<R: BufRead> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let mut ready = self.fill_buf()?;
        let read = ready.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Bounded<R> {
    fn fill_buf(&mut self) -> Result<&[u8]> {
        if self.left == 0 {
            return Err(Error::new(
                ErrorKind::FileTooLarge,
                format!("a tag or text longer than {EVENT_BYTES} bytes"),
            ));
        }
        let ready = self.inner.fill_buf()?;
        Ok(ready.get(..self.left).unwrap_or(ready))
    }

    fn consume(&mut self, amount: usize) {
        self.left = self.left.saturating_sub(amount);
        self.inner.consume(amount);
    }
}
