//! One mail, and how it becomes bytes.

use chrono::{DateTime, Utc};
use lettre::{
    Address,
    address::Envelope,
    message::{
        Mailbox as LettreMailbox, Message, MultiPart, SinglePart,
        header::{ContentDisposition, ContentType, Header, HeaderName, HeaderValue},
    },
};
use url::{Host, Url};

use crate::Failure;

/// Characters of a subject, of a person's name and of a file's name.
const SUBJECT_MAX: usize = 300;
const NAME_MAX: usize = 200;
/// Bytes of an address: RFC 5321 §4.5.3.1.3 (a path has 256 with its brackets).
const ADDRESS_MAX: usize = 254;
/// Bytes of a `Message-ID`, so that its line stays below the 998 of RFC 5322 however it is quoted.
const MESSAGE_ID_MAX: usize = 250;
/// Bytes of each of the two texts.
const TEXT_MAX: usize = 1024 * 1024;
/// Bytes of all attachments together.
const ATTACHMENTS_MAX: usize = 25 * 1024 * 1024;

/// A person or an office with an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailbox {
    /// The name that is shown beside the address.
    pub name: Option<String>,
    /// The address; its domain may have letters beyond ASCII, what stands before it may not.
    pub address: String,
}

impl Mailbox {
    /// An address without a name.
    #[must_use]
    pub fn new(address: &str) -> Self {
        Self { name: None, address: address.to_owned() }
    }

    /// An address with a name.
    #[must_use]
    pub fn named(name: &str, address: &str) -> Self {
        Self { name: Some(name.to_owned()), address: address.to_owned() }
    }
}

/// A file that goes with a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Its name.
    pub name: String,
    /// Its media type, such as `application/pdf`.
    pub media_type: String,
    /// What is in it.
    pub content: Vec<u8>,
}

/// One mail to one recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Identity of the mail with its angle brackets, `<something@domain>`; the same at every try.
    pub message_id: String,
    /// When the message was made; the same at every try.
    pub date: DateTime<Utc>,
    /// Who writes; also the address to which refusals come back.
    pub from: Mailbox,
    /// Who reads.
    pub to: Mailbox,
    /// Where answers go, if not to the sender.
    pub reply_to: Option<Mailbox>,
    /// The subject: one line.
    pub subject: String,
    /// The mail as plain text.
    pub text: String,
    /// The same as HTML.
    pub html: Option<String>,
    /// The address at which one click (a POST with `List-Unsubscribe=One-Click`) ends such mails: RFC 8058, `https`.
    pub list_unsubscribe: Option<Url>,
    /// Whether a program wrote it, so that programs do not answer: RFC 3834.
    pub auto_submitted: bool,
    /// Files, at most 25 MiB together.
    pub attachments: Vec<Attachment>,
}

/// A mail ready for the wire.
pub(super) struct Letter {
    pub(super) envelope: Envelope,
    pub(super) bytes: Vec<u8>,
}

impl Mail {
    /// The mail as it goes over the wire, in ASCII.
    ///
    /// # Errors
    /// The recipient's address cannot be one (address refused), the sender's cannot (misconfigured), or some other part
    /// has control characters or is too long (message refused). The text names the part and the place.
    pub fn to_bytes(&self) -> Result<Vec<u8>, Failure> {
        self.letter().map(|letter| letter.bytes)
    }

    pub(super) fn letter(&self) -> Result<Letter, Failure> {
        let from = mailbox("sender", &self.from, Failure::misconfigured)?;
        let to = mailbox("recipient", &self.to, Failure::address)?;
        one_line("subject", &self.subject, SUBJECT_MAX).map_err(Failure::message)?;
        message_id(&self.message_id).map_err(Failure::message)?;
        for (what, text) in [("text", Some(&self.text)), ("HTML", self.html.as_ref())] {
            if text.is_some_and(|text| text.len() > TEXT_MAX) {
                return Err(Failure::message(format!(
                    "the {what} of the mail is longer than {TEXT_MAX} bytes"
                )));
            }
        }
        let mut builder = Message::builder()
            .message_id(Some(self.message_id.clone()))
            .date(self.date.into())
            .from(from.clone())
            .to(to.clone())
            .subject(self.subject.clone());
        if let Some(reply_to) = &self.reply_to {
            builder = builder.reply_to(mailbox("address for answers", reply_to, Failure::misconfigured)?);
        }
        if let Some(url) = &self.list_unsubscribe {
            if url.scheme() != "https" && !is_local(url) {
                return Err(Failure::misconfigured("the address for unsubscribing must begin with https://"));
            }
            // A URL that was parsed has only ASCII without spaces and angle brackets.
            builder = builder
                .header(ListUnsubscribe(format!("<{url}>")))
                .header(ListUnsubscribePost("List-Unsubscribe=One-Click".to_owned()));
        }
        if self.auto_submitted {
            builder = builder.header(AutoSubmitted("auto-generated".to_owned()));
        }
        let message = self.body(builder)?;
        let envelope = Envelope::new(Some(from.email), vec![to.email]).map_err(unbuilt)?;
        Ok(Letter { envelope, bytes: message.formatted() })
    }

    fn body(&self, builder: lettre::message::MessageBuilder) -> Result<Message, Failure> {
        let plain = SinglePart::plain(self.text.clone());
        let files = self.files()?;
        let built = match (&self.html, files.is_empty()) {
            (None, true) => builder.singlepart(plain),
            (Some(html), true) => builder.multipart(both(plain, html)),
            (html, false) => {
                let mixed = MultiPart::mixed();
                let mixed = match html {
                    Some(html) => mixed.multipart(both(plain, html)),
                    None => mixed.singlepart(plain),
                };
                builder.multipart(files.into_iter().fold(mixed, MultiPart::singlepart))
            }
        };
        built.map_err(unbuilt)
    }

    fn files(&self) -> Result<Vec<SinglePart>, Failure> {
        if self.attachments.iter().map(|file| file.content.len()).sum::<usize>() > ATTACHMENTS_MAX {
            return Err(Failure::message(format!(
                "the attachments have more than {ATTACHMENTS_MAX} bytes together"
            )));
        }
        self.attachments
            .iter()
            .map(|file| {
                one_line("name of an attachment", &file.name, NAME_MAX).map_err(Failure::message)?;
                one_line("type of an attachment", &file.media_type, NAME_MAX).map_err(Failure::message)?;
                let media_type = ContentType::parse(&file.media_type).map_err(|_| {
                    Failure::message(format!("the type of the attachment {} is no media type", file.name))
                })?;
                Ok(SinglePart::builder()
                    .header(ContentDisposition::attachment(&file.name))
                    .header(media_type)
                    .body(file.content.clone()))
            })
            .collect()
    }
}

fn both(plain: SinglePart, html: &str) -> MultiPart {
    MultiPart::alternative().singlepart(plain).singlepart(SinglePart::html(html.to_owned()))
}

fn unbuilt(error: lettre::error::Error) -> Failure {
    Failure::message(format!("the mail could not be made: {error}"))
}

fn is_local(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

fn mailbox(what: &str, mailbox: &Mailbox, fault: fn(String) -> Failure) -> Result<LettreMailbox, Failure> {
    if let Some(name) = &mailbox.name {
        one_line(&format!("name of the {what}"), name, NAME_MAX).map_err(Failure::message)?;
    }
    let address = address(what, &mailbox.address).map_err(fault)?;
    Ok(LettreMailbox::new(mailbox.name.clone().filter(|name| !name.trim().is_empty()), address))
}

/// An address in ASCII; a domain with other letters in its encoded form (IDNA).
fn address(what: &str, text: &str) -> Result<Address, String> {
    one_line(what, text, ADDRESS_MAX)?;
    let (user, domain) = text.rsplit_once('@').ok_or_else(|| format!("the {what} has no @"))?;
    if !user.is_ascii() {
        return Err(format!("the {what} has a letter before the @ that mail servers may not know"));
    }
    let no = || format!("the {what} is no address of e-mail");
    match Host::parse(domain) {
        Ok(Host::Domain(domain)) if domain.contains('.') || domain == "localhost" => {
            Address::new(user, domain).map_err(|_| no())
        }
        _ => Err(no()),
    }
}

/// Refuses what could begin another header or command.
fn one_line(what: &str, text: &str, characters_max: usize) -> Result<(), String> {
    if let Some(at) = text.chars().position(|c| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')) {
        return Err(format!("the {what} has a control character at place {}", at + 1));
    }
    if text.chars().count() > characters_max {
        return Err(format!("the {what} is longer than {characters_max} characters"));
    }
    Ok(())
}

fn message_id(text: &str) -> Result<(), String> {
    one_line("Message-ID", text, MESSAGE_ID_MAX)?;
    let inside = text.strip_prefix('<').and_then(|text| text.strip_suffix('>'));
    let halves = inside.and_then(|text| text.split_once('@'));
    let fit = |half: &str| {
        !half.is_empty()
            && half.bytes().all(|byte| byte.is_ascii_graphic() && !b"<>@()[]\\,;:\"".contains(&byte))
    };
    match halves {
        Some((left, right)) if fit(left) && fit(right) => Ok(()),
        _ => Err("the Message-ID is not of the form <something@domain>".to_owned()),
    }
}

macro_rules! header {
    ($(#[$doc:meta])* $type:ident, $name:literal) => {
        $(#[$doc])*
        #[derive(Clone)]
        struct $type(String);

        impl Header for $type {
            fn name() -> HeaderName {
                HeaderName::new_from_ascii_str($name)
            }

            fn parse(text: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
                Ok(Self(text.to_owned()))
            }

            fn display(&self) -> HeaderValue {
                HeaderValue::new(Self::name(), self.0.clone())
            }
        }
    };
}

header!(
    /// Where to end such mails: RFC 2369.
    ListUnsubscribe,
    "List-Unsubscribe"
);
header!(
    /// What to post there: RFC 8058.
    ListUnsubscribePost,
    "List-Unsubscribe-Post"
);
header!(
    /// That a program wrote it: RFC 3834.
    AutoSubmitted,
    "Auto-Submitted"
);

#[cfg(test)]
mod tests {
    use super::*;

    fn mail() -> Mail {
        Mail {
            message_id: "<0190-abc@reeve.example.pl>".to_owned(),
            date: DateTime::from_timestamp(1_790_000_000, 0).unwrap(),
            from: Mailbox::named("Urząd Gminy Zmyślonej", "urzad@example.pl"),
            to: Mailbox::named("Anna Zmyślona", "anna@example.org"),
            reply_to: None,
            subject: "Twoja karta jest gotowa".to_owned(),
            text: "Dzień dobry,\nkarta czeka.".to_owned(),
            html: None,
            list_unsubscribe: None,
            auto_submitted: true,
            attachments: Vec::new(),
        }
    }

    fn lines(mail: &Mail) -> Vec<String> {
        let text = String::from_utf8(mail.to_bytes().unwrap()).unwrap();
        text.split("\r\n").map(str::to_owned).collect()
    }

    #[test]
    fn the_identity_is_the_callers_and_the_bytes_are_ascii() {
        let bytes = mail().to_bytes().unwrap();
        assert!(bytes.is_ascii());
        let lines = lines(&mail());
        assert!(lines.contains(&"Message-ID: <0190-abc@reeve.example.pl>".to_owned()), "{lines:?}");
        assert!(lines.contains(&"Auto-Submitted: auto-generated".to_owned()));
        assert!(lines.iter().any(|line| line.starts_with("Date: ") && line.contains("2026")));
        assert_eq!(mail().to_bytes().unwrap(), bytes, "the same at every try");
    }

    #[test]
    fn one_click_has_both_headers_unfolded() {
        let url = format!("https://reeve.example.pl/unsubscribe/{}", "a".repeat(120));
        let mail = Mail { list_unsubscribe: Some(url.parse().unwrap()), ..mail() };
        let text = String::from_utf8(mail.to_bytes().unwrap()).unwrap().replace("\r\n ", " ");
        assert!(text.contains(&format!("List-Unsubscribe: <{url}>\r\n")), "{text}");
        assert!(text.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"), "{text}");
        let plain = Mail { list_unsubscribe: Some("http://reeve.example.pl/x".parse().unwrap()), ..mail };
        assert_eq!(plain.to_bytes().unwrap_err().code(), "misconfigured");
    }

    #[test]
    fn nothing_adds_a_header() {
        let evil = "x\r\nBcc: all@example.org";
        let cases = [
            ("subject", Mail { subject: evil.to_owned(), ..mail() }),
            ("name of the recipient", Mail { to: Mailbox::named(evil, "anna@example.org"), ..mail() }),
            ("name of the sender", Mail { from: Mailbox::named(evil, "urzad@example.pl"), ..mail() }),
            ("recipient", Mail { to: Mailbox::new("anna@example.org\r\nBcc: x@example.org"), ..mail() }),
            ("Message-ID", Mail { message_id: format!("<{evil}@x>"), ..mail() }),
            (
                "name of an attachment",
                Mail {
                    attachments: vec![Attachment {
                        name: evil.to_owned(),
                        media_type: "text/plain".to_owned(),
                        content: vec![],
                    }],
                    ..mail()
                },
            ),
        ];
        for (what, mail) in cases {
            let failure = mail.to_bytes().unwrap_err();
            assert!(failure.text().contains(what), "{what}: {failure}");
            assert!(failure.text().contains("control character at place"), "{what}: {failure}");
        }
        let seen =
            lines(&Mail { to: Mailbox::named("A\" <x@example.org>, \"B", "anna@example.org"), ..mail() });
        let to: Vec<_> = seen.iter().filter(|line| line.starts_with("To: ")).collect();
        let [to] = to[..] else { panic!("{to:?}") };
        assert!(to.ends_with(" <anna@example.org>") && !to.contains("x@example.org"), "{to}");
    }

    #[test]
    fn addresses_that_cannot_be_are_refused_before_anybody_is_asked() {
        for bad in [
            "",
            "anna",
            "anna@",
            "@example.org",
            "anna@example",
            "anna@[127.0.0.1]",
            "żaba@example.org",
            "a b@example.org",
        ] {
            let failure = Mail { to: Mailbox::new(bad), ..mail() }.to_bytes().unwrap_err();
            assert_eq!(failure.code(), "address-refused", "{bad}");
        }
        let lines = lines(&Mail { to: Mailbox::new("anna@żółw.example.pl"), ..mail() });
        assert!(lines.iter().any(|line| line.starts_with("To: anna@xn--")), "{lines:?}");
    }
}
