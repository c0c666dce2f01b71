//! Pages of the accounts.

mod entry;
mod identity;
mod lost;
mod own;
mod passkeys;
mod people;
mod residents;
mod sign_in;
mod tokens;

use axum::{
    http::{StatusCode, header},
    response::Response,
};

pub(crate) use entry::{Entry, EntryForm};

use super::{
    Accounts, Email,
    model::event,
    ops::Refusal,
    passwords::{LONGEST_PASSWORD, PasswordFault, SHORTEST_PASSWORD},
    store::people::{OFFICE, OWNER},
};
use crate::{
    kernel::{Params, identifiers::email_fault},
    platform::{
        Ctx,
        access::{Grant, Level, Permission},
        http::{Access, Doors, Failure},
        i18n::Texts,
    },
    ui::{Nav, local_time::instant_text, see_other, unkept, views::FieldFault},
};

pub(super) fn doors() -> Doors<Accounts> {
    let manager = Access::May(Permission::AccountsManage);
    let resident = Access::Resident(Level::Known);
    let verifier = Access::May(Permission::ResidentsVerify);
    Doors::new()
        .get(Access::Public, "/sign-in", sign_in::page)
        .post(Access::Public, "/sign-in", sign_in::send)
        .get(Access::Public, "/sign-in/second", sign_in::second_page)
        .post(Access::Public, "/sign-in/second", sign_in::second_send)
        .post(Access::Public, "/sign-in/passkey/begin", passkeys::begin_sign_in)
        .post(Access::Public, "/sign-in/passkey", passkeys::sign_in)
        .get(Access::Public, "/sign-in/help", sign_in::help_page)
        .post(Access::Public, "/sign-in/help", sign_in::help_send)
        .post(Access::Public, "/sign-in/with/{provider}", identity::sign_in)
        .get(Access::Public, "/sign-in/back/{provider}", identity::back)
        .get(Access::Public, "/sign-in/new", identity::new_page)
        .post(Access::Public, "/sign-in/new", identity::new_send)
        .post(Access::Person, "/sign-out", sign_in::sign_out)
        .get(Access::Public, "/reset/{token}", sign_in::reset_page)
        .post(Access::Public, "/reset/{token}", sign_in::reset_send)
        .get(Access::Public, "/account/new", residents::new_page)
        .post(Access::Public, "/account/new", residents::new_send)
        .get(Access::Public, "/account/confirm/{token}", residents::confirm_page)
        .post(Access::Public, "/account/confirm/{token}", residents::confirm_send)
        .get(Access::Public, "/account/email/{token}", residents::email_link_page)
        .post(Access::Public, "/account/email/{token}", residents::email_link_send)
        .get(Access::Public, "/account/objection/{token}", residents::objection_page)
        .post(Access::Public, "/account/objection/{token}", residents::objection_send)
        .get(Access::Public, "/account/reopen/{token}", residents::reopen_page)
        .post(Access::Public, "/account/reopen/{token}", residents::reopen_send)
        .get(resident, "/account/close", residents::close_page)
        .post(resident, "/account/close", residents::close)
        .post(resident, "/account/identity/with/{provider}", identity::link)
        .get(resident, "/account/security", own::page)
        .get(resident, "/account/security/confirm", own::confirm_page)
        .post(resident, "/account/security/confirm", own::confirm)
        .post(resident, "/account/security/confirm/passkey/begin", passkeys::begin_confirm)
        .post(resident, "/account/security/confirm/passkey", passkeys::confirm)
        .post(resident, "/account/security/confirm/with/{provider}", identity::confirm)
        .get(resident, "/account/security/password", own::password_page)
        .post(resident, "/account/security/password", own::change_password)
        .get(resident, "/account/security/email", residents::email_page)
        .post(resident, "/account/security/email", residents::email_send)
        .get(resident, "/account/security/app", own::totp_page)
        .post(resident, "/account/security/app", own::finish_totp)
        .post(resident, "/account/security/app/remove", own::remove_totp)
        .post(resident, "/account/security/codes", own::make_codes)
        .post(resident, "/account/security/sessions/end", own::end_session)
        .post(resident, "/account/security/sessions/end-others", own::end_others)
        .post(resident, "/account/security/passkeys/begin", passkeys::begin)
        .post(resident, "/account/security/passkeys", passkeys::add)
        .post(resident, "/account/security/passkeys/{id}/remove", passkeys::remove)
        .post(resident, "/account/security/identities/{id}/remove", identity::unlink)
        .get(Access::SignedIn, "/desk/account", own::page)
        .post(Access::SignedIn, "/desk/account", own::rename)
        .get(Access::SignedIn, "/desk/account/confirm", own::confirm_page)
        .post(Access::SignedIn, "/desk/account/confirm", own::confirm)
        .post(Access::SignedIn, "/desk/account/confirm/passkey/begin", passkeys::begin_confirm)
        .post(Access::SignedIn, "/desk/account/confirm/passkey", passkeys::confirm)
        .get(Access::SignedIn, "/desk/account/password", own::password_page)
        .post(Access::SignedIn, "/desk/account/password", own::change_password)
        .get(Access::SignedIn, "/desk/account/app", own::totp_page)
        .post(Access::SignedIn, "/desk/account/app", own::finish_totp)
        .post(Access::SignedIn, "/desk/account/app/remove", own::remove_totp)
        .post(Access::SignedIn, "/desk/account/codes", own::make_codes)
        .post(Access::SignedIn, "/desk/account/sessions/end", own::end_session)
        .post(Access::SignedIn, "/desk/account/sessions/end-others", own::end_others)
        .post(Access::SignedIn, "/desk/account/passkeys/begin", passkeys::begin)
        .post(Access::SignedIn, "/desk/account/passkeys", passkeys::add)
        .post(Access::SignedIn, "/desk/account/passkeys/{id}/remove", passkeys::remove)
        .get(Access::SignedIn, "/desk/tokens", tokens::page)
        .post(Access::SignedIn, "/desk/tokens", tokens::make)
        .post(Access::SignedIn, "/desk/tokens/{id}/revoke", tokens::revoke)
        .get(manager, "/desk/people", people::page)
        .post(manager, "/desk/people", people::invite)
        .get(manager, "/desk/people/new", people::new_page)
        .get(manager, "/desk/people/{id}", people::person_page)
        .post(manager, "/desk/people/{id}/name", people::rename)
        .post(manager, "/desk/people/{id}/roles", people::set_roles)
        .post(manager, "/desk/people/{id}/disable", people::disable)
        .post(manager, "/desk/people/{id}/enable", people::enable)
        .post(manager, "/desk/people/{id}/link", people::make_link)
        .post(manager, "/desk/people/{id}/sign-out", people::sign_out)
        .post(manager, "/desk/people/{id}/second-factors/remove", people::remove_factors)
        .get(Access::SignedIn, "/desk/roles", people::roles_page)
        .get(verifier, "/desk/residents/{id}/factors", lost::page)
        .post(verifier, "/desk/residents/{id}/factors", lost::check)
        .post(verifier, "/desk/residents/{id}/factors/remove", lost::remove)
}

/// Takes the word by which the page before says what was done.
fn done(params: &mut Params, t: &Texts) -> Option<String> {
    Some(match params.text("done")?.as_str() {
        "password" => t.get("done-password"),
        "name" => t.get("done-name"),
        "session" => t.get("done-session"),
        "others" => t.get("done-others"),
        "app-removed" => t.get("done-app-removed"),
        "passkey" => t.get("done-passkey"),
        "passkey-removed" => t.get("done-passkey-removed"),
        "revoked" => t.get("done-revoked"),
        "roles" => t.get("done-roles"),
        "disabled" => t.get("done-disabled"),
        "enabled" => t.get("done-enabled"),
        "signed-out" => t.get("done-signed-out"),
        "factors" => t.get("done-factors"),
        "out" => t.get("done-out"),
        "add-passkey" => t.get("done-add-passkey"),
        "unlinked" => t.get("done-unlinked"),
        "linked" => t.get("done-linked"),
        "account" => t.get("done-account"),
        "reopened" => t.get("done-reopened"),
        _ => return None,
    })
}

fn fault(field: &'static str, message: String) -> FieldFault {
    FieldFault { field, message }
}

/// What to do about a refusal, beside the field that it concerns.
fn refusal_text(t: &Texts, refusal: Refusal) -> String {
    match refusal {
        Refusal::EmailTaken => t.get("refusal-email-taken"),
        Refusal::LastAdministrator => t.get("refusal-last-administrator"),
        Refusal::Password(fault) => password_fault(t, fault),
        Refusal::WrongPassword => t.get("refusal-wrong-password"),
        Refusal::TooMany => t.get("refusal-too-many"),
        Refusal::BeyondOwner => t.get("refusal-beyond-owner"),
        Refusal::LastWayIn => t.get("refusal-last-way-in"),
        Refusal::SameEmail => t.get("refusal-same-email"),
    }
}

fn password_fault(t: &Texts, fault: PasswordFault) -> String {
    let length = |length: usize| [("n", u64::try_from(length).unwrap_or(0).into())];
    match fault {
        PasswordFault::TooShort => t.args("password-too-short", &length(SHORTEST_PASSWORD)),
        PasswordFault::TooLong => t.args("password-too-long", &length(LONGEST_PASSWORD)),
        PasswordFault::Common => t.get("password-common"),
        PasswordFault::Context => t.get("password-context"),
    }
}

/// How long somebody has to wait, in words.
pub(crate) fn wait_text(t: &Texts, wait_s: u64) -> String {
    if wait_s < 90 {
        t.args("sign-in-wait-seconds", &[("n", wait_s.into())])
    } else {
        t.args("sign-in-wait-minutes", &[("n", wait_s.div_ceil(60).into())])
    }
}

/// "Edytor (drzewa, latarnie)".
fn grant_words(accounts: &Accounts, ctx: &Ctx, t: &Texts, grant: &Grant) -> String {
    let role = role_name(t, grant.role.name);
    match &grant.kinds {
        None => role,
        Some(kinds) => {
            let names: Vec<String> = kinds.iter().map(|slug| kind_name(accounts, ctx, slug)).collect();
            format!("{role} ({})", names.join(", "))
        }
    }
}

fn role_name(t: &Texts, name: &str) -> String {
    t.get(&format!("role-{name}"))
}

fn kind_name(accounts: &Accounts, ctx: &Ctx, slug: &str) -> String {
    let kinds = accounts.registry.kinds();
    let found = kinds
        .all_public()
        .find(|kind| kind.slug.as_str() == slug)
        .map(|kind| kind.title.get(ctx.lang).to_owned());
    found.unwrap_or_else(|| slug.to_owned())
}

/// What happened, in words.
fn event_text(t: &Texts, kind: &str) -> String {
    match kind {
        event::SIGNED_IN => t.get("event-signed-in"),
        event::FAILED => t.get("event-sign-in-failed"),
        event::SIGNED_OUT => t.get("event-signed-out"),
        event::SIGNED_OUT_EVERYWHERE => t.get("event-signed-out-everywhere"),
        event::CREATED => t.get("event-created"),
        event::LINK_MADE => t.get("event-link-made"),
        event::PASSWORD => t.get("event-password-changed"),
        event::RENAMED => t.get("event-renamed"),
        event::ROLES => t.get("event-roles-changed"),
        event::DISABLED => t.get("event-disabled"),
        event::ENABLED => t.get("event-enabled"),
        event::TOTP_ADDED => t.get("event-totp-added"),
        event::CODES => t.get("event-recovery-codes-made"),
        event::CODE_USED => t.get("event-recovery-code-used"),
        event::TOTP_REMOVED => t.get("event-totp-removed"),
        event::PASSKEY_ADDED => t.get("event-passkey-added"),
        event::PASSKEY_REMOVED => t.get("event-passkey-removed"),
        event::FACTORS_REMOVED => t.get("event-second-factors-removed"),
        event::MOVED => t.get("event-session-moved"),
        event::RECOVERY => t.get("event-recovery-asked"),
        event::SIGN_UP_AGAIN => t.get("event-sign-up-again"),
        event::EMAIL_ASKED => t.get("event-email-change-asked"),
        event::EMAIL => t.get("event-email-changed"),
        event::EMAIL_BACK => t.get("event-email-change-taken-back"),
        event::LINKED => t.get("event-identity-linked"),
        event::UNLINKED => t.get("event-identity-removed"),
        event::CLOSED => t.get("event-closed"),
        event::REOPENED => t.get("event-reopened"),
        event::ERASED => t.get("event-erased"),
        event::COPIED => t.get("event-data-copied"),
        event::TOKEN_MADE => t.get("event-token-made"),
        event::TOKEN_REVOKED => t.get("event-token-revoked"),
        other => other.to_owned(),
    }
}

/// Who did something; whoever failed to sign in is not known.
fn actor_text(t: &Texts, actor: String) -> String {
    match actor.as_str() {
        "visitor" => t.get("event-somebody"),
        OWNER => t.get("event-owner"),
        OFFICE => t.get("event-office"),
        _ => actor,
    }
}

/// Takes a time to wait into an answer.
pub(crate) fn with_wait(mut response: Response, wait_s: u64) -> Response {
    *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
    response.headers_mut().insert(header::RETRY_AFTER, wait_s.into());
    response
}

/// The page on which whoever asks sees how they sign in: one's own account at the desk, "Signing in" of a resident's.
/// Pages about it lie below.
fn own_page(ctx: &Ctx) -> &'static str {
    if ctx.resident().is_some() { "/account/security" } else { "/desk/account" }
}

/// Which way in is marked on pages below [`own_page`].
fn own_nav(ctx: &Ctx) -> Nav {
    if ctx.resident().is_some() { Nav::AccountSecurity } else { Nav::DeskAccount }
}

/// Reads an address of somebody's mailbox: one that can be written to and looks like no other one.
pub(crate) fn read_email(t: &Texts, text: &str) -> Result<Email, FieldFault> {
    let fault = |message| FieldFault { field: "email", message };
    if let Some(wrong) = email_fault(text.trim()) {
        return Err(fault(t.get(wrong.key())));
    }
    Email::parse(text).ok_or_else(|| fault(t.get("email-fault")))
}

/// An id in an address; what is none names nothing.
fn id(text: &str) -> Result<uuid::Uuid, Failure> {
    text.parse().map_err(|_| Failure::not_found("this address"))
}

/// Longest name of a person or a token, in characters.
pub(super) const LONGEST_NAME: usize = 100;

/// A name as it is kept, or nothing when there is none that could be shown.
pub(crate) fn name(text: &str) -> Option<String> {
    let name = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let good =
        !name.is_empty() && name.chars().count() <= LONGEST_NAME && !name.chars().any(char::is_control);
    good.then_some(name)
}
