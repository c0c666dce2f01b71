//! What accounts, sessions and tokens are, and the pure rules about them.

use std::{collections::BTreeSet, net::IpAddr};

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::platform::access::{Grant, Permission, Role, role};

/// How long a link for a new password works.
pub const RESET_LINK: chrono::Duration = chrono::Duration::hours(1);
/// How long an invitation works: it may come before a weekend.
pub const INVITATION: chrono::Duration = chrono::Duration::hours(72);
/// For how long a password that was just shown need not be shown again.
pub const CONFIRMED_FOR: chrono::Duration = chrono::Duration::minutes(10);
/// How long somebody may take between two steps of signing in or enrolling.
pub const CHALLENGE: chrono::Duration = chrono::Duration::minutes(10);
/// Longest life of a token, in days.
pub const LONGEST_TOKEN_DAYS: i64 = 730;
/// Days that a token lives when nobody says otherwise.
pub const USUAL_TOKEN_DAYS: i64 = 365;
/// Most tokens and most passkeys of one person.
pub const MOST_OF_ONE_PERSON: i64 = 50;
/// What a bearer token begins with, so that people and scanners know it.
pub const TOKEN_PREFIX: &str = "rv_";

/// An e-mail address as it was written, with the form by which it is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email {
    /// As written.
    pub text: String,
    /// In small letters.
    pub key: String,
}

impl Email {
    /// Reads an address. Only what cannot be one is refused: whether it works is seen by writing to it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (local, domain) = text.rsplit_once('@')?;
        let good = !local.is_empty()
            && domain.len() > 2
            && domain.contains('.')
            && !domain.starts_with('.')
            && !domain.ends_with('.')
            && text.len() <= 254
            && !text.chars().any(|c| c.is_whitespace() || c.is_control() || "<>\",;:\\".contains(c));
        good.then(|| Self { text: text.to_owned(), key: text.to_lowercase() })
    }

    /// What stands before the `@`.
    #[must_use]
    pub fn local_part(&self) -> &str {
        self.text.rsplit_once('@').map_or("", |(local, _)| local)
    }
}

/// Whence somebody signs in, shortened to what helps to recognise it.
#[derive(Debug, Clone)]
pub struct Place {
    /// Address of the caller.
    pub address: IpAddr,
    /// What the browser calls itself.
    pub agent: String,
}

/// Longest name of a browser that is kept, in characters.
const LONGEST_AGENT: usize = 200;

impl Place {
    /// A place of these.
    #[must_use]
    pub fn new(address: IpAddr, agent: &str) -> Self {
        let agent = agent.chars().filter(|c| !c.is_control()).take(LONGEST_AGENT).collect();
        Self { address: address.to_canonical(), agent }
    }

    /// The network that one household or office holds: the address itself, or 64 bits of IPv6.
    #[must_use]
    pub fn network(&self) -> String {
        match self.address {
            IpAddr::V4(address) => address.to_string(),
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
            }
        }
    }

    /// The address without its last part, which is all that lists of sessions need.
    #[must_use]
    pub fn shortened(&self) -> String {
        match self.address {
            IpAddr::V4(address) => {
                let [a, b, c, _] = address.octets();
                format!("{a}.{b}.{c}.x")
            }
            IpAddr::V6(_) => self.network(),
        }
    }
}

/// A browser's name for itself in words that its owner knows: "Firefox, Windows". What is not known stays as it is.
#[must_use]
pub fn browser_words(agent: &str) -> String {
    // In this order: most browsers name others too.
    const BROWSERS: [(&str, &str); 6] = [
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
        ("QGIS", "QGIS"),
    ];
    const SYSTEMS: [(&str, &str); 6] = [
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    ];
    let known = |list: &[(&str, &'static str)]| {
        list.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name)
    };
    match (known(&BROWSERS), known(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser}, {system}"),
        (Some(browser), None) => browser.to_owned(),
        _ => agent.to_owned(),
    }
}

/// An account as lists show it.
#[derive(Debug, Clone)]
pub struct Account {
    /// Its id.
    pub id: Uuid,
    /// Address as written.
    pub email: String,
    /// What colleagues call the person.
    pub name: String,
    /// Roles held.
    pub grants: Vec<Grant>,
    /// Whether the person has chosen a password.
    pub has_password: bool,
    /// Whether an authenticator app is asked for.
    pub has_totp: bool,
    /// How many passkeys there are.
    pub passkeys: i64,
    /// Whether the demo made it.
    pub demo: bool,
    /// Since when nobody may sign in.
    pub disabled_at: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When somebody last signed in.
    pub last_sign_in_at: Option<DateTime<Utc>>,
}

impl Account {
    /// Whether a second proof is asked for after the password.
    #[must_use]
    pub fn has_second_factor(&self) -> bool {
        self.has_totp || self.passkeys > 0
    }
}

/// A new account.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// Address.
    pub email: Email,
    /// What colleagues call the person.
    pub name: String,
    /// Roles.
    pub grants: Vec<Grant>,
    /// Whether the demo makes it.
    pub demo: bool,
}

/// A session as its owner sees it.
#[derive(Debug, Clone)]
pub struct SessionRow {
    /// Its id.
    pub id: Uuid,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When it was last used, to the minute.
    pub last_used_at: DateTime<Utc>,
    /// Shortened address.
    pub address: String,
    /// The browser.
    pub agent: String,
}

/// A token as its owner sees it.
#[derive(Debug, Clone)]
pub struct TokenRow {
    /// Its id.
    pub id: Uuid,
    /// What the owner calls it.
    pub name: String,
    /// What it may do, as far as its owner may.
    pub scopes: Vec<Permission>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<DateTime<Utc>>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
}

/// Something that happened to an account.
#[derive(Debug, Clone)]
pub struct Event {
    /// When.
    pub at: DateTime<Utc>,
    /// What, by its stable name.
    pub kind: String,
    /// Who did it.
    pub actor: String,
    /// Shortened address.
    pub address: Option<String>,
    /// What else is known.
    pub details: serde_json::Value,
}

/// A passkey as its owner sees it.
#[derive(Debug, Clone)]
pub struct PasskeyRow {
    /// Its id.
    pub id: Uuid,
    /// What the owner calls it.
    pub name: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last used.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// What happens to accounts, by stable names.
pub mod event {
    /// Somebody signed in; details name the means.
    pub const SIGNED_IN: &str = "signed-in";
    /// A wrong password or code.
    pub const FAILED: &str = "sign-in-failed";
    /// Somebody signed out, here or everywhere.
    pub const SIGNED_OUT: &str = "signed-out";
    /// All sessions were ended.
    pub const SIGNED_OUT_EVERYWHERE: &str = "signed-out-everywhere";
    /// The account was made.
    pub const CREATED: &str = "created";
    /// A link was made; details name its purpose.
    pub const LINK_MADE: &str = "link-made";
    /// The password was set or changed.
    pub const PASSWORD: &str = "password-changed";
    /// The name or the address was changed.
    pub const RENAMED: &str = "renamed";
    /// The roles were changed; details hold old and new.
    pub const ROLES: &str = "roles-changed";
    /// Nobody may sign in any more.
    pub const DISABLED: &str = "disabled";
    /// Signing in is possible again.
    pub const ENABLED: &str = "enabled";
    /// An authenticator app was added.
    pub const TOTP_ADDED: &str = "totp-added";
    /// New recovery codes were made.
    pub const CODES: &str = "recovery-codes-made";
    /// A recovery code was used.
    pub const CODE_USED: &str = "recovery-code-used";
    /// The authenticator app was removed.
    pub const TOTP_REMOVED: &str = "totp-removed";
    /// A passkey was added.
    pub const PASSKEY_ADDED: &str = "passkey-added";
    /// A passkey was removed.
    pub const PASSKEY_REMOVED: &str = "passkey-removed";
    /// All second proofs were removed by an administrator.
    pub const FACTORS_REMOVED: &str = "second-factors-removed";
    /// A token was made.
    pub const TOKEN_MADE: &str = "token-made";
    /// A token was revoked.
    pub const TOKEN_REVOKED: &str = "token-revoked";
}

/// Why a text names no role for kinds.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GrantError {
    /// No such role.
    #[error("there is no role {0:?}")]
    NoSuchRole(String),
    /// The role is for the whole town or not at all.
    #[error("the role {0:?} cannot be limited to kinds")]
    NotPerKind(&'static str),
}

/// Whether a role can be held for some kinds only.
#[must_use]
pub fn can_be_limited(role: &Role) -> bool {
    role.permissions.iter().all(|permission| permission.is_per_kind())
}

/// A role held for some kinds or, with an empty list, for all.
///
/// # Errors
/// [`GrantError`] when there is no such role, or it cannot be limited.
pub fn grant(name: &str, kinds: BTreeSet<String>) -> Result<Grant, GrantError> {
    let role = role(name).ok_or_else(|| GrantError::NoSuchRole(name.to_owned()))?;
    if !kinds.is_empty() && !can_be_limited(role) {
        return Err(GrantError::NotPerKind(role.name));
    }
    Ok(Grant { role, kinds: Some(kinds).filter(|kinds| !kinds.is_empty()) })
}

/// Reads `editor` or `editor:trees,lamps`.
///
/// # Errors
/// As [`grant`].
pub fn parse_grant(text: &str) -> Result<Grant, GrantError> {
    let (name, kinds) = text.split_once(':').unwrap_or((text, ""));
    let kinds = kinds.split(',').map(str::trim).filter(|kind| !kind.is_empty()).map(str::to_owned).collect();
    grant(name.trim(), kinds)
}

/// Writes a grant as [`parse_grant`] reads it.
#[must_use]
pub fn grant_text(grant: &Grant) -> String {
    match &grant.kinds {
        None => grant.role.name.to_owned(),
        Some(kinds) => format!("{}:{}", grant.role.name, kinds.iter().cloned().collect::<Vec<_>>().join(",")),
    }
}

/// Where to go after signing in: only addresses of our own.
#[must_use]
pub fn own_path(next: Option<&str>) -> String {
    const DESK: &str = "/desk";
    let Some(next) = next.filter(|next| next.starts_with('/') && !next.chars().any(char::is_control)) else {
        return DESK.to_owned();
    };
    // Read as a browser reads it, which takes a backslash for a slash.
    let Ok(base) = url::Url::parse("http://own.invalid") else { return DESK.to_owned() };
    match base.join(next) {
        Ok(address)
            if address.origin() == base.origin()
                && !address.path().starts_with("//")
                && !address.path().starts_with("/sign-") =>
        {
            let query = address.query().map(|query| format!("?{query}")).unwrap_or_default();
            let fragment = address.fragment().map(|fragment| format!("#{fragment}")).unwrap_or_default();
            format!("{}{query}{fragment}", address.path())
        }
        _ => DESK.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_compared_in_small_letters() {
        let email = Email::parse(" Anna.Zmyslona@Urzad.Example ").unwrap();
        assert_eq!(
            (email.text.as_str(), email.key.as_str()),
            ("Anna.Zmyslona@Urzad.Example", "anna.zmyslona@urzad.example")
        );
        assert_eq!(email.local_part(), "Anna.Zmyslona");
        for bad in ["", "anna", "@urzad.example", "a b@urzad.example", "anna@urzad", "a\n@urzad.example"] {
            assert!(Email::parse(bad).is_none(), "{bad:?}");
        }
    }

    #[test]
    fn only_own_paths_come_next() {
        assert_eq!(own_path(Some("/desk/map?x=1#10/52/21")), "/desk/map?x=1#10/52/21");
        for evil in [
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "https://evil.example/",
            "/\t/evil.example",
            "javascript:alert(1)",
            "/sign-in?next=/sign-in",
            "/./\\evil.example/..//",
            "",
        ] {
            let next = own_path(Some(evil));
            assert!(
                next.starts_with('/') && !next.starts_with("//") && !next.contains("evil"),
                "{evil:?}: {next}"
            );
        }
    }

    #[test]
    fn grants_are_read_and_written() {
        assert_eq!(grant_text(&parse_grant("editor:trees, lamps").unwrap()), "editor:lamps,trees");
        assert_eq!(grant_text(&parse_grant("viewer").unwrap()), "viewer");
        assert_eq!(parse_grant("king"), Err(GrantError::NoSuchRole("king".into())));
        assert_eq!(parse_grant("administrator:trees"), Err(GrantError::NotPerKind("administrator")));
    }

    #[test]
    fn browsers_are_called_as_people_call_them() {
        let edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/150.0 Safari/537.36 Edg/150.0";
        assert_eq!(browser_words(edge), "Edge, Windows");
        assert_eq!(
            browser_words("Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Firefox/150.0"),
            "Firefox, Linux"
        );
        assert_eq!(browser_words("curl/8"), "curl/8");
    }

    #[test]
    fn places_are_shortened() {
        let place = |text: &str| Place::new(text.parse().unwrap(), "Browser\u{7}");
        assert_eq!(place("203.0.113.9").shortened(), "203.0.113.x");
        assert_eq!(place("2001:db8:1:2:3:4:5:6").network(), "2001:db8:1:2::/64");
        assert_eq!(place("::ffff:203.0.113.9").network(), "203.0.113.9");
        assert_eq!(place("203.0.113.9").agent, "Browser");
    }
}
