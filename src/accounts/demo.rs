//! Accounts of the made-up town, and why they must not meet the real world.

use super::{
    Accounts,
    model::{Email, NewAccount, grant},
    secrets,
    store::people,
};
use crate::platform::{
    Ctx,
    http::{Failure, ResultExt},
};

/// Addresses, names and roles of the demo.
const PEOPLE: [(&str, &str, &[&str]); 2] = [
    ("klerk@reeve.example", "Kaja Klerk", &["editor", "planner"]),
    ("admin@reeve.example", "Ada Admin", &["administrator"]),
];

/// How to sign in to the demo.
#[derive(Debug, Clone)]
pub struct DemoSignIn {
    /// Addresses; all have the same password.
    pub emails: Vec<String>,
    /// The password.
    pub password: String,
}

impl Accounts {
    /// Makes the accounts of the demo where there are none at all, and gives those that are there a new password.
    /// Answers nothing where people of flesh and blood have accounts but the demo has none.
    ///
    /// # Errors
    /// When database or randomness fail.
    pub async fn prepare_demo(
        &self,
        ctx: &Ctx,
        password: Option<String>,
    ) -> Result<Option<DemoSignIn>, Failure> {
        if self.count(ctx).await? == 0 {
            for (email, name, roles) in PEOPLE {
                let email =
                    Email::parse(email).ok_or_else(|| Failure::not_found("an address of the demo"))?;
                let grants = roles.iter().filter_map(|role| grant(role, Default::default()).ok()).collect();
                let new = NewAccount { email, name: name.to_owned(), grants, demo: true };
                // Another node may be just as quick; then the accounts are there.
                let _ = self.add_account(ctx, &new).await?;
            }
        }
        let emails = people::enabled_demo_accounts(&self.pool).await?;
        if emails.is_empty() {
            return Ok(None);
        }
        let password = match password {
            Some(password) => password,
            None => secrets::new_token()
                .internal("make a password")?
                .chars()
                .filter(char::is_ascii_alphanumeric)
                .take(20)
                .collect(),
        };
        for email in emails.iter().filter_map(|email| Email::parse(email)) {
            let account = self.person_by_email(ctx, &email).await?;
            self.put_password(ctx, account.id, &password, None).await?;
        }
        Ok(Some(DemoSignIn { emails, password }))
    }

    /// Addresses of enabled accounts of the demo: there must be none where real people sign in.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn enabled_demo_accounts(&self, _ctx: &Ctx) -> Result<Vec<String>, Failure> {
        Ok(people::enabled_demo_accounts(&self.pool).await?)
    }
}
