//! Tokens for QGIS and scripts.

use std::collections::BTreeSet;

use axum::{extract::State, http::StatusCode, response::Response};
use serde::Deserialize;

use super::{
    done, fault, id, instant_text, name, own::NoFields, own::confirmed_or_led, refusal_text, see_other,
    unkept,
};
use crate::{
    accounts::{Accounts, USUAL_TOKEN_DAYS, model::LONGEST_TOKEN_DAYS, sign_in::own_session},
    kernel::Params,
    platform::{
        Ctx,
        access::Permission,
        http::{Failure, Path, ProtectedForm},
        i18n::{Texts, texts},
    },
    ui::{
        Here, Nav, html_with,
        views::{Choice, FieldFault, TokenLine, TokensPage},
    },
};

/// Lifetimes that the page offers, in days.
const LIFETIMES: [i64; 4] = [7, 90, USUAL_TOKEN_DAYS, LONGEST_TOKEN_DAYS];

#[derive(Debug, Deserialize)]
pub(super) struct TokenForm {
    #[serde(default)]
    name: String,
    #[serde(default)]
    scope: Vec<String>,
    #[serde(default = "usual_days")]
    days: i64,
}

fn usual_days() -> i64 {
    USUAL_TOKEN_DAYS
}

impl Default for TokenForm {
    fn default() -> Self {
        Self { name: String::new(), scope: Vec::new(), days: USUAL_TOKEN_DAYS }
    }
}

/// What a permission lets one do, in words.
pub(super) fn permission_name(t: &Texts, permission: Permission) -> String {
    t.get(&format!("permission-{}", permission.name().replace(':', "-")))
}

pub(super) async fn page(
    ctx: Ctx,
    State(accounts): State<Accounts>,
    mut params: Params,
) -> Result<Response, Failure> {
    let notice = done(&mut params, texts(ctx.lang));
    params.finish()?;
    show(&accounts, &ctx, TokenForm::default(), Shown { notice, ..Shown::default() }, StatusCode::OK).await
}

/// What the page says besides the list and the form.
#[derive(Default)]
struct Shown {
    notice: Option<String>,
    token: Option<String>,
    faults: Vec<FieldFault>,
}

async fn show(
    accounts: &Accounts,
    ctx: &Ctx,
    form: TokenForm,
    shown: Shown,
    status: StatusCode,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let tokens = accounts.tokens(ctx).await?;
    let here = Here("/desk/tokens".to_owned());
    let may =
        |permission: &Permission| ctx.staff().is_some_and(|staff| staff.grants.may_somewhere(*permission));
    let page = TokensPage {
        page: accounts.site.page(ctx, &here, Nav::DeskAccount, t.get("tokens-title")),
        t,
        tokens: tokens
            .into_iter()
            .map(|row| TokenLine {
                id: row.id.to_string(),
                scopes: row.scopes.iter().map(|scope| permission_name(t, *scope)).collect(),
                created: instant_text(row.created_at, t),
                used: row.last_used_at.map(|at| instant_text(at, t)),
                works: row.revoked_at.is_none() && row.expires_at > ctx.now,
                ends: match row.revoked_at {
                    Some(at) => t.args("token-revoked-at", &[("when", instant_text(at, t).into())]),
                    None => t.args("token-ends-at", &[("when", instant_text(row.expires_at, t).into())]),
                },
                name: row.name,
            })
            .collect(),
        scopes: Permission::ALL
            .into_iter()
            .filter(may)
            .map(|permission| Choice {
                value: permission.name().to_owned(),
                label: permission_name(t, permission),
                selected: form.scope.iter().any(|scope| scope == permission.name()),
            })
            .collect(),
        lifetimes: LIFETIMES
            .into_iter()
            .map(|days| Choice {
                value: days.to_string(),
                label: t.args("token-days", &[("n", days.into())]),
                selected: form.days == days,
            })
            .collect(),
        name: form.name,
        made: shown.token,
        notice: shown.notice,
        faults: shown.faults,
    };
    Ok(unkept(html_with(status, &page)?))
}

pub(super) async fn make(
    ctx: Ctx,
    State(accounts): State<Accounts>,
    ProtectedForm(form): ProtectedForm<TokenForm>,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    if let Some(led) = confirmed_or_led(&accounts, &ctx, "/desk/tokens").await? {
        return Ok(led);
    }
    let (account, _) = own_session(&ctx)?;
    let scopes: Option<BTreeSet<Permission>> =
        form.scope.iter().map(|name| Permission::from_name(name)).collect();
    let mut faults = Vec::new();
    let label = name(&form.name);
    if label.is_none() {
        faults.push(fault("name", t.get("token-name-fault")));
    }
    if scopes.as_ref().is_none_or(BTreeSet::is_empty) {
        faults.push(fault("scope-1", t.get("token-scope-fault")));
    }
    if let (Some(label), Some(scopes), true) = (label, scopes, faults.is_empty()) {
        match accounts.make_token(&ctx, account, &label, &scopes, form.days).await? {
            Ok(token) => {
                let shown = Shown { token: Some(token), ..Shown::default() };
                return show(&accounts, &ctx, TokenForm::default(), shown, StatusCode::OK).await;
            }
            Err(refusal) => faults.push(fault("scope-1", refusal_text(t, refusal))),
        }
    }
    let shown = Shown { faults, ..Shown::default() };
    show(&accounts, &ctx, form, shown, StatusCode::UNPROCESSABLE_ENTITY).await
}

pub(super) async fn revoke(
    ctx: Ctx,
    State(accounts): State<Accounts>,
    Path(token): Path<String>,
    ProtectedForm(NoFields {}): ProtectedForm<NoFields>,
) -> Result<Response, Failure> {
    accounts.revoke_token(&ctx, id(&token)?).await?;
    Ok(see_other("/desk/tokens?done=revoked"))
}
