//! XML of operators as a small tree: no document type, no entities but the five of XML itself, bounded.

use quick_xml::{Reader, events::Event};

use crate::{Fault, MESSAGE_BYTES_MAX};

/// How deep elements may lie in each other; real messages have five levels.
const DEPTH_MAX: usize = 12;
/// Elements of a message.
const ELEMENTS_MAX: usize = 5_000;

/// An element: its name without a prefix, its text, its inner elements.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Element {
    pub(crate) name: String,
    pub(crate) text: String,
    pub(crate) inner: Vec<Element>,
}

impl Element {
    /// Inner elements of a name.
    pub(crate) fn all<'e>(&'e self, name: &'e str) -> impl Iterator<Item = &'e Self> {
        self.inner.iter().filter(move |inner| inner.name == name)
    }

    /// The only inner element of a name; that it is there twice is a fault, as it could mean either.
    pub(crate) fn one(&self, name: &'static str) -> Result<Option<&Self>, Fault> {
        let mut all = self.all(name);
        let first = all.next();
        if all.next().is_some() { Err(Fault::BadValue(name)) } else { Ok(first) }
    }

    /// The text of the only inner element of a name, if it is not empty.
    pub(crate) fn text_of(&self, name: &'static str) -> Result<Option<&str>, Fault> {
        let found = self.one(name)?;
        if found.is_some_and(|found| !found.inner.is_empty()) {
            return Err(Fault::BadValue(name));
        }
        Ok(found.map(|found| found.text.as_str()).filter(|text| !text.is_empty()))
    }

    /// The same, which every such message has.
    pub(crate) fn needed(&self, name: &'static str) -> Result<&str, Fault> {
        self.text_of(name)?.ok_or(Fault::Missing(name))
    }

    /// Texts of all elements without inner ones, in the order of the document, but for those of one name.
    pub(crate) fn leaves<'e>(&'e self, except: &str, into: &mut Vec<&'e str>) {
        for inner in self.inner.iter().filter(|inner| inner.name != except) {
            if inner.inner.is_empty() {
                into.push(&inner.text);
            } else {
                inner.leaves(except, into);
            }
        }
    }

    /// The first element of a name anywhere below.
    pub(crate) fn find(&self, name: &str) -> Option<&Self> {
        self.inner.iter().find_map(|inner| if inner.name == name { Some(inner) } else { inner.find(name) })
    }
}

/// Reads a whole document; gives its outermost element.
pub(crate) fn read(bytes: &[u8]) -> Result<Element, Fault> {
    if bytes.len() > MESSAGE_BYTES_MAX {
        return Err(Fault::TooLarge);
    }
    let text = std::str::from_utf8(bytes).map_err(|_| Fault::NotReadable("no text in UTF-8"))?;
    let bad = || Fault::NotReadable("no well-formed XML");
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}').trim());
    let mut open = vec![Element::default()];
    let mut elements = 0;
    loop {
        let event = reader.read_event().map_err(|_| bad())?;
        match event {
            Event::Start(tag) => {
                elements += 1;
                open.push(Element { name: local(tag.name().0), ..Element::default() });
            }
            Event::Empty(tag) => {
                elements += 1;
                let element = Element { name: local(tag.name().0), ..Element::default() };
                open.last_mut().ok_or_else(bad)?.inner.push(element);
            }
            Event::End(_) => {
                let mut closed = open.pop().ok_or_else(bad)?;
                if !closed.inner.is_empty() {
                    // Between elements stand line breaks; anything else belongs to nothing.
                    if !closed.text.trim().is_empty() {
                        return Err(Fault::NotReadable("text between elements"));
                    }
                    closed.text.clear();
                }
                open.last_mut().ok_or_else(bad)?.inner.push(closed);
            }
            Event::Text(piece) => open.last_mut().ok_or_else(bad)?.text.push_str(&piece.xml10_content()),
            Event::CData(piece) => open.last_mut().ok_or_else(bad)?.text.push_str(&piece.xml10_content()),
            Event::GeneralRef(name) => {
                open.last_mut().ok_or_else(bad)?.text.push(referred(&name).ok_or_else(bad)?)
            }
            Event::DocType(_) => return Err(Fault::NotReadable("a document type, which no message has")),
            Event::Eof => break,
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
        }
        if elements > ELEMENTS_MAX || open.len() > DEPTH_MAX {
            return Err(Fault::TooLarge);
        }
    }
    let mut document = open.pop().ok_or_else(bad)?;
    let whole = open.is_empty() && document.inner.len() == 1 && document.text.trim().is_empty();
    if whole { document.inner.pop().ok_or_else(bad) } else { Err(bad()) }
}

fn local(name: &str) -> String {
    name.rsplit(':').next().unwrap_or_default().to_owned()
}

fn referred(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix('x') {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code).filter(|letter| !letter.is_control())
        }
    }
}

/// A text as it stands in an element.
pub(crate) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            letter => safe.push(letter),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_and_its_leaves() {
        let read = read(b"\xef\xbb\xbf<?xml version=\"1.0\"?>\n<s:a xmlns:s='u'> <b>1 &amp;&#x41;</b>\n<c><d>2</d><e/></c><hash>x</hash></s:a>\n").unwrap();
        assert_eq!((read.name.as_str(), read.text_of("b").unwrap()), ("a", Some("1 &A")));
        let mut leaves = Vec::new();
        read.leaves("hash", &mut leaves);
        assert_eq!(leaves, ["1 &A", "2", ""]);
        assert_eq!(read.find("d").map(|d| d.text.as_str()), Some("2"));
        assert_eq!(read.needed("c"), Err(Fault::BadValue("c")));
        assert_eq!(read.needed("z"), Err(Fault::Missing("z")));
    }

    #[test]
    fn what_is_no_message_is_refused() {
        for bad in [
            "",
            "x",
            "<a>",
            "<a></b>",
            "<a/><b/>",
            "<a/>x",
            "x<a/>",
            "<a>&x;</a>",
            "<a>&#0;</a>",
            "<a>x<b/></a>",
            "<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>",
            "<!DOCTYPE a><a/>",
            "</a>",
            "<a/></a>",
        ] {
            assert!(matches!(read(bad.as_bytes()), Err(Fault::NotReadable(_))), "{bad}");
        }
        assert!(read(b"<a>\xff</a>").is_err());
        assert_eq!(read("<a>".repeat(20).as_bytes()), Err(Fault::TooLarge));
        assert_eq!(read(format!("<a>{}</a>", "<b/>".repeat(6_000)).as_bytes()), Err(Fault::TooLarge));
        assert_eq!(read(&b" ".repeat(MESSAGE_BYTES_MAX + 1)), Err(Fault::TooLarge));
        assert_eq!(read(b"<a><b>1</b><b>2</b></a>").unwrap().needed("b"), Err(Fault::BadValue("b")));
    }
}
