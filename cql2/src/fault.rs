//! What is wrong with a filter, in both languages of the pages.

use std::fmt;

/// A sentence in Polish and in English.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// In Polish.
    pub pl: String,
    /// In English.
    pub en: String,
}

impl Message {
    pub(crate) fn new(pl: impl Into<String>, en: impl Into<String>) -> Self {
        Self { pl: pl.into(), en: en.into() }
    }
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.en)
    }
}

/// Where in a filter something is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// The character of a text, counting from 1.
    Character(usize),
    /// The JSON Pointer of a part; empty for the whole.
    Pointer(String),
}

impl Place {
    /// The place in words.
    #[must_use]
    pub fn message(&self) -> Message {
        match self {
            Self::Character(at) => Message::new(format!("znak {at}"), format!("character {at}")),
            Self::Pointer(pointer) if pointer.is_empty() => Message::new("całość", "the whole"),
            Self::Pointer(pointer) => Message::new(format!("miejsce {pointer}"), format!("at {pointer}")),
        }
    }
}

/// A text that is no CQL2, or more than is taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {detail}", at.message())]
pub struct ParseError {
    /// Where.
    pub at: Place,
    /// What was expected, and what was found.
    pub detail: Message,
}

impl ParseError {
    /// Place and detail in one sentence for each language.
    #[must_use]
    pub fn message(&self) -> Message {
        let at = self.at.message();
        Message::new(format!("{}: {}", at.pl, self.detail.pl), format!("{}: {}", at.en, self.detail.en))
    }
}

/// A filter that reads well but asks for something that is not there, or makes no sense.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct CompileError {
    /// What is wrong and what would be right.
    pub detail: Message,
}

impl CompileError {
    pub(crate) fn new(pl: impl Into<String>, en: impl Into<String>) -> Self {
        Self { detail: Message::new(pl, en) }
    }
}

/// At most 60 characters of what somebody sent, for a message.
pub(crate) fn shown(text: &str) -> String {
    let mut short: String = text.chars().take(60).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}
