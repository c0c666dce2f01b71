//! Pages of the accounts: signing in, one's own account, people, roles, tokens.

use askama::Template;

use super::FieldFault;
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
