//! Pages of the messages: inbox, consents, the way out; at the desk deliveries, proofs, templates, letters.

use askama::Template;

use super::{Choice, FieldFault, Link};
use crate::{
    platform::i18n::Texts,
    ui::{Nav, Page},
};

fn fault_of<'a>(faults: &'a [FieldFault], field: &str) -> Option<&'a str> {
    faults.iter().find(|fault| fault.field == field).map(|fault| fault.message.as_str())
}

/// A matter in the inbox.
#[derive(Debug, Clone)]
pub struct InboxRow {
    /// Its page.
    pub href: String,
    /// Subject of its newest message.
    pub subject: String,
    /// How its text begins.
    pub beginning: String,
    /// When it came.
    pub when: String,
    /// "3 wiadomości", when there are several.
    pub count: Option<String>,
    /// Whether there are files.
    pub files: bool,
}

/// `/account/messages`
#[derive(Debug, Clone, Template)]
#[template(path = "messages/inbox.html")]
pub struct InboxPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// What was searched for.
    pub q: String,
    /// Matters with something unread.
    pub unread: Vec<InboxRow>,
    /// All others.
    pub read: Vec<InboxRow>,
    /// Where the list begins, when this is not its beginning.
    pub first: Option<String>,
    /// Where it goes on.
    pub next: Option<String>,
}

/// A file of a message.
#[derive(Debug, Clone)]
pub struct FileLink {
    /// Where it is fetched.
    pub href: String,
    /// Its name.
    pub name: String,
    /// "1,2 MB".
    pub size: String,
}

/// One message of an opened matter.
#[derive(Debug, Clone)]
pub struct MessageView {
    /// Its id, to which a link may lead.
    pub id: String,
    /// "Urząd" or "Ty".
    pub who: String,
    /// Whether it is from whoever reads, not from the office.
    pub own: bool,
    /// When.
    pub when: String,
    /// Its subject, unless it is the matter's.
    pub subject: Option<String>,
    /// Its text as paragraphs, in which everything that was written is escaped.
    pub body: String,
    /// Language of the text.
    pub lang: &'static str,
    /// Files.
    pub files: Vec<FileLink>,
    /// "Przeczytano 3 grudnia 2026, 9:15".
    pub read: Option<String>,
}

/// `/account/messages/{id}`
#[derive(Debug, Clone, Template)]
#[template(path = "messages/message.html")]
pub struct MessagePage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// Subject of the matter.
    pub subject: String,
    /// Messages, the oldest first.
    pub messages: Vec<MessageView>,
    /// Where the matter goes on.
    pub goes_on: Option<String>,
    /// When somebody of the office looked at the texts, and why.
    pub looks: Vec<String>,
}

/// One box to tick.
#[derive(Debug, Clone)]
pub struct ConsentBox {
    /// What the form sends: `news-email`.
    pub value: String,
    /// "E-mail".
    pub label: String,
    /// The whole wording, for those who do not see the table.
    pub wording: String,
    /// Whether it is given.
    pub given: bool,
    /// "od 3 grudnia 2026 (treść z 2026-11-30)".
    pub said: Option<String>,
}

/// Boxes of one purpose.
#[derive(Debug, Clone)]
pub struct ConsentGroup {
    /// Stable name of the purpose.
    pub name: &'static str,
    /// "Ogłoszenia i nowości z gminy".
    pub title: String,
    /// What it is about.
    pub about: String,
    /// By each channel.
    pub boxes: Vec<ConsentBox>,
}

/// `/account/consents`
#[derive(Debug, Clone, Template)]
#[template(path = "messages/consents.html")]
pub struct ConsentsPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// What was just done.
    pub notice: Option<String>,
    /// What is wrong.
    pub faults: Vec<FieldFault>,
    /// Purposes.
    pub groups: Vec<ConsentGroup>,
    /// Languages of messages.
    pub langs: Vec<Choice>,
    /// E-mail address.
    pub email: Option<String>,
    /// Confirmed number.
    pub phone: Option<String>,
    /// Number that waits for its code.
    pub unconfirmed: Option<String>,
    /// The number as it was typed.
    pub typed: String,
    /// Whether it is somebody else's page by a power of attorney: devices are one's own.
    pub acting: bool,
}

impl ConsentsPage {
    fn fault(&self, field: &str) -> Option<&str> {
        fault_of(&self.faults, field)
    }
}

/// `/unsubscribe/{token}`
#[derive(Debug, Clone, Template)]
#[template(path = "messages/unsubscribe.html")]
pub struct UnsubscribePage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// What is ended, in words; `None` for a link that is none.
    pub what: Option<String>,
    /// Whether it is done.
    pub done: bool,
}

/// A shelf of the desk's list.
#[derive(Debug, Clone)]
pub struct ShelfLink {
    /// Its page.
    pub href: String,
    /// "Nie doszły".
    pub title: String,
    /// Whether it is shown now.
    pub here: bool,
}

/// A delivery in the desk's list.
#[derive(Debug, Clone)]
pub struct DeliveryRowView {
    /// Page of the proof.
    pub href: String,
    /// Id of the delivery.
    pub id: String,
    /// "E-mail".
    pub channel: String,
    /// Where to.
    pub address: String,
    /// Subject.
    pub subject: String,
    /// When it was written.
    pub when: String,
    /// "Czeka, 3 próby".
    pub state: String,
    /// What the other side said.
    pub error: Option<String>,
    /// Whether somebody has to decide.
    pub dead: bool,
    /// Whether it can be tried again: an address is known.
    pub retry: bool,
}

/// `/desk/messages`
#[derive(Debug, Clone, Template)]
#[template(path = "messages/desk.html")]
pub struct DeskMessagesPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// What was just done.
    pub notice: Option<String>,
    /// Channels that are not set up, with what waits for them.
    pub missing: Vec<String>,
    /// Shelves.
    pub shelves: Vec<ShelfLink>,
    /// Stable name of the shelf.
    pub shelf: &'static str,
    /// What was searched for.
    pub q: String,
    /// Deliveries.
    pub rows: Vec<DeliveryRowView>,
    /// Where the list begins, when this is not its beginning.
    pub first: Option<String>,
    /// Where it goes on.
    pub next: Option<String>,
}

/// One line of a proof.
#[derive(Debug, Clone)]
pub struct DeliveryProofLine {
    /// When, to the second.
    pub at: String,
    /// "Wysłano".
    pub what: String,
    /// "2".
    pub attempt: String,
    /// By whom it went.
    pub provider: String,
    /// What was answered.
    pub answer: String,
    /// Who did it.
    pub actor: String,
}

/// One way of a message.
#[derive(Debug, Clone)]
pub struct ProofWay {
    /// Id of the delivery.
    pub id: String,
    /// "E-mail".
    pub channel: String,
    /// Where to.
    pub address: String,
    /// Why this way was taken or left.
    pub why: String,
    /// Where it stands.
    pub state: String,
    /// The provider's name of it.
    pub provider_id: Option<String>,
    /// Whether somebody has to decide.
    pub dead: bool,
    /// Whether it is a letter whose address is not known.
    pub no_address: bool,
    /// What went out, when it is shown.
    pub content: Option<String>,
    /// All that was done.
    pub events: Vec<DeliveryProofLine>,
}

/// `/desk/messages/{id}`: proof of one message.
#[derive(Debug, Clone, Template)]
#[template(path = "messages/proof.html")]
pub struct ProofPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// What was just done.
    pub notice: Option<String>,
    /// What is wrong.
    pub faults: Vec<FieldFault>,
    /// Id of the message.
    pub id: String,
    /// Subject.
    pub subject: String,
    /// Purpose, template, who, when, read when.
    pub facts: Vec<super::Fact>,
    /// The text, when it is shown.
    pub body: Option<String>,
    /// Each way.
    pub ways: Vec<ProofWay>,
    /// An envelope as it was typed.
    pub typed: String,
}

impl ProofPage {
    fn fault(&self, field: &str) -> Option<&str> {
        fault_of(&self.faults, field)
    }
}

/// A template in the list.
#[derive(Debug, Clone)]
pub struct TemplateRow {
    /// What it is for, in the words of the staff.
    pub name: String,
    /// Its subject in the page's language.
    pub subject: String,
    /// Purpose.
    pub purpose: String,
    /// Pages on which it is changed, one for each language.
    pub links: Vec<Link>,
    /// Whether the town has words of its own.
    pub changed: bool,
}

/// `/desk/messages/templates`
#[derive(Debug, Clone, Template)]
#[template(path = "messages/templates.html")]
pub struct TemplatesPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// Templates.
    pub rows: Vec<TemplateRow>,
}

/// A version of a template.
#[derive(Debug, Clone)]
pub struct TemplateVersionRow {
    /// Number.
    pub version: i32,
    /// "3 grudnia 2026, 9:15, urzednik@…".
    pub saved: String,
}

/// What a template looks like with samples in its places.
#[derive(Debug, Clone)]
pub struct TemplatePreview {
    /// Subject.
    pub subject: String,
    /// Text in the inbox, as paragraphs.
    pub body: String,
    /// The mail as plain text.
    pub mail: String,
    /// SMS.
    pub sms: String,
    /// Notice.
    pub push: String,
}

/// `/desk/messages/templates/{slug}/{lang}`
#[derive(Debug, Clone, Template)]
#[template(path = "messages/template.html")]
pub struct TemplatePage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// What was just done.
    pub notice: Option<String>,
    /// What is wrong.
    pub faults: Vec<FieldFault>,
    /// What it is for, in the words of the staff.
    pub name: String,
    /// Stable name.
    pub slug: &'static str,
    /// Language of the words.
    pub lang: &'static str,
    /// What that language calls itself.
    pub lang_name: &'static str,
    /// The same in the other language.
    pub other: Link,
    /// The other language.
    pub other_lang: &'static str,
    /// Version that was seen.
    pub version: i32,
    /// Places and their samples.
    pub places: Vec<super::Fact>,
    /// Subject.
    pub subject: String,
    /// Text.
    pub body: String,
    /// Text of mails.
    pub notice_text: String,
    /// Text of the SMS.
    pub sms: String,
    /// "2 SMS-y, 143 znaki".
    pub sms_parts: String,
    /// Text of the notice.
    pub push: String,
    /// What it looks like.
    pub preview: Option<TemplatePreview>,
    /// Versions of the town.
    pub versions: Vec<TemplateVersionRow>,
}

impl TemplatePage {
    fn fault(&self, field: &str) -> Option<&str> {
        fault_of(&self.faults, field)
    }
}

/// A letter in the queue.
#[derive(Debug, Clone)]
pub struct LetterRowView {
    /// Id of the delivery.
    pub id: String,
    /// Page of the proof.
    pub href: String,
    /// Envelope in one line.
    pub address: String,
    /// Subject.
    pub subject: String,
    /// When it was written, or posted.
    pub when: String,
    /// Number under which it was posted.
    pub number: Option<String>,
}

/// `/desk/messages/letters`
#[derive(Debug, Clone, Template)]
#[template(path = "messages/letters.html")]
pub struct PostLettersPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// What was just done.
    pub notice: Option<String>,
    /// What is wrong.
    pub faults: Vec<FieldFault>,
    /// Letters that wait.
    pub waiting: Vec<LetterRowView>,
    /// Letters that were posted last.
    pub posted: Vec<LetterRowView>,
    /// How letters for electronic delivery go.
    pub electronic: bool,
}

/// A letter as it is printed.
#[derive(Debug, Clone)]
pub struct PrintedLetter {
    /// Lines of the envelope.
    pub envelope: Vec<String>,
    /// Place and day.
    pub date: String,
    /// Subject.
    pub subject: String,
    /// Text as paragraphs.
    pub body: String,
    /// Language of the text.
    pub lang: &'static str,
}

/// `/desk/messages/letters/print`
#[derive(Debug, Clone, Template)]
#[template(path = "messages/print.html")]
pub struct PrintPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// Letters, each on a sheet of its own.
    pub letters: Vec<PrintedLetter>,
}
