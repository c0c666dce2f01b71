//! A tree of XML elements, put together first and written at once: a project is small, and a tree can be read.

use std::io;

use quick_xml::{
    Writer,
    events::{BytesEnd, BytesStart, BytesText, Event},
};

/// An element with its attributes, its text and the elements in it.
#[derive(Debug, Clone)]
pub(super) struct Element {
    name: &'static str,
    attributes: Vec<(&'static str, String)>,
    text: String,
    inner: Vec<Element>,
}

impl Element {
    /// An element without anything.
    pub(super) fn new(name: &'static str) -> Self {
        Self { name, attributes: Vec::new(), text: String::new(), inner: Vec::new() }
    }

    /// An element that holds only text.
    pub(super) fn of_text(name: &'static str, text: impl AsRef<str>) -> Self {
        Self { text: writable(text.as_ref()), ..Self::new(name) }
    }

    /// With an attribute.
    pub(super) fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.attributes.push((name, writable(&value.to_string())));
        self
    }

    /// With an element in it.
    pub(super) fn and(mut self, element: Self) -> Self {
        self.inner.push(element);
        self
    }

    /// With elements in it.
    pub(super) fn and_all(mut self, elements: impl IntoIterator<Item = Self>) -> Self {
        self.inner.extend(elements);
        self
    }

    /// The document whose root this is.
    pub(super) fn to_document(&self, doctype: &str) -> io::Result<Vec<u8>> {
        let mut writer = Writer::new_with_indent(Vec::new(), b' ', 1);
        writer.write_event(Event::DocType(BytesText::from_escaped(doctype)))?;
        self.write(&mut writer)?;
        let mut document = writer.into_inner();
        document.push(b'\n');
        Ok(document)
    }

    fn write(&self, writer: &mut Writer<Vec<u8>>) -> io::Result<()> {
        let mut start = BytesStart::new(self.name);
        for (name, value) in &self.attributes {
            start.push_attribute((*name, value.as_str()));
        }
        if self.text.is_empty() && self.inner.is_empty() {
            return writer.write_event(Event::Empty(start));
        }
        writer.write_event(Event::Start(start))?;
        if !self.text.is_empty() {
            writer.write_event(Event::Text(BytesText::new(&self.text)))?;
        }
        for element in &self.inner {
            element.write(writer)?;
        }
        writer.write_event(Event::End(BytesEnd::new(self.name)))
    }
}

/// Without the characters that XML 1.0 cannot hold even escaped; breaks of lines become spaces, as they would in
/// attributes anyway.
fn writable(text: &str) -> String {
    text.chars()
        .filter_map(|c| match c {
            '\t' | '\n' | '\r' => Some(' '),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => None,
            c => Some(c),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::Element;

    #[test]
    fn what_people_wrote_stays_text() {
        let hostile = "\"><evil a='1'>&\u{0}\u{b}\u{fffe}\n]]>";
        let element = Element::new("a").with("b", hostile).and(Element::of_text("c", hostile));
        let text = String::from_utf8(element.to_document("d").unwrap()).unwrap();
        assert!(!text.contains("<evil") && !text.contains('\u{0}') && !text.contains("]]>"), "{text}");
        assert!(text.contains("&lt;evil a="), "{text}");
    }
}
