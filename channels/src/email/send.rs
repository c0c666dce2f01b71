//! The conversation with a mail server, step by step, because what a broken one means depends on the step.

use std::{error::Error as _, io, sync::Arc, time::Duration};

use lettre::transport::smtp::{
    Error,
    authentication::{Credentials, Mechanism},
    client::{AsyncSmtpConnection, Certificate, TlsParameters},
    commands::{Data, Mail as MailFrom, Rcpt},
    extension::ClientId,
    response::Response,
};
use tokio::time::timeout;

use super::{
    mail::{Letter, Mail},
    settings::{SmtpSettings, Tls},
};
use crate::{Failure, Receipt};

/// Time to reach a server, encrypt and greet.
const CONNECT_MAX: Duration = Duration::from_secs(20);
/// Time of each answer before the mail itself.
const COMMAND_MAX: Duration = Duration::from_secs(30);
/// Time to send the mail itself and to hear that it was taken. RFC 5321 §4.5.3.2.6 would wait ten minutes, which a queue
/// of others behind it cannot.
const MAIL_MAX: Duration = Duration::from_secs(120);
/// Time to say good-bye; the mail is taken by then.
const QUIT_MAX: Duration = Duration::from_secs(2);

/// Sends mails by the first server that takes them.
#[derive(Debug, Clone)]
pub struct Mailer {
    servers: Arc<[SmtpSettings]>,
    step_max: Duration,
}

/// Where in the conversation something went wrong.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Greeting,
    Encryption,
    Login,
    Sender,
    Recipient,
    /// The server is asked whether it would take a mail.
    Ready,
    /// The mail is on the wire: silence no longer means that it was not taken.
    Content,
}

impl Mailer {
    /// Sends by these servers, in this order: the next one is asked only when the one before surely did not take the
    /// mail and did not refuse it for good.
    #[must_use]
    pub fn new(servers: Vec<SmtpSettings>) -> Self {
        crate::provide_tls();
        Self { servers: servers.into(), step_max: MAIL_MAX }
    }

    /// Waits for no step of the conversation longer than this.
    #[must_use]
    pub fn patience(mut self, step_max: Duration) -> Self {
        self.step_max = step_max;
        self
    }

    /// Sends one mail; ends within a few minutes for each server.
    ///
    /// # Errors
    /// See [`Failure`]. Without any server the channel is misconfigured.
    pub async fn send(&self, mail: &Mail) -> Result<Receipt, Failure> {
        let letter = mail.letter()?;
        let mut before: Option<Failure> = None;
        for server in self.servers.iter() {
            match self.deliver(server, &letter).await {
                Ok(receipt) => return Ok(receipt),
                Err(failure) => {
                    let go_on = failure.asks_for_another_server();
                    let failure = match before {
                        Some(before) => before.or_later(failure),
                        None => failure,
                    };
                    if !go_on {
                        return Err(failure);
                    }
                    before = Some(failure);
                }
            }
        }
        Err(before.unwrap_or_else(|| Failure::misconfigured("no mail server is set")))
    }

    async fn deliver(&self, server: &SmtpSettings, letter: &Letter) -> Result<Receipt, Failure> {
        let (place, command_max) = (server.place(), self.step_max.min(COMMAND_MAX));
        let mut connection = timeout(self.step_max.min(CONNECT_MAX), connect(server))
            .await
            .map_err(|_| Failure::temporary(format!("{place} did not greet in time")))??;
        if let Some((user, password)) = &server.login {
            if !connection.is_encrypted() && !server.local {
                return Err(Failure::misconfigured(format!(
                    "{place} offers no encryption, so the password was not sent. Set tls=required or leave out user and password"
                )));
            }
            let credentials = Credentials::new(user.clone(), password.clone());
            let login = connection.auth(&[Mechanism::Plain, Mechanism::Login], &credentials);
            bounded(command_max, &place, Step::Login, login).await?;
        }
        let envelope = &letter.envelope;
        let sender = MailFrom::new(envelope.from().cloned(), vec![]);
        bounded(command_max, &place, Step::Sender, connection.command(sender)).await?;
        for recipient in envelope.to() {
            let recipient = Rcpt::new(recipient.clone(), vec![]);
            bounded(command_max, &place, Step::Recipient, connection.command(recipient)).await?;
        }
        bounded(command_max, &place, Step::Ready, connection.command(Data)).await?;
        let answer =
            bounded(self.step_max.min(MAIL_MAX), &place, Step::Content, connection.message(&letter.bytes))
                .await?;
        let _ = timeout(QUIT_MAX, connection.quit()).await;
        let said: Vec<&str> = answer.message().collect();
        Ok(Receipt::new(None, &format!("{place}: {} {}", answer.code(), said.join(" "))))
    }
}

async fn bounded(
    time_max: Duration,
    place: &str,
    step: Step,
    exchange: impl Future<Output = Result<Response, Error>>,
) -> Result<Response, Failure> {
    match timeout(time_max, exchange).await {
        Ok(answer) => answer.map_err(|error| meaning(place, step, &error)),
        Err(_) if step == Step::Content => {
            Err(Failure::unknown(format!("{place} did not say in time whether it took the mail")))
        }
        Err(_) => Err(Failure::temporary(format!("{place} did not answer in time"))),
    }
}

/// A connection that has greeted and is encrypted as the settings ask.
async fn connect(server: &SmtpSettings) -> Result<AsyncSmtpConnection, Failure> {
    let place = server.place();
    let hello = server.hello.clone().map_or_else(ClientId::default, ClientId::Domain);
    let tls = match server.tls {
        Tls::None => None,
        _ => Some(encryption(server)?),
    };
    let whole = tls.clone().filter(|_| server.tls == Tls::Whole);
    let address = (server.host.as_str(), server.port);
    let mut connection = AsyncSmtpConnection::connect_tokio1(address, Some(CONNECT_MAX), &hello, whole, None)
        .await
        .map_err(|error| meaning(&place, Step::Greeting, &error))?;
    match (server.tls, tls) {
        (Tls::Required, Some(tls)) => {
            if !connection.can_starttls() {
                return Err(Failure::misconfigured(format!(
                    "{place} offers no encryption (STARTTLS). Ask its operator for it, or set tls=none for a server on this machine"
                )));
            }
            let upgrade = connection.starttls(tls, &hello).await;
            upgrade.map_err(|error| meaning(&place, Step::Encryption, &error))?;
        }
        (Tls::Opportunistic, Some(tls)) if connection.can_starttls() => {
            let upgrade = connection.starttls(tls, &hello).await;
            upgrade.map_err(|error| meaning(&place, Step::Encryption, &error))?;
        }
        _ => {}
    }
    Ok(connection)
}

fn encryption(server: &SmtpSettings) -> Result<TlsParameters, Failure> {
    let mut builder = TlsParameters::builder(server.host.clone());
    if let Some(path) = &server.authority {
        let named = path.display();
        let pem = std::fs::read(path).map_err(|error| {
            Failure::misconfigured(format!(
                "the certificate authority {named} (?ca=) cannot be read: {error}"
            ))
        })?;
        let certificate = Certificate::from_pem(&pem)
            .map_err(|_| Failure::misconfigured(format!("{named} (?ca=) holds no certificate in PEM")))?;
        builder = builder.add_root_certificate(certificate);
    }
    if server.tls == Tls::Opportunistic && server.login.is_none() {
        builder = builder.dangerous_accept_invalid_certs(true);
    }
    builder.build().map_err(|error| Failure::misconfigured(format!("encryption cannot be set up: {error}")))
}

/// What a negative answer or a broken connection means at a step (RFC 5321 §4.2.1: 4 is for now, 5 for good).
fn meaning(place: &str, step: Step, error: &Error) -> Failure {
    let said = |code: &dyn std::fmt::Display| {
        format!("{place}: {code} {}", error.source().map(ToString::to_string).unwrap_or_default())
    };
    let Some(code) = error.status() else { return broken(place, step, error) };
    let text = said(&code);
    let number = u16::from(code);
    match (step, number) {
        // "Authentication required", "encryption needed", "mechanism too weak": about us at any step.
        (_, 530 | 534 | 535 | 538) => Failure::misconfigured(text),
        // RFC 5321 §4.5.3.1.10: 552 to a recipient is meant as 452, too many recipients or a full box.
        (Step::Recipient, 552) => Failure::temporary(text),
        (_, 400..=499) => Failure::temporary(text),
        // A mail that is too large or not to be encoded is announced with the sender already.
        (Step::Sender, 552 | 554) | (Step::Ready | Step::Content, _) => Failure::message(text),
        (Step::Recipient, _) => Failure::address(text),
        (Step::Greeting | Step::Encryption | Step::Login | Step::Sender, _) => Failure::misconfigured(text),
    }
}

fn broken(place: &str, step: Step, error: &Error) -> Failure {
    if bad_certificate(error) {
        return Failure::misconfigured(format!(
            "the certificate of {place} is not trusted: {error}. Name its authority by ?ca=, or have it renewed"
        ));
    }
    if step == Step::Content {
        return Failure::unknown(format!("{place} broke off after the mail was sent: {error}"));
    }
    if step == Step::Login && error.is_client() {
        return Failure::misconfigured(format!("{place} does not take passwords by PLAIN or LOGIN"));
    }
    Failure::temporary(format!("{place}: {error}"))
}

/// Whether the server's certificate was refused by us.
fn bad_certificate(error: &Error) -> bool {
    let mut cause = error.source();
    while let Some(inner) = cause {
        let tls = inner
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref)
            .and_then(|inside| inside.downcast_ref::<rustls::Error>());
        if matches!(tls, Some(rustls::Error::InvalidCertificate(_))) {
            return true;
        }
        cause = inner.source();
    }
    false
}
