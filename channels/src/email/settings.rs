//! One server that takes our mail, as one address.

use std::{fmt, path::PathBuf, str::FromStr};

use percent_encoding::percent_decode_str;
use url::{Host, Url};

/// Whether the way to the server is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    /// From the first byte (`smtps://`), with a certificate that is checked.
    Whole,
    /// By STARTTLS, with a certificate that is checked, or nothing is sent. The choice unless another is made.
    Required,
    /// By STARTTLS where the server offers it. Without a password the certificate is not checked: whoever could pose as
    /// the server could as well take the offer away.
    Opportunistic,
    /// Never. For a server on the same machine.
    None,
}

/// A server that takes our mail: `smtp://user:password@host:port?tls=required|opportunistic|none` or
/// `smtps://user:password@host:port`.
///
/// Ports unless given: 587, for `smtps` 465. Further words of the query: `ca=/path/of/a.pem` names a certificate
/// authority that is trusted beside those of the system; `hello=name` is the name by which we greet the server. A
/// password is never sent unencrypted, except to the same machine.
#[derive(Clone, PartialEq, Eq)]
pub struct SmtpSettings {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) tls: Tls,
    pub(super) login: Option<(String, String)>,
    pub(super) authority: Option<PathBuf>,
    pub(super) hello: Option<String>,
    pub(super) local: bool,
}

/// The address of a mail server cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadSmtpSettings {
    /// Not an address at all.
    #[error(
        "the address of the mail server is no URL ({0}). Write smtp://user:password@mail.example.org:587?tls=required"
    )]
    NoUrl(url::ParseError),
    /// Another scheme.
    #[error("the address of the mail server begins with {0}://. Begin it with smtp:// or smtps://")]
    Scheme(String),
    /// No host.
    #[error("the address of the mail server names no host. Write smtp://mail.example.org")]
    NoHost,
    /// A user without a password or the other way round.
    #[error("the address of the mail server names only one of user and password. Give both, or neither")]
    HalfLogin,
    /// A path or a fragment, where neither means anything.
    #[error("the address of the mail server has {0} after the host, which means nothing. Leave it out")]
    TooMuch(&'static str),
    /// A word of the query that is not known.
    #[error("the address of the mail server has ?{name}={value}, which is not known. Known are {known}")]
    Query {
        /// Its name.
        name: String,
        /// Its value.
        value: String,
        /// What is known.
        known: &'static str,
    },
    /// User or password are not UTF-8, or have control characters.
    #[error(
        "user or password of the mail server are no plain text after percent-decoding. Encode them as UTF-8"
    )]
    Login,
    /// The password would be sent in the clear.
    #[error(
        "tls=none would send the password of the mail server in the clear. Use tls=required, or leave out user and password"
    )]
    ClearPassword,
}

impl SmtpSettings {
    /// Host and port, to be shown.
    #[must_use]
    pub fn place(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }

    /// Whether the way to the server is encrypted.
    #[must_use]
    pub fn tls(&self) -> Tls {
        self.tls
    }
}

impl FromStr for SmtpSettings {
    type Err = BadSmtpSettings;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let url = Url::parse(text.trim()).map_err(BadSmtpSettings::NoUrl)?;
        let (mut tls, port) = match url.scheme() {
            "smtp" => (Tls::Required, 587),
            "smtps" => (Tls::Whole, 465),
            other => return Err(BadSmtpSettings::Scheme(other.to_owned())),
        };
        // Hosts of schemes that are not of the web are kept as they are written: read it once more as one of the web.
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or(BadSmtpSettings::NoHost)?;
        let host = Host::parse(host).map_err(BadSmtpSettings::NoUrl)?;
        if !matches!(url.path(), "" | "/") {
            return Err(BadSmtpSettings::TooMuch("a path"));
        }
        if url.fragment().is_some() {
            return Err(BadSmtpSettings::TooMuch("a fragment"));
        }
        let (mut authority, mut hello) = (None, None);
        for (name, value) in url.query_pairs() {
            match (name.as_ref(), value.as_ref()) {
                ("tls", "required") if tls != Tls::Whole => tls = Tls::Required,
                ("tls", "opportunistic") if tls != Tls::Whole => tls = Tls::Opportunistic,
                ("tls", "none") if tls != Tls::Whole => tls = Tls::None,
                ("ca", path) if !path.is_empty() => authority = Some(PathBuf::from(path)),
                ("hello", name) if is_host_name(name) => hello = Some(name.to_owned()),
                _ => {
                    return Err(BadSmtpSettings::Query {
                        name: name.into_owned(),
                        value: value.into_owned(),
                        known: if tls == Tls::Whole {
                            "ca, hello"
                        } else {
                            "tls=required, tls=opportunistic, tls=none, ca, hello"
                        },
                    });
                }
            }
        }
        let login = login(&url)?;
        let local = match &host {
            Host::Domain(name) => name == "localhost",
            Host::Ipv4(ip) => ip.is_loopback(),
            Host::Ipv6(ip) => ip.is_loopback(),
        };
        if login.is_some() && tls == Tls::None && !local {
            return Err(BadSmtpSettings::ClearPassword);
        }
        // Without the brackets that a URL puts around an address of IPv6.
        let host = match host {
            Host::Ipv6(ip) => ip.to_string(),
            other => other.to_string(),
        };
        Ok(Self { host, port: url.port().unwrap_or(port), tls, login, authority, hello, local })
    }
}

fn login(url: &Url) -> Result<Option<(String, String)>, BadSmtpSettings> {
    let plain = |text: &str| {
        percent_decode_str(text)
            .decode_utf8()
            .ok()
            .filter(|text| !text.chars().any(char::is_control))
            .map(std::borrow::Cow::into_owned)
            .ok_or(BadSmtpSettings::Login)
    };
    match (url.username(), url.password()) {
        ("", None) => Ok(None),
        (user, Some(password)) if !user.is_empty() && !password.is_empty() => {
            Ok(Some((plain(user)?, plain(password)?)))
        }
        _ => Err(BadSmtpSettings::HalfLogin),
    }
}

fn is_host_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 253
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.')
}

impl fmt::Debug for SmtpSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmtpSettings")
            .field("place", &self.place())
            .field("tls", &self.tls)
            .field("user", &self.login.as_ref().map(|(user, _)| user))
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<SmtpSettings, BadSmtpSettings> {
        text.parse()
    }

    #[test]
    fn an_address_says_everything() {
        let settings =
            read("smtp://urz%C4%85d:p%40ss@poczta.example.pl:2525?tls=opportunistic&hello=reeve.example.pl")
                .unwrap();
        assert_eq!(settings.place(), "poczta.example.pl:2525");
        assert_eq!(settings.tls(), Tls::Opportunistic);
        assert_eq!(settings.login, Some(("urząd".to_owned(), "p@ss".to_owned())));
        assert_eq!(settings.hello.as_deref(), Some("reeve.example.pl"));
    }

    #[test]
    fn what_is_not_said_is_the_safe_choice() {
        let settings = read("smtp://poczta.example.pl").unwrap();
        assert_eq!((settings.tls(), settings.port), (Tls::Required, 587));
        let settings = read("smtps://u:p@poczta.example.pl").unwrap();
        assert_eq!((settings.tls(), settings.port), (Tls::Whole, 465));
        assert_eq!(read("smtp://[::1]:25?tls=none").unwrap().host, "::1");
    }

    #[test]
    fn a_password_does_not_go_in_the_clear_and_is_not_shown() {
        assert_eq!(read("smtp://u:p@poczta.example.pl?tls=none"), Err(BadSmtpSettings::ClearPassword));
        let local = read("smtp://u:secret@127.0.0.1:25?tls=none").unwrap();
        assert!(!format!("{local:?}").contains("secret"));
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        for text in [
            "poczta.example.pl",
            "http://poczta.example.pl",
            "smtp://",
            "smtp://u@poczta.example.pl",
            "smtp://poczta.example.pl/skrzynka",
            "smtp://poczta.example.pl?tls=maybe",
            "smtps://poczta.example.pl?tls=none",
            "smtp://poczta.example.pl?hello=a%0D%0Ab",
            "smtp://u:p%0D%0A@poczta.example.pl",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
