//! What accounts, sessions and tokens are, and the pure rules about them.

use std::{collections::BTreeSet, net::IpAddr};

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::{
    kernel::Lang,
    platform::access::{Grant, Permission, Role, role},
};

/// A mailbox and whose it is.
#[derive(Debug, Clone, Copy)]
pub struct Mailbox<'a> {
    /// Its address.
    pub email: &'a str,
    /// Who reads it.
    pub name: &'a str,
    /// Their language, where it is known.
    pub lang: Option<Lang>,
}

/// How long a link for a new password works.
pub const RESET_LINK: chrono::Duration = chrono::Duration::hours(1);
/// How long an invitation works: it may come before a weekend.
pub const INVITATION: chrono::Duration = chrono::Duration::hours(72);
/// How long the link of a sign-up works, and that to a new address.
pub const CONFIRMATION: chrono::Duration = chrono::Duration::hours(24);
/// For how long another address can be taken back by whoever reads the old one.
pub const OBJECTION: chrono::Duration = chrono::Duration::days(7);
/// For how long a closed account can be opened again.
pub const REOPENING: chrono::Duration = chrono::Duration::days(14);
/// Version of the information about data (GDPR, article 13) that the sign-up shows: `residents.ftl`, `clause-…`. Change
/// it with the text.
pub const CLAUSE: &str = "2026-11-30.2";
/// For how long a password that was just shown need not be shown again.
pub const CONFIRMED_FOR: chrono::Duration = chrono::Duration::minutes(10);
/// How long somebody may take between two steps of signing in or enrolling.
pub const CHALLENGE: chrono::Duration = chrono::Duration::minutes(10);
/// Most sessions of one account at a time; the one that was not used for the longest time makes room.
pub const MOST_SESSIONS: i64 = 20;
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
        Self { address: address.to_canonical(), agent: short_agent(agent) }
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

/// What is kept of a browser's name for itself.
#[must_use]
pub fn short_agent(agent: &str) -> String {
    agent.chars().filter(|c| !c.is_control()).take(LONGEST_AGENT).collect()
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

/// Whether a session that began in one browser can be used in another: not when the first is one of those that we know
/// and the other is of another family or on another system. Versions change under an open session, addresses in a tram.
#[must_use]
pub fn same_browser(began_in: &str, used_in: &str) -> bool {
    let (began_in, words) = (began_in.trim(), browser_words(began_in));
    words == began_in || words == browser_words(used_in)
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

/// A member of the staff, to be chosen from a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Colleague {
    /// The account.
    pub id: Uuid,
    /// What colleagues call them.
    pub name: String,
    /// The address with which they sign in.
    pub email: String,
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
    /// All second proofs were removed, by an administrator or, of a resident, at the desk.
    pub const FACTORS_REMOVED: &str = "second-factors-removed";
    /// A session was used in another kind of browser than the one in which it began, and was ended.
    pub const MOVED: &str = "session-moved";
    /// Somebody asked for a link for a new password.
    pub const RECOVERY: &str = "recovery-asked";
    /// Somebody asked for an account with an address that has none.
    pub const SIGN_UP_ASKED: &str = "sign-up-asked";
    /// Somebody asked for an account with an address that has one.
    pub const SIGN_UP_AGAIN: &str = "sign-up-again";
    /// Another address was asked for.
    pub const EMAIL_ASKED: &str = "email-change-asked";
    /// The address was changed by a link to the new one.
    pub const EMAIL: &str = "email-changed";
    /// Whoever reads the old address took the change back.
    pub const EMAIL_BACK: &str = "email-change-taken-back";
    /// A provider of identity was linked; details name it.
    pub const LINKED: &str = "identity-linked";
    /// A provider of identity was removed.
    pub const UNLINKED: &str = "identity-removed";
    /// The owner closed the account.
    pub const CLOSED: &str = "closed";
    /// The owner opened it again.
    pub const REOPENED: &str = "reopened";
    /// Address, name and all ways in were deleted.
    pub const ERASED: &str = "erased";
    /// The owner downloaded a copy of all that is kept of them; details name the form.
    pub const COPIED: &str = "data-copied";
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

/// Where to go after signing in: only addresses of our own, and none of the pages that are not for this person.
#[must_use]
pub fn own_path(next: Option<&str>, resident: bool) -> String {
    let (first, others) = if resident { ("/account", "/desk") } else { ("/desk", "/account") };
    let is_under = |path: &str, page: &str| {
        path.strip_prefix(page).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let next = next.filter(|next| next.starts_with('/') && !next.chars().any(char::is_control));
    // Read as a browser reads it, which takes a backslash for a slash.
    let base = url::Url::parse("http://own.invalid").ok();
    let address = next.zip(base).and_then(|(next, base)| {
        base.join(next).ok().filter(|address| {
            address.origin() == base.origin()
                && !address.path().starts_with("//")
                && !address.path().starts_with("/sign-")
                && !is_under(address.path(), others)
        })
    });
    let Some(address) = address else { return first.to_owned() };
    let query = address.query().map(|query| format!("?{query}")).unwrap_or_default();
    let fragment = address.fragment().map(|fragment| format!("#{fragment}")).unwrap_or_default();
    format!("{}{query}{fragment}", address.path())
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
        assert_eq!(own_path(Some("/desk/map?x=1#10/52/21"), false), "/desk/map?x=1#10/52/21");
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
            let next = own_path(Some(evil), false);
            assert!(
                next.starts_with('/') && !next.starts_with("//") && !next.contains("evil"),
                "{evil:?}: {next}"
            );
        }
    }

    #[test]
    fn everybody_is_led_to_pages_of_their_own() {
        assert_eq!(own_path(None, true), "/account");
        assert_eq!(own_path(Some("/account/messages?page=2"), true), "/account/messages?page=2");
        assert_eq!(
            (own_path(Some("/desk/map"), true), own_path(Some("/account"), false)),
            ("/account".into(), "/desk".into())
        );
        assert_eq!(own_path(Some("/accounting"), false), "/accounting");
    }

    #[test]
    fn a_session_stays_in_its_kind_of_browser() {
        let edge = "Mozilla/5.0 (Windows NT 10.0) Chrome/150.0 Safari/537.36 Edg/150.0";
        let newer = "Mozilla/5.0 (Windows NT 11.0) Chrome/151.0 Safari/537.36 Edg/151.0";
        let android = "Mozilla/5.0 (Linux; Android 16) Chrome/150.0 Mobile Safari/537.36";
        assert!(same_browser(edge, newer) && same_browser("curl/8", "wget/1") && same_browser("", edge));
        assert!(!same_browser(edge, android) && !same_browser(edge, "curl/8") && !same_browser(edge, ""));
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
