//! Templates of messages: the words that the program brings, how places in them are filled, and what is wrong with what
//! somebody writes into them. Pure.
//!
//! A text may hold `{name}` for a value, nothing else: no conditions, no loops, no code. Values are put in once and never
//! read again, so nothing that somebody typed can bring in more.

use std::{collections::BTreeMap, sync::LazyLock};

use serde::Deserialize;

use super::model::{Letter, Purpose};
use crate::kernel::Lang;

/// Values that every message has.
pub const USUAL_VALUES: [&str; 4] = ["town", "name", "date", "link"];
/// What stands in place of something that opens something.
pub const BLOTTED: &str = "…";
/// Most characters of one value.
const MOST_VALUE: usize = 10_000;

/// The words of one template in one language.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// One line: subject of mails, heading in the inbox.
    pub subject: String,
    /// The text in the inbox and of letters; of mails too, unless there is a notice.
    pub body: String,
    /// The text of mails, where the whole text must not go by mail; else empty.
    #[serde(default)]
    pub notice: String,
    /// The text of an SMS; empty where none is sent or the usual one will do.
    #[serde(default)]
    pub sms: String,
    /// What a locked screen shows: no names, no amounts. Empty for the usual words.
    #[serde(default)]
    pub push: String,
}

impl Words {
    /// All its texts with their names.
    #[must_use]
    pub fn parts(&self) -> [(&'static str, &str); 5] {
        [
            ("subject", &self.subject),
            ("body", &self.body),
            ("notice", &self.notice),
            ("sms", &self.sms),
            ("push", &self.push),
        ]
    }
}

/// A template as the program brings it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Template {
    /// Its stable name.
    #[serde(skip)]
    pub slug: &'static str,
    #[serde(rename = "purpose")]
    purpose_name: String,
    #[serde(rename = "letter", default)]
    letter_name: String,
    /// Its own values, each with a sample.
    #[serde(default)]
    pub values: BTreeMap<String, String>,
    /// Values that open something, such as a link for a new password: kept sealed, and only until they have gone out.
    #[serde(default)]
    pub secret: Vec<String>,
    /// In Polish.
    pub pl: Words,
    /// In English.
    pub en: Words,
}

impl Template {
    /// Its words in a language.
    #[must_use]
    pub fn words(&self, lang: Lang) -> &Words {
        match lang {
            Lang::Pl => &self.pl,
            Lang::En => &self.en,
        }
    }

    /// For which purpose it is meant; whoever sends says the purpose anew.
    #[must_use]
    pub fn purpose(&self) -> Purpose {
        Purpose::from_name(&self.purpose_name).unwrap_or(Purpose::Case)
    }

    /// When it also goes as a letter.
    #[must_use]
    pub fn letter(&self) -> Letter {
        Letter::from_name(&self.letter_name).unwrap_or(Letter::Never)
    }

    /// Names that its texts may hold.
    pub fn places(&self) -> impl Iterator<Item = &str> {
        USUAL_VALUES.into_iter().chain(self.values.keys().map(String::as_str))
    }
}

macro_rules! built_in {
    ($($slug:literal,)*) => {
        /// Slugs of all templates.
        pub const SLUGS: &[&str] = &[$($slug),*];
        const FILES: &[&str] = &[$(include_str!(concat!("templates/", $slug, ".toml"))),*];
    };
}

built_in! {
    "account-changed",
    "account-closed",
    "account-confirm",
    "account-email-changed",
    "account-email-confirm",
    "account-erased",
    "account-exists",
    "account-factors-removed",
    "account-new-sign-in",
    "account-reset",
    "case-update",
    "conversation-answered",
    "conversation-escalated",
    "conversation-received",
    "conversation-state",
    "dues-call",
    "dues-interest-note",
    "dues-notice",
    "dues-reminder",
    "formal-letter",
    "letter-answered",
    "letter-confirm",
    "letter-received",
    "letter-state",
    "mandate-entered",
    "mandate-revoked",
    "news",
    "phone-code",
    "project-accepted",
    "project-refused",
    "reminder",
    "survey-invitation",
    "survey-reminder",
    "verified",
}

static TEMPLATES: LazyLock<Vec<Template>> = LazyLock::new(|| {
    // A file that does not parse is left out; the tests let none in.
    let read = |(slug, text): (&&'static str, &&str)| {
        toml::from_str::<Template>(text).ok().map(|template| Template { slug, ..template })
    };
    SLUGS.iter().zip(FILES).filter_map(read).collect()
});

/// All templates, by slug.
#[must_use]
pub fn all() -> &'static [Template] {
    &TEMPLATES
}

/// The template of a slug.
#[must_use]
pub fn find(slug: &str) -> Option<&'static Template> {
    TEMPLATES.iter().find(|template| template.slug == slug)
}

/// A piece of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece<'a> {
    Text(&'a str),
    Place(&'a str),
}

/// Cuts a text at its places. A brace that opens no name is a brace.
fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let name = after.split_once('}').map(|(name, _)| name).filter(|name| is_name(name));
        match name {
            Some(name) => {
                found.extend([Piece::Text(before), Piece::Place(name)]);
                rest = after.split_once('}').map_or("", |(_, rest)| rest);
            }
            None => {
                found.extend([Piece::Text(before), Piece::Text("{")]);
                rest = after;
            }
        }
    }
    found.push(Piece::Text(rest));
    found
}

fn is_name(name: &str) -> bool {
    (1..=30).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}

/// Puts values in their places; a name without a value stays empty.
#[must_use]
pub fn fill(text: &str, values: &BTreeMap<&str, String>) -> String {
    let mut filled = String::with_capacity(text.len());
    for piece in pieces(text) {
        match piece {
            Piece::Text(text) => filled.push_str(text),
            Piece::Place(name) => {
                filled.extend(
                    values.get(name).map(String::as_str).unwrap_or_default().chars().take(MOST_VALUE),
                );
            }
        }
    }
    filled
}

/// Puts values in their places of all texts. What must be one line becomes one.
#[must_use]
pub fn fill_words(words: &Words, values: &BTreeMap<&str, String>) -> Words {
    let line = |text: &str, most: usize| one_line(&fill(text, values), most);
    Words {
        subject: line(&words.subject, 200),
        body: clean(&fill(&words.body, values)).chars().take(20_000).collect(),
        notice: clean(&fill(&words.notice, values)).chars().take(20_000).collect(),
        sms: line(&words.sms, 1000),
        push: line(&words.push, 200),
    }
}

/// A text without control characters, save line ends.
#[must_use]
pub fn clean(text: &str) -> String {
    text.replace("\r\n", "\n").chars().filter(|c| *c == '\n' || *c == '\t' || !c.is_control()).collect()
}

/// A text as one line of at most so many characters.
#[must_use]
pub fn one_line(text: &str, most: usize) -> String {
    let is_gap = |c: char| c.is_control() || c.is_whitespace() || matches!(c, '\u{2028}' | '\u{2029}');
    let line = text.split(is_gap).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    match line.chars().count() > most {
        true => line.chars().take(most - 1).chain(['…']).collect(),
        false => line,
    }
}

/// What is wrong with a text that somebody wrote into a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WordsFault {
    /// It must not be empty.
    Empty(&'static str),
    /// It is longer than so many characters.
    TooLong(&'static str, usize),
    /// It holds a name of which there is no value.
    UnknownPlace(&'static str, String),
    /// A value without which the message is of no use stands nowhere.
    MissingPlace(String),
    /// A locked screen would show whose message it is.
    TellsTooMuch(String),
}

/// Looks through what somebody wrote into a template.
#[must_use]
pub fn faults(template: &Template, words: &Words) -> Vec<WordsFault> {
    let mut faults = Vec::new();
    let longest = [("subject", 200), ("body", 10_000), ("notice", 2000), ("sms", 1000), ("push", 200)];
    for ((part, text), (_, most)) in words.parts().into_iter().zip(longest) {
        if text.trim().is_empty() && matches!(part, "subject" | "body") {
            faults.push(WordsFault::Empty(part));
        }
        if text.chars().count() > most {
            faults.push(WordsFault::TooLong(part, most));
        }
        for piece in pieces(text) {
            let Piece::Place(name) = piece else { continue };
            if !template.places().any(|known| known == name) {
                faults.push(WordsFault::UnknownPlace(part, name.to_owned()));
            } else if part == "push" && name != "town" {
                faults.push(WordsFault::TellsTooMuch(name.to_owned()));
            }
        }
    }
    for secret in &template.secret {
        let place = format!("{{{secret}}}");
        if !words.parts().into_iter().any(|(_, text)| text.contains(&place)) {
            faults.push(WordsFault::MissingPlace(secret.clone()));
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::i18n::texts;

    #[test]
    fn what_the_program_brings_is_whole() {
        assert_eq!(all().len(), SLUGS.len(), "a file does not parse");
        for template in all() {
            assert!(Purpose::from_name(&template.purpose_name).is_some(), "{}", template.slug);
            for lang in [Lang::Pl, Lang::En] {
                assert_eq!(faults(template, template.words(lang)), [], "{} {lang:?}", template.slug);
                let name = format!("template-name-{}", template.slug);
                assert_ne!(texts(lang).args(&name, &[]), name, "the staff has no name for it");
            }
            for value in template.values.keys() {
                let used =
                    |words: &Words| words.parts().iter().any(|(_, t)| t.contains(&format!("{{{value}}}")));
                assert!(used(&template.pl) && used(&template.en), "{}: {value}", template.slug);
            }
            assert!(SLUGS.is_sorted());
        }
    }

    #[test]
    fn values_bring_in_nothing_more() {
        let values =
            BTreeMap::from([("name", "{link} <b>x</b>".to_owned()), ("link", "https://x".to_owned())]);
        assert_eq!(fill("Hej {name}, {nothing}{} {Name} {", &values), "Hej {link} <b>x</b>, {} {Name} {");
    }

    #[test]
    fn what_must_be_one_line_is_one() {
        let template = find("case-update").unwrap();
        let values = BTreeMap::from([("subject", "Sprawa\r\nBcc: wszyscy@poczta.example".to_owned())]);
        let filled = fill_words(template.words(Lang::Pl), &values);
        assert!(!filled.subject.contains(['\r', '\n']), "{}", filled.subject);
        assert_eq!(one_line("a\u{2028}b\0c\td", 20), "a b c d");
        assert_eq!(one_line("abcdef", 4), "abc…");
    }

    #[test]
    fn faults_of_a_text_are_named() {
        let template = find("account-reset").unwrap();
        let words = Words {
            subject: " ".into(),
            body: "{nmae}".into(),
            push: "{name}".into(),
            ..template.pl.clone()
        };
        let found = faults(template, &words);
        assert!(found.contains(&WordsFault::Empty("subject")));
        assert!(found.contains(&WordsFault::UnknownPlace("body", "nmae".into())));
        assert!(found.contains(&WordsFault::TellsTooMuch("name".into())));
        assert!(found.contains(&WordsFault::MissingPlace("link".into())));
    }
}
