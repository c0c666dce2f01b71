//! Pages of what is written to the office: of residents, of visitors, of the staff.

use askama::Template;

use super::{Choice, Fact, FieldFault, FileLink, Link};
use crate::{
    platform::{http::FORM_TOKEN, i18n::Texts},
    ui::{Markup, Nav, Page, markup::token_field},
};

fn fault_of<'a>(faults: &'a [FieldFault], field: &str) -> Option<&'a str> {
    faults.iter().find(|fault| fault.field == field).map(|fault| fault.message.as_str())
}

/// A state, or something else worth marking.
#[derive(Debug, Clone)]
pub struct Chip {
    /// Class of its colour: `good`, `unsure`, `bad`, `plain`.
    pub look: &'static str,
    /// "W toku".
    pub text: String,
}

/// A letter in a list.
#[derive(Debug, Clone)]
pub struct LetterRow {
    /// Its page.
    pub href: String,
    /// "P/2026/000123".
    pub number: String,
    /// Subject.
    pub subject: String,
    /// Where it stands.
    pub chips: Vec<Chip>,
    /// Who wrote; empty on one's own pages.
    pub name: String,
    /// Department.
    pub department: Option<String>,
    /// Who is in charge.
    pub assignee: Option<String>,
    /// "odpowiedź do 30 grudnia 2026".
    pub deadline: Option<String>,
    /// When somebody last wrote.
    pub when: String,
}

/// `/account/letters`
#[derive(Debug, Clone, Template)]
#[template(path = "conversations/letters.html")]
pub struct LettersListPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// Letters.
    pub rows: Vec<LetterRow>,
    /// Where the list begins, when this is not its beginning.
    pub first: Option<String>,
    /// Where it goes on.
    pub next: Option<String>,
}

/// A letter's form as it was typed.
#[derive(Debug, Clone, Default)]
pub struct LetterForm {
    /// Name of a visitor.
    pub name: String,
    /// Address of a visitor.
    pub email: String,
    /// Subject.
    pub subject: String,
    /// Text.
    pub body: String,
    /// Departments to choose from.
    pub departments: Vec<Choice>,
    /// The thing that it is about, as the form sends it, and its name.
    pub asset: Option<Link>,
    /// Makes the same form, sent twice, one letter.
    pub key: String,
}

/// `/account/letters/new` and `/write`
#[derive(Debug, Clone, Template)]
#[template(path = "conversations/write.html")]
pub struct WritePage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// What a visitor's form must bring back; `None` for a resident, whose shell has it.
    pub visitor_token: Option<String>,
    /// The form.
    pub form: LetterForm,
    /// What is wrong.
    pub faults: Vec<FieldFault>,
}

impl WritePage {
    fn fault(&self, field: &str) -> Option<&str> {
        fault_of(&self.faults, field)
    }

    fn token_field(&self) -> Markup {
        match &self.visitor_token {
            Some(token) => token_field(FORM_TOKEN, token),
            None => self.page.csrf_field(),
        }
    }
}

/// Something in a thread: a text, a note, an event.
#[derive(Debug, Clone)]
pub struct ThreadEntry {
    /// `writer`, `office`, `note` or `event`.
    pub kind: &'static str,
    /// Its id, to which a link may lead.
    pub id: String,
    /// Who.
    pub who: String,
    /// When.
    pub when: String,
    /// The text as paragraphs, in which everything that was written is escaped; of an event its plain words.
    pub body: String,
    /// Language of the text.
    pub lang: &'static str,
    /// Files.
    pub files: Vec<FileLink>,
}

/// `/account/letters/{id}` and a visitor's page of a letter
#[derive(Debug, Clone, Template)]
#[template(path = "conversations/letter.html")]
pub struct LetterPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// Its own address, to which the forms go.
    pub path: String,
    /// What a visitor's form must bring back; `None` for a resident, whose shell has it.
    pub visitor_token: Option<String>,
    /// What was just done.
    pub notice: Option<String>,
    /// Subject.
    pub subject: String,
    /// Where it stands.
    pub chips: Vec<Chip>,
    /// What the state means for whoever wrote.
    pub meaning: String,
    /// Number, department, deadline.
    pub facts: Vec<Fact>,
    /// The thing that it is about.
    pub asset: Option<Link>,
    /// What was written and done.
    pub thread: Vec<ThreadEntry>,
    /// Whether it can be closed.
    pub can_close: bool,
    /// Whether it is closed.
    pub closed: bool,
    /// The text as it was typed.
    pub typed: String,
    /// Makes the same form, sent twice, one text.
    pub key: String,
    /// What is wrong.
    pub faults: Vec<FieldFault>,
}

impl LetterPage {
    fn fault(&self, field: &str) -> Option<&str> {
        fault_of(&self.faults, field)
    }

    fn token_field(&self) -> Markup {
        match &self.visitor_token {
            Some(token) => token_field(FORM_TOKEN, token),
            None => self.page.csrf_field(),
        }
    }
}

/// `/write/confirm/{token}`
#[derive(Debug, Clone, Template)]
#[template(path = "conversations/confirm.html")]
pub struct ConfirmLetterPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// What the form must bring back.
    pub form_token: String,
    /// Subject.
    pub subject: String,
    /// The text as paragraphs, escaped.
    pub body: String,
}

impl ConfirmLetterPage {
    fn token_field(&self) -> Markup {
        token_field(FORM_TOKEN, &self.form_token)
    }
}

/// `/desk/conversations`
#[derive(Debug, Clone, Template)]
#[template(path = "conversations/desk.html")]
pub struct DeskConversationsPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// Shelves with how much lies on them: "Moje (3)".
    pub shelves: Vec<super::ShelfLink>,
    /// What was searched for.
    pub q: String,
    /// Whose.
    pub whose: Vec<Choice>,
    /// Departments.
    pub departments: Vec<Choice>,
    /// States.
    pub states: Vec<Choice>,
    /// How it is sorted.
    pub sorts: Vec<Choice>,
    /// Only late ones.
    pub overdue: bool,
    /// Conversations.
    pub rows: Vec<LetterRow>,
    /// Where the list begins, when this is not its beginning.
    pub first: Option<String>,
    /// Where it goes on.
    pub next: Option<String>,
}

/// A canned answer on the page of a conversation.
#[derive(Debug, Clone)]
pub struct CannedChoice {
    /// Its id.
    pub id: String,
    /// Title.
    pub title: String,
    /// Whether it is in the field now.
    pub selected: bool,
}

/// `/desk/conversations/{id}`
#[derive(Debug, Clone, Template)]
#[template(path = "conversations/conversation.html")]
pub struct ConversationPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// Its own address.
    pub path: String,
    /// What was just done.
    pub notice: Option<String>,
    /// What is wrong.
    pub faults: Vec<FieldFault>,
    /// The version that the page shows.
    pub version: i32,
    /// Number.
    pub number: String,
    /// Subject.
    pub subject: String,
    /// Where it stands.
    pub chips: Vec<Chip>,
    /// Who wrote, department, who is in charge, deadline.
    pub facts: Vec<Fact>,
    /// The thing that it is about.
    pub asset: Option<Link>,
    /// Who has to decide and why, when it was escalated.
    pub escalated: Option<String>,
    /// What was written, noted and done.
    pub thread: Vec<ThreadEntry>,
    /// Colleagues to choose from.
    pub colleagues: Vec<Choice>,
    /// Whether whoever looks is in charge already.
    pub mine: bool,
    /// Departments to choose from.
    pub departments: Vec<Choice>,
    /// The deadline, as the field has it.
    pub deadline: String,
    /// Canned answers.
    pub canned: Vec<CannedChoice>,
    /// The answer as it was typed.
    pub answer: String,
    /// Whether it asks for something.
    pub asks: bool,
    /// The note as it was typed.
    pub note: String,
    /// The reason of a later deadline as it was typed.
    pub why_later: String,
    /// The reason of an escalation as it was typed.
    pub why_escalated: String,
    /// Makes the same note, sent twice, one.
    pub key: String,
    /// Whether it is closed.
    pub closed: bool,
    /// Whether whoever wrote is erased.
    pub gone: bool,
}

impl ConversationPage {
    fn fault(&self, field: &str) -> Option<&str> {
        fault_of(&self.faults, field)
    }
}

/// A canned answer in the list.
#[derive(Debug, Clone)]
pub struct CannedRow {
    /// Page on which it is changed.
    pub href: String,
    /// Title.
    pub title: String,
    /// Its text.
    pub body: String,
}

/// `/desk/conversations/answers`
#[derive(Debug, Clone, Template)]
#[template(path = "conversations/canned.html")]
pub struct CannedListPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// What was just done.
    pub notice: Option<String>,
    /// Answers.
    pub rows: Vec<CannedRow>,
}

/// `/desk/conversations/answers/{id}`
#[derive(Debug, Clone, Template)]
#[template(path = "conversations/canned_form.html")]
pub struct CannedPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// Its id.
    pub id: String,
    /// The version that the page shows; 0 for a new one.
    pub rev: i32,
    /// Title in Polish.
    pub title_pl: String,
    /// Title in English.
    pub title_en: String,
    /// Text in Polish.
    pub body_pl: String,
    /// Text in English.
    pub body_en: String,
    /// What is wrong.
    pub faults: Vec<FieldFault>,
}

impl CannedPage {
    fn fault(&self, field: &str) -> Option<&str> {
        fault_of(&self.faults, field)
    }
}

/// A department in the list.
#[derive(Debug, Clone)]
pub struct DepartmentRow {
    /// Page on which it is changed.
    pub href: String,
    /// Its name.
    pub name: String,
    /// Days, head, whether it takes letters.
    pub about: String,
}

/// `/desk/departments`
#[derive(Debug, Clone, Template)]
#[template(path = "conversations/departments.html")]
pub struct DepartmentsPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// What was just done.
    pub notice: Option<String>,
    /// Departments.
    pub rows: Vec<DepartmentRow>,
}

/// `/desk/departments/{id}`
#[derive(Debug, Clone, Template)]
#[template(path = "conversations/department.html")]
pub struct DepartmentPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// Its id.
    pub id: String,
    /// The version that the page shows; 0 for a new one.
    pub rev: i32,
    /// In Polish.
    pub name_pl: String,
    /// In English.
    pub name_en: String,
    /// Days to an answer, as typed.
    pub days: String,
    /// Whether residents can choose it.
    pub takes_letters: bool,
    /// Who decides.
    pub heads: Vec<Choice>,
    /// What is wrong.
    pub faults: Vec<FieldFault>,
}

impl DepartmentPage {
    fn fault(&self, field: &str) -> Option<&str> {
        fault_of(&self.faults, field)
    }
}
