//! What parties are, and the pure rules about them.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use crate::{
    kernel::identifiers::Pesel,
    platform::access::{Level, MandateScope},
};

/// A person or company.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// Its id.
    pub id: Uuid,
    /// As pages and letters show it.
    pub name: String,
    /// How surely the town knows who it is.
    pub level: Level,
    /// The account with which the person signs in.
    pub account: Option<Uuid>,
}

/// What the state's login or a document says of a person.
#[derive(Debug, Clone)]
pub struct Proven {
    /// Given names.
    pub given_names: String,
    /// Family name.
    pub family_name: String,
    /// Day of birth, where it was said.
    pub born: Option<NaiveDate>,
    /// The PESEL; `None` for people who have none or whose proof does not name it.
    pub pesel: Option<Pesel>,
    /// The level that is reached. A level never falls by a proof.
    pub level: Level,
    /// By what: `desk`, `oidc:{provider}`, `address-roll`, `letter-code`.
    pub means: String,
}

/// Why a proof counts for somebody else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProofConflict {
    /// The PESEL belongs to the person of this other account.
    OtherAccount(Uuid),
    /// The account is that of a person with another PESEL.
    OtherPerson,
}

/// One proof, as the person and the desk see it.
#[derive(Debug, Clone)]
pub struct Proof {
    /// When.
    pub at: DateTime<Utc>,
    /// The level afterwards.
    pub level: Level,
    /// By what.
    pub means: String,
    /// `self`, a clerk's address, or the program's name.
    pub by: String,
    /// Kind of document, reason.
    pub details: serde_json::Value,
}

/// A look of the staff at a person.
#[derive(Debug, Clone)]
pub struct Look {
    /// When.
    pub at: DateTime<Utc>,
    /// Who.
    pub staff: String,
    /// One of [`PURPOSES`], or in words of the clerk's own.
    pub purpose: String,
    /// What the clerk wrote besides.
    pub note: Option<String>,
    /// What was seen: `record`, `pesel`, `verification`, `letter`, `mandate`, `conversation`, `search` (a line in a list),
    /// `factors`.
    pub what: String,
}

/// A search of the staff among persons.
#[derive(Debug, Clone)]
pub struct Search {
    /// When.
    pub at: DateTime<Utc>,
    /// Who.
    pub staff: String,
    /// What for, as of a [`Look`].
    pub purpose: String,
    /// What the clerk wrote besides.
    pub note: Option<String>,
    /// By what kind of words: `name`, `email`, `pesel`, `nip`. Which, is kept nowhere.
    pub by: String,
    /// How many were shown.
    pub found: i32,
    /// Whether there were more.
    pub more: bool,
}

/// What a look may be for; anything else is said in words.
pub const PURPOSES: [&str; 6] = ["case", "identity", "mandate", "correction", "request", "vote"];

/// An address as people declare it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Address {
    /// Street with or without "ul."; empty in villages without streets.
    pub street: String,
    /// House number: "12", "12A", "12/14".
    pub house_number: String,
    /// Flat; empty for a house.
    pub flat_number: String,
    /// "05-807".
    pub postcode: String,
    /// Town or village.
    pub place: String,
}

impl Address {
    /// The first line of a letter: "ul. Lipowa 3 m. 4".
    #[must_use]
    pub fn street_line(&self) -> String {
        let street = if self.street.is_empty() { &self.place } else { &self.street };
        let flat = if self.flat_number.is_empty() { String::new() } else { format!("/{}", self.flat_number) };
        format!("{street} {}{flat}", self.house_number)
    }

    /// The last line of a letter: "05-807 Zmyślin".
    #[must_use]
    pub fn place_line(&self) -> String {
        format!("{} {}", self.postcode, self.place)
    }

    /// Whether anything was declared.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.house_number.is_empty()
    }
}

/// What is known of a person or company, for themselves and for whoever may look.
#[derive(Debug, Clone)]
pub struct Record {
    /// The party.
    pub party: Party,
    /// Whether it is a company.
    pub is_company: bool,
    /// Given names.
    pub given_names: Option<String>,
    /// Family name.
    pub family_name: Option<String>,
    /// Day of birth.
    pub born: Option<NaiveDate>,
    /// Whether a PESEL is known.
    pub has_pesel: bool,
    /// Number of the company.
    pub nip: Option<String>,
    /// The declared address.
    pub address: Address,
    /// The address with which the person signs in.
    pub email: Option<String>,
}

/// A power of attorney.
#[derive(Debug, Clone)]
pub struct Mandate {
    /// Its id.
    pub id: Uuid,
    /// For whom.
    pub principal: Uuid,
    /// Their name.
    pub principal_name: String,
    /// Who acts.
    pub agent: Uuid,
    /// Their name.
    pub agent_name: String,
    /// In what.
    pub scopes: BTreeSet<MandateScope>,
    /// The first day.
    pub valid_from: NaiveDate,
    /// The last day.
    pub valid_until: Option<NaiveDate>,
    /// What was shown.
    pub document: String,
    /// When it was entered.
    pub entered_at: DateTime<Utc>,
    /// When it was revoked or renounced.
    pub revoked_at: Option<DateTime<Utc>>,
    /// Why.
    pub revoked_why: Option<String>,
}

impl Mandate {
    /// Where it stands on a day.
    #[must_use]
    pub fn state(&self, today: NaiveDate) -> MandateState {
        if self.revoked_at.is_some() {
            MandateState::Revoked
        } else if self.valid_until.is_some_and(|until| until < today) {
            MandateState::Over
        } else if self.valid_from > today {
            MandateState::Coming
        } else {
            MandateState::Holds
        }
    }
}

/// Where a power of attorney stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MandateState {
    /// It holds.
    Holds,
    /// It begins later.
    Coming,
    /// Its last day is past.
    Over,
    /// It was revoked or renounced.
    Revoked,
}

/// A code that works now.
#[derive(Debug, Clone)]
pub struct OpenCode {
    /// The code, where it may still be read.
    pub code: Option<String>,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// Until when it works.
    pub expires_at: DateTime<Utc>,
    /// When the letter left.
    pub sent_at: Option<DateTime<Utc>>,
}

/// Letters of codes: none looks like another one or like a digit, and none makes the words that nobody wants in a letter.
const CODE_LETTERS: [char; 19] =
    ['A', 'B', 'C', 'D', 'E', 'F', 'H', 'J', 'K', 'L', 'M', 'N', 'P', 'R', 'T', 'W', 'X', 'Y', 'Z'];
/// Letters of a code: 19⁸, about 34 bits, against five tries.
pub const CODE_LENGTH: usize = 8;
/// Days that the code of a letter works, from when it was sent.
pub const LETTER_CODE_DAYS: i64 = 30;
/// Wrong codes after which a code is worn out.
pub const MOST_TRIES: i16 = 5;
/// How long a code for the desk works that is made there.
pub const DESK_CODE_SOON: chrono::Duration = chrono::Duration::minutes(15);
/// How long one works that is made ahead.
pub const DESK_CODE_AHEAD: chrono::Duration = chrono::Duration::days(14);
/// How long a clerk may take from the code to the confirmation.
pub const DESK_TIME: chrono::Duration = chrono::Duration::minutes(30);

/// A code of random bytes; `None` when too many of them are of no use, which happens once in ages.
#[must_use]
pub fn code_of(random: &[u8]) -> Option<String> {
    // Bytes beyond the last whole multiple would make some letters likelier.
    let usable = (256 / CODE_LETTERS.len()) * CODE_LETTERS.len();
    let letters: String = random
        .iter()
        .map(|byte| usize::from(*byte))
        .filter(|byte| *byte < usable)
        .filter_map(|byte| CODE_LETTERS.get(byte % CODE_LETTERS.len()))
        .take(CODE_LENGTH)
        .collect();
    (letters.chars().count() == CODE_LENGTH).then_some(letters)
}

/// A code as somebody types it: small letters, spaces and hyphens do not matter. `None` when it cannot be one.
#[must_use]
pub fn read_code(text: &str) -> Option<String> {
    let letters: String = text
        .chars()
        .take(40)
        .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '–' | '.'))
        .flat_map(char::to_uppercase)
        .collect();
    let good = letters.chars().count() == CODE_LENGTH && letters.chars().all(|c| CODE_LETTERS.contains(&c));
    good.then_some(letters)
}

/// A code as it is shown: "ABCD-EFGH".
#[must_use]
pub fn show_code(code: &str) -> String {
    let (a, b) = code.split_at_checked(CODE_LENGTH / 2).unwrap_or((code, ""));
    format!("{a}-{b}")
}

/// An address of which only so much is shown that its owner knows it again: "a•••@poczta.example".
#[must_use]
pub fn masked_email(email: &str) -> String {
    let (local, domain) = email.rsplit_once('@').unwrap_or((email, ""));
    let first: String = local.chars().take(1).collect();
    format!("{first}•••@{domain}")
}

/// The day in Poland, by which mandates begin and end.
#[must_use]
pub fn today(now: DateTime<Utc>) -> NaiveDate {
    crate::ui::local_time::day_of(now)
}

/// A name as it is kept: single spaces; letters, and what stands between them in names. `None` when it is none.
#[must_use]
pub fn person_name(text: &str) -> Option<String> {
    let name = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let fits = (1..=100).contains(&name.chars().count())
        && name.chars().any(char::is_alphabetic)
        && name.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '-' | '\'' | '’' | '.' | '‑'));
    fits.then_some(name)
}

/// A line of text as it is kept; `None` when it is empty, too long or holds what nobody can see.
#[must_use]
pub fn line(text: &str, most_characters: usize) -> Option<String> {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let fits = (1..=most_characters).contains(&line.chars().count()) && !line.chars().any(char::is_control);
    fits.then_some(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_as_people_type_them() {
        let code = code_of(&[0, 255, 1, 2, 3, 4, 5, 6, 7, 8]).unwrap();
        assert_eq!(code, "ABCDEFHJ");
        assert_eq!(show_code(&code), "ABCD-EFHJ");
        assert_eq!(read_code(" abcd efhj ").as_deref(), Some("ABCDEFHJ"));
        for text in ["ABCDEFH", "ABCDEFHJK", "ABCDEFH0", "ABCDEFHI", "ŻBCDEFHJ", ""] {
            assert_eq!(read_code(text), None, "{text}");
        }
        assert_eq!(code_of(&[255; 32]), None);
    }

    #[test]
    fn names_have_letters() {
        assert_eq!(person_name("  Anna  Maria ").as_deref(), Some("Anna Maria"));
        assert!(person_name("Zmyślona-Nowak O’Hara").is_some());
        for text in ["", "12", "<b>", "Anna\u{202e}", "-"] {
            assert_eq!(person_name(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_masked_address_tells_little() {
        assert_eq!(masked_email("anna.zmyslona@poczta.example"), "a•••@poczta.example");
    }
}
