//! Accounts of the made-up town, and why they must not meet the real world.

use uuid::Uuid;

use super::{
    Accounts,
    model::{Email, NewAccount, grant},
    secrets,
    store::people,
};
use crate::{
    kernel::identifiers::{Nip, Pesel},
    parties::{Agent, NewMandate, Principal, Proven},
    platform::{
        Ctx,
        access::{Level, MandateScope},
        http::{Failure, ResultExt},
    },
    ui::local_time::day_of,
};

/// Addresses, names and roles of the demo.
const PEOPLE: [(&str, &str, &[&str]); 4] = [
    ("klerk@reeve.example", "Kaja Klerk", &["editor", "planner"]),
    ("admin@reeve.example", "Ada Admin", &["administrator"]),
    ("skarbnik@reeve.example", "Sabina Skarbnik", &["treasurer"]),
    // Sheets of paper need two people: the second is the administrator.
    ("okienko@reeve.example", "Olga Okienko", &["front-desk"]),
];

/// Residents of the demo: address, names, and the made-up PESEL of whoever is verified.
const RESIDENTS: [(&str, &str, &str, Option<&str>); 2] = [
    ("mieszkanka@reeve.example", "Maja", "Mieszkanka", None),
    ("pelnomocnik@reeve.example", "Piotr", "Pełnomocnik", Some("85022899900")),
];
/// The made-up company for which the second of them acts.
const COMPANY: (&str, &str) = ("1234563218", "Zmyślona Piekarnia sp. z o.o.");

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
            for (email, given_names, family_name, pesel) in RESIDENTS {
                self.add_demo_resident(ctx, email, (given_names, family_name), pesel).await?;
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

    async fn add_demo_resident(
        &self,
        ctx: &Ctx,
        email: &str,
        (given_names, family_name): (&str, &str),
        pesel: Option<&str>,
    ) -> Result<(), Failure> {
        let email = Email::parse(email).ok_or_else(|| Failure::not_found("an address of the demo"))?;
        let key = email.key.clone();
        let name = format!("{given_names} {family_name}");
        let new = NewAccount { email, name: name.clone(), grants: Vec::new(), demo: true };
        let account = Uuid::now_v7();
        let mut transaction = self.pool.begin().await?;
        match people::add(&mut transaction, account, &new, ctx.now).await {
            // Another node was just as quick.
            Err(sqlx::Error::Database(error)) if error.constraint() == Some("account_email_key") => {
                return Ok(());
            }
            other => other?,
        }
        people::make_resident(&mut transaction, account, ctx.now).await?;
        let party = self.parties.add_person_in(&mut transaction, ctx, account, &name).await?;
        let pesel = pesel.and_then(|text| Pesel::parse(text).ok());
        if pesel.is_some() {
            let proven = Proven {
                given_names: given_names.to_owned(),
                family_name: family_name.to_owned(),
                born: None,
                pesel,
                level: Level::Verified,
                means: "desk".to_owned(),
            };
            // They live here, too, as somebody of the roll of residents would say: so they can vote.
            let resident = Proven {
                pesel: None,
                level: Level::Resident,
                means: "address-roll".to_owned(),
                ..proven.clone()
            };
            let _ = self.parties.prove_in(&mut transaction, ctx, party, &resident).await?;
            // Nobody else has a made-up number.
            let _ = self.parties.prove_in(&mut transaction, ctx, party, &proven).await?;
        }
        transaction.commit().await?;
        let (Some(_), Ok(nip)) = (pesel, Nip::parse(COMPANY.0)) else { return Ok(()) };
        let mandate = NewMandate {
            principal: Principal::Company { nip, name: COMPANY.1.to_owned() },
            agent: Agent::Email(key),
            scopes: MandateScope::ALL.to_vec(),
            valid_from: day_of(ctx.now),
            valid_until: None,
            document: "PPS-1 (przykład)".to_owned(),
        };
        let _ = self.parties.enter_mandate(ctx, &mandate).await?;
        Ok(())
    }

    /// Addresses of enabled accounts of the demo: there must be none where real people sign in.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn enabled_demo_accounts(&self, _ctx: &Ctx) -> Result<Vec<String>, Failure> {
        Ok(people::enabled_demo_accounts(&self.pool).await?)
    }
}
