//! What an office says of a provider.

use std::{collections::BTreeMap, fmt, net::IpAddr};

use serde::{Deserialize, Serialize};
use url::{Host, Url};

const MOST_CHARS: usize = 300;
const MOST_ITEMS: usize = 20;

/// How sure a provider is of who somebody is: the levels of the eIDAS regulation (910/2014, article 8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Assurance {
    /// Some confidence; also what a provider gives that says nothing of levels.
    Low,
    /// As the trusted profile (Profil Zaufany).
    Substantial,
    /// As the electronic layer of an identity card.
    High,
}

impl Assurance {
    /// `low`, `substantial` or `high`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Substantial => "substantial",
            Self::High => "high",
        }
    }
}

/// A text that is not shown.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Hides a text.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// What the button says: "Sign in with …".
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Name {
    /// In Polish.
    pub pl: String,
    /// In English.
    pub en: String,
}

/// Something about a person that can be needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Claim {
    /// Given names.
    GivenName,
    /// Family name.
    FamilyName,
    /// Date of birth.
    Birthdate,
    /// PESEL number.
    Pesel,
    /// E-mail address.
    Email,
}

/// What the provider calls its claims.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ClaimNames {
    /// Given names; `given_name` unless said otherwise.
    pub given_name: String,
    /// Family name; `family_name`.
    pub family_name: String,
    /// Date of birth; `birthdate`.
    pub birthdate: String,
    /// PESEL number; `pesel`.
    pub pesel: String,
    /// E-mail address; `email`. Whether it was verified is always `email_verified`.
    pub email: String,
}

impl Default for ClaimNames {
    fn default() -> Self {
        Self {
            given_name: "given_name".to_owned(),
            family_name: "family_name".to_owned(),
            birthdate: "birthdate".to_owned(),
            pesel: "pesel".to_owned(),
            email: "email".to_owned(),
        }
    }
}

impl ClaimNames {
    /// The provider's name of a claim.
    #[must_use]
    pub fn of(&self, claim: Claim) -> &str {
        match claim {
            Claim::GivenName => &self.given_name,
            Claim::FamilyName => &self.family_name,
            Claim::Birthdate => &self.birthdate,
            Claim::Pesel => &self.pesel,
            Claim::Email => &self.email,
        }
    }
}

/// One provider, as the settings of an office name it. Reading it checks it.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Written")]
pub struct ProviderSettings {
    /// Short name in addresses: small letters, digits and hyphens, at most 40.
    pub id: String,
    /// Name for people.
    pub name: Name,
    /// Issuer, letter by letter as the provider itself writes it.
    pub issuer: String,
    /// Our name at the provider.
    pub client_id: String,
    /// Our secret at the provider.
    pub client_secret: Secret,
    /// Scopes asked for; `openid` is among them.
    pub scopes: Vec<String>,
    /// Values of `acr` asked for unless the caller asks for a level, the most wanted first.
    pub acr_values: Vec<String>,
    /// What each `acr` of the provider means. A provider without levels has none, and gives [`Assurance::Low`].
    pub levels: BTreeMap<String, Assurance>,
    /// What the provider calls its claims.
    pub claims: ClaimNames,
    /// Claims without which nobody is signed in.
    pub required: Vec<Claim>,
    /// Whether `http://` addresses of this very machine are taken; for tests.
    pub allow_http_loopback: bool,
    /// Longest time for one answer of the provider, in milliseconds.
    pub time_limit_ms: u64,
}

/// What is wrong with the settings of a provider, and how to mend it.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("provider {provider:?}: {field} {problem}")]
pub struct SettingsFault {
    /// Its `id`.
    pub provider: String,
    /// Name of the setting.
    pub field: &'static str,
    /// What must be changed.
    pub problem: String,
}

/// The settings as they are written, before anything is checked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    id: String,
    name: Name,
    issuer: String,
    client_id: String,
    client_secret: Secret,
    #[serde(default = "usual_scopes")]
    scopes: Vec<String>,
    #[serde(default)]
    acr_values: Vec<String>,
    #[serde(default)]
    levels: BTreeMap<String, Assurance>,
    #[serde(default)]
    claims: ClaimNames,
    #[serde(default = "usual_required")]
    required: Vec<Claim>,
    #[serde(default)]
    allow_http_loopback: bool,
    #[serde(default = "usual_time_limit_ms")]
    time_limit_ms: u64,
}

fn usual_scopes() -> Vec<String> {
    vec!["openid".to_owned(), "profile".to_owned()]
}

fn usual_required() -> Vec<Claim> {
    vec![Claim::GivenName, Claim::FamilyName]
}

fn usual_time_limit_ms() -> u64 {
    10_000
}

impl TryFrom<Written> for ProviderSettings {
    type Error = SettingsFault;

    fn try_from(written: Written) -> Result<Self, SettingsFault> {
        let settings = Self {
            id: written.id,
            name: written.name,
            issuer: written.issuer,
            client_id: written.client_id,
            client_secret: written.client_secret,
            scopes: written.scopes,
            acr_values: written.acr_values,
            levels: written.levels,
            claims: written.claims,
            required: written.required,
            allow_http_loopback: written.allow_http_loopback,
            time_limit_ms: written.time_limit_ms,
        };
        settings.check()?;
        Ok(settings)
    }
}

impl ProviderSettings {
    /// Checks everything that can be known without asking the provider.
    ///
    /// # Errors
    ///
    /// Names the first setting that is wrong, and how to mend it.
    pub fn check(&self) -> Result<(), SettingsFault> {
        let wrong = |field, problem: &str| {
            Err(SettingsFault { provider: self.id.clone(), field, problem: problem.to_owned() })
        };
        if !is_slug(&self.id) {
            return wrong("id", "must be 1 to 40 small letters, digits and hyphens, a letter first");
        }
        for (field, text) in [("name.pl", &self.name.pl), ("name.en", &self.name.en)] {
            if text.trim().is_empty() || text.chars().count() > 60 || text.chars().any(char::is_control) {
                return wrong(field, "must be a name of at most 60 characters");
            }
        }
        if let Some(problem) = wrong_issuer(&self.issuer, self.allow_http_loopback) {
            return wrong("issuer", problem);
        }
        if !is_token(&self.client_id) {
            return wrong("client_id", "must be the name that the provider gave, without spaces");
        }
        let secret = self.client_secret.reveal();
        if secret.is_empty() || secret.len() > MOST_CHARS || secret.chars().any(char::is_control) {
            return wrong(
                "client_secret",
                "must be the secret that the provider gave, at most 300 characters",
            );
        }
        if self.scopes.len() > MOST_ITEMS || !self.scopes.iter().all(|scope| is_token(scope)) {
            return wrong("scopes", "must be a list of at most 20 names without spaces");
        }
        if !self.scopes.iter().any(|scope| scope == "openid") {
            return wrong("scopes", "must have \"openid\" among them");
        }
        self.check_levels()?;
        let named = [Claim::GivenName, Claim::FamilyName, Claim::Birthdate, Claim::Pesel, Claim::Email];
        if !named.iter().all(|claim| is_token(self.claims.of(*claim))) {
            return wrong("claims", "must be names without spaces");
        }
        if !(100..=60_000).contains(&self.time_limit_ms) {
            return wrong("time_limit_ms", "must be from 100 to 60000");
        }
        Ok(())
    }

    fn check_levels(&self) -> Result<(), SettingsFault> {
        let wrong = |field, problem: String| Err(SettingsFault { provider: self.id.clone(), field, problem });
        if self.levels.len() > MOST_ITEMS || !self.levels.keys().all(|acr| is_token(acr)) {
            return wrong("levels", "must have at most 20 values of acr, without spaces".to_owned());
        }
        if self.acr_values.len() > MOST_ITEMS {
            return wrong("acr_values", "must be at most 20".to_owned());
        }
        match self.acr_values.iter().find(|acr| !self.levels.contains_key(*acr)) {
            Some(acr) => wrong(
                "acr_values",
                format!("has {acr:?}, and levels does not say what it means: add it there"),
            ),
            None => Ok(()),
        }
    }
}

fn is_slug(text: &str) -> bool {
    text.len() <= 40
        && text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

fn is_token(text: &str) -> bool {
    !text.is_empty() && text.len() <= MOST_CHARS && text.bytes().all(|byte| byte.is_ascii_graphic())
}

fn wrong_issuer(issuer: &str, allow_http_loopback: bool) -> Option<&'static str> {
    let Ok(url) = Url::parse(issuer) else {
        return Some("must be an address such as https://login.example/town");
    };
    if issuer.len() > MOST_CHARS {
        return Some("must have at most 300 characters");
    }
    if url.query().is_some()
        || url.fragment().is_some()
        || !url.username().is_empty()
        || url.password().is_some()
    {
        return Some("must be an address without user, query and fragment");
    }
    (!is_allowed(&url, allow_http_loopback)).then_some("must begin with https://")
}

/// Whether an address may be spoken to, or people sent to it.
pub(crate) fn is_allowed(url: &Url, allow_http_loopback: bool) -> bool {
    let loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => IpAddr::from(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::from(address).is_loopback(),
        None => return false,
    };
    url.scheme() == "https" || (allow_http_loopback && loopback && url.scheme() == "http")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn written() -> Value {
        json!({
            "id": "state",
            "name": { "pl": "Login państwa", "en": "State's login" },
            "issuer": "https://broker.example/oidc",
            "client_id": "reeve",
            "client_secret": "not-to-be-shown",
            "acr_values": ["urn:b"],
            "levels": { "urn:a": "low", "urn:b": "substantial" },
        })
    }

    #[test]
    fn settings_have_defaults_and_hide_their_secret() {
        let settings: ProviderSettings = serde_json::from_value(written()).expect("good settings");
        assert_eq!(settings.scopes, ["openid", "profile"]);
        assert_eq!(settings.claims.pesel, "pesel");
        assert_eq!(settings.required, [Claim::GivenName, Claim::FamilyName]);
        assert!(!settings.allow_http_loopback);
        assert!(!format!("{settings:?}").contains("not-to-be-shown"), "{settings:?}");
        assert!(Assurance::Low < Assurance::Substantial && Assurance::Substantial < Assurance::High);
    }

    #[test]
    fn wrong_settings_are_named_with_their_mend() {
        for (field, value, says) in [
            ("id", json!("State"), "id must be 1 to 40 small letters"),
            ("id", json!("../up"), "id must be"),
            ("name", json!({ "pl": " ", "en": "x" }), "name.pl must be a name"),
            ("issuer", json!("http://broker.example"), "issuer must begin with https://"),
            ("issuer", json!("http://127.0.0.1:9"), "issuer must begin with https://"),
            ("issuer", json!("broker"), "issuer must be an address"),
            ("issuer", json!("https://a:b@broker.example"), "issuer must be an address without user"),
            ("issuer", json!("https://broker.example/?a=b"), "issuer must be an address without user"),
            ("client_id", json!(""), "client_id must be"),
            ("client_secret", json!(""), "client_secret must be"),
            ("scopes", json!(["profile"]), "scopes must have \"openid\""),
            ("scopes", json!(["openid profile"]), "scopes must be a list"),
            (
                "acr_values",
                json!(["urn:c"]),
                "acr_values has \"urn:c\", and levels does not say what it means",
            ),
            ("levels", json!({ "urn:b": "great" }), "unknown variant `great`"),
            ("claims", json!({ "pesel": "" }), "claims must be names"),
            ("claims", json!({ "pessel": "x" }), "unknown field `pessel`"),
            ("required", json!(["shoe_size"]), "unknown variant `shoe_size`"),
            ("time_limit_ms", json!(1), "time_limit_ms must be from 100"),
            ("isuer", json!("x"), "unknown field `isuer`"),
        ] {
            let mut settings = written();
            settings[field] = value;
            let problem = serde_json::from_value::<ProviderSettings>(settings).expect_err(field).to_string();
            assert!(problem.contains(says), "{field}: {problem}");
            assert!(!problem.contains("not-to-be-shown"), "{problem}");
        }
    }

    #[test]
    fn plain_http_is_for_this_machine_and_only_when_allowed() {
        for (address, allowed, so) in [
            ("https://broker.example/", false, true),
            ("http://127.0.0.1:8080/", true, true),
            ("http://[::1]/", true, true),
            ("http://localhost/", true, true),
            ("http://127.0.0.1:8080/", false, false),
            ("http://broker.example/", true, false),
            ("http://127.0.0.1.example/", true, false),
            ("ftp://127.0.0.1/", true, false),
            ("javascript:alert(1)", true, false),
        ] {
            assert_eq!(
                is_allowed(&Url::parse(address).expect("an address"), allowed),
                so,
                "{address} {allowed}"
            );
        }
    }
}
