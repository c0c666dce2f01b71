//! What administrators do with accounts, and everybody with their own.

use std::collections::BTreeSet;

use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    Accounts,
    mails::Changed,
    model::{
        Account, Colleague, Email, Event, LONGEST_TOKEN_DAYS, MOST_OF_ONE_PERSON, NewAccount, SessionRow,
        TOKEN_PREFIX, TokenRow, event, grant_text,
    },
    passwords::PasswordFault,
    secrets,
    sign_in::{lifetime, new_event, own_session},
    store::{factors, people, sessions, tokens},
};
use crate::platform::{
    Ctx,
    access::{Grant, Permission, ROLES},
    ctx::Who,
    http::{Failure, ResultExt},
};

/// People on one page of the list.
pub(super) const PEOPLE_ON_A_PAGE: i64 = 50;
/// Events that a page shows.
const EVENTS_SHOWN: i64 = 30;

/// A refusal that people can do something about; the key of its text, so that pages say it in their language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// An account with this address exists.
    EmailTaken,
    /// Nobody could make accounts any more.
    LastAdministrator,
    /// The password breaks a rule.
    Password(PasswordFault),
    /// The present password is not this one.
    WrongPassword,
    /// Too many of one person.
    TooMany,
    /// A token may not do what its owner may not.
    BeyondOwner,
    /// Nothing else would open the account any more.
    LastWayIn,
    /// The address is the one that the account has.
    SameEmail,
}

/// A stated refusal, or that something failed.
pub type Refused<T> = Result<Result<T, Refusal>, Failure>;

impl Accounts {
    fn require_manager(ctx: &Ctx) -> Result<(), Failure> {
        ctx.require(Permission::AccountsManage, None)
    }

    /// A page of people whose name or address holds a text; and whether there are more.
    ///
    /// # Errors
    /// When whoever asks may not see them.
    pub async fn people(
        &self,
        ctx: &Ctx,
        text: Option<&str>,
        page: i64,
    ) -> Result<(Vec<Account>, bool), Failure> {
        Self::require_manager(ctx)?;
        let wanted = people::Wanted { text, ..people::Wanted::default() };
        let offset = page.clamp(0, 10_000) * PEOPLE_ON_A_PAGE;
        let mut found = people::accounts(&self.pool, wanted, PEOPLE_ON_A_PAGE + 1, offset).await?;
        let more = i64::try_from(found.len()).unwrap_or(i64::MAX) > PEOPLE_ON_A_PAGE;
        found.truncate(usize::try_from(PEOPLE_ON_A_PAGE).unwrap_or(usize::MAX));
        Ok((found, more))
    }

    /// All people, for the command line.
    ///
    /// # Errors
    /// When whoever asks may not see them.
    pub async fn everybody(&self, ctx: &Ctx) -> Result<Vec<Account>, Failure> {
        Self::require_manager(ctx)?;
        Ok(people::accounts(&self.pool, people::Wanted::default(), 100_000, 0).await?)
    }

    /// Somebody's account.
    ///
    /// # Errors
    /// 404 when there is none; when whoever asks may not see it.
    pub async fn person(&self, ctx: &Ctx, id: Uuid) -> Result<Account, Failure> {
        let own = ctx.account() == Some(id);
        if !own {
            Self::require_manager(ctx)?;
        }
        // Whoever manages the staff's accounts has no business with residents'; the command line is the operator's.
        let residents = own || matches!(ctx.who, Who::System(_));
        self.account_where(people::Wanted { id: Some(id), residents, ..people::Wanted::default() }).await
    }

    /// The account of an address.
    ///
    /// # Errors
    /// As [`Accounts::person`].
    pub async fn person_by_email(&self, ctx: &Ctx, email: &Email) -> Result<Account, Failure> {
        Self::require_manager(ctx)?;
        let residents = matches!(ctx.who, Who::System(_));
        let wanted = people::Wanted { email_key: Some(&email.key), residents, ..people::Wanted::default() };
        self.account_where(wanted).await
    }

    /// Members of the staff who hold a permission for everything, by name; for choosing one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn colleagues(&self, _ctx: &Ctx, permission: Permission) -> Result<Vec<Colleague>, Failure> {
        let roles: Vec<String> = ROLES
            .iter()
            .filter(|role| role.permissions.contains(&permission))
            .map(|role| role.name.to_owned())
            .collect();
        Ok(people::colleagues(&self.pool, &roles).await?)
    }

    async fn account_where(&self, wanted: people::Wanted<'_>) -> Result<Account, Failure> {
        let found = people::accounts(&self.pool, wanted, 1, 0).await?;
        found.into_iter().next().ok_or_else(|| Failure::not_found("this account"))
    }

    /// How many accounts there are.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn count(&self, _ctx: &Ctx) -> Result<i64, Failure> {
        Ok(people::count(&self.pool).await?)
    }

    /// Makes an account without a password.
    ///
    /// # Errors
    /// When whoever asks may not, or the database fails.
    pub async fn add_account(&self, ctx: &Ctx, new: &NewAccount) -> Refused<Uuid> {
        Self::require_manager(ctx)?;
        let id = Uuid::now_v7();
        let mut transaction = self.pool.begin().await?;
        match people::add(&mut transaction, id, new, ctx.now).await {
            Err(sqlx::Error::Database(error)) if error.constraint() == Some("account_email_key") => {
                return Ok(Err(Refusal::EmailTaken));
            }
            other => other?,
        }
        let details = json!({ "roles": roles_text(&new.grants) });
        people::add_event(&mut *transaction, new_event(ctx, id, event::CREATED, details)).await?;
        transaction.commit().await?;
        Ok(Ok(id))
    }

    /// Gives somebody other roles. Whoever would be the last to manage accounts keeps that.
    ///
    /// # Errors
    /// When whoever asks may not, or the database fails.
    pub async fn set_grants(&self, ctx: &Ctx, id: Uuid, grants: &[Grant]) -> Refused<()> {
        let before = self.person_to_change(ctx, id).await?;
        let mut transaction = self.pool.begin().await?;
        people::lock_powers(&mut transaction).await?;
        people::set_roles(&mut transaction, id, grants).await?;
        if self.nobody_manages(&mut transaction, &before).await? {
            return Ok(Err(Refusal::LastAdministrator));
        }
        let details = json!({ "old": roles_text(&before.grants), "new": roles_text(grants) });
        people::add_event(&mut *transaction, new_event(ctx, id, event::ROLES, details)).await?;
        transaction.commit().await?;
        Ok(Ok(()))
    }

    /// Lets somebody sign in no more, or again. Their sessions end at once, and their tokens rest.
    ///
    /// # Errors
    /// When whoever asks may not, or the database fails.
    pub async fn set_disabled(&self, ctx: &Ctx, id: Uuid, disabled: bool) -> Refused<()> {
        let before = self.person_to_change(ctx, id).await?;
        let mut transaction = self.pool.begin().await?;
        people::lock_powers(&mut transaction).await?;
        people::set_disabled(&mut transaction, id, disabled.then_some(ctx.now)).await?;
        if disabled {
            if self.nobody_manages(&mut transaction, &before).await? {
                return Ok(Err(Refusal::LastAdministrator));
            }
            sessions::revoke_all(&mut transaction, id, None, ctx.now).await?;
            people::end_links(&mut transaction, id, ctx.now).await?;
        }
        let kind = if disabled { event::DISABLED } else { event::ENABLED };
        people::add_event(&mut *transaction, new_event(ctx, id, kind, json!({}))).await?;
        transaction.commit().await?;
        Ok(Ok(()))
    }

    async fn person_to_change(&self, ctx: &Ctx, id: Uuid) -> Result<Account, Failure> {
        Self::require_manager(ctx)?;
        self.person(ctx, id).await
    }

    /// Whether a change has taken the last person away who could manage accounts. The lock must be held.
    async fn nobody_manages(&self, connection: &mut PgConnection, before: &Account) -> Result<bool, Failure> {
        let managing: Vec<String> = ROLES
            .iter()
            .filter(|role| role.permissions.contains(&Permission::AccountsManage))
            .map(|role| role.name.to_owned())
            .collect();
        // Who could not manage accounts before takes nothing away; and whoever ends a demo may end all of it.
        let could = before.disabled_at.is_none()
            && !before.demo
            && before
                .grants
                .iter()
                .any(|g| g.kinds.is_none() && managing.iter().any(|name| name == g.role.name));
        Ok(could && people::able_holders(connection, &managing).await? == 0)
    }

    /// Makes a link by which somebody sets a password, once; answers its token.
    ///
    /// # Errors
    /// When whoever asks may not, or the database fails.
    pub async fn make_link(&self, ctx: &Ctx, id: Uuid) -> Result<String, Failure> {
        let account = self.person_to_change(ctx, id).await?;
        let purpose = if account.has_password { "reset" } else { "invite" };
        let token = secrets::new_token().internal("make a link")?;
        let hash = secrets::hash_of(&token);
        let until = ctx.now + lifetime(purpose);
        let mut transaction = self.pool.begin().await?;
        people::add_link(&mut transaction, id, purpose, &hash, ctx.actor(), ctx.now, until).await?;
        let details = json!({ "purpose": purpose });
        people::add_event(&mut *transaction, new_event(ctx, id, event::LINK_MADE, details)).await?;
        transaction.commit().await?;
        Ok(token)
    }

    /// Removes app, passkeys and recovery codes of somebody who has lost them. Their sessions end.
    ///
    /// # Errors
    /// When whoever asks may not, or the database fails.
    pub async fn remove_second_factors(&self, ctx: &Ctx, id: Uuid) -> Result<(), Failure> {
        self.person_to_change(ctx, id).await?;
        let mut transaction = self.pool.begin().await?;
        factors::remove_all(&mut transaction, id).await?;
        sessions::revoke_all(&mut transaction, id, None, ctx.now).await?;
        people::add_event(&mut *transaction, new_event(ctx, id, event::FACTORS_REMOVED, json!({}))).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Ends all sessions of somebody; of oneself all but the present one.
    ///
    /// # Errors
    /// When whoever asks may not, or the database fails.
    pub async fn sign_out_everywhere(&self, ctx: &Ctx, id: Uuid) -> Result<u64, Failure> {
        self.person(ctx, id).await?;
        let kept = own_session(ctx).ok().filter(|(account, _)| *account == id).map(|(_, session)| session);
        let mut transaction = self.pool.begin().await?;
        let ended = sessions::revoke_all(&mut transaction, id, kept, ctx.now).await?;
        if kept.is_none() {
            // An administrator locks somebody out: programs too. One's own tokens have a page of their own.
            tokens::revoke_all(&mut transaction, id, ctx.now).await?;
        }
        people::add_event(&mut *transaction, new_event(ctx, id, event::SIGNED_OUT_EVERYWHERE, json!({})))
            .await?;
        transaction.commit().await?;
        Ok(ended)
    }

    /// What happened to an account lately.
    ///
    /// # Errors
    /// When whoever asks may not see it.
    pub async fn events(&self, ctx: &Ctx, id: Uuid) -> Result<Vec<Event>, Failure> {
        self.person(ctx, id).await?;
        Ok(people::events(&self.pool, id, EVENTS_SHOWN).await?)
    }

    /// Sessions of an account that have not ended.
    ///
    /// # Errors
    /// When whoever asks may not see them.
    pub async fn sessions(&self, ctx: &Ctx, id: Uuid) -> Result<Vec<SessionRow>, Failure> {
        self.person(ctx, id).await?;
        Ok(sessions::of_account(&self.pool, id, ctx.now, self.idle_since(ctx)).await?)
    }

    /// Ends one of one's own sessions.
    ///
    /// # Errors
    /// 404 when there is no such session.
    pub async fn end_session(&self, ctx: &Ctx, session: Uuid) -> Result<(), Failure> {
        let (account, _) = own_session(ctx)?;
        if !sessions::revoke(&self.pool, account, session, ctx.now).await? {
            return Err(Failure::not_found("this session"));
        }
        self.note(ctx, account, event::SIGNED_OUT, json!({})).await
    }

    /// Sets somebody's password from the command line. All sessions end.
    ///
    /// # Errors
    /// When whoever asks may not, or the database fails.
    pub async fn set_password(&self, ctx: &Ctx, id: Uuid, password: &str) -> Refused<()> {
        let account = self.person_to_change(ctx, id).await?;
        if let Err(fault) = self.check_password(password, &account.email) {
            return Ok(Err(Refusal::Password(fault)));
        }
        self.put_password(ctx, id, password, None).await?;
        Ok(Ok(()))
    }

    /// Looks whether a password would be taken for a new account.
    ///
    /// # Errors
    /// The rule that it breaks.
    pub fn check_new_password(&self, password: &str, email: &Email) -> Result<(), PasswordFault> {
        self.check_password(password, &email.text)
    }

    /// Changes one's own password. All other sessions end.
    ///
    /// # Errors
    /// When the database fails, or whoever asks has no session.
    pub async fn change_password(&self, ctx: &Ctx, new: &str) -> Refused<()> {
        let (account, session) = own_session(ctx)?;
        if let Err(fault) = self.check_password(new, ctx.actor()) {
            return Ok(Err(Refusal::Password(fault)));
        }
        self.put_password(ctx, account, new, Some(session)).await?;
        Ok(Ok(()))
    }

    pub(super) async fn put_password(
        &self,
        ctx: &Ctx,
        account: Uuid,
        password: &str,
        kept: Option<Uuid>,
    ) -> Result<(), Failure> {
        let hash = self.hasher.hash(password).await?;
        let mut transaction = self.pool.begin().await?;
        people::set_password(&mut transaction, account, &hash, ctx.now).await?;
        people::end_links(&mut transaction, account, ctx.now).await?;
        sessions::revoke_all(&mut transaction, account, kept, ctx.now).await?;
        people::add_event(&mut *transaction, new_event(ctx, account, event::PASSWORD, json!({}))).await?;
        if kept.is_some() {
            self.tell_of_change(&mut transaction, ctx, account, Changed::Password).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Changes name and address of an account. Another address ends all other sessions.
    ///
    /// # Errors
    /// When whoever asks may not, or the database fails.
    pub async fn rename(&self, ctx: &Ctx, id: Uuid, name: &str, email: &Email) -> Refused<()> {
        let before = self.person(ctx, id).await?;
        let mut transaction = self.pool.begin().await?;
        match people::rename(&mut transaction, id, name, email).await {
            Err(sqlx::Error::Database(error)) if error.constraint() == Some("account_email_key") => {
                return Ok(Err(Refusal::EmailTaken));
            }
            other => other?,
        }
        if before.email.to_lowercase() != email.key {
            let kept =
                own_session(ctx).ok().filter(|(account, _)| *account == id).map(|(_, session)| session);
            sessions::revoke_all(&mut transaction, id, kept, ctx.now).await?;
        }
        let details = json!({ "old": [before.name, before.email], "new": [name, email.text] });
        people::add_event(&mut *transaction, new_event(ctx, id, event::RENAMED, details)).await?;
        transaction.commit().await?;
        Ok(Ok(()))
    }

    /// Makes a token for an account; answers its text, which is shown once.
    ///
    /// # Errors
    /// When whoever asks may not, or the database fails.
    pub async fn make_token(
        &self,
        ctx: &Ctx,
        id: Uuid,
        name: &str,
        scopes: &BTreeSet<Permission>,
        days: i64,
    ) -> Refused<String> {
        let owner = self.person(ctx, id).await?;
        let grants = crate::platform::access::Grants::new(owner.grants);
        if scopes.is_empty() || scopes.iter().any(|scope| !grants.may_somewhere(*scope)) {
            return Ok(Err(Refusal::BeyondOwner));
        }
        let token = format!("{TOKEN_PREFIX}{}", secrets::new_token().internal("make a token")?);
        let mut transaction = self.pool.begin().await?;
        if tokens::count(&mut transaction, id, ctx.now).await? >= MOST_OF_ONE_PERSON {
            return Ok(Err(Refusal::TooMany));
        }
        let new = tokens::NewToken {
            id: Uuid::now_v7(),
            account: id,
            name,
            token_hash: &secrets::hash_of(&token),
            scopes: scopes.iter().map(|scope| scope.name().to_owned()).collect(),
            now: ctx.now,
            expires_at: ctx.now + chrono::Duration::days(days.clamp(1, LONGEST_TOKEN_DAYS)),
        };
        tokens::add(&mut transaction, new).await?;
        let details = json!({ "name": name });
        people::add_event(&mut *transaction, new_event(ctx, id, event::TOKEN_MADE, details)).await?;
        transaction.commit().await?;
        Ok(Ok(token))
    }

    /// One's own tokens.
    ///
    /// # Errors
    /// When the database fails, or whoever asks has no session.
    pub async fn tokens(&self, ctx: &Ctx) -> Result<Vec<TokenRow>, Failure> {
        let (account, _) = own_session(ctx)?;
        Ok(tokens::of_account(&self.pool, account).await?)
    }

    /// Revokes one of one's own tokens.
    ///
    /// # Errors
    /// 404 when there is no such token.
    pub async fn revoke_token(&self, ctx: &Ctx, token: Uuid) -> Result<(), Failure> {
        let (account, _) = own_session(ctx)?;
        let mut transaction = self.pool.begin().await?;
        let Some(name) = tokens::revoke(&mut transaction, account, token, ctx.now).await? else {
            return Err(Failure::not_found("this token"));
        };
        let details = json!({ "name": name });
        people::add_event(&mut *transaction, new_event(ctx, account, event::TOKEN_REVOKED, details)).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Whether one's own account has a password.
    ///
    /// # Errors
    /// When the database fails, or whoever asks has no session.
    pub async fn has_password(&self, ctx: &Ctx) -> Result<bool, Failure> {
        let (account, _) = own_session(ctx)?;
        let login = people::login(&self.pool, Some(account), None).await?;
        Ok(login.is_some_and(|login| login.password_hash.is_some()))
    }

    /// How many of one's own recovery codes are left.
    ///
    /// # Errors
    /// When the database fails, or whoever asks has no session.
    pub async fn recovery_codes_left(&self, ctx: &Ctx) -> Result<i64, Failure> {
        let (account, _) = own_session(ctx)?;
        Ok(factors::codes_left(&self.pool, account).await?)
    }
}

fn roles_text(grants: &[Grant]) -> Vec<String> {
    grants.iter().map(grant_text).collect()
}
