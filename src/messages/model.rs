//! What messages are, and by which ways they go. Pure.

use std::str::FromStr;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::kernel::Lang;

/// Makes an enum whose values have stable names.
macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $value:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$vdoc])* $value,)* }

        impl $name {
            /// All of them, in the order in which pages show them.
            pub const ALL: &[Self] = &[$(Self::$value),*];

            /// Its stable name, as the database and addresses spell it.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$value => $text,)* }
            }

            /// The one of a stable name.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.name() == name)
            }
        }
    };
}

named! {
    /// Why somebody is written to; the purpose decides what needs a consent.
    Purpose {
        /// What guards an account: by mail, always.
        Security = "security",
        /// What belongs to a matter of theirs: in the inbox by law; a notice elsewhere by consent.
        Case = "case",
        /// A term that comes near: in the inbox; elsewhere by consent.
        Reminder = "reminder",
        /// What is new in town: by consent only.
        News = "news",
    }
}

impl Purpose {
    /// Those that one can agree to and take back.
    pub const BY_CONSENT: [Self; 3] = [Self::Case, Self::Reminder, Self::News];

    /// What goes first, the smallest number first.
    #[must_use]
    pub fn priority(self) -> i16 {
        match self {
            Self::Security => 0,
            Self::Case => 1,
            Self::Reminder => 2,
            Self::News => 3,
        }
    }
}

named! {
    /// A way by which a message goes.
    Channel {
        /// The page of messages in one's account.
        Inbox = "inbox",
        /// E-mail.
        Email = "email",
        /// A text to a phone.
        Sms = "sms",
        /// A notice that a browser shows.
        Push = "push",
        /// Paper, or electronic delivery (e-Doręczenia) where somebody has an address for it.
        Letter = "letter",
    }
}

impl Channel {
    /// Those that one can agree to and take back.
    pub const BY_CONSENT: [Self; 3] = [Self::Email, Self::Sms, Self::Push];
}

named! {
    /// Where a delivery stands.
    State {
        /// It waits for its turn, or for the channel to be set up.
        Waiting = "waiting",
        /// A node is at it.
        Sending = "sending",
        /// The other side took it.
        Sent = "sent",
        /// It is known to have arrived.
        Delivered = "delivered",
        /// It will not arrive, and nobody needs to do anything about it.
        Failed = "failed",
        /// It was given up by the program; a clerk decides.
        Dead = "dead",
        /// It was not to go this way.
        NotWanted = "not_wanted",
    }
}

named! {
    /// Why a way was taken, or left.
    Why {
        /// Whoever holds an account must learn of it.
        Security = "security",
        /// The law wants it there.
        Law = "law",
        /// They agreed.
        Consent = "consent",
        /// They did not agree, or took it back.
        NoConsent = "no-consent",
        /// The kind of letter demands it.
        Formal = "formal",
        /// There is no other way to them.
        NoOtherWay = "no-other-way",
        /// They asked for it on a page just now.
        Asked = "asked",
        /// Too many went to this address.
        Flood = "flood",
    }
}

impl Why {
    /// Whether it is a reason to send.
    #[must_use]
    pub fn is_yes(self) -> bool {
        !matches!(self, Self::NoConsent | Self::Flood)
    }
}

named! {
    /// Which way a message goes.
    Direction {
        /// From the town.
        Out = "out",
        /// To the town.
        In = "in",
        /// Among the staff; the other side never sees it.
        Note = "note",
    }
}

named! {
    /// When a message also goes as a letter.
    Letter {
        /// Never.
        Never = "never",
        /// When there is no other way to somebody.
        Fallback = "fallback",
        /// Always.
        Always = "always",
    }
}

/// The ways by which somebody can be reached.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reach {
    /// Whether they can open the inbox.
    pub has_account: bool,
    /// E-mail address.
    pub email: Option<String>,
    /// Phone number, confirmed.
    pub sms: Option<String>,
    /// Ids of browsers.
    pub push: Vec<Uuid>,
    /// Address for electronic delivery.
    pub electronic: Option<String>,
    /// Lines of the envelope.
    pub envelope: Option<String>,
}

/// What somebody agreed to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Consents(pub Vec<(Purpose, Channel)>);

impl Consents {
    /// Whether they agreed to this.
    #[must_use]
    pub fn given(&self, purpose: Purpose, channel: Channel) -> bool {
        self.0.contains(&(purpose, channel))
    }
}

/// A way out, and why it is taken or left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// The way.
    pub channel: Channel,
    /// Where it leads; empty for the inbox, and for a letter to somebody whose address is not known.
    pub address: String,
    /// Why it is taken or left.
    pub why: Why,
}

/// By which ways a message goes to somebody whom the town deals with. This is the only place that decides it.
///
/// Sources: consent by the GDPR, article 6(1)(a), and the electronic communications law for what is not asked for;
/// the inbox for what belongs to a case by the town's task. Ways that would exist but are not agreed to are in the
/// answer too, so that it stays written down why they were left.
#[must_use]
pub fn channels(purpose: Purpose, reach: &Reach, consents: &Consents, letter: Letter) -> Vec<Way> {
    let mut ways = Vec::new();
    let mut add = |channel, address: &str, why| ways.push(Way { channel, address: address.to_owned(), why });
    match purpose {
        Purpose::Security => {
            add(Channel::Inbox, "", Why::Security);
            if let Some(email) = &reach.email {
                add(Channel::Email, email, Why::Security);
            }
            return ways;
        }
        Purpose::Case | Purpose::Reminder => add(Channel::Inbox, "", Why::Law),
        Purpose::News => {
            let any = Channel::BY_CONSENT.into_iter().any(|channel| consents.given(purpose, channel));
            add(Channel::Inbox, "", if any { Why::Consent } else { Why::NoConsent });
        }
    }
    let mut told = false;
    let push: Vec<String> = reach.push.iter().map(Uuid::to_string).collect();
    let elsewhere = [
        (Channel::Email, reach.email.as_slice()),
        (Channel::Sms, reach.sms.as_slice()),
        (Channel::Push, push.as_slice()),
    ];
    for (channel, addresses) in elsewhere {
        let given = consents.given(purpose, channel);
        for address in addresses {
            add(channel, address, if given { Why::Consent } else { Why::NoConsent });
            told |= given;
        }
    }
    let why = match letter {
        Letter::Always => Some(Why::Formal),
        Letter::Fallback if !reach.has_account && !told => Some(Why::NoOtherWay),
        Letter::Fallback | Letter::Never => None,
    };
    if let Some(why) = why {
        let address = reach.electronic.as_deref().or(reach.envelope.as_deref()).unwrap_or_default();
        add(Channel::Letter, address, why);
    }
    ways
}

/// To whom a message goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum To {
    /// Somebody whom the town deals with.
    Party(Uuid),
    /// An address of which nothing else is known: for [`Purpose::Security`], and for [`Purpose::Case`] where a visitor
    /// has proved the mailbox.
    Address {
        /// The e-mail address.
        email: String,
        /// What they call themselves; may be empty.
        name: String,
        /// The language in which they are written to.
        lang: Lang,
    },
}

/// A message that is to be sent.
#[derive(Debug, Clone)]
pub struct NewMessage<'a> {
    /// To whom.
    pub to: To,
    /// Slug of the template.
    pub template: &'static str,
    /// What is put in the place of `{names}` in the template. Given anyway: `town`, `name`, `date`, `link`.
    pub values: &'a [(&'a str, String)],
    /// Why.
    pub purpose: Purpose,
    /// The matter to which it belongs; a new one without it.
    pub thread: Option<Uuid>,
    /// Where on our pages it goes on: `/account/letters/…`. It becomes the value `link` in the template.
    pub href: Option<String>,
    /// Makes the same event, sent twice, one message.
    pub key: Option<Uuid>,
}

/// A file that comes with a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAttachment {
    /// What its owner calls it.
    pub name: String,
    /// What is in it.
    pub content: bytes::Bytes,
}

/// A message that somebody wrote to the town.
#[derive(Debug, Clone)]
pub struct Received {
    /// Who writes, or in whose name.
    pub from: Uuid,
    /// The matter to which it belongs; a new one without it.
    pub thread: Option<Uuid>,
    /// One line.
    pub subject: String,
    /// Plain text.
    pub body: String,
    /// Files.
    pub attachments: Vec<NewAttachment>,
    /// Where on our pages the matter is shown.
    pub href: Option<String>,
    /// Makes the same message, sent twice, one.
    pub key: Option<Uuid>,
}

/// A message as pages show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Its id.
    pub id: Uuid,
    /// Whom it concerns.
    pub party: Option<Uuid>,
    /// Its matter.
    pub thread: Uuid,
    /// Which way it went.
    pub direction: Direction,
    /// Why it was written.
    pub purpose: Purpose,
    /// Its language.
    pub lang: Lang,
    /// One line.
    pub subject: String,
    /// Plain text.
    pub body: String,
    /// Where on our pages it goes on.
    pub href: Option<String>,
    /// The template of which it was made; `None` for what somebody wrote.
    pub template: Option<String>,
    /// Who wrote it: an address of the staff or of a resident.
    pub actor: String,
    /// When.
    pub created_at: DateTime<Utc>,
    /// When it was first opened in the inbox.
    pub read_at: Option<DateTime<Utc>>,
    /// Files.
    pub attachments: Vec<Attachment>,
}

/// A file of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Its id.
    pub id: Uuid,
    /// The message.
    pub message: Uuid,
    /// Its name, made harmless.
    pub name: String,
    /// By its first bytes.
    pub media_type: String,
    /// Its size.
    pub bytes: u64,
    /// Sum of the content, 64 hexadecimal digits.
    pub sha256: String,
}

impl Attachment {
    /// The name of its object in the store of files.
    #[must_use]
    pub fn object(&self) -> String {
        format!("messages/{}/{}", self.message.simple(), self.sha256)
    }
}

/// A Polish or foreign phone number as it is kept: a plus, the country, digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhoneNumber(String);

impl PhoneNumber {
    /// The number: `+48600100200`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The text is no phone number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a mobile number such as 600 100 200 or +48 600 100 200")]
pub struct NoPhoneNumber;

impl FromStr for PhoneNumber {
    type Err = NoPhoneNumber;

    /// Reads what people type: spaces, hyphens and brackets do not count; nine digits are Polish. A Polish number must be
    /// one to which a text can go: those begin with 45, 50, 51, 53, 57, 60, 66, 69, 72, 73, 78, 79 or 88 (numbering plan of
    /// the Office of Electronic Communications).
    fn from_str(text: &str) -> Result<Self, NoPhoneNumber> {
        if text.len() > 40 || !text.chars().all(|c| c.is_ascii_digit() || " -()+.\u{a0}".contains(c)) {
            return Err(NoPhoneNumber);
        }
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        let with_country = match text.trim().strip_prefix('+') {
            Some(rest) if !rest.contains('+') => digits,
            Some(_) => return Err(NoPhoneNumber),
            None if text.contains('+') => return Err(NoPhoneNumber),
            None => match digits.strip_prefix("00") {
                Some(rest) => rest.to_owned(),
                None if digits.len() == 9 => format!("48{digits}"),
                None => digits,
            },
        };
        if !(9..=15).contains(&with_country.len()) || with_country.starts_with('0') {
            return Err(NoPhoneNumber);
        }
        if let Some(own) = with_country.strip_prefix("48") {
            const MOBILE: [&str; 13] =
                ["45", "50", "51", "53", "57", "60", "66", "69", "72", "73", "78", "79", "88"];
            if own.len() != 9 || !MOBILE.iter().any(|start| own.starts_with(start)) {
                return Err(NoPhoneNumber);
            }
        }
        Ok(Self(format!("+{with_country}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reach() -> Reach {
        Reach {
            has_account: true,
            email: Some("anna@poczta.example".into()),
            sms: Some("+48600100200".into()),
            push: vec![Uuid::nil(), Uuid::max()],
            electronic: None,
            envelope: Some("Anna Zmyślona\nLipowa 1\n00-001 Nigdzie".into()),
        }
    }

    fn taken(ways: &[Way]) -> Vec<(&'static str, &'static str)> {
        ways.iter().filter(|way| way.why.is_yes()).map(|way| (way.channel.name(), way.why.name())).collect()
    }

    #[test]
    fn security_goes_by_mail_whatever_was_agreed_to() {
        let ways = channels(Purpose::Security, &reach(), &Consents::default(), Letter::Never);
        assert_eq!(taken(&ways), [("inbox", "security"), ("email", "security")]);
    }

    #[test]
    fn a_case_is_in_the_inbox_and_elsewhere_by_consent() {
        let ways = channels(Purpose::Case, &reach(), &Consents::default(), Letter::Never);
        assert_eq!(taken(&ways), [("inbox", "law")]);
        assert_eq!(ways.len(), 5, "ways that were left are named too");
        let consents = Consents(vec![(Purpose::Case, Channel::Sms), (Purpose::News, Channel::Email)]);
        let ways = channels(Purpose::Case, &reach(), &consents, Letter::Never);
        assert_eq!(taken(&ways), [("inbox", "law"), ("sms", "consent")]);
    }

    #[test]
    fn each_browser_is_a_way_of_its_own() {
        let consents = Consents(vec![(Purpose::Case, Channel::Push)]);
        let ways = channels(Purpose::Case, &reach(), &consents, Letter::Never);
        assert_eq!(
            ways.iter().filter(|way| way.channel == Channel::Push && way.why == Why::Consent).count(),
            2
        );
    }

    #[test]
    fn news_goes_nowhere_without_a_consent() {
        let ways = channels(Purpose::News, &reach(), &Consents::default(), Letter::Never);
        assert!(taken(&ways).is_empty(), "{ways:?}");
        let consents = Consents(vec![(Purpose::News, Channel::Email)]);
        let ways = channels(Purpose::News, &reach(), &consents, Letter::Never);
        assert_eq!(taken(&ways), [("inbox", "consent"), ("email", "consent")]);
    }

    #[test]
    fn a_letter_goes_where_it_must_or_where_nothing_else_does() {
        let letters = |reach: &Reach, consents: &Consents, letter| {
            let ways = channels(Purpose::Case, reach, consents, letter);
            ways.into_iter().find(|way| way.channel == Channel::Letter).map(|way| (way.why, way.address))
        };
        let none = Consents::default();
        assert_eq!(letters(&reach(), &none, Letter::Never), None);
        assert_eq!(letters(&reach(), &none, Letter::Fallback), None);
        let envelope = reach().envelope.unwrap();
        assert_eq!(letters(&reach(), &none, Letter::Always), Some((Why::Formal, envelope.clone())));
        let stranger = Reach { has_account: false, email: None, ..reach() };
        assert_eq!(letters(&stranger, &none, Letter::Fallback), Some((Why::NoOtherWay, envelope)));
        let by_sms = Consents(vec![(Purpose::Case, Channel::Sms)]);
        assert_eq!(letters(&stranger, &by_sms, Letter::Fallback), None);
        let electronic = Reach { electronic: Some("AE:PL-1-2-3".into()), ..stranger };
        assert_eq!(letters(&electronic, &none, Letter::Always), Some((Why::Formal, "AE:PL-1-2-3".into())));
    }

    #[test]
    fn phone_numbers_are_read_as_people_write_them() {
        let read = |text: &str| text.parse::<PhoneNumber>().map(|number| number.0);
        for text in ["600 100 200", "+48 600-100-200", "0048600100200", "48600100200"] {
            assert_eq!(read(text).as_deref(), Ok("+48600100200"), "{text}");
        }
        assert_eq!(read("+49 1512 3456789").as_deref(), Ok("+4915123456789"));
        for text in
            ["", "600100", "+48 22 123 45 67", "600100200a", "+600+100200300", "00", "600100200\r\nBcc: x"]
        {
            assert_eq!(read(text), Err(NoPhoneNumber), "{text}");
        }
    }
}
