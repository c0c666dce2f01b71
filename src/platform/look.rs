//! What the town says of itself at the desk: its name, crest, colour and office. The change feed carries it, so that
//! every page of every node shows it; the slice `town` is the only one that changes it.
//!
//! Nothing of it is required: what is not said here stands in the settings file, or is not shown.

use serde::{Deserialize, Serialize};

use crate::kernel::Lang;

/// Words in both languages. Either may be empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Words {
    /// In Polish.
    pub pl: String,
    /// In English.
    pub en: String,
}

/// Words as a page shows them, with the language in which they really are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// The words.
    pub text: String,
    /// Their language.
    pub lang: Lang,
}

impl Said {
    /// Paragraphs: what stands between empty lines or on lines of its own.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        self.text.lines().map(str::trim).filter(|line| !line.is_empty())
    }
}

impl Words {
    /// The words in a language, else in the other one: foreign words are better than none. `None` when there are none.
    #[must_use]
    pub fn said(&self, lang: Lang) -> Option<Said> {
        let other = if lang == Lang::Pl { Lang::En } else { Lang::Pl };
        [lang, other]
            .into_iter()
            .find(|one| !self.in_lang(*one).is_empty())
            .map(|one| Said { text: self.in_lang(one).to_owned(), lang: one })
    }

    /// What stands in one language; may be empty.
    #[must_use]
    pub fn in_lang(&self, lang: Lang) -> &str {
        match lang {
            Lang::Pl => &self.pl,
            Lang::En => &self.en,
        }
    }

    /// Whether there are no words in either language.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pl.is_empty() && self.en.is_empty()
    }
}

/// The town's look.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Look {
    /// Name of the town.
    pub name: Option<String>,
    /// Accent colour, `#rrggbb` in small letters.
    pub colour: Option<String>,
    /// Sum of the crest's picture as it was sent, 64 hexadecimal digits; it names the pictures that were made of it.
    pub crest: Option<String>,
    /// The office.
    pub office: Office,
}

/// The office behind the service. Empty texts are not said.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Office {
    /// What it is called: "Urząd Miasta w Zmyślinie".
    pub name: Words,
    /// Street, postcode and town, on lines.
    pub address: String,
    /// E-mail address for everybody.
    pub email: String,
    /// Telephone.
    pub phone: String,
    /// Opening hours, on lines.
    pub hours: Words,
    /// Name of the data-protection officer.
    pub officer_name: String,
    /// E-mail address of the data-protection officer.
    pub officer_email: String,
    /// Telephone of the data-protection officer.
    pub officer_phone: String,
}

impl Office {
    /// Name and addresses of the data-protection officer on one line; nothing as long as the town states none.
    #[must_use]
    pub fn officer(&self) -> Option<String> {
        let said = [&self.officer_name, &self.officer_email, &self.officer_phone];
        let said: Vec<&str> =
            said.into_iter().map(|text| text.trim()).filter(|text| !text.is_empty()).collect();
        (!said.is_empty()).then(|| said.join(", "))
    }
}

impl Look {
    /// Reads what is stored. Colour and crest stand in style sheets and addresses, so what is neither is left out.
    #[must_use]
    pub fn from_stored(value: serde_json::Value) -> Self {
        let mut look: Self = serde_json::from_value(value).unwrap_or_else(|error| {
            tracing::warn!(%error, "the stored look of the town cannot be read; the settings file stands in for it");
            Self::default()
        });
        look.colour = look.colour.filter(|colour| is_colour(colour));
        look.crest = look.crest.filter(|sum| is_sum(sum));
        look
    }
}

/// Whether a text is a colour of the form `#1a2b3c`.
#[must_use]
pub fn is_colour(text: &str) -> bool {
    text.strip_prefix('#')
        .is_some_and(|digits| digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// Whether a text is the sum of a file: 64 hexadecimal digits in small letters.
#[must_use]
pub fn is_sum(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_fall_back_on_the_other_language_and_say_so() {
        let words = Words { pl: "Urząd".into(), en: String::new() };
        assert_eq!(words.said(Lang::En), Some(Said { text: "Urząd".into(), lang: Lang::Pl }));
        assert_eq!(Words::default().said(Lang::Pl), None);
    }

    #[test]
    fn what_could_break_out_of_a_page_is_left_out() {
        let stored = serde_json::json!({
            "name": "Zmyślin", "colour": "red;} body {display:none", "crest": "../../secret", "unknown": 1
        });
        let look = Look::from_stored(stored);
        assert_eq!((look.name.as_deref(), look.colour, look.crest), (Some("Zmyślin"), None, None));
        assert_eq!(Look::from_stored(serde_json::json!({ "name": 7 })), Look::default());
    }
}
