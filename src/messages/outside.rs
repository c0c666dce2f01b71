//! What lies outside: the servers and gateways of the settings, and what is wrong with them.

use std::sync::Arc;

use channels::{
    email::{Mailbox, Mailer, SmtpSettings},
    push::{Push, VapidKey},
    sms::{Smsapi, SmsapiSettings},
};
use url::Url;

use super::{
    model::Channel,
    post::{FileOutbox, Postman},
};
use crate::platform::{Config, config::Secret, secrets::Keys};

/// Address of the gateway that most towns use.
const USUAL_GATEWAY: &str = "https://api.smsapi.pl";
/// Parts of one text, which cost each; longer texts are refused before they cost anything.
const MOST_PARTS: u8 = 4;

/// A setting of the messages that stops the start.
#[derive(Debug, thiserror::Error)]
pub enum BadSetup {
    /// The address of a mail server.
    #[error("mail.servers (REEVE_MAIL_URL): {0}")]
    MailServer(#[from] channels::email::BadSmtpSettings),
    /// The sender.
    #[error("{0} is no address such as: Urząd Miasta <urzad@example.org>")]
    Mailbox(&'static str),
    /// Mails would have no sender.
    #[error("mail.servers is set, but mail.from (REEVE_MAIL_FROM) is not: say who writes")]
    NoSender,
    /// The address of the gateway.
    #[error("sms.url or sms.backup_url is no address: {0}")]
    SmsUrl(#[from] url::ParseError),
    /// The gateway.
    #[error("sms: {0}")]
    Sms(#[from] channels::sms::BadSmsapiSettings),
    /// The key of web push.
    #[error("push.private_key (REEVE_PUSH_PRIVATE_KEY): {0}")]
    PushKey(#[from] channels::push::BadVapidKey),
    /// Web push.
    #[error("push: {0}")]
    Push(#[from] channels::push::BadPushSettings),
    /// The key of the installation.
    #[error(transparent)]
    Key(#[from] crate::platform::secrets::SecretError),
}

/// How mails are sent.
#[derive(Debug, Clone)]
pub(super) struct MailWay {
    pub(super) mailer: Mailer,
    pub(super) from: Mailbox,
    pub(super) reply_to: Option<Mailbox>,
    /// What stands behind the `@` of identities.
    pub(super) domain: String,
}

/// What the settings say, without the key of the installation.
#[derive(Debug, Clone)]
pub(super) struct Setup {
    mail: Option<MailWay>,
    sms: Option<SmsapiSettings>,
    push_key: Option<VapidKey>,
    push_subject: Option<String>,
    push_loopback: bool,
    postman: Option<Arc<dyn Postman>>,
}

/// The ways out, ready.
#[derive(Debug, Clone)]
pub(super) struct Outside {
    pub(super) mail: Option<MailWay>,
    pub(super) sms: Option<Smsapi>,
    pub(super) push: Option<Push>,
    /// What browsers get as the key of the sender.
    pub(super) public_key: String,
    pub(super) push_loopback: bool,
    pub(super) postman: Option<Arc<dyn Postman>>,
}

impl Setup {
    /// Reads the settings.
    pub(super) fn read(config: &Config) -> Result<Self, BadSetup> {
        let mail = read_mail(config)?;
        let sms = read_sms(config)?;
        let push_key =
            config.push.private_key.as_ref().map(|key| VapidKey::parse(key.reveal())).transpose()?;
        let own = |url: &&String| url.starts_with("https://");
        let push_subject = config
            .push
            .subject
            .clone()
            .or_else(|| mail.as_ref().map(|mail| format!("mailto:{}", mail.from.address)))
            .or_else(|| config.base_url.as_ref().filter(own).cloned());
        let postman = config.messages.edelivery_folder.clone();
        Ok(Self {
            mail,
            sms,
            push_key,
            push_subject,
            push_loopback: config.push.loopback,
            postman: postman.map(|folder| Arc::new(FileOutbox::new(folder)) as Arc<dyn Postman>),
        })
    }

    /// Which settings are missing, by channel: texts' keys.
    pub(super) fn missing(&self) -> Vec<(Channel, &'static str)> {
        let all = [
            (Channel::Email, self.mail.is_some(), "REEVE_MAIL_URL, REEVE_MAIL_FROM"),
            (Channel::Sms, self.sms.is_some(), "REEVE_SMS_TOKEN"),
            (Channel::Push, self.push_subject.is_some(), "REEVE_PUSH_SUBJECT"),
        ];
        all.into_iter().filter(|(_, there, _)| !there).map(|(channel, _, names)| (channel, names)).collect()
    }

    /// Makes the ways ready. The key of web push is made from that of the installation unless there is one: the same
    /// on all nodes, and nothing more to keep. Of such keys fewer than one in 2^32 are none of the curve.
    pub(super) fn open(&self, keys: &Keys, base_url: Option<&str>) -> Result<Outside, BadSetup> {
        let push_key = match &self.push_key {
            Some(key) => key.clone(),
            None => VapidKey::parse(&keys.mark(&[b"push"])?)?,
        };
        let sms = match &self.sms {
            None => None,
            Some(settings) => {
                let secret = keys.mark(&[b"sms-report"])?;
                let url = base_url.map(|base| format!("{base}/api/messages/sms-report/{secret}"));
                let notify_url = url.and_then(|url| Url::parse(&url).ok());
                Some(Smsapi::new(SmsapiSettings { notify_url, ..settings.clone() })?)
            }
        };
        let public_key = push_key.public_key();
        let push = match &self.push_subject {
            None => None,
            Some(subject) => Some(Push::new(channels::push::PushSettings {
                key: push_key,
                subject: subject.clone(),
                loopback: self.push_loopback,
            })?),
        };
        Ok(Outside {
            mail: self.mail.clone(),
            sms,
            push,
            public_key,
            push_loopback: self.push_loopback,
            postman: self.postman.clone(),
        })
    }
}

impl Outside {
    /// Channels by which this node can send.
    pub(super) fn ready(&self) -> Vec<Channel> {
        let all = [
            (Channel::Email, self.mail.is_some()),
            (Channel::Sms, self.sms.is_some()),
            (Channel::Push, self.push.is_some()),
        ];
        all.into_iter().filter(|(_, there)| *there).map(|(channel, _)| channel).collect()
    }
}

fn read_mail(config: &Config) -> Result<Option<MailWay>, BadSetup> {
    let settings = &config.mail;
    let from = settings.from.as_deref().map(|text| mailbox("mail.from", text)).transpose()?;
    let reply_to = settings.reply_to.as_deref().map(|text| mailbox("mail.reply_to", text)).transpose()?;
    if settings.servers.is_empty() {
        return Ok(None);
    }
    let from = from.ok_or(BadSetup::NoSender)?;
    let read = |url: &Secret| url.reveal().parse::<SmtpSettings>();
    let servers = settings.servers.iter().map(read).collect::<Result<_, _>>()?;
    let domain = from.address.rsplit_once('@').map(|(_, domain)| domain.to_owned()).unwrap_or_default();
    Ok(Some(MailWay { mailer: Mailer::new(servers), from, reply_to, domain }))
}

fn read_sms(config: &Config) -> Result<Option<SmsapiSettings>, BadSetup> {
    let settings = &config.sms;
    let Some(token) = &settings.token else { return Ok(None) };
    let read = SmsapiSettings {
        base_url: settings.url.as_deref().unwrap_or(USUAL_GATEWAY).parse()?,
        backup_url: settings.backup_url.as_deref().map(str::parse).transpose()?,
        token: token.reveal().to_owned(),
        sender: settings.sender.clone(),
        without_diacritics: settings.normalize.unwrap_or(true),
        max_parts: MOST_PARTS,
        notify_url: None,
    };
    // Only to hear what is wrong with it.
    Smsapi::new(read.clone())?;
    Ok(Some(read))
}

/// `Urząd Miasta <urzad@example.org>` or the address alone.
fn mailbox(setting: &'static str, text: &str) -> Result<Mailbox, BadSetup> {
    let wrong = || BadSetup::Mailbox(setting);
    if text.chars().any(char::is_control) {
        return Err(wrong());
    }
    let (name, address) = match text.trim().strip_suffix('>') {
        Some(rest) => rest.split_once('<').map(|(name, address)| (name.trim().trim_matches('"'), address)),
        None => Some(("", text.trim())),
    }
    .ok_or_else(wrong)?;
    let plain = |c: char| !c.is_control() && !c.is_whitespace() && !"<>,;\"".contains(c);
    let (local, domain) = address.split_once('@').ok_or_else(wrong)?;
    if local.is_empty() || domain.is_empty() || domain.contains('@') || !address.chars().all(plain) {
        return Err(wrong());
    }
    if name.contains(['<', '>']) {
        return Err(wrong());
    }
    Ok(if name.is_empty() { Mailbox::new(address) } else { Mailbox::named(name, address) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::config::{MailSettings, SmsSettings};

    #[test]
    fn senders_are_read_and_what_is_none_stops_the_start() {
        assert_eq!(mailbox("x", "Urząd <a@b.pl>").unwrap(), Mailbox::named("Urząd", "a@b.pl"));
        assert_eq!(mailbox("x", "a@b.pl").unwrap(), Mailbox::new("a@b.pl"));
        for text in
            ["", "Urząd", "Urząd <a>", "a@b.pl>", "a@b@c.pl", "A <a@b.pl>, <c@d.pl>", "x\r\n <a@b.pl>"]
        {
            assert!(mailbox("x", text).is_err(), "{text}");
        }
        let servers = vec![Secret::new("smtp://localhost?tls=none")];
        let mail = MailSettings { servers, ..MailSettings::default() };
        let config = Config { mail, ..Config::default() };
        assert!(Setup::read(&config).unwrap_err().to_string().contains("mail.from"));
        let sms = SmsSettings {
            token: Some(Secret::new("x")),
            url: Some("http://sms.example".into()),
            ..SmsSettings::default()
        };
        let config = Config { sms, ..Config::default() };
        assert!(Setup::read(&config).unwrap_err().to_string().contains("https://"));
    }

    #[test]
    fn what_is_not_set_up_is_named() {
        let missing = Setup::read(&Config::default()).unwrap().missing();
        assert_eq!(
            missing.iter().map(|(channel, _)| channel.name()).collect::<Vec<_>>(),
            ["email", "sms", "push"]
        );
    }

    #[test]
    fn the_key_of_push_follows_from_that_of_the_installation() {
        let config = Config { secret_key: Some("k".repeat(32)), ..Config::default() };
        let open = || Setup::read(&config).unwrap().open(&Keys::new(&config), None).unwrap().public_key;
        assert_eq!(open(), open());
        let other = Config { secret_key: Some("l".repeat(32)), ..Config::default() };
        assert_ne!(open(), Setup::read(&other).unwrap().open(&Keys::new(&other), None).unwrap().public_key);
    }
}
