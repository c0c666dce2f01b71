//! People and roles, for whoever manages accounts.

use std::collections::BTreeSet;

use axum::{extract::State, http::StatusCode, response::Response};
use uuid::Uuid;

use super::{
    actor_text, done, event_text, fault, grant_words, id, instant_text,
    own::{NameForm, NoFields, confirmed_or_led, read_name},
    refusal_text, role_name, see_other,
    tokens::permission_name,
    unkept,
};
use crate::{
    accounts::{
        Account, Accounts, NewAccount,
        model::{browser_words, can_be_limited, grant},
    },
    kernel::Params,
    platform::{
        Ctx,
        access::{Grant, Permission, ROLES},
        http::{BaseUrl, Failure, Path, ProtectedForm},
        i18n::{Texts, texts},
    },
    ui::{
        Here, Nav, html, html_with,
        views::{
            Choice, EventLine, FieldFault, LinkMadePage, NewPersonPage, PeoplePage, PersonLine, PersonPage,
            RoleChoice, RoleRow, RolesPage, SessionLine,
        },
    },
};

/// Longest text that is searched for, in characters.
const LONGEST_SEARCH: usize = 100;

pub(super) async fn page(
    ctx: Ctx,
    here: Here,
    State(accounts): State<Accounts>,
    mut params: Params,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let q: String = params.text("q").unwrap_or_default().trim().chars().take(LONGEST_SEARCH).collect();
    let at: i64 = params.parse("page", "a whole number")?.unwrap_or(0);
    params.finish()?;
    let (people, more) = accounts.people(&ctx, Some(q.as_str()).filter(|q| !q.is_empty()), at).await?;
    let link = |at: i64| {
        let q = percent_encoding::utf8_percent_encode(&q, percent_encoding::NON_ALPHANUMERIC);
        format!("/desk/people?q={q}&page={at}")
    };
    let page = PeoplePage {
        page: accounts.site.page(&ctx, &here, Nav::DeskPeople, t.get("people-title")),
        t,
        people: people.iter().map(|account| person_line(&accounts, &ctx, t, account)).collect(),
        next: more.then(|| link(at + 1)),
        first: (at > 0).then(|| link(0)),
        q,
    };
    html(&page)
}

fn person_line(accounts: &Accounts, ctx: &Ctx, t: &Texts, account: &Account) -> PersonLine {
    PersonLine {
        href: format!("/desk/people/{}", account.id),
        name: account.name.clone(),
        email: account.email.clone(),
        roles: account.grants.iter().map(|grant| grant_words(accounts, ctx, t, grant)).collect(),
        last_sign_in: account.last_sign_in_at.map(|at| instant_text(at, t)),
        invited: !account.has_password,
        disabled: account.disabled_at.is_some(),
        demo: account.demo,
        second_factor: account.has_second_factor(),
    }
}

/// The roles with what is held, and the kinds to which some of them can be limited.
fn role_choices(accounts: &Accounts, ctx: &Ctx, t: &Texts, held: &[Grant]) -> Vec<RoleChoice> {
    let kinds = accounts.registry.kinds();
    ROLES
        .iter()
        .map(|role| {
            let grant = held.iter().find(|grant| grant.role.name == role.name);
            let limits = grant.and_then(|grant| grant.kinds.as_ref());
            let kinds = if can_be_limited(role) { kinds.all().collect() } else { Vec::new() };
            RoleChoice {
                name: role.name.to_owned(),
                title: role_name(t, role.name),
                may: role.permissions.iter().map(|permission| permission_name(t, *permission)).collect(),
                held: grant.is_some(),
                limited: limits.is_some(),
                kinds: kinds
                    .into_iter()
                    .map(|kind| Choice {
                        value: kind.slug.as_str().to_owned(),
                        label: kind.title.get(ctx.lang).to_owned(),
                        selected: limits.is_some_and(|limits| limits.contains(kind.slug.as_str())),
                    })
                    .collect(),
            }
        })
        .collect()
}

/// Fields of a form by name; roles are `role=editor`, `limit-editor=yes` and `kind-editor=trees`.
type Fields = Vec<(String, String)>;

/// The roles of a form. Ticked kinds limit a role. A role that shall be limited and names no kind is refused: it must not
/// become a role for everything by an oversight.
fn read_grants(accounts: &Accounts, fields: &Fields) -> Result<Vec<Grant>, Failure> {
    let known = accounts.registry.kinds();
    let values = |field: &str| -> BTreeSet<String> {
        fields.iter().filter(|(name, _)| name == field).map(|(_, value)| value.clone()).collect()
    };
    let wrong = || crate::kernel::ParamError::new("role", "is not one of the roles and kinds that there are");
    values("role")
        .into_iter()
        .map(|role| {
            let kinds = values(&format!("kind-{role}"));
            if kinds.iter().any(|kind| !known.knows(kind)) {
                return Err(wrong().into());
            }
            if kinds.is_empty() && !values(&format!("limit-{role}")).is_empty() {
                let why = "is limited to chosen kinds, but no kind is chosen";
                return Err(crate::kernel::ParamError::new(role, why).into());
            }
            grant(&role, kinds).map_err(|_| wrong().into())
        })
        .collect()
}

fn read_name_fields(fields: &Fields) -> NameForm {
    let value = |field: &str| {
        fields.iter().find(|(name, _)| name == field).map(|(_, value)| value.clone()).unwrap_or_default()
    };
    NameForm { name: value("name"), email: value("email") }
}

pub(super) async fn new_page(
    ctx: Ctx,
    State(accounts): State<Accounts>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let form = NameForm { name: String::new(), email: String::new() };
    show_new(&accounts, &ctx, form, &[], Vec::new(), StatusCode::OK)
}

fn show_new(
    accounts: &Accounts,
    ctx: &Ctx,
    form: NameForm,
    held: &[Grant],
    faults: Vec<FieldFault>,
    status: StatusCode,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let here = Here("/desk/people/new".to_owned());
    let page = NewPersonPage {
        page: accounts.site.page(ctx, &here, Nav::DeskPeople, t.get("person-new-title")),
        t,
        name: form.name,
        email: form.email,
        roles: role_choices(accounts, ctx, t, held),
        faults,
    };
    html_with(status, &page)
}

pub(super) async fn invite(
    ctx: Ctx,
    State(accounts): State<Accounts>,
    base: BaseUrl,
    ProtectedForm(fields): ProtectedForm<Fields>,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    if let Some(led) = confirmed_or_led(&accounts, &ctx, "/desk/people/new").await? {
        return Ok(led);
    }
    let grants = read_grants(&accounts, &fields)?;
    let form = read_name_fields(&fields);
    let faults = match read_name(&form, t) {
        Err(faults) => faults,
        Ok((name, email)) => {
            let new = NewAccount { email, name, grants: grants.clone(), demo: false };
            match accounts.add_account(&ctx, &new).await? {
                Ok(id) => return show_link(&accounts, &ctx, &base, id).await,
                Err(refusal) => vec![fault("email", refusal_text(t, refusal))],
            }
        }
    };
    show_new(&accounts, &ctx, form, &grants, faults, StatusCode::UNPROCESSABLE_ENTITY)
}

async fn show_link(accounts: &Accounts, ctx: &Ctx, base: &BaseUrl, id: Uuid) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let account = accounts.person(ctx, id).await?;
    let token = accounts.make_link(ctx, id).await?;
    let here = Here(format!("/desk/people/{id}"));
    let page = LinkMadePage {
        page: accounts.site.page(ctx, &here, Nav::DeskPeople, t.get("link-made-title")),
        t,
        person: here.0.clone(),
        name: account.name,
        link: format!("{}/reset/{token}", base.0),
        invited: !account.has_password,
    };
    Ok(unkept(html(&page)?))
}

pub(super) async fn person_page(
    ctx: Ctx,
    State(accounts): State<Accounts>,
    Path(person): Path<String>,
    mut params: Params,
) -> Result<Response, Failure> {
    let notice = done(&mut params, texts(ctx.lang));
    params.finish()?;
    show_person(&accounts, &ctx, id(&person)?, None, notice, Vec::new(), StatusCode::OK).await
}

async fn show_person(
    accounts: &Accounts,
    ctx: &Ctx,
    id: Uuid,
    typed: Option<NameForm>,
    notice: Option<String>,
    faults: Vec<FieldFault>,
    status: StatusCode,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let account = accounts.person(ctx, id).await?;
    let events = accounts.events(ctx, id).await?;
    let sessions = accounts.sessions(ctx, id).await?;
    let here = Here(format!("/desk/people/{id}"));
    let line = person_line(accounts, ctx, t, &account);
    let typed =
        typed.unwrap_or_else(|| NameForm { name: account.name.clone(), email: account.email.clone() });
    let page = PersonPage {
        page: accounts.site.page(ctx, &here, Nav::DeskPeople, account.name.clone()),
        t,
        path: here.0.clone(),
        line,
        name: typed.name,
        email: typed.email,
        roles: role_choices(accounts, ctx, t, &account.grants),
        sessions: sessions
            .into_iter()
            .map(|row| SessionLine {
                present: false,
                id: row.id.to_string(),
                agent: browser_words(&row.agent),
                address: row.address,
                began: instant_text(row.created_at, t),
                used: instant_text(row.last_used_at, t),
            })
            .collect(),
        events: events
            .into_iter()
            .map(|row| EventLine {
                at: instant_text(row.at, t),
                text: event_text(t, &row.kind),
                actor: actor_text(t, row.actor),
                address: row.address,
            })
            .collect(),
        notice,
        faults,
    };
    Ok(unkept(html_with(status, &page)?))
}

pub(super) async fn rename(
    ctx: Ctx,
    State(accounts): State<Accounts>,
    Path(person): Path<String>,
    ProtectedForm(form): ProtectedForm<NameForm>,
) -> Result<Response, Failure> {
    let (t, person) = (texts(ctx.lang), id(&person)?);
    if let Some(led) = led_from(&accounts, &ctx, person).await? {
        return Ok(led);
    }
    let faults = match read_name(&form, t) {
        Err(faults) => faults,
        Ok((name, email)) => match accounts.rename(&ctx, person, &name, &email).await? {
            Ok(()) => return Ok(see_other(&format!("/desk/people/{person}?done=name"))),
            Err(refusal) => vec![fault("email", refusal_text(t, refusal))],
        },
    };
    show_person(&accounts, &ctx, person, Some(form), None, faults, StatusCode::UNPROCESSABLE_ENTITY).await
}

/// What an administrator changes decides who may do what: the password is asked for again.
async fn led_from(accounts: &Accounts, ctx: &Ctx, person: Uuid) -> Result<Option<Response>, Failure> {
    confirmed_or_led(accounts, ctx, &format!("/desk/people/{person}")).await
}

/// Shows a refusal on the person's page, or leads back there with a word about what was done.
async fn answered(
    accounts: &Accounts,
    ctx: &Ctx,
    person: Uuid,
    result: Result<(), crate::accounts::Refusal>,
    field: &'static str,
    word: &str,
) -> Result<Response, Failure> {
    match result {
        Ok(()) => Ok(see_other(&format!("/desk/people/{person}?done={word}"))),
        Err(refusal) => {
            let faults = vec![fault(field, refusal_text(texts(ctx.lang), refusal))];
            show_person(accounts, ctx, person, None, None, faults, StatusCode::CONFLICT).await
        }
    }
}

pub(super) async fn set_roles(
    ctx: Ctx,
    State(accounts): State<Accounts>,
    Path(person): Path<String>,
    ProtectedForm(fields): ProtectedForm<Fields>,
) -> Result<Response, Failure> {
    let person = id(&person)?;
    if let Some(led) = led_from(&accounts, &ctx, person).await? {
        return Ok(led);
    }
    let grants = read_grants(&accounts, &fields)?;
    let result = accounts.set_grants(&ctx, person, &grants).await?;
    answered(&accounts, &ctx, person, result, "role-administrator", "roles").await
}

pub(super) async fn disable(
    ctx: Ctx,
    State(accounts): State<Accounts>,
    Path(person): Path<String>,
    ProtectedForm(NoFields {}): ProtectedForm<NoFields>,
) -> Result<Response, Failure> {
    let person = id(&person)?;
    if let Some(led) = led_from(&accounts, &ctx, person).await? {
        return Ok(led);
    }
    let result = accounts.set_disabled(&ctx, person, true).await?;
    answered(&accounts, &ctx, person, result, "disable", "disabled").await
}

pub(super) async fn enable(
    ctx: Ctx,
    State(accounts): State<Accounts>,
    Path(person): Path<String>,
    ProtectedForm(NoFields {}): ProtectedForm<NoFields>,
) -> Result<Response, Failure> {
    let person = id(&person)?;
    if let Some(led) = led_from(&accounts, &ctx, person).await? {
        return Ok(led);
    }
    let result = accounts.set_disabled(&ctx, person, false).await?;
    answered(&accounts, &ctx, person, result, "enable", "enabled").await
}

pub(super) async fn make_link(
    ctx: Ctx,
    State(accounts): State<Accounts>,
    base: BaseUrl,
    Path(person): Path<String>,
    ProtectedForm(NoFields {}): ProtectedForm<NoFields>,
) -> Result<Response, Failure> {
    let person = id(&person)?;
    if let Some(led) = led_from(&accounts, &ctx, person).await? {
        return Ok(led);
    }
    show_link(&accounts, &ctx, &base, person).await
}

pub(super) async fn sign_out(
    ctx: Ctx,
    State(accounts): State<Accounts>,
    Path(person): Path<String>,
    ProtectedForm(NoFields {}): ProtectedForm<NoFields>,
) -> Result<Response, Failure> {
    let person = id(&person)?;
    accounts.sign_out_everywhere(&ctx, person).await?;
    Ok(see_other(&format!("/desk/people/{person}?done=signed-out")))
}

pub(super) async fn remove_factors(
    ctx: Ctx,
    State(accounts): State<Accounts>,
    Path(person): Path<String>,
    ProtectedForm(NoFields {}): ProtectedForm<NoFields>,
) -> Result<Response, Failure> {
    let person = id(&person)?;
    if let Some(led) = led_from(&accounts, &ctx, person).await? {
        return Ok(led);
    }
    accounts.remove_second_factors(&ctx, person).await?;
    Ok(see_other(&format!("/desk/people/{person}?done=factors")))
}

pub(super) async fn roles_page(
    ctx: Ctx,
    here: Here,
    State(accounts): State<Accounts>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let t = texts(ctx.lang);
    let page = RolesPage {
        page: accounts.site.page(&ctx, &here, Nav::DeskPeople, t.get("roles-title")),
        t,
        roles: ROLES.iter().map(|role| role_name(t, role.name)).collect(),
        rows: Permission::ALL
            .into_iter()
            .map(|permission| RoleRow {
                name: permission.name().to_owned(),
                title: permission_name(t, permission),
                per_kind: permission.is_per_kind(),
                held: ROLES.iter().map(|role| role.permissions.contains(&permission)).collect(),
            })
            .collect(),
    };
    html(&page)
}
