//! Pages of the accounts.

mod entry;
mod own;
mod passkeys;
mod people;
mod sign_in;
mod tokens;

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Datelike, Timelike, Utc};

use super::{
    Accounts,
    model::event,
    ops::Refusal,
    passwords::{LONGEST_PASSWORD, PasswordFault, SHORTEST_PASSWORD},
};
use crate::{
    kernel::Params,
    platform::{
        Ctx,
        access::{Grant, Permission},
        http::{Access, Doors, Failure},
        i18n::Texts,
    },
    ui::views::FieldFault,
};

pub(super) fn doors() -> Doors<Accounts> {
    let manager = Access::May(Permission::AccountsManage);
    Doors::new()
        .get(Access::Public, "/sign-in", sign_in::page)
        .post(Access::Public, "/sign-in", sign_in::send)
        .get(Access::Public, "/sign-in/second", sign_in::second_page)
        .post(Access::Public, "/sign-in/second", sign_in::second_send)
        .post(Access::Public, "/sign-in/passkey/begin", passkeys::begin_sign_in)
        .post(Access::Public, "/sign-in/passkey", passkeys::sign_in)
        .get(Access::Public, "/sign-in/help", sign_in::help_page)
        .post(Access::SignedIn, "/sign-out", sign_in::sign_out)
        .get(Access::Public, "/reset/{token}", sign_in::reset_page)
        .post(Access::Public, "/reset/{token}", sign_in::reset_send)
        .get(Access::SignedIn, "/desk/account", own::page)
        .post(Access::SignedIn, "/desk/account", own::rename)
        .get(Access::SignedIn, "/desk/account/confirm", own::confirm_page)
        .post(Access::SignedIn, "/desk/account/confirm", own::confirm)
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
}

/// On to another page of ours.
fn see_other(path: &str) -> Response {
    let value = HeaderValue::from_str(path).unwrap_or_else(|_| HeaderValue::from_static("/desk"));
    (
        StatusCode::SEE_OTHER,
        [(header::LOCATION, value), (header::CACHE_CONTROL, HeaderValue::from_static("no-store"))],
    )
        .into_response()
}

/// A page that nobody keeps, since it holds something secret or is for one person at one time.
fn unkept(mut response: Response) -> Response {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
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
        _ => return None,
    })
}

/// Where the clocks of the town stand, in words: "24 listopada 2026, 15:04".
fn moment(t: &Texts, at: DateTime<Utc>) -> String {
    let local = local(at);
    let part = |value: u32| u8::try_from(value).ok();
    let date = t.date(i16::try_from(local.year()).unwrap_or(0), part(local.month()), part(local.day()));
    format!("{date}, {:02}:{:02}", local.hour(), local.minute())
}

/// Time in Poland: Central European, with summer time from the last Sunday of March to that of October at 1:00 UTC.
fn local(at: DateTime<Utc>) -> chrono::NaiveDateTime {
    let change = |month| {
        let last = chrono::NaiveDate::from_ymd_opt(at.year(), month, 31)?;
        let sunday = last - chrono::Duration::days(i64::from(last.weekday().num_days_from_sunday()));
        Some(sunday.and_hms_opt(1, 0, 0)?.and_utc())
    };
    let summer = change(3).zip(change(10)).is_some_and(|(begin, end)| (begin..end).contains(&at));
    at.naive_utc() + chrono::Duration::hours(if summer { 2 } else { 1 })
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
fn wait_text(t: &Texts, wait_s: u64) -> String {
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
        event::TOKEN_MADE => t.get("event-token-made"),
        event::TOKEN_REVOKED => t.get("event-token-revoked"),
        other => other.to_owned(),
    }
}

/// Who did something; whoever failed to sign in is not known.
fn actor_text(t: &Texts, actor: String) -> String {
    if actor == "visitor" { t.get("event-somebody") } else { actor }
}

/// An id in an address; what is none names nothing.
fn id(text: &str) -> Result<uuid::Uuid, Failure> {
    text.parse().map_err(|_| Failure::not_found("this address"))
}

/// Longest name of a person or a token, in characters.
const LONGEST_NAME: usize = 100;

/// A name as it is kept, or nothing when there is none that could be shown.
fn name(text: &str) -> Option<String> {
    let name = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let good =
        !name.is_empty() && name.chars().count() <= LONGEST_NAME && !name.chars().any(char::is_control);
    good.then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_follows_summer_time() {
        let at = |text: &str| local(text.parse().unwrap()).format("%H:%M").to_string();
        assert_eq!(at("2026-03-29T00:59:00Z"), "01:59");
        assert_eq!(at("2026-03-29T01:00:00Z"), "03:00");
        assert_eq!(at("2026-10-25T00:59:00Z"), "02:59");
        assert_eq!(at("2026-10-25T01:00:00Z"), "02:00");
        assert_eq!(at("2026-11-24T14:04:00Z"), "15:04");
    }
}
