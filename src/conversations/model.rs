//! What conversations are, and the pure rules about them.

use chrono::{DateTime, Days, NaiveDate, Utc};
use law::calendar::Calendar;
use uuid::Uuid;

use crate::{
    kernel::Lang,
    messages::{Message, NewAttachment, clean, one_line},
    ui::local_time::day_of,
};

/// Most characters of what somebody writes to the office.
pub const MOST_TEXT: usize = 10_000;
/// Most characters of an answer or a note.
pub const MOST_ANSWER: usize = 8_000;
/// Most characters of a subject.
pub const MOST_SUBJECT: usize = 150;
/// Most characters of a reason.
pub const MOST_REASON: usize = 500;
/// Letters that one party begins in a day.
pub const MOST_BEGUN_A_DAY: i64 = 20;
/// Times that one writes again in a conversation in a day.
pub const MOST_AGAIN_A_DAY: i64 = 30;
/// Days to the answer where no department says otherwise: a month (Code of Administrative Procedure, article 35 § 3).
pub const USUAL_DAYS: i32 = 30;
/// Days after its end for which a visitor's page of a conversation works.
pub const VISITOR_DAYS: i64 = 90;
/// How long a visitor's letter waits to be confirmed.
pub const WISH: chrono::Duration = chrono::Duration::days(2);

/// Where a conversation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Nobody has taken it.
    New,
    /// Somebody is in charge.
    InProgress,
    /// The office has asked for something.
    Waiting,
    /// The office has answered.
    Answered,
    /// It is at its end, unless whoever wrote writes again.
    Closed,
}

impl State {
    /// All states, in the order in which a conversation usually goes through them.
    pub const ALL: [Self; 5] = [Self::New, Self::InProgress, Self::Waiting, Self::Answered, Self::Closed];

    /// Its stable name, as the database and addresses spell it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::InProgress => "in_progress",
            Self::Waiting => "waiting",
            Self::Answered => "answered",
            Self::Closed => "closed",
        }
    }

    /// The state of a stable name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Whether the office has to do something: then the deadline counts.
    #[must_use]
    pub fn is_offices_turn(self) -> bool {
        matches!(self, Self::New | Self::InProgress)
    }

    /// Where it stands once whoever wrote has written again.
    #[must_use]
    pub fn written_again(self, has_assignee: bool) -> Self {
        if has_assignee { Self::InProgress } else { Self::New }
    }
}

/// `P/2026/000123`.
#[must_use]
pub fn number_text(year: i32, count: i32) -> String {
    format!("P/{year:04}/{count:06}")
}

/// The last day for an answer to what came at an instant, in Poland: so many days after the day it came, and the next day
/// that is not free where that one is (art. 57 § 1 and 4 of the code of administrative procedure).
#[must_use]
pub fn deadline(calendar: &Calendar, at: DateTime<Utc>, days: i32) -> NaiveDate {
    let day = day_of(at);
    let last = day.checked_add_days(Days::new(u64::try_from(days).unwrap_or(0))).unwrap_or(day);
    calendar.shifted(last)
}

/// A subject as it is kept; `None` when it says nothing or too much.
#[must_use]
pub fn read_subject(text: &str) -> Option<String> {
    let line = one_line(text, MOST_SUBJECT + 1);
    ((3..=MOST_SUBJECT).contains(&line.chars().count())).then_some(line)
}

/// Why a text is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextFault {
    /// There is nothing in it.
    Empty,
    /// It has so many characters, more than are taken.
    TooLong(usize),
}

/// A text of several lines as it is kept: without control characters, with single line ends.
///
/// # Errors
/// What is wrong with it.
pub fn read_text(text: &str, most: usize) -> Result<String, TextFault> {
    let text = clean(text).trim().to_owned();
    match text.chars().count() {
        0 => Err(TextFault::Empty),
        length if length > most => Err(TextFault::TooLong(length)),
        _ => Ok(text),
    }
}

/// A thing that a letter is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// The asset.
    pub asset: Uuid,
    /// What it is called.
    pub label: String,
}

/// What somebody writes to the office.
#[derive(Debug, Clone)]
pub struct NewLetter {
    /// One line.
    pub subject: String,
    /// Plain text.
    pub body: String,
    /// The department, where one was chosen.
    pub department: Option<Uuid>,
    /// The thing that it is about.
    pub about: Option<About>,
    /// Files.
    pub attachments: Vec<NewAttachment>,
    /// Makes the same form, sent twice, one letter.
    pub key: Option<Uuid>,
}

/// A conversation with all that lists and pages say of it.
#[derive(Debug, Clone)]
pub struct Conversation {
    /// Its id, which is its thread's too.
    pub id: Uuid,
    /// Its number.
    pub number: String,
    /// One line.
    pub subject: String,
    /// Who wrote, when it is a party.
    pub party: Option<Uuid>,
    /// What whoever wrote is called.
    pub name: String,
    /// Whether the party was erased, and can no longer be answered.
    pub gone: bool,
    /// Address of a visitor.
    pub visitor_email: Option<String>,
    /// The language in which it was written.
    pub lang: Lang,
    /// The department.
    pub department: Option<Uuid>,
    /// Its names, in Polish and English.
    pub department_names: Option<(String, String)>,
    /// Who is in charge.
    pub assignee: Option<Uuid>,
    /// What they are called.
    pub assignee_name: Option<String>,
    /// Where it stands.
    pub state: State,
    /// The last day for an answer.
    pub deadline: NaiveDate,
    /// The thing that it is about.
    pub about: Option<About>,
    /// Who has to decide, when it was escalated.
    pub escalated_to: Option<Uuid>,
    /// What they are called.
    pub escalated_name: Option<String>,
    /// Counts what was done.
    pub version: i32,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When somebody last wrote.
    pub written_at: DateTime<Utc>,
    /// When it was closed.
    pub closed_at: Option<DateTime<Utc>>,
}

impl Conversation {
    /// Name of the department in a language.
    #[must_use]
    pub fn department_name(&self, lang: Lang) -> Option<&str> {
        self.department_names.as_ref().map(|(pl, en)| match lang {
            Lang::Pl => pl.as_str(),
            Lang::En => en.as_str(),
        })
    }

    /// Whether the office is late on a day.
    #[must_use]
    pub fn is_overdue(&self, today: NaiveDate) -> bool {
        self.state.is_offices_turn() && self.deadline < today
    }
}

/// Something that was done.
#[derive(Debug, Clone)]
pub struct Event {
    /// Counts up.
    pub id: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// `writer`, a clerk's address, or the program's name.
    pub actor: String,
    /// What colleagues call the clerk.
    pub actor_name: Option<String>,
    /// Who acted by a power of attorney.
    pub agent: Option<String>,
    /// What, by its stable name.
    pub kind: String,
    /// To whom, until when, why.
    pub details: serde_json::Value,
}

/// A conversation that was opened.
#[derive(Debug, Clone)]
pub struct Opened {
    /// The conversation.
    pub head: Conversation,
    /// What was written, the oldest first.
    pub messages: Vec<Message>,
    /// What was done, the oldest first.
    pub events: Vec<Event>,
}

/// A department.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Department {
    /// Its id.
    pub id: Uuid,
    /// In Polish.
    pub name_pl: String,
    /// In English.
    pub name_en: String,
    /// Whether residents can choose it.
    pub takes_letters: bool,
    /// Days to an answer.
    pub days: i32,
    /// Who decides what is escalated.
    pub head: Option<Uuid>,
    /// Version.
    pub rev: i32,
}

impl Department {
    /// Its name in a language.
    #[must_use]
    pub fn name(&self, lang: Lang) -> &str {
        match lang {
            Lang::Pl => &self.name_pl,
            Lang::En => &self.name_en,
        }
    }
}

/// An answer that is given often.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Canned {
    /// Its id.
    pub id: Uuid,
    /// Title in Polish.
    pub title_pl: String,
    /// Title in English.
    pub title_en: String,
    /// Text in Polish.
    pub body_pl: String,
    /// Text in English.
    pub body_en: String,
    /// Version.
    pub rev: i32,
}

impl Canned {
    /// Title in a language.
    #[must_use]
    pub fn title(&self, lang: Lang) -> &str {
        match lang {
            Lang::Pl => &self.title_pl,
            Lang::En => &self.title_en,
        }
    }

    /// Text in a language.
    #[must_use]
    pub fn body(&self, lang: Lang) -> &str {
        match lang {
            Lang::Pl => &self.body_pl,
            Lang::En => &self.body_en,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_grow_beyond_six_digits() {
        assert_eq!(number_text(2026, 123), "P/2026/000123");
        assert_eq!(number_text(2026, 1_234_567), "P/2026/1234567");
    }

    #[test]
    fn the_deadline_counts_from_the_day_in_poland() {
        let calendar = Calendar::built_in().unwrap();
        let at = "2026-11-30T23:30:00Z".parse().unwrap();
        assert_eq!(deadline(&calendar, at, 30).to_string(), "2026-12-31");
        assert_eq!(deadline(&calendar, at, -1).to_string(), "2026-12-01");
        // Christmas Eve to the Sunday after the holidays are free.
        assert_eq!(deadline(&calendar, at, 23).to_string(), "2026-12-28");
    }

    #[test]
    fn subjects_are_one_line_that_says_something() {
        assert_eq!(read_subject(" Dziura\r\nBcc: x@y.example ").as_deref(), Some("Dziura Bcc: x@y.example"));
        for nothing in ["", " ab ", "\0\u{1}\u{2028}"] {
            assert_eq!(read_subject(nothing), None, "{nothing:?}");
        }
        assert_eq!(read_subject(&"a".repeat(MOST_SUBJECT)).map(|text| text.len()), Some(MOST_SUBJECT));
        assert_eq!(read_subject(&"a".repeat(MOST_SUBJECT + 1)), None);
    }

    #[test]
    fn texts_lose_what_cannot_be_seen() {
        assert_eq!(read_text(" a\r\nb\0\u{7} ", 10).as_deref(), Ok("a\nb"));
        assert_eq!(read_text("\0 \r\n", 10), Err(TextFault::Empty));
        assert_eq!(read_text("żółć!", 4), Err(TextFault::TooLong(5)));
    }

    #[test]
    fn whoever_writes_again_opens_it_again() {
        assert_eq!(State::Closed.written_again(true), State::InProgress);
        assert_eq!(State::Closed.written_again(false), State::New);
        for state in State::ALL {
            assert_eq!(State::from_name(state.name()), Some(state));
        }
    }
}
