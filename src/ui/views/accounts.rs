//! Pages of the accounts: signing in, one's own account, people, roles, tokens.

use askama::Template;

use super::{Choice, FieldFault, Link};
use crate::{
    platform::{http::FORM_TOKEN, i18n::Texts},
    ui::{Markup, Nav, Page, markup::token_field},
};

/// What is wrong with a field.
fn fault_of<'a>(faults: &'a [FieldFault], field: &str) -> Option<&'a str> {
    faults.iter().find(|fault| fault.field == field).map(|fault| fault.message.as_str())
}

/// `/sign-in`
#[derive(Debug, Clone, Template)]
#[template(path = "accounts/sign_in.html")]
pub struct SignInPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// Ties the form to this browser.
    pub form_token: String,
    /// The address as it was typed.
    pub email: String,
    /// Where to go afterwards.
    pub next: String,
    /// Providers of identity.
    pub providers: Vec<Choice>,
    /// What was just done.
    pub notice: Option<String>,
    /// What is wrong.
    pub faults: Vec<FieldFault>,
}

impl SignInPage {
    fn fault(&self, field: &str) -> Option<&str> {
        fault_of(&self.faults, field)
    }

    fn token_field(&self) -> Markup {
        token_field(FORM_TOKEN, &self.form_token)
    }
}

/// `/sign-in/second`
#[derive(Debug, Clone, Template)]
#[template(path = "accounts/second.html")]
pub struct SecondStepPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// Ties the form to this browser.
    pub form_token: String,
    /// Whether there is an authenticator app.
    pub has_totp: bool,
    /// Whether there are passkeys.
    pub has_passkey: bool,
    /// What is wrong.
    pub faults: Vec<FieldFault>,
}

impl SecondStepPage {
    fn fault(&self, field: &str) -> Option<&str> {
        fault_of(&self.faults, field)
    }

    fn token_field(&self) -> Markup {
        token_field(FORM_TOKEN, &self.form_token)
    }
}

/// `/sign-in/help`: what to do without a password.
#[derive(Debug, Clone, Template)]
#[template(path = "accounts/sign_in_help.html")]
pub struct SignInHelpPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// Ties the form to this browser.
    pub form_token: String,
    /// The address as it was typed.
    pub email: String,
    /// What is wrong.
    pub faults: Vec<FieldFault>,
}

impl SignInHelpPage {
    fn fault(&self, field: &str) -> Option<&str> {
        fault_of(&self.faults, field)
    }

    fn token_field(&self) -> Markup {
        token_field(FORM_TOKEN, &self.form_token)
    }
}

/// `/account/new`: a resident asks for an account; `/sign-in/new`: somebody whom a provider of identity has named.
#[derive(Debug, Clone, Template)]
#[template(path = "accounts/sign_up.html")]
pub struct SignUpPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// Ties the form to this browser.
    pub form_token: String,
    /// Where the form goes.
    pub action: &'static str,
    /// The heading.
    pub title: String,
    /// What it is about.
    pub lead: String,
    /// Whether a provider has said the name.
    pub known: bool,
    /// The name, as typed or said.
    pub name: String,
    /// The address, as typed or said.
    pub email: String,
    /// Providers of identity.
    pub providers: Vec<Choice>,
    /// How to reach the data-protection officer, where the town states it.
    pub officer: Option<String>,
    /// What is wrong.
    pub faults: Vec<FieldFault>,
}

impl SignUpPage {
    fn fault(&self, field: &str) -> Option<&str> {
        fault_of(&self.faults, field)
    }

    fn token_field(&self) -> Markup {
        token_field(FORM_TOKEN, &self.form_token)
    }
}

/// A page that only says something: a mail was written, a link no longer works, a provider did not answer.
#[derive(Debug, Clone, Template)]
#[template(path = "accounts/told.html")]
pub struct ToldPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// The heading.
    pub title: String,
    /// What is said.
    pub paragraphs: Vec<String>,
    /// Where to go on.
    pub links: Vec<Link>,
}

/// The page of a mail's link: a button does what it is for.
#[derive(Debug, Clone, Template)]
#[template(path = "accounts/act.html")]
pub struct ActPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// Ties the form to this browser.
    pub form_token: String,
    /// The heading.
    pub title: String,
    /// What the button does.
    pub paragraphs: Vec<String>,
    /// The button.
    pub button: String,
    /// The address whose password is chosen here.
    pub password_of: Option<String>,
    /// Fewest characters.
    pub shortest: u64,
    /// What is wrong.
    pub faults: Vec<FieldFault>,
}

impl ActPage {
    fn fault(&self, field: &str) -> Option<&str> {
        fault_of(&self.faults, field)
    }

    fn token_field(&self) -> Markup {
        token_field(FORM_TOKEN, &self.form_token)
    }
}

/// On the way to a provider of identity.
#[derive(Debug, Clone, Template)]
#[template(path = "accounts/go.html")]
pub struct GoPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// The heading.
    pub title: String,
    /// The provider's page.
    pub url: String,
}

/// `/account/security/email`
#[derive(Debug, Clone, Template)]
#[template(path = "accounts/email_change.html")]
pub struct EmailChangePage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// The address that the account has.
    pub present: String,
    /// The new one, as typed.
    pub email: String,
    /// What is wrong.
    pub faults: Vec<FieldFault>,
}

impl EmailChangePage {
    fn fault(&self, field: &str) -> Option<&str> {
        fault_of(&self.faults, field)
    }
}

/// `/account/close`
#[derive(Debug, Clone, Template)]
#[template(path = "accounts/close.html")]
pub struct CloseAccountPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// The account's address.
    pub email: String,
}

/// `/reset/{token}`: a password is set.
#[derive(Debug, Clone, Template)]
#[template(path = "accounts/reset.html")]
pub struct ResetPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// "Ustaw nowe hasło".
    pub title: String,
    /// Ties the form to this browser.
    pub form_token: String,
    /// Whose password.
    pub email: String,
    /// The person's name.
    pub name: String,
    /// Fewest characters.
    pub shortest: u64,
    /// What is wrong.
    pub faults: Vec<FieldFault>,
}

impl ResetPage {
    fn fault(&self, field: &str) -> Option<&str> {
        fault_of(&self.faults, field)
    }

    fn token_field(&self) -> Markup {
        token_field(FORM_TOKEN, &self.form_token)
    }
}

/// `/reset/{token}` when the link no longer works.
#[derive(Debug, Clone, Template)]
#[template(path = "accounts/link_gone.html")]
pub struct LinkGonePage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
}

/// `/desk/account/confirm`, `/account/security/confirm`: who it is once more, before something dangerous.
#[derive(Debug, Clone, Template)]
#[template(path = "accounts/confirm.html")]
pub struct ConfirmPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// Whose password.
    pub email: String,
    /// Whether there is a password.
    pub has_password: bool,
    /// Whether there are passkeys.
    pub has_passkey: bool,
    /// Linked providers of identity.
    pub providers: Vec<Choice>,
    /// Where to go afterwards.
    pub next: String,
    /// What is wrong.
    pub faults: Vec<FieldFault>,
}

impl ConfirmPage {
    fn fault(&self, field: &str) -> Option<&str> {
        fault_of(&self.faults, field)
    }
}

/// `/desk/account/password`
#[derive(Debug, Clone, Template)]
#[template(path = "accounts/password.html")]
pub struct PasswordPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// Whose password.
    pub email: String,
    /// Whether there is one, which is then to be shown.
    pub has_password: bool,
    /// Fewest characters.
    pub shortest: u64,
    /// What is wrong.
    pub faults: Vec<FieldFault>,
}

impl PasswordPage {
    fn fault(&self, field: &str) -> Option<&str> {
        fault_of(&self.faults, field)
    }
}

/// `/desk/account/app`: an authenticator app is added.
#[derive(Debug, Clone, Template)]
#[template(path = "accounts/app.html")]
pub struct TotpPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// The secret as people type it.
    pub secret: String,
    /// The same as a QR code, SVG made here.
    pub qr: String,
    /// What is wrong.
    pub faults: Vec<FieldFault>,
}

impl TotpPage {
    fn fault(&self, field: &str) -> Option<&str> {
        fault_of(&self.faults, field)
    }
}

/// Recovery codes, shown once.
#[derive(Debug, Clone, Template)]
#[template(path = "accounts/codes.html")]
pub struct CodesPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// The codes.
    pub codes: Vec<String>,
}

/// A passkey, or a linked provider of identity.
#[derive(Debug, Clone)]
pub struct PasskeyLine {
    /// Its id.
    pub id: String,
    /// What its owner calls it.
    pub name: String,
    /// When it was made.
    pub created: String,
    /// When it was last used.
    pub used: Option<String>,
}

/// A session.
#[derive(Debug, Clone)]
pub struct SessionLine {
    /// Its id.
    pub id: String,
    /// Whether it is the one of this page.
    pub present: bool,
    /// The browser.
    pub agent: String,
    /// Shortened address.
    pub address: String,
    /// When it began.
    pub began: String,
    /// When it was last used.
    pub used: String,
}

/// Something that happened to an account.
#[derive(Debug, Clone)]
pub struct EventLine {
    /// When.
    pub at: String,
    /// What.
    pub text: String,
    /// Who did it.
    pub actor: String,
    /// Shortened address.
    pub address: Option<String>,
}

/// `/desk/account`, `/account/security`
#[derive(Debug, Clone, Template)]
#[template(path = "accounts/account.html")]
pub struct AccountPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// The name, as typed.
    pub name: String,
    /// The address, as typed.
    pub email: String,
    /// Roles, in words.
    pub roles: Vec<String>,
    /// Whether a second factor must be added before anything else opens.
    pub needs_factor: bool,
    /// Whether there is an authenticator app.
    pub has_totp: bool,
    /// Recovery codes that were not used.
    pub codes_left: u64,
    /// Whether there is a password.
    pub has_password: bool,
    /// Providers of identity that are linked.
    pub linked: Vec<PasskeyLine>,
    /// Providers of identity that could be.
    pub providers: Vec<Choice>,
    /// Passkeys.
    pub passkeys: Vec<PasskeyLine>,
    /// Sessions that have not ended.
    pub sessions: Vec<SessionLine>,
    /// What happened lately, newest first.
    pub events: Vec<EventLine>,
    /// What was just done.
    pub notice: Option<String>,
    /// What is wrong.
    pub faults: Vec<FieldFault>,
}

impl AccountPage {
    fn fault(&self, field: &str) -> Option<&str> {
        fault_of(&self.faults, field)
    }
}

/// A token.
#[derive(Debug, Clone)]
pub struct TokenLine {
    /// Its id.
    pub id: String,
    /// What its owner calls it.
    pub name: String,
    /// What it may do, in words.
    pub scopes: Vec<String>,
    /// When it was made.
    pub created: String,
    /// When it was last used.
    pub used: Option<String>,
    /// "Ważny do 3 maja 2027".
    pub ends: String,
    /// Whether it can still be used.
    pub works: bool,
}

/// `/desk/tokens`
#[derive(Debug, Clone, Template)]
#[template(path = "accounts/tokens.html")]
pub struct TokensPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// The tokens, newest first.
    pub tokens: Vec<TokenLine>,
    /// The new token's name, as typed.
    pub name: String,
    /// What it may be made for.
    pub scopes: Vec<Choice>,
    /// How long it may live.
    pub lifetimes: Vec<Choice>,
    /// The token that was just made.
    pub made: Option<String>,
    /// What was just done.
    pub notice: Option<String>,
    /// What is wrong.
    pub faults: Vec<FieldFault>,
}

impl TokensPage {
    fn fault(&self, field: &str) -> Option<&str> {
        fault_of(&self.faults, field)
    }
}

/// Somebody with an account.
#[derive(Debug, Clone)]
pub struct PersonLine {
    /// The person's page.
    pub href: String,
    /// Name.
    pub name: String,
    /// Address.
    pub email: String,
    /// Roles, in words.
    pub roles: Vec<String>,
    /// When they last signed in.
    pub last_sign_in: Option<String>,
    /// Whether they have no password yet.
    pub invited: bool,
    /// Whether they may not sign in.
    pub disabled: bool,
    /// Whether the demo made the account.
    pub demo: bool,
    /// Whether a second proof is asked for.
    pub second_factor: bool,
}

/// `/desk/people`
#[derive(Debug, Clone, Template)]
#[template(path = "accounts/people.html")]
pub struct PeoplePage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// What is searched for.
    pub q: String,
    /// This page of people.
    pub people: Vec<PersonLine>,
    /// The next page.
    pub next: Option<String>,
    /// The first page, when this is a later one.
    pub first: Option<String>,
}

/// A role that can be given.
#[derive(Debug, Clone)]
pub struct RoleChoice {
    /// Its stable name.
    pub name: String,
    /// Its name in words.
    pub title: String,
    /// What it allows, in words.
    pub may: Vec<String>,
    /// Whether the person holds it.
    pub held: bool,
    /// Whether only for some kinds.
    pub limited: bool,
    /// Kinds to which it can be limited; none when it cannot.
    pub kinds: Vec<Choice>,
}

/// `/desk/people/new`
#[derive(Debug, Clone, Template)]
#[template(path = "accounts/person_new.html")]
pub struct NewPersonPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// The name, as typed.
    pub name: String,
    /// The address, as typed.
    pub email: String,
    /// Roles to give.
    pub roles: Vec<RoleChoice>,
    /// What is wrong.
    pub faults: Vec<FieldFault>,
}

impl NewPersonPage {
    fn fault(&self, field: &str) -> Option<&str> {
        fault_of(&self.faults, field)
    }
}

/// `/desk/people/{id}`
#[derive(Debug, Clone, Template)]
#[template(path = "accounts/person.html")]
pub struct PersonPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// Address of this page.
    pub path: String,
    /// The person.
    pub line: PersonLine,
    /// The name, as typed.
    pub name: String,
    /// The address, as typed.
    pub email: String,
    /// Roles to give.
    pub roles: Vec<RoleChoice>,
    /// Sessions that have not ended.
    pub sessions: Vec<SessionLine>,
    /// What happened lately, newest first.
    pub events: Vec<EventLine>,
    /// What was just done.
    pub notice: Option<String>,
    /// What is wrong.
    pub faults: Vec<FieldFault>,
}

impl PersonPage {
    fn fault(&self, field: &str) -> Option<&str> {
        fault_of(&self.faults, field)
    }
}

/// A one-time link, shown once.
#[derive(Debug, Clone, Template)]
#[template(path = "accounts/link_made.html")]
pub struct LinkMadePage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// The person's page.
    pub person: String,
    /// Whose link.
    pub name: String,
    /// The link.
    pub link: String,
    /// Whether it is an invitation.
    pub invited: bool,
}

/// A permission in the table of roles.
#[derive(Debug, Clone)]
pub struct RoleRow {
    /// Its stable name.
    pub name: String,
    /// What it allows, in words.
    pub title: String,
    /// Whether it can be limited to kinds.
    pub per_kind: bool,
    /// Which of the roles have it.
    pub held: Vec<bool>,
}

/// `/desk/roles`: roles and what they allow.
#[derive(Debug, Clone, Template)]
#[template(path = "accounts/roles.html")]
pub struct RolesPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// Names of the roles, in words.
    pub roles: Vec<String>,
    /// The permissions.
    pub rows: Vec<RoleRow>,
}
