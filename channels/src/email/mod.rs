//! E-mail over SMTP, by one or several servers that relay for the house.
//!
//! A mail is made anew from the same [`Mail`] at every try and carries the same `Message-ID` and date, so a mail
//! program shows a duplicate once. Nothing that comes from people can add a header or a recipient: control characters
//! are refused wherever a header is made of them, with a word about where they stand.

mod mail;
mod send;
mod settings;

pub use mail::{Attachment, Mail, Mailbox};
pub use send::Mailer;
pub use settings::{BadSmtpSettings, SmtpSettings, Tls};
